"""The uploads of recruitment: what its bulk routes and its upload pages take."""

from __future__ import annotations

from chassis.store.decider import Scope
from chassis.uploads.bulk_command import BulkCommand
from services.recruitment.deciders import (
    AT_THE_MINISTRY,
    agencies,
    as_stated,
    employers,
    employment_contracts,
    workplaces,
)
from services.recruitment.domain.agency import RegisterAgency
from services.recruitment.domain.employer import RegisterEmployer
from services.recruitment.domain.employment_contract import (
    AmendEmploymentContract,
    ApproveEmploymentContract,
    RegisterEmploymentContract,
    ReturnEmploymentContract,
    TerminateEmploymentContract,
)
from services.recruitment.domain.workplace import RegisterWorkplace
from services.recruitment.permissions import REGISTER, REGISTER_AGENCIES, REGISTER_EMPLOYERS, REVIEW

_CONTRACTS = "/employment-contracts"


def scope_stated(command: RegisterEmploymentContract | RegisterEmployer | RegisterWorkplace) -> Scope:
    """Return the scope of the record that a command begins."""
    if isinstance(command, RegisterEmploymentContract):
        return as_stated(command.agency_id, command.terms.destination)
    return as_stated(command.agency_id, command.country)


REGISTRATIONS = BulkCommand(
    f"{_CONTRACTS}/bulk", RegisterEmploymentContract, employment_contracts, REGISTER, scope_stated
)
AGENCIES = BulkCommand(
    "/agencies/bulk", RegisterAgency, agencies, REGISTER_AGENCIES, lambda _: AT_THE_MINISTRY
)
EMPLOYERS = BulkCommand("/employers/bulk", RegisterEmployer, employers, REGISTER_EMPLOYERS, scope_stated)
WORKPLACES = BulkCommand("/workplaces/bulk", RegisterWorkplace, workplaces, REGISTER_EMPLOYERS, scope_stated)
RETURNS = BulkCommand(
    f"{_CONTRACTS}/returns/bulk", ReturnEmploymentContract, employment_contracts, REVIEW, record="contract_id"
)
APPROVALS = BulkCommand(
    f"{_CONTRACTS}/approvals/bulk",
    ApproveEmploymentContract,
    employment_contracts,
    REVIEW,
    record="contract_id",
)
AMENDMENTS = BulkCommand(
    f"{_CONTRACTS}/amendments/bulk",
    AmendEmploymentContract,
    employment_contracts,
    REGISTER,
    record="contract_id",
)
TERMINATIONS = BulkCommand(
    f"{_CONTRACTS}/terminations/bulk",
    TerminateEmploymentContract,
    employment_contracts,
    REGISTER,
    record="contract_id",
)
UPLOADS = (REGISTRATIONS, AGENCIES, EMPLOYERS, WORKPLACES, RETURNS, APPROVALS, AMENDMENTS, TERMINATIONS)
