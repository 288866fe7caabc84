"""A code with its plain English title, for pages.

The title has a default only so that type checkers read ``Kind("value")`` as the look-up that it is.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self


class TitledCode(StrEnum):
    """A code of text; each member is written as value and title."""

    _value_: str
    title_en: str

    def __new__(cls, value: str, title_en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.title_en = title_en
        return member


class TitledNumber(IntEnum):
    """A code that is a number; each member is written as value and title."""

    _value_: int
    title_en: str

    def __new__(cls, value: int, title_en: str = "") -> Self:
        member = int.__new__(cls, value)
        member._value_ = value
        member.title_en = title_en
        return member
