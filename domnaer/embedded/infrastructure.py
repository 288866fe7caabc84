"""PostgreSQL and Kafka of one data folder, started together and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from domnaer.embedded import postgres
from domnaer.embedded.folder import Addresses, DataFolder
from domnaer.embedded.kafka import Kafka
from domnaer.embedded.postgres import Postgres
from domnaer.topics.access import SUPERUSER_ONLY, Access


@dataclass(frozen=True, slots=True)
class RunningInfrastructure:
    """Both running servers. Tests stop, kill and restart them."""

    folder: DataFolder
    postgres: Postgres
    kafka: Kafka

    @property
    def kafka_bootstrap(self) -> str:
        return self.kafka.bootstrap

    @property
    def kafka_settings(self) -> dict[str, Any]:
        """The settings with which clients connect to Kafka, as arguments of ``Settings``."""
        return self.folder.kafka_settings(self.kafka_bootstrap)

    def postgres_dsn(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """Return a connection string; without a user it is the superuser's."""
        return self.postgres.dsn(database, user, password)


class Infrastructure:
    """``async with Infrastructure(folder) as running`` runs both servers of the folder until the block ends.

    Kafka gives its users the ``access``; without one only its superuser exists.

    Enter it in a thread that lives as long, usually the main thread: on Linux the servers end with that thread.

    Raises FolderInUse, ServerDidNotStart, JarMissing; servers that were started before the error are stopped.
    """

    def __init__(
        self, folder: DataFolder | Path | str, *, jars: Path | None = None, access: Access = SUPERUSER_ONLY
    ) -> None:
        self._folder = folder if isinstance(folder, DataFolder) else DataFolder(folder)
        self._postgres = Postgres(self._folder)
        self._kafka = Kafka(self._folder, jars, access)
        self._held = ExitStack()

    async def __aenter__(self) -> RunningInfrastructure:
        self._held.enter_context(self._folder.lock())
        try:
            await _both(self._postgres.start(), self._kafka.start())
            self._folder.write_addresses(
                Addresses(
                    postgres_host=postgres.HOST,
                    postgres_port=self._postgres.port,
                    postgres_user=postgres.SUPERUSER,
                    postgres_password=self._postgres.password,
                    kafka_bootstrap=self._kafka.bootstrap,
                )
            )
        except BaseException:
            await self._stop()
            raise
        return RunningInfrastructure(self._folder, self._postgres, self._kafka)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        with self._held:
            await _both(self._postgres.stop(), self._kafka.stop())


async def _both(one: Awaitable[None], other: Awaitable[None]) -> None:
    # Wait for both before an error is raised, so that no server is left while it is starting.
    for outcome in await asyncio.gather(one, other, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
