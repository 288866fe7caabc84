"""Received events about the worker of a document: employment contracts and a recorded death."""

from __future__ import annotations

from uuid import UUID

from chassis.commands.runtime import Runtime
from chassis.reactions.inbox import Inbox
from chassis.reactions.worker_numbers import same_worker
from services.border.domain.check import Found

CONTRACTS = "border.contracts"
"""The name of the reader that keeps employment contracts."""
DEATHS = "border.deaths"
"""The name of the reader that keeps recorded deaths."""


async def find_worker(runtime: Runtime, node: UUID) -> Found:
    """Return what is on record under the handle of a document."""
    pool = runtime.pool
    shared = await pool.fetchval("SELECT shared FROM who WHERE node = $1 AND NOT retracted", node)
    nodes = await same_worker(pool, [node])
    persons = runtime.store.persons
    contracts = await Inbox(CONTRACTS, runtime.catalogue, persons).standing_of(pool, nodes)
    deaths = await Inbox(DEATHS, runtime.catalogue, persons).standing_of(pool, nodes)
    return Found(
        known=shared is not None or bool(contracts), doubtful=bool(shared or deaths), contracts=contracts
    )
