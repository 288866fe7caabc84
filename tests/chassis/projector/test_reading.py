"""What is on the road takes effect once; what cannot be read waits and blocks nobody."""

from __future__ import annotations

import asyncio
from typing import Any

from chassis.outbox import cloudevents
from chassis.projections.dead_letters import discard, known_letters, list_letters
from chassis.projections.offsets import Offsets
from chassis.projections.replay import replay
from tests.chassis.projector.conftest import LocalMachine
from tests.chassis.projector.probe import (
    LATER,
    PEOPLE,
    RECORDED,
    TODAY,
    ThingCounted,
    ThingCountedV1,
    ThingInvented,
    ThingPainted,
    Way,
    broken,
    counted,
    running,
    stored,
    taken,
    takings,
    until,
)


async def test_every_event_takes_effect_once_although_the_road_repeats_some(house: LocalMachine) -> None:
    events = counted(range(3000))
    await house.way.lay(events + events[:500])
    projector = house.projector()
    async with running(projector):
        await until(lambda: _has(house, 3000))
        await house.way.lay(events[:100] + counted([1]))
        await until(lambda: _has(house, 3001))
        await until(lambda: _well(projector))
    assert await taken(house.pool) >= {each.event_id for each in events}
    marks = await Offsets(house.name, 0).read(house.pool)
    assert sum(mark.next_offset for mark in marks.values()) == 3601


async def test_offsets_move_past_what_nobody_listens_to(house: LocalMachine) -> None:
    await house.way.lay([stored(ThingPainted(recorded=RECORDED)) for _ in range(50)])
    reader = house.reader()
    async with running(house.projector(reader)):
        await until(lambda: _moved(house, 50))
    assert reader.pages == []
    assert not await taken(house.pool)


async def test_all_forms_of_a_person_and_all_versions_of_a_fact_are_taken(house: LocalMachine) -> None:
    counts = [
        stored(ThingCounted(recorded=RECORDED, number=1, unit="dozen"), make()) for make in PEOPLE.values()
    ]
    old = stored(ThingCountedV1(recorded=RECORDED, number=7))
    await house.way.lay([*counts, old])
    async with running(house.projector()):
        await until(lambda: _has(house, 4))
    rows = {row["event_id"]: row for row in await house.pool.fetch("SELECT * FROM things")}
    assert {rows[each.event_id]["person"] for each in counts} == {"clear", "sealed", "erased"}
    assert (rows[old.event_id]["number"], rows[old.event_id]["unit"]) == (7, "piece")


async def test_poison_and_unknown_types_are_buried_whole_and_the_rest_is_taken(house: LocalMachine) -> None:
    unknown = stored(ThingInvented(recorded=RECORDED, number=3))
    nameless = (
        [("incarnation", b"1"), ("ce_type", ThingCounted.wire.encode()), ("odd", b"\xff\x00")],
        b"k",
        None,
    )
    bad = broken(5)
    events = counted(range(100))
    await house.way.lay(events[:50])
    await house.way.lay_raw([bad, nameless, bad])
    await house.way.lay([unknown, *events[50:]])
    async with running(house.projector()):
        await until(lambda: _has(house, 100))
        letters = await until(lambda: _letters(house, 3))
    by_reason = {
        reason: [each for each in letters if each.reason == reason] for reason in ("poison", "unknown_type")
    }
    assert [each.event_id for each in by_reason["unknown_type"]] == [unknown.event_id]
    assert by_reason["unknown_type"][0].body == cloudevents.value(unknown)
    kept = next(each for each in letters if each.body == bad[2])
    assert kept.attributes() == {**dict(bad[0]), "kafka_key": bad[1]}
    assert kept.detail == "facts.number: int_parsing; facts.unit: literal_error"
    odd = next(each for each in letters if not each.body)
    assert odd.attributes()["odd"] == b"\xff\x00"
    assert all("សុខា" not in each.detail and "Dara" not in each.detail for each in letters)


async def test_an_event_that_a_reader_calls_poison_is_buried_and_its_page_taken_without_it(
    house: LocalMachine,
) -> None:
    events = counted(range(200))
    await house.way.lay(events)
    async with running(house.projector(house.reader(refuses=frozenset({13, 77})))):
        await until(lambda: _has(house, 198))
    letters = await list_letters(house.pool, house.name)
    assert {each.event_id for each in letters} == {events[13].event_id, events[77].event_id}
    assert {each.detail for each in letters} == {"the number is refused"}


