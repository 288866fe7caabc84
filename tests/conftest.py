"""A real PostgreSQL and a real Kafka for all tests, started once."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr
from xdist.scheduler import LoadScopeScheduling

from chassis.access.permissions import Reach
from chassis.base.settings import Environment, Settings
from chassis.store.database import Pool, create_database, migrate, open_pool
from domnaer.all_services import find_services
from domnaer.local.issuer import DemoPerson, LocalIssuer
from domnaer.topics.access import ADMIN
from tests.servers import Servers, run_servers

# Tests start hundreds of processes. Without compiled modules each of them compiles our 600 modules again, for 0.6 s.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if "PYTEST_XDIST_WORKER" not in os.environ:
    # The root of this run alone. Each run closes the usual root to other accounts, and a PostgreSQL that runs in it for
    # another run has one of those.
    os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.mkdtemp(prefix="domnaer-tests-")
    atexit.register(shutil.rmtree, os.environ["PYTEST_DEBUG_TEMPROOT"], ignore_errors=True)


class FolderScheduling(LoadScopeScheduling):
    """Gives all tests of a folder to one process, in their order: they share services and records."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0].rpartition("/")[0]


@pytest.hookimpl(optionalhook=True)  # a run in one process has no such hook
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FolderScheduling:
    """Spread the folders over the processes of ``make test``, of which each has its own PostgreSQL and Kafka."""
    return FolderScheduling(config, log)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """PostgreSQL and Kafka, shared by all tests: a test that stops one of them starts its own."""
    async with run_servers(tmp_path_factory.mktemp("infrastructure")) as running:
        yield running


class Passwords(dict[str, SecretStr]):
    """A password of its own for the role of every service, also of those that only one test creates."""

    def get(self, service: str, _: object = None) -> SecretStr:  # type: ignore[override]
        return self.setdefault(service, SecretStr(f"p@ssword of/{service}"))


def settings_for(running: Servers, folder: Path) -> Settings:
    """Return settings of an embedded installation with these servers, and the local issuer's keys in ``folder``.

    All clients of Kafka are the superuser, since services that only tests know have no users.
    """
    found = Settings(
        environment=Environment.EMBEDDED,
        postgres=SecretStr(running.postgres_dsn("").rstrip("/")),
        **running.kafka_settings,
        kafka_user=ADMIN,
        handle_key=SecretStr("a key of the handles for tests alone"),
        session_key=SecretStr("a key of the sessions for tests alone"),
        jwks=folder / "jwks.json",
        log_format="json",
        pool_size=8,
    )
    passwords = Passwords()
    for each in find_services():
        passwords.get(each.name)
    return found.model_copy(update={"postgres_passwords": passwords})


def installation_settings(running: Servers, folder: Path) -> Settings:
    """Return settings with which each service is a user of Kafka, and create the keys of the local issuer."""
    found = settings_for(running, folder).model_copy(update={"kafka_user": None})
    LocalIssuer(folder, (), found)
    return found


@pytest.fixture(scope="session")
def settings(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the shared installation, in which each service is a user of Kafka."""
    return installation_settings(infrastructure, tmp_path_factory.mktemp("keys"))


Tokens = Callable[..., str]


def tokens_of(settings: Settings) -> Tokens:
    """Return a function that makes tokens of the local issuer of an installation."""

    def make(
        *permissions: str, person: str = "somebody", office: str = "TEST", reach: Reach | None = None
    ) -> str:
        who = DemoPerson(
            id=person,
            name_en=person.title(),
            name_km=person,
            office=office,
            title="Test",
            permissions=frozenset(permissions),
            reach=reach or Reach(national=True),
            password="not used here",
        )
        assert settings.jwks is not None
        return LocalIssuer(settings.jwks.parent, (who,), settings).token(who.id)

    return make


@pytest.fixture(scope="session")
def token_of(settings: Settings) -> Tokens:
    """Makes a token: ``token_of("border.crossing.record", reach=Reach(posts=frozenset({"KH-POI"})))``."""
    return tokens_of(settings)


@dataclass(frozen=True)
class FreshService:
    """An empty database of a service with all migrations and a unique name."""

    name: str
    settings: Settings
    pool: Pool
    dsn: str
    topic: str


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_service(settings: Settings) -> AsyncIterator[Callable[..., Awaitable[FreshService]]]:
    """Makes databases for tests of the chassis: ``service = await fresh_service("relay")``."""
    made: list[FreshService] = []
    numbers = count(1)

    async def make(name: str = "service", package: str | None = None) -> FreshService:
        unique = f"{name}_{uuid4().hex[:8]}_{next(numbers)}"
        await create_database(settings, unique)
        await migrate(settings, unique, package)
        pool = await open_pool(settings.database(unique), service=unique)
        superuser = settings.model_copy(update={"kafka_user": ADMIN})
        fresh = FreshService(unique, superuser, pool, settings.database(unique), f"domnaer.{unique}.v1")
        made.append(fresh)
        return fresh

    yield make
    for fresh in made:
        await fresh.pool.close()


def headers(token: str, key: str | None = None) -> dict[str, str]:
    """The headers of a command."""
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": key or str(uuid4())}
