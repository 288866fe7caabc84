"""Store, relay and projector under crashes at every step: nothing is lost and nothing takes effect twice.

A state machine takes random steps; the event loop stops between them. After any steps, a relay and a projector that run
undisturbed for a moment produce exactly one effect for each recorded event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chassis.base.settings import Settings
from chassis.outbox import relay as relays
from chassis.outbox.relay import Relay
from chassis.outbox.source import EventSource
from chassis.projections.builds import live_build
from chassis.projections.kafka_clients import find_partitions
from chassis.projections.projector import Projector
from chassis.projections.rebuild import rebuild
from chassis.projections.rebuild_plan import Plan
from chassis.projections.rebuild_steps import TopicIncomplete
from chassis.store.database import Pool, create_database, migrate, open_pool
from chassis.store.event_store import EventStore
from chassis.store.persons import PersonCodec
from contracts.envelope import Event, Fact
from domnaer.topics.access import ADMIN
from tests.chassis.projector.example import (
    FAST,
    RECORDED,
    TODAY,
    ProbeTopic,
    ThingCounted,
    Things,
    stored,
    until,
)

READER_TIMING = replace(FAST, idle=0.3, metadata=0.3)


class PowerCut(BaseException):
    """Raised where a crash ends the process."""


class World:
    """A service's events and topic, with the relays and projectors that work on them."""

    def __init__(self, given: Settings) -> None:
        self.settings = given.model_copy(update={"kafka_user": ADMIN})
        self.service = f"crash_{uuid4().hex[:10]}"
        self.topic_writer = ProbeTopic(self.settings, f"domnaer.{self.service}.v1", 2)
        self.relays: list[asyncio.Task[None]] = []
        self.projectors: list[asyncio.Task[None]] = []
        self.acknowledged: set[UUID] = set()
        self.pool: Pool

    async def open(self) -> None:
        """Make the database."""
        await create_database(self.settings, self.service)
        await migrate(self.settings, self.service, None)
        self.pool = await open_pool(self.settings.database(self.service))
        self.store = EventStore(self.pool, TODAY, PersonCodec())

    async def append(self, count: int, *, cut: bool) -> None:
        """Record events; with ``cut`` the process dies before it learns whether they are recorded."""
        events = [_event(n) for n in range(count)]
        writing = asyncio.create_task(self.store.commit(events))
        if cut:
            await asyncio.sleep(0.002)
            writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        if not writing.cancelled() and writing.exception() is None:
            self.acknowledged |= {each.id for each in events}

    def start_relay(self, dies_at: str | None = None) -> None:
        """A relay, perhaps one that dies at a step."""

        def at_step(step: str) -> None:
            if step == dies_at:
                raise PowerCut

        source = EventSource(self.service)
        dsn = self.settings.database(self.service)
        relay = Relay(source, self.settings, dsn, page=20, at_step=at_step)
        self.relays.append(asyncio.create_task(relay.run()))

    def start_projector(self, *, dies: bool = False, zombie: bool = False) -> None:
        """A projector, perhaps one that dies between effect and offsets, or that no group knows of."""
        reader = self.reader()

        async def die() -> None:
            raise PowerCut

        if dies:
            reader.before_commit = die
        share = (0, 1) if zombie else None
        projector = Projector(reader, self.pool, TODAY, self.settings, share=share, timing=READER_TIMING)
        self.projectors.append(asyncio.create_task(projector.run()))

    def reader(self) -> Things:
        """The reader, with builds."""
        reader = Things(self.topic_writer.topic, f"{self.service}.things")
        reader.projection = "things"
        return reader

    async def lose_topic(self) -> None:
        """The broker loses the topic."""
        if await self._there():
            await self.topic_writer.remove()
            await until(self._gone)

    async def rebuild(self, cut_after: float | None) -> None:
        """Rebuild and switch; with ``cut_after`` the process dies after this number of seconds."""
        if await live_build(self.pool, "things") is None:
            return
        plan = Plan(timing=READER_TIMING, near=20, every=0.02, tries=1, patience=0.5)
        working = asyncio.create_task(rebuild(self.reader(), self.pool, TODAY, self.settings, plan))
        await asyncio.wait({working}, timeout=cut_after if cut_after is not None else 20)
        working.cancel()
        outcome = (await asyncio.gather(working, return_exceptions=True))[0]
        if isinstance(outcome, Exception) and not isinstance(outcome, TopicIncomplete):
            raise outcome

    async def end(self, tasks: list[asyncio.Task[None]]) -> None:
        """All of these die now."""
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        tasks.clear()

    async def judge(self) -> None:
        """Run a relay and a projector undisturbed, and check that every event took effect once."""
        await self.end(self.relays)
        await self.end(self.projectors)
        self.start_relay()
        self.start_projector()
        recorded = {row[0] for row in await self.pool.fetch("SELECT event_id FROM events")}
        assert self.acknowledged <= recorded
        await until(lambda: self._effects_are(recorded))

    async def _effects_are(self, recorded: set[UUID]) -> bool:
        build = await live_build(self.pool, "things")
        if build is None:
            return False
        rows = [row[0] for row in await self.pool.fetch(f"SELECT event_id FROM things_{build}.things")]
        assert len(rows) == len(set(rows))
        assert set(rows) <= recorded
        assert not await self.pool.fetchval("SELECT count(*) FROM dead_letters")
        return set(rows) == recorded

    async def close(self) -> None:
        """Leave nothing running."""
        await self.end(self.relays)
        await self.end(self.projectors)
        await self.pool.close()

    async def _there(self) -> bool:
        return bool(await find_partitions(self.settings, ADMIN, [self.topic_writer.topic]))

    async def _gone(self) -> bool:
        return not await self._there()


