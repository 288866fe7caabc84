"""Given, when, then: what an application for recognition records and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis.testing import Scenario
from contracts.codes.people import AgeBand, Sex
from contracts.codes.recording import HowRecorded
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason
from contracts.codes.work import QualificationLevel
from contracts.command import Circumstances, Command, PersonGiven
from contracts.envelope import Fact, Recorded
from contracts.person import Age, Birth
from contracts.refusal import Refusal
from contracts.skills import (
    AssessmentBooked,
    AssessmentDecided,
    Experience,
    RecognitionApplied,
    RecognitionRevoked,
    SkillsRecognised,
)
from services.skills.deciders import applications
from services.skills.domain import refusals
from services.skills.domain.application import (
    Application,
    ApplyForRecognition,
    ApplyKnowing,
    BookAssessment,
    DecideAssessment,
    RecogniseSkills,
    RevokeRecognition,
    decide,
)

NOW = datetime(2014, 8, 10, 3, tzinfo=UTC)
TODAY = NOW.date()
RECORDED = Recorded(by="assessor-1", office="NEA-02", how=HowRecorded.LIVE)
AT = Circumstances(uuid4(), RECORDED, NOW, NOW, TODAY, "assessor-1")

WORK = Experience(
    employment_contract=f"employment-contract-{uuid4()}",
    destination="THA",
    sector="F",
    occupation="7112",
    started_on=date(2012, 5, 1),
)
APPLIED = RecognitionApplied(recorded=RECORDED, occupation="7112", experience=(WORK,), home_province="02")
BOOKED = AssessmentBooked(recorded=RECORDED, method=AssessmentMethod.PRACTICAL_TEST, on=TODAY, province="02")
COMPETENT = AssessmentDecided(recorded=RECORDED, result=AssessmentResult.COMPETENT)
NOT_YET = AssessmentDecided(
    recorded=RECORDED, result=AssessmentResult.NOT_YET_COMPETENT, appeal_until=date(2014, 9, 10)
)
ABSENT = AssessmentDecided(recorded=RECORDED, result=AssessmentResult.ABSENT)
RECOGNISED = SkillsRecognised(recorded=RECORDED, occupation="7112", level=QualificationLevel.LEVEL_2)
REVOKED = RecognitionRevoked(recorded=RECORDED, reason=RevocationReason.FALSE_EVIDENCE)

BOOKING: dict[str, Any] = {"method": AssessmentMethod.PRACTICAL_TEST, "on": TODAY, "province": "02"}


given = Scenario(applications, AT).given


@pytest.mark.parametrize(
    ("before", "command", "fields", "then"),
    [
        ([APPLIED], BookAssessment, BOOKING, BOOKED),
        ([APPLIED, BOOKED], BookAssessment, BOOKING, BOOKED),
        ([APPLIED, BOOKED, NOT_YET], BookAssessment, BOOKING, BOOKED),
        ([APPLIED, BOOKED], DecideAssessment, {"result": AssessmentResult.COMPETENT}, COMPETENT),
        ([APPLIED, BOOKED], DecideAssessment, {"result": AssessmentResult.ABSENT}, ABSENT),
        (
            [APPLIED, BOOKED],
            DecideAssessment,
            {"result": AssessmentResult.NOT_YET_COMPETENT, "appeal_until": date(2014, 9, 10)},
            NOT_YET,
        ),
        ([APPLIED, BOOKED, COMPETENT], RecogniseSkills, {"level": QualificationLevel.LEVEL_2}, RECOGNISED),
        (
            [APPLIED, BOOKED, COMPETENT],
            RecogniseSkills,
            {"level": QualificationLevel.LEVEL_2, "occupation": "7115"},
            RECOGNISED.model_copy(update={"occupation": "7115"}),
        ),
        (
            [APPLIED, BOOKED, COMPETENT, RECOGNISED],
            RevokeRecognition,
            {"reason": RevocationReason.FALSE_EVIDENCE},
            REVOKED,
        ),
        ([APPLIED, BOOKED, COMPETENT, RECOGNISED, REVOKED], BookAssessment, BOOKING, BOOKED),
    ],
)
def test_what_is_asked_is_recorded(
    before: list[Fact], command: type[Command], fields: dict[str, Any], then: Fact
) -> None:
    given(*before).when(command(occurred_at=NOW, **fields)).then(then)


@pytest.mark.parametrize(
    ("before", "command", "fields", "refusal"),
    [
        ([], BookAssessment, BOOKING, refusals.ApplicationTakenBack),
        ([APPLIED], BookAssessment, {**BOOKING, "on": date(2014, 8, 9)}, refusals.BookedForThePast),
        ([APPLIED, BOOKED, COMPETENT], BookAssessment, BOOKING, refusals.FoundCompetentAlready),
        (
            [APPLIED],
            DecideAssessment,
            {"result": AssessmentResult.COMPETENT},
            refusals.AssessmentNotBooked,
        ),
        (
            [APPLIED, BOOKED, NOT_YET],
            DecideAssessment,
            {"result": AssessmentResult.COMPETENT},
            refusals.AssessmentNotBooked,
        ),
        (
            [APPLIED, BOOKED, COMPETENT],
            DecideAssessment,
            {"result": AssessmentResult.COMPETENT},
            refusals.FoundCompetentAlready,
        ),
        (
            [APPLIED, BOOKED.model_copy(update={"on": date(2014, 8, 11)})],
            DecideAssessment,
            {"result": AssessmentResult.COMPETENT},
            refusals.AssessmentYetToCome,
        ),
        (
            [APPLIED, BOOKED],
            DecideAssessment,
            {"result": AssessmentResult.NOT_YET_COMPETENT},
            refusals.AppealDayMissing,
        ),
        (
            [APPLIED, BOOKED],
            DecideAssessment,
            {"result": AssessmentResult.NOT_YET_COMPETENT, "appeal_until": date(2014, 8, 9)},
            refusals.AppealDayPast,
        ),
        (
            [APPLIED],
            RecogniseSkills,
            {"level": QualificationLevel.LEVEL_2},
            refusals.CompetentAssessmentMissing,
        ),
        (
            [APPLIED, BOOKED, NOT_YET],
            RecogniseSkills,
            {"level": QualificationLevel.LEVEL_2},
            refusals.CompetentAssessmentMissing,
        ),
        (
            [APPLIED, BOOKED, COMPETENT, RECOGNISED],
            RecogniseSkills,
            {"level": QualificationLevel.LEVEL_3},
            refusals.RecognisedAlready,
        ),
        (
            [APPLIED, BOOKED, COMPETENT, RECOGNISED, REVOKED],
            RecogniseSkills,
            {"level": QualificationLevel.LEVEL_2},
            refusals.CompetentAssessmentMissing,
        ),
        (
            [APPLIED, BOOKED, COMPETENT],
            RecogniseSkills,
            {"level": QualificationLevel.LEVEL_5},
            refusals.LevelWithoutStandard,
        ),
        ([APPLIED], RevokeRecognition, {"reason": RevocationReason.OTHER}, refusals.NothingRecognised),
        (
            [APPLIED, BOOKED, COMPETENT, RECOGNISED, REVOKED],
            RevokeRecognition,
            {"reason": RevocationReason.OTHER},
            refusals.NothingRecognised,
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_name(
    before: list[Fact], command: type[Command], fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    given(*before).when(command(occurred_at=NOW, **fields)).refused(refusal)


def test_a_counsellors_application_carries_what_is_known() -> None:
    case_id = uuid4()
    asked = ApplyForRecognition(
        occurred_at=NOW,
        occupation="7112",
        case_id=case_id,
        person=PersonGiven(sex=Sex.MALE, birth=Birth(on=date(1988, 1, 1)), home_province="21"),
    )
    (fact,) = decide(
        ApplyKnowing.model_construct(**{**dict(asked), "experience": (WORK,)}), Application(), AT
    )
    assert fact == RecognitionApplied(
        recorded=RECORDED,
        sex=Sex.MALE,
        age_band=AgeBand.AGE_25_29,
        age=Age(at_least=26, at_most=26),
        home_province="21",
        about=f"reintegration-case-{case_id}",
        occupation="7112",
        experience=(WORK,),
    )
