"""The rebuild of the timelines beside the live ones, in one process or several.

First the new build reads all events, then it settles the workers slice by slice, then it is compared with the live build
and made live, if need be after an operator has accepted the differences. Run as a module, this is one of the further processes:
``python -m services.registry.rebuilding fill 7 1 2``.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.settings import Settings
from chassis.projections.builds import build_pool
from chassis.projections.rebuild import rebuild
from chassis.projections.rebuild_plan import Plan, fill
from chassis.store.database import Pool, open_pool
from contracts.catalogue import catalogue
from contracts.reference.current import use_folder
from services.registry.projections.comparison import TABLES, settle_both
from services.registry.projections.slices import begin_settling, end_settling, settle_slices
from services.registry.projections.timeline import NEXT_BUILD, PROJECTION, TimelineReader, shape

SERVICE = "registry"
OBJECTS_BETWEEN_COLLECTIONS = 1_000_000
"""A rebuild creates millions of short-lived objects; with the defaults their collection takes 10-20% of the time."""
Progress = Callable[[str, int, int], None]


async def rebuild_timelines(
    settings: Settings,
    *,
    processes: int = 1,
    accepted_by: str | None = None,
    progress: Progress = lambda *_: None,
) -> int:
    """Rebuild the timelines and make the new build live; return its number.

    The service's settler publishes the worker numbers that changed, as soon as it works on the new build.

    ``progress`` receives the step (``events``, ``slices`` or ``rows``), the work done and the total. ``accepted_by`` and
    the exceptions are those of :func:`chassis.projections.rebuild.rebuild`.
    """
    pool = await open_pool(settings.database(SERVICE), service=SERVICE)
    try:

        async def settle(new: Pool) -> None:
            await settle_all(settings, new, await _build_of(new), processes=processes, progress=progress)

        plan = Plan(
            ddl=NEXT_BUILD,
            settle=settle,
            follower=reader(marking=True),
            tables=TABLES,
            settled=settle_both,
            progress=lambda done, total: progress("events", done, total),
            compared=lambda done, total: progress("rows", done, total),
            of=processes,
            helper=(lambda build, share: run_process("fill", build, *share, settings=settings))
            if processes > 1
            else None,
        )
        return await rebuild(
            reader(marking=False), pool, catalogue(), settings, plan, accepted_by=accepted_by
        )
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
    """Run a further process for a step. It ends with this one, also if this one is killed: its input closes.

    Raises RuntimeError if it fails.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.registry.rebuilding",
        step,
        str(build),
        str(nth),
        str(of),
        stdin=asyncio.subprocess.PIPE,
        env={**os.environ, **settings.environ()},
    )
    try:
        if await process.wait() != 0:
            raise RuntimeError(f"a process of the rebuild ended with {process.returncode} at {step}")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _build_of(pool: Pool) -> int:
    schema: str = await pool.fetchval("SELECT current_schema()")
    return int(schema.rpartition("_")[2])


async def work(step: str, build: int, nth: int, of: int) -> None:
    """Do the work of a further process."""
    settings = Settings()
    use_folder(settings.reference_data)
    tune_garbage_collection(OBJECTS_BETWEEN_COLLECTIONS)
    dsn = settings.database(SERVICE)
    if step == "fill":
        pool = await open_pool(dsn, size=2, service=SERVICE)
        try:
            await _check_shape(pool, build)
            await fill(reader(marking=False), pool, catalogue(), settings, build, (nth, of), dsn=dsn)
        finally:
            await pool.close()
    else:
        pool = await build_pool(dsn, PROJECTION, build, size=2, service=SERVICE)
        try:
            await _check_shape(pool, build)
            async for _ in settle_slices(pool):
                pass
        finally:
            await pool.close()


async def _check_shape(pool: Pool, build: int) -> None:
    """Raise RuntimeError if the build is of another shape: reference data was loaded after the rebuild had begun."""
    sql = "SELECT shape FROM public.builds WHERE projection = $1 AND build = $2"
    if await pool.fetchval(sql, PROJECTION, build) != shape():
        raise RuntimeError(f"the reference data is not that of build {build}: run the rebuild again")


def _end_with_parent() -> None:
    """End this process once its standard input closes, in whatever state: what it had not committed is rolled back."""
    while os.read(0, 1):  # sys.stdin cannot be closed at the end of Python while a thread reads it
        pass
    os._exit(1)


def main(arguments: Sequence[str]) -> Any:
    """Run as a further process."""
    import uvloop

    step, build, nth, of = arguments
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return uvloop.run(work(step, int(build), int(nth), int(of)))


if __name__ == "__main__":
    main(sys.argv[1:])
