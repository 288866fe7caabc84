"""Makes a filled build of a read model live, after it has been compared with the build that is in use."""

from __future__ import annotations

from collections.abc import Callable

from chassis.base.settings import Settings
from chassis.projections.builds import (
    begin_build,
    build_to_compare,
    live_build,
    open_build,
    schema_of,
    switch,
)
from chassis.projections.comparison import Comparison, Difference
from chassis.projections.filled_builds import (
    NothingToAccept,
    find_compared,
    find_filled,
    hold_rebuild,
    mark_filled,
    save_acceptance,
    save_comparison,
)
from chassis.projections.follower import Follower
from chassis.projections.rebuild import BuildsDiffer
from chassis.projections.table_statements import ComparedTable
from chassis.store.database import Pool, open_pool
from chassis.store.decider import AnyDecider, StreamProjection
from chassis.store.event_store import EventStore
from chassis.store.persons import person_codec
from contracts.catalogue import catalogue

_WAITING = (
    "SELECT build FROM public.builds WHERE projection = $1 AND shape = $2 AND state = 'building'"
    " ORDER BY build DESC LIMIT 1"
)
_SHOWN = frozenset({"uuid", "integer", "boolean", "numeric", "date", "timestamptz"})
"""The types of columns whose values the examples show; texts and codes of persons stay in the database."""

Progress = Callable[[str, int, int], None]


async def exchange(
    pool: Pool, follower: Follower, accepted_by: str | None = None, progress: Progress = lambda *_: None
) -> list[Difference]:
    """Make a build live that is level with the store; return the differences for which it waits instead.

    The build is compared with the live one of its shape, or if there is none, with that of the version used last, over
    the columns that both have. With ``accepted_by``, the name of the operator, the kinds of difference that are stored
    for the build are accepted. Raises NoSuchBuild if the build is not being filled.
    """
    projection, build = follower.projection, follower.build
    other = await build_to_compare(pool, projection.name, projection.shape)
    if other is not None:
        filled = await find_filled(pool, projection.name, projection.shape)
        known = filled.differences if filled is not None and filled.build == build else ()
        accepted = {each.kind for each in known} if accepted_by is not None else set()
        differences = await _compare(pool, follower, other, progress)
        await mark_filled(pool, projection.name, build)
        await save_comparison(pool, projection.name, build, other, None, differences)
        if any(each.kind not in accepted for each in differences if not each.of_columns):
            return differences
        if accepted_by is not None:
            await save_acceptance(pool, projection.name, build, accepted_by)
    await switch(pool, projection.name, build)
    return []


async def _compare(pool: Pool, follower: Follower, other: int, progress: Progress) -> list[Difference]:
    projection = follower.projection
    shown = frozenset(name for name, kind in projection.columns if kind in _SHOWN)
    comparison = Comparison(
        pool,
        schema_of(projection.name, other),
        schema_of(projection.name, follower.build),
        [ComparedTable(projection.name, (projection.key,), shown)],
        level=follower.catch_up,
        progress=lambda done, total: progress("rows", done, total),
    )
    return await comparison.run()


async def rebuild_read_model(
    service: str,
    decider: AnyDecider,
    settings: Settings,
    *,
    processes: int = 1,
    accepted_by: str | None = None,
    progress: Progress = lambda *_: None,
) -> int:
    """Fill a build of a read model from the service's own store and make it live; return its number.

    It goes on with a build that waits. Raises BuildsDiffer, NothingToAccept and RebuildRuns, as
    :func:`chassis.projections.rebuild.rebuild` does. The work is not shared between ``processes``.
    """
    dsn = settings.database(service)
    pool = await open_pool(dsn, size=3, service=service)
    try:
        store = EventStore(pool, catalogue(), person_codec())
        projection = decider.projection
        assert projection is not None
        async with hold_rebuild(dsn, projection.name):
            build = await _waiting(pool, projection, accepted_by)
            follower = Follower(store, decider, build)
            last = await pool.fetchval("SELECT coalesce(max(position), 0) FROM events")
            await follower.catch_up(lambda position: progress("events", min(position, last), last))
            if differences := await exchange(pool, follower, accepted_by, progress):
                raise BuildsDiffer(projection.name, build, differences)
            return build
    finally:
        await pool.close()


async def _waiting(pool: Pool, projection: StreamProjection, accepted_by: str | None) -> int:
    """Return the build that waits, or begin one. Raises NothingToAccept."""
    build: int | None = await pool.fetchval(_WAITING, projection.name, projection.shape)
    if accepted_by is not None:
        filled = await find_compared(pool, projection.name, projection.shape)
        if filled.build != build:
            raise NothingToAccept(f"no filled build of {projection.name} waits to be accepted")
    if build is not None:
        return build
    begin = begin_build if await live_build(pool, projection.name, projection.shape) is None else open_build
    return await begin(pool, projection.name, projection.ddl, projection.shape)
