"""The deciders of recruitment, with the scopes and the read models of their streams."""

from __future__ import annotations

from uuid import UUID

from chassis.store.decider import Decider, Scope
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
)
from services.recruitment.domain import agency, employer, employment_contract, workplace
from services.recruitment.projections.agencies import AGENCIES
from services.recruitment.projections.employers import EMPLOYERS
from services.recruitment.projections.employment_contracts import EMPLOYMENT_CONTRACTS
from services.recruitment.projections.workplaces import WORKPLACES


def at_agency(agency_id: UUID | None, destination: str | None) -> Scope:
    """Return the scope of a record: its agency, and the missions at its destination."""
    return Scope(
        agencies=frozenset([str(agency_id)] if agency_id else ()),
        countries=frozenset([destination] if destination else ()),
    )


def as_stated(agency_id: UUID | None, country: str) -> Scope:
    """Return the scope that a caller needs to begin a record.

    The caller must act for the agency that the record names: reach over the country alone, as a mission has it, is
    enough only for a record without an agency.
    """
    return at_agency(agency_id, None if agency_id else country)


employment_contracts = Decider(
    noun="employment-contract",
    initial=employment_contract.EmploymentContract(),
    decide=employment_contract.decide,
    evolve=employment_contract.evolve,
    scope=lambda state: at_agency(state.agency_id, state.terms.destination if state.terms else None),
    projection=EMPLOYMENT_CONTRACTS,
    commands={
        EmploymentContractRegistered: employment_contract.RegisterEmploymentContract,
        EmploymentContractReturned: employment_contract.ReturnEmploymentContract,
        EmploymentContractApproved: employment_contract.ApproveEmploymentContract,
        EmploymentContractAmended: employment_contract.AmendEmploymentContract,
        EmploymentContractTerminated: employment_contract.TerminateEmploymentContract,
    },
    correct=employment_contract.correct,
)
AT_THE_MINISTRY = Scope.at_home(None)
"""The scope of a record of the ministry: it is within national reach only."""
agencies = Decider(
    noun="agency",
    initial=agency.Agency(),
    decide=agency.decide,
    evolve=agency.evolve,
    scope=lambda _: AT_THE_MINISTRY,
    projection=AGENCIES,
)
employers = Decider(
    noun="employer",
    initial=employer.Employer(),
    decide=employer.decide,
    evolve=employer.evolve,
    scope=lambda state: at_agency(state.agency_id, state.country),
    projection=EMPLOYERS,
    check=lambda facts, _: employer.check(facts),
)
workplaces = Decider(
    noun="workplace",
    initial=workplace.Workplace(),
    decide=workplace.decide,
    evolve=workplace.evolve,
    scope=lambda state: at_agency(state.agency_id, state.country),
    projection=WORKPLACES,
    check=lambda facts, _: workplace.check(facts),
)
