"""Comparison of the rows of two builds of a projection: in slices, and summarised by kind of difference.

The live build goes on while it is compared, so the builds never hold the same events for long. Rows that differ are
therefore looked at again, after each build has caught up with the other; only a difference that remains counts.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from pydantic import BaseModel

from chassis.projections.table_statements import SLICE, ComparedTable, DifferingRow, TableStatements
from chassis.store.database import Pool

EXAMPLES = 20
"""Examples kept for each kind of difference."""
_CHECKED_AGAIN = 10_000
"""Differing rows that are collected before they are looked at again."""


class Difference(BaseModel):
    """A kind of difference, such as ``workers.country changed``, with its number of rows and some examples."""

    kind: str
    count: int = 0
    examples: list[str] = []

    @property
    def of_columns(self) -> bool:
        """Return whether a column was added or removed; the rows are compared over the others."""
        return self.kind.startswith("column ")


class Position(BaseModel):
    """The place up to which two builds were compared: a table, and the last value of its first key column."""

    table: str
    after: str | None = None


class Differences:
    """Differences by kind."""

    def __init__(self, found: Iterable[Difference] = ()) -> None:
        self._found = {each.kind: each.model_copy(deep=True) for each in found}

    def add(self, kind: str, example: str | None = None, count: int = 1) -> None:
        """Count a difference."""
        found = self._found.setdefault(kind, Difference(kind=kind))
        found.count += count
        if example is not None and len(found.examples) < EXAMPLES:
            found.examples.append(example)

    def list(self) -> list[Difference]:
        """Return the differences, sorted by kind."""
        return [self._found[kind] for kind in sorted(self._found)]


class Comparison:
    """Compares the tables of two schemas in the database of ``pool``.

    ``level`` waits until each build has processed what the other one had processed when it was called. A row is looked at
    up to ``tries`` times. ``save`` is called every ``save_every`` seconds with the position and the differences up to
    there; another Comparison can go on from them.
    """

    def __init__(
        self,
        pool: Pool,
        live: str,
        new: str,
        tables: Sequence[ComparedTable],
        *,
        level: Callable[[], Awaitable[None]],
        tries: int = 3,
        save: Callable[[Position, list[Difference]], Awaitable[None]] | None = None,
        save_every: float = 30.0,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._pool, self._live, self._new, self._tables = pool, live, new, tables
        self._level, self._tries, self._progress = level, tries, progress
        self._save, self._save_every = save, save_every

    async def run(self, start: Position | None = None, found: Iterable[Difference] = ()) -> list[Difference]:
        """Compare all tables, or go on from a position; return the differences."""
        columns = await self._columns()
        if not self._tables:
            return []
        names = [table.name for table in self._tables]
        if start is None or start.table not in names:
            start, differences = Position(table=names[0]), Differences()
            self._compare_columns(columns, differences)
        else:
            differences = Differences(found)
        done, total = 0, await self._estimate()
        for table in self._tables[names.index(start.table) :]:
            statements = TableStatements.of(
                table, columns[self._live], columns[self._new], self._live, self._new
            )
            if statements is not None:
                after = start.after if table.name == start.table else None
                done = await self._compare_table(table, statements, after, differences, done, total)
        self._progress(total, total)
        return differences.list()

    async def _compare_table(
        self,
        table: ComparedTable,
        statements: TableStatements,
        after: str | None,
        differences: Differences,
        done: int,
        total: int,
    ) -> int:
        pending: dict[str, DifferingRow] = {}
        saved = time.monotonic()
        while True:
            upto = await self._pool.fetchval(statements.bound(after), *_given(after))
            slice_ = statements.within(after, upto)
            pending |= statements.read(await self._pool.fetch(slice_, *_given(after, upto)))
            done += SLICE
            self._progress(min(done, total), total)
            if upto is None or len(pending) >= _CHECKED_AGAIN or time.monotonic() - saved > self._save_every:
                await self._count_lasting(statements, pending, differences)
                if upto is not None and self._save is not None:
                    await self._save(Position(table=table.name, after=upto), differences.list())
                pending, saved = {}, time.monotonic()
            if upto is None:
                return done
            after = upto

    async def _count_lasting(
        self, statements: TableStatements, pending: dict[str, DifferingRow], differences: Differences
    ) -> None:
        for _ in range(self._tries - 1):
            if not pending:
                return
            await self._level()
            keys = sorted({row.first_key for row in pending.values()})
            again: dict[str, DifferingRow] = {}
            for first in range(0, len(keys), SLICE):
                rows = await self._pool.fetch(statements.among, keys[first : first + SLICE])
                again |= statements.read(rows)
            pending = {key: row for key, row in again.items() if key in pending}
        for _, row in sorted(pending.items()):
            for kind, example in row.kinds.items():
                differences.add(kind, example)

    async def _columns(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return the types of the columns, by schema and table."""
        found: dict[str, dict[str, dict[str, str]]] = {self._live: {}, self._new: {}}
        for schema, table, column, type_ in await self._pool.fetch(_COLUMNS, [self._live, self._new]):
            found[schema].setdefault(table, {})[column] = type_
        return found

    def _compare_columns(
        self, columns: dict[str, dict[str, dict[str, str]]], differences: Differences
    ) -> None:
        live, new = columns[self._live], columns[self._new]
        for table in sorted({*live, *new}):
            if table not in live or table not in new:
                differences.add(f"table {table} {'removed' if table in live else 'added'}")
                continue
            for column in sorted({*live[table], *new[table]}):
                before, now = live[table].get(column), new[table].get(column)
                if before is None or now is None:
                    differences.add(f"column {table}.{column} {'added' if before is None else 'removed'}")
                elif before != now:
                    differences.add(f"type of {table}.{column} changed", f"{before} → {now}")

    async def _estimate(self) -> int:
        """Return the approximate number of rows of the new build."""
        names = [table.name for table in self._tables]
        rows: int = await self._pool.fetchval(_ESTIMATE, self._new, names)
        return max(rows, 1)


_COLUMNS = (
    "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
    " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = ANY($1::text[]) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
)
_ESTIMATE = (
    "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class"
    " WHERE relnamespace = to_regnamespace($1) AND relname = ANY($2::text[])"
)


def _given(*bounds: str | None) -> list[str]:
    return [bound for bound in bounds if bound is not None]
