"""A screening is published with the other events of the border, and the registry does not take it in: with a real broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer

from chassis.base.kafka import OPERATOR, client_arguments
from chassis.base.settings import Settings
from chassis.projections.offsets import Offsets
from contracts import border
from services.registry.projections.timeline import READER, Timelines
from tests.conftest import headers
from tests.registry.events import new_passport
from tests.registry.running_services import BorderAndRegistry, open_services, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def services(settings: Settings, token_of: Callable[..., str]) -> AsyncIterator[BorderAndRegistry]:
    async with open_services(settings, token_of) as running:
        yield running


async def published_and_received(services: BorderAndRegistry, event_id: str) -> bool:
    """Return whether an event is on the border's topic, and the registry has read that topic to its present end."""
    consumer = AIOKafkaConsumer(
        border.TOPIC,
        **client_arguments(services.settings, OPERATOR),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    found = False
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(each) < end for each, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found |= any(dict(each.headers).get("ce_id") == event_id.encode() for each in records)
    finally:
        await consumer.stop()
    live = services.registry.opened_as(Timelines).live
    marks = await Offsets(READER, live.build).read(live.pool)
    return found and all(marks[each].next_offset >= end for each, end in ends.items() if end)


async def test_a_screening_is_published_and_changes_nothing_of_the_worker(
    services: BorderAndRegistry, token_of: Callable[..., str]
) -> None:
    passport = new_passport()
    await services.cross("departure", passport, at="2013-06-13T08:00:00+07:00")
    crossing_id = await services.cross("return", passport)
    number = await services.number(passport)
    await services.events(number, 2)

    async def shown() -> dict[str, Any]:
        answer: dict[str, Any] = (await services.ask(number)).json()
        return {name: value for name, value in answer.items() if name != "at"}

    before, who = await shown(), await services.published()
    asked = {
        "occurred_at": datetime.now(UTC).isoformat(),
        "crossing_id": str(crossing_id),
        "ended": "answered",
        "referrals": [{"office": "mosvy", "help": "protection", "consent": "spoken"}],
    }
    token = token_of("border.screening.record", person=f"desk-{uuid4().hex[:6]}")
    answer = await services.http.post("/border/screenings", json=asked, headers=headers(token))
    assert answer.status_code == 201, answer.text
    event_id = answer.json()["events"][0]
    voided = await services.http.post(
        f"/border/events/{event_id}/void",
        json={"reason": "mistyped"},
        headers=headers(token_of("border.event.correct", person=f"chief-{uuid4().hex[:6]}")),
    )
    assert voided.status_code == 404, voided.text  # another person, who may correct the records of every post

    async def received() -> bool:
        return await published_and_received(services, event_id)

    await until(received, seconds=120)
    await services.settled()
    assert await shown() == before and await services.published() == who
    taken = "SELECT count(*) FROM facts WHERE type LIKE '%screening%'"
    assert await services.live.pool.fetchval(taken) == 0
