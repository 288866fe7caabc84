"""The routes of the registry: search, a worker, a timeline, flagged workers, figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AfterValidator

from chassis.base.logs import correlation
from chassis.commands.circumstances import check_era
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import Runtime, runtime_of
from chassis.http.pagination import MOST, After, Limit, Page, decode_cursor
from chassis.http.sealed_cursors import open_cursor, seal_cursor
from contracts.journeys.flags import FLAG_RULES, Addressee, FlagName, Severity
from contracts.times import Moment
from services.registry.identity.number import shown
from services.registry.permissions import FiguresRead, QuestionRead, TimelineRead, WorkerRead, WorkerSearch
from services.registry.projections.entry_pages import in_order
from services.registry.projections.figures import figures_by_year
from services.registry.queries.previews import preview
from services.registry.queries.workers import (
    MOST_FOUND,
    find,
    flags_of,
    look,
    look_at_questions,
    moved_to,
    timeline_of,
)
from services.registry.schemas.previews import Restated, TimelinePreview, preview_dict
from services.registry.schemas.questions import QuestionShown, question_of
from services.registry.schemas.searches import Search
from services.registry.schemas.timelines import TimelineShown, timeline_dict
from services.registry.schemas.workers import (
    DeparturesShown,
    FlaggedShown,
    Found,
    ReturnsShown,
    WorkerShown,
    found_of,
    worker_dict,
)
from services.registry.wording.previews import english_sentences

routes = CommandRouter()


@routes.post("/workers/search", name="search_workers", response_model_exclude_unset=True)
async def search_workers(
    request: Request,
    asked: Search,
    caller: WorkerSearch,
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND, description="Workers of a page.")] = MOST_FOUND,
    cursor: After = None,
) -> Found:
    """Search for workers within the caller's reach, those with the latest events first. The answer says nothing of others.

    A page may hold fewer workers than ``limit``, or none; go on while it has a ``next``.
    """
    runtime = runtime_of(request)
    found = await find(runtime, caller, asked, cursor, limit)
    await runtime.audit.look(
        caller,
        "search_workers",
        numbers=[row["number"] for row in found.rows],
        correlation=correlation(),
        detail={"by": sorted(name for name, value in asked if value is not None)},
    )
    further = {} if found.further is None else {"next": found.further}
    return Found(workers=[found_of(row) for row in found.rows], being_worked_out=found.unnumbered, **further)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the year must be between 1 and 9999, also in UTC") from None


AsOf = Annotated[
    Annotated[Moment, AfterValidator(_in_utc)] | None,
    Query(description="The state from the events recorded by this time; ISO 8601 with offset."),
]


def check_as_of(runtime: Runtime, as_of: datetime | None) -> None:
    """Check that the time of a state has no year of the Buddhist era, which would be the present state. Raises TimeImplausible."""
    if as_of is not None:
        check_era(as_of, "as_of", runtime.clock.today())


@routes.get("/workers/{number}", name="read_one", response_model=WorkerShown)
async def read_one(request: Request, number: str, caller: WorkerRead, as_of: AsOf = None) -> Response:
    """A worker: name, whereabouts and flags. A number that was joined to another answers 307."""
    check_as_of(runtime_of(request), as_of)
    found = await look(runtime_of(request), number, caller, "read_worker", as_of, entries=None)
    return redirect(request, number, found) if isinstance(found, str) else _json(worker_dict(found))


@routes.get("/workers/{number}/timeline", name="read_timeline", response_model=TimelineShown)
async def read_timeline(
    request: Request,
    number: str,
    caller: TimelineRead,
    as_of: AsOf = None,
    limit: Limit = MOST,
    cursor: After = None,
) -> Response:
    """A worker's journeys, and a page of their events, folded from the events received so far."""
    check_as_of(runtime_of(request), as_of)
    entries = in_order(limit, None if cursor is None else decode_cursor(cursor, datetime, UUID))
    found = await look(runtime_of(request), number, caller, "read_timeline", as_of, entries=entries)
    return redirect(request, number, found) if isinstance(found, str) else _json(timeline_dict(found))


