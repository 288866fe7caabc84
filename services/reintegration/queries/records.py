"""Queries of routes and pages: a case with everything known about it, the vacancies that fit, and employers.

Everything is read within the caller's reach, and answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.reactions.inbox import nodes_of
from chassis.reactions.worker_numbers import numbers_of
from chassis.store.persons import AnyPerson
from chassis.store.record_choices import RecordChoice, Sought
from contracts.codes.money import Money
from contracts.envelope import Event, Fact
from contracts.reintegration import ReintegrationCaseOpened, WorkerPlaced
from contracts.rulings import effective
from services.reintegration.deciders import cases, employers
from services.reintegration.domain.background import Background
from services.reintegration.domain.case import case_of
from services.reintegration.domain.matching import Profile, Ranked, rank
from services.reintegration.projections.background import find_background
from services.reintegration.projections.employers import find_employers, letters_of_employers
from services.reintegration.projections.following import find_followed
from services.reintegration.projections.queues import find_cases
from services.reintegration.projections.vacancies import (
    MOST_RANKED,
    find_vacancies,
    offer_of,
)
from services.reintegration.schemas import HomeEmployerRow, HomeEmployerStep, HomeEmployerView


async def cases_of_returns(runtime: Runtime, returns: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the case of each return, by the event of the return: the case that it joined, or else the one that it opened."""
    named = {each: case_of(each) for each in returns}
    joined = [
        (return_id, case_id)
        for return_id, case_id in await find_followed(runtime.pool, returns)
        if case_id != named[return_id]
    ]
    stored = await runtime.store.load_many({cases.stream(case_id) for _, case_id in joined})
    return named | {
        return_id: case_id
        for return_id, case_id in joined
        if return_id in cases.fold(effective(stored[cases.stream(case_id)])).returns
    }


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything known about it."""

    row: dict[str, Any]
    steps: Sequence[Event[Fact]]
    """The recorded events in their order, corrections and voids applied."""
    background: Background
    number: str | None
    """The worker's number, if the registry has published it."""
    employers: Mapping[UUID, HomeEmployerRow]
    """The registered employers that placements name."""

    @property
    def opening(self) -> Event[Fact]:
        """The event that opened the case, corrections applied."""
        return next(event for event in self.steps if isinstance(event.facts, ReintegrationCaseOpened))

    @property
    def person(self) -> AnyPerson | None:
        """The person block of the returnee."""
        return self.opening.person

    def profile(self) -> Profile:
        """Return the facts that the ranking of vacancies uses."""
        return Profile(
            occupations=frozenset(w.occupation for w in self.background.work if w.occupation is not None),
            sectors=frozenset(w.sector for w in self.background.work if w.sector is not None),
            recognised=frozenset(skill.occupation for skill in self.background.skills),
            occupation_wanted=self.row["occupation_wanted"],
            home_province=self.row["home_province"],
            province_wanted=self.row["province_wanted"],
        )


async def open_file(runtime: Runtime, caller: Caller, case_id: UUID, action: str) -> CaseFile:
    """Return a case within the caller's reach and log the read in the audit. Raises RecordNotFound."""
    found = await find_cases(runtime.pool, runtime.schemas["cases"], caller.reach, [case_id])
    if not found:
        raise RecordNotFound("there is no reintegration case of this id within your reach")
    (row,) = found
    steps = effective(await runtime.store.load(cases.stream(case_id)))
    opening = next(event for event in steps if isinstance(event.facts, ReintegrationCaseOpened))
    nodes = nodes_of(opening)
    numbers = sorted(set((await numbers_of(runtime.pool, nodes)).values()))
    background = await find_background(runtime, nodes)
    named = await registered_employers(
        runtime, (event.facts.employer_id for event in steps if isinstance(event.facts, WorkerPlaced))
    )
    await runtime.log_read(caller, action, case_id, steps, numbers)
    return CaseFile(row, steps, background, numbers[0] if numbers else None, named)


