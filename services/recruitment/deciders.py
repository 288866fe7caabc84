"""The decider of employment contracts, with the scope and the read model of its streams."""

from __future__ import annotations

from uuid import UUID

from chassis.store.decider import Decider, Scope
from services.recruitment.domain import employment_contract
from services.recruitment.projections.employment_contracts import EMPLOYMENT_CONTRACTS


def at_agency(agency_id: UUID | None, destination: str | None) -> Scope:
    """Return the scope of an employment contract: its agency, and the missions at its destination."""
    return Scope(
        agencies=frozenset([str(agency_id)] if agency_id else ()),
        countries=frozenset([destination] if destination else ()),
    )


employment_contracts = Decider(
    noun="employment-contract",
    initial=employment_contract.EmploymentContract(),
    decide=employment_contract.decide,
    evolve=employment_contract.evolve,
    scope=lambda state: at_agency(state.agency_id, state.terms.destination if state.terms else None),
    projection=EMPLOYMENT_CONTRACTS,
)
