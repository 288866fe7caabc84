"""The facts of recruitment: the employment contract between worker, agency and employer abroad.

Job orders, fees, orientation, clearance and suspensions will be added here.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from contracts.codes.crossings import Channel
from contracts.codes.employment import (
    ContractClause,
    ContractFault,
    DeductionKind,
    EmployerKind,
    Provision,
    TerminationReason,
)
from contracts.codes.money import Money, Percent, WagePeriod
from contracts.codes.places import Country
from contracts.codes.work import Occupation, Sector
from contracts.envelope import Correction, Fact, PersonFact, Restated, Voiding
from contracts.frozen import Frozen
from contracts.times import Day

TOPIC = "domnaer.recruitment.v1"


class Deduction(Frozen):
    """An amount that the employer deducts from the wage."""

    kind: DeductionKind = Field(description="What it is deducted for.")
    amount: Money = Field(description="The amount for one period, with its currency.")
    period: WagePeriod = Field(description="The period for which it is deducted.")


class Terms(Frozen):
    """The terms that worker and employer agreed."""

    destination: Country
    sector: Sector
    occupation: Occupation
    wage: Money | None = Field(
        None, description="Wage for one period, with its currency; absent if no wage is paid in money."
    )
    wage_period: WagePeriod | None = Field(
        None, description="The period that the wage is paid for: an hour, a day, a month, a piece."
    )
    wage_in_kind: Money | None = Field(
        None, description="Value of what is paid in kind for one period, with its currency."
    )
    catch_share: Percent | None = Field(
        None, description="Share of the catch that the worker gets, in per cent, for a fisher."
    )
    hours_per_day: int | None = Field(None, ge=1, le=24, description="Ordinary hours of work on a day.")
    rest_days_per_month: int | None = Field(None, ge=0, le=31, description="Rest days in a month.")
    deductions: tuple[Deduction, ...] = Field(
        (), max_length=20, description="Deductions from the wage, itemised."
    )
    advance: Money | None = Field(
        None, description="Money advanced to the worker before the work, to be paid back."
    )
    food: Provision = Field(Provision.NOT_STATED, description="Who bears the cost of food.")
    lodging: Provision = Field(Provision.NOT_STATED, description="Who bears the cost of lodging.")
    levy: Provision = Field(Provision.NOT_STATED, description="Who bears the levy on foreign workers.")
    workplace_id: UUID | None = Field(None, description="The workplace; its record has name and address.")
    channel: Channel | None = Field(
        None, description="The channel by which the worker goes; absent if it is not stated."
    )
    starts_on: Day = Field(description="First day of work.")
    ends_on: Day = Field(description="The agreed last day of work.")
    clauses: tuple[ContractClause, ...] = Field((), description="Clauses that the employment contract has.")


class AgencyRegistered(Fact):
    """A recruitment agency was registered. Name, address and phone are in the person block."""

    wire: ClassVar[str] = "domnaer.recruitment.agency_registered.v1"
    one_person: ClassVar[bool] = False


class EmployerRegistered(Fact):
    """An employer abroad was registered. Name, address, region and phone are in the person block."""

    wire: ClassVar[str] = "domnaer.recruitment.employer_registered.v1"
    one_person: ClassVar[bool] = False
    agency_id: UUID | None = Field(
        None, description="The agency that registered it; absent if a mission or the ministry did."
    )
    kind: EmployerKind = Field(description="The kind of employer.")
    country: Country
    sector: Sector | None = Field(None, description="Sector, ISIC Rev. 4, if it is known.")


class WorkplaceRegistered(Fact):
    """A workplace of an employer abroad was registered. Name, address, region and phone are in the person block."""

    wire: ClassVar[str] = "domnaer.recruitment.workplace_registered.v1"
    one_person: ClassVar[bool] = False
    agency_id: UUID | None = Field(
        None, description="The agency that registered it; absent if a mission or the ministry did."
    )
    employer_id: UUID = Field(description="The employer.")
    country: Country


class EmploymentContractRegistered(PersonFact):
    """An agency registered an employment contract between a worker and an employer abroad."""

    wire: ClassVar[str] = "domnaer.recruitment.employment_contract_registered.v1"
    agency_id: UUID = Field(description="The private recruitment agency.")
    employer_id: UUID = Field(description="The employer abroad.")
    terms: Terms = Field(description="The agreed terms.")

    @property
    def abroad(self) -> str | None:
        """The destination of the terms."""
        return self.terms.destination


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
RecruitmentFact: TypeAlias = (
    EmploymentContractFact | AgencyRegistered | EmployerRegistered | WorkplaceRegistered
)
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
        ]
        | Restated[Literal["domnaer.recruitment.agency_registered.v1"], AgencyRegistered]
        | Restated[Literal["domnaer.recruitment.employer_registered.v1"], EmployerRegistered]
        | Restated[Literal["domnaer.recruitment.workplace_registered.v1"], WorkplaceRegistered],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
