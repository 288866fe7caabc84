"""The facts of recruitment: the employment contract between worker, agency and employer abroad.

Agencies, job orders, fees, orientation, clearance and suspensions will be added here.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from contracts.codes.employment import ContractClause, ContractFault, TerminationReason
from contracts.codes.money import Money, WagePeriod
from contracts.codes.places import Country
from contracts.codes.work import Occupation, Sector
from contracts.envelope import Correction, Fact, Frozen, PersonFact, Restated, Voiding
from contracts.times import Day

TOPIC = "domnaer.recruitment.v1"


class Terms(Frozen):
    """The terms that worker and employer agreed."""

    destination: Country
    sector: Sector
    occupation: Occupation
    wage: Money = Field(description="Wage for one period, with its currency.")
    wage_period: WagePeriod = Field(
        description="The period that the wage is paid for: an hour, a day, a month, ..."
    )
    starts_on: Day = Field(description="First day of work.")
    ends_on: Day = Field(description="The agreed last day of work.")
    clauses: tuple[ContractClause, ...] = Field((), description="Clauses that the employment contract has.")


class EmploymentContractRegistered(PersonFact):
    """An agency registered an employment contract between a worker and an employer abroad."""

    wire: ClassVar[str] = "domnaer.recruitment.employment_contract_registered.v1"
    agency_id: UUID = Field(description="The private recruitment agency.")
    employer_id: UUID = Field(description="The employer abroad.")
    terms: Terms = Field(description="The agreed terms.")


class EmploymentContractReturned(Fact):
    """The reviewer returned an employment contract to the agency for correction."""

    wire: ClassVar[str] = "domnaer.recruitment.employment_contract_returned.v1"
    faults: tuple[ContractFault, ...] = Field(min_length=1, description="The faults to correct.")
    clauses_missing: tuple[ContractClause, ...] = Field(
        (), description="Required clauses that it does not have."
    )


class EmploymentContractApproved(Fact):
    """The ministry approved an employment contract."""

    wire: ClassVar[str] = "domnaer.recruitment.employment_contract_approved.v1"


class EmploymentContractAmended(Fact):
    """The terms of an employment contract were changed; the complete terms after the change."""

    wire: ClassVar[str] = "domnaer.recruitment.employment_contract_amended.v1"
    terms: Terms = Field(description="The complete terms after the change.")


class EmploymentContractTerminated(Fact):
    """An employment contract ended before or on its last day."""

    wire: ClassVar[str] = "domnaer.recruitment.employment_contract_terminated.v1"
    ended_on: Day = Field(description="Last day of work.")
    reason: TerminationReason = Field(description="The reason for the end.")


EmploymentContractFact: TypeAlias = (
    EmploymentContractRegistered
    | EmploymentContractReturned
    | EmploymentContractApproved
    | EmploymentContractAmended
    | EmploymentContractTerminated
)
"""The facts of an employment contract's stream, without corrections and voids."""
RecruitmentFact: TypeAlias = EmploymentContractFact
"""All facts of recruitment, without corrections and voids."""


class EventVoided(Voiding):
    """A recruitment event never happened, or not to this person."""

    wire: ClassVar[str] = "domnaer.recruitment.event_voided.v1"


class EventCorrected(Correction):
    """A recruitment event happened differently than recorded."""

    wire: ClassVar[str] = "domnaer.recruitment.event_corrected.v1"
    restated: Annotated[
        Restated[
            Literal["domnaer.recruitment.employment_contract_registered.v1"], EmploymentContractRegistered
        ]
        | Restated[Literal["domnaer.recruitment.employment_contract_returned.v1"], EmploymentContractReturned]
        | Restated[Literal["domnaer.recruitment.employment_contract_approved.v1"], EmploymentContractApproved]
        | Restated[Literal["domnaer.recruitment.employment_contract_amended.v1"], EmploymentContractAmended]
        | Restated[
            Literal["domnaer.recruitment.employment_contract_terminated.v1"], EmploymentContractTerminated
        ],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
