"""An application for recognition: experience, assessment and, if the worker is competent, a recognised level.

Skills are recognised only after an assessment that found the worker competent. After a revocation a new recognition
needs a new assessment. A level must exist for the occupation in the competency standards of the day (contracts/reference).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, assert_never
from uuid import UUID, uuid5

from pydantic import Field

from contracts.codes.places import CountryAbroad, Province
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason, WorkProof
from contracts.codes.work import OCCUPATIONS, Occupation, QualificationLevel, UnitGroup
from contracts.command import Circumstances, Command, PersonCommand
from contracts.envelope import Event
from contracts.frozen import Frozen
from contracts.reference.current import reference_data
from contracts.reintegration import ReferredForRecognition, ReintegrationCaseOpened
from contracts.skills import (
    ApplicationFact,
    AssessmentBooked,
    AssessmentDecided,
    Experience,
    RecognitionApplied,
    RecognitionRevoked,
    SkillsRecognised,
)
from contracts.times import Day
from services.skills.domain.refusals import (
    AppealDayMissing,
    AppealDayPast,
    ApplicationTakenBack,
    AssessmentNotBooked,
    AssessmentYetToCome,
    BookedForThePast,
    CompetentAssessmentMissing,
    FoundCompetentAlready,
    LevelWithoutStandard,
    NothingRecognised,
    RecognisedAlready,
)


class StatedWork(Frozen):
    """Work abroad as the worker states it, for the assessor to test."""

    occupation: Occupation
    destination: CountryAbroad
    started_on: Day = Field(description="First day of work.")
    ended_on: Day | None = Field(None, description="Last day of work; absent if it goes on.")


class ApplyForRecognition(PersonCommand):
    """Apply for a worker. For a returnee the person is taken from the reintegration case."""

    occupation: UnitGroup
    stated: tuple[StatedWork, ...] = Field(
        (), max_length=20, description="Work abroad as the worker states it, the earliest first."
    )
    case_id: UUID | None = Field(
        None,
        description="The worker's reintegration case, if there is one; the person may then be left out.",
    )


class ApplyKnowing(ApplyForRecognition):
    """The same command with the province in charge of the case and the experience that the worker's journeys show."""

    province: Province | None = None
    experience: tuple[Experience, ...] = ()


class BookAssessment(Command):
    """Book an assessment, or change its booking."""

    method: AssessmentMethod = Field(description="How the skills will be assessed.")
    on: Day = Field(description="The day.")
    province: Province


class DecideAssessment(Command):
    """Record the result of an assessment."""

    result: AssessmentResult = Field(description="The result.")
    appeal_until: Day | None = Field(
        None, description="Last day for an appeal; needed for not_yet_competent."
    )


class RecogniseSkills(Command):
    """Recognise the skills at a level that has a competency standard for the occupation on that day."""

    level: QualificationLevel
    occupation: UnitGroup | None = Field(
        None, description="The recognised occupation, if it differs from the one applied for."
    )


class RevokeRecognition(Command):
    """Revoke a recognition."""

    reason: RevocationReason = Field(description="The reason.")


ApplicationCommand = (
    ApplyForRecognition | BookAssessment | DecideAssessment | RecogniseSkills | RevokeRecognition
)


def application_of(referral_event_id: UUID) -> UUID:
    """Return the id of the application that a referral opens; it is derived from the id of the referral's event."""
    return uuid5(referral_event_id, "skills.application")


@dataclass(frozen=True, slots=True)
class Application:
    """The state of an application."""

    occupation: str | None = None
    province: str | None = None
    booked_on: date | None = None
    """Day of the assessment that waits for its decision."""
    result: AssessmentResult | None = None
    level: QualificationLevel | None = None
    touched: bool = False
    """True once an assessor has worked on the application."""


def province_of(case: ReintegrationCaseOpened) -> str | None:
    """Return the province in charge of a reintegration case; None for the national desk."""
    return case.province or case.home_province


def referred(
    opening: ReintegrationCaseOpened | None, experience: Sequence[Experience]
) -> Callable[[Application, Event[Any], Circumstances], Sequence[ApplicationFact]]:
    """Return the decision by which a referral opens an application, for a returnee's case and known experience."""

    def decide_referral(
        _: Application, referral_event: Event[Any], at: Circumstances
    ) -> Sequence[ApplicationFact]:
        referral: ReferredForRecognition = referral_event.facts
        person: Any = {} if opening is None else opening.attributes
        return [
            RecognitionApplied(
                recorded=at.recorded,
                about=referral_event.stream,
                province=opening.province if opening and opening.province != opening.home_province else None,
                occupation=referral.occupation,
                experience=tuple(experience),
                **person,
            )
        ]

    return decide_referral


