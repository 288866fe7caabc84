"""The rules that a counsellor's command may break."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class ReturnNotRecorded(Refusal):
    """There is no return on which this case rests"""

    code = "return-not-recorded"


class CaseClosed(Refusal):
    """This reintegration case is closed"""

    code = "case-closed"


class NothingAssigned(Refusal):
    """This reintegration case is with this counsellor already"""

    code = "nothing-assigned"


class ReferredAlready(Refusal):
    """This returnee was referred for this occupation already"""

    code = "referred-already"


class VacancyProposedAlready(Refusal):
    """This vacancy was proposed to this returnee already"""

    code = "vacancy-proposed-already"


class NoSuchMatch(Refusal):
    """There is no such match in this case"""

    code = "no-such-match"

    status: ClassVar[int] = 422


class MatchAnswered(Refusal):
    """This match has been answered"""

    code = "match-answered"


class MatchDeclinedBefore(Refusal):
    """This match was declined"""

    code = "match-declined-before"


class PlacementMissing(Refusal):
    """A case closes as placed after the placement is recorded"""

    code = "placement-missing"


class ClosesWithItsReturn(Refusal):
    """A case closes for a voided return by itself, and only then"""

    code = "closes-with-its-return"


class NoSuchVacancy(Refusal):
    """There is no such vacancy"""

    code = "no-such-vacancy"

    status: ClassVar[int] = 422


class VacancyNoLongerOpen(Refusal):
    """This vacancy is no longer open"""

    code = "vacancy-no-longer-open"


class VacancyFilled(Refusal):
    """All places of this vacancy are filled"""

    code = "vacancy-filled"


class ClosesBeforeItOpens(Refusal):
    """This vacancy would close before it opens"""

    code = "closes-before-it-opens"

    status: ClassVar[int] = 422
