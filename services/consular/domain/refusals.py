"""The rules that commands on assistance cases may break."""

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
