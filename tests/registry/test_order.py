"""The same events, in any order, any batching, repeated, over any number of readers: the same timelines, byte for byte.

Histories of a few people: crossings with or without documents, employment contracts, cases made from other records,
and corrections, corrections of corrections and voids of any of them; in half of them sexes and birth dates contradict each
other, so that blocks are parted. The result is compared with a registry that
received all events at once, with one that was rebuilt in slices, and with the definition of worker numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.base.settings import Settings
from contracts.envelope import Event, Fact, Ruling
from contracts.rulings import effective
from services.registry.identity.evidence import about_of, components, stream_node
from services.registry.identity.parting import Evidence, part
from services.registry.projections.reading import fold_worker
from tests.registry.events import Record, after, birth, passport
from tests.registry.evidence import evidence
from tests.registry.registry import Build, empty_registry

PASSPORTS = [passport(f"N000000{nth}") for nth in range(5)]
NAMES = ["SOK Chanthy", "KEO Dara", None]
BIRTHS = [None, None, birth("1990-04-03"), birth("1990-01-01", "year"), birth("1996-02-01")]
Page = tuple[int, list[Event[Fact]], bool]
"""Which of two readers takes it, what it holds, and whether the settler comes by afterwards."""


@st.composite
def histories(draw: st.DrawFn) -> list[Event[Fact]]:
    """Return events of a few people in the order of their streams."""
    record = Record()
    originals: list[Event[Fact]] = []
    contradicting = draw(st.booleans())

    def some(most: int) -> list[Any]:
        return draw(st.lists(st.sampled_from(PASSPORTS), max_size=most, unique_by=id))

    def one_mostly() -> list[Any]:
        return [draw(st.sampled_from(PASSPORTS))] if draw(st.integers(0, 3)) else some(2)

    def how() -> dict[str, Any]:
        days = draw(st.integers(0, 300))
        return {"days": days, "noted": draw(st.integers(days - 2, days + 100))}

    def who() -> dict[str, Any]:
        if not contradicting:
            return {}
        return {"sex": draw(st.sampled_from([2, 2, 1, 0])), "born": draw(st.sampled_from(BIRTHS))}

    def about() -> str | None:
        return draw(st.sampled_from([*sorted({event.stream for event in originals}), None]))

    for _ in range(draw(st.integers(4, 9))):
        act = draw(st.sampled_from(["case", "ruling", "crossing", "contract", "ruling", "crossing", "case"]))
        name = draw(st.sampled_from(NAMES))
        if act == "crossing":
            kind = draw(st.sampled_from([record.departure, record.back, record.deported, record.crossed]))
            originals.append(kind(*one_mostly(), name=name, **how(), **who()))
        elif act == "contract":
            contract = record.contract(*some(1), name=name, **how(), **who())
            originals.append(contract)
            for follows in draw(
                st.sampled_from([(), (record.approved,), (record.approved, record.terminated)])
            ):
                originals.append(follows(contract.stream, **how()))
        elif act == "case":
            case = record.case(
                *(some(1) if draw(st.booleans()) else []), name=name, about=about(), **how(), **who()
            )
            originals.append(case)
            if draw(st.booleans()):
                originals.append(record.acted(case.stream, **how()))
            if draw(st.booleans()):
                originals.append(record.identified(case.stream, *some(1), about=about(), **how()))
        elif originals:
            named = draw(st.sampled_from(originals))
            if draw(st.booleans()):
                record.void(named, **how())
            else:
                person = (
                    record.person(one_mostly(), name, birth=who().get("born"))
                    if draw(st.booleans())
                    else None
                )
                record.correct(named, person=person, days=draw(st.sampled_from([None, 5, 250])))
    return record.made


def deliver(events: Sequence[Event[Fact]], chance: Random) -> list[Page]:
    """Return the events shuffled, some of them twice, in pages for one or two readers."""
    delivered = [*events, *(event for event in events if chance.random() < 0.2)]
    chance.shuffle(delivered)
    readers, longest = chance.choice([1, 2]), chance.choice([1, 2, 4, 20])
    pages: list[Page] = []
    while delivered:
        page, delivered = delivered[:longest], delivered[longest:]
        pages.append((chance.randrange(readers), page, chance.random() < 0.7))
    return pages


def expected(events: Sequence[Event[Fact]]) -> list[list[UUID]]:
    """Return the expected workers by definition: standing events joined by their documents and records, then parted."""
    streams: dict[str, list[Event[Fact]]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    standing = [event for stream in streams.values() for event in effective(stream)]
    links = []
    pieces = evidence(events)
    for event in standing:
        names = [*event.handles, stream_node(event.stream)]
        if (made_from := about_of(event.facts)) is not None:
            names.append(stream_node(made_from))
        links += [(names[0], other) for other in names]
    place = {node: nth for nth, block in enumerate(components([], links)) for node in block}
    blocks: dict[int, list[Evidence]] = {}
    for each in pieces:
        if each.node.hex in place:
            blocks.setdefault(place[each.node.hex], []).append(each)
    return sorted(
        sorted({each.names for each in block if each.valid and each.stream in share.streams})
        for block in blocks.values()
        for share in part(block)
    )


async def found(build: Build) -> list[list[UUID]]:
    """Return the settled worker numbers."""
    workers = [
        await fold_worker(build.pool, [await build.node_of(number)], number)
        for number in await build.numbers()
    ]
    return sorted(
        sorted(moment.event_id for moment in worker.events) for worker in workers if worker is not None
    )


async def travel(build: Build, pages: Sequence[Page], batch: int) -> None:
    """Process the pages of both readers concurrently; the settler runs from time to time."""
    settler = asyncio.Lock()

    async def read(reader: int) -> None:
        for of, events, settle in pages:
            if of == reader:
                await build.receive(*events)
                if settle:
                    async with settler:
                        await build.settle_all(batch=batch)

    await asyncio.gather(read(0), read(1))
    await build.settle_all(batch=batch)


@dataclass
class Three:
    """Three registries: one receives all events at once, one in another way, and one is rebuilt."""

    at_once: Build
    on_the_way: Build
    rebuilt: Build


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def three(settings: Settings) -> AsyncIterator[Three]:
    async with empty_registry(settings) as registry:
        on_the_way = await registry.build()
        yield Three(await registry.build(), on_the_way, await registry.build())


@given(st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_order_batching_repetition_and_readers_do_not_matter(three: Three, data: st.DataObject) -> None:
    events = data.draw(histories())
    chance = Random(data.draw(st.integers(0, 2**32)))
    for build in (three.at_once, three.rebuilt):
        await build.empty()
    await three.at_once.receive(*events)
    await three.at_once.settle_all(publishing=False)
    assert await found(three.at_once) == expected(events)
    digest = await three.at_once.digest()

    await three.rebuilt.rebuild(
        chance.sample(events, len(events)),
        again=chance.sample(events, chance.choice([0, 1, len(events)])),
        processes=2,
        size=chance.choice([1, 3, 50]),
    )
    assert await three.rebuilt.digest() == digest
    for _ in range(3):
        await three.on_the_way.empty()
        await travel(three.on_the_way, deliver(events, chance), batch=chance.choice([1, 2, 500]))
        assert await three.on_the_way.digest() == digest
    for as_of in (None, after(chance.randrange(300))):
        timelines = await three.at_once.timelines(as_of)
        assert await three.on_the_way.timelines(as_of) == timelines
        assert await three.rebuilt.timelines(as_of) == timelines
    assert await three.on_the_way.who() == await three.on_the_way.members()


@given(st.data())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_timeline_as_of_an_instant_is_the_one_that_was_settled_then(
    three: Three, data: st.DataObject
) -> None:
    """Events that were recorded later do not change an earlier timeline."""
    events = data.draw(histories())
    as_of = after(data.draw(st.integers(0, 400)))
    then = [event for event in events if event.recorded_at <= as_of]
    for build in (three.at_once, three.on_the_way):
        await build.empty()
    await three.at_once.receive(*events)
    await three.at_once.settle_all(publishing=False)
    await three.on_the_way.receive(*then)
    await three.on_the_way.settle_all()
    later = await three.at_once.timelines(as_of)
    assert {node: later[node] for node in await three.on_the_way.nodes()} == await three.on_the_way.timelines(
        as_of
    )


def test_rulings_are_among_what_is_tried() -> None:
    record = Record()
    crossing = record.departure(PASSPORTS[0])
    record.correct(crossing, days=3)
    record.correct(crossing, person=record.person([PASSPORTS[1]]))
    record.void(crossing, days=4)
    assert [isinstance(event.facts, Ruling) for event in record.made] == [False, True, True, True]
    assert [event.version for event in record.made] == [1, 2, 3, 4]
    assert record.made[3].handles == record.made[2].handles != crossing.handles
    assert expected(record.made[:2]) == [[crossing.id]]
    assert expected(record.made) == []
