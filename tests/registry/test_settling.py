"""Settling of received events into workers, which are joined, separated and changed in any order of events."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from itertools import permutations
from typing import Any
from uuid import UUID

import orjson
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.store.database import Connection
from contracts.envelope import Event, Fact
from services.registry.identity.number import mint
from services.registry.projections import blocks, marks, published_numbers, settling, slices
from services.registry.projections.epochs import Deposed, begin_epoch
from services.registry.projections.marks import MarkQueue
from services.registry.projections.published_numbers import publish_differences
from services.registry.projections.reading import fold_worker, freshness
from services.registry.projections.settling import FoldedBlocks, Settling, settle
from tests.registry.events import Record, birth, new_passport, node, passport
from tests.registry.registry import Build, Registry, empty_registry

MINE, YOURS, OTHERS = passport("N0000001"), passport("N0000002"), passport("N0000003")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def registry(settings: Settings) -> AsyncIterator[Registry]:
    async with empty_registry(settings) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two_builds(registry: Registry) -> tuple[Build, Build]:
    return await registry.build(), await registry.build()


@pytest_asyncio.fixture(loop_scope="session")
async def build(two_builds: tuple[Build, Build]) -> Build:
    for each in two_builds:
        await each.empty()
    return two_builds[0]


@pytest.fixture
def other(build: Build, two_builds: tuple[Build, Build]) -> Build:
    return two_builds[1]


async def settled(build: Build, *pages: list[Event[Fact]]) -> dict[str, str]:
    """Return the digest after pages that are each settled before the next is received."""
    await build.empty()
    for page in pages:
        await build.receive(*page)
        await build.settle_all()
    return await build.digest()


async def name_of(build: Build, at: UUID) -> str | None:
    timeline = await build.timeline(at)
    assert timeline is not None
    found: str | None = orjson.loads(timeline)["name"]["latin"]
    return found


async def test_a_case_made_from_a_crossing_joins_it_in_either_order(build: Build) -> None:
    record = Record()
    crossing = record.departure(MINE)
    case = record.case(name=None, about=crossing.stream, days=30)
    assert await settled(build, [crossing], [case]) == await settled(build, [case], [crossing])
    assert await build.numbers() == [mint(crossing.id)]


async def test_a_worker_with_many_new_events_is_folded_once(build: Build) -> None:
    record = Record()
    await build.receive(record.departure(MINE))
    await build.receive(record.back(MINE, YOURS, days=300))
    await build.receive(record.departure(YOURS, days=500))
    waiting = await build.marks()
    assert waiting >= 3
    assert await settle(build.pool, await MarkQueue(build.pool).next(1)) == waiting
    assert await build.marks() == 0
    assert len(await build.numbers()) == 1


async def test_a_record_is_joined_to_what_refers_to_it_also_where_another_node_of_its_block_is_settled(
    build: Build,
) -> None:
    record = Record()
    first, second = sorted((MINE, YOURS), key=node)
    crossing = record.back(second, days=300)
    case = record.case(name=None, about=crossing.stream, days=310)
    events = [record.departure(first, second), case, record.departure(first, days=400), crossing]
    for event in events[:2]:
        await build.receive(event)
    await build.settle_all()
    for event in events[2:]:
        await build.receive(event)
    await build.settle_all(batch=1)
    assert await build.numbers() == [mint(min(events, key=lambda event: (event.recorded_at, event.id)).id)]


async def test_events_received_during_a_fold_wait_for_the_next_one(
    build: Build, other: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record()
    first, second = record.departure(MINE), record.back(MINE, days=300)
    await build.receive(first)
    fold_blocks = settling.fold_blocks

    async def and_more_is_received(connection: Connection, nodes: Sequence[UUID]) -> FoldedBlocks:
        folded = await fold_blocks(connection, nodes)
        await build.receive(second)
        return folded

    monkeypatch.setattr(settling, "fold_blocks", and_more_is_received)
    await settle(build.pool, await MarkQueue(build.pool).next())
    monkeypatch.undo()
    assert await build.marks() == 1
    await build.settle_all()
    assert await build.digest() == await settled(other, [first, second])


async def test_a_case_made_from_a_record_without_documents_joins_it(build: Build) -> None:
    record = Record()
    crossing = record.back()
    await settled(build, [crossing, record.case(name=None, about=crossing.stream, days=30)])
    assert await build.numbers() == [mint(crossing.id)]


async def test_a_chain_of_records_each_made_from_the_one_before_is_one_worker(build: Build) -> None:
    record = Record()
    crossing = record.back(MINE)
    case = record.reintegration(crossing.stream, days=3)
    abroad = record.case(name=None, about=case.stream, days=9)
    record.identified(abroad.stream, YOURS, days=10)
    digests = {
        str(await settled(build, *[[event] for event in order])) for order in permutations(record.made)
    }
    assert len(digests) == 1
    assert len(await build.numbers()) == 1


async def test_a_void_received_before_its_original_is_effective(build: Build) -> None:
    record = Record()
    wrong = record.back(MINE, YOURS, days=50)
    events = [record.departure(MINE), record.departure(YOURS, days=1), wrong, record.void(wrong, days=51)]
    digests = {str(await settled(build, *[[event] for event in order])) for order in permutations(events)}
    assert len(digests) == 1
    assert await build.numbers() == sorted(mint(event.id) for event in events[:2])
    assert await build.who() == await build.members()


async def test_a_correction_moves_an_event_to_another_persons_document(build: Build) -> None:
    record = Record()
    mine, yours, wrong = record.departure(MINE), record.departure(YOURS, days=1), record.back(MINE, days=50)
    await settled(build, [mine, yours, wrong])
    at = node(MINE)
    corrected = record.correct(wrong, person=record.person([YOURS], "KEO Dara"))
    await build.receive(corrected)
    await build.settle_all()
    worker = await fold_worker(build.pool, [at])
    assert worker is not None
    assert [moment.event_id for moment in worker.events] == [mine.id]
    assert await name_of(build, node(YOURS)) == "KEO Dara"
    assert await build.numbers() == sorted([mint(mine.id), mint(yours.id)])


async def test_a_number_that_goes_over_to_another_block_is_settled_however_the_nodes_are_batched(
    build: Build, other: Build
) -> None:
    """The first evidence of one worker belonged to another: the number moves with it, and the first worker gets a new one."""
    for one, another in ((MINE, YOURS), (YOURS, MINE)):
        record = Record(salt=str(one))
        first = record.departure(one)
        events = [first, record.back(one, days=20), record.departure(another, days=10)]
        await settled(build, events)
        events.append(record.correct(first, person=record.person([another])))
        await build.receive(events[-1])
        await build.settle_all(batch=1)
        assert await build.members() == {node(another): mint(first.id), node(one): mint(events[1].id)}
        assert await build.who() == await build.members()
        await other.empty()
        await other.rebuild(events)
        assert await build.digest() == await other.digest()


async def test_a_block_that_comes_apart_while_its_other_part_is_joined_to_a_third_worker(
    build: Build,
) -> None:
    """The settler sees what is not marked for it yet: a void, and a link of another page."""
    record = Record()
    mine, yours, theirs = (
        record.departure(MINE),
        record.departure(YOURS, days=1),
        record.departure(OTHERS, days=2),
    )
    wrong = record.back(MINE, YOURS, days=50)
    await settled(build, [mine, yours, theirs, wrong])
    void, joins = record.void(wrong, days=51), record.back(YOURS, OTHERS, days=60)
    for page in ([void], [joins]):
        await build.receive(*page)
    await build.settle_all(batch=1)
    assert await build.numbers() == sorted(mint(event.id) for event in (mine, yours))
    assert await build.who() == await build.members()


async def test_of_a_corrected_person_the_latest_version_is_shown(build: Build) -> None:
    """The correction moves the event to an earlier time; its name is valid and the wrong name is not."""
    record = Record()
    wrong = record.back(name="SOK Dana", days=50)
    await settled(build, [wrong, record.correct(wrong, person=record.person(name="SOK Dara"), days=40)])
    (number,) = await build.numbers()
    assert await name_of(build, await build.node_of(number)) == "SOK Dara"
    assert [row[0] for row in await build.pool.fetch("SELECT latin FROM people")] == ["SOK Dara"]


async def test_a_correction_that_keeps_the_person_leaves_the_name(build: Build) -> None:
    record = Record()
    wrong = record.back(MINE, name="SOK Dara", days=50)
    await settled(build, [wrong, record.correct(wrong, days=40)])
    assert await name_of(build, node(MINE)) == "SOK Dara"


async def test_a_worker_without_standing_events_disappears(build: Build) -> None:
    record = Record()
    wrong = record.back(MINE)
    await settled(build, [wrong], [record.void(wrong, days=1)])
    assert await build.numbers() == []
    assert set((await build.digest()).values()) == {"0:0"}
    assert await build.timeline(node(MINE)) is None


async def test_two_pieces_of_evidence_under_one_id_do_not_stop_the_settler(build: Build) -> None:
    record = Record()
    same = record.person([MINE], "SOK Dara")
    await build.receive(
        record.add(record.departure(MINE).facts, person=same, days=1),
        record.add(record.back(MINE).facts, person=same.model_copy(update={"phone": "012345678"}), days=2),
    )
    await build.settle_all()
    assert len(await build.numbers()) == 1


async def test_pages_are_notified_of_a_void_that_leaves_the_number_of_events_unchanged(
    build: Build,
) -> None:
    record = Record()
    wrong = record.back(MINE, YOURS, days=50)
    await settled(build, [record.departure(MINE), record.departure(YOURS, days=1), wrong])
    before = await freshness(build.pool, [node(MINE)])
    await build.receive(record.void(wrong, days=51))
    assert await freshness(build.pool, [node(MINE)]) != before
    assert await freshness(build.pool, [node(MINE)]) == await freshness(build.pool, [node(MINE)])


async def test_a_voided_case_is_separated_from_the_worker_of_its_record(build: Build) -> None:
    record = Record()
    crossing = record.back(MINE)
    case = record.case(name=None, about=crossing.stream, days=30)
    await settled(build, [crossing], [case], [record.void(case, days=31)])
    assert await build.numbers() == [mint(crossing.id)]
    assert await build.members() == await build.who()


def borrowed(record: Record) -> list[Event[Fact]]:
    """A woman leaves on her passport, which her sister borrows; she comes home on another document of hers."""
    return [
        record.departure(MINE, YOURS, days=10, born=birth("1990-04-03")),
        record.departure(MINE, days=60, name="SOK Sophea", born=birth("1996-02-01")),
        record.back(YOURS, days=150, born=birth("1990-04-03")),
    ]


async def questions(build: Build) -> list[tuple[UUID, str, str, list[str]]]:
    rows = await build.pool.fetch("SELECT node, number, reason, documents FROM questions ORDER BY number")
    return [tuple(row) for row in rows]


async def test_a_borrowed_passport_makes_two_workers_and_a_question_in_any_order(build: Build) -> None:
    record = Record()
    woman, sister, home = borrowed(record)
    digests = {str(await settled(build, *[[each] for each in order])) for order in permutations(record.made)}
    assert len(digests) == 1
    stream = stream_uuid(sister)
    assert await build.members() == {
        node(MINE): mint(woman.id),
        node(YOURS): mint(woman.id),
        stream_uuid(woman): mint(woman.id),
        stream_uuid(home): mint(woman.id),
        stream: mint(sister.id),
    }
    assert await build.who() == await build.members()
    assert await questions(build) == [(node(MINE), mint(sister.id), "other_birth_year", ["passport"])]
    worker = await fold_worker(build.pool, [node(MINE)], mint(sister.id))
    assert worker is not None and [moment.event_id for moment in worker.events] == [sister.id]
    worker = await fold_worker(build.pool, [node(MINE)], mint(home.id))
    assert worker is not None and worker.number == mint(woman.id), (
        "a number that her record had before leads to her"
    )


@pytest.mark.parametrize("batch", [1, 500])
async def test_the_void_of_a_borrowing_joins_the_block_again_and_takes_the_published_numbers_of_its_records_back(
    build: Build, other: Build, batch: int
) -> None:
    record = Record(salt=f"void {batch}")
    woman, sister, home = borrowed(record)
    await settled(build, record.made)
    void = record.void(sister, days=70)
    await build.receive(void)
    await build.settle_all(batch=batch)
    assert await build.members() == {node(MINE): mint(woman.id), node(YOURS): mint(woman.id)}
    assert await questions(build) == []
    for gone in (woman, sister, home):
        assert (await published(build, stream_uuid(gone)))[1], "retracted"
    await other.empty()
    await other.rebuild(record.made)
    assert await other.digest() == await build.digest()


@pytest.mark.parametrize("batch", [1, 500])
async def test_a_parted_worker_whose_record_is_corrected_to_an_own_document_takes_the_number_along(
    build: Build, other: Build, batch: int
) -> None:
    record = Record(salt=f"moved {batch}")
    woman, sister, _ = borrowed(record)
    other_record = record.departure(OTHERS, days=200, born=birth("1996-02-01"))
    await settled(build, record.made)
    corrected = record.person([OTHERS], "SOK Sophea", birth=birth("1996-02-01"))
    await build.receive(record.correct(sister, person=corrected))
    await build.settle_all(batch=batch)
    assert await build.members() == {
        node(MINE): mint(woman.id),
        node(YOURS): mint(woman.id),
        node(OTHERS): mint(sister.id),
    }
    assert await build.numbers() == sorted([mint(woman.id), mint(sister.id)])
    assert mint(other_record.id) not in await build.numbers()
    assert await questions(build) == []
    await other.empty()
    await other.rebuild(record.made)
    assert await other.digest() == await build.digest()


async def test_a_correction_of_one_worker_joins_the_other_whose_records_are_not_marked(build: Build) -> None:
    record = Record(salt="joined by a correction")
    woman, sister, _ = borrowed(record)
    late = record.void(record.made[2], days=151)
    await settled(build, record.made)
    assert await build.numbers() == sorted([mint(woman.id), mint(sister.id)]), late.id
    await build.receive(record.correct(woman, person=record.person([MINE, YOURS], birth=birth("1996-02-01"))))
    await build.settle_all()
    assert await build.numbers() == [mint(woman.id)]
    assert await build.who() == await build.members()
    assert (await published(build, stream_uuid(sister)))[1], "retracted"


async def test_a_correction_of_a_parted_worker_settles_the_whole_block_whatever_is_marked_first(
    build: Build,
) -> None:
    record = Record(salt="corrected name")
    _, sister, _ = borrowed(record)
    await settled(build, record.made)
    before = await build.members()
    named = record.person([MINE], "SOK Sopheap", birth=birth("1996-02-01"))
    await build.receive(record.correct(sister, person=named))
    await build.settle_all(batch=1)
    assert await build.members() == before
    assert await published(build, stream_uuid(sister)) == (1, False), "never taken back in between"


async def test_a_record_that_moves_from_one_parted_block_to_another(build: Build, other: Build) -> None:
    record = Record(salt="from block to block")
    theirs = [
        record.departure(OTHERS, days=1, born=birth("1996-02-01")),
        record.departure(OTHERS, days=2, born=birth("1970-02-01")),
    ]
    woman, sister, _ = borrowed(record)
    await settled(build, record.made)
    moved = record.person([OTHERS], "SOK Sophea", birth=birth("1996-02-01"))
    await build.receive(record.correct(sister, person=moved))
    await build.settle_all(batch=1)
    assert await build.numbers() == sorted(mint(event.id) for event in (woman, *theirs))
    assert (await build.members())[stream_uuid(sister)] == mint(theirs[0].id)
    assert await build.who() == await build.members()
    await other.empty()
    await other.rebuild(record.made)
    assert await other.digest() == await build.digest()


async def test_a_number_is_made_from_the_evidence_that_was_stored_first(build: Build) -> None:
    record = Record()
    late = record.departure(MINE, days=5, noted=5, stored=90)
    first = record.back(MINE, days=50, noted=51, stored=51)
    await settled(build, [late], [first])
    assert await build.numbers() == [mint(first.id)]
    await build.receive(record.correct(first, days=52))
    await build.settle_all()
    assert await build.numbers() == [mint(first.id)], "a correction keeps the time of the original"


def stream_uuid(event: Event[Fact]) -> UUID:
    return UUID(event.stream[-36:])


async def aside(build: Build) -> list[tuple[UUID, str]]:
    rows = await build.pool.fetch("SELECT node, error FROM public.set_aside WHERE build = current_schema()")
    return [(row["node"], row["error"]) for row in rows]


async def settle_in_steps(build: Build) -> None:
    steps = settling.Settling(build.pool, None)
    while await steps.step():
        pass


async def test_a_worker_with_too_many_events_delays_no_other_and_is_tried_again(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, heavy = Record(), passport("N0000009")
    crossings = [record.departure(heavy, days=each) for each in range(60)]
    others = [record.departure(passport(f"N00001{each:02}"), days=each) for each in range(30)]
    await build.receive(*crossings[:30], *others, *crossings[30:])
    monkeypatch.setattr(blocks, "MOST_EVENTS", 50)

    await settle_in_steps(build)

    assert len(await build.numbers()) == 30
    assert await aside(build) == [(node(heavy), "TooManyEvents")]
    assert await build.marks() == 0

    await build.receive(record.departure(heavy, days=90))
    await settle_in_steps(build)
    assert await build.marks() == 0, "a node that is set aside needs no marks"

    monkeypatch.setattr(blocks, "MOST_EVENTS", 500)
    await settle_in_steps(build)
    assert len(await build.numbers()) == 30, "it is not tried before its time"
    await build.pool.execute("UPDATE public.set_aside SET retry_at = clock_timestamp()")
    await settle_in_steps(build)
    assert len(await build.numbers()) == 31
    assert (await aside(build), await build.marks()) == ([], 0)


async def test_marks_that_a_long_snapshot_keeps_are_not_read_again_and_a_late_mark_is_settled(
    build: Build, settings: Settings
) -> None:
    await begin_epoch(build.pool)
    settling = Settling(build.pool, None)
    mark = "INSERT INTO dirty (node, marked_at) SELECT gen_random_uuid(), now() FROM generate_series(1, $1)"
    async with contextlib.AsyncExitStack() as stack:
        dump, writer = [await stack.enter_async_context(build.pool.acquire()) for _ in range(2)]
        snapshot = dump.transaction(isolation="repeatable_read", readonly=True)
        await snapshot.start()
        await dump.fetchval("SELECT count(*) FROM dirty")
        late = writer.transaction()
        await late.start()
        await writer.execute(mark, 1)
        await build.pool.execute(mark, 8_000)
        while await settling.step():
            pass
        await late.commit()
        assert await settling.step() == 1, "a mark is settled that was committed after later ones"

        await build.pool.execute(mark, 3_000)
        while await settling.step():
            pass
        assert await build.marks() == 0
        plan = await build.pool.fetchval("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + marks._NEXT, 200)
        await snapshot.rollback()
    read = orjson.loads(plan)[0]["Plan"]["Shared Hit Blocks"]
    assert read < 60, f"{read} pages are read for no mark"


async def test_a_worker_who_cannot_be_folded_delays_no_other(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, wrong = Record(), passport("N0000008")
    events = [record.departure(passport(f"N00002{each:02}"), days=each) for each in range(20)]
    await build.receive(*events[:10], record.departure(wrong), *events[10:])
    fold = settling.workers_in_steps

    async def failing(rows: list[Any], blocks: Sequence[Sequence[UUID]]) -> Any:
        if any(node(wrong) in block for block in blocks):
            raise OverflowError("date value out of range")
        return await fold(rows, blocks)

    monkeypatch.setattr(settling, "workers_in_steps", failing)
    await settle_in_steps(build)
    await settle_in_steps(build)

    assert len(await build.numbers()) == 20
    assert await aside(build) == [(node(wrong), "OverflowError")]


async def test_a_settler_that_lost_its_lock_writes_nothing(build: Build) -> None:
    earlier = settling.Settling(build.pool, await begin_epoch(build.pool))
    later = settling.Settling(build.pool, await begin_epoch(build.pool))
    await build.receive(Record().departure(MINE))
    with pytest.raises(Deposed):
        await earlier.step()
    assert (await build.numbers(), await build.who()) == ([], {})
    assert await later.step()
    assert len(await build.numbers()) == 1


async def test_a_settler_of_a_build_that_is_not_live_publishes_nothing(other: Build) -> None:
    steps = settling.Settling(other.pool, await begin_epoch(other.pool))
    await other.receive(Record().departure(MINE))
    with pytest.raises(Deposed):
        await steps.step()
    assert await other.numbers() == []


async def published(build: Build, at: UUID) -> tuple[int, bool]:
    row = await build.pool.fetchrow("SELECT revision, retracted FROM public.who WHERE node = $1", at)
    assert row is not None
    return row["revision"], row["retracted"]


async def test_the_number_of_a_mistyped_passport_is_taken_back_and_published_again_when_somebody_has_it(
    build: Build,
) -> None:
    mine, yours, record = new_passport(), new_passport(), Record()
    mistyped = record.departure(mine)
    await build.receive(mistyped)
    await build.settle_all()
    assert await published(build, node(mine)) == (1, False)

    await build.receive(record.correct(mistyped, person=record.person([yours])))
    await build.settle_all()
    assert await published(build, node(mine)) == (2, True)
    assert await published(build, node(yours)) == (1, False)
    entries = await build.pool.fetch(
        "SELECT revision, retracted FROM public.who_entries WHERE node = $1 ORDER BY position", node(mine).hex
    )
    assert [tuple(row) for row in entries] == [(1, False), (2, True)]

    await build.receive(record.departure(mine, days=30))
    await build.settle_all()
    assert await published(build, node(mine)) == (3, False)


async def publish_all(build: Build, epoch: int) -> int:
    """Publish what differs, slice by slice; return the number of slices."""
    count = 0
    while await publish_differences(build.pool, epoch):
        count += 1
    return count


async def test_numbers_are_compared_slice_by_slice_and_a_settler_that_restarts_goes_on(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_numbers, "_COMPARED_AT_ONCE", 10)
    await build.pool.execute("DELETE FROM public.settlers")
    record = Record(salt="compared")
    await build.receive(*(record.departure(passport(f"N00003{each:02}")) for each in range(50)))
    await build.settle_all(publishing=False)
    killed = await begin_epoch(build.pool)
    for _ in range(3):
        assert await publish_differences(build.pool, killed)

    epoch = await begin_epoch(build.pool)
    with pytest.raises(Deposed):
        await publish_differences(build.pool, killed)
    whole = -(
        -(await build.pool.fetchval("SELECT count(*) FROM public.who FULL JOIN members USING (node)")) // 10
    )
    rest = await publish_all(build, epoch)
    assert 0 < rest <= whole + 1 - 3 + 1
    assert await build.who() == await build.members()
    assert await publish_all(build, await begin_epoch(build.pool)) == 0, "each build is compared once"


async def test_a_number_published_for_a_mistyped_document_before_numbers_could_be_taken_back_is_taken_back(
    build: Build,
) -> None:
    await build.pool.execute("DELETE FROM public.settlers")
    record, mistyped, heavy = Record(salt="leftover"), new_passport(), new_passport()
    wrong = record.departure(mistyped)
    await build.receive(wrong, record.correct(wrong, person=record.person([new_passport()])))
    await build.receive(record.departure(heavy))
    await build.settle_all()
    await build.pool.execute("DELETE FROM members WHERE node = $1", node(heavy))  # it could not be settled
    await build.pool.execute(
        "INSERT INTO public.who (node, number, revision) VALUES ($1, 'OLDNUMBER', 4)"
        " ON CONFLICT (node) DO UPDATE SET revision = 4, retracted = false",
        node(mistyped),
    )
    await publish_all(build, await begin_epoch(build.pool))
    assert await published(build, node(mistyped)) == (5, True)
    assert await published(build, node(heavy)) == (1, False), "it has evidence"


async def test_a_rebuild_leaves_a_slice_that_is_too_large_to_the_settler(
    build: Build, other: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record(salt="slices")
    events = [record.departure(passport(f"N00004{each:02}"), days=each) for each in range(40)]
    events += [record.back(passport("N0000499"), days=100 + each) for each in range(200)]
    await build.receive(*events)
    await build.settle_all()
    monkeypatch.setattr(slices, "MOST_ROWS", 100)
    await other.rebuild(events, size=20)
    assert 0 < await other.marks() <= 41
    await other.settle_all(publishing=False)
    assert await other.digest() == await build.digest()
