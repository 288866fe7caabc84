"""Long lists as files, made in the background: their rows and their parts in the database of the service.

What was asked for (it may hold a name that was searched for) and the parts are written with the codec of the process. A row is
deleted with its parts when it expires (chassis.retention).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter

from chassis.access.permissions import Caller
from chassis.base.failures import describe_exception
from chassis.base.ids import new_id
from chassis.base.logs import get_log
from chassis.commands.runtime import Runtime
from chassis.exports.requests import (
    OPEN,
    Asked,
    ExportJob,
    ExportStopped,
    FileDeleted,
    State,
    TooManyFiles,
    holds_rights_of,
)

KEPT_FOR = timedelta(hours=1)
"""How long a file can be fetched once it is made, has failed or was cancelled."""
UNFINISHED_FOR = timedelta(hours=24)
"""How long a file that is not made yet is kept."""
ABANDONED = timedelta(seconds=60)
"""Time without a further row after which the process that made a file counts as lost; another one begins again."""
RETRIED_AFTER = timedelta(seconds=10)
"""Time after a failed attempt in which a file is not begun again."""
MOST_OPEN = 3
"""How many files of one person are still to be made, at most."""
ATTEMPTS = 3
"""How often a file is begun, at most."""
_log = get_log()
_ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)


class ExportJobs:
    """The table of a service's files."""

    def __init__(self, runtime: Runtime) -> None:
        self._pool, self._codec = runtime.pool, runtime.store.persons

    async def ask(self, asked: Asked, rows: int) -> UUID:
        """Store that a file is to be made, and return its id: that of the same file, if it is still to be made.

        Raises TooManyFiles.
        """
        export_id = new_id()
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('list_exports/' || $1, 0))", asked.caller.id
            )
            found = await connection.fetch(
                "SELECT * FROM list_exports WHERE caller = $1 AND state = ANY($2::text[])"
                " AND expires_at > clock_timestamp()",
                asked.caller.id,
                list(OPEN),
            )
            for job in map(self._job_if_readable, found):
                if (
                    job is not None
                    and job.asked.same_file(asked)
                    and holds_rights_of(asked.caller, job.asked.caller)
                ):
                    return job.export_id
            if len(found) >= MOST_OPEN:
                raise TooManyFiles(
                    f"{len(found)} files that you asked for are still to be made",
                    remedy="wait until one is made, or cancel one on its page",
                )
            await connection.execute(
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
        return None if row is None else self._job_if_readable(row)

    async def claim(self) -> ExportJob | None:
        """Claim a requested file that no process is making, and return it; None if there is none.

        The persons whose files were not worked on for the longest time come first, then the file that was asked for first.
        A request that cannot be read has failed.
        """
        while (row := await self._claimed()) is not None:
            if (job := self._job_if_readable(row)) is not None:
                return job
            await self._pool.execute(
                "UPDATE list_exports SET state = 'failed', reason = 'unreadable', expires_at = clock_timestamp() + $3"
                " WHERE export_id = $1 AND run = $2",
                row["export_id"],
                row["run"],
                KEPT_FOR,
            )
        return None

    async def _claimed(self) -> Any:
        await self._pool.execute(
            "UPDATE list_exports SET state = 'failed', reason = 'interrupted', expires_at = clock_timestamp() + $3"
            " WHERE state = 'making' AND attempts >= $1 AND alive_at < clock_timestamp() - $2::interval",
            ATTEMPTS,
            ABANDONED,
            KEPT_FOR,
        )
        row = await self._pool.fetchrow(
            "UPDATE list_exports SET state = 'making', run = $1, attempts = attempts + 1, rows_done = 0,"
            " alive_at = clock_timestamp() WHERE export_id = (SELECT export_id FROM list_exports AS asked"
            " WHERE expires_at > clock_timestamp() AND ((state = 'waiting'"
            " AND (attempts = 0 OR alive_at < clock_timestamp() - $3::interval))"
            " OR (state = 'making' AND alive_at < clock_timestamp() - $2::interval))"
            " ORDER BY (SELECT max(other.alive_at) FROM list_exports AS other WHERE other.caller = asked.caller"
            " AND other.state <> 'waiting') NULLS FIRST, asked_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *",
            uuid4(),
            ABANDONED,
            RETRIED_AFTER,
        )
        if row is not None:
            await self._pool.execute("DELETE FROM list_export_parts WHERE export_id = $1", row["export_id"])
        return row

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
        """Return the number of files that are still to be made, and the seconds for which one of them got no row, at most."""
        row = await self._pool.fetchrow(
            "SELECT count(*)::int, coalesce(extract(epoch FROM clock_timestamp() - min(alive_at)), 0)::float8"
            " FROM list_exports WHERE state = ANY($1::text[]) AND expires_at > clock_timestamp()",
            list(OPEN),
        )
        return (0, 0.0) if row is None else (row[0], row[1])

    def _job_if_readable(self, row: Any) -> ExportJob | None:
        """Return the file of a row; None if its request cannot be read, such as one sealed with a key that is gone."""
        try:
            return self._job(row)
        except Exception as error:  # a codec has errors of its own; `claim` ends the file as failed
            _log.warning("export_unreadable", export=str(row["export_id"]), error=describe_exception(error))
            return None

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
