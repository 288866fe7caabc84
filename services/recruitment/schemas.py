"""The shapes that the routes of recruitment answer with."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.codes.money import Money
from contracts.codes.reasons import ContractFault
from contracts.envelope import Person
from contracts.recruitment import (
    EmploymentContractFact,
)
from services.recruitment.domain.employment_contract import Status


class EmploymentContractRow(BaseModel):
    """An employment contract in a list; who the worker is stands in the registry."""

    contract_id: UUID
    status: Status = Field(description="registered (up for review), returned, approved or terminated.")
    agency_id: UUID
    employer_id: UUID
    destination: str
    sector: str
    occupation: str
    wage: Money
    wage_period: str
    starts_on: date
    ends_on: date = Field(description="Last day of work as agreed.")
    ended_on: date | None = Field(description="Last day of work as it came; null while it goes on.")
    end_reason: str | None
    faults: list[ContractFault] = Field(
        description="What must be put right, as last returned and not yet amended."
    )
    sex: int
    age_band: str
    home_province: str | None
    registered_at: datetime
    recorded_at: datetime
    submitted_at: datetime = Field(description="When the terms as they stand were submitted for review.")


class EmploymentContractStep(BaseModel):
    """Something that was recorded about an employment contract, as it stands now."""

    event_id: UUID = Field(description="Names it in a correction.")
    type: str
    occurred_at: datetime
    recorded_at: datetime
    facts: EmploymentContractFact
    person: Person | None = Field(description="The worker as given, and remarks as typed.")


class EmploymentContractView(EmploymentContractRow):
    """An employment contract with all that stands recorded about it."""

    steps: list[EmploymentContractStep] = Field(description="In the order of their recording.")
