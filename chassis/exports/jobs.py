"""Long lists as files, made in the background: their rows and their parts in the database of the service.

What was asked for (it may hold a name that was searched for) and the parts are written with the codec of the process. A row is
deleted with its parts when it expires (chassis.retention).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from pydantic import TypeAdapter

from chassis.access.permissions import Caller, Reach
from chassis.base.ids import new_id
from chassis.commands.runtime import Runtime
from chassis.exports.files import Kind

KEPT_FOR = timedelta(hours=1)
"""How long a file can be fetched once it is made, has failed or was cancelled."""
UNFINISHED_FOR = timedelta(hours=24)
"""How long a file that is not made yet is kept."""
ABANDONED = timedelta(seconds=60)
"""Time without a further row after which the process that made a file counts as lost; another one begins again."""
RETRIED_AFTER = timedelta(seconds=10)
"""Time after a failed attempt in which a file is not begun again."""
ATTEMPTS = 3
"""How often a file is begun, at most."""
State = Literal["waiting", "making", "made", "failed", "cancelled"]
OPEN: tuple[State, ...] = ("waiting", "making")


@dataclass(frozen=True, slots=True)
class Asked:
    """The request of a person for a file: that of the page of the list, with the names of the list and of the file.

    ``detail`` is the filter in codes, as the audit holds it.
    """

    list: str
    title: str
    kind: Kind
    method: str
    path: str
    root_path: str
    query: str
    body: str
    language: str
    caller: Caller
    correlation: UUID
    disposition: str
    detail: dict[str, Any]

    def same_file(self, other: Asked) -> bool:
        """Return whether another request asks for the same file."""
        return _request(self) == _request(other)


def _request(asked: Asked) -> tuple[str, ...]:
    return asked.method, asked.path, asked.query, asked.body, asked.language


_ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)


@dataclass(frozen=True, slots=True)
class ExportJob:
    """A file that is made or was made. ``rows_known`` is the number of rows of the list when it was asked for.

    ``run`` is the id of the attempt that makes it.
    """

    export_id: UUID
    state: State
    reason: str
    asked: Asked
    rows_done: int
    rows_known: int
    run: UUID | None
    attempts: int
    asked_at: datetime
    expires_at: datetime

    @property
    def is_open(self) -> bool:
        """True if it is still to be made."""
        return self.state in OPEN


class ExportStopped(Exception):
    """The file is no longer wanted from this attempt: it was cancelled, or another process has begun it again."""


class FileDeleted(Exception):
    """The file was deleted while it was fetched: the response must not end as if it were whole."""


def holds_rights_of(caller: Caller, asked: Caller) -> bool:
    """Return whether a person still has the office, the permissions and the reach with which they asked for a file."""
    return (
        caller.office == asked.office
        and asked.permissions <= caller.permissions
        and _includes(caller.reach, asked.reach)
    )


def _includes(reach: Reach, former: Reach) -> bool:
    if reach.national:
        return True
    return not former.national and (
        former.posts <= reach.posts
        and former.countries <= reach.countries
        and former.provinces <= reach.provinces
        and former.agencies <= reach.agencies
    )


class ExportJobs:
    """The table of a service's files."""

    def __init__(self, runtime: Runtime) -> None:
        self._pool, self._codec = runtime.pool, runtime.store.persons

    async def ask(self, asked: Asked, rows: int) -> UUID:
        """Store that a file is to be made, and return its id: that of the same file, if it is still to be made."""
        found = await self._pool.fetch(
            "SELECT * FROM list_exports WHERE caller = $1 AND state = ANY($2::text[]) AND expires_at > clock_timestamp()",
            asked.caller.id,
            list(OPEN),
        )
        for job in map(self._job, found):
            if job.asked.same_file(asked) and holds_rights_of(asked.caller, job.asked.caller):
                return job.export_id
        export_id = new_id()
        await self._pool.execute(
            "INSERT INTO list_exports (export_id, caller, state, asked, rows_known, expires_at)"
            " VALUES ($1, $2, 'waiting', $3, $4, clock_timestamp() + $5)",
            export_id,
            asked.caller.id,
            self._codec.seal(_ASKED.dump_json(asked)),
            rows,
            UNFINISHED_FOR,
        )
        return export_id

    async def find(self, export_id: UUID, caller: Caller) -> ExportJob | None:
        """Return a file that the caller asked for, while it is kept."""
        row = await self._pool.fetchrow(
            "SELECT * FROM list_exports WHERE export_id = $1 AND caller = $2 AND expires_at > clock_timestamp()",
            export_id,
            caller.id,
        )
        return None if row is None else self._job(row)

    async def claim(self) -> ExportJob | None:
        """Claim the oldest requested file that no process is making, and return it; None if there is none."""
        await self._pool.execute(
            "UPDATE list_exports SET state = 'failed', reason = 'interrupted', expires_at = clock_timestamp() + $3"
            " WHERE state = 'making' AND attempts >= $1 AND alive_at < clock_timestamp() - $2::interval",
            ATTEMPTS,
            ABANDONED,
            KEPT_FOR,
        )
        row = await self._pool.fetchrow(
            "UPDATE list_exports SET state = 'making', run = $1, attempts = attempts + 1, rows_done = 0,"
            " alive_at = clock_timestamp() WHERE export_id = (SELECT export_id FROM list_exports"
            " WHERE expires_at > clock_timestamp() AND ((state = 'waiting'"
            " AND (attempts = 0 OR alive_at < clock_timestamp() - $3::interval))"
            " OR (state = 'making' AND alive_at < clock_timestamp() - $2::interval))"
            " ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *",
            uuid4(),
            ABANDONED,
            RETRIED_AFTER,
        )
        if row is None:
            return None
        await self._pool.execute("DELETE FROM list_export_parts WHERE export_id = $1", row["export_id"])
        return self._job(row)

    async def add(self, job: ExportJob, number: int, content: bytes, rows_done: int) -> None:
        """Store a part of the file. Raises ExportStopped."""
        stored = await self._pool.execute(
            "WITH noted AS (UPDATE list_exports SET rows_done = $3, alive_at = clock_timestamp()"
            " WHERE export_id = $1 AND state = 'making' AND run = $2 RETURNING export_id)"
            " INSERT INTO list_export_parts (export_id, number, content) SELECT export_id, $4, $5 FROM noted",
            job.export_id,
            job.run,
            rows_done,
            number,
            self._codec.seal(content),
        )
        if stored != "INSERT 0 1":
            raise ExportStopped

    async def end(self, job: ExportJob, state: State, reason: str = "") -> None:
        """Note that an attempt has ended: the file is made, has failed, or waits to be begun again."""
        await self._pool.execute(
            "UPDATE list_exports SET state = $3, reason = $4, alive_at = clock_timestamp(), expires_at ="
            " CASE WHEN $3 = 'waiting' THEN expires_at ELSE clock_timestamp() + $5 END"
            " WHERE export_id = $1 AND state = 'making' AND run = $2",
            job.export_id,
            job.run,
            state,
            reason,
            KEPT_FOR,
        )

    async def release(self, job: ExportJob) -> None:
        """Leave a file to the next process, since this one ends; the attempt does not count."""
        await self._pool.execute(
            "UPDATE list_exports SET state = 'waiting', attempts = attempts - 1"
            " WHERE export_id = $1 AND state = 'making' AND run = $2",
            job.export_id,
            job.run,
        )

    async def cancel(self, job: ExportJob) -> None:
        """Cancel a file that is not made yet, and delete what there is of it."""
        async with self._pool.acquire() as connection, connection.transaction():
            cancelled = await connection.execute(
                "UPDATE list_exports SET state = 'cancelled', expires_at = clock_timestamp() + $3"
                " WHERE export_id = $1 AND state = ANY($2::text[])",
                job.export_id,
                list(OPEN),
                KEPT_FOR,
            )
            if cancelled == "UPDATE 1":
                await connection.execute("DELETE FROM list_export_parts WHERE export_id = $1", job.export_id)

    async def content(self, job: ExportJob) -> AsyncIterator[bytes]:
        """Yield the parts of a file in their order. Raises FileDeleted if it expires before its end."""
        parts = await self._pool.fetchval(
            "SELECT count(*)::int FROM list_export_parts WHERE export_id = $1", job.export_id
        )
        for number in range(max(parts, 1)):
            content = await self._pool.fetchval(
                "SELECT content FROM list_export_parts WHERE export_id = $1 AND number = $2",
                job.export_id,
                number,
            )
            if content is None:
                raise FileDeleted
            yield self._codec.open(content)

    async def waiting(self) -> tuple[int, float]:
        """Return the number of files that are still to be made, and the seconds for which no row was added to any."""
        row = await self._pool.fetchrow(
            "SELECT count(*)::int, coalesce(extract(epoch FROM clock_timestamp() - max(alive_at)), 0)::float8"
            " FROM list_exports WHERE state = ANY($1::text[]) AND expires_at > clock_timestamp()",
            list(OPEN),
        )
        return (0, 0.0) if row is None else (row[0], row[1])

    def _job(self, row: Any) -> ExportJob:
        return ExportJob(
            row["export_id"],
            row["state"],
            row["reason"],
            _ASKED.validate_json(self._codec.open(row["asked"])),
            row["rows_done"],
            row["rows_known"],
            row["run"],
            row["attempts"],
            row["asked_at"],
            row["expires_at"],
        )


async def delete_expired_exports(runtime: Runtime) -> None:
    """Delete the files that have expired, a few at a time."""
    delete = (
        "DELETE FROM list_exports WHERE ctid IN"
        " (SELECT ctid FROM list_exports WHERE expires_at <= clock_timestamp() LIMIT 10)"
    )
    while await runtime.pool.execute(delete) == "DELETE 10":
        await asyncio.sleep(0)
