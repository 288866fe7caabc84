"""Two versions of the registry, as two processes under events: through fill, acceptance, rollback and retirement."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.projections.builds import live_build, state_of
from contracts.person import Document
from services.registry.projections.timeline import PROJECTION, shape
from tests.conftest import Tokens
from tests.domnaer.commands import Command, domnaer, environment
from tests.domnaer.rollout.test_rollout import program_of
from tests.registry.events import new_passport, node
from tests.registry.running_services import BorderAndRegistry, open_services, until

pytestmark = pytest.mark.timeout(300)
_NEWEST = "SELECT build FROM builds WHERE projection = 'timeline' AND shape <> $1 ORDER BY build DESC LIMIT 1"
_PUBLISHES = "SELECT build FROM settlers WHERE publishing"
ROLE = ("--role", "all", "--host", "127.0.0.1", "--port", "0")


@pytest_asyncio.fixture(loop_scope="session")
async def old(settings: Settings, token_of: Tokens) -> AsyncIterator[BorderAndRegistry]:
    """The version in use: border and registry."""
    async with open_services(settings, token_of) as found:
        yield found


class NewVersion(Command):
    """A process of another version of the registry."""

    def __init__(self, old: BorderAndRegistry, version: str) -> None:
        self._token = old.reader
        self.url = ""
        program = program_of(version)
        super().__init__("serve", "registry", *ROLE, program=program, **old.settings.environ())

    async def listens(self) -> None:
        """Wait until it accepts requests."""
        found = await asyncio.to_thread(self.says, r'"port":(\d+)')
        self.url = f"http://127.0.0.1:{found[1]}/registry"

    async def get(self, path: str) -> httpx2.Response:
        """Send a query."""
        async with httpx2.AsyncClient(timeout=10) as http:
            return await http.get(self.url + path, headers={"Authorization": f"Bearer {self._token}"})

    async def is_ready(self) -> bool:
        """Return whether its probe is green."""
        return (await self.get("/health/ready")).status_code == 200


@asynccontextmanager
async def crossings(services: BorderAndRegistry) -> AsyncIterator[list[Document]]:
    """Record crossings without pause."""
    recorded: list[Document] = []

    async def cross() -> None:
        while True:
            document = new_passport()
            await services.cross("departure", document)
            recorded.append(document)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(cross())
    try:
        yield recorded
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def other_build(services: BorderAndRegistry) -> int:
    """Return the latest build of another version, once there is one."""
    return int(await until(lambda: services.registry.pool.fetchval(_NEWEST, shape()), 60))


async def settled_in(services: BorderAndRegistry, build: int, document: Document) -> Any:
    """Return the row of the worker with a document in a build, once it is settled there."""
    sql = (
        f"SELECT w.* FROM timeline_{build}.workers AS w JOIN timeline_{build}.members AS m USING (number)"
        " WHERE m.node = $1"
    )
    return await until(lambda: services.registry.pool.fetchrow(sql, node(document)), 60)


async def published(services: BorderAndRegistry, at: UUID) -> int:
    """Return how often the number of a node was published, once it was."""
    sql = "SELECT count(*) FROM who_entries WHERE node = $1"
    return int(await until(lambda: services.registry.pool.fetchval(sql, at.hex), 90))


async def publishes(services: BorderAndRegistry, build: int) -> None:
    """Wait until a build, and no other, publishes worker numbers."""

    async def only() -> bool:
        rows = await services.registry.pool.fetch(_PUBLISHES)
        assert len(rows) <= 1
        return [row[0] for row in rows] == [f"timeline_{build}"]

    await until(only, 90)


async def test_a_version_with_a_further_column_fills_its_build_and_both_versions_follow_the_events(
    old: BorderAndRegistry,
) -> None:
    async with crossings(old) as recorded:
        before = await live_build(old.registry.pool, PROJECTION, shape())
        assert before is not None
        await old.number(await until(lambda: first(recorded)))
        await publishes(old, before)
        with NewVersion(old, "column") as new:
            await new.listens()
            await until(new.is_ready, 90)
            build = await other_build(old)
            assert await live_build(old.registry.pool, PROJECTION, shape()) == before
            assert (await settled_in(old, build, recorded[0]))["documents"] == 1
            await publishes(old, build)
            later = new_passport()
            await old.cross("departure", later)
            assert (await settled_in(old, build, later))["documents"] == 1
            assert "documents" not in await settled_in(old, before, later)
            assert await published(old, node(later)) == 1
            number = await old.number(later)
            assert (await new.get(f"/workers/{number}/timeline")).status_code == 200
        # Rolled back: the version of before serves its own build, and publishes again after a while.
        last = new_passport()
        await old.cross("departure", last)
        await old.number(last)
        assert old.live.schema == f"timeline_{before}"
        await publishes(old, before)
        assert await published(old, node(last)) == 1
        with NewVersion(old, "column") as again:
            await again.listens()
            assert await again.is_ready(), "its build is still there"
            await settled_in(old, build, last)
    # A version that does not come back.
    age = "UPDATE builds SET renewed_at = renewed_at - interval '100 days' WHERE build = $1"
    await old.registry.pool.execute(age, build)

    async def retired() -> bool:
        return await state_of(old.registry.pool, PROJECTION, build) == "retired"

    await until(retired)
    assert await live_build(old.registry.pool, PROJECTION, shape()) == before


async def test_a_version_with_another_rule_is_not_ready_until_it_is_accepted_with_this_version(
    old: BorderAndRegistry,
) -> None:
    async with crossings(old) as recorded:
        number = await old.number(await until(lambda: first(recorded)))
        before = await live_build(old.registry.pool, PROJECTION, shape())
        with NewVersion(old, "rule") as new:
            await new.listens()
            await asyncio.to_thread(new.says, "read_model_differs", within=90)
            probe = await new.get("/health/ready")
            assert probe.status_code == 503
            assert "waits to be accepted" in probe.text
            refused = await new.get(f"/workers/{number}/timeline")
            assert refused.status_code == 503
            assert refused.json()["type"].endswith("/read-model-not-ready")
            assert "Retry-After" in refused.headers
            assert (await old.ask(number)).status_code == 200

            wrong = await asyncio.to_thread(rebuild, old, None)
            assert wrong.returncode == 1
            assert "another version filled timeline_" in wrong.stderr
            assert not await new.is_ready()

            accepted = await asyncio.to_thread(rebuild, old, "rule")
            assert accepted.returncode == 0, accepted.stdout + accepted.stderr
            await until(new.is_ready)
            later = new_passport()
            await old.cross("departure", later)
            build = await other_build(old)
            assert (await settled_in(old, build, later))["place"] == "abroad!"
            assert before is not None
            assert (await settled_in(old, before, later))["place"] == "abroad"
            assert (await old.ask(number)).status_code == 200


def rebuild(old: BorderAndRegistry, version: str | None) -> subprocess.CompletedProcess[str]:
    """Accept the waiting build of the registry with this version or another one."""
    arguments = ("rebuild", "registry", "--accept", "--by", "operator-1")
    if version is None:
        return domnaer(*arguments, **old.settings.environ())
    return subprocess.run(
        [*program_of(version), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=environment(**old.settings.environ()),
    )


async def first(documents: list[Document]) -> Document | None:
    """Return the first document, if there is one."""
    return documents[0] if documents else None
