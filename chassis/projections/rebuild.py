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
    build_pool,
    drop_retired,
    live_build,
    open_build,
    schema_of,
    switch,
)
from chassis.projections.comparison import Difference
from chassis.projections.filled_builds import (
    clear_unfinished,
    find_filled,
    hold_rebuild,
    mark_filled,
    save_acceptance,
    save_comparison,
)
from chassis.projections.reader import Projecting, Reader
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


class NothingToAccept(Exception):
    """No filled build waits to be accepted."""


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
    difference that the stored comparison does not name.

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
    async with hold_rebuild(dsn, projection) as lock:
        live = await live_build(pool, projection)
        if live is None:
            raise NoSuchBuild(f"{projection} has no live build yet")
        filled = await find_filled(pool, projection)
        waits = filled is not None and filled.compared_at is not None and bool(filled.differences)
        if accepted_by is not None and not waits:
            raise NothingToAccept(f"no filled build of {projection} waits to be accepted")
        if accepted_by is None and filled is not None and waits:
            raise BuildsDiffer(projection, filled.build, filled.differences)
        await clear_unfinished(lock, pool, projection, reader.name)
        build = await open_build(pool, projection, ddl) if filled is None else filled.build
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
            await asyncio.shield(_give_up_unfilled(pool, projection, build, reader.name))
            raise
        await save_comparison(pool, projection, build, live, None, differences)
        accepted = {each.kind for each in filled.differences} if filled and accepted_by else set()
        if {each.kind for each in differences} - accepted:
            raise BuildsDiffer(projection, build, differences)
        if accepted_by is not None:
            await save_acceptance(pool, projection, build, accepted_by)
        await switch(pool, projection, build)
    return build


async def _give_up_unfilled(pool: Pool, projection: str, build: int, reader: str) -> None:
    filled = await find_filled(pool, projection)
    if filled is None or filled.build != build:
        await abandon(pool, projection, build)
        await drop_retired(pool, projection, reader=reader)
