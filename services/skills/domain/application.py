"""An application for recognition: from the worker's experience over an assessment to a level, or not.

Nothing is recognised without a competent assessment; what was recognised is taken back by revoking it, and then only a
new assessment leads to a new recognition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, timezone
from typing import Any, assert_never
from uuid import UUID, uuid5

from pydantic import Field

from contracts.codes.places import Province
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason
from contracts.codes.work import Occupation, QualificationLevel
from contracts.command import Circumstances, Command, PersonCommand
from contracts.envelope import Event
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
    NothingRecognised,
    RecognisedAlready,
)

_CAMBODIA = timezone(timedelta(hours=7))


class ApplyForRecognition(PersonCommand):
    """A counsellor applies for a worker; of a returnee the reintegration case says who it is."""

    occupation: Occupation
    case_id: UUID | None = Field(
        None,
        description="The worker's reintegration case, where there is one; then the person may be left out.",
    )


class ApplyKnowing(ApplyForRecognition):
    """The same, with what is known: the experience that the worker's employment contracts show."""

    experience: tuple[Experience, ...] = ()


class BookAssessment(Command):
    """An assessment is booked, or booked anew."""

    method: AssessmentMethod = Field(description="How the skills will be assessed.")
    on: Day = Field(description="The day.")
    province: Province


class DecideAssessment(Command):
    """The assessor says what was found."""

    result: AssessmentResult = Field(description="What was found.")
    appeal_until: Day | None = Field(
        None, description="Last day for an appeal; needed for not_yet_competent."
    )


class RecogniseSkills(Command):
    """The skills are recognised at a level."""

    level: QualificationLevel
    occupation: Occupation | None = Field(None, description="Where it is another than applied for.")


class RevokeRecognition(Command):
    """A recognition is taken back."""

    reason: RevocationReason = Field(description="Why.")


ApplicationCommand = (
    ApplyForRecognition | BookAssessment | DecideAssessment | RecogniseSkills | RevokeRecognition
)


def application_of(referral_event_id: UUID) -> UUID:
    """The application that a referral opens: its id follows from the id of the referral's event."""
    return uuid5(referral_event_id, "skills.application")


@dataclass(frozen=True, slots=True)
class Application:
    """The state of an application."""

    occupation: str | None = None
    home_province: str | None = None
    booked_on: date | None = None
    """Of the assessment that waits for its decision."""
    result: AssessmentResult | None = None
    level: QualificationLevel | None = None
    touched: bool = False
    """Whether an assessor has worked on it."""


def referred(
    opening: ReintegrationCaseOpened | None, experience: Sequence[Experience]
) -> Callable[[Application, Event[Any], Circumstances], Sequence[ApplicationFact]]:
    """The decision by which a referral opens an application, given the returnee's case and known experience."""

    def decide_referral(_: Application, heard: Event[Any], at: Circumstances) -> Sequence[ApplicationFact]:
        referral: ReferredForRecognition = heard.facts
        person: dict[str, Any] = {}
        if opening is not None:
            person = {
                "sex": opening.sex,
                "age_band": opening.age_band,
                "home_province": opening.home_province,
            }
        return [
            RecognitionApplied(
                recorded=at.recorded,
                about=heard.stream,
                occupation=referral.occupation,
                experience=tuple(experience),
                **person,
            )
        ]

    return decide_referral


def decide(asked: ApplicationCommand, state: Application, at: Circumstances) -> Sequence[ApplicationFact]:
    """Return the facts that a command records. Raises a refusal of :mod:`services.skills.domain.refusals`."""
    if isinstance(asked, ApplyForRecognition):
        return [_applied(asked, at)]
    if state.occupation is None:
        raise ApplicationTakenBack("nothing can be recorded about it", remedy="apply anew")
    match asked:
        case BookAssessment():
            _must_not_be_competent(state)
            if asked.on < _day(at):
                raise BookedForThePast(
                    f"on, {asked.on}, is before the day of the booking, {_day(at)}",
                    remedy="give a day to come; for a booking of then, say when it occurred",
                    field="on",
                )
            return [
                AssessmentBooked(
                    recorded=at.recorded, method=asked.method, on=asked.on, province=asked.province
                )
            ]
        case DecideAssessment():
            return [_found(asked, state, at)]
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
            return [
                SkillsRecognised(
                    recorded=at.recorded, occupation=asked.occupation or state.occupation, level=asked.level
                )
            ]
        case RevokeRecognition():
            if state.level is None:
                raise NothingRecognised("no recognition of this application stands")
            return [RecognitionRevoked(recorded=at.recorded, reason=asked.reason)]
        case _:
            assert_never(asked)


def _applied(asked: ApplyForRecognition, at: Circumstances) -> ApplicationFact:
    return RecognitionApplied(
        recorded=at.recorded,
        sex=asked.person.sex,
        age_band=asked.person.age_band(at.day),
        home_province=asked.person.home_province,
        about=None if asked.case_id is None else f"reintegration-case-{asked.case_id}",
        occupation=asked.occupation,
        experience=asked.experience if isinstance(asked, ApplyKnowing) else (),
    )


def _found(asked: DecideAssessment, state: Application, at: Circumstances) -> ApplicationFact:
    _must_not_be_competent(state)
    if state.booked_on is None:
        raise AssessmentNotBooked("there is none that waits for its decision", remedy="book it first")
    day = _day(at)
    if day < state.booked_on:
        raise AssessmentYetToCome(
            f"it is booked for {state.booked_on}",
            remedy="book it for the day on which it was held",
            field="occurred_at",
        )
    if asked.result is AssessmentResult.NOT_YET_COMPETENT and asked.appeal_until is None:
        raise AppealDayMissing(
            "appeal_until is missing", remedy="give the last day of an appeal", field="appeal_until"
        )
    if asked.appeal_until is not None and asked.appeal_until < day:
        raise AppealDayPast(
            f"appeal_until, {asked.appeal_until}, is before the decision of {day}", field="appeal_until"
        )
    return AssessmentDecided(recorded=at.recorded, result=asked.result, appeal_until=asked.appeal_until)


def _must_not_be_competent(state: Application) -> None:
    if state.result is AssessmentResult.COMPETENT:
        raise FoundCompetentAlready(
            "its assessment is decided",
            remedy="recognise the skills, or void the decision if it was mistaken",
        )


def _day(at: Circumstances) -> date:
    return at.occurred_at.astimezone(_CAMBODIA).date()


def evolve(state: Application, event: Event[ApplicationFact]) -> Application:
    """Return the state after an event."""
    match event.facts:
        case RecognitionApplied() as facts:
            return replace(state, occupation=facts.occupation, home_province=facts.home_province)
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
