"""The facts of the recognition of skills: an application, its assessment and its recognition."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from contracts.codes.places import Country, Province
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason, WorkProof
from contracts.codes.work import Occupation, QualificationLevel, Sector, UnitGroup
from contracts.envelope import Correction, Fact, PersonFact, Restated, StreamName, Voiding
from contracts.frozen import Frozen
from contracts.times import Day

TOPIC = "domnaer.skills.v1"


class Experience(Frozen):
    """Work abroad: verified, supported, or stated by the worker."""

    proof: WorkProof = Field(
        WorkProof.STATED,
        description="The proof of it; absent in events of earlier versions, which took the terms of contracts for it.",
    )
    employment_contract: StreamName | None = Field(
        None, description="The employment contract; absent unless it is verified."
    )
    destination: Country
    sector: Sector | None = Field(None, description="Sector, ISIC Rev. 4, if it is known.")
    occupation: Occupation | None = Field(None, description="Occupation, ISCO-08, if it is known.")
    started_on: Day = Field(description="First day of work that is certain.")
    ended_on: Day | None = Field(None, description="Last day that is certain; absent if the work goes on.")
    at_most_on: Day | None = Field(
        None, description="Last possible day; absent if the end is known, or the work goes on."
    )


class RecognitionApplied(PersonFact):
    """A worker applied for the recognition of skills, with the experience known then and what the worker states."""

    wire: ClassVar[str] = "domnaer.skills.recognition_applied.v1"
    about: StreamName | None = Field(None, description="The reintegration case that referred the worker.")
    province: Province | None = Field(
        None,
        description="Province in charge of that case, if it is not the home province; absent: the home province is in charge, "
        "and without one the national desk.",
    )
    occupation: UnitGroup
    experience: tuple[Experience, ...] = Field(
        (), description="Work abroad known when the application was made, and as the worker stated it."
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
    occupation: UnitGroup
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
