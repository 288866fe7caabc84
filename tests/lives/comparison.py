"""The comparison language of expectations: ranges, ``not``, any of, suggestions and numbers.

Found values are instants in Asia/Phnom_Penh (``datetime``), days, texts, numbers, truth values, None, and lists and
dictionaries of them. An expected day equals an instant of that day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from contracts.times import PHNOM_PENH

_DAY = r"\d{4}-\d{2}-\d{2}"
_RANGE = re.compile(rf"({_DAY})?\.\.({_DAY})?")
_MINUTE = re.compile(rf"({_DAY})[ T](\d{{1,2}}):(\d{{2}})")
_BOUND = re.compile(r"(<=|>=|<|>)\s*(\d+)")


def matches(expected: Any, found: Any) -> bool:
    """Return whether a found value is as expected.

    ``not x`` is anything but x, None too; ``a..b`` is a range of days with optional ends; ``<=1`` a number; a list is
    any of its members, or, if a list was found, the same members in any order; a dictionary is compared key by key.
    """
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and matches(value, found[key]) for key, value in expected.items()
        )
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        if isinstance(found, Sequence) and not isinstance(found, str):
            return same_members(expected, found)
        return any(matches(each, found) for each in expected)
    if isinstance(expected, str):
        return _matches_text(bare(expected), found)
    if expected is None or isinstance(expected, bool):
        return found is expected
    if isinstance(expected, date):
        return day_of(found) == (expected.date() if isinstance(expected, datetime) else expected)
    return not isinstance(found, bool) and bool(found == expected)


def _matches_text(expected: str, found: Any) -> bool:
    if expected.startswith("not "):
        return not matches(as_value(expected.removeprefix("not ").strip()), found)
    if (bound := _BOUND.fullmatch(expected)) is not None:
        if isinstance(found, bool) or not isinstance(found, int | float):
            return False
        limit = int(bound[2])
        return {"<=": found <= limit, ">=": found >= limit, "<": found < limit, ">": found > limit}[bound[1]]
    if (between := _RANGE.fullmatch(expected)) is not None:
        day = day_of(found)
        first, last = (None if text is None else date.fromisoformat(text) for text in between.groups())
        return day is not None and (first is None or first <= day) and (last is None or day <= last)
    if (minute := _MINUTE.fullmatch(expected)) is not None and isinstance(found, datetime):
        wanted = datetime.fromisoformat(f"{minute[1]}T{int(minute[2]):02}:{minute[3]}").replace(
            tzinfo=PHNOM_PENH
        )
        return found.replace(second=0, microsecond=0) == wanted
    if re.fullmatch(_DAY, expected):
        return day_of(found) == date.fromisoformat(expected)
    return isinstance(found, str) and found == expected


def as_value(text: str) -> Any:
    """Return what a text after ``not`` means: null, true, false, a number, or itself."""
    known = {"null": None, "none": None, "true": True, "false": False}
    return known.get(text, int(text) if text.isdecimal() else text)


def same_members(expected: Sequence[Any], found: Sequence[Any]) -> bool:
    """Return whether each expected member is one found member of its own, and none is left."""
    if len(expected) != len(found):
        return False
    left = list(found)
    for each in expected:
        member = next((nth for nth, one in enumerate(left) if matches(each, one)), None)
        if member is None:
            return False
        del left[member]
    return True


def bare(text: str) -> str:
    """Return a text without the quotation marks of a suggestion: «overdue_return» is overdue_return."""
    return text.removeprefix("«").removesuffix("»") if text.startswith("«") else text


def day_of(found: Any) -> date | None:
    """Return the day in Asia/Phnom_Penh of an instant, a day, or None."""
    if isinstance(found, datetime):
        return found.astimezone(PHNOM_PENH).date() if found.tzinfo else found.date()
    return found if isinstance(found, date) else None


def as_list(given: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of it."""
    return list(given) if isinstance(given, list | tuple) else [given]


def in_words(value: Any) -> str:
    """Return a value for a message: instants as local minutes, dictionaries without what is None."""
    if isinstance(value, datetime):
        return value.astimezone(PHNOM_PENH).strftime("%Y-%m-%d %H:%M") if value.tzinfo else str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {in_words(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(in_words(each) for each in value) + "]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
