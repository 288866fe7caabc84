"""Versions of a service run at the same time, as processes: through fill, exchange, rollback and kill -9."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.store.database import Pool, open_pool
from chassis.store.decider import StreamProjection
from chassis.store.event_store import EventStore
from chassis.store.persons import PersonCodec
from contracts.catalogue import catalogue
from contracts.rulings import effective
from services.border.projections.handovers import HANDOVERS
from tests.border.post import departure, handover, ndjson, returned
from tests.conftest import Tokens, headers
from tests.domnaer.commands import DOMNAER, Command, domnaer, environment
from tests.domnaer.rollout.other_versions import OTHERS, THIS

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
OTHER = "tests.domnaer.rollout.other_versions"
ALLOWED = (
    "border.crossing.record",
    "border.crossing.read",
    "border.handover.record",
    "border.event.correct",
    "border.event.correct_any",
)


def program_of(version: str) -> tuple[str, ...]:
    """Return the command of another version."""
    return (sys.executable, "-m", OTHER, version)


class Process(Command):
    """A process of the API, of this version or of another one."""

    def __init__(self, environ: dict[str, str], version: str | None = None) -> None:
        self.version = version
        self.url = ""
        arguments = ("serve", "border", "--role", "api", "--host", "127.0.0.1", "--port", "0")
        super().__init__(*arguments, program=DOMNAER if version is None else program_of(version), **environ)

    async def answers(self) -> None:
        """Wait until it listens."""
        found = await asyncio.to_thread(self.says, r'"port":(\d+)')
        self.url = f"http://127.0.0.1:{found[1]}/border"

    def kill(self) -> None:
        """End it as a failure of its machine would."""
        self.process.kill()
        self.process.wait(10)


class Gateway:
    """Sends commands and queries without pause, each to a process that was ready when it was last asked."""

    def __init__(self, token: str, seed: int) -> None:
        self.processes: list[Process] = []
        self.ready: list[Process] = []
        self.served: Counter[str | None] = Counter()
        self.wrong: list[str] = []
        self._choice = random.Random(seed)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._token = token
        self._events: list[str] = []

    async def probe(self) -> None:
        """Ask each process for its readiness, again and again, as Kubernetes does."""
        async with httpx2.AsyncClient(timeout=5) as http:
            while True:
                ready = []
                for process in self.processes:
                    try:
                        answer = await http.get(process.url + "/health/ready")
                    except httpx2.HTTPError:
                        continue
                    if answer.status_code == 200:
                        ready.append(process)
                self.ready = ready
                await asyncio.sleep(0.05)

    async def send(self) -> None:
        """Send requests one after the other."""
        async with httpx2.AsyncClient(timeout=20) as http:
            while True:
                await asyncio.sleep(0.01)
                if not self.ready:
                    continue
                process = self._choice.choice(self.ready)
                try:
                    answer = await self._request(http, process.url)
                except httpx2.HTTPError as error:
                    if process.process.poll() is None and process in self.ready:
                        self.wrong.append(f"{process.version}: {type(error).__name__}")
                    continue
                self.served[process.version] += 1
                if answer.status_code >= 500:
                    self.wrong.append(f"{process.version}: {answer.status_code} {answer.text}")
                elif answer.status_code == 201:
                    self._events += answer.json()["events"][:1]

    async def _request(self, http: httpx2.AsyncClient, url: str) -> httpx2.Response:
        act = self._choice.random()
        if act < 0.2:
            return await http.get(url + "/crossings?day=2014-03-03", headers=self._headers)
        if act < 0.4 and self._events:
            event = self._choice.choice(self._events)
            body: Any = {"reason": "never_happened"}
            return await http.post(f"{url}/events/{event}/void", json=body, headers=headers(self._token))
        if act < 0.5:
            return await http.post(url + "/handovers", json=handover(), headers=headers(self._token))
        body = departure() if act < 0.75 else returned()
        return await http.post(url + "/crossings", json=body, headers=headers(self._token))

    async def becomes_ready(self, process: Process) -> None:
        """Add a process and wait until it is ready."""
        await process.answers()
        self.processes.append(process)
        await until(lambda: process in self.ready)

    async def goes_on(self, *versions: str | None, requests: int = 10) -> None:
        """Wait until processes of these versions have served some further requests."""
        before = Counter(self.served)
        await until(lambda: all(self.served[each] >= before[each] + requests for each in versions))

    def removes(self, process: Process) -> None:
        """Send nothing more to a process."""
        self.processes.remove(process)
        self.ready = [each for each in self.ready if each is not process]


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def environ(settings: Settings) -> dict[str, str]:
    """The environment of the processes, on a migrated database."""
    found = {**settings.environ(), "DOMNAER_ENVIRONMENT": "production"}
    migrated = domnaer("migrate", "--service", "border", **found)
    assert migrated.returncode == 0, migrated.stderr
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def pool(environ: dict[str, str], settings: Settings) -> AsyncIterator[Pool]:
    async with await open_pool(settings.database("border"), size=2) as found:
        yield found


@asynccontextmanager
async def traffic(token: str, seed: int) -> AsyncIterator[Gateway]:
    """Steady requests while the block runs; afterwards none of them was answered with an error of the server."""
    gateway = Gateway(token, seed)
    tasks = [
        asyncio.create_task(work()) for work in (gateway.probe, gateway.send, gateway.send, gateway.send)
    ]
    try:
        yield gateway
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert gateway.wrong == []


async def live_schema(pool: Pool, projection: StreamProjection) -> str:
    sql = "SELECT build FROM builds WHERE projection = $1 AND shape = $2 AND state = 'live'"
    return f"{projection.name}_{await pool.fetchval(sql, projection.name, projection.shape)}"


async def differing(pool: Pool, projection: StreamProjection, noun: str) -> set[str]:
    """Return the streams whose row in the live build of a version differs from the fold of the stream."""
    schema = await live_schema(pool, projection)
    rows = await pool.fetch(f"SELECT * FROM {schema}.{projection.name}")
    kept = {f"{noun}-{row[projection.key]}": row for row in rows}
    sql = "SELECT DISTINCT stream FROM events WHERE left(stream, -37) = $1"
    streams = [row[0] for row in await pool.fetch(sql, noun)]
    store = EventStore(pool, catalogue(), PersonCodec())
    wrong = set(kept) - set(streams)
    for stream, events in (await store.load_many(streams)).items():
        standing = effective(events)
        expected = projection.row(standing) if standing else None
        row = kept.get(stream)
        found = None if row is None else tuple(row[name] for name, _ in projection.columns)
        if found != expected or (row is not None and row["stream_version"] != events[-1].version):
            wrong.add(stream)
    assert len(streams) > 50
    return wrong


async def become_equal(pool: Pool, *versions: StreamProjection) -> None:
    """Wait until the live rows of versions equal the folds of their streams."""
    for projection in versions:
        noun = projection.name.removesuffix("s")
        async with asyncio.timeout(20):
            while wrong := await differing(pool, projection, noun):
                await asyncio.sleep(0.2)
        assert wrong == set()


async def test_a_version_is_rolled_out_and_back_under_steady_commands(
    environ: dict[str, str], token_of: Tokens, pool: Pool
) -> None:
    token = token_of(*ALLOWED, person="officer", office="KH-POI")
    with Process(environ) as old:
        async with traffic(token, seed=1) as gateway:
            await gateway.becomes_ready(old)
            await upload(old, token, 1_700)
            # Filling: killed in the middle, more than once, it goes on where it stopped.
            for pages in (1, 2):
                with Process(environ, "column") as killed:
                    await filled(pool, OTHERS["column"], pages * 500)
                    killed.kill()
            new = Process(environ, "column")
            with new:
                await gateway.becomes_ready(new)
                await gateway.goes_on(None, "column")
                # Killed while it serves.
                new.kill()
                await gateway.goes_on(None)
            gateway.removes(new)
            with Process(environ, "column") as new:
                await gateway.becomes_ready(new)
                old.kill()
                gateway.removes(old)
                await gateway.goes_on("column", requests=20)
                # Rolled back: the older version has missed what was recorded meanwhile.
                with Process(environ) as old_again:
                    await gateway.becomes_ready(old_again)
                    await gateway.goes_on(None, "column")
                    gateway.removes(new)
                    await gateway.goes_on(None)
                    gateway.processes.clear()
                    gateway.ready = []
                    await become_equal(pool, THIS, OTHERS["column"], HANDOVERS)


async def test_a_version_with_another_rule_waits_until_an_operator_accepts_the_differences(
    environ: dict[str, str], token_of: Tokens, pool: Pool
) -> None:
    token = token_of(*ALLOWED, person="officer", office="KH-POI")
    with Process(environ) as old:
        async with traffic(token, seed=2) as gateway:
            await gateway.becomes_ready(old)
            await upload(old, token, 200)
            with Process(environ, "rule") as new:
                await new.answers()
                gateway.processes.append(new)
                await asyncio.to_thread(new.says, "read_model_differs")
                await gateway.goes_on(None)
                assert new not in gateway.ready
                shown = await asyncio.to_thread(rebuild, environ)
                assert shown.returncode == 1, shown.stdout + shown.stderr
                assert "crossings.kind changed" in shown.stdout
                assert "--accept" in shown.stderr
                await gateway.goes_on(None)
                accepted = await asyncio.to_thread(rebuild, environ, "--accept", "--by", "operator-1")
                assert accepted.returncode == 0, accepted.stdout + accepted.stderr
                await until(lambda: new in gateway.ready)
                await gateway.goes_on(None, "rule")
                gateway.processes.clear()
                gateway.ready = []
                await become_equal(pool, THIS, OTHERS["rule"], HANDOVERS)


def rebuild(environ: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run ``domnaer rebuild border`` of the version with another rule."""
    return subprocess.run(
        [*program_of("rule"), "rebuild", "border", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=environment(**environ),
    )


async def upload(process: Process, token: str, rows: int) -> None:
    """Record many crossings."""
    async with httpx2.AsyncClient(timeout=60) as http:
        kind = {"Content-Type": "application/x-ndjson"}
        content = ndjson([departure() if nth % 2 else returned() for nth in range(rows)])
        answer = await http.post(
            process.url + "/crossings/bulk", content=content, headers={**headers(token), **kind}
        )
    assert answer.json()["taken"] == rows, answer.text


async def filled(pool: Pool, projection: StreamProjection, rows: int) -> None:
    """Wait until a build that is being filled has so many rows."""
    build = "SELECT max(build) FROM builds WHERE projection = $1 AND shape = $2"
    async with asyncio.timeout(60):
        while (number := await pool.fetchval(build, projection.name, projection.shape)) is None:
            await asyncio.sleep(0.01)
        table = f"{projection.name}_{number}.{projection.name}"
        while await pool.fetchval(f"SELECT count(*) FROM {table}") < rows:
            await asyncio.sleep(0.01)