async def test_a_replay_takes_a_letter_and_a_discarded_one_is_gone_for_good(house: LocalMachine) -> None:
    events = counted(range(20))
    await house.way.lay(events)
    async with running(house.projector(house.reader(refuses=frozenset({3, 4, 5})))):
        await until(lambda: _has(house, 17))
    reader = house.reader(refuses=frozenset({5}))
    assert await discard(house.pool, house.name, events[4].event_id, by="registrar", reason="a test")
    assert not await discard(house.pool, house.name, events[4].event_id, by="registrar", reason="a test")
    one = await replay(reader, house.pool, TODAY, ids=[events[3].event_id])
    assert (one.taken, one.stayed) == (1, 0)
    rest = await replay(reader, house.pool, TODAY)
    assert (rest.taken, rest.stayed) == (0, 1)
    assert await taken(house.pool) == {each.event_id for nth, each in enumerate(events) if nth not in (4, 5)}
    known = await known_letters(house.pool, house.name, 0)
    assert (set(known.buried), set(known.discarded)) == ({events[5].event_id}, {events[4].event_id})
    # Also where the road is laid anew and the code could take them by now.
    house.way.incarnation = 2
    await house.way.lay(events)
    async with running(house.projector()):
        await until(lambda: _moved(house, 40))
    assert await taken(house.pool) == {each.event_id for nth, each in enumerate(events) if nth not in (4, 5)}
    assert len(await list_letters(house.pool, house.name)) == 1


async def test_an_unknown_type_is_taken_by_itself_once_a_version_knows_it(house: LocalMachine) -> None:
    waiting = [stored(ThingInvented(recorded=RECORDED, number=n)) for n in range(3)]
    await house.way.lay(waiting)
    async with running(house.projector()):
        await until(lambda: _letters(house, 3))
    assert not await taken(house.pool)
    async with running(house.projector(catalogue=LATER)):
        await until(lambda: _has(house, 3))
    assert not await list_letters(house.pool, house.name)
    assert sorted(await takings(house.pool)) == sorted(each.event_id for each in waiting)


async def test_a_reader_that_fails_stands_still_for_all_to_see_and_goes_on_when_it_can(
    house: LocalMachine,
) -> None:
    reader = house.reader(trouble=KeyError("Sok Dara"))
    projector = house.projector(reader)
    await house.way.lay(counted(range(10)))
    async with running(projector):
        stopped = await until(lambda: _stopped(projector))
        assert "KeyError" in stopped and "Dara" not in stopped
        await asyncio.sleep(0.5)
        assert not await taken(house.pool)
        assert not await list_letters(house.pool, house.name)
        reader.trouble = None
        await until(lambda: _has(house, 10))
        await until(lambda: _well(projector))
    assert projector.status.events == 10


async def test_a_topic_that_is_not_there_yet_is_waited_for(house: LocalMachine) -> None:
    way = Way(house.settings.kafka, house.way.topic + ".later")
    reader = house.reader(topics=(house.way.topic, way.topic))
    projectors = [house.projector(reader)]
    await house.way.lay(counted(range(5)))
    async with running(*projectors):
        await until(lambda: _has(house, 5))
        await way.make()
        await way.lay(counted(range(5)))
        await until(lambda: _has(house, 10))


async def test_entries_of_a_read_model_are_heard_with_the_events(house: LocalMachine) -> None:
    entries = Way(house.settings.kafka, house.way.topic + ".who")
    await entries.make()
    await house.way.lay(counted(range(5)))
    laid = [([("incarnation", b"1")], b"key-%d" % n, b"%d" % n) for n in range(20)]
    await entries.lay_raw(laid)
    reader = house.reader(entry_topics=(entries.topic,))
    async with running(house.projector(reader)):
        await until(lambda: _has(house, 25))
    async with running(house.projector(reader)):
        await entries.lay_raw([([("incarnation", b"1")], b"key-9", b"99")])
        await until(lambda: _has(house, 26))
    rows = await house.pool.fetch("SELECT unit, number FROM things WHERE unit LIKE 'key-%'")
    assert {(row[0], row[1]) for row in rows} == {*((f"key-{n}", n) for n in range(20)), ("key-9", 99)}
    assert len(await takings(house.pool)) == 26


async def _has(house: LocalMachine, count: int) -> bool:
    found: int = await house.pool.fetchval("SELECT count(*) FROM things")
    assert found <= count
    return found == count


async def _letters(house: LocalMachine, count: int) -> list[Any] | None:
    found = await list_letters(house.pool, house.name)
    return found if len(found) == count else None


async def _moved(house: LocalMachine, count: int) -> bool:
    marks = await Offsets(house.name, 0).read(house.pool)
    return sum(mark.next_offset for mark in marks.values()) == count


async def _well(projector: Any) -> bool:
    return projector.status.stopped is None and projector.status.lag == 0


async def _stopped(projector: Any) -> str | None:
    trouble: str | None = projector.trouble
    return trouble if trouble != "starting" else None
