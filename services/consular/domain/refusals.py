"""The rules that commands on assistance cases and permits may break."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class CaseClosed(Refusal):
    """This assistance case is closed"""

    code = "case-closed"


class CaseTakenBack(Refusal):
    """The opening of this assistance case was voided"""

    code = "case-taken-back"


class HandedOverToTheSame(Refusal):
    """This attaché or mission is already in charge of this assistance case"""

    code = "handed-over-to-the-same"


class TakenMeanwhile(Refusal):
    """Another attaché is in charge of this case by now"""

    code = "taken-meanwhile"


class CallerIdentifiedAlready(Refusal):
    """The person of this assistance case is already known"""

    code = "caller-identified-already"


class NothingToKnowThemBy(Refusal):
    """Nothing is given that identifies the caller"""

    code = "nothing-to-know-them-by"

    status: ClassVar[int] = 422


class DueBeforeToday(Refusal):
    """The next step cannot be due on a day that has passed"""

    code = "due-before-today"

    status: ClassVar[int] = 422


class DeathRecordedAlready(Refusal):
    """The death of this worker is already recorded in this assistance case"""

    code = "death-recorded-already"


class DiedAfterItWasKnown(Refusal):
    """A death cannot be known before the day of the death"""

    code = "died-after-it-was-known"

    status: ClassVar[int] = 422


class ConsentMissing(Refusal):
    """A referral needs the consent of the person"""

    code = "consent-missing"

    status: ClassVar[int] = 422


class NobodyWouldSeeTheCase(Refusal):
    """Nobody at the other mission could see this restricted case"""

    code = "nobody-would-see-the-case"

    status: ClassVar[int] = 422


class PermitLapsedAlready(Refusal):
    """This permit has already lapsed"""

    code = "permit-lapsed-already"


class PermitTakenBack(Refusal):
    """The record of this permit was voided"""

    code = "permit-taken-back"


class ValidityEndsBeforeItBegins(Refusal):
    """The last day of validity cannot be before the first"""

    code = "validity-ends-before-it-begins"

    status: ClassVar[int] = 422
