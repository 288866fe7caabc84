"""Cancellations that a library has swallowed.

Who is cancelled while aiokafka's ``stop()`` or ``close()`` waits for one of its own tasks hands the cancellation on
to that task, which ends by it in peace; the caller then goes on as if nothing had been asked of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


def heed_cancellation() -> None:
    """Raise CancelledError where this task has been cancelled and yet runs on; to be called in every loop."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def run_until_one_ends(*works: Coroutine[Any, Any, object]) -> None:
    """Run all until one of them ends, well or badly; the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
