"""Queries of routes and pages: a case with everything known about it, the vacancies that fit, and the queues.

Everything is read within the caller's reach, and answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.reactions.inbox import nodes_of
from chassis.reactions.worker_numbers import numbers_of
from chassis.store.persons import AnyPerson
from contracts.envelope import Event, Fact
from contracts.reintegration import ReintegrationCaseOpened
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.domain.background import Background
from services.reintegration.domain.commands import ProposeMatch, ProposeOffer
from services.reintegration.domain.matching import Profile, Ranked, rank
from services.reintegration.projections.background import find_background
from services.reintegration.projections.cases import Queue, find_case, find_queue
from services.reintegration.projections.vacancies import MOST_RANKED, find_vacancies, find_vacancy, offer_of


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything known about it."""

    row: dict[str, Any]
    steps: Sequence[Event[Fact]]
    """The recorded events in their order, corrections and voids applied."""
    background: Background
    number: str | None
    """The worker's number, if the registry has published it."""

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
            occupations=frozenset(work.occupation for work in self.background.work),
            sectors=frozenset(work.sector for work in self.background.work),
            recognised=frozenset(skill.occupation for skill in self.background.skills),
            occupation_wanted=self.row["occupation_wanted"],
            home_province=self.row["home_province"],
            province_wanted=self.row["province_wanted"],
        )


async def open_file(runtime: Runtime, caller: Caller, case_id: UUID, action: str) -> CaseFile:
    """Return a case within the caller's reach and log the read in the audit. Raises RecordNotFound."""
    row = await find_case(runtime.pool, runtime.schemas["cases"], caller.reach, case_id)
    if row is None:
        raise RecordNotFound("there is no reintegration case of this id within your reach")
    steps = effective(await runtime.store.load(cases.stream(case_id)))
    opening = next(event for event in steps if isinstance(event.facts, ReintegrationCaseOpened))
    nodes = nodes_of(opening)
    numbers = sorted(set((await numbers_of(runtime.pool, nodes)).values()))
    background = await find_background(runtime, nodes)
    await runtime.log_read(caller, action, case_id, steps, numbers)
    return CaseFile(row, steps, background, numbers[0] if numbers else None)


async def vacancies_for(runtime: Runtime, file: CaseFile, limit: int) -> list[tuple[Ranked, dict[str, Any]]]:
    """Return the open vacancies that fit best, with reasons, without those already proposed and not declined."""
    rows = await find_vacancies(
        runtime.pool, runtime.schemas, open_on=runtime.clock.today(), limit=MOST_RANKED
    )
    by_id = {row["vacancy_id"]: row for row in rows}
    state = cases.fold(file.steps)
    proposed = {match.vacancy_id for match in state.matches.values() if match.answer != "declined"}
    ranked = rank((offer_of(row) for row in rows if row["vacancy_id"] not in proposed), file.profile())
    return [(each, by_id[each.vacancy_id]) for each in ranked[:limit]]


async def with_offer(runtime: Runtime, command: ProposeMatch) -> ProposeOffer:
    """Add to the command the offer of its vacancy as it is now."""
    row = await find_vacancy(runtime.pool, runtime.schemas, command.vacancy_id)
    return ProposeOffer.model_construct(**{**dict(command), "offer": None if row is None else offer_of(row)})


async def look_at_queue(
    runtime: Runtime,
    caller: Caller,
    queue: Queue,
    action: str,
    *,
    province: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
    persons: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows of a queue, one more than ``limit`` if there are more, and log the read in the audit.

    With ``persons`` each row has ``person``, the person block of the returnee.
    """
    rows = await find_queue(
        runtime.pool,
        runtime.schemas["cases"],
        caller.reach,
        queue,
        caller.id,
        runtime.clock.today(),
        province,
        after,
        limit + 1,
    )
    shown = [row["case_id"] for row in rows[:limit]]
    if persons:
        histories = await runtime.store.load_many(cases.stream(case_id) for case_id in shown)
        for row in rows[:limit]:
            standing = effective(histories[cases.stream(row["case_id"])])
            row["person"] = next(
                (e.person for e in standing if isinstance(e.facts, ReintegrationCaseOpened)), None
            )
        shown = [
            row["case_id"] if row["person"] is None else row["person"].evidence_id for row in rows[:limit]
        ]
    await runtime.audit.look(caller, action, evidence=shown, correlation=correlation())
    return rows
