"""A vacancy: an employer in Cambodia looks for workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import Field

from contracts.codes.money import Money, WagePeriod
from contracts.codes.places import Province
from contracts.codes.work import Sector, UnitGroup
from contracts.command import Circumstances, Command
from contracts.envelope import Event
from contracts.reintegration import VacancyRegistered
from contracts.times import Day
from services.reintegration.domain.refusals import (
    ClosesBeforeItOpens,
    NoSuchVacancy,
    VacancyFilled,
    VacancyNoLongerOpen,
)


class RegisterVacancy(Command):
    """Register places that an employer in Cambodia wants to fill."""

    employer_id: UUID = Field(description="The employer.")
    occupation: UnitGroup
    sector: Sector
    province: Province
    wage: Money = Field(description="Wage for one period, with its currency.")
    wage_period: WagePeriod = Field(WagePeriod.MONTH, description="The period that the wage is paid for.")
    places: int = Field(ge=1, le=10_000, description="Places to fill.")
    open_until: Day | None = Field(None, description="Last day to apply.")


@dataclass(frozen=True, slots=True)
class Vacancy:
    """The state of a vacancy. No command follows its registration yet."""

    registered: bool = False


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

    def is_open(self, on: date) -> bool:
        """Return whether a worker may apply on a day."""
        return self.taken < self.places and (self.open_until is None or on <= self.open_until)


def decide(command: RegisterVacancy, state: Vacancy, at: Circumstances) -> Sequence[VacancyRegistered]:
    """Return the facts that a command records. Raises ClosesBeforeItOpens."""
    opens_on = at.day
    if command.open_until is not None and command.open_until < opens_on:
        raise ClosesBeforeItOpens(
            f"its last day, {command.open_until}, is before the day of its registration, {opens_on}",
            remedy="give the last day to apply, or leave it out",
            field="open_until",
        )
    return [
        VacancyRegistered(
            recorded=at.recorded,
            employer_id=command.employer_id,
            occupation=command.occupation,
            sector=command.sector,
            province=command.province,
            wage=command.wage,
            wage_period=command.wage_period,
            places=command.places,
            open_until=command.open_until,
        )
    ]


def evolve(state: Vacancy, event: Event[VacancyRegistered]) -> Vacancy:
    """Return the state after an event."""
    return Vacancy(registered=True)


def must_be_on_offer(offer: Offer | None, on: date) -> None:
    """Check that a vacancy may be proposed on a day. Raises NoSuchVacancy, VacancyNoLongerOpen or VacancyFilled."""
    if offer is None:
        raise NoSuchVacancy("none of this id is registered", remedy="register it first", field="vacancy_id")
    if offer.open_until is not None and on > offer.open_until:
        raise VacancyNoLongerOpen(f"its last day was {offer.open_until}", field="vacancy_id")
    must_have_a_place(offer, "vacancy_id")


def must_have_a_place(offer: Offer, field: str) -> None:
    """Check that a place of a vacancy is left. Raises VacancyFilled, which names the field of the command."""
    if offer.taken >= offer.places:
        raise VacancyFilled(f"{offer.taken} of {offer.places} are taken", field=field)
