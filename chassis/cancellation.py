"""Cancellations that a library has swallowed.

Who is cancelled while aiokafka's ``stop()`` or ``close()`` waits for one of its own tasks hands the cancellation on
to that task, which ends by it in peace; the caller then goes on as if nothing had been asked of it.
"""

from __future__ import annotations

import asyncio


def heed_cancellation() -> None:
    """Raise CancelledError where this task has been cancelled and yet runs on; to be called in every loop."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
