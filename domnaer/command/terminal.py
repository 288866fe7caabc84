"""Output of commands: progress bars on a terminal, otherwise plain lines with the same numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import NoReturn, Self

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=120)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
_A_LINE_EVERY = 2.0  # seconds between lines if there is no terminal
_UNCHANGED_LINE_EVERY = 10.0  # seconds between lines while nothing changes


def fail(words: str) -> NoReturn:
    """Print an error message and end the command with exit code 1."""
    errors.print(Text(f"error: {words}"))
    raise typer.Exit(1)


def said(words: str) -> None:
    """Print a line at once, also if the output is a file."""
    console.print(Text(words), soft_wrap=True)
    console.file.flush()


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f}/s", style="progress.data.speed")


class Bar:
    """Progress of one piece of work: amount done, total, rate and remaining time.

    The rate counts from the last change of the total: while more work is still found, no remaining time can be told.
    """

    def __init__(self, words: str, unit: str) -> None:
        self._words, self._unit = words, unit
        self._began = self._printed_at = time.monotonic()
        self._first = 0
        self._shown: tuple[int, int] | None = None
        self._progress: Progress | None = None
        if console.is_terminal:
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn(unit),
                _Rate(),
                TimeRemainingColumn(),
                console=console,
            )
            self._task = self._progress.add_task(words, total=None)

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
        elif self._shown is not None and error is None:
            self._line(*self._shown)

    def shows(self, done: int, total: int) -> None:
        """Update the progress; it may be called often."""
        if self._shown is None or self._shown[1] != total:
            self._first, self._began = done, time.monotonic()
            if self._progress is not None:
                self._progress.reset(self._task, total=total, completed=done)
        moved, self._shown = self._shown != (done, total), (done, total)
        if self._progress is not None:
            self._progress.update(self._task, completed=done)
        elif time.monotonic() - self._printed_at >= (_A_LINE_EVERY if moved else _UNCHANGED_LINE_EVERY):
            self._printed_at = time.monotonic()
            self._line(done, total)

    def _line(self, done: int, total: int) -> None:
        seconds = time.monotonic() - self._began
        rate = (done - self._first) / seconds if seconds > 0 else 0.0
        left = f", {(total - done) / rate:,.0f} s left" if rate > 0 and done < total else ""
        said(f"{self._words}: {done:,} of {total:,} {self._unit}, {rate:,.0f}/s{left}")


@contextmanager
def bar(words: str, unit: str) -> Iterator[Bar]:
    """Show a progress bar until the block ends."""
    with Bar(words, unit) as shown:
        yield shown
