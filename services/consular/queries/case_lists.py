"""Queries of lists of assistance cases: those in charge of, and those handed over to another mission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from contracts.envelope import Event, Fact
from contracts.person import Person
from contracts.rulings import effective
from services.consular.deciders import assistance_cases
from services.consular.projections.case_lists import CaseFilter, State, find_cases, find_handed_over, list_key
from services.consular.queries.cases import case_row, hidden_cases, row_of, until_handed_over
from services.consular.schemas import AssistanceCaseRow
from services.consular.wording import person_of

_CURSORS: Mapping[State, tuple[type, ...]] = {"open": (int, date, UUID), "closed": (datetime, UUID)}
_ACTIONS: Mapping[State, str] = {"open": "list_open_cases", "closed": "list_closed_cases"}


@dataclass(frozen=True, slots=True)
class NamedCases:
    """A page of cases with the valid events of each."""

    page: Page[AssistanceCaseRow]
    events: Mapping[UUID, Sequence[Event[Fact]]]

    @property
    def persons(self) -> Mapping[UUID, Person | None]:
        """The person of each case; None if nothing of a person is recorded."""
        return {case_id: person_of(events) for case_id, events in self.events.items()}

    def with_persons(self) -> Page[dict[str, Any]]:
        """Return the page with ``person`` in each case, for files."""
        cases = ({**dict(case), "person": self.persons.get(case.case_id)} for case in self.page.items)
        return Page(items=tuple(cases), next=self.page.next)


async def look_at_cases(
    runtime: Runtime, caller: Caller, chosen: CaseFilter, limit: int, cursor: str | None
) -> Page[AssistanceCaseRow]:
    """Return a page of cases: open ones by urgency and then due date, closed ones with the latest closed first."""
    return (await _look(runtime, caller, chosen, limit, cursor, named=False)).page


async def look_at_named_cases(
    runtime: Runtime, caller: Caller, chosen: CaseFilter, limit: int, cursor: str | None
) -> NamedCases:
    """Return a page of cases as :func:`look_at_cases`, with the persons; the audit names the person blocks shown."""
    return await _look(runtime, caller, chosen, limit, cursor, named=True)


async def _look(
    runtime: Runtime, caller: Caller, chosen: CaseFilter, limit: int, cursor: str | None, *, named: bool
) -> NamedCases:
    rows = await find_cases(
        runtime.pool,
        runtime.schemas["assistance_cases"],
        caller,
        chosen,
        after=None if cursor is None else decode_cursor(cursor, *_CURSORS[chosen.state]),
        limit=limit + 1,
    )
    shown = [row["case_id"] for row in rows[:limit]]
    events = await _events(runtime, shown) if named else {}
    evidence = _evidence(shown, events)
    await runtime.audit.look(caller, _ACTIONS[chosen.state], evidence=evidence, correlation=correlation())
    now = runtime.clock.now()
    hidden = await hidden_cases(runtime, caller, (row["about"] for row in rows))
    page = page_of(
        rows, limit, lambda row: case_row(row, now, hidden), lambda row: list_key(chosen.state, row)
    )
    return NamedCases(page, events)


async def _events(runtime: Runtime, cases: Sequence[UUID]) -> dict[UUID, Sequence[Event[Fact]]]:
    histories = await runtime.store.load_many({assistance_cases.stream(each) for each in cases})
    return {each: effective(histories[assistance_cases.stream(each)]) for each in cases}


def _evidence(cases: Sequence[UUID], events: Mapping[UUID, Sequence[Event[Fact]]]) -> list[UUID]:
    """Return what the audit names of a list: the person block that is shown of each case, or the case if there is none."""
    persons = {each: person_of(events.get(each, ())) for each in cases}
    return [each if person is None else person.evidence_id for each, person in persons.items()]


async def look_at_handed_over(runtime: Runtime, caller: Caller, limit: int, cursor: str | None) -> NamedCases:
    """Return a page of the cases that the caller's missions handed over, each as it was then, the latest opened first."""
    ids = await find_handed_over(
        runtime.pool,
        runtime.schemas["assistance_cases"],
        caller,
        after=None if cursor is None else decode_cursor(cursor, UUID)[0],
        limit=limit + 1,
    )
    shown = ids[:limit]
    histories = await runtime.store.load_many({assistance_cases.stream(each) for each in shown})
    known = {each: until_handed_over(histories[assistance_cases.stream(each)], caller) for each in shown}
    evidence = _evidence(shown, known)
    await runtime.audit.look(caller, "list_handed_over_cases", evidence=evidence, correlation=correlation())
    now = runtime.clock.now()
    cases = {each: row_of(standing) for each, standing in known.items()}
    hidden = await hidden_cases(runtime, caller, (each["about"] for each in cases.values()))
    page = page_of(ids, limit, lambda each: case_row(cases[each], now, hidden), lambda each: (str(each),))
    return NamedCases(page, known)
