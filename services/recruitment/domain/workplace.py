"""A workplace of an employer abroad: in the person block its name, address, region and phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from contracts.codes.places import HOME, Country
from contracts.command import Circumstances
from contracts.envelope import Event
from contracts.organisation import OrganisationName, RegisterOrganisation
from contracts.recruitment import WorkplaceRegistered
from contracts.text import Words
from services.recruitment.domain.refusals import NotForWorkAbroad


class RegisterWorkplace(RegisterOrganisation):
    """Register a workplace of an employer abroad."""

    agency_id: UUID | None = Field(
        None, description="The agency that registers it; absent if a mission or the ministry does."
    )
    employer_id: UUID = Field(description="The employer.")
    name: OrganisationName | None = Field(None, description="Name as written, if it has one.")
    region: Words | None = Field(None, description="Province or state as written.")
    country: Country


@dataclass(frozen=True, slots=True)
class Workplace:
    """The state of a workplace. No command follows its registration yet."""

    agency_id: UUID | None = None
    country: str | None = None


def decide(command: RegisterWorkplace, state: Workplace, at: Circumstances) -> Sequence[WorkplaceRegistered]:
    """Return the facts that a command records. Raises NotForWorkAbroad."""
    facts = WorkplaceRegistered(
        recorded=at.recorded,
        agency_id=command.agency_id,
        employer_id=command.employer_id,
        country=command.country,
    )
    check(facts)
    return [facts]


def check(facts: WorkplaceRegistered) -> None:
    """Check that the workplace is abroad. Raises NotForWorkAbroad."""
    if facts.country == HOME:
        raise NotForWorkAbroad(
            "the workplace is in Cambodia", remedy="give the country of the workplace", field="country"
        )


def evolve(state: Workplace, event: Event[WorkplaceRegistered]) -> Workplace:
    """Return the state after an event."""
    return Workplace(event.facts.agency_id, event.facts.country)
