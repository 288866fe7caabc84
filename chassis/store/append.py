"""The append: one statement that appends events together with the other writes of the transaction, and its errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, LiteralString

APPEND: LiteralString = (
    "INSERT INTO events (event_id, stream, version, type, occurred_at, recorded_at, facts, person, handles,"
    " correlation_id, causation_id, traceparent)"
)
COLUMNS = [
    "uuid",
    "text",
    "int4",
    "text",
    "timestamptz",
    "timestamptz",
    "text",
    "text",
    "text",
    "uuid",
    "uuid",
    "text",
]


class ConcurrentAppend(Exception):
    """Another transaction changed the stream, or a count that the decision rests on, after it was read: decide again."""


class AlreadyRecorded(Exception):
    """An event with this id is already recorded."""


class KeyTaken(Exception):
    """This caller used this idempotency key before: answer with the stored outcome."""


class StillRunning(Exception):
    """A command of the same caller with the same key is running now."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A data-modifying statement with its parameters, for the transaction of an append."""

    sql: str
    args: tuple[Any, ...]


_SEPARATOR, _NULL = "\x1f", "\x1e"


def columns(kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Return rows as the parameters of :func:`unnested`, one parameter for each column.

    A text column is passed as one joined text: asyncpg would check each element of an array for being an array.
    """
    packed: list[Any] = []
    for kind, column in zip(kinds, zip(*rows, strict=True), strict=True):
        if kind != "text":
            packed.append(list(column))
            continue
        text = _SEPARATOR.join([_NULL if value is None else value for value in column])
        if text.count(_SEPARATOR) != len(column) - 1:
            raise ValueError("a text to be stored contains a control character")
        packed.append(text)
    return packed


def unnested(kinds: Sequence[str]) -> str:
    """Return the SQL that expands the parameters of :func:`columns`, from $1 on, to rows."""
    return "unnest({})".format(
        ", ".join(
            f"string_to_array(${nth}::text, E'\\x1f', E'\\x1e')" if kind == "text" else f"${nth}::{kind}[]"
            for nth, kind in enumerate(kinds, 1)
        )
    )


@lru_cache(maxsize=256)
def statement(events: int, locked: bool, writes: tuple[tuple[str, int], ...]) -> str:
    """Return the statement of an append. ``events``: 0 none, 1 one, 2 several (as arrays)."""
    parts: list[str] = []
    n = 0
    if locked:
        n = len(COLUMNS) if events else 0
        parts.append(f"held AS MATERIALIZED (SELECT hold_key(${n + 1}) AS ok)")
    if events:
        if events == 1:
            values = ", ".join(f"${i}::{type_}" for i, type_ in enumerate(COLUMNS, 1))
            source = f"SELECT {values}"
            if locked:
                source += " FROM held WHERE held.ok"
        else:
            # WITH ORDINALITY: positions, and so the order in the topic, follow the order of the rows.
            names = ", ".join(f"c{i}" for i in range(len(COLUMNS)))
            source = f"SELECT {names} FROM {unnested(COLUMNS)} WITH ORDINALITY AS rows({names}, nth)"
            source += (", held WHERE held.ok" if locked else "") + " ORDER BY nth"
        parts.append(f"appended AS ({APPEND} {source} RETURNING 1)")
        n = len(COLUMNS)
    if locked:
        n += 1
    for nth, (sql, count) in enumerate(writes):
        parts.append(f"w{nth} AS ({_renumbered(sql, n)})")
        n += count
    last = "appended" if events else ("held" if locked else "(VALUES (1)) AS nothing")
    return f"WITH {', '.join(parts)} SELECT count(*) FROM {last}"


def _renumbered(sql: str, by: int) -> str:
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + by}", sql)
