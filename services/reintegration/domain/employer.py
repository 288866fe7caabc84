"""An employer in Cambodia: its kind, province and sector, and in the person block its name, address, phone and contact.

An employer may be registered after the vacancies and placements that name it: they are never refused because of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from pydantic import Field

from contracts.codes.employment import EmployerKind
from contracts.codes.places import Province
from contracts.codes.work import Sector
from contracts.command import Circumstances
from contracts.envelope import Event
from contracts.organisation import OrganisationName, RegisterOrganisation
from contracts.reintegration import HomeEmployerChanged, HomeEmployerFact, HomeEmployerRegistered
from contracts.text import Words


class _HomeEmployerCommand(RegisterOrganisation):
    name: OrganisationName = Field(description="Name as written.")
    kind: EmployerKind = Field(description="The kind of employer.")
    province: Province
    sector: Sector | None = Field(None, description="Sector, ISIC Rev. 4, if it is known.")
    contact: Words | None = Field(None, description="The person to ask for, as written.")


class RegisterHomeEmployer(_HomeEmployerCommand):
    """Register an employer in Cambodia."""


class ChangeHomeEmployer(_HomeEmployerCommand):
    """Change the record of an employer in Cambodia. It is stated completely: what is left out is not known any more."""


@dataclass(frozen=True, slots=True)
class HomeEmployer:
    """The state of an employer."""

    registered: bool = False


def decide(
    command: RegisterHomeEmployer | ChangeHomeEmployer, state: HomeEmployer, at: Circumstances
) -> Sequence[HomeEmployerFact]:
    """Return the facts that a command records."""
    match command:
        case RegisterHomeEmployer():
            kind: type[HomeEmployerFact] = HomeEmployerRegistered
        case ChangeHomeEmployer():
            kind = HomeEmployerChanged
        case _:
            assert_never(command)
    return [kind(recorded=at.recorded, kind=command.kind, province=command.province, sector=command.sector)]


def evolve(state: HomeEmployer, event: Event[HomeEmployerFact]) -> HomeEmployer:
    """Return the state after an event."""
    return HomeEmployer(registered=True)
