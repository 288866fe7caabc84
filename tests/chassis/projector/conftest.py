"""Fixtures for the tests of the projector: a service with a table and its own topic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from chassis.base.settings import Settings
from chassis.projections.projector import Projector
from chassis.store.database import Pool
from contracts.catalogue import Catalogue
from tests.chassis.projector.example import FAST, TODAY, ProbeTopic, Things, make_tables, things
from tests.conftest import FreshService


@dataclass
class ServiceWithReader:
    """A service with a reader, and the topic it reads."""

    service: str
    settings: Settings
    pool: Pool
    dsn: str
    topic_writer: ProbeTopic
    name: str

    def reader(self, **changes: Any) -> Things:
        """Return a reader of the topic."""
        return things(self.topic_writer.topic, self.name, **changes)

    def projector(
        self, reader: Things | None = None, catalogue: Catalogue = TODAY, build: int = 0, **more: Any
    ) -> Projector:
        """Return a projector of the service."""
        more.setdefault("timing", FAST)
        return Projector(reader or self.reader(), self.pool, catalogue, self.settings, build, **more)


@pytest_asyncio.fixture(loop_scope="session")
async def machine(
    settings: Settings, fresh_service: Callable[..., Awaitable[FreshService]]
) -> AsyncIterator[ServiceWithReader]:
    """Provide a service whose topic exists."""
    fresh = await fresh_service("probe")
    await make_tables(settings, fresh.name)
    topic_writer = ProbeTopic(fresh.settings, fresh.topic)
    await topic_writer.make()
    yield ServiceWithReader(
        fresh.name, fresh.settings, fresh.pool, fresh.dsn, topic_writer, f"{fresh.name}.things"
    )
