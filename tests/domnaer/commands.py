"""Runs the command ``domnaer`` in its own process, as its users do."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil  # type: ignore[import-untyped]  # it ships no types

ROOT = Path(__file__).parents[2]
DOMNAER = (sys.executable, "-m", "domnaer")


def environment(**further: str) -> dict[str, str]:
    """Return the environment with only these settings of Domnaer."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DOMNAER_")}
    return {**bare, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **further}


def domnaer(*arguments: str | Path, seconds: float = 60, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*DOMNAER, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
        env=environment(**settings),
    )


class Command:
    """A command that runs until it is stopped or the block ends."""

    def __init__(self, *arguments: str | Path, program: tuple[str, ...] = DOMNAER, **settings: str) -> None:
        self.began = time.monotonic()
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(**settings),
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop()

    @property
    def output(self) -> str:
        """Return the output so far."""
        return "".join(self.lines)

    def says(self, pattern: str, *, within: float = 60) -> re.Match[str]:
        """Wait until the output matches a pattern."""
        until = time.monotonic() + within
        while (found := re.search(pattern, self.output, re.MULTILINE)) is None:
            ended = self.process.poll() is not None
            assert not ended, f"it ended with {self.process.returncode} and said:\n{self.output}"
            assert time.monotonic() < until, f"it has not said {pattern!r}, but:\n{self.output}"
            time.sleep(0.05)
        return found

    def stop(self, how: signal.Signals = signal.SIGINT, *, within: float = 40) -> int:
        """Ask it to end, as Ctrl-C does; returns its exit code."""
        self.process.send_signal(how)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))


def processes_of(folder: Path) -> list[str]:
    """The processes that a data folder has at this moment."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if process.info["status"] != psutil.STATUS_ZOMBIE and any(str(folder) in word for word in words):
            found.append(" ".join(words)[:200])
    return found


def nothing_runs(folder: Path, *, within: float = 10) -> bool:
    """Return whether no process of a data folder is left after a moment."""
    until = time.monotonic() + within
    while processes_of(folder):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
