"""The rules that commands on applications may break."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class ApplicationTakenBack(Refusal):
    """This application was voided"""

    code = "application-taken-back"


class AssessmentNotBooked(Refusal):
    """No assessment is booked"""

    code = "assessment-not-booked"


class AssessmentYetToCome(Refusal):
    """An assessment cannot be decided before its day"""

    code = "assessment-yet-to-come"

    status: ClassVar[int] = 422


class BookedForThePast(Refusal):
    """An assessment cannot be booked for a day that has passed"""

    code = "booked-for-the-past"

    status: ClassVar[int] = 422


class AppealDayMissing(Refusal):
    """A worker who is not yet competent needs a last day for an appeal"""

    code = "appeal-day-missing"

    status: ClassVar[int] = 422


class AppealDayPast(Refusal):
    """This appeal would end before the decision"""

    code = "appeal-day-past"

    status: ClassVar[int] = 422


class FoundCompetentAlready(Refusal):
    """This worker is already found competent"""

    code = "found-competent-already"


class CompetentAssessmentMissing(Refusal):
    """Skills cannot be recognised before an assessment with the result competent"""

    code = "competent-assessment-missing"

    source: ClassVar[str | None] = "policy 11.2 (recognition by test, competency standard and accreditation)"


class LevelWithoutStandard(Refusal):
    """There is no competency standard of this level for this occupation"""

    code = "level-without-standard"

    status: ClassVar[int] = 422
    source: ClassVar[str | None] = "policy 11.2 (recognition by test, competency standard and accreditation)"


class RecognisedAlready(Refusal):
    """These skills are already recognised"""

    code = "recognised-already"


class NothingRecognised(Refusal):
    """There is no recognition to revoke"""

    code = "nothing-recognised"
