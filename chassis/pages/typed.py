"""Days, times and numbers as people type them, in the digits of any script and the month names of Khmer and English.

The day comes first: 03/04/1990 is 3 April. A day that could be meant otherwise is not guessed: :class:`Unclear` asks back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from babel import Locale

from chassis.pages.translation import N_
from contracts.khmer import khmer_key
from contracts.text import latin_digits

_ENGLISH = tuple(Locale.parse("en").months["format"]["wide"].values())
_KHMER = tuple(Locale.parse("km").months["format"]["wide"].values())
_ALSO_TYPED = {"sept": 9, "កុម្ភ": 2, "មិនា": 3, "វិច្ចិកា": 11}
_MONTHS = {
    **{name.lower(): month for month, name in enumerate(_ENGLISH, 1)},
    **{name[:3].lower(): month for month, name in enumerate(_ENGLISH, 1)},
    **{khmer_key(name): month for month, name in enumerate(_KHMER, 1)},
    **{khmer_key(name): month for name, month in _ALSO_TYPED.items()},
}
MONTH_NAMES = {**{name: month for month, name in enumerate(_KHMER, 1)}, **_ALSO_TYPED, **_MONTHS}
"""The names of months as they are typed, in small letters, with their numbers; the offline booth reads dates by itself."""
_WORDS_OF_A_DATE = frozenset(khmer_key(word) for word in ("ថ្ងៃទី", "ថ្ងៃ", "ទី", "ខែ", "ឆ្នាំ", "of"))
_PART = re.compile(r"\d{1,8}(?!\d)|[^\W\d_]+(?:[\u17b4-\u17d3\u17dd]+[^\W\d_]*)*")
_BETWEEN = re.compile(r"[\s/.,\-\u200b\u17d6]*(?:st|nd|rd|th)?[\s/.,\-\u200b\u17d6]*")
_WITH_TIME = re.compile(
    r"(?P<day>.*?\S)(?:\s+|\s*,\s*|T)(?:at\s+|ម៉ោង\s*)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
_HOUR = re.compile(r"(?:at\s+|ម៉ោង\s*)?(?P<hour>\d{1,2})(?:\s*[:.h]\s*(?P<minute>\d{2})(?::\d{2})?)?")
_GROUPED = re.compile(r"\d{1,3}(?:([, \u00a0\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2700
"""The years between which eight digits in a row are read as a date; those of the Buddhist era are among them."""


class Unclear(Exception):
    """A typed day that has no certain meaning: a reason and what to do, as message ids, and the day that may be meant."""

    def __init__(self, reason: str, remedy: str, day: date | None = None) -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.day = reason, remedy, day


_TWO_DIGITS = (N_("the year is not clear"), N_("enter the year with four digits, such as 1990"))
_MONTH_FIRST = (N_("the day and the month are not clear"), N_("enter the day first: did you mean %(day)s?"))
_EIGHT_DIGITS = (N_("this date is not clear"), N_("enter it with strokes, such as 23/04/1990"))


def as_typed(when: date) -> str:
    """Return a day, or a day with its time, as people type it."""
    day = f"{when:%d/%m/}{when.year:04}"
    if not isinstance(when, datetime):
        return day
    return f"{day} {when:%H:%M:%S}" if when.second else f"{day} {when:%H:%M}"


def number_typed(text: str) -> str:
    """Return a number in Latin digits and without separators of thousands (commas or spaces).

    Other text is unchanged, and refused where a number is read: 187,50 may be 187.50.
    """
    plain = latin_digits(text).strip()
    grouped = _GROUPED.fullmatch(plain)
    return plain.replace(grouped[1], "") if grouped else plain


def day_typed(text: str) -> date | None:
    """Return the day that was typed, or None if the text is no day. Raises Unclear."""
    parts = _parts(text)
    if parts is None:
        return None
    match parts:
        case [str() as digits]:
            return _eight(digits) if len(digits) == 8 else None
        case [str() as year, str() | int() as month, str() as day] if len(year) == 4:
            return _day(int(year), int(month), int(day))
        case [str() as day, str() as month, str() as year] if len(day) <= 2 and len(month) <= 2:
            if (found := _of_year(year, int(month), int(day))) is None and (
                swapped := _of_year(year, int(day), int(month))
            ):
                raise Unclear(*_MONTH_FIRST, swapped)
            return found
        case [str() as day, int() as month, str() as year] | [int() as month, str() as day, str() as year]:
            return _of_year(year, month, int(day))
        case _:
            return None


def period_typed(text: str) -> tuple[date, str] | None:
    """Return a day with its precision: a year alone, or a month and a year, is known to that precision. Raises Unclear."""
    match _parts(text):
        case [str() as year] if len(year) == 4:
            first, precision = _day(int(year), 1, 1), "year"
        case [str() as year, month] if len(year) == 4:
            first, precision = _day(int(year), int(month), 1), "month"
        case [month, str() as year] if len(year) == 4:
            first, precision = _day(int(year), int(month), 1), "month"
        case _:
            first, precision = day_typed(text), "day"
    return None if first is None else (first, precision)


def moment_typed(text: str) -> datetime | None:
    """Return the time that was typed, without a time zone if none was typed, or None if it is no time. Raises Unclear."""
    plain = latin_digits(text).strip()
    with suppress(ValueError):
        if len(plain) > 10:
            return datetime.fromisoformat(plain)
    found = _WITH_TIME.fullmatch(plain)
    day = day_typed(found["day"]) if found else None
    if found is None or day is None:
        return None
    with suppress(ValueError):
        return datetime.combine(
            day, time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
        )
    return None


def hour_typed(text: str) -> time | None:
    """Return the time of day that was typed, to the minute, or None if it is none."""
    found = _HOUR.fullmatch(latin_digits(text).strip().lower())
    with suppress(ValueError):
        return time(int(found["hour"]), int(found["minute"] or 0)) if found else None
    return None


def _parts(text: str) -> list[str | int] | None:
    """Return the numbers of a date as text, and the month as an int if it was named; None if there is anything else."""
    return list(_read(latin_digits(text).strip().lower())) or None


def _read(text: str) -> Iterator[Any]:
    found: list[str | int] = []
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or len(found) == 3:
            return
        word = part[0]
        if word.isdigit():
            found.append(word)
        elif (month := _month(word)) is not None:
            found += month
        else:
            return
        at = part.end()
        between = _BETWEEN.match(text, at)
        at = at if between is None else between.end()
    yield from found


def _month(word: str) -> list[int] | None:
    """Return the month of a word, an empty list for words such as "day" in Khmer, and None for any other word."""
    key = khmer_key(word)
    for begin in ("", *_WORDS_OF_A_DATE):
        if begin and key.startswith(begin):
            rest = key.removeprefix(begin)
            if not rest:
                return []
            if rest in _MONTHS:
                return [_MONTHS[rest]]
        elif key in _MONTHS:
            return [_MONTHS[key]]
    return None


def _eight(digits: str) -> date | None:
    readings = (
        _day(int(digits[4:]), int(digits[2:4]), int(digits[:2])),
        _day(int(digits[:4]), int(digits[4:6]), int(digits[6:])),
    )
    found = {day for day in readings if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR}
    if len(found) > 1:
        raise Unclear(*_EIGHT_DIGITS)
    return next(iter(found), None)


def _of_year(year: str, month: int, day: int) -> date | None:
    """Return a day of a year as it was typed. Raises Unclear for a year without its century."""
    if len(year) == 2:
        raise Unclear(*_TWO_DIGITS)
    return _day(int(year), month, day) if len(year) == 4 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
