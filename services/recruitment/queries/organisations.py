"""Queries of routes and pages: employers and workplaces, one of them or a list.

Everything is read within the caller's reach, and answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.store.decider import AnyDecider
from contracts.envelope import Event
from contracts.organisation import Organisation
from contracts.rulings import effective
from services.recruitment.deciders import agencies, employers, workplaces
from services.recruitment.projections.agencies import find_agencies
from services.recruitment.projections.employers import find_employers
from services.recruitment.projections.reach import may_read
from services.recruitment.projections.workplaces import find_workplaces
from services.recruitment.schemas import (
    AgencyRow,
    EmployerRow,
    EmployerStep,
    EmployerView,
    WorkplaceRow,
    WorkplaceStep,
    WorkplaceView,
)

Events = Sequence[Event[Any]]
OFFERED = 500
"""Employers, and workplaces, that a template offers: those last registered."""


async def agencies_named(runtime: Runtime, agency_ids: Iterable[UUID]) -> dict[UUID, AgencyRow]:
    """Return agencies by id, those that are registered. Who is licensed is public."""
    streams = {agencies.stream(each): each for each in agency_ids}
    histories = await runtime.store.load_many(streams)
    standing = {stream: effective(events) for stream, events in histories.items()}
    return {streams[stream]: AgencyRow.of(events[0]) for stream, events in standing.items() if events}


async def agencies_of(runtime: Runtime, caller: Caller) -> list[tuple[str, str]]:
    """Return the agencies for which a caller acts, by name: each with its id; one that is not registered has its id as name."""
    own = sorted(caller.reach.agencies)
    known = await agencies_named(runtime, [UUID(each) for each in own if is_id(each)])
    named = {str(agency_id): name_of(agency) for agency_id, agency in known.items()}
    return sorted(((each, named.get(each, each)) for each in own), key=lambda each: (each[1], each[0]))


def is_id(agency: str) -> bool:
    """Return whether the name of an agency in a token is the id of one."""
    try:
        UUID(agency)
    except ValueError:
        return False
    return True


async def look_at_agencies(
    runtime: Runtime, caller: Caller, *, limit: int, cursor: str | None
) -> Page[AgencyRow]:
    """Return a page of the agencies, the last registered first."""
    after = None if cursor is None else decode_cursor(cursor, datetime, UUID)
    ids = await find_agencies(runtime.pool, runtime.schemas["agencies"], after=after, limit=limit + 1)
    known = await agencies_named(runtime, ids)
    await runtime.audit.look(caller, "list_agencies", evidence=ids[:limit], correlation=correlation())
    rows = [known[each].model_dump() for each in ids if each in known]
    return page_of(
        rows, limit, lambda row: AgencyRow(**row), lambda row: (row["registered_at"], str(row["agency_id"]))
    )


class EmployersKnown(NamedTuple):
    """The employers and workplaces that a caller may name, by id, with their names."""

    employers: Sequence[tuple[UUID, str]]
    workplaces: Sequence[tuple[UUID, str]]


def name_of(record: Organisation) -> str:
    """Return the name of an employer or a workplace in one line, or its address if it has none."""
    names = [record.name_khmer, record.name_latin]
    return " ".join(filter(None, names)) or " ".join((record.address or "–").split())


async def choices_of_employers(runtime: Runtime, caller: Caller) -> EmployersKnown:
    """Return the employers and workplaces that a template offers, by name, after the audit entry is committed."""
    rows = await find_employers(runtime.pool, runtime.schemas["employers"], caller.reach, limit=OFFERED)
    known = await employers_named(runtime, caller, [row["employer_id"] for row in rows])
    places = await find_workplaces(runtime.pool, runtime.schemas["workplaces"], caller.reach, limit=OFFERED)
    streams = [workplaces.stream(row["workplace_id"]) for row in places]
    histories = await runtime.store.load_many(streams)
    at = [WorkplaceRow.of(effective(histories[stream])[0]) for stream in streams]
    shown = [*known, *(each.workplace_id for each in at)]
    await runtime.audit.look(caller, "list_employers_template", evidence=shown, correlation=correlation())
    return EmployersKnown(
        sorted(((each, name_of(row)) for each, row in known.items()), key=lambda one: one[1].casefold()),
        sorted(
            (
                (each.workplace_id, f"{name_of(known[each.employer_id])}: {name_of(each)}")
                for each in at
                if each.employer_id in known
            ),
            key=lambda one: one[1].casefold(),
        ),
    )


async def employers_named(
    runtime: Runtime, caller: Caller, employer_ids: Iterable[UUID]
) -> dict[UUID, EmployerRow]:
    """Return employers by id, those that are registered within the caller's reach."""
    streams = {employers.stream(each): each for each in employer_ids}
    found = {}
    for stream, events in (await runtime.store.load_many(streams)).items():
        standing = effective(events)
        state = employers.fold(standing)
        if standing and may_read(caller.reach, state.agency_id, state.country):
            found[streams[stream]] = EmployerRow.of(standing[0])
    return found


