"""The servers of the tests: embedded, or in containers with ``make test SERVERS=containers``."""

from __future__ import annotations

import os
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from domnaer.embedded.infrastructure import Infrastructure
from domnaer.topics.declared import declared_access


class Server(Protocol):
    """A server that tests stop, kill and start again; its data and its address remain."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def kill(self) -> None: ...


class Broker(Server, Protocol):
    """Kafka, which tests also replace by an empty broker at the same address."""

    async def wipe(self) -> None: ...


class Servers(Protocol):
    """A running PostgreSQL and a running Kafka."""

    @property
    def postgres(self) -> Server: ...
    @property
    def kafka(self) -> Broker: ...
    @property
    def kafka_settings(self) -> dict[str, Any]: ...
    def postgres_dsn(self, database: str, user: str | None = None, password: str | None = None) -> str: ...


def in_containers() -> bool:
    """Return whether the servers of the tests run in containers. Raises ValueError for an unknown choice."""
    choice = os.environ.get("SERVERS") or "embedded"
    if choice not in ("containers", "embedded"):
        raise ValueError(f"SERVERS={choice}: this must be containers or embedded")
    return choice == "containers"


def run_servers(folder: Path) -> AbstractAsyncContextManager[Servers]:
    """Run both servers until the block ends; ``folder`` is empty and is theirs alone. Kafka has the users of all services."""
    if in_containers():
        from tests.containers.servers import ServersInContainers

        return ServersInContainers(folder)
    return Infrastructure(folder, access=declared_access())
