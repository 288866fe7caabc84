"""Writes a decoded page: the reader's effect, the dead letters and the offsets in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.projections.dead_letters import store_dead_letters
from chassis.projections.decoding import DecodedPage
from chassis.projections.offsets import Move, Offsets
from chassis.projections.reader import Reader
from chassis.store.database import Pool

_log = get_log()


async def write_page(
    pool: Pool,
    reader: Reader,
    build: int,
    page: DecodedPage,
    moves: Sequence[Move],
) -> None:
    """Write a page once. Raises OffsetsMoved, Poison, or an error of the database; then nothing is written."""
    prepared = None
    if not page.empty:
        prepared = await reader.prepare(pool, page.events, page.entries)
    async with pool.acquire() as connection, connection.transaction():
        if not page.empty:
            await reader.apply(connection, page.events, page.entries, prepared)
        if page.letters:
            await store_dead_letters(connection, reader.name, build, page.letters)
        await Offsets(reader.name, build).move(connection, moves)


async def announce_page(reader: Reader, page: DecodedPage) -> None:
    """Log the dead letters of a written page, and call the reader's ``applied``."""
    for letter in page.letters:
        _log.warning(
            "event_dead_lettered", reader=reader.name, event_id=str(letter.event_id), reason=letter.reason
        )
    if not page.empty:
        try:
            await reader.applied()
        except Exception as error:  # the effect is committed, so this failure loses nothing
            _log.warning("notify_failed", reader=reader.name, error=describe_exception(error))
