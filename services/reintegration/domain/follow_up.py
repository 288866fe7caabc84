"""Follow-ups of a new job: the returnee is asked how it goes 3, 6 and 12 months after the first day of work."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from contracts.codes.reintegration import WorkLater

FOLLOW_UPS = (3, 6, 12)
LAST = FOLLOW_UPS[-1]
_ENDS = (WorkLater.NO_WORK, WorkLater.ABROAD)


def months_later(day: date, months: int) -> date:
    """Return the day so many months later, or earlier; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, date.min.year), date.max.year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_follow_up(starts_on: date, done: int) -> date | None:
    """Return the day of the next follow-up of a job, of which the one after ``done`` months was the last; None after 12."""
    months = next((each for each in FOLLOW_UPS if each > done), None)
    return None if months is None else months_later(starts_on, months)


def months_asked(starts_on: date, done: int, today: date) -> int:
    """Return the follow-up that is due: the latest whose day has come, or else the next one."""
    left = [each for each in FOLLOW_UPS if each > done] or [LAST]
    return max((each for each in left if months_later(starts_on, each) <= today), default=left[0])


def done_after(months: int, work: WorkLater) -> int:
    """Return the months up to which nothing has to be asked any more: without work, or abroad, a follow-up is the last."""
    return LAST if work in _ENDS else months
