"""The workers who are believed to be in a country, with how sure that is, as a caller sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import Runtime
from chassis.http.pagination import Page
from chassis.http.sealed_cursors import open_cursor, seal_cursor
from contracts.journeys.whereabouts import Location
from services.registry.projections.lists import find_people
from services.registry.projections.need_to_know import Viewer
from services.registry.projections.reading import Reading, read_worker
from services.registry.queries.workers import timeline_of

LOOKED_AT = 50
"""Workers that a page reads, at most: each is folded as the caller sees them."""
_TOGETHER = 4
"""Workers that are read at a time: half of the connections of a process stay free for other requests."""


async def look_at_abroad(
    runtime: Runtime, caller: Caller, country: str, cursor: str | None, limit: int
) -> Page[Any]:
    """Return a page of the readings of workers within reach who are believed to be in a country, after the audit entry.

    The worker with the latest event comes first. Whose records are being worked out is left out: nobody knows where they
    are until then. Raises CursorUnreadable.
    """
    pool, now, viewer = timeline_of(runtime).pool, runtime.clock.now(), Viewer.of(caller)
    after: Any = None if cursor is None else open_cursor(runtime.settings, "abroad", cursor, datetime, str)
    readings: dict[str, Reading] = {}

    async def there(numbers: Sequence[str]) -> list[str]:
        found = await pool.fetch(
            "SELECT number, node FROM workers WHERE number = ANY($1::text[])", list(numbers)
        )
        nodes = {row["number"]: row["node"] for row in found}
        for start in range(0, len(numbers), _TOGETHER):
            await asyncio.gather(*(read(each, nodes[each]) for each in numbers[start : start + _TOGETHER]))
        return [number for number in numbers if number in readings]

    async def read(number: str, node: UUID) -> None:
        reading, _ = await read_worker(
            pool,
            [node],
            caller.reach,
            now,
            office=caller.office,
            viewer=viewer,
            number=number,
            entries=None,
        )
        if reading is not None and reading.folded:
            where = reading.view.whereabouts
            if where.place is Location.ABROAD and where.country == country:
                readings[number] = reading

    numbers, further = await find_people(
        pool, [], None, caller.reach, caller.office, there, after, limit, country, looks_at=LOOKED_AT
    )
    await runtime.audit.look(caller, "list_abroad", numbers=numbers, correlation=correlation())
    return Page(
        items=tuple(readings[number] for number in numbers),
        next=None if further is None else seal_cursor(runtime.settings, "abroad", *further),
    )
