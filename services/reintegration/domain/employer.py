"""An employer in Cambodia: its kind, province and sector, and in the person block its name, address and phone.

An employer may be registered after the vacancies and placements that name it: they are never refused because of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from contracts.codes.employment import EmployerKind
from contracts.codes.places import Province
from contracts.codes.work import Sector
from contracts.command import Circumstances
from contracts.envelope import Event
from contracts.organisation import OrganisationName, RegisterOrganisation
from contracts.reintegration import HomeEmployerRegistered


class RegisterHomeEmployer(RegisterOrganisation):
    """Register an employer in Cambodia."""

    name: OrganisationName = Field(description="Name as written.")
    kind: EmployerKind = Field(description="The kind of employer.")
    province: Province
    sector: Sector | None = Field(None, description="Sector, ISIC Rev. 4, if it is known.")


@dataclass(frozen=True, slots=True)
class HomeEmployer:
    """The state of an employer. No command follows its registration yet."""

    registered: bool = False


def decide(
    command: RegisterHomeEmployer, state: HomeEmployer, at: Circumstances
) -> Sequence[HomeEmployerRegistered]:
    """Return the facts that a command records."""
    return [
        HomeEmployerRegistered(
            recorded=at.recorded, kind=command.kind, province=command.province, sector=command.sector
        )
    ]


def evolve(state: HomeEmployer, event: Event[HomeEmployerRegistered]) -> HomeEmployer:
    """Return the state after an event."""
    return HomeEmployer(registered=True)
