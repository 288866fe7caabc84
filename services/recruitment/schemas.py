"""The response models of recruitment."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.http.steps import Step
from contracts.codes.employment import ContractFault
from contracts.codes.money import Money
from contracts.envelope import Person
from contracts.recruitment import EmploymentContractFact
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
    wage: Money
    wage_period: str
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
    home_province: str | None
    registered_at: datetime
    recorded_at: datetime
    submitted_at: datetime = Field(description="When the current terms were submitted for review.")


class EmploymentContractStep(Step):
    """An event recorded about an employment contract, corrections applied."""

    facts: EmploymentContractFact
    person: Person | None = Field(description="The worker, and remarks as typed.")


class EmploymentContractView(EmploymentContractRow):
    """An employment contract with the worker and its recorded events."""

    steps: list[EmploymentContractStep] = Field(description="In the order of their recording.")
