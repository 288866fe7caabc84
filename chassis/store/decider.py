"""Deciders: the streams of one noun with the pure functions of their ``domain``, and the read model of a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from chassis.base.ids import read_id
from chassis.store.append import Statement, columns, unnested
from chassis.store.persons import person_ids
from contracts.command import Circumstances, Command
from contracts.envelope import Event, Fact

C = TypeVar("C")
S = TypeVar("S")
F = TypeVar("F", bound=Fact)


NATIONAL_DESK = "00"
"""The province of workers' records without one: only callers whose reach is national see them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The posts, countries, provinces and agencies of a record, which decide who may see it. Empty sets do not restrict.

    ``only`` are the ids of the only callers who may see it, within those places, if any are named.
    """

    posts: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    @classmethod
    def at_home(cls, province: str | None) -> Scope:
        """Return the scope of a record that belongs to a worker's home province, or without one to the national desk."""
        return cls(provinces=frozenset([province or NATIONAL_DESK]))


ANYWHERE = Scope()

Histories = Mapping[str, list[Event[Fact]]]
"""Streams with all their events."""
StreamRow = tuple[UUID, int, tuple[Any, ...] | None]
"""The key of a stream, its version, and its row; None if no event of the stream is valid any more."""


def shape_of_tables(ddl: str, *rules: object) -> str:
    """Return the shape of builds: a digest of the statements that create their tables, and of what else decides their rows."""
    return hashlib.sha256(repr((" ".join(ddl.split()), *rules)).encode()).hexdigest()[:12]


class Likeness(NamedTuple):
    """A record as others of the same person are compared with it: an equal group, and times that overlap, make them alike.

    ``kind`` and ``place`` are codes that tell a caller which record it is. ``beyond_reach`` is True if a caller who may not
    see the record is told that it exists.
    """

    group: str
    since: datetime
    until: datetime
    kind: str
    place: str | None
    beyond_reach: bool = False


LIKENESS_COLUMNS = (
    ("likely_persons", "text"),
    ("likely_group", "text"),
    ("likely_since", "timestamptz"),
    ("likely_until", "timestamptz"),
)
_LIKENESS_DDL = """
ALTER TABLE {table} ADD COLUMN likely_persons text NOT NULL, ADD COLUMN likely_group text,
    ADD COLUMN likely_since timestamptz, ADD COLUMN likely_until timestamptz;
-- Without the list of pending entries, which each search would read from its beginning to its end.
CREATE INDEX {table}_likely ON {table} USING gin (string_to_array(likely_persons, ' ')) WITH (fastupdate = off);
"""


def likeness_cells(likeness: Likeness | None, standing: Sequence[Event[Fact]]) -> tuple[Any, ...]:
    """Return the values of :data:`LIKENESS_COLUMNS` for a record, given by its valid events."""
    if likeness is None:
        return ("", None, None, None)
    return " ".join(person_ids(standing)), likeness.group, likeness.since, likeness.until


