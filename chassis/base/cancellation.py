"""Cancellations that a library confuses with those of its own tasks.

aiokafka's ``stop()`` and ``close()`` wait for tasks of aiokafka. If the caller is cancelled during this wait, the
cancellation goes to such a task, which ends normally; the caller then continues as if it had not been cancelled. If such a
task was cancelled by aiokafka itself, the caller receives a CancelledError although nobody has cancelled it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any


class CancelledInside(Exception):
    """A task of a library was cancelled, and not the task that waited for it."""


@contextmanager
def own_cancellation_only() -> Iterator[None]:
    """Raise CancelledInside for a CancelledError without a cancellation of this task; use it in loops that retry.

    Otherwise the loop would end for good, and nothing would report it.
    """
    try:
        yield
    except asyncio.CancelledError:
        heed_cancellation()
        raise CancelledInside("a task of a library was cancelled") from None


def heed_cancellation() -> None:
    """Raise CancelledError if this task was cancelled but still runs; call this in every loop."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def run_until_one_ends(*works: Coroutine[Any, Any, object]) -> None:
    """Run all coroutines until one returns or fails; then cancel the others."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
