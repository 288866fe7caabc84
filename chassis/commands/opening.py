"""Opens the runtime of a service on its migrated database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from chassis.base.clock import Clock
from chassis.base.settings import Settings
from chassis.commands.draft import Complete
from chassis.commands.runtime import Runtime, Schemas
from chassis.projections.read_models import ReadModels
from chassis.store.audit import Audit
from chassis.store.decider import AnyDecider
from chassis.store.monitor import DatabaseMonitor
from chassis.store.persons import Handles
from chassis.store.pools import open_store
from contracts.catalogue import Catalogue
from contracts.command import Command


async def open_runtime(
    service: str,
    deciders: Sequence[AnyDecider],
    completes: Mapping[type[Command], Complete],
    module: str | None,
    settings: Settings,
    facts: Catalogue,
    stack: contextlib.AsyncExitStack,
    *,
    serves: bool = True,
) -> Runtime:
    """Open the runtime of a service, and keep its read models level with the store until ``stack`` closes it.

    A process that ``serves`` no requests has a smaller pool and none for commits alone.
    """
    store = await open_store(service, settings, facts, stack, serves=serves)
    schemas, window = Schemas(), timedelta(hours=settings.rollback_hours)
    read_models = ReadModels.of(store, deciders, schemas, window)
    await read_models.open()
    following = asyncio.create_task(read_models.run(), name=f"{service} read models")
    stack.push_async_callback(_end, following)
    return Runtime(
        service=service,
        settings=settings,
        pool=store.pool,
        monitor=DatabaseMonitor(settings.database(service), service),
        catalogue=facts,
        store=store,
        handles=Handles(settings.handle_key.get_secret_value().encode()),
        audit=Audit(store.pool),
        clock=Clock(settings.today),
        deciders={decider.noun: decider for decider in deciders},
        completes=completes,
        module=module,
        schemas=schemas,
        read_models=read_models,
    )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
