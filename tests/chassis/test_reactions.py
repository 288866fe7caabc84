"""The reactor on a real PostgreSQL: effects happen once, concurrent changes are retried, poison is isolated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
import pytest_asyncio

from chassis.base.clock import Clock
from chassis.commands.runtime import Runtime
from chassis.projections.reader import Poison, ReceivedEvent
from chassis.reactions.effects import Effect, HandlerContext
from chassis.reactions.inbox import Inbox, nodes_of
from chassis.reactions.reactor import Prepared, Reactor
from chassis.store.append import ConcurrentAppend
from chassis.store.audit import Audit
from chassis.store.decider import Decider
from chassis.store.event_store import EventStore
from chassis.store.monitor import DatabaseMonitor
from chassis.store.persons import Handles, PersonCodec
from contracts import recruitment
from contracts.catalogue import catalogue
from contracts.codes.employment import TerminationReason
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.command import Circumstances
from contracts.envelope import Event, Fact, Recorded
from contracts.person import ClearPerson, SealedPerson
from contracts.recruitment import EmploymentContractApproved, EmploymentContractTerminated
from contracts.refusal import Refusal
from contracts.reintegration import CounsellingSessionHeld, EventCorrected, EventVoided, NeedsRecorded
from contracts.rulings import effective
from tests.conftest import FreshService

RECORDED = Recorded(by="officer", office="MOLVT", how=HowRecorded.PAPER)
AT = datetime(2014, 6, 13, 2, tzinfo=UTC)
TOPIC = recruitment.TOPIC
Make = Callable[..., Awaitable[FreshService]]


class TooLong(Refusal):
    """Nobody talks that long"""

    code = "too-long"


def held(state: int, received: Event[Any], at: Circumstances) -> Sequence[Fact]:
    """Record as many minutes as the number of the month; December is refused."""
    if received.facts.ended_on.month == 12:
        raise TooLong("December")
    return [CounsellingSessionHeld(recorded=at.recorded, minutes=received.facts.ended_on.month)]


talks: Decider[int] = Decider(noun="talk", initial=0, decide=lambda *_: (), evolve=lambda state, _: state + 1)


def hold_talk(ended: Event[Any], context: HandlerContext) -> Effect | None:
    """Hold a talk for each employment that ended, unless the worker died."""
    if ended.facts.reason is TerminationReason.DEATH:
        return None
    approved = any(isinstance(event.facts, EmploymentContractApproved) for event in context.standing)
    return Effect(
        talks,
        uuid5(ended.id, "talk"),
        held,
        person=ended.person,
        handles=ended.handles if approved else (),
        stays=lambda state: state > 1,
    )


@dataclass
class ServiceWithReaction:
    """A service with one reaction."""

    runtime: Runtime
    reactions: Reactor

    async def prepare(self, *events: Event[Fact]) -> tuple[list[ReceivedEvent], Prepared]:
        page = [ReceivedEvent(event, TOPIC, 0, nth, b"") for nth, event in enumerate(events)]
        return page, await self.reactions.prepare(self.runtime.pool, page, [])

    async def apply(self, page: Sequence[ReceivedEvent], prepared: Prepared) -> None:
        async with self.runtime.pool.acquire() as connection, connection.transaction():
            await self.reactions.apply(connection, page, [], prepared)

    async def receive(self, *events: Event[Fact]) -> None:
        await self.apply(*await self.prepare(*events))
        await self.reactions.applied()

    async def recorded(self, ended: Event[Fact]) -> list[Event[Any]]:
        return await self.runtime.store.load(talks.stream(uuid5(ended.id, "talk")))


@pytest_asyncio.fixture(loop_scope="session")
async def machine(fresh_service: Make) -> AsyncIterator[ServiceWithReaction]:
    fresh = await fresh_service("reacting")
    store = EventStore(fresh.pool, catalogue(), PersonCodec())
    runtime = Runtime(
        service="reintegration",
        settings=fresh.settings,
        pool=fresh.pool,
        monitor=DatabaseMonitor(fresh.dsn, fresh.name),
        catalogue=catalogue(),
        store=store,
        handles=Handles(b"a key of the handles for tests alone"),
        audit=Audit(fresh.pool),
        clock=Clock(),
        deciders={"talk": talks},
    )
    table = {EmploymentContractTerminated: hold_talk}
    reactions = Reactor(
        runtime, "reintegration.talks", [TOPIC], table, office="NEA", beside=[EmploymentContractApproved]
    )
    yield ServiceWithReaction(runtime, reactions)


def event(stream: str, version: int, facts: Fact, **other: Any) -> Event[Fact]:
    usual: dict[str, Any] = {
        "id": uuid4(),
        "stream": stream,
        "version": version,
        "occurred_at": AT,
        "recorded_at": AT,
        "facts": facts,
        "person": None,
        "handles": (),
        "correlation_id": uuid4(),
    }
    return Event(**usual | other)


def ended(month: int = 6, **other: Any) -> Event[Fact]:
    reason = other.pop("reason", TerminationReason.COMPLETED)
    facts = EmploymentContractTerminated(
        recorded=RECORDED, ended_on=AT.date().replace(month=month), reason=reason
    )
    return event(other.pop("stream", f"employment-contract-{uuid4()}"), 2, facts, **other)


def ruled(of: Event[Fact], version: int, month: int | None = None) -> Event[Fact]:
    common: dict[str, Any] = {
        "recorded": RECORDED,
        "names": of.id,
        "named_type": of.type,
        "first_recorded_at": AT,
        "reason": CorrectionReason.WRONG_TIME,
    }
    if month is None:
        return event(of.stream, version, recruitment.EventVoided(**common))
    facts = of.facts.model_copy(update={"ended_on": AT.date().replace(month=month)})
    return event(
        of.stream, version, recruitment.EventCorrected(**common, restated={"type": of.type, "facts": facts})
    )


def minutes(history: Sequence[Event[Any]]) -> list[int]:
    return [event.facts.minutes for event in effective(history)]


async def test_it_receives_the_facts_of_its_table_those_beside_it_and_their_rulings(
    machine: ServiceWithReaction,
) -> None:
    assert machine.reactions.event_types == {
        "domnaer.recruitment.employment_contract_terminated.v1",
        "domnaer.recruitment.employment_contract_approved.v1",
        "domnaer.recruitment.event_voided.v1",
        "domnaer.recruitment.event_corrected.v1",
    }


async def test_an_effect_is_recorded_once_however_often_its_cause_is_received(
    machine: ServiceWithReaction,
) -> None:
    cause = ended(person=SealedPerson(evidence_id=uuid4(), key="k", ciphertext="AAAA"))
    for _ in range(3):
        await machine.receive(cause)
    (talk,) = await machine.recorded(cause)
    assert talk.causation_id == cause.id
    assert talk.correlation_id == cause.correlation_id
    assert talk.person == cause.person
    assert talk.facts.recorded == Recorded(by="reintegration", office="NEA", how=HowRecorded.PAPER)


async def test_a_page_of_many_is_decided_in_its_order(machine: ServiceWithReaction) -> None:
    causes = [ended(month) for month in range(1, 12)]
    rulings = [ruled(cause, 3, month=11) for cause in causes]
    await machine.receive(*causes, *rulings, *(ruled(cause, 4) for cause in causes[:3]))
    assert [minutes(await machine.recorded(cause)) for cause in causes] == [[]] * 3 + [[11]] * 8


async def test_two_processes_that_prepare_the_same_page_record_it_once(machine: ServiceWithReaction) -> None:
    cause = ended()
    one, other = await machine.prepare(cause), await machine.prepare(cause)
    await machine.apply(*one)
    with pytest.raises(ConcurrentAppend):
        await machine.apply(*other)
    await machine.receive(cause)
    assert len(await machine.recorded(cause)) == 1


async def test_a_dead_letter_replayed_during_live_reading_loses_nothing(machine: ServiceWithReaction) -> None:
    cause = ended()
    live, replayed = await machine.prepare(ruled(cause, 3)), await machine.prepare(cause)
    outcomes = await asyncio.gather(machine.apply(*live), machine.apply(*replayed), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConcurrentAppend", "NoneType"]
    for page, outcome in zip((live[0], replayed[0]), outcomes, strict=True):
        if outcome is not None:
            await machine.receive(*(received.event for received in page))
    history = await machine.recorded(cause)
    assert len(history) == 2
    assert minutes(history) == []


async def test_a_record_that_changed_meanwhile_is_decided_again(machine: ServiceWithReaction) -> None:
    cause = ended()
    await machine.receive(cause)
    prepared = await machine.prepare(ruled(cause, 3))
    needs = NeedsRecorded(recorded=RECORDED, needs=("credit",))
    (talk,) = await machine.recorded(cause)
    await _append(machine, event(talk.stream, 2, needs))
    with pytest.raises(ConcurrentAppend):
        await machine.apply(*prepared)
    await machine.receive(*(received.event for received in prepared[0]))
    history = await machine.recorded(cause)
    assert [type(each.facts) for each in history] == [CounsellingSessionHeld, NeedsRecorded], (
        "people worked on it: it stays"
    )


async def test_without_a_withdrawal_of_its_own_an_effect_is_voided_and_comes_back(
    machine: ServiceWithReaction,
) -> None:
    cause = ended()
    await machine.receive(cause, ruled(cause, 3))
    assert minutes(await machine.recorded(cause)) == []
    await machine.receive(ruled(cause, 4, month=9))
    history = await machine.recorded(cause)
    assert [type(each.facts) for each in history] == [CounsellingSessionHeld, EventVoided, EventCorrected]
    assert minutes(history) == [9]
    await machine.receive(ruled(cause, 5))
    assert minutes(await machine.recorded(cause)) == []


async def test_facts_beside_the_table_are_used_even_if_they_arrive_later(
    machine: ServiceWithReaction,
) -> None:
    cause = ended(handles=("ab" * 16,))
    await machine.receive(cause)
    assert (await machine.recorded(cause))[0].handles == ()
    await machine.receive(event(cause.stream, 1, EmploymentContractApproved(recorded=RECORDED)))
    (talk,) = effective(await machine.recorded(cause))
    assert talk.handles == ("ab" * 16,)


async def test_an_event_without_effect_is_kept(machine: ServiceWithReaction) -> None:
    cause = ended(reason=TerminationReason.DEATH)
    await machine.receive(cause)
    assert await machine.recorded(cause) == []
    assert (await machine.reactions.log.load(machine.runtime.pool, [cause.stream]))[cause.stream][
        0
    ].id == cause.id


async def test_an_event_that_a_decision_refuses_is_poison_by_itself(machine: ServiceWithReaction) -> None:
    good, bad = ended(6), ended(12)
    with pytest.raises(Poison) as poison:
        await machine.prepare(good, bad)
    assert poison.value.event_id == bad.id
    assert poison.value.detail == "TooLong: December"
    await machine.receive(good)
    assert minutes(await machine.recorded(good)) == [6]


async def test_received_events_are_read_back_whole(machine: ServiceWithReaction) -> None:
    cause = ended(person=ClearPerson(evidence_id=uuid4()), handles=("cd" * 16,))
    await machine.receive(cause)
    log = machine.reactions.log
    (found,) = (await log.load(machine.runtime.pool, [cause.stream]))[cause.stream]
    assert found == cause
    assert nodes_of(cause) == {UUID("cd" * 16), UUID(cause.stream[-36:])}
    assert await log.standing_of(machine.runtime.pool, [UUID("cd" * 16)]) == [[cause]]
    without = Inbox("other", catalogue(), PersonCodec())
    await machine.runtime.store.commit([], without.keep([cause]))
    (bare,) = (await without.load(machine.runtime.pool, [cause.stream]))[cause.stream]
    assert bare == replace(cause, person=None)


async def _append(machine: ServiceWithReaction, *events: Event[Fact]) -> None:
    await machine.runtime.store.commit(events)
