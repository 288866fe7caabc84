"""The response models of skills: applications and their recorded events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.http.steps import Step
from contracts.codes.skills import WorkProof
from contracts.employment import verified_days
from contracts.envelope import Event, Fact
from contracts.person import Person
from contracts.skills import ApplicationFact, Experience, RecognitionApplied
from services.skills.projections.applications import Status


class ApplicationRow(BaseModel):
    """An application in a list, without the person."""

    SORT: ClassVar[tuple[type, ...]] = (datetime, UUID)

    application_id: UUID
    status: Status = Field(description="applied, booked, decided, recognised or revoked.")
    about: str | None = Field(description="The reintegration case of the worker.")
    occupation: str = Field(description="Applied for.")
    contracts: int = Field(
        description="Employment contracts under which the worker had verifiably worked when the application was made."
    )
    sex: int
    age_band: str
    home_province: str | None
    applied_at: datetime
    recorded_at: datetime
    method: str | None
    assessed_on: date | None = Field(description="Day for which the assessment is booked.")
    assessed_in: str | None = Field(description="Province of the assessment.")
    result: str | None
    appeal_until: date | None
    recognised_for: str | None = Field(description="Occupation recognised.")
    level: int | None = Field(description="Level of Cambodia's Qualifications Framework, 1 to 8.")
    recognised_at: datetime | None
    revoked_at: datetime | None = Field(description="Null unless the recognition was revoked.")
    revoked_for: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> ApplicationRow:
        """Make the answer from a row of the read model."""
        return cls(**_known(row))


class ListedApplication(ApplicationRow):
    """An application in a list of a page, with the worker."""

    person: Person | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> ListedApplication:
        """Make the answer from a row of the read model, with the person."""
        return cls(**_known(row), person=row["person"])


class ApplicationStep(Step):
    """An event recorded about an application, corrections applied."""

    facts: ApplicationFact
    person: Person | None = Field(description="The worker, and remarks as typed.")


class ApplicationView(ApplicationRow):
    """An application with the worker, the experience and its recorded events."""

    number: str | None = Field(description="The worker's number, if the registry has published it.")
    experience: list[Experience] = Field(
        description="Known when the application was made, the earliest first; and as the worker stated it then."
    )
    known_now: list[Experience] = Field(
        description="The experience as known today, with what was received since; and as the worker stated it."
    )
    verified_days: int = Field(
        description="Days of work that are verified and certain as known today: what a certificate may state."
    )
    steps: list[ApplicationStep] = Field(description="In the order of their recording.")

    @classmethod
    def of_steps(
        cls,
        row: Mapping[str, Any],
        steps: Sequence[Event[Fact]],
        number: str | None,
        known_now: Sequence[Experience],
        today: date,
    ) -> ApplicationView:
        """Make the answer from a row of the read model and the recorded events, corrections and voids applied."""
        applied = next(event.facts for event in steps if isinstance(event.facts, RecognitionApplied))
        return cls.model_validate(
            {
                **_known(row),
                "number": number,
                "experience": list(applied.experience),
                "known_now": [*known_now, *(w for w in applied.experience if w.proof is WorkProof.STATED)],
                "verified_days": verified_days(known_now, today),
                "steps": [ApplicationStep.of(event) for event in steps],
            }
        )


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in ApplicationRow.model_fields}
