"""The private questions to people who came back yesterday and today: who was asked, and which referrals came of it.

Some were not asked yet, some did not want to be, and of the referrals some wait. No upload takes screenings, so that the
demo sends each by itself, as the officer at the desk does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from contracts.codes.assistance import Consent, ReferralOffice
from contracts.codes.recording import HowRecorded
from contracts.codes.screening import HelpWanted, ScreeningEnd
from domnaer.demo.lines import Line
from domnaer.demo.moments import chance, id_at
from domnaer.demo.today import border_post
from domnaer.demo.today.people import record
from domnaer.demo.wording import COUNSELLORS

OFFICER: Final = "officer"
"""The officer at the desk behind the booth."""
_RECEIVERS: Final = {
    ReferralOffice.MOLVT: "reviewer",
    ReferralOffice.MOI: "referrals",
    ReferralOffice.MOSVY: "social-affairs",
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A referral to which a person agreed; ``received`` is True if the office has acknowledged it."""

    office: ReferralOffice
    help: HelpWanted
    consent: Consent = Consent.SPOKEN
    received: bool = False

    def receiver(self, home: str) -> str:
        """Return the person of the demo who receives it; ``home`` is the home province of who was referred."""
        return COUNSELLORS[home] if self.office is ReferralOffice.NEA else _RECEIVERS[self.office]


@dataclass(frozen=True, slots=True)
class Screening:
    """One screening: its command, and who acknowledges a referral of it."""

    id: UUID
    command: Line
    acknowledged_by: Sequence[str]


_MOLVT, _NEA, _MOI, _MOSVY = (
    ReferralOffice.MOLVT, ReferralOffice.NEA, ReferralOffice.MOI, ReferralOffice.MOSVY,
)  # fmt: skip
_Asked = tuple[ScreeningEnd, Sequence[Agreed]] | None
_NOTHING: Final[_Asked] = (ScreeningEnd.ANSWERED, ())
_NOT_WANTED: Final[_Asked] = (ScreeningEnd.NOT_WANTED, ())
_LEFT_EARLY: Final[_Asked] = (ScreeningEnd.LEFT_EARLY, ())


def _agreed(*referrals: Agreed) -> _Asked:
    return ScreeningEnd.ANSWERED, referrals


# Of adults in the order of the uploads; None of whoever was not asked yet. Only referrals of yesterday are acknowledged: an
# acknowledgement has the present time, and the demo may start before the screenings of today.
_TODAY: Final[Sequence[_Asked]] = (
    _NOTHING,
    None,
    _agreed(Agreed(_MOSVY, HelpWanted.HEALTH_CARE)),
    _agreed(Agreed(_MOLVT, HelpWanted.UNPAID_WAGES, Consent.WRITTEN), Agreed(_NEA, HelpWanted.WORK)),
    _NOT_WANTED,
    _agreed(Agreed(_MOLVT, HelpWanted.UNPAID_WAGES)),
    None,
    _agreed(Agreed(_MOLVT, HelpWanted.UNPAID_WAGES), Agreed(_NEA, HelpWanted.WORK)),
    _agreed(
        Agreed(_MOSVY, HelpWanted.PROTECTION, Consent.WRITTEN),
        Agreed(_MOI, HelpWanted.REPORT_TO_POLICE, Consent.WRITTEN),
    ),
    _agreed(Agreed(_MOI, HelpWanted.DOCUMENTS)),
    _NOTHING,
    _LEFT_EARLY,
    _agreed(Agreed(_MOLVT, HelpWanted.UNPAID_WAGES, Consent.WRITTEN)),
    _agreed(Agreed(_MOSVY, HelpWanted.HEALTH_CARE)),
    _agreed(Agreed(_MOI, HelpWanted.DOCUMENTS)),
    None,
    _agreed(Agreed(_NEA, HelpWanted.WORK)),
)
_YESTERDAY: Final[Sequence[_Asked]] = (
    _agreed(Agreed(_NEA, HelpWanted.WORK, received=True)),
    _agreed(Agreed(_NEA, HelpWanted.WORK, Consent.WRITTEN, True), Agreed(_MOLVT, HelpWanted.UNPAID_WAGES, received=True)),
    _agreed(Agreed(_MOLVT, HelpWanted.UNPAID_WAGES, Consent.WRITTEN), Agreed(_MOI, HelpWanted.DOCUMENTS, received=True)),
    _NOT_WANTED,
    _agreed(Agreed(_MOSVY, HelpWanted.HEALTH_CARE, received=True)),
    None,
)  # fmt: skip


def screenings() -> Iterator[Screening]:
    """Yield the screenings of today and yesterday.

    They are taken in from paper: a live record cannot be of the future, and the demo may start at any time of the day.
    """
    rng = chance("private questions of today")
    today, yesterday = _adults()
    for line, asked in (*zip(today, _TODAY, strict=True), *zip(yesterday, _YESTERDAY, strict=True)):
        if asked is None:
            continue
        ended, agreed = asked
        at = line["occurred_at"] + timedelta(minutes=25)
        screening_id, home = id_at(at, rng), line["person"]["home_province"]
        command = {
            "id": screening_id,
            **record(at),
            "how": HowRecorded.PAPER,
            "crossing_id": line["id"],
            "ended": ended,
            "referrals": [
                {"office": each.office, "help": each.help, "consent": each.consent} for each in agreed
            ],
        }
        yield Screening(screening_id, command, [each.receiver(home) for each in agreed if each.received])


def _adults() -> tuple[list[Line], list[Line]]:
    """Return the returns of adults, of today and of yesterday, in the order of the uploads."""
    back = [
        line
        for upload in border_post.uploads()
        for line in upload.lines
        if line.get("kind") in ("return", "deported_return") and line.get("role") != "child"
    ]
    last = max(line["occurred_at"].date() for line in back)
    today = [line for line in back if line["occurred_at"].date() == last]
    return today, [line for line in back if line["occurred_at"].date() != last]
