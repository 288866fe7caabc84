"""``domnaer rebuild`` is killed while it works: nothing of it goes on, and what it left is dropped or used."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.projections.build_list import list_builds
from chassis.projections.build_upkeep import BuildUpkeep
from chassis.projections.builds import live_build
from chassis.projections.filled_builds import find_filled
from services.registry.projections.timeline import PROJECTION, READER, shape
from services.registry.rebuilding import rebuild_timelines
from tests.conftest import Tokens
from tests.domnaer.commands import Command
from tests.registry.events import new_passport
from tests.registry.running_services import BorderAndRegistry, open_services, until

pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def services(settings: Settings, token_of: Tokens) -> AsyncIterator[BorderAndRegistry]:
    async with open_services(settings, token_of) as found:
        await found.cross("departure", new_passport())
        await found.settled()
        yield found


@asynccontextmanager
async def locked(services: BorderAndRegistry, lock: str) -> AsyncIterator[None]:
    """Hold a lock, so that a rebuild waits at a certain step."""
    connection = await asyncpg.connect(services.settings.database("registry"))

    async def stay() -> None:
        while True:  # PostgreSQL ends a session that is idle in a transaction
            await connection.execute("SELECT 1")
            await asyncio.sleep(1)

    try:
        await connection.execute(f"BEGIN; LOCK TABLE {lock} MODE")
        staying = asyncio.create_task(stay())
        try:
            yield
        finally:
            staying.cancel()
            await asyncio.gather(staying, return_exceptions=True)
    finally:
        await connection.close()


async def states(services: BorderAndRegistry) -> list[str]:
    return [each.described for each in await list_builds(services.registry.pool)]


def rebuild(services: BorderAndRegistry, *options: str) -> Command:
    return Command("rebuild", "registry", *options, **services.settings.environ())


async def ended(command: Command) -> int:
    code: int = await asyncio.to_thread(command.process.wait, 60)
    return code


async def test_a_rebuild_killed_during_the_fill_leaves_no_process_and_its_build_is_dropped(
    services: BorderAndRegistry,
) -> None:
    pool = services.registry.pool
    async with locked(services, "offsets IN EXCLUSIVE"):
        with rebuild(services, "--processes", "2") as command:

            async def helpers() -> list[psutil.Process]:
                found: list[psutil.Process] = psutil.Process(command.process.pid).children()
                return found if "building, a process works on it" in await states(services) else []

            helper = (await until(helpers, 60))[0]
            with rebuild(services) as second:
                assert await ended(second) == 1
                assert "another process rebuilds timeline" in second.output
            command.process.send_signal(signal.SIGKILL)
            await ended(command)

            async def alone() -> bool:
                return not helper.is_running() or helper.status() == psutil.STATUS_ZOMBIE

            await until(alone)

    async def dropped() -> bool:
        await BuildUpkeep(pool, {PROJECTION: READER}).clear()
        return await states(services) == ["live"]

    await until(dropped)


async def left(services: BorderAndRegistry) -> str | None:
    """Return the state of the build that is not live, once no process works on it."""
    found = [each for each in await states(services) if each != "live"]
    return found[0] if found and "a process works" not in found[0].replace("no process", "") else None


async def test_a_rebuild_killed_during_the_comparison_keeps_its_build_for_the_next_one(
    services: BorderAndRegistry,
) -> None:
    pool = services.registry.pool
    live = await live_build(pool, PROJECTION, shape())
    async with locked(services, f"timeline_{live}.people IN ACCESS EXCLUSIVE"):
        with rebuild(services) as command:

            async def filled() -> bool:
                return await find_filled(pool, PROJECTION, shape()) is not None

            await until(filled, 60)
            command.process.send_signal(signal.SIGKILL)
            await ended(command)
    assert await until(lambda: left(services)) == "filled, no process works on it"
    await BuildUpkeep(pool, {PROJECTION: READER}).clear()
    found = await find_filled(pool, PROJECTION, shape())
    assert found is not None and found.compared_at is None
    steps: set[str] = set()
    build = await rebuild_timelines(services.settings, progress=lambda step, *_: steps.add(step))
    assert (build, steps) == (found.build, {"events", "rows"})


async def test_the_operator_sees_the_differences_and_accepts_them(
    services: BorderAndRegistry,
) -> None:
    document = new_passport()
    await services.cross("departure", document)
    number = (await services.number(document)).replace("-", "")
    await services.settled()

    async def follows() -> bool:
        return (
            services.live.schema
            == f"timeline_{await live_build(services.registry.pool, PROJECTION, shape())}"
        )

    await until(follows)
    await services.live.pool.execute("UPDATE workers SET country = 'MYS' WHERE number = $1", number)

    async def run(*options: str) -> tuple[int, str]:
        with rebuild(services, *options) as command:
            return await ended(command), command.output

    code, output = await run()
    assert code == 1
    assert f"workers.country changed: 1\n    {number}: MYS → THA\n" in output
    assert "it waits for your decision: domnaer rebuild registry --accept" in output
    code, output = await run("--accept", "--by", "operator")
    assert code == 0 and "is live" in output
    code, output = await run("--abandon")
    assert code == 0 and "nothing to drop" in output
