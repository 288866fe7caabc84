"""A recruitment agency that the ministry licensed: in the person block its name, address and phone.

An agency may be registered after the contracts that name it: a contract is never refused because of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from contracts.command import Circumstances
from contracts.envelope import Event
from contracts.organisation import OrganisationName, RegisterOrganisation
from contracts.recruitment import AgencyRegistered


class RegisterAgency(RegisterOrganisation):
    """Register a recruitment agency."""

    name: OrganisationName = Field(description="Name as written on its licence.")


@dataclass(frozen=True, slots=True)
class Agency:
    """The state of an agency. No command follows its registration yet."""

    registered: bool = False


def decide(command: RegisterAgency, state: Agency, at: Circumstances) -> Sequence[AgencyRegistered]:
    """Return the facts that a command records."""
    return [AgencyRegistered(recorded=at.recorded)]


def evolve(state: Agency, event: Event[AgencyRegistered]) -> Agency:
    """Return the state after an event."""
    return Agency(registered=True)
