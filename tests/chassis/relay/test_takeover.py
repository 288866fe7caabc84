"""Only one relay of a source is active; a relay that loses its connection or is replaced loses no event."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from chassis.outbox.incarnations import Deposed, begin_incarnation, get_cursor, move_cursor
from chassis.outbox.relay import Relay
from chassis.outbox.source import EventSource
from chassis.store.event_store import EventStore
from tests.chassis.relay.running_relays import (
    Fresh,
    ids,
    incarnations,
    published,
    record,
    records_of,
    running_relays,
    store_on,
    until,
)
from tests.conftest import FreshService

CHILD = "tests.chassis.relay.child"


async def test_of_two_relays_one_is_active_and_the_other_takes_over_when_the_first_is_cut_off(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("two")
    store = store_on(service.pool)
    relays = [
        Relay(EventSource(service.name, topic=service.topic), service.settings, service.dsn, page=50)
        for _ in range(2)
    ]
    expected: list[UUID] = []
    async with running_relays(*relays):
        await until(lambda: any(relay.active for relay in relays))
        expected += await record(store, 500)
        await published(relays[0])
        await asyncio.sleep(0.7)
        assert [relay.active for relay in relays].count(True) == 1
        writing = asyncio.create_task(_record_slowly(store, 1_000))
        for _ in range(3):
            await asyncio.sleep(0.3)
            cut_off = next(relay for relay in relays if relay.active)
            await _cut_off(service)
            await until(partial(_is_not_active, cut_off))
            await until(lambda: any(relay.active for relay in relays))
        expected += await writing
        await published(relays[0])
    found = ids(await records_of(service.settings, service.topic))
    assert set(found) == set(expected)
    assert incarnations(await records_of(service.settings, service.topic)) == {1}


async def test_a_relay_that_is_cut_off_again_and_again_waits_longer_each_time(fresh_service: Fresh) -> None:
    service = await fresh_service("unsteady")
    relay = Relay(EventSource(service.name, topic=service.topic), service.settings, service.dsn)
    waits: list[float] = []

    def find_waits(more_than: int) -> bool:
        waits[:] = [line["seconds"] for line in logs if line["event"] == "relay_retrying"]
        return len(waits) > more_than

    with capture_logs() as logs:
        async with running_relays(relay):
            for nth in range(6):
                await until(lambda: relay.active and relay.trouble is None)  # it found nothing to publish
                await _cut_off(service)
                await until(partial(find_waits, nth))
    assert waits[-1] > 1, waits


def _is_not_active(relay: Relay) -> bool:
    return not relay.active


async def _record_slowly(store: EventStore, count: int) -> list[UUID]:
    made: list[UUID] = []
    for _ in range(count // 20):
        made += await record(store, 20)
        await asyncio.sleep(0.03)
    return made


async def _cut_off(service: FreshService) -> None:
    """End the session that holds the relay's lock."""
    await service.pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON database = pg_database.oid"
        " WHERE locktype = 'advisory' AND granted AND datname = $1",
        service.name,
    )


async def test_a_replaced_relay_moves_no_cursor(fresh_service: Fresh) -> None:
    service = await fresh_service("deposed")
    source = EventSource(service.name, topic=service.topic)
    async with service.pool.acquire() as connection:
        old = await begin_incarnation(connection, source, await get_cursor(connection, source), 4)
        await move_cursor(connection, source, old, ("900", 3), 3, {})
        with pytest.raises(Deposed):
            await move_cursor(connection, source, old, ("950", 9), 9, {})
        with pytest.raises(Deposed):
            await begin_incarnation(connection, source, old, 4)
        now = await get_cursor(connection, source)
    assert (now.incarnation, now.position, now.published) == (1, ("900", 3), 3)


@pytest.mark.parametrize("step", ["sent", "acknowledged", "moved"])
async def test_a_crash_between_publishing_and_moving_the_cursor_only_repeats_events(
    fresh_service: Fresh, step: str
) -> None:
    service = await fresh_service("crash")
    expected = await record(store_on(service.pool), 300)
    for nth in (1, 2):
        child = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", CHILD, service.name, service.topic, service.dsn, step, str(nth)],
            env={**os.environ, **service.settings.environ()},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert child.returncode == 42, child.stderr.decode()
    relay = Relay(EventSource(service.name, topic=service.topic), service.settings, service.dsn)
    async with running_relays(relay):
        await published(relay)
    topic = await records_of(service.settings, service.topic)
    assert set(ids(topic)) == set(expected)
    assert incarnations(topic) == {1}
    repeated = sum(Counter(ids(topic)).values()) - len(expected)
    # Two pages of 60 may be under way at once, and two processes ended.
    assert repeated <= 240
    if step == "moved":
        assert repeated <= 120


async def test_a_cancelled_relay_continues_after_the_last_acknowledged_event(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("stopped")
    expected = await record(store_on(service.pool), 2_000)
    for _ in range(4):
        reached = asyncio.Event()
        relay = Relay(
            EventSource(service.name, topic=service.topic),
            service.settings,
            service.dsn,
            page=100,
            at_step=partial(_set_when_moved, reached),
        )
        async with running_relays(relay):
            await reached.wait()
    relay = Relay(EventSource(service.name, topic=service.topic), service.settings, service.dsn)
    async with running_relays(relay):
        await published(relay)
    assert set(ids(await records_of(service.settings, service.topic))) == set(expected)


def _set_when_moved(reached: asyncio.Event, step: str) -> None:
    if step == "moved":
        reached.set()
