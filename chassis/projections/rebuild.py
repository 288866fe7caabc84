"""Rebuilds a projection while it is in use: fill the next build, settle it, compare it, switch to it.

A failure leaves the live build unchanged. A build that is not filled yet is then given up; a filled one is kept, and the
next call goes on with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from chassis.base.settings import Settings
from chassis.projections.builds import (
    NoSuchBuild,
    abandon,
    begin_build,
    build_pool,
    build_to_compare,
    drop_retired,
    live_build,
    open_build,
    schema_of,
    switch,
)
from chassis.projections.comparison import Difference
from chassis.projections.filled_builds import (
    FilledBuild,
    clear_unfinished,
    find_compared,
    find_filled,
    hold_rebuild,
    mark_filled,
    save_acceptance,
    save_comparison,
)
from chassis.projections.reader import Projecting, Reader, shape_of
from chassis.projections.rebuild_plan import Plan
from chassis.projections.rebuild_steps import RebuildSteps, topic_ends
from chassis.store.database import Pool
from contracts.catalogue import Catalogue


class BuildsDiffer(Exception):
    """A filled build differs from the live one, and the differences are not accepted: it waits."""

    def __init__(self, projection: str, build: int, differences: Sequence[Difference]) -> None:
        super().__init__(f"{schema_of(projection, build)} differs from the live build")
        self.build = build
        self.differences = tuple(differences)


async def rebuild(
    reader: Reader,
    pool: Pool,
    catalogue: Catalogue,
    settings: Settings,
    plan: Plan,
    *,
    accepted_by: str | None = None,
    dsn: str | None = None,
) -> int:
    """Fill the next build of a reader's projection and make it live; return its number.

    If the new build differs from the live one, it is kept and BuildsDiffer is raised. A later call with ``accepted_by``,
    the name of the operator, brings this build up to date, compares it again, and makes it live if it has no kind of
    difference that the stored comparison does not name. If no build of the reader's shape is live yet, the new build is
    compared with that of the version used last, over the columns that both have.

    Raises also NothingToAccept, RebuildRuns, TooManyRefused, TopicIncomplete, and NoSuchBuild if no build is live yet
    (the first build needs no rebuild).
    """
    projection = reader.projection
    ddl = plan.ddl or (reader.ddl if isinstance(reader, Projecting) else None)
    if projection is None or ddl is None:
        raise TypeError(f"{reader.name} fills no projection")
    if plan.of > 1 and plan.helper is None:
        raise ValueError("with more than one share, a helper must fill the others")
    dsn = dsn or settings.database(reader.name.partition(".")[0])
    shape = shape_of(reader)
    async with hold_rebuild(dsn, projection) as lock:
        live = await build_to_compare(pool, projection, shape)
        if live is None:
            raise NoSuchBuild(f"{projection} has no live build yet")
        filled: FilledBuild | None
        if accepted_by is not None:
            filled = await find_compared(pool, projection, shape)
        else:
            filled = await find_filled(pool, projection, shape)
            if filled is not None and filled.waits:
                raise BuildsDiffer(projection, filled.build, filled.differences)
        await clear_unfinished(lock, pool, projection, reader.name)
        build = await _begin(pool, projection, ddl, shape) if filled is None else filled.build
        try:
            async with AsyncExitStack() as stack:
                pools = [
                    await build_pool(dsn, projection, each, service=reader.name) for each in (live, build)
                ]
                for each in pools:
                    stack.push_async_callback(each.close)
                ends = await stack.enter_async_context(topic_ends(reader, settings))
                work = RebuildSteps(
                    reader, projection, pool, catalogue, settings, plan, dsn, ends, live, build, *pools
                )
                if filled is None:
                    await work.fill()
                    await work.settle()
                    await mark_filled(pool, projection, build)
                differences = await work.compare(None if accepted_by else filled)
        except BaseException:
            # Also if this process is told to end: the build of a killed process is dropped at the next start.
            await asyncio.shield(_give_up_unfilled(pool, projection, build, reader))
            raise
        await save_comparison(pool, projection, build, live, None, differences)
        accepted = {each.kind for each in filled.differences} if filled and accepted_by else set()
        if {each.kind for each in differences if not each.of_columns} - accepted:
            raise BuildsDiffer(projection, build, differences)
        if accepted_by is not None:
            await save_acceptance(pool, projection, build, accepted_by)
        await switch(pool, projection, build)
    return build


async def _begin(pool: Pool, projection: str, ddl: str, shape: str) -> int:
    """Create a build to be filled, also if it is the first of its shape."""
    begin = begin_build if await live_build(pool, projection, shape) is None else open_build
    return await begin(pool, projection, ddl, shape)


async def _give_up_unfilled(pool: Pool, projection: str, build: int, reader: Reader) -> None:
    filled = await find_filled(pool, projection, shape_of(reader))
    if filled is None or filled.build != build:
        await abandon(pool, projection, build)
        await drop_retired(pool, projection, reader=reader.name)
