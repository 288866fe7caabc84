"""The registry with a real broker: it is rebuilt while it is in use, and publishes worker numbers to other services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.projections.builds import live_build, open_build
from chassis.projections.rebuild import BuildsDiffer
from contracts.person import ErasedPerson, SealedPerson
from services.registry.identity.number import mint, shown
from services.registry.projections.timeline import FIRST_BUILD, PROJECTION, Timelines, shape
from services.registry.rebuilding import rebuild_timelines, run_process
from tests.conftest import Tokens
from tests.registry.events import Record, new_passport, node
from tests.registry.running_services import BorderAndRegistry, open_services, until

pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def services(settings: Settings, token_of: Tokens) -> AsyncIterator[BorderAndRegistry]:
    async with open_services(settings, token_of) as found:
        yield found


async def joined(services: BorderAndRegistry) -> tuple[str, str, UUID]:
    """Two workers, and the event that joins them: the number that stays and the one that leads on to it."""
    one, other = new_passport(), new_passport()
    first = await services.cross("departure", one, at="2013-01-05T08:00:00+07:00")
    second = await services.cross("departure", other, at="2013-02-05T08:00:00+07:00")
    await services.number(one)
    await services.number(other)
    link = await services.cross("return", one, other, at="2014-09-01T08:00:00+07:00")
    stays, went = shown(mint(first)), shown(mint(second))
    await services.answers(went, 307)
    return stays, went, link


async def follows(services: BorderAndRegistry, build: int) -> None:
    """The service reads from a build."""

    async def turned() -> bool:
        return services.registry.opened_as(Timelines).live.build == build

    await until(turned)


async def indexes_are_those_of_the_first(services: BorderAndRegistry, build: int) -> None:
    """A build that was filled without them has got all of them in the end, each valid."""
    rows = await services.registry.pool.fetch(
        "SELECT i.schemaname, replace(i.indexdef, i.schemaname || '.', '') AS made, x.indisvalid AS valid"
        " FROM pg_indexes i JOIN pg_index x ON x.indexrelid = format('%I.%I', i.schemaname, i.indexname)::regclass"
        " WHERE i.schemaname = $1",
        f"timeline_{build}",
    )
    assert all(row["valid"] for row in rows)
    left_alone = (
        "SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND reloptions IS NOT NULL"
    )
    assert await services.registry.pool.fetch(left_alone, f"timeline_{build}") == []
    async with services.registry.pool.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        await connection.execute(f"CREATE SCHEMA as_first; SET LOCAL search_path TO as_first; {FIRST_BUILD}")
        first = await connection.fetch(
            "SELECT replace(indexdef, 'as_first.', '') AS made FROM pg_indexes WHERE schemaname = 'as_first'"
        )
        await undone.rollback()
    assert {row["made"] for row in rows} == {row["made"] for row in first}


async def left_of_builds(services: BorderAndRegistry) -> set[int]:
    rows = await services.registry.pool.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'timeline\\_%'"
    )
    return {int(row["nspname"].rpartition("_")[2]) for row in rows}


@pytest.mark.parametrize("processes", [1, 2])
async def test_the_timelines_are_rebuilt_beside_the_live_ones_while_events_keep_coming(
    services: BorderAndRegistry, processes: int
) -> None:
    stays, went, link = await joined(services)
    early = new_passport()
    await services.cross("departure", early)
    before = await live_build(services.registry.pool, PROJECTION, shape())
    steps: set[str] = set()
    coming = []

    async def keep_crossing() -> None:
        while True:
            document = new_passport()
            await services.cross("departure", document, at="2014-01-01T08:00:00+07:00")
            coming.append(document)
            await services.cross("return", document)
            await asyncio.sleep(0.02)

    officer = asyncio.create_task(keep_crossing())
    try:
        build = await rebuild_timelines(
            services.settings, processes=processes, progress=lambda step, *_: steps.add(step)
        )
    finally:
        officer.cancel()
        await asyncio.gather(officer, return_exceptions=True)
    assert build == await live_build(services.registry.pool, PROJECTION, shape()) != before
    assert steps == {"events", "slices", "rows"}
    await indexes_are_those_of_the_first(services, build)
    await follows(services, build)
    await services.settled()
    assert len(coming) > 5
    for document in [early, coming[0], coming[len(coming) // 2], coming[-2]]:
        number = await services.number(document)
        await services.events(number, 1 if document is early else 2)
    assert (await services.ask(went)).status_code == 307
    assert len(await services.events(stays, 3)) == 3

    async def published() -> bool:
        return await services.live.who() == await services.live.members()

    await until(published)
    await services.void(link)
    await services.answers(went, 200)
    assert len(await services.events(went, 1)) == 1


async def test_a_rebuild_without_new_events_publishes_and_changes_nothing(
    services: BorderAndRegistry,
) -> None:
    stays, went, _ = await joined(services)
    await services.settled()
    before, digest = await services.published(), await services.live.digest()
    entries = await services.registry.pool.fetchval("SELECT count(*) FROM who_entries")
    live, retired = (
        await live_build(services.registry.pool, PROJECTION, shape()),
        await left_of_builds(services),
    )
    await services.registry.pool.execute(
        "UPDATE builds SET live_at = live_at - interval '1 day' WHERE state = 'live'"
    )
    build = await rebuild_timelines(services.settings)
    assert len(retired) > 1 and await left_of_builds(services) == {live, build}, (
        "what nobody reads is dropped"
    )
    await follows(services, build)
    assert await services.live.digest() == digest
    assert await services.published() == before
    assert await services.registry.pool.fetchval("SELECT count(*) FROM who_entries") == entries
    assert (await services.ask(went)).headers["location"].endswith(f"/workers/{stays}/timeline")


async def test_a_rebuild_publishes_changed_worker_numbers_with_a_higher_revision(
    services: BorderAndRegistry,
) -> None:
    """A wrong published worker number is corrected by the next rebuild, and readers receive the correction."""
    document = new_passport()
    event = await services.cross("departure", document)
    await services.number(document)
    await services.settled()
    at, number = node(document), mint(event)
    assert (await services.published())[at] == (1, number)
    await services.registry.pool.execute(
        "UPDATE who SET number = $2, revision = 2 WHERE node = $1", at, "0" * 14
    )
    entries = await services.registry.pool.fetchval("SELECT count(*) FROM who_entries")
    await follows(services, await rebuild_timelines(services.settings))

    async def published() -> bool:
        return (await services.published())[at] == (3, number)

    await until(published)
    assert await services.registry.pool.fetchval("SELECT count(*) FROM who_entries") == entries + 1

    async def told() -> bool:
        return (await services.published_entries())[at] == (3, number)

    await until(told)


async def test_changed_rows_are_shown_and_become_live_when_accepted(services: BorderAndRegistry) -> None:
    document = new_passport()
    await services.cross("departure", document)
    number = (await services.number(document)).replace("-", "")
    await services.settled()
    live = await live_build(services.registry.pool, PROJECTION, shape())
    await services.live.pool.execute("UPDATE workers SET country = 'MYS' WHERE number = $1", number)
    await services.live.pool.execute("UPDATE people SET latin = 'SOK Dara' WHERE number = $1", number)
    with pytest.raises(BuildsDiffer) as found:
        await rebuild_timelines(services.settings)
    shown = {each.kind: each.examples for each in found.value.differences}
    assert shown.keys() == {"workers.country changed", "people.latin changed"}
    assert shown["workers.country changed"] == [f"{number}: MYS → THA"]
    assert [example.partition(": ")[2] for example in shown["people.latin changed"]] == [
        "(masked) → (masked)"
    ]
    assert await live_build(services.registry.pool, PROJECTION, shape()) == live
    later = new_passport()
    await services.cross("departure", later)
    await services.number(later)
    build = await rebuild_timelines(services.settings, accepted_by="operator")
    assert build == found.value.build == await live_build(services.registry.pool, PROJECTION, shape())
    await follows(services, build)
    assert (await services.ask(number)).json()["whereabouts"]["country"] == "THA"
    await services.number(later)


async def test_a_further_process_of_a_rebuild_refuses_a_build_of_other_reference_data(
    services: BorderAndRegistry,
) -> None:
    pool = services.registry.pool
    build = await open_build(pool, PROJECTION, FIRST_BUILD, "other reference data")
    try:
        for step in ("fill", "settle"):
            with pytest.raises(RuntimeError, match=f"ended with 1 at {step}"):
                await run_process(step, build, 1, 2, settings=services.settings)
    finally:
        await pool.execute("UPDATE builds SET state = 'retired' WHERE build = $1", build)


async def test_worker_numbers_are_published_when_workers_are_joined_and_separated(
    services: BorderAndRegistry,
) -> None:
    one, other = new_passport(), new_passport()
    first = await services.cross("departure", one, at="2013-01-05T08:00:00+07:00")
    second = await services.cross("departure", other, at="2013-02-05T08:00:00+07:00")

    def apart(who: dict[object, tuple[int, str]]) -> bool:
        return who.get(node(one), (0, ""))[1] == mint(first) and who.get(node(other), (0, ""))[1] == mint(
            second
        )

    def together(who: dict[object, tuple[int, str]]) -> bool:
        return who[node(one)][1] == who[node(other)][1] == mint(first)

    async def when(holds: object) -> int:
        async def told() -> int:
            who = await services.published_entries()
            return who[node(other)][0] if holds(who) else 0  # type: ignore[operator]

        revision: int = await until(told)
        return revision

    assert await when(apart) == 1
    link = await services.cross("return", one, other)
    assert await when(together) == 2
    await services.void(link)
    assert await when(apart) == 3
    assert (await services.published())[node(one)] == (1, mint(first))


async def test_a_void_separates_two_workers_and_the_old_number_is_valid_again(
    services: BorderAndRegistry,
) -> None:
    stays, went, link = await joined(services)
    await services.void(link)
    await services.answers(went, 200)
    assert len(await services.events(went, 1)) == len(await services.events(stays, 1)) == 1
    assert (await services.ask(stays)).json()["number"] == stays


async def test_a_correction_moves_an_event_to_another_persons_document(services: BorderAndRegistry) -> None:
    mine, yours = new_passport(), new_passport()
    await services.cross("departure", mine, at="2013-01-05T08:00:00+07:00")
    await services.cross("departure", yours, at="2013-02-05T08:00:00+07:00")
    wrong = await services.cross("return", mine)
    my_number, your_number = await services.number(mine), await services.number(yours)
    assert len(await services.events(my_number, 2)) == 2
    body = {
        "reason": "wrong_person",
        "facts": {"checkpoint": "KH-POI", "returned_from": "THA", "documents_shown": ["passport"], "sex": 2},
        "person": {
            "sex": 2,
            "name": {"latin": "KEO Dara"},
            "documents": [{"kind": "passport", "number": yours.number}],
        },
    }
    headers = {"Authorization": f"Bearer {services.officer}", "Idempotency-Key": str(uuid4())}
    answer = await services.http.post(f"/border/events/{wrong}/correction", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert len(await services.events(your_number, 2)) == 2
    assert len(await services.events(my_number, 1)) == 1
    assert (await services.ask(your_number)).json()["whereabouts"]["place"] == "home"
    assert (await services.ask(my_number)).json()["whereabouts"]["place"] == "abroad"
    assert (await services.ask(your_number)).json()["name"]["latin"] == "KEO Dara"


async def test_a_sealed_and_an_erased_person_pass_from_the_record_to_the_page(
    services: BorderAndRegistry,
) -> None:
    record, document = Record(salt=str(uuid4())), new_passport()
    handles = (node(document).hex,)
    departure, back = record.departure(document), record.back(document)
    record.made.clear()
    sealed = SealedPerson(evidence_id=uuid4(), key="k1", ciphertext="YWJj")
    erased = ErasedPerson(evidence_id=uuid4())  # type: ignore[call-arg]
    await services.commit(
        record.add(departure.facts, person=sealed, handles=handles, days=1),
        record.add(back.facts, person=erased, handles=handles, days=90),
    )
    number = await services.number(document)
    entries = await services.events(number, 2)
    assert [entry["type"].split(".")[2] for entry in entries] == ["worker_departed", "worker_returned"]
    timeline = (await services.ask(number)).json()
    assert timeline["name"] is None
    assert timeline["documents"] == []
    assert [journey["phase"] for journey in timeline["journeys"]] == ["returned"]
    page = await services.page(number)
    assert "Name not known" in page
    assert "Of 1 record the person is sealed." in page
    assert "Of 1 record the person was erased." in page
    assert "YWJj" not in page

    await services.cross("departure", document, at="2015-01-05T08:00:00+07:00")
    await services.events(number, 3)
    page = await services.page(number)
    assert "SOK Chanthy" in page
    assert "Of 1 record the person was erased." in page
    stored = await services.live.pool.fetchval(
        "SELECT count(*) FROM people WHERE number = $1", number.replace("-", "")
    )
    assert stored <= 1


async def test_a_correction_of_an_erased_person_does_not_bring_the_name_back(
    services: BorderAndRegistry,
) -> None:
    """Erasing is a correction that carries the erased form: the name before it is shown no more."""
    record, document = Record(salt=str(uuid4())), new_passport()
    left = record.departure(document, name="SOK Chanthy", days=1)
    erasing = record.correct(left, person=ErasedPerson(evidence_id=uuid4()))  # type: ignore[call-arg]
    await services.commit(left, erasing)
    number = await services.number(document)

    async def gone() -> bool:
        return (await services.ask(number)).json()["name"] is None

    await until(gone)
    assert "SOK Chanthy" not in await services.page(number)
    assert "SOK Chanthy" not in (await services.ask(number)).text
