"""Background work that makes the files of long lists: it calls the page of the list again, for the person who asked.

The page finds the file to fill in the scope of its request, and reads the list as it does for a file that it sends at once, with
the permissions, the reach and the language of the time of asking. A file of a process that was killed is begun again by
another process of the service, or by the next one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from fastapi import FastAPI
from structlog.contextvars import bound_contextvars

from chassis.access.permissions import CALLS_FOR
from chassis.base.cancellation import heed_cancellation
from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.commands.runtime import Runtime
from chassis.exports.jobs import ATTEMPTS, ExportJobs
from chassis.exports.lists import MAKING, Piece
from chassis.exports.requests import ExportJob, ExportStopped
from chassis.pages.rendering import LANGUAGE_OF_ADDRESS

EVERY = 5.0
"""Seconds between two looks for a file that another process was asked for, or has left."""
_log = get_log()


class _Filling:
    """Stores the pieces of one file."""

    def __init__(self, jobs: ExportJobs, job: ExportJob, work: ExportWork) -> None:
        self._jobs, self._job, self._work = jobs, job, work
        self.whole = False

    async def take(self, pieces: AsyncIterator[Piece]) -> None:
        """Store the pieces until the end of the file. Raises ExportStopped."""
        number = 0
        async for piece in pieces:
            await self._jobs.add(self._job, number, piece.content, piece.records)
            number += 1
            self._work.last_progress = time.monotonic()
        self.whole = True


class ExportWork:
    """Makes the files of a service, one after the other."""

    name = "exports"
    set_aside = 0

    def __init__(self, runtime: Runtime, app: FastAPI) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._service, self._app, self._jobs = runtime.service, app, ExportJobs(runtime)
        self._asked = app.state.exports = asyncio.Event()

    async def run(self) -> None:
        """Make files until cancelled."""
        while True:
            heed_cancellation()
            made = None
            try:
                made = await self.make_next()
                self.trouble, self.last_progress = None, time.monotonic()
            except Exception as error:  # such as a database that is away
                self.trouble = type(error).__name__
                _log.warning("export_failed", error=describe_exception(error))
            if made is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._asked.wait(), EVERY)
                self._asked.clear()

    async def make_next(self) -> ExportJob | None:
        """Make the next file, or end it if the sign-in with which it was asked for has ended; return None if there is none."""
        job = await self._jobs.claim()
        if job is None:
            return None
        if job.asked.caller.expires_at <= time.time():
            await self._jobs.end(job, "failed", "expired")  # nobody knows which rights the person has now
            return job
        filling = _Filling(self._jobs, job, self)
        try:
            with bound_contextvars(correlation_id=job.asked.correlation, service=self._service):
                await self._call(job, filling)
        except asyncio.CancelledError:
            await self._jobs.release(job)
            raise
        except ExportStopped:
            return job
        except Exception as error:
            _log.warning("export_failed", export=str(job.export_id), error=describe_exception(error))
        if filling.whole:
            await self._jobs.end(job, "made")
        elif job.attempts < ATTEMPTS:
            await self._jobs.end(job, "waiting")
        else:
            await self._jobs.end(job, "failed", "error")
        return job

    async def _call(self, job: ExportJob, filling: _Filling) -> None:
        """Call the page of the list. It answers without a response that anybody sees."""
        asked, body = job.asked, job.asked.body.encode()
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": asked.method,
            "scheme": "http",
            "path": asked.path,
            "raw_path": asked.path.encode(),
            "root_path": asked.root_path,
            "query_string": asked.query.encode(),
            "headers": [(b"host", b"exports"), (b"content-type", b"application/x-www-form-urlencoded")],
            "client": None,
            "server": None,
            "app": self._app,
            "correlation": asked.correlation,
            LANGUAGE_OF_ADDRESS: asked.language,
            CALLS_FOR: asked.caller,
            MAKING: filling,
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                _log.warning("export_refused", export=str(job.export_id), status=message["status"])

        await self._app(scope, receive, send)

    async def waiting(self) -> tuple[int, float]:
        """Return the number of files to be made, and the seconds for which one of them got no row, at most."""
        return await self._jobs.waiting()

    async def measure(self, service: str) -> None:
        """There is no metric besides those of all background work."""
