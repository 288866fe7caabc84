"""The rebuild of the timelines beside the live ones, in one process or several.

First the new build reads all events, then it settles the workers slice by slice, then it is compared with the live build
and made live. Run as a module, this is one of the further processes:
``python -m services.registry.rebuilding fill 7 1 2``.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.settings import Settings
from chassis.projections.builds import build_pool, live_build, schema_of
from chassis.projections.offsets import Offsets
from chassis.projections.rebuild import Plan, fill, rebuild
from chassis.store.database import Pool, open_pool
from contracts.catalogue import catalogue
from services.registry.projections.comparison import differing
from services.registry.projections.settling import Settling
from services.registry.projections.slices import begin_settling, end_settling, settle_slices
from services.registry.projections.timeline import (
    NEXT_BUILD,
    PROJECTION,
    READER,
    TimelineReader,
)

SERVICE = "registry"
LIVE_BUILD_TIMEOUT = 20.0
"""Seconds that a comparison waits for a live build that lags; if its service does not run, it never catches up."""
OBJECTS_BETWEEN_COLLECTIONS = 1_000_000
"""A rebuild creates millions of short-lived objects; with the defaults their collection takes 10-20% of the time."""
Progress = Callable[[str, int, int], None]


async def rebuild_timelines(
    settings: Settings, *, processes: int = 1, progress: Progress = lambda *_: None
) -> int:
    """Rebuild the timelines and make the new build live; return its number.

    The service's settler publishes the worker numbers that changed, as soon as it works on the new build.

    ``progress`` receives the step (``events`` or ``slices``), the work done and the total. Raises NewPoison or
    BuildsDiffer; the live build is then unchanged.
    """
    pool = await open_pool(settings.database(SERVICE), service=SERVICE)
    try:
        before = await live_build(pool, PROJECTION)

        async def settle(new: Pool) -> None:
            await settle_all(settings, new, await _build_of(new), processes=processes, progress=progress)

        async def compare(live: Pool, new: Pool) -> Sequence[str]:
            await _wait_for_live_build(live, before or 0, await _build_of(new))
            settling = Settling(new, None, publishing=False)
            while await settling.step():
                pass
            async with pool.acquire() as connection:
                return await differing(
                    connection,
                    schema_of(PROJECTION, before or 0),
                    schema_of(PROJECTION, await _build_of(new)),
                )

        plan = Plan(
            ddl=NEXT_BUILD,
            settle=settle,
            follower=reader(marking=True),
            compare=compare,
            progress=lambda done, total: progress("events", done, total),
            of=processes,
            helper=(lambda build, share: run_process("fill", build, *share, settings=settings))
            if processes > 1
            else None,
        )
        return await rebuild(reader(marking=False), pool, catalogue(), settings, plan)
    finally:
        await pool.close()


def reader(*, marking: bool) -> TimelineReader:
    """Return a reader of all topics."""
    return TimelineReader(catalogue(), marking=marking)


async def settle_all(
    settings: Settings, pool: Pool, build: int, *, processes: int, progress: Progress = lambda *_: None
) -> None:
    """Create the indexes of a build that has read all events, and settle it."""
    total = await begin_settling(pool)
    progress("slices", 0, total)
    tasks = [
        asyncio.create_task(run_process("settle", build, nth, processes, settings=settings))
        for nth in range(1, processes)
    ]
    try:
        async with aclosing(settle_slices(pool)) as slices:
            async for _ in slices:
                left = await pool.fetchval("SELECT count(*) FROM slices")
                progress("slices", total - left, total)
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await end_settling(pool)


async def run_process(step: str, build: int, nth: int, of: int, *, settings: Settings) -> None:
    """Run a further process for a step. Raises RuntimeError if it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.registry.rebuilding",
        step,
        str(build),
        str(nth),
        str(of),
        env={**os.environ, **settings.environ()},
    )
    try:
        if await process.wait() != 0:
            raise RuntimeError(f"a process of the rebuild ended with {process.returncode} at {step}")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _wait_for_live_build(live: Pool, before: int, build: int) -> None:
    """Wait until the live build has settled the events that the new one has read: a lag is not a difference."""
    deadline = time.monotonic() + LIVE_BUILD_TIMEOUT
    read = await Offsets(READER, build).read(live)
    while time.monotonic() < deadline:
        marks = await Offsets(READER, before).read(live)
        if all(each in marks and marks[each][:2] >= mark[:2] for each, mark in read.items()):
            break
        await asyncio.sleep(0.1)
    newest = await live.fetchval("SELECT max(nth) FROM dirty")
    while newest is not None and time.monotonic() < deadline:
        if not await live.fetchval("SELECT EXISTS (SELECT FROM dirty WHERE nth <= $1)", newest):
            break
        await asyncio.sleep(0.1)


async def _build_of(pool: Pool) -> int:
    schema: str = await pool.fetchval("SELECT current_schema()")
    return int(schema.rpartition("_")[2])


async def work(step: str, build: int, nth: int, of: int) -> None:
    """Do the work of a further process."""
    settings = Settings()
    tune_garbage_collection(OBJECTS_BETWEEN_COLLECTIONS)
    dsn = settings.database(SERVICE)
    if step == "fill":
        pool = await open_pool(dsn, size=2, service=SERVICE)
        try:
            await fill(reader(marking=False), pool, catalogue(), settings, build, (nth, of), dsn=dsn)
        finally:
            await pool.close()
    else:
        pool = await build_pool(dsn, PROJECTION, build, size=2, service=SERVICE)
        try:
            async for _ in settle_slices(pool):
                pass
        finally:
            await pool.close()


def main(arguments: Sequence[str]) -> Any:
    """Run as a further process."""
    import uvloop

    step, build, nth, of = arguments
    return uvloop.run(work(step, int(build), int(nth), int(of)))


if __name__ == "__main__":
    main(sys.argv[1:])
