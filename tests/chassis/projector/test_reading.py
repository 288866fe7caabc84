"""Each event takes effect once; a record that cannot be processed becomes a dead letter and blocks no other."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

from chassis.base.metrics import REGISTRY
from chassis.projections.dead_letters import discard, known_letters, list_letters
from chassis.projections.metrics import measure_projections
from chassis.projections.offsets import Offsets
from chassis.projections.replay import replay
from tests.chassis.projector.conftest import ServiceWithReader
from tests.chassis.projector.example import (
    LATER,
    PEOPLE,
    RECORDED,
    TODAY,
    ProbeTopic,
    ThingCounted,
    ThingCountedV1,
    ThingInvented,
    ThingPainted,
    broken,
    counted,
    running,
    stored,
    taken,
    takings,
    until,
)
from tests.records import value


async def test_every_event_takes_effect_once_although_the_topic_repeats_some(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(3000))
    await machine.topic_writer.publish(events + events[:500])
    projector = machine.projector()
    async with running(projector):
        await until(lambda: _has(machine, 3000))
        await machine.topic_writer.publish(events[:100] + counted([1]))
        await until(lambda: _has(machine, 3001))
        await until(lambda: _well(projector))
    assert await taken(machine.pool) >= {each.event_id for each in events}
    marks = await Offsets(machine.name, 0).read(machine.pool)
    assert sum(mark.next_offset for mark in marks.values()) == 3601


async def test_offsets_move_past_events_that_the_reader_does_not_handle(machine: ServiceWithReader) -> None:
    await machine.topic_writer.publish([stored(ThingPainted(recorded=RECORDED)) for _ in range(50)])
    reader = machine.reader()
    async with running(machine.projector(reader)):
        await until(lambda: _moved(machine, 50))
    assert reader.pages == []
    assert not await taken(machine.pool)


async def test_all_forms_of_a_person_and_all_versions_of_a_fact_are_processed(
    machine: ServiceWithReader,
) -> None:
    counts = [
        stored(ThingCounted(recorded=RECORDED, number=1, unit="dozen"), make()) for make in PEOPLE.values()
    ]
    old = stored(ThingCountedV1(recorded=RECORDED, number=7))
    await machine.topic_writer.publish([*counts, old])
    async with running(machine.projector()):
        await until(lambda: _has(machine, 4))
    rows = {row["event_id"]: row for row in await machine.pool.fetch("SELECT * FROM things")}
    assert {rows[each.event_id]["person"] for each in counts} == {"clear", "sealed", "erased"}
    assert (rows[old.event_id]["number"], rows[old.event_id]["unit"]) == (7, "piece")


async def test_poison_and_unknown_types_are_dead_lettered_whole_and_the_rest_is_processed(
    machine: ServiceWithReader,
) -> None:
    unknown = stored(ThingInvented(recorded=RECORDED, number=3))
    nameless = (
        [("incarnation", b"1"), ("ce_type", ThingCounted.wire.encode()), ("odd", b"\xff\x00")],
        b"k",
        None,
    )
    bad = broken(5)
    events = counted(range(100))
    await machine.topic_writer.publish(events[:50])
    await machine.topic_writer.publish_raw([bad, nameless, bad])
    await machine.topic_writer.publish([unknown, *events[50:]])
    async with running(machine.projector()):
        await until(lambda: _has(machine, 100))
        letters = await until(lambda: _letters(machine, 3))
    by_reason = {
        reason: [each for each in letters if each.reason == reason] for reason in ("poison", "unknown_type")
    }
    assert [each.event_id for each in by_reason["unknown_type"]] == [unknown.event_id]
    assert by_reason["unknown_type"][0].body == value(unknown)
    kept = next(each for each in letters if each.body == bad[2])
    assert kept.attributes() == {**dict(bad[0]), "kafka_key": bad[1]}
    assert kept.detail == "facts.number: int_parsing; facts.unit: literal_error"
    odd = next(each for each in letters if not each.body)
    assert odd.attributes()["odd"] == b"\xff\x00"
    assert all("សុខា" not in each.detail and "Dara" not in each.detail for each in letters)


async def test_poison_is_dead_lettered_and_the_rest_of_its_page_is_processed(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(200))
    await machine.topic_writer.publish(events)
    async with running(machine.projector(machine.reader(refuses=frozenset({13, 77})))):
        await until(lambda: _has(machine, 198))
    letters = await list_letters(machine.pool, machine.name)
    assert {each.event_id for each in letters} == {events[13].event_id, events[77].event_id}
    assert {each.detail for each in letters} == {"the number is refused"}


async def test_a_dead_letter_is_replayed_once_and_a_discarded_one_is_never_processed(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(20))
    await machine.topic_writer.publish(events)
    async with running(machine.projector(machine.reader(refuses=frozenset({3, 4, 5})))):
        await until(lambda: _has(machine, 17))
    reader = machine.reader(refuses=frozenset({5}))
    assert await discard(machine.pool, machine.name, events[4].event_id, by="registrar", reason="a test")
    assert not await discard(machine.pool, machine.name, events[4].event_id, by="registrar", reason="a test")
    one = await replay(reader, machine.pool, TODAY, ids=[events[3].event_id])
    assert (one.taken, one.stayed) == (1, 0)
    rest = await replay(reader, machine.pool, TODAY)
    assert (rest.taken, rest.stayed) == (0, 1)
    assert await taken(machine.pool) == {
        each.event_id for nth, each in enumerate(events) if nth not in (4, 5)
    }
    known = await known_letters(machine.pool, machine.name, 0, [each.event_id for each in events])
    assert set(known) == {events[4].event_id, events[5].event_id}
    # Also if the topic is published again and the code could process them by now.
    machine.topic_writer.incarnation = 2
    await machine.topic_writer.publish(events)
    async with running(machine.projector()):
        await until(lambda: _moved(machine, 40))
    assert await taken(machine.pool) == {
        each.event_id for nth, each in enumerate(events) if nth not in (4, 5)
    }
    assert len(await list_letters(machine.pool, machine.name)) == 1


async def test_many_dead_letters_are_not_held_in_memory_and_are_skipped_all_the_same(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(20))
    await machine.topic_writer.publish(events)
    async with running(machine.projector(machine.reader(refuses=frozenset({7})))):
        await until(lambda: _has(machine, 19))
        await until(lambda: _letters(machine, 1))
    await machine.pool.execute(
        "INSERT INTO dead_letters (reader, build, event_id, type, topic, partition, at_offset, headers, body,"
        " reason, detail) SELECT $1, 0, gen_random_uuid(), 'a', 'a', 0, nth, '[]', '',"
        " 'poison', repeat('x', 1000) FROM generate_series(1, 60000) AS nth",
        machine.name,
    )
    machine.topic_writer.incarnation = 2
    await machine.topic_writer.publish(events)
    tracemalloc.start()
    try:
        async with running(machine.projector()):
            await until(lambda: _moved(machine, 40))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 << 20, f"{most:,} bytes"
    assert events[7].event_id not in await taken(machine.pool)


async def test_an_unknown_type_is_processed_automatically_by_a_version_that_knows_it(
    machine: ServiceWithReader,
) -> None:
    waiting = [stored(ThingInvented(recorded=RECORDED, number=n)) for n in range(3)]
    await machine.topic_writer.publish(waiting)
    async with running(machine.projector()):
        await until(lambda: _letters(machine, 3))
    assert not await taken(machine.pool)
    async with running(machine.projector(catalogue=LATER)):
        await until(lambda: _has(machine, 3))
    assert not await list_letters(machine.pool, machine.name)
    assert sorted(await takings(machine.pool)) == sorted(each.event_id for each in waiting)


async def test_a_failing_reader_stops_becomes_unhealthy_and_continues_later(
    machine: ServiceWithReader,
) -> None:
    reader = machine.reader(trouble=KeyError("Sok Dara"))
    projector = machine.projector(reader)
    await machine.topic_writer.publish(counted(range(10)))
    async with running(projector):
        stopped = await until(lambda: _stopped(projector))
        assert "KeyError" in stopped and "Dara" not in stopped
        await asyncio.sleep(0.5)
        assert not await taken(machine.pool)
        assert not await list_letters(machine.pool, machine.name)
        reader.trouble = None
        await until(lambda: _has(machine, 10))
        await until(lambda: _well(projector))
    assert projector.status.events == 10


async def test_a_reader_waits_for_a_missing_topic(machine: ServiceWithReader) -> None:
    topic_writer = ProbeTopic(machine.settings, machine.topic_writer.topic + ".later")
    reader = machine.reader(topics=(machine.topic_writer.topic, topic_writer.topic))
    projectors = [machine.projector(reader)]
    await machine.topic_writer.publish(counted(range(5)))
    async with running(*projectors):
        await until(lambda: _has(machine, 5))
        await topic_writer.make()
        await topic_writer.publish(counted(range(5)))
        await until(lambda: _has(machine, 10))


async def test_entries_of_a_read_model_are_received_with_the_events(machine: ServiceWithReader) -> None:
    entries = ProbeTopic(machine.settings, machine.topic_writer.topic + ".who")
    await entries.make()
    await machine.topic_writer.publish(counted(range(5)))
    written = [([("incarnation", b"1")], b"key-%d" % n, b"%d" % n) for n in range(20)]
    await entries.publish_raw(written)
    reader = machine.reader(entry_topics=(entries.topic,))
    async with running(machine.projector(reader)):
        await until(lambda: _has(machine, 25))
    async with running(machine.projector(reader)):
        await entries.publish_raw([([("incarnation", b"1")], b"key-9", b"99")])
        await until(lambda: _has(machine, 26))
    rows = await machine.pool.fetch("SELECT unit, number FROM things WHERE unit LIKE 'key-%'")
    assert {(row[0], row[1]) for row in rows} == {*((f"key-{n}", n) for n in range(20)), ("key-9", 99)}
    assert len(await takings(machine.pool)) == 26


async def _has(machine: ServiceWithReader, count: int) -> bool:
    found: int = await machine.pool.fetchval("SELECT count(*) FROM things")
    assert found <= count
    return found == count


async def _letters(machine: ServiceWithReader, count: int) -> list[Any] | None:
    found = await list_letters(machine.pool, machine.name)
    return found if len(found) == count else None


async def _moved(machine: ServiceWithReader, count: int) -> bool:
    marks = await Offsets(machine.name, 0).read(machine.pool)
    return sum(mark.next_offset for mark in marks.values()) == count


async def _well(projector: Any) -> bool:
    return projector.status.stopped is None and projector.status.lag == 0


async def _stopped(projector: Any) -> str | None:
    trouble: str | None = projector.trouble
    return trouble if trouble != "starting" else None


async def test_a_dead_letter_is_counted_until_it_is_discarded(machine: ServiceWithReader) -> None:
    def value_of(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(name, {"service": "probe", "reader": machine.name, **labels})

    async def dead_letters() -> float | None:
        await measure_projections("probe", machine.pool, [projector])
        return value_of("domnaer_dead_letters", reason="poison")

    await machine.topic_writer.publish(counted(range(3)))
    await machine.topic_writer.publish_raw([broken(3)])
    projector = machine.projector()
    async with running(projector):
        await until(lambda: _moved(machine, 4))
        await until(lambda: _well(projector))
        assert await dead_letters() == 1
        assert value_of("domnaer_reader_lag_records", topic=machine.topic_writer.topic) == 0
        [letter] = await list_letters(machine.pool, machine.name)
        await discard(machine.pool, machine.name, letter.event_id, by="operator", reason="forged")
        assert await dead_letters() is None


async def test_records_that_cannot_be_stored_become_dead_letters_and_stop_no_other(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(300))
    beyond = counted([10**12, -(10**12)])  # readable, but beyond an integer column
    await machine.topic_writer.publish([*events[:100], beyond[0], *events[100:200], beyond[1], *events[200:]])
    projector = machine.projector()
    async with running(projector):
        await until(lambda: _moved(machine, 302))
        await until(lambda: _well(projector))
    assert await taken(machine.pool) == {each.event_id for each in events}
    letters = await list_letters(machine.pool, machine.name)
    assert {letter.event_id for letter in letters} == {each.event_id for each in beyond}
    assert {(letter.reason, letter.detail) for letter in letters} == {
        ("poison", "the reader fails: DataError")
    }


async def test_a_reader_that_fails_for_another_reason_makes_no_dead_letters(
    machine: ServiceWithReader,
) -> None:
    reader = machine.reader(trouble=RuntimeError("not a record's fault"))
    await machine.topic_writer.publish(counted(range(10)))
    projector = machine.projector(reader)
    async with running(projector):
        await until(lambda: _stopped(projector))
        assert await list_letters(machine.pool, machine.name) == []
        reader.trouble = None
        await until(lambda: _has(machine, 10))


async def test_a_letter_that_cannot_be_stored_stops_neither_the_start_nor_the_other_letters(
    machine: ServiceWithReader,
) -> None:
    invented = [stored(ThingInvented(recorded=RECORDED, number=number)) for number in (1, 10**12, 2)]
    await machine.topic_writer.publish(invented)
    async with running(machine.projector()):
        await until(lambda: _moved(machine, 3))
    later = machine.projector(catalogue=LATER)
    async with running(later):
        await until(lambda: _well(later))
    assert await taken(machine.pool) == {invented[0].event_id, invented[2].event_id}
    (letter,) = await list_letters(machine.pool, machine.name)
    assert (letter.event_id, letter.detail) == (invented[1].event_id, "the reader fails: DataError")
