"""The names of officers by the pseudonyms in facts, for pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date

from chassis.access.permissions import Caller
from chassis.store.database import Pool

KNOWN_FOR = 60.0
"""Seconds after which the names are read again: other processes of the service store names too."""
_NOTE = (
    "INSERT INTO officers AS o (caller, name, title, seen_on) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (caller) DO UPDATE SET name = excluded.name, title = excluded.title, seen_on = excluded.seen_on"
    " WHERE (o.name, o.title, o.seen_on) IS DISTINCT FROM (excluded.name, excluded.title, excluded.seen_on)"
)


class Officers:
    """The people who opened a page of a service once, with their names as their tokens last stated them."""

    def __init__(self, pool: Pool, today: Callable[[], date]) -> None:
        self._pool, self._today = pool, today
        self._names: dict[str, str] = {}
        self._noted: dict[str, tuple[str, str, date]] = {}
        self._read_at = float("-inf")

    @property
    def names(self) -> Mapping[str, str]:
        """The names by pseudonym, as known when a page was opened last."""
        return self._names

    async def note(self, caller: Caller) -> None:
        """Store the name of a caller who opens a page, at most once a day, and read the names that others stored."""
        seen = (caller.name, caller.title, self._today())
        if self._noted.get(caller.id) != seen:
            await self._pool.execute(_NOTE, caller.id, *seen)
            self._noted[caller.id] = seen
            self._names[caller.id] = caller.name
        if time.monotonic() - self._read_at > KNOWN_FOR:
            self._read_at = time.monotonic()
            rows = await self._pool.fetch("SELECT caller, name FROM officers")
            self._names = {row["caller"]: row["name"] for row in rows}
