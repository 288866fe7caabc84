"""The declaration of the registry."""

from __future__ import annotations

from contextlib import AsyncExitStack

from chassis.commands.runtime import Runtime
from chassis.outbox.source import EntrySource
from chassis.projections.builds import LiveBuild
from chassis.service import Service
from contracts.registry import WHO_TOPIC
from services.registry import api, pages
from services.registry.projections.timeline import FIRST_BUILD, PROJECTION, TimelineReader, keep_live_settled


async def open_timeline(runtime: Runtime, stack: AsyncExitStack) -> None:
    """Open the live build, from which everything is read."""
    dsn = runtime.settings.database(runtime.service)
    live = LiveBuild(
        runtime.pool, dsn, PROJECTION, ddl=FIRST_BUILD, size=runtime.settings.pool_size, service="registry"
    )
    runtime.extras["timeline"] = await stack.enter_async_context(live)
    runtime.extras["reader"] = TimelineReader(runtime.catalogue)


async def keep_settled(runtime: Runtime) -> None:
    """Keep the workers up to the evidence, and publish who is who."""
    await keep_live_settled(api.timeline_of(runtime), runtime.extras["reader"], lambda: runtime.wake())


service = Service(
    name="registry",
    title="Registry",
    about="Who is who, and one timeline per worker.",
    desk=api.desk,
    pages=pages.router,
    opens=open_timeline,
    readers=lambda runtime: (runtime.extras["reader"],),
    outlets=lambda runtime: (
        EntrySource(
            "registry.who", WHO_TOPIC, table="who_entries", key="node", columns=("node", "number", "revision")
        ),
    ),
    background=(keep_settled,),
    migrations="services.registry.migrations",
)
