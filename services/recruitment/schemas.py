"""The response models of recruitment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.http.steps import Step
from chassis.store.decider import record_of
from contracts.codes.employment import ContractClause, ContractFault, EmployerKind
from contracts.codes.money import Money, Percent
from contracts.codes.places import Country
from contracts.envelope import Event
from contracts.organisation import Organisation, organisation_of
from contracts.person import Age, Person
from contracts.recruitment import EmployerRegistered, EmploymentContractFact, Terms, WorkplaceRegistered
from services.recruitment.domain.employment_contract import Status


class EmploymentContractRow(BaseModel):
    """An employment contract in a list, without the person."""

    contract_id: UUID
    status: Status = Field(description="registered (waiting for review), returned, approved or terminated.")
    agency_id: UUID
    employer_id: UUID
    destination: str
    sector: str
    occupation: str
    wage: Money | None = Field(description="Wage for one period; null if none is paid in money.")
    wage_period: str | None
    wage_in_kind: Money | None = Field(description="Value of what is paid in kind for one period.")
    catch_share: Percent | None = Field(description="Share of the catch, in per cent.")
    starts_on: date
    ends_on: date = Field(description="The agreed last day of work.")
    ended_on: date | None = Field(
        description="The actual last day of work; null until the employment has ended."
    )
    end_reason: str | None
    faults: list[ContractFault] = Field(
        description="The faults to correct, from the last return; empty once the terms are amended."
    )
    sex: int
    age_band: str
    age: Age | None = Field(
        description="Age in completed years when the contract was registered; null if the birth date is not known."
    )
    minimum_age: int = Field(
        description="Completed years for work at the destination, valid on the first day of work."
    )
    under_age: bool | None = Field(
        description="Whether the worker was, or may have been, younger than that; null if the age is not known."
    )
    home_province: str | None
    registered_at: datetime
    recorded_at: datetime
    submitted_at: datetime = Field(description="When the current terms were submitted for review.")


class EmploymentContractStep(Step):
    """An event recorded about an employment contract, corrections applied."""

    facts: EmploymentContractFact
    person: Person | None = Field(description="The worker, and remarks as typed.")


class AgencyRow(Organisation):
    """A recruitment agency."""

    agency_id: UUID
    registered_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, event: Event[Any]) -> Self:
        """Make the answer from the valid event of a registration."""
        return cls(
            **dict(organisation_of(event.person)),
            agency_id=record_of(event.stream),
            registered_at=event.occurred_at,
            recorded_at=event.recorded_at,
        )


class EmployerRow(Organisation):
    """An employer abroad."""

    employer_id: UUID
    agency_id: UUID | None = Field(
        description="The agency that registered it; null if a mission or the ministry did."
    )
    kind: EmployerKind
    country: str
    sector: str | None
    registered_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, event: Event[Any]) -> Self:
        """Make the answer from the valid event of a registration."""
        facts = event.facts
        return cls(
            **dict(organisation_of(event.person)),
            employer_id=record_of(event.stream),
            agency_id=facts.agency_id,
            kind=facts.kind,
            country=facts.country,
            sector=facts.sector,
            registered_at=event.occurred_at,
            recorded_at=event.recorded_at,
        )


class ListedContract(EmploymentContractRow):
    """An employment contract in a list of a page, with the worker and the employer."""

    person: Person | None
    agency: AgencyRow | None
    employer: EmployerRow | None
    clauses_missing: list[ContractClause]


class WorkplaceRow(Organisation):
    """A workplace of an employer abroad."""

    workplace_id: UUID
    employer_id: UUID
    agency_id: UUID | None = Field(
        description="The agency that registered it; null if a mission or the ministry did."
    )
    country: str
    registered_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, event: Event[Any]) -> Self:
        """Make the answer from the valid event of a registration."""
        facts = event.facts
        return cls(
            **dict(organisation_of(event.person)),
            workplace_id=record_of(event.stream),
            employer_id=facts.employer_id,
            agency_id=facts.agency_id,
            country=facts.country,
            registered_at=event.occurred_at,
            recorded_at=event.recorded_at,
        )


class EmployerStep(Step):
    """The registration of an employer, corrections applied."""

    facts: EmployerRegistered
    person: Person | None = Field(description="Phone, and in words name, address, region and remarks.")


class WorkplaceStep(Step):
    """The registration of a workplace, corrections applied."""

    facts: WorkplaceRegistered
    person: Person | None = Field(description="Phone, and in words name, address, region and remarks.")


class EmployerSearch(BaseModel):
    """A search for employers. It is a POST, so that no name appears in a URL; all that is given must fit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(
        None,
        max_length=200,
        description="Words of the name, or their beginnings of three letters or more, in either script.",
    )
    country: Country | None = None
    kind: EmployerKind | None = None


class EmployerView(EmployerRow):
    """An employer with its workplaces and its registration."""

    workplaces: list[WorkplaceRow] = Field(
        description="Its workplaces within reach, the last registered first; at most 100."
    )
    steps: list[EmployerStep]


class WorkplaceView(WorkplaceRow):
    """A workplace with its registration."""

    steps: list[WorkplaceStep]


class OverlappingContract(BaseModel):
    """Another employment contract of the same worker whose terms overlap; without ids if it is out of reach."""

    contract_id: UUID | None
    agency_id: UUID | None
    employer_id: UUID | None
    status: Status
    terms: Terms
    ended_on: date | None = Field(
        description="The actual last day of work; null until the employment has ended."
    )


class EmploymentContractView(EmploymentContractRow):
    """An employment contract with the worker, the employer and its recorded events."""

    terms: Terms = Field(description="The current terms.")
    age_at_start: Age | None = Field(
        description="Age in completed years on the first day of work; null if the birth date cannot be read."
    )
    agency: AgencyRow | None = Field(description="The agency's record; null if none is registered.")
    employer: EmployerRow | None = Field(
        description="The employer's record; null if none is registered within your reach."
    )
    workplace: WorkplaceRow | None = Field(
        description="The workplace's record; null if the terms name none, or none is registered within your reach."
    )
    overlaps: list[OverlappingContract] = Field(
        description="Other contracts of the same worker whose terms overlap, the first to start first. A reviewer sees"
        " all of them, other callers those within reach. Two records are of one worker if the registry gave them one"
        " number, or if the same document was shown."
    )
    steps: list[EmploymentContractStep] = Field(description="In the order of their recording.")
