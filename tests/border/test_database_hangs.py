"""A database that hangs, or whose connections are all in use, costs no caller more than two seconds."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from chassis.base import deadline
from chassis.base.settings import Settings
from chassis.http.metrics import metrics_routes
from chassis.service import RunningService
from chassis.store import monitor
from domnaer.embedded.folder import DataFolder
from domnaer.embedded.postgres import Postgres
from domnaer.server import listening, serving
from tests.border.post import departure, headers, ndjson, post, recorded, returned, running_border

UPLOAD = {"Content-Type": "application/x-ndjson"}
PATIENCE = 15.0
"""Callers are promised two seconds; the rest is for a test machine on which other programs run."""
Served = tuple[RunningService, httpx2.AsyncClient]


@contextlib.asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[Served]:
    """The border service behind a real server: its answer does not wait for the end of the work."""
    async with running_border(settings) as (running, _):
        with listening("127.0.0.1", 0) as listener:
            async with (
                serving(running.app, listener),
                httpx2.AsyncClient(
                    base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30
                ) as http,
            ):
                yield running, http


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def border(settings: Settings) -> AsyncIterator[Served]:
    async with served(settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def postgres() -> AsyncIterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="domnaer-") as name:
        folder = DataFolder(Path(name))
        folder.create()
        found = Postgres(folder)
        await found.start()
        try:
            yield found
        finally:
            await found.stop()


@contextlib.contextmanager
def hanging(postgres: Postgres) -> Iterator[None]:
    """Stop all processes of the server: connections stay open, and nothing answers."""
    assert postgres._process is not None
    server = psutil.Process(postgres._process.pid)
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)


def metrics_of(running: RunningService) -> httpx2.AsyncClient:
    """Return a client of the metrics of one service."""
    app = FastAPI()
    app.include_router(metrics_routes([running.measure]))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://metrics")


async def states(metrics: httpx2.AsyncClient) -> list[str]:
    """Return the states of the border's builds, which are read from its database, among the metrics."""
    lines = (await metrics.get("/metrics")).text.splitlines()
    assert any(line.startswith("domnaer_http_requests_total{") for line in lines)
    return [line for line in lines if line.startswith("domnaer_builds{") and 'service="border"' in line]


async def unavailable(asked: Callable[[], Awaitable[httpx2.Response]]) -> None:
    """Check that a request is answered with 503 and a time to retry, in time."""
    began = time.monotonic()
    answer = await asked()
    seconds = time.monotonic() - began
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, "2"), answer.text
    assert answer.json()["type"].endswith("/not-available")
    assert seconds < PATIENCE, f"{answer.url} was answered after {seconds:.1f} s"


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.1)


async def test_requests_to_a_hanging_database_are_answered_and_all_go_on_after_it(
    postgres: Postgres, settings: Settings
) -> None:
    changed = {"postgres": SecretStr(postgres.dsn("").rstrip("/")), "postgres_password": SecretStr("own")}
    own = Settings.model_validate({**settings.model_dump(), **changed})
    async with served(own) as (running, http):
        known = departure()
        await recorded(http, known)
        metrics = metrics_of(running)
        assert await states(metrics)
        stopped = asyncio.Event()

        async def slow_upload() -> AsyncIterator[bytes]:
            yield ndjson([returned() for _ in range(1_500)])
            await stopped.wait()
            for _ in range(20):
                yield ndjson([returned() for _ in range(500)])
                await asyncio.sleep(0.1)

        async def begins_to_record() -> bool:
            recorded: int = await running.runtime.pool.fetchval("SELECT count(*) FROM events")
            return recorded > 1_000

        async def ready() -> bool:
            began = time.monotonic()
            answer = await http.get("/health/ready")
            assert time.monotonic() - began < PATIENCE
            return answer.status_code == 200

        begun = asyncio.create_task(
            http.post("/crossings/bulk", content=slow_upload(), headers={**headers("poipet"), **UPLOAD})
        )
        await until(begins_to_record)
        kept = str(uuid4())
        with hanging(postgres):
            stopped.set()
            began = time.monotonic()
            await asyncio.gather(
                *(unavailable(lambda: post(http, "/crossings", departure())) for _ in range(10)),
                *(unavailable(lambda: http.get("/crossings", headers=headers("poipet"))) for _ in range(10)),
                unavailable(lambda: post(http, "/crossings", known, key=kept)),
                unavailable(
                    lambda: http.post(
                        "/crossings/bulk",
                        content=ndjson([departure()]),
                        headers={**headers("poipet"), **UPLOAD},
                    )
                ),
            )
            answer = await begun
            assert (answer.status_code, answer.headers.get("retry-after")) == (503, "2"), answer.text
            assert time.monotonic() - began < 2 * PATIENCE
            assert not await ready()
            began = time.monotonic()
            assert not await states(metrics)
            assert time.monotonic() - began < PATIENCE
            await unavailable(lambda: post(http, "/crossings", departure()))
        await until(ready)
        assert await states(metrics)

        async def records() -> bool:
            return (await post(http, "/crossings", known, key=kept)).status_code == 201

        async def reads() -> bool:
            return (await http.get("/crossings?day=2014-03-03", headers=headers("poipet"))).status_code == 200

        async def uploads() -> bool:
            sent = ndjson([departure()])
            answer = await http.post("/crossings/bulk", content=sent, headers={**headers("poipet"), **UPLOAD})
            return answer.status_code == 200

        for each in (records, reads, uploads):
            await until(each)


