"""The follower of a read model: brings the events of the service's own store into a build, in the order of the gate.

A command writes the rows of its streams with the append, but only into the build of its own version. The follower adds
what processes of other versions appended, and fills a new build in the same way from the first event on. Each page of
events is one short transaction together with the bookmark of the build, so that a killed process loses nothing.

Rows converge, whoever writes first: a row is replaced or deleted only by a later version of its stream. If a row that was
deleted is written again from an older version, the event that deleted it still lies ahead of the bookmark, since it had
not committed when the older version was read (docs/decisions/shapes.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chassis.base.logs import get_log
from chassis.base.priority import REQUEST_PRIORITY
from chassis.projections.builds import NoSuchBuild, schema_of
from chassis.projections.reader import RECORD_ERRORS
from chassis.store.database import Connection, Pool
from chassis.store.decider import AnyDecider, StreamProjection, StreamRow, record_of
from chassis.store.event_store import SLICE, EventStore, EventTypeNotKnown
from chassis.store.gate import GATE
from chassis.store.persons import RecordUnreadable
from contracts.rulings import effective

PAGE = 500
"""Events of a page. Their streams are folded in one transaction, which must stay far below a second."""
WAIT = 0.05
"""Seconds to wait for another process that reads a page, or for the gate."""

_log = get_log()

_BOOKMARK = (
    "SELECT tx, position, pg_try_advisory_xact_lock(hashtextextended('follower ' || $1 || ' ' || build, 0))"
    " FROM public.builds WHERE projection = $1 AND build = $2 AND state <> 'retired'"
)
_LAST = (
    "SELECT events.tx::text::bigint, events.position FROM public.events"
    " ORDER BY events.tx DESC, events.position DESC LIMIT 1"
)
_MOVE = "UPDATE public.builds SET tx = $3, position = $4 WHERE projection = $1 AND build = $2"
_SET_ASIDE = (
    "INSERT INTO public.streams_set_aside (projection, build, stream, reason)"
    " SELECT $1, $2, * FROM unnest($3::text[], $4::text[])"
    " ON CONFLICT (projection, build, stream) DO UPDATE SET reason = excluded.reason, tried_at = excluded.tried_at"
)
_TRY_AGAIN = (
    "DELETE FROM public.streams_set_aside WHERE ctid IN (SELECT ctid FROM public.streams_set_aside"
    " WHERE projection = $1 AND build = $2 AND tried_at < clock_timestamp() - $3 * interval '1 second'"
    " ORDER BY tried_at LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING stream"
)


class FollowedPage(NamedTuple):
    """A page that was read: its end and number of events, and the number of streams written and set aside."""

    tx: int
    position: int
    events: int
    streams: int
    set_aside: int


class Follower:
    """Follows the store for one build of the read model of a decider.

    Several processes may follow the same build; a page is read by one of them at a time.
    """

    def __init__(self, store: EventStore, decider: AnyDecider, build: int) -> None:
        assert decider.projection is not None
        self._store = store
        self._pool: Pool = store.pool
        self.projection: StreamProjection = decider.projection
        self.build = build
        self._noun = decider.noun
        self._schema = schema_of(self.projection.name, build)
        self._page = _page_of(self.projection, self._schema)

    async def follow(self, limit: int = PAGE) -> FollowedPage | None:
        """Read the next page of events, and write the rows of streams that the build does not have in that version.

        Return None if another process reads a page now. Raises NoSuchBuild if the build is retired.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            bookmark = await connection.fetchrow(_BOOKMARK, self.projection.name, self.build)
            if bookmark is None:
                raise NoSuchBuild(f"{self._schema} is retired")
            if not bookmark[2]:
                return None
            page = await connection.fetchrow(self._page, bookmark[0], bookmark[1], limit, self._noun)
            if page is None:
                return FollowedPage(int(bookmark[0]), bookmark[1], 0, 0, 0)
            events, tx, position, streams = page
            failed = await self._write_streams(connection, streams)
            await connection.execute(_MOVE, self.projection.name, self.build, tx, position)
        return FollowedPage(int(tx), position, events, len(streams), failed)

    async def catch_up(self, progress: Callable[[int], None] = lambda position: None) -> None:
        """Follow until the build has all events that are committed now; ``progress`` receives positions in the store.

        This waits for the gate, and for another process that reads a page.
        """
        last = await self._pool.fetchrow(_LAST)
        while last is not None:
            page = await self.follow()
            if page is not None:
                progress(page.position)
                if (page.tx, page.position) >= tuple(last):
                    return
            if page is None or not page.events:
                await asyncio.sleep(WAIT)

    async def try_again(self, older_than: float, limit: int = PAGE) -> int:
        """Try streams again that were set aside longer than this number of seconds ago; return how many were tried."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_TRY_AGAIN, self.projection.name, self.build, older_than, limit)
            if rows:
                await self._write_streams(connection, [row[0] for row in rows])
        return len(rows)

    async def _write_streams(self, connection: Connection, streams: Sequence[str]) -> int:
        """Write the rows of streams as they are now; set aside those that fail, and return their number."""
        rows: list[StreamRow] = []
        failed: dict[str, str] = {}
        stored = await self._store.load_rows(streams, connection) if streams else {}
        for nth, (stream, records) in enumerate(stored.items(), 1):
            try:
                standing = effective([self._store.event(record) for record in records])
                row = self.projection.row(standing) if standing else None
                rows.append((record_of(stream), records[-1]["version"], row))
            except (EventTypeNotKnown, RecordUnreadable, *RECORD_ERRORS) as error:
                failed[stream] = type(error).__name__
            if nth % SLICE == 0:
                await REQUEST_PRIORITY.give_way()
        await self._write(connection, rows, failed)
        if failed:
            names = (self.projection.name, self.build)
            await connection.execute(_SET_ASIDE, *names, list(failed), list(failed.values()))
            _log.warning("streams_set_aside", build=self._schema, streams=len(failed))
        return len(failed)

    async def _write(self, connection: Connection, rows: Sequence[StreamRow], failed: dict[str, str]) -> None:
        if not rows:
            return
        try:
            async with connection.transaction():
                await self._store.commit(
                    [], self.projection.writes(self._schema, rows), connection=connection
                )
        except RECORD_ERRORS as error:
            if len(rows) == 1:
                failed[f"{self._noun}-{rows[0][0]}"] = type(error).__name__
                return
            middle = len(rows) // 2
            await self._write(connection, rows[:middle], failed)
            await self._write(connection, rows[middle:], failed)


def _page_of(projection: StreamProjection, schema: str) -> str:
    """Return the query for a page: its number of events, its end, and the streams whose rows are older or missing."""
    # CASE: the id is parsed only for streams of this noun; others may have a name of another form.
    return (
        "WITH page AS MATERIALIZED (SELECT events.tx, events.position, stream, version FROM public.events"
        " WHERE (events.tx, events.position) > ($1::text::xid8, $2)"
        f" AND events.tx < {GATE}"
        " ORDER BY events.tx, events.position LIMIT $3)"
        " SELECT (SELECT count(*) FROM page), page.tx::text, page.position, ARRAY("
        f"SELECT DISTINCT stream FROM page LEFT JOIN {schema}.{projection.name} AS kept"
        f" ON kept.{projection.key} = CASE WHEN left(stream, -37) = $4 THEN right(stream, 36)::uuid END"
        " WHERE left(stream, -37) = $4 AND (kept.stream_version IS NULL OR kept.stream_version < version))"
        " FROM page ORDER BY page.tx DESC, page.position DESC LIMIT 1"
    )
