"""Processes that stand ready: what is measured is their work and not their start."""

from __future__ import annotations

import asyncio
import os
import resource
import sys

from chassis.base.settings import Settings


class Team:
    """Processes that stand ready, so that what is measured is their work and not their start."""

    def __init__(self, settings: Settings, step: str, build: int, of: int) -> None:
        self._settings, self._step, self._build, self._of = settings, step, build, of
        self._processes: list[asyncio.subprocess.Process] = []
        self.peak_mb = 0.0

    async def __aenter__(self) -> Team:
        for nth in range(self._of):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bench.rebuild",
                "--worker",
                self._step,
                str(self._build),
                str(nth),
                str(self._of),
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
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(b"go\n")

    async def done(self) -> None:
        """Ask them to end, and hear how much memory each has used."""
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


async def told() -> None:
    """In a process of a team: wait for the next word of who measures."""
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def tell(word: str) -> None:
    """In a process of a team: say something to who measures."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def peak_mb() -> str:
    """The most memory this process has used, in MB."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}"
