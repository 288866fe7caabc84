"""The rules that a counsellor's command may break."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class ReturnNotRecorded(Refusal):
    """There is no return on which this case rests"""


class CaseClosed(Refusal):
    """This reintegration case is closed"""


class NothingAssigned(Refusal):
    """This reintegration case is with this counsellor already"""


class ReferredAlready(Refusal):
    """This returnee was referred for this occupation already"""


class VacancyProposedAlready(Refusal):
    """This vacancy was proposed to this returnee already"""


class NoSuchMatch(Refusal):
    """There is no such match in this case"""

    status: ClassVar[int] = 422


class MatchAnswered(Refusal):
    """This match has been answered"""


class MatchDeclinedBefore(Refusal):
    """This match was declined"""


class PlacementMissing(Refusal):
    """A case closes as placed after the placement is recorded"""


class ClosesWithItsReturn(Refusal):
    """A case closes for a voided return by itself, and only then"""


class NoSuchVacancy(Refusal):
    """There is no such vacancy"""

    status: ClassVar[int] = 422


class VacancyNoLongerOpen(Refusal):
    """This vacancy is no longer open"""


class VacancyFilled(Refusal):
    """All places of this vacancy are filled"""


class ClosesBeforeItOpens(Refusal):
    """This vacancy would close before it opens"""

    status: ClassVar[int] = 422
