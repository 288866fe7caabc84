"""Finds the records with which a reader fails, so that they become dead letters and stop no other.

A record may be readable and yet cannot be stored (a number beyond the column's type, a NUL character), or break the
reader's code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from chassis.projections.reader import RECORD_ERRORS, Poison, Reader, ReceivedEntry
from chassis.store.database import Pool


class _RolledBack(Exception):
    pass


async def find_culprits(
    pool: Pool, reader: Reader, events: Sequence[Any], entries: Sequence[ReceivedEntry]
) -> Mapping[UUID, str]:
    """Return the records that fail on their own, with their error, found by trials that are rolled back.

    The records are halved until each of these records is alone. The result is empty if records fail only together, and if
    several fail all in the reader's code: then the fault is in the code. Raises errors that no record can cause.
    """
    culprits: dict[UUID, Exception] = {}
    pending: list[tuple[Sequence[Any], Sequence[Any]]] = [(events, ()), ((), entries)]
    while pending:
        some, others = pending.pop()
        count = len(some) + len(others)
        error = None if not count else await _trial(pool, reader, some, others)
        if error is None:
            continue
        if count == 1:
            culprits[(*some, *others)[0].id] = error
        else:
            middle = count // 2
            pending += [(some[:middle], others[:middle]), (some[middle:], others[middle:])]
    in_code = not any(_of_storing(error) for error in culprits.values())
    if in_code and len(culprits) == len(events) + len(entries) > 1:
        return {}
    return {event_id: f"the reader fails: {type(error).__name__}" for event_id, error in culprits.items()}


def _of_storing(error: Exception) -> bool:
    """Return whether PostgreSQL, or asyncpg before it, refused a value."""
    return isinstance(error, asyncpg.PostgresError) or (
        isinstance(error, ValueError) and isinstance(error, asyncpg.InterfaceError)
    )


async def _trial(
    pool: Pool, reader: Reader, events: Sequence[Any], entries: Sequence[Any]
) -> Exception | None:
    try:
        prepared = await reader.prepare(pool, events, entries)
        async with pool.acquire() as connection, connection.transaction():
            await reader.apply(connection, events, entries, prepared)
            raise _RolledBack
    except _RolledBack:
        return None
    except (*RECORD_ERRORS, Poison) as error:
        return error
