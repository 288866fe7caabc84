"""An employer abroad: its kind, country and sector, and in the person block its name, address, region and phone.

An employer may be registered after the contracts that name it: a contract is never refused because of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from contracts.codes.employment import EmployerKind
from contracts.codes.places import HOME, Country
from contracts.codes.work import Sector
from contracts.command import Circumstances
from contracts.envelope import Event
from contracts.organisation import OrganisationName, RegisterOrganisation
from contracts.recruitment import EmployerRegistered
from contracts.text import Words
from services.recruitment.domain.refusals import EmployerNotAbroad


class RegisterEmployer(RegisterOrganisation):
    """Register an employer abroad."""

    agency_id: UUID | None = Field(
        None, description="The agency that registers it; absent if a mission or the ministry does."
    )
    name: OrganisationName = Field(description="Name as written.")
    region: Words | None = Field(None, description="Province or state as written.")
    kind: EmployerKind = Field(description="The kind of employer.")
    country: Country
    sector: Sector | None = Field(None, description="Sector, ISIC Rev. 4, if it is known.")


@dataclass(frozen=True, slots=True)
class Employer:
    """The state of an employer. No command follows its registration yet."""

    agency_id: UUID | None = None
    country: str | None = None


def decide(command: RegisterEmployer, state: Employer, at: Circumstances) -> Sequence[EmployerRegistered]:
    """Return the facts that a command records. Raises EmployerNotAbroad."""
    facts = EmployerRegistered(
        recorded=at.recorded,
        agency_id=command.agency_id,
        kind=command.kind,
        country=command.country,
        sector=command.sector,
    )
    check(facts)
    return [facts]


def check(facts: EmployerRegistered) -> None:
    """Check that the employer is abroad. Raises EmployerNotAbroad."""
    if facts.country == HOME:
        raise EmployerNotAbroad(
            "its country is Cambodia",
            remedy="register an employer in Cambodia at the service reintegration",
            field="country",
        )


def evolve(state: Employer, event: Event[EmployerRegistered]) -> Employer:
    """Return the state after an event."""
    return Employer(event.facts.agency_id, event.facts.country)
