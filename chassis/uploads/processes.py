"""Upload processes: further processes that carry out chunks of long uploads, on machines with several processors.

They run ``chassis.upload_process`` and keep no state. If one is lost, its chunk is carried out again in this process;
rows that it had recorded are recognised by their ids. Requests and answers are frames on its standard input and
output, since one process works on two chunks at a time; a worker of a process pool has one task at a time, and uploads
lost 15% with one chunk (``bench.bulk``). A process ends with its parent, also if that is killed: its input closes.
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
from chassis.uploads.counts import ChunkCounts, UploadJob
from chassis.uploads.refusals import plain
from chassis.uploads.rows import Chunk

MOST_PROCESSES = 3
IDLE_SECONDS = 30.0
"""Seconds without a chunk after which an upload process is ended: it takes as much memory as a service."""
SILENCE_SECONDS = 120.0
"""Seconds without an answer after which an upload process is killed: a chunk takes less than one."""
LONGEST_ANSWER = 1 << 23
"""Bytes of the longest answer: a chunk has at most 1,000 rows, each with three hints of some 300 bytes."""
FRAME_HEADER = struct.Struct(">II")
JOB: TypeAdapter[UploadJob] = TypeAdapter(UploadJob)

PROCESSES = StateGauge(
    "domnaer_upload_processes", "Upload processes that live now; services of one process share them."
)

_log = get_log()


class UploadProcessLost(Exception):
    """An upload process ended or failed before it reported its chunk."""


class UploadProcess:
    """The parent's side of an upload process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._answers: dict[int, asyncio.Future[bytes]] = {}
        self._requests = 0
        self._dismissed = False
        self.last_request = time.monotonic()
        self._reading = asyncio.create_task(self._read_answers(), name="upload process")

    @classmethod
    async def start(cls, environ: dict[str, str]) -> UploadProcess:
        """Start a process with the settings in ``environ``."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "chassis.upload_process",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LONGEST_ANSWER,
                env={**os.environ, **environ},
            )
        )

    @property
    def lives(self) -> bool:
        """Return whether the process accepts chunks."""
        return not self._dismissed and not self._reading.done()

    @property
    def busy(self) -> bool:
        """Return whether the process works on a request."""
        return bool(self._answers)

    async def open(self, module: str) -> None:
        """Open a service in the process, by the module of its declaration. Raises UploadProcessLost."""
        await self._request({"module": module}, b"")

    async def carry(self, module: str, order: UploadJob, chunk: Chunk) -> ChunkCounts:
        """Carry out a chunk in the process; returns its counts. Raises UploadProcessLost."""
        head = {
            "module": module,
            "order": JOB.dump_python(order, mode="json"),
            "lines": [
                (line.number, line.id, line.given, line.cleared, line.former, len(line.text))
                for line in chunk.lines
            ],
            "refused": [(number, plain(error)) for number, error in chunk.refused],
        }
        return ChunkCounts.model_validate_json(
            await self._request(head, b"".join([line.text for line in chunk.lines]))
        )

    async def dismiss(self) -> None:
        """Let the process finish its chunks, then end it."""
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
        await self._reading

    async def _request(self, head: dict[str, object], body: bytes) -> bytes:
        if not self.lives:
            raise UploadProcessLost
        self._requests += 1
        number = self._requests
        head_bytes = orjson.dumps({"number": number, **head}, default=str)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[number], self.last_request = answer, time.monotonic()
        stdin = self._process.stdin
        assert stdin is not None
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                stdin.write(FRAME_HEADER.pack(len(head_bytes), len(body)) + head_bytes + body)
                await stdin.drain()
                return await answer
        except (OSError, RuntimeError, TimeoutError):  # it is ending, has ended, or does not respond
            self._kill()
            if answer.done() and not answer.cancelled():
                answer.exception()
            raise UploadProcessLost from None
        finally:
            self._answers.pop(number, None)
            self.last_request = time.monotonic()

    async def _read_answers(self) -> None:
        """Read answers until the process closes its output: the request number, the result, and the counts."""
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
        except ValueError:  # not an answer of an upload process
            self._kill()
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(UploadProcessLost())

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


class UploadProcesses:
    """The upload processes of this process: started for a long upload, ended after a while without one.

    As many as there are processors besides the one that we use, and three at most.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = min(MOST_PROCESSES, len(os.sched_getaffinity(0)) - 1) if most is None else most
        self._processes: list[UploadProcess] = []
        self._starting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, runtime: Runtime, join: Callable[[UploadProcess], None]) -> None:
        """Start processes; ``join`` is called with each that is ready for the service, at once if it is ready already."""
        if self._most and runtime.module is not None:
            self._run(self._start(runtime, runtime.module, join))

    def measure(self, service: str) -> None:
        """Set the number of living processes."""
        PROCESSES.replace(service, {(): len(self._living())})

    async def close(self) -> None:
        """End all processes; none is started afterwards."""
        self._most = 0
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(process.dismiss() for process in self._processes), return_exceptions=True)
        self._processes.clear()

    async def _start(self, runtime: Runtime, module: str, join: Callable[[UploadProcess], None]) -> None:
        try:
            async with self._starting:
                while len(self._living()) < self._most:
                    process = await UploadProcess.start(runtime.settings.environ())
                    self._processes.append(process)
                    self._run(self._end_when_idle(process))
        except OSError as error:  # uploads continue without
            _log.warning("upload_process_failed", service=runtime.service, error=type(error).__name__)
        for process in list(self._living()):
            try:
                await process.open(module)
            except UploadProcessLost as error:
                _log.warning("upload_process_failed", service=runtime.service, error=str(error))
            else:
                join(process)

    def _living(self) -> list[UploadProcess]:
        self._processes = [process for process in self._processes if process.lives]
        return self._processes

    async def _end_when_idle(self, process: UploadProcess) -> None:
        while process.lives and (process.busy or time.monotonic() - process.last_request < IDLE_SECONDS):
            await asyncio.sleep(IDLE_SECONDS / 10)
        if process in self._processes:
            await asyncio.shield(process.dismiss())
            self._processes.remove(process)

    def _run(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
