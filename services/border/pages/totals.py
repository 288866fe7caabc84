"""Totals of persons by sex, as the tables of the border's pages show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from contracts.codes.people import AgeBand, Sex

SEXES = (Sex.FEMALE, Sex.MALE, Sex.NOT_KNOWN)


class TotalRow(NamedTuple):
    """A row of a table: its title, the persons of each of :data:`SEXES`, and all."""

    title: str
    by_sex: Sequence[int]
    persons: int


def totals_by(
    rows: Iterable[Mapping[str, Any]], titles: Mapping[str, str], group: Callable[[Mapping[str, Any]], str]
) -> list[TotalRow]:
    """Return the totals of counted rows by group, in the order of ``titles``, without empty groups."""
    rows = list(rows)
    found = []
    for code, title in titles.items():
        found.append(_row(title, [row for row in rows if group(row) == code]))
    return [row for row in found if row.persons]


def total_of(title: str, rows: Iterable[Mapping[str, Any]]) -> TotalRow:
    """Return the totals of all counted rows."""
    return _row(title, list(rows))


AGE_BANDS = {each.value: each.title_en for each in AgeBand}


def _row(title: str, rows: Sequence[Mapping[str, Any]]) -> TotalRow:
    persons = sum(row["persons"] for row in rows)
    known = [sum(row["persons"] for row in rows if row["sex"] == sex) for sex in SEXES[:-1]]
    return TotalRow(title, (*known, persons - sum(known)), persons)