@routes.post("/timelines/preview", name="preview_timeline", response_model=TimelinePreview)
async def preview_timeline(request: Request, asked: Restated, caller: TimelineRead) -> Response:
    """Preview the changes that a correction or a void would make on the timeline of its worker, as the caller sees it.

    The body is the ``timeline`` of the answer to the preview of the service that recorded the event. The record is taken to
    stay with its worker: who is who is decided when a correction of the person is recorded.
    """
    found = preview_dict(*await preview(runtime_of(request), caller, asked))
    return _json(found | {"words": english_sentences(found)})


@routes.get("/flags", name="list_flagged")
async def list_flagged(
    request: Request,
    caller: WorkerSearch,
    limit: Limit = 50,
    cursor: After = None,
    name: Annotated[FlagName | None, Query(description="A flag's name; all flags if absent.")] = None,
    addressee: Annotated[Addressee | None, Query(description="The office that should act.")] = None,
    severity: Annotated[Severity | None, Query(description="alarm, task or note.")] = None,
) -> Page[FlaggedShown]:
    """The flags that hold today on workers within reach, the latest raised first.

    A page may hold fewer flags than ``limit``, or none; go on while it has a ``next``.
    """
    runtime = runtime_of(request)
    names = None
    if name or addressee or severity:
        names = [
            str(flag)
            for flag, rule in FLAG_RULES.items()
            if name in (None, flag)
            and addressee in (None, rule.addressee)
            and severity in (None, rule.severity)
        ]
    rows, further = await flags_of(runtime, caller, names, cursor, limit)
    await runtime.audit.look(
        caller, "list_flagged", numbers=[row["number"] for row in rows], correlation=correlation()
    )
    return Page(
        items=tuple(
            FlaggedShown(
                **row
                | {
                    "number": shown(row["number"]),
                    "severity": FLAG_RULES[FlagName(row["name"])].severity,
                    "addressee": FLAG_RULES[FlagName(row["name"])].addressee,
                }
            )
            for row in rows
        ),
        next=further,
    )


@routes.get("/questions", name="list_questions")
async def list_questions(
    request: Request, caller: QuestionRead, limit: Limit = 50, cursor: After = None
) -> Page[QuestionShown]:
    """The questions that the registrar should decide: records that show one document and contradict each other, the latest first.

    For national callers only. A question disappears when the records no longer contradict each other.
    """
    runtime = runtime_of(request)
    after = (
        None if cursor is None else open_cursor(runtime.settings, "questions", cursor, datetime, str, UUID)
    )
    rows = await look_at_questions(runtime, caller, after, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        items=tuple(map(question_of, rows[:limit])),
        # The key of a row has the number of a worker.
        next=last and seal_cursor(runtime.settings, "questions", last["since"], last["number"], last["node"]),
    )


@routes.get("/figures/departures", name="departures")
async def departures(request: Request, caller: FiguresRead) -> list[DeparturesShown]:
    """Workers who left under an employment contract, by destination, year and sex: no leave, no duplicates, no dependants."""
    return [
        DeparturesShown(**{**row, "destination": row.pop("country")})
        for row in await _figures(request, "departures")
    ]


@routes.get("/figures/returns", name="returns")
async def returns(request: Request, caller: FiguresRead) -> list[ReturnsShown]:
    """Workers who came back, by country, year and sex; a return on leave is none, and remains are counted apart."""
    return [ReturnsShown(**row) for row in await _figures(request, "returns")]


@routes.get("/figures/remains", name="remains")
async def remains(request: Request, caller: FiguresRead) -> list[ReturnsShown]:
    """Workers whose remains were brought home, by country of the death, year and sex."""
    return [ReturnsShown(**row) for row in await _figures(request, "remains")]


async def _figures(request: Request, figure: str) -> list[dict[str, Any]]:
    runtime = runtime_of(request)
    return await figures_by_year(timeline_of(runtime).pool, figure, runtime.clock.now())


def redirect(request: Request, number: str, current: str) -> Response:
    """Return a redirect to the current number. It is temporary (307): a later split may bring the old number back."""
    return RedirectResponse(moved_to(request.url.path, request.url.query, number, current), 307)


def _json(content: Any) -> Response:
    return Response(orjson.dumps(content, default=str), media_type="application/json")
