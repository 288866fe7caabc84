"""What every test of the projector needs: a service with a table, and a road of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from chassis.base.settings import Settings
from chassis.projections.projector import Projector
from chassis.store.database import Pool
from contracts.catalogue import Catalogue
from tests.chassis.projector.probe import FAST, TODAY, Things, Way, make_tables, things
from tests.conftest import FreshService


@dataclass
class LocalMachine:
    """A service that reads, and the road to it."""

    service: str
    settings: Settings
    pool: Pool
    dsn: str
    way: Way
    name: str

    def reader(self, **changes: Any) -> Things:
        """A reader of this house."""
        return things(self.way.topic, self.name, **changes)

    def projector(
        self, reader: Things | None = None, catalogue: Catalogue = TODAY, build: int = 0, **more: Any
    ) -> Projector:
        """A projector in this house."""
        more.setdefault("pace", FAST)
        return Projector(reader or self.reader(), self.pool, catalogue, self.settings, build, **more)


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    settings: Settings, fresh_service: Callable[..., Awaitable[FreshService]]
) -> AsyncIterator[LocalMachine]:
    """A house with its topic made."""
    fresh = await fresh_service("probe")
    await make_tables(settings, fresh.name)
    way = Way(settings.kafka, fresh.topic)
    await way.make()
    yield LocalMachine(fresh.name, settings, fresh.pool, fresh.dsn, way, f"{fresh.name}.things")
