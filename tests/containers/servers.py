"""PostgreSQL and Kafka in containers, with the images and settings of the compose file."""

from __future__ import annotations

import asyncio
import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import asyncpg
from docker.models.containers import Container
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from domnaer.embedded.folder import DataFolder
from domnaer.topics.access import ADMIN
from domnaer.topics.administration import Administration, login_arguments
from domnaer.topics.declared import declared_access
from tests.deploy.compose import GIVEN, read

HOST = "127.0.0.1"
_START_SECONDS = 90
_STOP_SECONDS = 20

# The containers are removed by this process. The container that would watch over them is one image more to fetch.
testcontainers_config.ryuk_disabled = True


class ServerInContainer(ABC):
    """A container with one server, which keeps its port of this machine and its data while it is stopped."""

    def __init__(self, entry: Mapping[str, Any], port: int, inside: int) -> None:
        self._entry, self._inside, self.port = entry, inside, port
        self._container: DockerContainer | None = None

    async def start(self) -> None:
        """Start the server and return when it answers. Raises TimeoutError with the server's last output."""
        if self._container is None:
            self._container = await asyncio.to_thread(self._create)
        else:
            await asyncio.to_thread(self._running.start)
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not await self.is_ready():
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            error.add_note(self._running.logs(tail=30).decode(errors="replace"))
            raise

    async def stop(self) -> None:
        """Stop the server in order."""
        await asyncio.to_thread(self._running.stop, timeout=_STOP_SECONDS)

    async def kill(self) -> None:
        """Kill the server with SIGKILL."""
        await asyncio.to_thread(self._running.kill)

    async def remove(self) -> None:
        """Remove the container and its data."""
        if self._container is not None:
            await asyncio.to_thread(self._container.stop)
            self._container = None

    async def wipe(self) -> None:
        """Replace the server by an empty one at the same address."""
        await self.remove()
        await self.start()

    @abstractmethod
    async def is_ready(self) -> bool:
        """Return whether the server answers."""

    @property
    def _running(self) -> Container:
        assert self._container is not None
        return self._container.get_wrapped_container()

    def _create(self) -> DockerContainer:
        made = DockerContainer(
            self._entry["image"], command=self._entry.get("command"), env=self._entry["environment"]
        )
        made.ports[f"{self._inside}/tcp"] = (HOST, self.port)  # type: ignore[assignment]
        if size := self._entry.get("shm_size"):
            made.with_kwargs(shm_size=size)
        return made.start()


class PostgresInContainer(ServerInContainer):
    """PostgreSQL with a new password."""

    def __init__(self, folder: DataFolder) -> None:
        self.password = secrets.token_urlsafe(24)
        entry = _entry("postgres", DOMNAER_POSTGRES_ADMIN_PASSWORD=self.password)
        super().__init__(entry, folder.port("postgres"), 5432)

    def dsn(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """Return a connection string; without a user it is the superuser's."""
        if user is None:
            user, password = "postgres", self.password
        secret = f":{quote(password, safe='')}" if password is not None else ""
        return f"postgresql://{quote(user, safe='')}{secret}@{HOST}:{self.port}/{quote(database, safe='')}"

    async def is_ready(self) -> bool:
        try:
            connection = await asyncpg.connect(self.dsn("postgres"), timeout=5)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        await connection.close()
        return True


class KafkaInContainer(ServerInContainer):
    """Kafka with one listener for the tests and one for itself, which cannot use its port of this machine."""

    def __init__(self, folder: DataFolder) -> None:
        port = folder.port("kafka")
        self._access = declared_access()
        self._passwords = folder.make_kafka_passwords([ADMIN, *self._access.users])
        entry = _entry("kafka", DOMNAER_KAFKA_ADMIN_PASSWORD=self._passwords[ADMIN])
        login = entry["environment"]["KAFKA_LISTENER_NAME_CLIENTS_PLAIN_SASL_JAAS_CONFIG"]
        entry["environment"] |= {
            "KAFKA_LISTENERS": "CLIENTS://:9092,CONTROLLER://:9093,INSIDE://:9094",
            "KAFKA_ADVERTISED_LISTENERS": f"CLIENTS://{HOST}:{port},INSIDE://localhost:9094",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_INTER_BROKER_LISTENER_NAME": "INSIDE",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": ",".join(
                f"{each}:SASL_PLAINTEXT" for each in ("CONTROLLER", "INSIDE", "CLIENTS")
            ),
            "KAFKA_LISTENER_NAME_INSIDE_SASL_ENABLED_MECHANISMS": "PLAIN",
            "KAFKA_LISTENER_NAME_INSIDE_PLAIN_SASL_JAAS_CONFIG": login,
        }
        self._administration = Administration(
            {
                "bootstrap.servers": f"{HOST}:{port}",
                "security.protocol": "SASL_PLAINTEXT",
                **login_arguments("PLAIN", ADMIN, self._passwords[ADMIN]),
            }
        )
        super().__init__(entry, port, 9092)

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"

    async def start(self) -> None:
        await super().start()
        await asyncio.to_thread(self._administration.grant, self._access, self._passwords)

    async def is_ready(self) -> bool:
        return await asyncio.to_thread(self._administration.answers, 5.0)


class ServersInContainers:
    """``async with ServersInContainers(folder) as running`` runs both servers until the block ends."""

    def __init__(self, folder: Path) -> None:
        self._notes = DataFolder(folder)
        self._notes.create()
        self.postgres = PostgresInContainer(self._notes)
        self.kafka = KafkaInContainer(self._notes)

    @property
    def kafka_settings(self) -> dict[str, Any]:
        """The settings with which clients connect to Kafka, as arguments of ``Settings``."""
        return self._notes.kafka_settings(self.kafka.bootstrap)

    def postgres_dsn(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """Return a connection string; without a user it is the superuser's."""
        return self.postgres.dsn(database, user, password)

    async def __aenter__(self) -> Self:
        try:
            await self._both(lambda server: server.start())
        except BaseException:
            await self._both(lambda server: server.remove())
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._both(lambda server: server.remove())

    async def _both(self, work: Callable[[ServerInContainer], Awaitable[None]]) -> None:
        for outcome in await asyncio.gather(work(self.postgres), work(self.kafka), return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome


def _entry(name: str, **given: str) -> dict[str, Any]:
    """Return an entry of the compose file; the variables of this process name the images."""
    found: dict[str, Any] = read({**GIVEN, **os.environ, **given})["services"][name]
    return found
