"""Running border and registry services with one broker, and a client of both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
from aiokafka import AIOKafkaConsumer
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.kafka import OPERATOR, client_arguments
from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.pages.rendering import add_pages
from chassis.projections.builds import schema_of
from chassis.projections.live_build import LiveBuild
from chassis.service import Role, RunningService
from contracts.envelope import Event, Fact
from contracts.person import Document
from contracts.registry import WHO_TOPIC, WhoEntry
from services.border.main import service as border
from services.registry.main import service as registry
from services.registry.pages import NAV
from services.registry.projections.timeline import PROJECTION, Timelines
from tests.conftest import headers
from tests.patience import PatientTransport
from tests.registry.office import READS, TEMPLATES
from tests.registry.registry import Build

OFFICER = ("border.crossing.record", "border.event.correct")


@dataclass
class BorderAndRegistry:
    """Both services behind one client."""

    border: Runtime
    registry: Runtime
    http: httpx2.AsyncClient
    officer: str
    reader: str
    settings: Settings

    @property
    def live(self) -> Build:
        """The build from which timelines are read now."""
        found: LiveBuild = self.registry.opened_as(Timelines).live
        return Build(found.pool, schema_of(PROJECTION, found.build))

    async def cross(
        self, kind: str, *documents: Document, at: str = "2014-06-13T08:00:00+07:00", **more: Any
    ) -> UUID:
        """Record a crossing at Poipet; returns the event."""
        person = {"sex": 2, "name": {"latin": "SOK Chanthy"}}
        person["documents"] = [document.model_dump(mode="json", exclude_none=True) for document in documents]
        body = {"kind": kind, "occurred_at": at, "checkpoint": "KH-POI", "person": person}
        body |= {"departure": {"destination": "THA"}, "return": {"returned_from": "THA"}}[kind] | more
        answer = await self.http.post("/border/crossings", json=body, headers=headers(self.officer))
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["events"][0])

    async def void(self, event: UUID) -> None:
        """Void an event."""
        answer = await self.http.post(
            f"/border/events/{event}/void", json={"reason": "wrong_person"}, headers=headers(self.officer)
        )
        assert answer.status_code == 201, answer.text

    async def commit(self, *events: Event[Fact]) -> None:
        """Put events into the border's record that no command of today makes."""
        for event in events:
            await self.border.store.commit([event])
        self.border.wake()

    async def numbers(self, document: Document) -> list[str]:
        """The numbers that a search by a document finds."""
        answer = await self.http.post(
            "/registry/workers/search",
            json={"document": {"number": document.number}},
            headers={"Authorization": f"Bearer {self.reader}"},
        )
        assert answer.status_code == 200, answer.text
        return [worker["number"] for worker in answer.json()["workers"]]

    async def number(self, document: Document) -> str:
        """Return the number of the worker with a document, as soon as there is one."""

        async def found() -> list[str]:
            return await self.numbers(document)

        (number,) = await until(found)
        return str(number)

    async def ask(self, number: str, **query: str) -> httpx2.Response:
        """A timeline."""
        return await self.http.get(
            f"/registry/workers/{number}/timeline",
            params=query,
            headers={"Authorization": f"Bearer {self.reader}"},
        )

    async def answers(self, number: str, status: int) -> httpx2.Response:
        """A timeline, once it answers so."""

        async def found() -> httpx2.Response | None:
            answer = await self.ask(number)
            return answer if answer.status_code == status else None

        answer: httpx2.Response = await until(found)
        return answer

    async def events(self, number: str, count: int) -> list[dict[str, Any]]:
        """Return the standing events of a timeline, as soon as there are this many."""

        async def found() -> list[dict[str, Any]] | None:
            answer = await self.ask(number)
            standing = (
                [e for e in answer.json()["entries"] if e["stands"]] if answer.status_code == 200 else []
            )
            return standing if len(standing) == count else None

        entries: list[dict[str, Any]] = await until(found)
        return entries

    async def page(self, number: str) -> str:
        """A worker's page."""
        cookie = {"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={self.reader}"}
        answer = await self.http.get(f"/registry/pages/workers/{number}", headers=cookie)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def settled(self) -> None:
        """Wait until the live build has received and settled everything that was recorded."""

        async def rest() -> bool:
            store = await self.border.pool.fetchval(
                # Handovers, screenings and rulings about them are on no timeline.
                "SELECT count(*) FROM events WHERE type NOT LIKE '%handover%' AND type NOT LIKE '%screening%'"
                ' AND facts NOT SIMILAR TO \'%"named_type":"domnaer.border.(handover|screening)%\''
            )
            live = self.live
            heard = await live.pool.fetchval("SELECT count(*) FROM facts WHERE type LIKE 'domnaer.border.%'")
            waiting = await live.pool.fetchval("SELECT count(*) FROM dirty")
            return bool(heard >= store and not waiting)

        await until(rest, seconds=60)

    async def published(self) -> dict[UUID, tuple[int, str]]:
        """Return the worker numbers as last stored for publishing: revision and number by node."""
        rows = await self.registry.pool.fetch("SELECT node, revision, number FROM who")
        return {row[0]: (row[1], row[2]) for row in rows}

    async def published_entries(self) -> dict[UUID, tuple[int, str]]:
        """Read the topic of worker numbers from its beginning; return the highest revision and its number by node."""
        consumer = AIOKafkaConsumer(
            WHO_TOPIC,
            **client_arguments(self.settings, OPERATOR),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        highest: dict[UUID, tuple[int, str]] = {}
        await consumer.start()
        try:
            ends = await consumer.end_offsets(consumer.assignment())
            while any([await consumer.position(each) < end for each, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    for record in records:
                        entry = WhoEntry.model_validate_json(record.value or b"")
                        assert record.key == entry.node.encode()
                        node = UUID(entry.node)
                        highest[node] = max(highest.get(node, (0, "")), (entry.revision, entry.number))
        finally:
            await consumer.stop()
        return highest


async def until(holds: Callable[[], Awaitable[Any]], seconds: float = 90.0) -> Any:
    """Wait until something holds; returns it."""
    deadline = time.monotonic() + seconds
    while not (found := await holds()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def open_services(settings: Settings, token_of: Callable[..., str]) -> AsyncIterator[BorderAndRegistry]:
    """Run both services in all roles."""
    async with (
        RunningService(border, settings, Role.ALL) as one,
        RunningService(registry, settings, Role.ALL) as other,
    ):
        add_pages(other.app, settings, [TEMPLATES], NAV)
        site = Starlette(routes=[Mount("/border", one.app), Mount("/registry", other.app)])
        async with httpx2.AsyncClient(
            transport=PatientTransport(httpx2.ASGITransport(site)), base_url="http://services"
        ) as http:
            officer = token_of(*OFFICER, person=f"officer-{uuid4().hex[:6]}")
            yield BorderAndRegistry(
                one.runtime, other.runtime, http, officer, token_of(*READS, person="reader"), settings
            )
