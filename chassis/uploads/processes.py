"""Clerks: processes beside this one that help to take long uploads in.

A clerk reads, decides and records chunks of rows like this process does (chassis.upload_process). It keeps nothing: a chunk whose
clerk is lost is carried out again here, and what had been recorded of it is known by its ids.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
import sys
import time
from collections.abc import Callable

import orjson
from pydantic import TypeAdapter

from chassis.base.logs import get_log
from chassis.base.metrics import StateGauge
from chassis.commands.runtime import Runtime
from chassis.uploads.chunk import UploadCounts, UploadJob
from chassis.uploads.rows import Chunk

MOST = 3
IDLE = 30.0
"""Seconds without a chunk after which a clerk is sent home: it takes as much memory as a service."""
SILENCE = 120.0
"""Seconds after which a clerk that has not answered is given up: a chunk takes less than one."""
FRAME = struct.Struct(">II")
ORDER: TypeAdapter[UploadJob] = TypeAdapter(UploadJob)

PROCESSES = StateGauge(
    "domnaer_upload_processes", "Upload processes that live now; services of one process share them."
)

_log = get_log()


class UploadProcessLost(Exception):
    """A clerk has not carried a chunk out, or has not said so."""


class UploadProcess:
    """A process that carries chunks out, as seen from here."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._answers: dict[int, asyncio.Future[bytes]] = {}
        self._asked = 0
        self._dismissed = False
        self.last_asked = time.monotonic()
        self._hearing = asyncio.create_task(self._hear(), name="clerk")

    @classmethod
    async def start(cls, environ: dict[str, str]) -> UploadProcess:
        """A new process, with the settings in ``environ``."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "chassis.upload_process",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, **environ},
            )
        )

    @property
    def lives(self) -> bool:
        """Whether it can be asked."""
        return not self._dismissed and not self._hearing.done()

    @property
    def busy(self) -> bool:
        """Whether it has been asked and has not answered yet."""
        return bool(self._answers)

    async def open(self, module: str) -> None:
        """Make it ready for a service, by the module of its declaration. Raises ClerkLost."""
        await self._ask({"module": module}, b"")

    async def carry(self, module: str, order: UploadJob, chunk: Chunk) -> UploadCounts:
        """Have a chunk carried out. Raises ClerkLost."""
        head = {
            "module": module,
            "order": ORDER.dump_python(order, mode="json"),
            "lines": [(line.number, line.id, len(line.text)) for line in chunk.lines],
            "refused": [(number, error.model_dump()) for number, error in chunk.refused],
        }
        return UploadCounts.model_validate_json(
            await self._ask(head, b"".join([line.text for line in chunk.lines]))
        )

    async def dismiss(self) -> None:
        """Let it end what it has in hand, and end."""
        self._dismissed = True
        stdin = self._process.stdin
        assert stdin is not None
        stdin.close()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            self._kill()
            await self._process.wait()
        await self._hearing

    async def _ask(self, head: dict[str, object], body: bytes) -> bytes:
        if not self.lives:
            raise UploadProcessLost
        self._asked += 1
        number = self._asked
        said = orjson.dumps({"number": number, **head}, default=str)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[number], self.last_asked = answer, time.monotonic()
        stdin = self._process.stdin
        assert stdin is not None
        try:
            async with asyncio.timeout(SILENCE):
                stdin.write(FRAME.pack(len(said), len(body)) + said + body)
                await stdin.drain()
                return await answer
        except (OSError, RuntimeError, TimeoutError):  # it is ending, has ended, or stands still
            self._kill()
            if answer.done() and not answer.cancelled():
                answer.exception()
            raise UploadProcessLost from None
        finally:
            self._answers.pop(number, None)
            self.last_asked = time.monotonic()

    async def _hear(self) -> None:
        """Take answers in until there are no more: the number, how it went, and the counts."""
        stdout = self._process.stdout
        assert stdout is not None
        try:
            while line := await stdout.readline():
                number, how, counts = line.rstrip(b"\n").split(b" ", 2)
                answer = self._answers.get(int(number))
                if answer is not None and not answer.done():
                    if how == b"done":
                        answer.set_result(counts)
                    else:
                        answer.set_exception(UploadProcessLost(counts.decode()))
        except ValueError:  # no answer of a clerk's
            self._kill()
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(UploadProcessLost())

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


class UploadProcesses:
    """The clerks of this process: called when an upload is long, sent home when nothing came for a while.

    As many as there are processors besides the one that we use, and three at most.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = min(MOST, len(os.sched_getaffinity(0)) - 1) if most is None else most
        self._processes: list[UploadProcess] = []
        self._calling = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def call(self, runtime: Runtime, join: Callable[[UploadProcess], None]) -> None:
        """Have ``join`` called with each clerk as it becomes ready for a service; at once where it is."""
        if self._most and runtime.module is not None:
            self._run(self._call(runtime, runtime.module, join))

    def measure(self, service: str) -> None:
        """Set the number of living processes."""
        PROCESSES.replace(service, {(): len(self._living())})

    async def close(self) -> None:
        """Send all home; for good."""
        self._most = 0
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(clerk.dismiss() for clerk in self._processes), return_exceptions=True)
        self._processes.clear()

    async def _call(self, runtime: Runtime, module: str, join: Callable[[UploadProcess], None]) -> None:
        try:
            async with self._calling:
                while len(self._living()) < self._most:
                    clerk = await UploadProcess.start(runtime.settings.environ())
                    self._processes.append(clerk)
                    self._run(self._send_home(clerk))
        except OSError as error:  # uploads go on without
            _log.warning("no clerk", service=runtime.service, error=type(error).__name__)
        for clerk in list(self._living()):
            try:
                await clerk.open(module)
            except UploadProcessLost as error:
                _log.warning("no clerk", service=runtime.service, error=str(error))
            else:
                join(clerk)

    def _living(self) -> list[UploadProcess]:
        self._processes = [clerk for clerk in self._processes if clerk.lives]
        return self._processes

    async def _send_home(self, clerk: UploadProcess) -> None:
        while clerk.lives and (clerk.busy or time.monotonic() - clerk.last_asked < IDLE):
            await asyncio.sleep(IDLE / 10)
        if clerk in self._processes:
            await asyncio.shield(clerk.dismiss())
            self._processes.remove(clerk)

    def _run(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
