"""A cancellation that a library swallows still ends the loop, and one of the library's own tasks does not end it."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from chassis.base.cancellation import CancelledInside, heed_cancellation, own_cancellation_only


async def _stop() -> None:
    """Behave like aiokafka's ``stop()``: wait for a task that ends normally when it is cancelled."""

    async def background() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    await asyncio.create_task(background())


async def test_a_swallowed_cancellation_ends_the_loop_in_its_next_round() -> None:
    rounds = 0

    async def work() -> None:
        nonlocal rounds
        while True:
            heed_cancellation()
            rounds += 1
            await _stop()

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait({task}, timeout=5)
    assert task.cancelled()
    assert rounds == 1


async def test_a_time_limit_that_was_reached_is_no_cancellation() -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    heed_cancellation()


async def test_the_cancellation_of_a_task_of_a_library_is_an_error_like_others() -> None:
    inner = asyncio.create_task(asyncio.sleep(60))
    asyncio.get_running_loop().call_soon(inner.cancel)
    with pytest.raises(CancelledInside), own_cancellation_only():
        await inner


async def test_the_cancellation_of_a_task_ends_it_also_while_it_waits_for_a_library() -> None:
    async def work() -> None:
        with own_cancellation_only():
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task}, timeout=5)
    assert task.cancelled()
