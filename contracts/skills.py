"""The facts of the recognition of skills: an application, its assessment and its recognition."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from contracts.codes.places import Country, Province
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason
from contracts.codes.work import Occupation, QualificationLevel, Sector
from contracts.envelope import Correction, Fact, Frozen, PersonFact, Restated, StreamName, Voiding
from contracts.times import Day

TOPIC = "domnaer.skills.v1"


class Experience(Frozen):
    """Work abroad as an employment contract states it."""

    employment_contract: StreamName = Field(description="The employment contract.")
    destination: Country
    sector: Sector
    occupation: Occupation
    started_on: Day = Field(description="First day of work.")
    ended_on: Day | None = Field(None, description="Last day of work; null if it has not ended.")


class RecognitionApplied(PersonFact):
    """A worker applied for the recognition of skills, with the experience that their contracts show."""

    wire: ClassVar[str] = "domnaer.skills.recognition_applied.v1"
    about: StreamName | None = Field(None, description="The reintegration case that referred the worker.")
    occupation: Occupation
    experience: tuple[Experience, ...] = Field(
        (), description="Work abroad known when the application was made."
    )


class AssessmentBooked(Fact):
    """An assessment was booked."""

    wire: ClassVar[str] = "domnaer.skills.assessment_booked.v1"
    method: AssessmentMethod = Field(description="How the skills will be assessed.")
    on: Day = Field(description="The day.")
    province: Province


class AssessmentDecided(Fact):
    """The assessor decided the result of an assessment."""

    wire: ClassVar[str] = "domnaer.skills.assessment_decided.v1"
    result: AssessmentResult = Field(description="The result.")
    appeal_until: Day | None = Field(None, description="Last day for an appeal against a refusal.")


class SkillsRecognised(Fact):
    """A worker's skills were recognised at a level of Cambodia's Qualifications Framework."""

    wire: ClassVar[str] = "domnaer.skills.skills_recognised.v1"
    occupation: Occupation
    level: QualificationLevel = Field(description="Level of Cambodia's Qualifications Framework, 1 to 8.")


class RecognitionRevoked(Fact):
    """A recognition was revoked."""

    wire: ClassVar[str] = "domnaer.skills.recognition_revoked.v1"
    reason: RevocationReason = Field(description="The reason.")


ApplicationFact: TypeAlias = (
    RecognitionApplied | AssessmentBooked | AssessmentDecided | SkillsRecognised | RecognitionRevoked
)
"""The facts of an application's stream, without corrections and voids."""
SkillsFact: TypeAlias = ApplicationFact
"""All facts of the recognition of skills, without corrections and voids."""


class EventVoided(Voiding):
    """A skills event never happened, or not to this person."""

    wire: ClassVar[str] = "domnaer.skills.event_voided.v1"


class EventCorrected(Correction):
    """A skills event happened differently than recorded."""

    wire: ClassVar[str] = "domnaer.skills.event_corrected.v1"
    restated: Annotated[
        Restated[Literal["domnaer.skills.recognition_applied.v1"], RecognitionApplied]
        | Restated[Literal["domnaer.skills.assessment_booked.v1"], AssessmentBooked]
        | Restated[Literal["domnaer.skills.assessment_decided.v1"], AssessmentDecided]
        | Restated[Literal["domnaer.skills.skills_recognised.v1"], SkillsRecognised]
        | Restated[Literal["domnaer.skills.recognition_revoked.v1"], RecognitionRevoked],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