def decide(command: ApplicationCommand, state: Application, at: Circumstances) -> Sequence[ApplicationFact]:
    """Return the facts that a command records. Raises a refusal of :mod:`services.skills.domain.refusals`."""
    if isinstance(command, ApplyForRecognition):
        return [_applied(command, at)]
    if state.occupation is None:
        raise ApplicationTakenBack("its opening was voided", remedy="open a new application")
    match command:
        case BookAssessment():
            _must_not_be_competent(state)
            if command.on < at.day:
                raise BookedForThePast(
                    f"{command.on} is before the day of the booking, {at.day}",
                    remedy="give a later day; if the booking was made earlier, give the time at which it was made",
                    field="on",
                )
            return [
                AssessmentBooked(
                    recorded=at.recorded, method=command.method, on=command.on, province=command.province
                )
            ]
        case DecideAssessment():
            return [_found(command, state, at)]
        case RecogniseSkills():
            if state.level is not None:
                raise RecognisedAlready(
                    f"at level {int(state.level)}", remedy="revoke that recognition first"
                )
            if state.result is not AssessmentResult.COMPETENT:
                raise CompetentAssessmentMissing(
                    "no assessment found the worker competent",
                    remedy="book an assessment and record its result first",
                )
            recognised = SkillsRecognised(
                recorded=at.recorded,
                occupation=command.occupation or state.occupation,
                level=command.level,
            )
            check(recognised, at.day)
            return [recognised]
        case RevokeRecognition():
            if state.level is None:
                raise NothingRecognised("no recognition of this application is in force")
            return [RecognitionRevoked(recorded=at.recorded, reason=command.reason)]
        case _:
            assert_never(command)


def check(facts: ApplicationFact, day: date) -> None:
    """Raise LevelWithoutStandard if skills are recognised at a level that has no competency standard on that day."""
    if not isinstance(facts, SkillsRecognised):
        return
    levels = reference_data().levels(facts.occupation, day)
    if facts.level in levels:
        return
    occupation = f"occupation {facts.occupation} ({OCCUPATIONS[facts.occupation]})"
    if not levels:
        raise LevelWithoutStandard(
            f"{occupation} has no competency standard on {day}",
            remedy="recognise an occupation that has one",
            field="occupation",
        )
    known = ", ".join(map(str, levels))
    raise LevelWithoutStandard(
        f"{occupation} has no competency standard of level {int(facts.level)} on {day}",
        remedy=f"give a level that has one: {known}",
        field="level",
    )


def _applied(command: ApplyForRecognition, at: Circumstances) -> ApplicationFact:
    known, province = (
        (command.experience, command.province) if isinstance(command, ApplyKnowing) else ((), None)
    )
    return RecognitionApplied(
        recorded=at.recorded,
        **command.person.attributes(at),
        about=None if command.case_id is None else f"reintegration-case-{command.case_id}",
        province=None if province == command.person.home_province else province,
        occupation=command.occupation,
        experience=(*known, *(Experience(proof=WorkProof.STATED, **dict(work)) for work in command.stated)),
    )


def _found(command: DecideAssessment, state: Application, at: Circumstances) -> ApplicationFact:
    _must_not_be_competent(state)
    if state.booked_on is None:
        raise AssessmentNotBooked("no assessment waits for a decision", remedy="book it first")
    day = at.day
    if day < state.booked_on:
        raise AssessmentYetToCome(
            f"it is booked for {state.booked_on}",
            remedy="book it for the day on which it was held",
            field="occurred_at",
        )
    if command.result is AssessmentResult.NOT_YET_COMPETENT and command.appeal_until is None:
        raise AppealDayMissing(
            "the last day for an appeal is missing",
            remedy="give the last day of an appeal",
            field="appeal_until",
        )
    if command.appeal_until is not None and command.appeal_until < day:
        raise AppealDayPast(
            f"the last day for an appeal, {command.appeal_until}, is before the decision of {day}",
            field="appeal_until",
        )
    return AssessmentDecided(recorded=at.recorded, result=command.result, appeal_until=command.appeal_until)


def _must_not_be_competent(state: Application) -> None:
    if state.result is AssessmentResult.COMPETENT:
        raise FoundCompetentAlready(
            "its assessment is decided",
            remedy="recognise the skills, or void the decision if it was mistaken",
        )


def evolve(state: Application, event: Event[ApplicationFact]) -> Application:
    """Return the state after an event."""
    match event.facts:
        case RecognitionApplied() as facts:
            return replace(state, occupation=facts.occupation, province=facts.province or facts.home_province)
        case AssessmentBooked() as facts:
            return replace(state, booked_on=facts.on, touched=True)
        case AssessmentDecided() as facts:
            return replace(state, booked_on=None, result=facts.result, touched=True)
        case SkillsRecognised() as facts:
            return replace(state, level=facts.level, touched=True)
        case RecognitionRevoked():
            return replace(state, level=None, result=None, touched=True)
        case _ as unknown:
            assert_never(unknown)
