"""The response models of the consular service."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.commands.idempotency import Outcome
from chassis.http.steps import Step
from contracts.consular import AssistanceCaseFact, PermitFact
from contracts.person import Person


class AssistanceCaseRow(BaseModel):
    """An assistance case in a list, without the person."""

    case_id: UUID
    mission: str
    country: str = Field(description="The country that the case concerns.")
    accredited: bool = Field(
        description="Whether the mission in charge is accredited to that country, as of the day of the opening."
    )
    worker_in: str | None = Field(description="The country in which the worker is; null if it is not known.")
    reported_by: str
    category: str
    urgency: str
    status_abroad: str
    due_on: date | None = Field(description="Day by which the next step is due; null if nothing is due.")
    overdue: bool = Field(description="Whether that day has passed where the mission is.")
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
    died_on: date | None = Field(description="Day of the death; null if none is recorded.")
    died_precision: str | None = Field(description="The precision of that day.")
    closed_at: datetime | None
    outcome: str | None
    restricted_to: list[str] = Field(
        description="Pseudonymous ids of the only people who may see the case, besides the attaché in charge; empty if it is "
        "not restricted."
    )


class CaseOutcome(Outcome):
    """The result of opening a case."""

    accredited: bool = Field(
        description="Whether the mission is accredited to the country of the case on that day. If not, the case is recorded "
        "nevertheless: correct the country or the mission, or hand the case over."
    )


class AssistanceStep(Step):
    """An event recorded in a case, corrections applied."""

    facts: AssistanceCaseFact
    person: Person | None = Field(description="The person, and remarks as typed.")


class AssistanceCaseView(AssistanceCaseRow):
    """An assistance case with its log."""

    in_charge: bool = Field(
        description="Whether a mission within the caller's reach is in charge. If not, it handed the case over: the case is "
        "shown as it was then, and cannot be changed."
    )
    steps: list[AssistanceStep] = Field(description="The recorded events, the latest first.")


class PermitRow(BaseModel):
    """A permit in a list, without the person."""

    permit_id: UUID
    mission: str
    country: str = Field(description="The country in which it holds.")
    accredited: bool = Field(
        description="Whether the mission is accredited to that country, as of the day of issue."
    )
    kind: str
    regularisation: bool = Field(
        description="Whether it was issued by a campaign that regularises workers without documents."
    )
    valid_from: date = Field(description="First day of validity.")
    valid_until: date | None = Field(description="Last day of validity; null if none is stated.")
    lapsed_on: date | None = Field(
        description="First day on which it no longer held; null if none is recorded."
    )
    lapse_reason: str | None
    holds: bool = Field(description="Whether it holds today, where the mission is.")
    about: str | None
    sex: int
    age_band: str
    home_province: str | None
    issued_at: datetime
    recorded_at: datetime


class PermitStep(Step):
    """An event recorded about a permit, corrections applied."""

    facts: PermitFact
    person: Person | None = Field(description="The person, and remarks as typed.")


class PermitView(PermitRow):
    """A permit with its events."""

    steps: list[PermitStep] = Field(description="The recorded events, the latest first.")
