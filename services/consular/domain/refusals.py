"""The rules by which commands on assistance cases are refused."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class CaseClosed(Refusal):
    """This assistance case is closed"""

    code = "case-closed"


class CaseTakenBack(Refusal):
    """The opening of this assistance case was taken back"""

    code = "case-taken-back"


class HandedOverToTheSame(Refusal):
    """This assistance case is in these hands already"""

    code = "handed-over-to-the-same"


class CallerIdentifiedAlready(Refusal):
    """The person of this assistance case is known already"""

    code = "caller-identified-already"


class NothingToKnowThemBy(Refusal):
    """Nothing is said by which the caller could be known"""

    code = "nothing-to-know-them-by"

    status: ClassVar[int] = 422


class DueBeforeToday(Refusal):
    """The next step cannot be due on a day that has passed"""

    code = "due-before-today"

    status: ClassVar[int] = 422