def _event(number: int) -> Event[Fact]:
    row = stored(ThingCounted(recorded=RECORDED, number=number, unit="piece"))  # type: ignore[call-arg]
    return Event(
        id=row.event_id,
        stream=row.stream,
        version=1,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        facts=ThingCounted(recorded=RECORDED, number=number, unit="piece"),  # type: ignore[call-arg]
        person=None,
        handles=(),
        correlation_id=row.correlation_id,
    )


class Crashes(RuleBasedStateMachine):
    """Appends, starts, crashes, losses and switches in any order."""

    given_settings: Settings

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = World(self.given_settings)
        self.losses = 0

    def run(self, work: Coroutine[Any, Any, None], then: float = 0.0) -> None:
        """Let the loop run for this work and a moment more."""

        async def both() -> None:
            await work
            await asyncio.sleep(then)

        self.runner.run(both())

    @initialize()
    def open(self) -> None:
        self.run(self.world.open())

    @rule(count=st.integers(1, 60), cut=st.booleans(), then=st.sampled_from([0.0, 0.2]))
    def append(self, count: int, cut: bool, then: float) -> None:
        self.run(self.world.append(count, cut=cut), then)

    @precondition(lambda self: len(self.world.relays) < 2)
    @rule(
        dies_at=st.sampled_from([None, None, "sent", "acknowledged", "moved"]),
        then=st.sampled_from([0.0, 0.3, 0.7]),
    )
    def start_relay(self, dies_at: str | None, then: float) -> None:
        async def start() -> None:
            self.world.start_relay(dies_at)

        self.run(start(), then)

    @precondition(lambda self: self.world.relays)
    @rule()
    def kill_relays(self) -> None:
        self.run(self.world.end(self.world.relays))

    @precondition(lambda self: len(self.world.projectors) < 2)
    @rule(dies=st.booleans(), zombie=st.booleans(), then=st.sampled_from([0.0, 0.3, 0.7]))
    def start_projector(self, dies: bool, zombie: bool, then: float) -> None:
        async def start() -> None:
            self.world.start_projector(dies=dies, zombie=zombie)

        self.run(start(), then)

    @precondition(lambda self: self.world.projectors)
    @rule()
    def kill_projectors(self) -> None:
        self.run(self.world.end(self.world.projectors))

    @rule(then=st.sampled_from([0.1, 0.5]))
    def let_run(self, then: float) -> None:
        self.run(asyncio.sleep(0), then)

    @precondition(lambda self: self.losses < 2)
    @rule(then=st.sampled_from([0.0, 0.5]))
    def lose_the_topic(self, then: float) -> None:
        self.losses += 1
        self.run(self.world.lose_topic(), then)

    @rule(cut_after=st.sampled_from([None, 0.05, 0.3, 0.6]))
    def rebuild_and_switch(self, cut_after: float | None) -> None:
        self.run(self.world.rebuild(cut_after))

    def teardown(self) -> None:
        try:
            self.run(self.world.judge())
        finally:
            self.run(self.world.close())
            self.runner.close()


@pytest.mark.timeout(300)
def test_whatever_crashes_nothing_is_lost_and_nothing_takes_effect_twice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "CHECK_INTERVAL", 0.3)
    monkeypatch.setattr(relays, "RECHECK_DELAY", 0.1)

    class Here(Crashes):
        given_settings = settings

    run_state_machine_as_test(Here, settings=_FEW)


_FEW = settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
