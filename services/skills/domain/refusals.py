"""The rules by which commands on applications are refused."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class ApplicationTakenBack(Refusal):
    """This application was taken back"""

    code = "application-taken-back"


class AssessmentNotBooked(Refusal):
    """No assessment is booked"""

    code = "assessment-not-booked"


class AssessmentYetToCome(Refusal):
    """An assessment is decided on its day or later"""

    code = "assessment-yet-to-come"

    status: ClassVar[int] = 422


class BookedForThePast(Refusal):
    """An assessment is booked for a day to come"""

    code = "booked-for-the-past"

    status: ClassVar[int] = 422


class AppealDayMissing(Refusal):
    """A worker who is not yet found competent is told until when to appeal"""

    code = "appeal-day-missing"

    status: ClassVar[int] = 422


class AppealDayPast(Refusal):
    """This appeal would end before the decision"""

    code = "appeal-day-past"

    status: ClassVar[int] = 422


class FoundCompetentAlready(Refusal):
    """This worker was found competent already"""

    code = "found-competent-already"


class CompetentAssessmentMissing(Refusal):
    """Skills are recognised after a competent assessment"""

    code = "competent-assessment-missing"

    source: ClassVar[str | None] = "policy 11.2 (recognition by test, competency standard and accreditation)"


class RecognisedAlready(Refusal):
    """These skills are recognised already"""

    code = "recognised-already"


class NothingRecognised(Refusal):
    """There is no recognition to take back"""

    code = "nothing-recognised"
