"""The rules that a counsellor's command may break."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class ReturnNotRecorded(Refusal):
    """The return of this case is not recorded"""

    code = "return-not-recorded"


class CaseClosed(Refusal):
    """This reintegration case is closed"""

    code = "case-closed"


class NothingAssigned(Refusal):
    """This counsellor is already in charge of this case"""

    code = "nothing-assigned"


class TakenMeanwhile(Refusal):
    """Another counsellor is in charge of this case by now"""

    code = "taken-meanwhile"


class ReferredAlready(Refusal):
    """This returnee is already referred for this occupation"""

    code = "referred-already"


class MatchOfAnotherVacancy(Refusal):
    """A correction cannot give a match another vacancy"""

    code = "match-of-another-vacancy"


class VacancyProposedAlready(Refusal):
    """This vacancy is already proposed to this returnee"""

    code = "vacancy-proposed-already"


class NoSuchMatch(Refusal):
    """There is no such match in this case"""

    code = "no-such-match"

    status: ClassVar[int] = 422


class MatchAnswered(Refusal):
    """This match is already answered"""

    code = "match-answered"


class MatchDeclinedBefore(Refusal):
    """This match was declined"""

    code = "match-declined-before"


class PlacementMissing(Refusal):
    """A case cannot close as placed before the placement is recorded"""

    code = "placement-missing"


class WorkNotStated(Refusal):
    """The work and the province of the new job are needed"""

    code = "work-not-stated"

    status: ClassVar[int] = 422


class NothingToFollowUp(Refusal):
    """No new job of this returnee is recorded"""

    code = "nothing-to-follow-up"


class RuledOutAlready(Refusal):
    """This vacancy is already noted as not suitable for this returnee"""

    code = "ruled-out-already"


class MovesNowhere(Refusal):
    """This province is already in charge of this case"""

    code = "moves-nowhere"


class TooEarlyToAgeOut(Refusal):
    """This returnee was contacted, or the time for a first contact has not passed"""

    code = "too-early-to-age-out"


class ClosesWithItsReturn(Refusal):
    """A case closes automatically when its return is voided"""

    code = "closes-with-its-return"


class NoSuchVacancy(Refusal):
    """There is no such vacancy"""

    code = "no-such-vacancy"

    status: ClassVar[int] = 422


class VacancyNoLongerOpen(Refusal):
    """This vacancy is no longer open"""

    code = "vacancy-no-longer-open"


class VacancyClosedAlready(Refusal):
    """This vacancy is closed"""

    code = "vacancy-closed-already"


class VacancyFilled(Refusal):
    """All places of this vacancy are filled"""

    code = "vacancy-filled"


class ClosesBeforeItOpens(Refusal):
    """This vacancy would close before it opens"""

    code = "closes-before-it-opens"

    status: ClassVar[int] = 422
