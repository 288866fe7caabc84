"""Writes a decoded page: the reader's effect, the dead letters and the offsets in one transaction.

A record may be readable and yet cannot be stored (a number beyond the column's type, a NUL character), or break the
reader's code. :func:`find_culprits` finds these records, so that they become dead letters and stop no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.projections.dead_letters import store_dead_letters
from chassis.projections.decoding import DecodedPage
from chassis.projections.offsets import Move, Offsets
from chassis.projections.reader import Poison, Reader
from chassis.projections.rehearsal import Rehearsal
from chassis.store.database import Pool

_log = get_log()


async def write_page(
    pool: Pool,
    reader: Reader,
    build: int,
    page: DecodedPage,
    moves: Sequence[Move],
    rehearsal: Rehearsal | None,
) -> None:
    """Write a page once. Raises OffsetsMoved, Poison, NewPoison, or an error of the database; then nothing is written."""
    if rehearsal is not None and page.letters:
        await rehearsal.admit(page.letters)
    prepared = None
    if not page.empty:
        prepared = await reader.prepare(pool, page.events, page.entries)
    async with pool.acquire() as connection, connection.transaction():
        if not page.empty:
            await reader.apply(connection, page.events, page.entries, prepared)
        if page.letters:
            await store_dead_letters(connection, reader.name, build, page.letters)
        await Offsets(reader.name, build).move(connection, moves)


RECORD_ERRORS = (
    ValueError,  # asyncpg raises a subclass of it for a value that does not fit its parameter
    ArithmeticError,
    TypeError,
    LookupError,
    AttributeError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
"""Errors that the content of a record can cause. A database or broker that is away raises none of them."""


class _RolledBack(Exception):
    pass


async def find_culprits(pool: Pool, reader: Reader, page: DecodedPage) -> Mapping[UUID, str]:
    """Return the records of a page that fail on their own, with their error, by trials that are rolled back.

    The page is halved until each of these records is alone. The result is empty if records fail only together, and if
    several fail all in the reader's code: then the fault is in the code. Raises errors that no record can cause.
    """
    culprits: dict[UUID, Exception] = {}
    pending: list[tuple[Sequence[Any], Sequence[Any]]] = [(page.events, page.entries)]
    while pending:
        events, entries = pending.pop()
        error = await _trial(pool, reader, events, entries)
        if error is None:
            continue
        if len(events) + len(entries) == 1:
            culprits[(*events, *entries)[0].id] = error
        elif entries and events:
            pending += [(events, ()), ((), entries)]
        else:
            middle = max(len(events), len(entries)) // 2
            pending += [(events[:middle], entries[:middle]), (events[middle:], entries[middle:])]
    in_code = not any(_of_storing(error) for error in culprits.values())
    if in_code and len(culprits) == len(page.events) + len(page.entries) > 1:
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


async def announce_page(reader: Reader, page: DecodedPage) -> None:
    """Log the dead letters of a page that was written, and tell the reader that its effect is committed."""
    for letter in page.letters:
        _log.warning(
            "event_dead_lettered", reader=reader.name, event_id=str(letter.event_id), reason=letter.reason
        )
    if not page.empty:
        try:
            await reader.applied()
        except Exception as error:  # the effect is committed, so this failure loses nothing
            _log.warning("notify_failed", reader=reader.name, error=describe_exception(error))
