"""Queries of routes and pages: assistance cases and permits, one by one and in lists.

Everything is read within the caller's reach, and answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.store.decider import record_of
from contracts.codes.missions import MISSIONS
from contracts.envelope import Event, Fact
from contracts.reference.current import reference_data
from contracts.rulings import effective
from contracts.times import day_of
from services.consular.deciders import assistance_cases, permits
from services.consular.projections.assistance_cases import (
    ASSISTANCE_CASES,
    Whose,
    find_case,
    find_handed_over,
    find_hidden,
    find_open_cases,
)
from services.consular.projections.permits import find_permit, find_permits
from services.consular.schemas import (
    AssistanceCaseRow,
    AssistanceCaseView,
    AssistanceStep,
    PermitRow,
    PermitStep,
    PermitView,
)


async def look_at_queue(
    runtime: Runtime, caller: Caller, whose: Whose, mission: str | None, limit: int, cursor: str | None
) -> Page[AssistanceCaseRow]:
    """Return a page of the open cases by due date, the most overdue first."""
    rows = await find_open_cases(
        runtime.pool,
        runtime.schemas["assistance_cases"],
        caller,
        whose=whose,
        mission=mission,
        after=None if cursor is None else decode_cursor(cursor, date, UUID),
        limit=limit + 1,
    )
    shown = [row["case_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_open_cases", evidence=shown, correlation=correlation())
    now = runtime.clock.now()
    hidden = await _hidden(runtime, caller, (row["about"] for row in rows))
    return page_of(
        rows,
        limit,
        lambda row: case_row(row, now, hidden),
        lambda row: (row["queue_on"], str(row["case_id"])),
    )


async def look_at_handed_over(
    runtime: Runtime, caller: Caller, limit: int, cursor: str | None
) -> Page[AssistanceCaseRow]:
    """Return a page of the cases that the caller's missions handed over, each as it was then, the latest opened first."""
    ids = await find_handed_over(
        runtime.pool,
        runtime.schemas["assistance_cases"],
        caller,
        after=None if cursor is None else decode_cursor(cursor, UUID)[0],
        limit=limit + 1,
    )
    shown = ids[:limit]
    await runtime.audit.look(caller, "list_handed_over_cases", evidence=shown, correlation=correlation())
    histories = await runtime.store.load_many({assistance_cases.stream(each) for each in shown})
    now = runtime.clock.now()
    cases = {
        each: _row_of(_until_handed_over(histories[assistance_cases.stream(each)], caller)) for each in shown
    }
    hidden = await _hidden(runtime, caller, (each["about"] for each in cases.values()))
    return page_of(ids, limit, lambda each: case_row(cases[each], now, hidden), lambda each: (str(each),))


async def look_at_case(
    runtime: Runtime, caller: Caller, case_id: UUID, action: str = "read_case"
) -> AssistanceCaseView:
    """Return a case; ``action`` names the read in the audit. Raises RecordNotFound.

    A mission that handed the case over reads it as it was then, without what the other mission recorded.
    """
    found = await find_case(runtime.pool, runtime.schemas["assistance_cases"], caller, case_id)
    if found is None:
        raise RecordNotFound("there is no assistance case of this id within your reach")
    case, in_charge = found
    history = await runtime.store.load(assistance_cases.stream(case_id))
    standing = effective(history) if in_charge else _until_handed_over(history, caller)
    await runtime.log_read(caller, action, case_id, standing)
    hidden = await _hidden(runtime, caller, map(_about, standing))
    shown = case_row(case if in_charge else _row_of(standing), runtime.clock.now(), hidden)
    steps = [AssistanceStep.of(_without(event, hidden)) for event in _newest_first(standing)]
    return AssistanceCaseView(**dict(shown), in_charge=in_charge, steps=steps)


def _until_handed_over(history: Sequence[Event[Fact]], caller: Caller) -> list[Event[Fact]]:
    """Return the valid events of a case as a mission within reach knew them when it handed the case over for the last time."""
    left = assistance_cases.fold(effective(history)).handed_over
    last = max(
        version for mission, version in left.items() if MISSIONS[mission].country in caller.reach.countries
    )
    return effective(event for event in history if event.version <= last)