def test_the_deadline_keeps_the_promise() -> None:
    monitor_seconds = monitor.EVERY_SECONDS + monitor.MISSED * monitor.ANSWER_SECONDS
    assert max(deadline.REQUEST_SECONDS, monitor_seconds) <= 1.5


async def test_reads_that_hold_all_their_connections_delay_no_command_and_no_probe(border: Served) -> None:
    running, http = border
    pool = running.runtime.pool
    held = [await pool.acquire() for _ in range(pool.get_max_size())]
    try:
        await asyncio.gather(
            *(unavailable(lambda: http.get("/crossings", headers=headers("poipet"))) for _ in range(10))
        )
        await recorded(http, departure())
        assert (await http.get("/health/ready")).status_code == 200
    finally:
        for connection in held:
            await pool.release(connection)
    assert (await http.get("/crossings?day=2014-03-03", headers=headers("poipet"))).status_code == 200


async def test_a_command_waits_for_a_connection_no_longer_than_for_an_answer(border: Served) -> None:
    running, http = border
    _, commit_pool = running.runtime.store.pools
    asleep = [
        asyncio.create_task(running.runtime.store._commit_connections.fetch("SELECT pg_sleep(4)"))  # type: ignore[union-attr]
        for _ in range(commit_pool.get_max_size())
    ]
    await asyncio.gather(*(unavailable(lambda: post(http, "/crossings", departure())) for _ in range(10)))
    await asyncio.gather(*asleep)
    await recorded(http, departure())


async def test_a_command_that_was_answered_too_early_is_recorded_once(border: Served) -> None:
    running, http = border
    body, key = departure(), str(uuid4())
    async with running.runtime.pool.acquire() as connection, connection.transaction():
        # The commit waits for this transaction, longer than its caller does.
        await connection.execute("LOCK TABLE idempotency IN SHARE MODE")
        await unavailable(lambda: post(http, "/crossings", body, key=key))
    answer = await post(http, "/crossings", body, key=key)
    assert answer.status_code == 201, answer.text
    rows = await running.runtime.pool.fetch(
        "SELECT version FROM events WHERE stream = $1", answer.json()["stream"]
    )
    assert len(rows) == 1


async def test_an_upload_that_waits_for_its_bytes_holds_no_connection(border: Served) -> None:
    running, http = border
    pool = running.runtime.pool
    arrived, complete = asyncio.Event(), asyncio.Event()

    async def content() -> AsyncIterator[bytes]:
        yield ndjson([returned()])
        arrived.set()
        await complete.wait()
        yield ndjson([returned()])

    async def connections() -> int:
        found: int = await pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = $1",
            running.service.name,
        )
        return found

    before = await connections()
    sending = asyncio.create_task(
        http.post("/crossings/bulk", content=content(), headers={**headers("poipet", key="slow"), **UPLOAD})
    )
    await arrived.wait()
    await until(lambda: locked(running))
    assert await connections() <= before
    second = await http.post(
        "/crossings/bulk", content=b"", headers={**headers("poipet", key="slow"), **UPLOAD}
    )
    assert second.status_code == 409
    complete.set()
    assert (await sending).status_code == 200
    assert not await locked(running)


async def locked(running: RunningService) -> bool:
    found: bool = await running.runtime.pool.fetchval(
        "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND a.application_name = 'domnaer border monitor')"
    )
    return found
