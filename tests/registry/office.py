"""The API and pages of a registry with its own database, to which tests add events directly, without a broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import orjson
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.pages.rendering import add_pages
from chassis.projections.builds import schema_of
from chassis.service import Role, RunningService
from contracts.envelope import Event, Fact
from services.registry.identity.number import mint, shown
from services.registry.main import service
from services.registry.pages import NAV
from services.registry.projections.timeline import PROJECTION, Timelines
from tests.patience import PatientTransport
from tests.registry.registry import Build

LOOKS = ("registry.worker.search", "registry.worker.read", "registry.timeline.read")
READS = (*LOOKS, "consular.case.read", "reintegration.case.read", "skills.application.read")
"""Those of a reader to whom the table of need to know gives every kind of record."""
TEMPLATES = Path(__file__).parents[2] / "services" / "registry" / "templates"


@dataclass
class Office:
    """A registry and its clients."""

    running: RunningService
    build: Build
    http: httpx2.AsyncClient
    token_of: Callable[..., str]

    @property
    def runtime(self) -> Runtime:
        return self.running.runtime

    async def knows(self, *events: Event[Fact]) -> None:
        """Add events to the registry and settle them."""
        await self.build.receive(*events)
        await self.build.settle_all()

    def token(
        self,
        person: str = "reader",
        *,
        permissions: tuple[str, ...] = READS,
        office: str = "TEST",
        **reach: Any,
    ) -> str:
        """Return the token of a person, with national reach by default."""
        how = (
            Reach(**{name: frozenset(values) for name, values in reach.items()})
            if reach
            else Reach(national=True)
        )
        return self.token_of(*permissions, person=person, office=office, reach=how)

    async def get(self, path: str, token: str | None = None, **query: Any) -> httpx2.Response:
        """Ask the API."""
        return await self.http.get(
            f"/registry{path}", params=query, headers={"Authorization": f"Bearer {token or self.token()}"}
        )

    async def search(self, token: str | None = None, **asked: Any) -> httpx2.Response:
        """Search by the API."""
        return await self.http.post(
            "/registry/workers/search",
            json=asked,
            headers={"Authorization": f"Bearer {token or self.token()}"},
        )

    async def sends(self, body: bytes, token: str | None = None) -> httpx2.Response:
        """Search by the API with a body of one's own making."""
        headers = {"Authorization": f"Bearer {token or self.token()}", "Content-Type": "application/json"}
        return await self.http.post("/registry/workers/search", content=body, headers=headers)

    async def page(self, path: str, token: str | None = None, **query: str) -> httpx2.Response:
        """Open a page in a browser."""
        headers = {"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={token or self.token()}"}
        return await self.http.get(f"/registry/pages{path}", params=query, headers=headers)

    async def types(self, text: str | bytes, token: str | None = None) -> httpx2.Response:
        """Type into the search field and send the form."""
        who = token or self.token()
        form = (await self.page("/search", who)).text
        csrf = form.partition('name="csrf" value="')[2].partition('"')[0]
        headers = {
            "Accept": "text/html",
            "Cookie": f"{SESSION_COOKIE}={who}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        raw = text.encode() if isinstance(text, str) else text
        quoted = b"".join(b"%%%02X" % byte for byte in raw)
        body = b"csrf=" + csrf.encode() + b"&text=" + quoted
        return await self.http.post("/registry/pages/search", content=body, headers=headers)

    async def entries(self, person: str) -> list[dict[str, Any]]:
        """Return the audit entries of a caller, in order."""
        rows = await self.runtime.pool.fetch(
            "SELECT * FROM audit WHERE caller = $1 ORDER BY entry_id", person
        )
        return [dict(row) | {"detail": orjson.loads(row["detail"])} for row in rows]


def number_of(first: Event[Fact]) -> str:
    """The number of the worker whose first evidence this is, as shown."""
    return shown(mint(first.id))


@asynccontextmanager
async def open_office(settings: Settings, token_of: Callable[..., str]) -> AsyncIterator[Office]:
    """Run a registry with a new database."""
    own = replace(service, name=f"registry{uuid4().hex[:8]}")
    async with RunningService(own, settings, Role.API) as running:
        add_pages(running.app, settings, [TEMPLATES], NAV)
        site = Starlette(routes=[Mount("/registry", running.app)])
        transport = PatientTransport(httpx2.ASGITransport(site, raise_app_exceptions=False))
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as http:
            live = running.runtime.opened_as(Timelines).live
            yield Office(running, Build(live.pool, schema_of(PROJECTION, live.build)), http, token_of)
