"""The SQL statements that compare a table of two builds in slices of its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SLICE = 2_000
"""Rows of a build that one statement compares."""
_MASKED = "(masked)"
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class ComparedTable:
    """A table of a build whose rows are compared.

    ``key`` identifies a row and holds no personal data; an index of both builds begins with its first column. Examples
    show the values of the columns ``shown``; the values of all other columns stay in the database.
    """

    name: str
    key: tuple[str, ...]
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DifferingRow:
    """A row that differs between two builds."""

    first_key: str
    kinds: dict[str, str]
    """An example for each kind of difference of this row."""


@dataclass(frozen=True, slots=True)
class TableStatements:
    """The statements that compare one table. Bounds and keys are passed as text, so that any type can be a key."""

    table: ComparedTable
    columns: tuple[str, ...]
    sides: tuple[str, str]
    type: str
    differing: str

    @classmethod
    def of(
        cls,
        table: ComparedTable,
        live: dict[str, dict[str, str]],
        new: dict[str, dict[str, str]],
        live_schema: str,
        new_schema: str,
    ) -> TableStatements | None:
        """Return None if the builds have no rows with this key in common."""
        before, now = live.get(table.name, {}), new.get(table.name, {})
        if any(column not in before or column not in now for column in table.key):
            return None
        columns = tuple(column for column in sorted(now) if column in before and column not in table.key)

        def cell(side: str, column: str) -> str:
            return f"{side}.{column}" + ("" if before[column] == now[column] else "::text")

        def example(column: str) -> str:
            if column not in table.shown:
                return f"'{_MASKED}', '{_MASKED}'"
            return f"left(a.{column}::text, {_LONGEST_VALUE}), left(b.{column}::text, {_LONGEST_VALUE})"

        changed = [
            f"CASE WHEN {cell('a', column)} IS DISTINCT FROM {cell('b', column)} THEN ARRAY[{example(column)}] END"
            for column in columns
        ]
        key = [f"coalesce(a.{column}, b.{column})::text" for column in table.key]
        first = table.key[0]
        tests = [f"{cell('a', column)} IS DISTINCT FROM {cell('b', column)}" for column in columns]
        joined = " AND ".join(f"a.{column} = b.{column}" for column in table.key)
        differing = (
            f"SELECT ARRAY[{', '.join(key)}], a.{first} IS NULL, b.{first} IS NULL"
            f"{''.join(', ' + each for each in changed)}"
            f" FROM (SELECT * FROM {live_schema}.{table.name} WHERE {{where}}) AS a"
            f" FULL JOIN (SELECT * FROM {new_schema}.{table.name} WHERE {{where}}) AS b ON {joined}"
            f" WHERE {' OR '.join([f'a.{first} IS NULL', f'b.{first} IS NULL', *tests])}"
        )
        sides = (f"{live_schema}.{table.name}", f"{new_schema}.{table.name}")
        return cls(table, columns, sides, now[first], differing)

    def bound(self, after: str | None) -> str:
        """Return the statement for the end of the next slice; it returns no row if the slice is the last one."""
        first = self.table.key[0]
        where = "" if after is None else f" WHERE {first} > $1::text::{self.type}"
        ends = [
            f"(SELECT {first} FROM {side}{where} ORDER BY {first} LIMIT 1 OFFSET {SLICE - 1})"
            for side in self.sides
        ]
        return f"SELECT {first}::text FROM ({' UNION ALL '.join(ends)}) AS ends ORDER BY {first} LIMIT 1"

    def within(self, after: str | None, upto: str | None) -> str:
        """Return the statement for the differing rows of a slice."""
        tests = [] if after is None else [">"]
        tests += [] if upto is None else ["<="]
        where = [
            f"{self.table.key[0]} {test} ${nth}::text::{self.type}" for nth, test in enumerate(tests, start=1)
        ]
        return self.differing.format(where=" AND ".join(where) or "true")

    @property
    def among(self) -> str:
        """The statement for the differing rows among those with some values of the first key column."""
        where = f"{self.table.key[0]} = ANY($1::text[]::{self.type}[])"
        return self.differing.format(where=where)

    def read(self, rows: Sequence[Any]) -> dict[str, DifferingRow]:
        """Return the kinds of difference of each row, by the key of the row."""
        found = {}
        changes: dict[str, str]
        for key, new, gone, *cells in rows:
            name = " ".join(key)
            if new or gone:
                changes = {f"{self.table.name}: rows {'added' if new else 'removed'}": name}
            else:
                changes = {
                    f"{self.table.name}.{column} changed": f"{name}: {_shown(cell[0])} → {_shown(cell[1])}"
                    for column, cell in zip(self.columns, cells, strict=True)
                    if cell is not None
                }
            found[name] = DifferingRow(key[0], changes)
        return found


def _shown(value: str | None) -> str:
    return "none" if value is None else value
