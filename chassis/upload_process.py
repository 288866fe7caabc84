"""A clerk at work: carries chunks of uploads out for the process that has called it, and ends with it.

It is asked on its standard input (a frame for each chunk: what it belongs to, then its lines) and answers on its
standard output (a line for each: the number, ``done`` or ``lost``, the counts). What it logs goes where its caller's
errors go.
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
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import Runtime
from chassis.http.validation_errors import FieldError
from chassis.service import Service, open_runtime
from chassis.uploads.chunk import Upload, UploadCounts
from chassis.uploads.processes import FRAME, ORDER
from chassis.uploads.rows import Chunk, Line
from contracts.catalogue import catalogue

NICE = 5
"""A post that records a crossing goes before us, where there are fewer processors than work."""
CONNECTIONS = {"pool_size": 2, "commit_connections": 2}

_log = get_log()


class Bench:
    """What a clerk works with: a runtime for each service that it was asked for."""

    def __init__(self, settings: Settings, stack: contextlib.AsyncExitStack) -> None:
        self._settings = settings.model_copy(update=CONNECTIONS)
        self._stack = stack
        self._opening = asyncio.Lock()
        self._runtimes: dict[str, tuple[Runtime, CommandRouter]] = {}

    async def answer(self, head: dict[str, Any], body: bytes) -> UploadCounts | None:
        """Carry a chunk out; without one, be ready for it."""
        runtime, routes = await self._open(head["module"])
        if "order" not in head:
            return None
        order = ORDER.validate_python(head["order"])
        chunk = Chunk(
            list(lines_of(head["lines"], body)),
            [(number, FieldError.model_validate(error)) for number, error in head["refused"]],
        )
        with bound_contextvars(correlation_id=order.upload_id, service=runtime.service):
            return await Upload(runtime, routes.bulks[order.path], order).carry(chunk)

    async def _open(self, module: str) -> tuple[Runtime, CommandRouter]:
        async with self._opening:
            if module not in self._runtimes:
                service: Service = importlib.import_module(module).service
                runtime = await open_runtime(service, self._settings, catalogue(), self._stack)
                self._runtimes[module] = (runtime, service.routes)
            return self._runtimes[module]


def lines_of(describe_exception: list[list[Any]], body: bytes) -> Iterator[Line]:
    """The lines of a chunk, by number, id and length."""
    at = 0
    for number, named, length in describe_exception:
        yield Line(number, None if named is None else read_id(named), body[at : at + length])
        at += length


async def work(answers: int) -> None:
    """Answer, to a file descriptor, until nobody asks any more or who called us has ended."""
    loop = asyncio.get_running_loop()
    asked = asyncio.StreamReader(limit=1 << 23)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin.buffer)
    tasks: set[asyncio.Task[None]] = set()
    async with contextlib.AsyncExitStack() as stack:
        bench = Bench(Settings(), stack)

        async def answer(head: dict[str, Any], body: bytes) -> None:
            try:
                counts = await bench.answer(head, body)
                said = "done " + ("" if counts is None else counts.model_dump_json())
            except Exception as error:  # who called carries it out, and tells what went wrong
                _log.warning("a chunk was not carried out", error=describe_exception(error))
                said = f"lost {type(error).__name__}"
            with contextlib.suppress(BrokenPipeError):  # who called has ended: what was recorded stays
                os.write(answers, f"{head['number']} {said}\n".encode())

        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                lengths = FRAME.unpack(await asked.readexactly(FRAME.size))
                head, body = [await asked.readexactly(length) for length in lengths]
                task = asyncio.create_task(answer(orjson.loads(head), body))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Run as a clerk. Ctrl-C is for who called: it then ends us in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    configure_logs(Settings(), sys.stderr)
    tune_garbage_collection()
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever else is written, by whatever library, goes where errors go
    uvloop.run(work(answers))


if __name__ == "__main__":
    main()
