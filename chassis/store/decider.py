"""Deciders: the streams of one noun with the pure functions of their ``domain``, and the read model of a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from chassis.base.ids import read_id
from chassis.store.append import Statement, columns, unnested
from contracts.command import Circumstances
from contracts.envelope import Event, Fact

C = TypeVar("C")
S = TypeVar("S")
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Scope:
    """The posts, countries, provinces and agencies of a record, which decide who may see it. Empty sets do not restrict."""

    posts: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()

    @classmethod
    def at_home(cls, province: str | None) -> Scope:
        """Return the scope of a record that belongs to a worker's home province; without one, it is within every reach."""
        return cls(provinces=frozenset([province] if province else ()))


ANYWHERE = Scope()

StreamRow = tuple[UUID, int, tuple[Any, ...] | None]
"""The key of a stream, its version, and its row; None if no event of the stream is valid any more."""


def shape_of_tables(ddl: str, *rules: object) -> str:
    """Return the shape of builds: a digest of the statements that create their tables, and of what else decides their rows."""
    return hashlib.sha256(repr((" ".join(ddl.split()), *rules)).encode()).hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class StreamProjection:
    """A read model with one row for each stream, written in the transaction of the append.

    ``columns`` are (name, PostgreSQL type); the first is the key, the UUID of the stream. ``row`` makes the row from the
    stream's valid events (rulings applied), in the order of columns; None if no event is valid any more. ``ddl``
    creates table ``name`` with those columns and ``stream_version integer NOT NULL`` in the schema of its build.
    ``rules`` is the version of ``row``: raise it when ``row`` gives other values, so that a new build is filled.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    ddl: str
    row: Callable[[Sequence[Event[Fact]]], tuple[Any, ...] | None]
    rules: int = 1

    @cached_property
    def shape(self) -> str:
        """The shape of the builds that this code reads and writes: a digest of table, columns and ``rules``."""
        return shape_of_tables(self.ddl, self.columns, self.rules)

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
    the scope of a record from its state. Both are pure; rulings are applied before the fold.
    """

    noun: str
    initial: S
    decide: Callable[[C, S, Circumstances], Sequence[F]]
    evolve: Callable[[S, Event[F]], S]
    scope: Callable[[S], Scope] = field(default=lambda _: ANYWHERE)
    projection: StreamProjection | None = None

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
