"""A code with its plain English title, for pages.

The title has a default only so that type checkers read ``Kind("value")`` as the look-up that it is.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Self


class TitledCode(StrEnum):
    """A code of text; each member is written as value and title."""

    _value_: str
    title_en: str
    if not TYPE_CHECKING:
        value = property(
            attrgetter("_value_")
        )  # read for each code that is written; Enum's own is a call in Python

    def __new__(cls, value: str, title_en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.title_en = title_en
        return member


class TitledNumber(IntEnum):
    """A code that is a number; each member is written as value and title."""

    _value_: int
    title_en: str
    if not TYPE_CHECKING:
        value = property(
            attrgetter("_value_")
        )  # read for each code that is written; Enum's own is a call in Python

    def __new__(cls, value: int, title_en: str = "") -> Self:
        member = int.__new__(cls, value)
        member._value_ = value
        member.title_en = title_en
        return member
