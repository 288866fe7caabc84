"""A row of the reference data: its period of validity and source, and the kinds of its columns with the values that are right."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from contracts.codes.places import COUNTRIES, HOME, Country
from contracts.codes.work import OCCUPATIONS
from contracts.times import Day

EVERY = "*"
"""In place of a code: the row holds for each country or occupation that has no row of its own."""
Key = tuple[str, ...]


class Right(NamedTuple):
    """Metadata of a column: which values are right, in words."""

    values: str


def absent(text: object) -> object:
    """Return None for an empty cell, which states nothing."""
    return None if text == "" else text


def whole(text: object) -> object:
    """Return the text of a whole number. Raises ValueError."""
    if isinstance(text, str) and re.fullmatch(r"[0-9]{1,9}", text) is None:
        raise ValueError("is not a whole number")
    return text


def listed_in(codes: Mapping[str, object]) -> AfterValidator:
    """Return a validator that accepts the codes of a list, and ``*``, which stands for every code."""

    def check(code: str) -> str:
        if code != EVERY and code not in codes:
            raise ValueError("is not on the list")
        return code

    return AfterValidator(check)


ABROAD: Mapping[str, str] = {code: name for code, name in COUNTRIES.items() if code != HOME}
AnyCountry = Annotated[
    str,
    listed_in(ABROAD),
    Right("an ISO 3166-1 alpha-3 code of a country other than Cambodia, such as THA, or *"),
]
CountryAbroad = Annotated[
    Country,
    listed_in(ABROAD),
    Right("an ISO 3166-1 alpha-3 code of a country other than Cambodia, such as THA"),
]
AnyOccupation = Annotated[str, listed_in(OCCUPATIONS), Right("an ISCO-08 code of one to four digits, or *")]
DayOfRow = Annotated[
    Day,
    Field(ge=date(1950, 1, 1), le=date(2100, 12, 31)),
    Right("a day as YYYY-MM-DD in the years 1950 to 2100, such as 2026-11-29"),
]
OptionalDay = Annotated[
    DayOfRow | None, BeforeValidator(absent), Right("a day as YYYY-MM-DD, or leave it empty")
]
Level = Annotated[int, BeforeValidator(whole), Field(ge=1, le=8), Right("a level from 1 to 8")]


class Row(BaseModel, ABC):
    """A row of a table, valid from a day to a day (both included), with its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    always: ClassVar[frozenset[Key]] = frozenset()
    """Keys of which a row must be valid on every day: the first also holds before its own first day."""
    of_timelines: ClassVar[bool] = True
    """Whether timelines may depend on the table, so that they are computed again if it changes."""

    valid_from: DayOfRow = Field(description="First day on which the row holds.")
    valid_to: OptionalDay = Field(description="Last day on which the row holds; empty if no end is known.")
    source: Annotated[str, Field(min_length=1, max_length=500), Right("where the row comes from")] = Field(
        description="The law, agreement, letter or page from which the row was taken."
    )

    @property
    @abstractmethod
    def key(self) -> Key:
        """The codes that the row is about. The periods of two rows with the same key must not overlap."""

    def holds(self, day: date) -> bool:
        """Return whether the row is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield each field that contradicts another field of the row, with the remedy."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            yield "valid_to", f"give a day that is not before valid_from, {self.valid_from}"


def what_is_right(model: type[Row], field: str) -> str:
    """Return which values are right in a column, in words."""
    return next(each.values for each in model.model_fields[field].metadata if isinstance(each, Right))
