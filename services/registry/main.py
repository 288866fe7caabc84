"""The declaration of the registry."""

from __future__ import annotations

from contextlib import AsyncExitStack

from chassis.commands.runtime import Runtime
from chassis.outbox.source import EntrySource
from chassis.pages.translation import N_
from chassis.projections.live_build import LiveBuild
from chassis.service import Rebuild, Service
from contracts.registry import WHO_TOPIC
from services.registry import api, pages
from services.registry.projections.change_feed import ChangeFeed
from services.registry.projections.settler import Settler
from services.registry.projections.timeline import (
    FIRST_BUILD,
    PROJECTION,
    READER,
    TimelineReader,
    Timelines,
    add_times_of_marks,
    shape,
)
from services.registry.rebuilding import rebuild_timelines


async def open_timelines(runtime: Runtime, stack: AsyncExitStack) -> Timelines:
    """Open the live build, which all queries read."""
    dsn = runtime.settings.database(runtime.service)
    live = LiveBuild(
        runtime.pool,
        dsn,
        PROJECTION,
        shape=shape(),
        ddl=FIRST_BUILD,
        size=runtime.settings.pool_size,
        service="registry",
        adapt=add_times_of_marks,
    )
    changes = ChangeFeed(lambda: live.pool)
    opened = Timelines(await stack.enter_async_context(live), TimelineReader(runtime.catalogue), changes)
    stack.push_async_callback(changes.close)
    return opened


def readers(runtime: Runtime) -> tuple[TimelineReader]:
    """Return the reader of the open timelines, or a new one if none is open, as when the event reference is generated."""
    opened = runtime.opened
    return (opened.reader if isinstance(opened, Timelines) else TimelineReader(runtime.catalogue),)


def settler(runtime: Runtime) -> Settler:
    """Return the background work that settles workers and publishes their numbers."""
    timelines = runtime.opened_as(Timelines)
    return Settler(timelines.live, timelines.reader, lambda: runtime.wake())


service = Service(
    name="registry",
    title=N_("Registry"),
    about="Who is who, and one timeline per worker.",
    routes=api.routes,
    pages=pages.router,
    opens=open_timelines,
    readers=readers,
    outlets=lambda runtime: (
        EntrySource(
            "registry.who",
            WHO_TOPIC,
            table="who_entries",
            key="node",
            columns=("node", "number", "revision", "retracted", "shared"),
            written_at="written_at",
        ),
    ),
    background=(settler,),
    rebuilds={PROJECTION: Rebuild(READER, rebuild_timelines, shape)},
    migrations="services.registry.migrations",
)
