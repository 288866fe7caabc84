"""Queries of one assistance case, as a caller may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.store.decider import record_of
from contracts.codes.missions import MISSIONS
from contracts.envelope import Event, Fact
from contracts.reference.current import reference_data
from contracts.rulings import effective
from contracts.times import day_of
from services.consular.deciders import assistance_cases
from services.consular.projections.assistance_cases import (
    ASSISTANCE_CASES,
    find_case,
    find_hidden,
)
from services.consular.schemas import (
    AssistanceCaseRow,
    AssistanceCaseView,
    AssistanceStep,
)


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
    standing = effective(history) if in_charge else until_handed_over(history, caller)
    await runtime.log_read(caller, action, case_id, standing)
    hidden = await hidden_cases(runtime, caller, map(about_of, standing))
    shown = case_row(case if in_charge else row_of(standing), runtime.clock.now(), hidden)
    steps = [AssistanceStep.of(without(event, hidden)) for event in newest_first(standing)]
    return AssistanceCaseView(**dict(shown), in_charge=in_charge, steps=steps)


def until_handed_over(history: Sequence[Event[Fact]], caller: Caller) -> list[Event[Fact]]:
    """Return the valid events of a case as a mission within reach knew them when it handed the case over for the last time."""
    left = assistance_cases.fold(effective(history)).handed_over
    last = max(
        version for mission, version in left.items() if MISSIONS[mission].country in caller.reach.countries
    )
    return effective(event for event in history if event.version <= last)


def row_of(standing: Sequence[Event[Fact]]) -> dict[str, Any]:
    """Return the row of the read model that the valid events of a case make."""
    found = ASSISTANCE_CASES.row(standing)
    assert found is not None  # a case that was handed over has its opening
    return dict(zip((name for name, _ in ASSISTANCE_CASES.columns), found, strict=True))


async def hidden_cases(runtime: Runtime, caller: Caller, abouts: Iterable[str | None]) -> frozenset[str]:
    """Return the records among ``abouts`` that are cases restricted to other people: the caller does not learn of them."""
    noun = f"{assistance_cases.noun}-"
    cases = {record_of(each): each for each in abouts if each is not None and each.startswith(noun)}
    if not cases:
        return frozenset()
    found = await find_hidden(runtime.pool, runtime.schemas["assistance_cases"], caller, list(cases))
    return frozenset(cases[each] for each in found)


def about_of(event: Event[Fact]) -> str | None:
    """Return the record that an event names as about the same person, or None."""
    about: str | None = getattr(event.facts, "about", None)
    return about


def without(event: Event[Fact], hidden: Set[str]) -> Event[Fact]:
    """Return an event without the name of a hidden record."""
    if about_of(event) not in hidden:
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


def newest_first(standing: Sequence[Event[Fact]]) -> list[Event[Fact]]:
    """Return events in the order of a log: the latest occurrence first."""
    return sorted(standing, key=lambda event: (event.occurred_at, event.version), reverse=True)