def _row_of(standing: Sequence[Event[Fact]]) -> dict[str, Any]:
    found = ASSISTANCE_CASES.row(standing)
    assert found is not None  # a case that was handed over has its opening
    return dict(zip((name for name, _ in ASSISTANCE_CASES.columns), found, strict=True))


async def _hidden(runtime: Runtime, caller: Caller, abouts: Iterable[str | None]) -> frozenset[str]:
    """Return the records among ``abouts`` that are cases restricted to other people: the caller does not learn of them."""
    noun = f"{assistance_cases.noun}-"
    cases = {record_of(each): each for each in abouts if each is not None and each.startswith(noun)}
    if not cases:
        return frozenset()
    found = await find_hidden(runtime.pool, runtime.schemas["assistance_cases"], caller, list(cases))
    return frozenset(cases[each] for each in found)


def _about(event: Event[Fact]) -> str | None:
    about: str | None = getattr(event.facts, "about", None)
    return about


def _without(event: Event[Fact], hidden: Set[str]) -> Event[Fact]:
    """Return an event without the name of a hidden record."""
    if _about(event) not in hidden:
        return event
    return replace(event, facts=event.facts.model_copy(update={"about": None}))


def case_row(found: dict[str, Any], now: datetime, hidden: Set[str]) -> AssistanceCaseRow:
    """Return a row of the read model as it is shown at a time, without the name of a hidden record."""
    due_on = found["due_on"]
    return AssistanceCaseRow(
        **found
        | {
            "restricted_to": found["restricted_to"].split(),
            "about": None if found["about"] in hidden else found["about"],
        },
        overdue=due_on is not None and due_on < today_at(found["mission"], now),
        accredited=is_accredited(found["mission"], found["country"], found["opened_at"]),
    )


def today_at(mission: str, now: datetime) -> date:
    """Return the present day where a mission is."""
    return day_of(now, MISSIONS[mission].zone)


def is_accredited(mission: str, country: str | None, at: datetime) -> bool:
    """Return whether a mission is accredited to a country (its own if None) on the day of ``at``."""
    return (country or MISSIONS[mission].country) in reference_data().accredited(mission, day_of(at))


async def look_at_permits(
    runtime: Runtime, caller: Caller, mission: str | None, limit: int, cursor: str | None
) -> Page[PermitRow]:
    """Return a page of the permits, the latest issued first."""
    rows = await find_permits(
        runtime.pool,
        runtime.schemas["permits"],
        caller.reach,
        mission=mission,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["permit_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_permits", evidence=shown, correlation=correlation())
    now = runtime.clock.now()
    hidden = await _hidden(runtime, caller, (row["about"] for row in rows))
    return page_of(
        rows,
        limit,
        lambda row: permit_row(row, now, hidden),
        lambda row: (row["issued_at"], str(row["permit_id"])),
    )


async def look_at_permit(
    runtime: Runtime, caller: Caller, permit_id: UUID, action: str = "read_permit"
) -> PermitView:
    """Return a permit; ``action`` names the read in the audit. Raises RecordNotFound."""
    found = await find_permit(runtime.pool, runtime.schemas["permits"], caller.reach, permit_id)
    if found is None:
        raise RecordNotFound("there is no permit of this id within your reach")
    standing = effective(await runtime.store.load(permits.stream(permit_id)))
    await runtime.log_read(caller, action, permit_id, standing)
    hidden = await _hidden(runtime, caller, map(_about, standing))
    steps = [PermitStep.of(_without(event, hidden)) for event in _newest_first(standing)]
    return PermitView(**dict(permit_row(found, runtime.clock.now(), hidden)), steps=steps)


def permit_row(found: dict[str, Any], now: datetime, hidden: Set[str]) -> PermitRow:
    """Return a row of the read model as it is shown at a time, without the name of a hidden record."""
    today = today_at(found["mission"], now)
    valid_until, lapsed_on = found["valid_until"] or date.max, found["lapsed_on"] or date.max
    return PermitRow(
        **found | {"about": None if found["about"] in hidden else found["about"]},
        holds=found["valid_from"] <= today <= valid_until and today < lapsed_on,
        accredited=is_accredited(found["mission"], found["country"], found["issued_at"]),
    )


def _newest_first(standing: Sequence[Event[Fact]]) -> list[Event[Fact]]:
    return sorted(standing, key=lambda event: (event.occurred_at, event.version), reverse=True)