async def vacancies_for(
    runtime: Runtime,
    file: CaseFile,
    limit: int,
    *,
    province: str | None = None,
    work: str | None = None,
    wage: Money | None = None,
) -> list[tuple[Ranked, dict[str, Any]]]:
    """Return the open vacancies that fit best, with reasons, without those already proposed or not suitable.

    Each has its ``employer``, or None. ``work`` is the beginning of an ISCO-08 code, ``wage`` the least wage a month.
    """
    rows = await find_vacancies(
        runtime.pool,
        runtime.schemas,
        open_on=runtime.clock.today(),
        province=province,
        work=work,
        wage=wage,
        limit=MOST_RANKED,
    )
    by_id = {row["vacancy_id"]: row for row in rows}
    state = cases.fold(file.steps)
    left_out = state.not_offered
    ranked = rank((offer_of(row) for row in rows if row["vacancy_id"] not in left_out), file.profile())
    shown = [by_id[each.vacancy_id] for each in ranked[:limit]]
    return list(zip(ranked, await with_employers(runtime, shown), strict=False))


async def registered_employers(
    runtime: Runtime, employer_ids: Iterable[UUID | None]
) -> dict[UUID, HomeEmployerRow]:
    """Return the employers that are registered, by id."""
    streams = {employers.stream(each): each for each in employer_ids if each is not None}
    if not streams:
        return {}
    histories = await runtime.store.load_many(streams)
    return {
        streams[stream]: HomeEmployerRow.of(standing)
        for stream, events in histories.items()
        if (standing := effective(events))
    }


async def with_employers(runtime: Runtime, vacancies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of vacancies with their ``employer``; None for one that is not registered."""
    found = await registered_employers(runtime, (row["employer_id"] for row in vacancies))
    return [{**row, "employer": found.get(row["employer_id"])} for row in vacancies]


async def look_at_employers(
    runtime: Runtime,
    caller: Caller,
    *,
    name: str | None,
    province: str | None,
    kind: str | None,
    limit: int,
    cursor: str | None,
) -> Page[HomeEmployerRow]:
    """Return a page of the employers that a search finds, the latest registered first."""
    rows = await find_employers(
        runtime.pool,
        runtime.schemas["employers"],
        name=name,
        provinces=[province] if province else [],
        kind=kind,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["employer_id"] for row in rows[:limit]]
    found = await registered_employers(runtime, shown)
    await runtime.audit.look(caller, "search_employers", evidence=shown, correlation=correlation())
    return page_of(
        rows,
        limit,
        lambda row: found[row["employer_id"]],
        lambda row: (row["registered_at"], str(row["employer_id"])),
    )


async def look_at_employer(runtime: Runtime, caller: Caller, employer_id: UUID) -> HomeEmployerView:
    """Return an employer. Raises RecordNotFound."""
    standing = effective(await runtime.store.load(employers.stream(employer_id)))
    if not standing:
        raise RecordNotFound("there is no employer of this id")
    await runtime.log_read(caller, "read_employer", employer_id, standing)
    return HomeEmployerView(
        **dict(HomeEmployerRow.of(standing)), steps=[HomeEmployerStep.of(event) for event in standing]
    )


async def employers_to_choose(runtime: Runtime, caller: Caller, sought: Sought) -> list[RecordChoice]:
    """Return the employers that a field offers, wherever they are: counsellors place workers in every province."""
    rows = await find_employers(
        runtime.pool,
        runtime.schemas["employers"],
        name=sought.name,
        letter=sought.letter,
        reference=sought.reference,
        limit=sought.limit,
    )
    shown = [row["employer_id"] for row in rows]
    found = await registered_employers(runtime, shown)
    await runtime.audit.look(caller, "choose_employer", evidence=shown, correlation=correlation())
    return [employer_choice(each) for each in found.values()]


def employer_choice(employer: HomeEmployerRow) -> RecordChoice:
    """Return an employer as a field offers it."""
    names = (employer.name_khmer, employer.name_latin)
    return RecordChoice(employer.employer_id, names, employer.province)


async def letters_to_choose(runtime: Runtime, caller: Caller) -> list[str]:
    """Return the first letters of the names of the employers that a field offers."""
    return await letters_of_employers(runtime.pool, runtime.schemas["employers"])
