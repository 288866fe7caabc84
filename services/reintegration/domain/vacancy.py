"""A vacancy: an employer in Cambodia looks for workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from pydantic import Field

from contracts.codes.money import Money, WagePeriod
from contracts.codes.places import Province
from contracts.codes.reintegration import VacancyEnd
from contracts.codes.work import Sector, UnitGroup
from contracts.command import Circumstances, Command
from contracts.envelope import Event
from contracts.reintegration import VacancyChanged, VacancyClosed, VacancyFact, VacancyRegistered
from contracts.times import Day
from services.reintegration.domain.refusals import (
    ClosesBeforeItOpens,
    NoSuchVacancy,
    VacancyClosedAlready,
    VacancyFilled,
    VacancyNoLongerOpen,
)


class _VacancyTerms(Command):
    occupation: UnitGroup
    sector: Sector
    province: Province
    wage: Money = Field(description="Wage for one period, with its currency.")
    wage_period: WagePeriod = Field(WagePeriod.MONTH, description="The period that the wage is paid for.")
    places: int = Field(ge=1, le=10_000, description="Places to fill.")
    open_until: Day | None = Field(None, description="Last day to apply.")


class RegisterVacancy(_VacancyTerms):
    """Register places that an employer in Cambodia wants to fill."""

    employer_id: UUID = Field(description="The employer.")


class ChangeVacancy(_VacancyTerms):
    """Change what a vacancy offers. All of it is stated, as it is from then on."""


class CloseVacancy(Command):
    """Close a vacancy: nobody else can apply."""

    reason: VacancyEnd = Field(description="The reason.")


VacancyCommand = RegisterVacancy | ChangeVacancy | CloseVacancy


@dataclass(frozen=True, slots=True)
class Vacancy:
    """The state of a vacancy."""

    registered: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A vacancy that can be proposed; ``taken`` counts the places of accepted matches, in a version of that count."""

    vacancy_id: UUID
    occupation: str
    sector: str
    province: str
    places: int = 1
    taken: int = 0
    open_until: date | None = None
    version: int = 0
    closed: bool = False

    def is_open(self, on: date) -> bool:
        """Return whether a worker may apply on a day."""
        in_time = self.open_until is None or on <= self.open_until
        return not self.closed and self.taken < self.places and in_time


def decide(command: VacancyCommand, state: Vacancy, at: Circumstances) -> Sequence[VacancyFact]:
    """Return the facts that a command records. Raises ClosesBeforeItOpens or VacancyClosedAlready."""
    if state.closed and not isinstance(command, RegisterVacancy):
        raise VacancyClosedAlready(
            "nobody can apply any more",
            remedy="register a new vacancy, or void the closing if it was mistaken",
        )
    match command:
        case RegisterVacancy():
            return [
                VacancyRegistered(
                    recorded=at.recorded, employer_id=command.employer_id, **_terms(command, at.day)
                )
            ]
        case ChangeVacancy():
            return [VacancyChanged(recorded=at.recorded, **_terms(command, at.day))]
        case CloseVacancy():
            return [VacancyClosed(recorded=at.recorded, reason=command.reason)]
        case _:
            assert_never(command)


def _terms(command: RegisterVacancy | ChangeVacancy, day: date) -> dict[str, Any]:
    if command.open_until is not None and command.open_until < day:
        raise ClosesBeforeItOpens(
            f"its last day, {command.open_until}, is before the day of its registration, {day}"
            if isinstance(command, RegisterVacancy)
            else f"its last day, {command.open_until}, is before the day of the change, {day}",
            remedy="give the last day to apply, or leave it out",
            field="open_until",
        )
    return {
        name: getattr(command, name)
        for name in _VacancyTerms.model_fields
        if name not in Command.model_fields
    }


def evolve(state: Vacancy, event: Event[VacancyFact]) -> Vacancy:
    """Return the state after an event."""
    match event.facts:
        case VacancyRegistered():
            return replace(state, registered=True)
        case VacancyClosed():
            return replace(state, closed=True)
        case VacancyChanged():
            return state
        case _ as unknown:
            assert_never(unknown)


def must_be_on_offer(offer: Offer | None, on: date) -> None:
    """Check that a vacancy may be proposed on a day. Raises NoSuchVacancy, VacancyNoLongerOpen or VacancyFilled."""
    if offer is None:
        raise NoSuchVacancy("none of this id is registered", remedy="register it first", field="vacancy_id")
    if offer.closed:
        raise VacancyNoLongerOpen("it was closed", field="vacancy_id")
    if offer.open_until is not None and on > offer.open_until:
        raise VacancyNoLongerOpen(f"its last day was {offer.open_until}", field="vacancy_id")
    must_have_a_place(offer, "vacancy_id")


def must_have_a_place(offer: Offer, field: str) -> None:
    """Check that a place of a vacancy is left. Raises VacancyFilled, which names the field of the command."""
    if offer.taken >= offer.places:
        raise VacancyFilled(f"{offer.taken} of {offer.places} are taken", field=field)
