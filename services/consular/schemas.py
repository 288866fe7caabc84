"""The shapes that the routes of the consular service answer with."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.consular import (
    AssistanceCaseFact,
)
from contracts.envelope import Person


class AssistanceCaseRow(BaseModel):
    """An assistance case in a list; who the person is stands in the case and in the registry."""

    case_id: UUID
    mission: str
    country: str = Field(description="Where the worker is.")
    category: str
    urgency: str
    status_abroad: str
    due_on: date | None = Field(description="Day by which the next step is due; null where nothing is.")
    overdue: bool = Field(description="Whether that day has passed in Asia/Phnom_Penh.")
    attache: str | None = Field(description="Pseudonymous id of the attaché in charge; null for nobody.")
    about: str | None
    identified: bool = Field(description="Whether a document or a record of the person tells who it is.")
    sex: int
    age_band: str
    home_province: str | None
    opened_at: datetime
    recorded_at: datetime
    actions: int = Field(description="Actions logged.")
    last_action: str | None
    last_acted_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


class AssistanceStep(BaseModel):
    """Something that was recorded in a case, as it stands now."""

    event_id: UUID = Field(description="Names it in a correction.")
    type: str
    occurred_at: datetime
    recorded_at: datetime
    facts: AssistanceCaseFact
    person: Person | None = Field(description="The person as given, and remarks as typed.")


class AssistanceCaseView(AssistanceCaseRow):
    """An assistance case with its log."""

    steps: list[AssistanceStep] = Field(description="What was recorded, the latest first.")
