"""The reaction's reader on a real PostgreSQL: once however often, retried when overtaken, poison told apart."""

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
from chassis.store.audit import Audit
from chassis.store.decider import Decider
from chassis.store.event_store import ConcurrentAppend, EventStore
from chassis.store.handles import Handles
from chassis.store.persons import PersonCodec
from contracts import recruitment
from contracts.catalogue import catalogue
from contracts.codes.reasons import CorrectionReason, HowRecorded, TerminationReason
from contracts.command import Circumstances
from contracts.envelope import ClearPerson, Event, Fact, Recorded, SealedPerson
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


def held(state: int, heard: Event[Any], at: Circumstances) -> Sequence[Fact]:
    """As many minutes as the month of the end; a December is refused."""
    if heard.facts.ended_on.month == 12:
        raise TooLong("December")
    return [CounsellingSessionHeld(recorded=at.recorded, minutes=heard.facts.ended_on.month)]


talks: Decider[int] = Decider(noun="talk", initial=0, decide=lambda *_: (), evolve=lambda state, _: state + 1)


def hold_talk(ended: Event[Any], around: HandlerContext) -> Effect | None:
    """A talk for each employment that ended, unless the worker died."""
    if ended.facts.reason is TerminationReason.DEATH:
        return None
    approved = any(isinstance(event.facts, EmploymentContractApproved) for event in around.standing)
    return Effect(
        talks,
        uuid5(ended.id, "talk"),
        held,
        person=ended.person,
        handles=ended.handles if approved else (),
        stays=lambda state: state > 1,
    )


