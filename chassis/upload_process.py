"""An upload process: carries out chunks of uploads for its parent, and ends with it.

Requests arrive on standard input, a frame for each chunk: the job, then the lines. Answers leave on standard output, a
line for each: the request number, ``done`` or ``lost``, the counts. Its log goes to the parent's standard error.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import uvloop
from structlog.contextvars import bound_contextvars

from chassis.base.failures import describe_exception
from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.ids import read_id
from chassis.base.logs import configure_logs, get_log
from chassis.base.settings import Settings
from chassis.commands.opening import open_runtime
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import Runtime
from chassis.connections import UPLOAD_PROCESS
from chassis.service import Service
from chassis.uploads.chunk import Upload
from chassis.uploads.counts import ChunkCounts
from chassis.uploads.processes import FRAME_HEADER, JOB
from chassis.uploads.refusals import error_of
from chassis.uploads.rows import Chunk, Line
from contracts.catalogue import catalogue
from contracts.reference.current import use_folder

NICE = 5
"""The niceness of an upload process: recording a crossing has priority over uploads on a busy machine."""

_log = get_log()


class OpenServices:
    """The runtimes of an upload process: one for each service that it was opened for."""

    def __init__(self, settings: Settings, stack: contextlib.AsyncExitStack) -> None:
        self._settings = settings.model_copy(update=UPLOAD_PROCESS)
        self._stack = stack
        self._opening = asyncio.Lock()
        self._runtimes: dict[str, tuple[Runtime, CommandRouter]] = {}

    async def answer(self, head: dict[str, Any], body: bytes) -> ChunkCounts | None:
        """Carry out a chunk; a request without one only opens the service."""
        runtime, routes = await self._open(head["module"])
        if "order" not in head:
            return None
        order = JOB.validate_python(head["order"])
        chunk = Chunk(
            list(lines_of(head["lines"], body)),
            [(number, error_of(error)) for number, error in head["refused"]],
        )
        with bound_contextvars(correlation_id=order.upload_id, service=runtime.service):
            return await Upload(runtime, routes.bulks[order.path], order).carry(chunk)

    async def _open(self, module: str) -> tuple[Runtime, CommandRouter]:
        async with self._opening:
            if module not in self._runtimes:
                service: Service = importlib.import_module(module).service
                runtime = await open_runtime(
                    service.name,
                    service.deciders,
                    service.completes,
                    service.module,
                    self._settings,
                    catalogue(),
                    self._stack,
                )
                self._runtimes[module] = (runtime, service.routes)
            return self._runtimes[module]


def lines_of(parts: list[list[Any]], body: bytes) -> Iterator[Line]:
    """Return the lines of a chunk, from their numbers, ids, cleared cells and lengths."""
    at = 0
    for number, named, given, cleared, former, length in parts:
        row_id, earlier = (None if each is None else read_id(each) for each in (named, former))
        yield Line(number, row_id, body[at : at + length], given, tuple(cleared), former=earlier)
        at += length


async def work(answers: int) -> None:
    """Answer requests on a file descriptor until the parent closes standard input or ends."""
    loop = asyncio.get_running_loop()
    requests = asyncio.StreamReader(limit=1 << 23)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(requests), sys.stdin.buffer)
    tasks: set[asyncio.Task[None]] = set()
    async with contextlib.AsyncExitStack() as stack:
        services = OpenServices(Settings(), stack)

        async def answer(head: dict[str, Any], body: bytes) -> None:
            try:
                counts = await services.answer(head, body)
                answer_text = "done " + ("" if counts is None else counts.model_dump_json())
            except Exception as error:  # the parent carries out the chunk itself and reports what went wrong
                _log.warning("upload_chunk_failed", error=describe_exception(error))
                answer_text = f"lost {type(error).__name__}"
            with contextlib.suppress(BrokenPipeError):  # the parent has ended: what was recorded stays
                os.write(answers, f"{head['number']} {answer_text}\n".encode())

        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                lengths = FRAME_HEADER.unpack(await requests.readexactly(FRAME_HEADER.size))
                head, body = [await requests.readexactly(length) for length in lengths]
                task = asyncio.create_task(answer(orjson.loads(head), body))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Run as an upload process. Ctrl-C is left to the parent, which then ends this process in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    settings = Settings()
    configure_logs(settings, sys.stderr)
    use_folder(settings.reference_data)
    tune_garbage_collection()
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever else is written, by whatever library, goes where errors go
    uvloop.run(work(answers))


if __name__ == "__main__":
    main()