async def registered(runtime: Runtime, caller: Caller, decider: AnyDecider, record_id: UUID | None) -> Events:
    """Return the valid events of an employer or a workplace; none if it is not registered within the caller's reach."""
    if record_id is None:
        return ()
    standing = effective(await runtime.store.load(decider.stream(record_id)))
    state = decider.fold(standing)
    return standing if standing and may_read(caller.reach, state.agency_id, state.country) else ()


async def look_at_employers(
    runtime: Runtime,
    caller: Caller,
    *,
    name: str | None,
    country: str | None,
    kind: str | None,
    limit: int,
    cursor: str | None,
) -> Page[EmployerRow]:
    """Return a page of the employers that a search finds, the latest registered first."""
    rows = await find_employers(
        runtime.pool,
        runtime.schemas["employers"],
        caller.reach,
        name=name,
        country=country,
        kind=kind,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["employer_id"] for row in rows[:limit]]
    histories = await runtime.store.load_many(map(employers.stream, shown))
    await runtime.audit.look(caller, "search_employers", evidence=shown, correlation=correlation())
    return page_of(
        rows,
        limit,
        lambda row: EmployerRow.of(effective(histories[employers.stream(row["employer_id"])])[0]),
        lambda row: (row["registered_at"], str(row["employer_id"])),
    )


async def look_at_employer(runtime: Runtime, caller: Caller, employer_id: UUID) -> EmployerView:
    """Return an employer with its workplaces within the caller's reach. Raises RecordNotFound."""
    standing = await registered(runtime, caller, employers, employer_id)
    if not standing:
        raise RecordNotFound("there is no employer of this id within your reach")
    places = await find_workplaces_of(runtime, caller, employer_id)
    await runtime.log_read(caller, "read_employer", employer_id, standing)
    return EmployerView(
        **dict(EmployerRow.of(standing[0])),
        workplaces=places,
        steps=[EmployerStep.of(event) for event in standing],
    )


async def find_workplaces_of(runtime: Runtime, caller: Caller, employer_id: UUID) -> list[WorkplaceRow]:
    """Return the workplaces of an employer within the caller's reach, the last registered first."""
    rows = await find_workplaces(runtime.pool, runtime.schemas["workplaces"], caller.reach, employer_id)
    streams = [workplaces.stream(row["workplace_id"]) for row in rows]
    histories = await runtime.store.load_many(streams)
    return [WorkplaceRow.of(effective(histories[stream])[0]) for stream in streams]


async def look_at_workplace(runtime: Runtime, caller: Caller, workplace_id: UUID) -> WorkplaceView:
    """Return a workplace. Raises RecordNotFound."""
    standing = await registered(runtime, caller, workplaces, workplace_id)
    if not standing:
        raise RecordNotFound("there is no workplace of this id within your reach")
    await runtime.log_read(caller, "read_workplace", workplace_id, standing)
    return WorkplaceView(
        **dict(WorkplaceRow.of(standing[0])), steps=[WorkplaceStep.of(event) for event in standing]
    )
