"""Processes that are started before a measurement and wait for a signal, so that their start is not measured."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from chassis.base.settings import Settings


class ProcessGroup:
    """Processes that are started together, wait for :meth:`go` and share the work of one step."""

    def __init__(self, settings: Settings, step: str, build: int, size: int) -> None:
        self._settings, self._step, self._build, self._size = settings, step, build, size
        self._processes: list[asyncio.subprocess.Process] = []
        self.peak_mb = 0.0

    async def __aenter__(self) -> ProcessGroup:
        for nth in range(self._size):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bench.rebuild",
                "--process",
                self._step,
                str(self._build),
                str(nth),
                str(self._size),
                env={**os.environ, **self._settings.environ()},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            self._processes.append(process)
        for process in self._processes:
            assert process.stdout is not None
            await process.stdout.readline()
        return self

    def go(self) -> None:
        """Tell all processes to begin."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(b"go\n")

    async def done(self) -> None:
        """Tell all processes to end, and read how much memory each has used."""
        for process in self._processes:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(b"end\n")
            line = await process.stdout.readline()
            self.peak_mb = max(self.peak_mb, float(line))

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def wait_for_signal() -> None:
    """Wait in a process of a group for the next line from the measuring process."""
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def print_line(line: str) -> None:
    """Print a line at once; in a process of a group it goes to the measuring process."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def peak_mb() -> str:
    """Return the largest amount of memory that this process has used, in MB.

    It is read from Linux: the standard library's figure includes the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return f"{int(kilobytes) / 1024:.1f}"
