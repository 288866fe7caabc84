"""The pools of connections of a service's event store."""

from __future__ import annotations

import contextlib

from chassis.base.settings import Settings
from chassis.store.database import open_pool
from chassis.store.event_store import CommitConnections, EventStore
from chassis.store.persons import person_codec
from contracts.catalogue import Catalogue

BACKGROUND_POOL = 4
"""Connections in the pool of a process that serves no requests."""


async def open_store(
    service: str, settings: Settings, facts: Catalogue, stack: contextlib.AsyncExitStack, *, serves: bool
) -> EventStore:
    """Open the event store of a service with its pools; ``stack`` closes them.

    A process that serves requests has a pool for commits alone.
    """
    dsn = settings.database(service)
    size = settings.pool_size if serves else BACKGROUND_POOL
    pool = await open_pool(dsn, size=size, service=service)
    stack.push_async_callback(pool.close)
    commits = None
    if serves:
        commit_pool = await open_pool(dsn, size=settings.commit_connections, service=service)
        stack.push_async_callback(commit_pool.close)
        commits = CommitConnections(commit_pool, settings.commit_connections)
        stack.push_async_callback(commits.close)
    return EventStore(pool, facts, person_codec(), commits)
