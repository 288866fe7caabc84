"""The response models of the consular service."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.http.steps import Step
from contracts.consular import AssistanceCaseFact
from contracts.envelope import Person


class AssistanceCaseRow(BaseModel):
    """An assistance case in a list, without the person."""

    case_id: UUID
    mission: str
    country: str = Field(description="The country in which the worker is.")
    category: str
    urgency: str
    status_abroad: str
    due_on: date | None = Field(description="Day by which the next step is due; null if nothing is due.")
    overdue: bool = Field(description="Whether that day has passed in Asia/Phnom_Penh.")
    attache: str | None = Field(
        description="Pseudonymous id of the attaché in charge; null if there is none."
    )
    about: str | None
    identified: bool = Field(description="Whether a document or another record identifies the person.")
    sex: int
    age_band: str
    home_province: str | None
    opened_at: datetime
    recorded_at: datetime
    actions: int = Field(description="The number of logged actions.")
    last_action: str | None
    last_acted_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


class AssistanceStep(Step):
    """An event recorded in a case, corrections applied."""

    facts: AssistanceCaseFact
    person: Person | None = Field(description="The person, and remarks as typed.")


class AssistanceCaseView(AssistanceCaseRow):
    """An assistance case with its log."""

    steps: list[AssistanceStep] = Field(description="The recorded events, the latest first.")
