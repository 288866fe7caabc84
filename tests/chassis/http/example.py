"""A small application on the chassis, with two people of a local issuer: nothing of any service is in it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from chassis.access.permissions import Caller, Everyone, Reach, page_permission, permission
from chassis.access.tokens import add_callers
from chassis.base.logs import get_log
from chassis.base.settings import Settings
from chassis.http.middleware import RequestMiddleware
from chassis.http.problems import add_problem_handlers, parse
from chassis.pages.rendering import NavItem, add_pages
from contracts.refusal import Refusal
from domnaer.local.issuer import DemoPerson, LocalIssuer
from domnaer.local.sign_in import sign_in_routes

RECORD, READ = "border.crossing.record", "border.crossing.read"
PLANTED = ("Chanthy", "ចន្ធី", "N1234412", "+85512345678", "1988-04-12")
"""What no log may ever hold; requests and failures below are full of it."""

OFFICER = DemoPerson(
    id="officer-rath",
    name_en="Rath Visal",
    name_km="រ័ត្ន វិសាល",
    office="KH-PPT",
    title="Officer at Poipet",
    permissions=frozenset({RECORD}),
    reach=Reach(posts=frozenset({"KH-PPT"})),
    password="cross the line",
)
ATTACHE = replace(
    OFFICER,
    id="attache-keo",
    name_en="Keo Sreymom",
    office="BKK",
    title="Labour attaché",
    permissions=frozenset({READ}),
    reach=Reach(countries=frozenset({"THA"})),
    password="far from home",
)


class Traveller(BaseModel):
    """A person as a test sends one."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=40)
    born: str | None = None
    age: int = Field(0, ge=0, le=120)


class OrientationCertificateMissing(Refusal):
    """No departure without the orientation certificate."""

    code = "orientation-certificate-missing"
    status = 409
    source = "Prakas 46"


CrossingRecord = Annotated[Caller, Depends(permission(RECORD))]
CrossingRead = Annotated[Caller, Depends(permission(READ))]
CrossingPage = Annotated[Caller, Depends(page_permission(RECORD))]
_TRAVELLER: TypeAdapter[Traveller] = TypeAdapter(Traveller)


def application(issuer: LocalIssuer, settings: Settings, templates: Path) -> FastAPI:
    """The application, with one route of each kind."""
    app = FastAPI()
    app.add_middleware(RequestMiddleware, service="border", body_limit=10_000)
    add_callers(app, settings)
    add_problem_handlers(app)
    (templates / "totals.html").write_text(
        '{% extends "base.html" %}{% block title %}{{ _("Totals") }}{% endblock %}'
        '{% block main %}<form method="post">{{ csrf_field(csrf) }}</form>{{ words }}{% endblock %}'
    )
    pages = add_pages(
        app, settings, [templates], [NavItem("/totals", "Totals", RECORD), NavItem("/cases", "Cases", READ)]
    )
    app.include_router(sign_in_routes(issuer, pages))
    log = get_log(service="border")

    @app.post("/crossings")
    async def record_crossing(request: Request, caller: CrossingRecord) -> dict[str, Any]:
        traveller = parse(_TRAVELLER, await request.body())
        return {"by": caller.id, "age": traveller.age}

    @app.get("/crossings")
    async def list_crossings(caller: CrossingRead, limit: int = 50) -> dict[str, Any]:
        return {"by": caller.id, "limit": limit}

    @app.post("/departures")
    async def record_departure(caller: CrossingRecord) -> None:
        raise OrientationCertificateMissing(
            "the certificate is missing", remedy="attend the course", field="course"
        )

    @app.get("/broken")
    async def broken(_: Annotated[None, Depends(Everyone("a test"))]) -> None:
        name = PLANTED[0]
        person = Traveller(name=name)
        log.info("about to fail", person=person, name=name, outcome={"name": name}, records=[person])
        raise LookupError(f"no such worker: {name} {PLANTED[2]}")

    @app.get("/forgotten")
    async def forgotten() -> None:
        return None

    @app.get("/totals")
    async def totals(request: Request, caller: CrossingPage) -> Any:
        return pages.render(request, "totals.html", words="<b>bold</b>")

    @app.post("/totals")
    async def close_day(request: Request, caller: CrossingPage) -> dict[str, str]:
        return {"closed by": caller.id}

    return app


class Logged:
    """Everything that was logged, as text and as lines."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]