@dataclass
class LocalMachine:
    """A service with one reaction."""

    runtime: Runtime
    reactions: Reactor

    async def prepare(self, *events: Event[Fact]) -> tuple[list[ReceivedEvent], Prepared]:
        page = [ReceivedEvent(event, TOPIC, 0, nth, b"") for nth, event in enumerate(events)]
        return page, await self.reactions.prepare(self.runtime.pool, page, [])

    async def apply(self, page: Sequence[ReceivedEvent], prepared: Prepared) -> None:
        async with self.runtime.pool.acquire() as connection, connection.transaction():
            await self.reactions.apply(connection, page, [], prepared)

    async def hear(self, *events: Event[Fact]) -> None:
        await self.apply(*await self.prepare(*events))
        await self.reactions.applied()

    async def recorded(self, ended: Event[Fact]) -> list[Event[Any]]:
        return await self.runtime.store.load(talks.stream(uuid5(ended.id, "talk")))


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_service: Make) -> AsyncIterator[LocalMachine]:
    fresh = await fresh_service("reacting")
    store = EventStore(fresh.pool, catalogue(), PersonCodec())
    runtime = Runtime(
        service="reintegration",
        settings=fresh.settings,
        pool=fresh.pool,
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
    yield LocalMachine(runtime, reactions)


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


async def test_it_hears_its_table_what_stands_beside_and_the_rulings(house: LocalMachine) -> None:
    assert house.reactions.event_types == {
        "domnaer.recruitment.employment_contract_terminated.v1",
        "domnaer.recruitment.employment_contract_approved.v1",
        "domnaer.recruitment.event_voided.v1",
        "domnaer.recruitment.event_corrected.v1",
    }


async def test_an_effect_is_recorded_once_however_often_it_is_heard(house: LocalMachine) -> None:
    cause = ended(person=SealedPerson(evidence_id=uuid4(), key="k", ciphertext="AAAA"))
    for _ in range(3):
        await house.hear(cause)
    (talk,) = await house.recorded(cause)
    assert talk.causation_id == cause.id
    assert talk.correlation_id == cause.correlation_id
    assert talk.person == cause.person
    assert talk.facts.recorded == Recorded(by="reintegration", office="NEA", how=HowRecorded.PAPER)


async def test_a_page_of_many_is_decided_in_its_order(house: LocalMachine) -> None:
    causes = [ended(month) for month in range(1, 12)]
    rulings = [ruled(cause, 3, month=11) for cause in causes]
    await house.hear(*causes, *rulings, *(ruled(cause, 4) for cause in causes[:3]))
    assert [minutes(await house.recorded(cause)) for cause in causes] == [[]] * 3 + [[11]] * 8


async def test_two_who_take_the_same_page_record_it_once(house: LocalMachine) -> None:
    cause = ended()
    one, other = await house.prepare(cause), await house.prepare(cause)
    await house.apply(*one)
    with pytest.raises(ConcurrentAppend):
        await house.apply(*other)
    await house.hear(cause)
    assert len(await house.recorded(cause)) == 1


async def test_a_letter_taken_up_beside_the_live_reading_loses_nothing(house: LocalMachine) -> None:
    cause = ended()
    live, replayed = await house.prepare(ruled(cause, 3)), await house.prepare(cause)
    outcomes = await asyncio.gather(house.apply(*live), house.apply(*replayed), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConcurrentAppend", "NoneType"]
    for page, outcome in zip((live[0], replayed[0]), outcomes, strict=True):
        if outcome is not None:
            await house.hear(*(heard.event for heard in page))
    history = await house.recorded(cause)
    assert len(history) == 2
    assert minutes(history) == []


async def test_a_record_that_went_on_meanwhile_is_decided_again(house: LocalMachine) -> None:
    cause = ended()
    await house.hear(cause)
    prepared = await house.prepare(ruled(cause, 3))
    needs = NeedsRecorded(recorded=RECORDED, needs=("credit",))
    (talk,) = await house.recorded(cause)
    await _append(house, event(talk.stream, 2, needs))
    with pytest.raises(ConcurrentAppend):
        await house.apply(*prepared)
    await house.hear(*(heard.event for heard in prepared[0]))
    history = await house.recorded(cause)
    assert [type(each.facts) for each in history] == [CounsellingSessionHeld, NeedsRecorded], (
        "others worked on it: it stays"
    )


async def test_without_a_withdrawal_of_its_own_an_effect_is_voided_and_comes_back(
    house: LocalMachine,
) -> None:
    cause = ended()
    await house.hear(cause, ruled(cause, 3))
    assert minutes(await house.recorded(cause)) == []
    await house.hear(ruled(cause, 4, month=9))
    history = await house.recorded(cause)
    assert [type(each.facts) for each in history] == [CounsellingSessionHeld, EventVoided, EventCorrected]
    assert minutes(history) == [9]
    await house.hear(ruled(cause, 5))
    assert minutes(await house.recorded(cause)) == []


async def test_what_stands_beside_is_looked_at_also_when_it_comes_later(house: LocalMachine) -> None:
    cause = ended(handles=("ab" * 16,))
    await house.hear(cause)
    assert (await house.recorded(cause))[0].handles == ()
    await house.hear(event(cause.stream, 1, EmploymentContractApproved(recorded=RECORDED)))
    (talk,) = effective(await house.recorded(cause))
    assert talk.handles == ("ab" * 16,)


async def test_what_has_no_effect_is_kept_all_the_same(house: LocalMachine) -> None:
    cause = ended(reason=TerminationReason.DEATH)
    await house.hear(cause)
    assert await house.recorded(cause) == []
    assert (await house.reactions.log.load(house.runtime.pool, [cause.stream]))[cause.stream][
        0
    ].id == cause.id


async def test_what_a_decision_refuses_is_poison_by_itself(house: LocalMachine) -> None:
    good, bad = ended(6), ended(12)
    with pytest.raises(Poison) as poison:
        await house.prepare(good, bad)
    assert poison.value.event_id == bad.id
    assert poison.value.detail == "TooLong: December"
    await house.hear(good)
    assert minutes(await house.recorded(good)) == [6]


async def test_what_was_heard_is_read_back_whole(house: LocalMachine) -> None:
    cause = ended(person=ClearPerson(evidence_id=uuid4()), handles=("cd" * 16,))
    await house.hear(cause)
    log = house.reactions.log
    (found,) = (await log.load(house.runtime.pool, [cause.stream]))[cause.stream]
    assert found == cause
    assert nodes_of(cause) == {UUID("cd" * 16), UUID(cause.stream[-36:])}
    assert await log.standing_of(house.runtime.pool, [UUID("cd" * 16)]) == [[cause]]
    without = Inbox("other", catalogue(), PersonCodec())
    await house.runtime.store.commit([], without.keep([cause]))
    (bare,) = (await without.load(house.runtime.pool, [cause.stream]))[cause.stream]
    assert bare == replace(cause, person=None)


async def _append(house: LocalMachine, *events: Event[Fact]) -> None:
    await house.runtime.store.commit(events)