@dataclass(frozen=True, eq=False)
class StreamProjection:
    """A read model with one row for each stream, written in the transaction of the append.

    ``columns`` are (name, PostgreSQL type); the first is the key, the UUID of the stream. ``row`` makes the row from the
    stream's valid events (rulings applied), in the order of columns; None if no event is valid any more. ``ddl``
    creates table ``name`` with those columns and ``stream_version integer NOT NULL`` in the schema of its build.
    ``rules`` is the version of ``row``: raise it when ``row`` gives other values, so that a new build is filled.
    ``likeness`` is set by :meth:`with_likeness`.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    ddl: str
    row: Callable[[Sequence[Event[Fact]]], tuple[Any, ...] | None]
    rules: int = 1
    likeness: Callable[[Sequence[Event[Any]]], Likeness | None] | None = None

    @cached_property
    def shape(self) -> str:
        """The shape of the builds that this code reads and writes: a digest of table, columns and ``rules``."""
        return shape_of_tables(self.ddl, self.columns, self.rules)

    def with_likeness(self, likeness: Callable[[Sequence[Event[Any]]], Likeness | None]) -> StreamProjection:
        """Return this read model with the columns and the index by which records are found that are probably the same.

        ``likeness`` returns the likeness of a record from its valid events; None if no other record is probably the same.
        """

        def row(standing: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
            found = self.row(standing)
            return None if found is None else (*found, *likeness_cells(likeness(standing), standing))

        return replace(
            self,
            columns=(*self.columns, *LIKENESS_COLUMNS),
            ddl=self.ddl + _LIKENESS_DDL.format(table=self.name),
            row=row,
            likeness=likeness,
        )

    @property
    def key(self) -> str:
        """The name of the key column."""
        return self.columns[0][0]

    def writes(self, schema: str, rows: Sequence[StreamRow]) -> list[Statement]:
        """Return the statements that write the rows of streams into a build's schema.

        A row is replaced or deleted only if it comes from an earlier version of its stream.
        """
        # One order everywhere, so that two transactions do not deadlock on the same rows.
        rows = sorted(rows, key=lambda row: row[0].int)
        kept = [(*row, version) for _, version, row in rows if row is not None]
        gone = [(key, version) for key, version, row in rows if row is None]
        writes: list[Statement] = []
        if len(kept) == 1:
            writes.append(Statement(self._upsert(schema, False), tuple(kept[0])))
        elif kept:
            writes.append(Statement(self._upsert(schema, True), tuple(columns(self._kinds, kept))))
        if gone:
            writes.append(
                Statement(
                    f"DELETE FROM {schema}.{self.name} AS kept USING unnest($1::uuid[], $2::integer[]) AS gone(key, version)"
                    f" WHERE kept.{self.key} = gone.key AND kept.stream_version <= gone.version",
                    tuple(map(list, zip(*gone, strict=True))),
                )
            )
        return writes

    @cached_property
    def _names(self) -> list[str]:
        return [*(name for name, _ in self.columns), "stream_version"]

    @cached_property
    def _kinds(self) -> list[str]:
        return [*(kind for _, kind in self.columns), "integer"]

    @lru_cache(maxsize=64)  # noqa: B019 - a projection lives as long as its process
    def _upsert(self, schema: str, many: bool) -> str:
        names = ", ".join(self._names)
        if many:
            source = f"SELECT * FROM {unnested(self._kinds)}"
        else:
            source = "SELECT " + ", ".join(f"${i}::{kind}" for i, kind in enumerate(self._kinds, 1))
        changes = ", ".join(f"{name} = excluded.{name}" for name in self._names[1:])
        return (
            f"INSERT INTO {schema}.{self.name} ({names}) {source} ON CONFLICT ({self._names[0]}) DO UPDATE SET {changes}"
            f" WHERE {self.name}.stream_version < excluded.stream_version"
        )


@dataclass(frozen=True)
class Decider(Generic[C, S, F]):
    """The streams of one noun: ``<noun>-<uuid>``.

    ``decide`` answers a command and a state with facts, or raises a Refusal; ``evolve`` cannot fail. ``scope`` returns
    the scope of a record from its state. All are pure; rulings are applied before the fold.

    A correction obeys the same rules. ``commands`` names the command that records each fact: ``decide`` decides it again
    with the corrected facts. For facts without a command, ``check`` raises a Refusal if they break a rule on the day of the
    occurrence. ``correct`` raises a Refusal if facts may not become others because of the valid events after them.
    """

    noun: str
    initial: S
    decide: Callable[[C, S, Circumstances], Sequence[F]]
    evolve: Callable[[S, Event[F]], S]
    scope: Callable[[S], Scope] = field(default=lambda _: ANYWHERE)
    projection: StreamProjection | None = None
    check: Callable[[F, date], None] = field(default=lambda facts, day: None)
    commands: Mapping[type[Any], type[Command]] = field(default_factory=dict)
    correct: Callable[[F, F, Sequence[Event[Fact]]], None] = field(default=lambda earlier, now, after: None)

    def stream(self, record_id: UUID) -> str:
        """Return the name of a record's stream."""
        return f"{self.noun}-{record_id}"

    def fold(self, standing: Sequence[Event[Fact]]) -> S:
        """Return the state after the events of a stream, corrections and voids applied."""
        state = self.initial
        # A stream holds the facts of its decider only; the store refuses to read types that are not in the catalogue.
        events: Sequence[Event[Any]] = standing
        for event in events:
            state = self.evolve(state, event)
        return state


AnyDecider = Decider[Any, Any, Any]
"""A decider of whatever command, state and fact."""


def record_of(stream: str) -> UUID:
    """Return the UUID of a record, from the name of its stream."""
    return read_id(stream[-36:])
