"""The registry over the real road: rebuilt while it is in use, and who is who for the other services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.projections.builds import live_build
from chassis.projections.rebuild import BuildsDiffer
from contracts.envelope import ErasedPerson, SealedPerson
from services.registry.identity.number import mint, shown
from services.registry.projections.timeline import FIRST_BUILD, PROJECTION, Timelines
from services.registry.rebuilding import rebuild_timelines
from tests.conftest import Tokens
from tests.registry.events import Record, new_passport, node
from tests.registry.house import LocalMachine, open_house, until

pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(settings: Settings, token_of: Tokens) -> AsyncIterator[LocalMachine]:
    async with open_house(settings, token_of) as found:
        yield found


async def joined(house: LocalMachine) -> tuple[str, str, UUID]:
    """Two workers, and the event that joins them: the number that stays and the one that leads on to it."""
    one, other = new_passport(), new_passport()
    first = await house.cross("departure", one, at="2013-01-05T08:00:00+07:00")
    second = await house.cross("departure", other, at="2013-02-05T08:00:00+07:00")
    await house.number(one)
    await house.number(other)
    link = await house.cross("return", one, other, at="2014-09-01T08:00:00+07:00")
    stays, went = shown(mint(first)), shown(mint(second))
    await house.answers(went, 307)
    return stays, went, link


async def follows(house: LocalMachine, build: int) -> None:
    """The service reads from a build."""

    async def turned() -> bool:
        return house.registry.opened_as(Timelines).live.build == build

    await until(turned)


async def indexes_are_those_of_the_first(house: LocalMachine, build: int) -> None:
    """A build that was filled without them has got all of them in the end, each valid."""
    rows = await house.registry.pool.fetch(
        "SELECT i.schemaname, replace(i.indexdef, i.schemaname || '.', '') AS made, x.indisvalid AS valid"
        " FROM pg_indexes i JOIN pg_index x ON x.indexrelid = format('%I.%I', i.schemaname, i.indexname)::regclass"
        " WHERE i.schemaname = $1",
        f"timeline_{build}",
    )
    assert all(row["valid"] for row in rows)
    left_alone = (
        "SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND reloptions IS NOT NULL"
    )
    assert await house.registry.pool.fetch(left_alone, f"timeline_{build}") == []
    async with house.registry.pool.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        await connection.execute(f"CREATE SCHEMA as_first; SET LOCAL search_path TO as_first; {FIRST_BUILD}")
        first = await connection.fetch(
            "SELECT replace(indexdef, 'as_first.', '') AS made FROM pg_indexes WHERE schemaname = 'as_first'"
        )
        await undone.rollback()
    assert {row["made"] for row in rows} == {row["made"] for row in first}


async def left_of_builds(house: LocalMachine) -> set[int]:
    rows = await house.registry.pool.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'timeline\\_%'"
    )
    return {int(row["nspname"].rpartition("_")[2]) for row in rows}


@pytest.mark.parametrize("processes", [1, 2])
async def test_the_timelines_are_rebuilt_beside_the_live_ones_while_events_keep_coming(
    house: LocalMachine, processes: int
) -> None:
    stays, went, link = await joined(house)
    early = new_passport()
    await house.cross("departure", early)
    before = await live_build(house.registry.pool, PROJECTION)
    steps: set[str] = set()
    coming = []

    async def keep_crossing() -> None:
        while True:
            document = new_passport()
            await house.cross("departure", document, at="2014-01-01T08:00:00+07:00")
            coming.append(document)
            await house.cross("return", document)
            await asyncio.sleep(0.02)

    officer = asyncio.create_task(keep_crossing())
    try:
        build = await rebuild_timelines(
            house.settings, processes=processes, progress=lambda step, *_: steps.add(step)
        )
    finally:
        officer.cancel()
        await asyncio.gather(officer, return_exceptions=True)
    assert build == await live_build(house.registry.pool, PROJECTION) != before
    assert steps == {"events", "slices"}
    await indexes_are_those_of_the_first(house, build)
    await follows(house, build)
    await house.settled()
    assert len(coming) > 5
    for document in [early, coming[0], coming[len(coming) // 2], coming[-2]]:
        number = await house.number(document)
        await house.events(number, 1 if document is early else 2)
    assert (await house.ask(went)).status_code == 307
    assert len(await house.events(stays, 3)) == 3

    async def published() -> bool:
        return await house.live.who() == await house.live.members()

    await until(published)
    await house.void(link)
    await house.answers(went, 200)
    assert len(await house.events(went, 1)) == 1


async def test_a_rebuild_of_what_is_at_rest_publishes_nothing_and_changes_nothing(
    house: LocalMachine,
) -> None:
    stays, went, _ = await joined(house)
    await house.settled()
    before, digest = await house.published(), await house.live.digest()
    entries = await house.registry.pool.fetchval("SELECT count(*) FROM who_entries")
    live, retired = await live_build(house.registry.pool, PROJECTION), await left_of_builds(house)
    await house.registry.pool.execute(
        "UPDATE builds SET live_at = live_at - interval '1 day' WHERE state = 'live'"
    )
    build = await rebuild_timelines(house.settings)
    assert len(retired) > 1 and await left_of_builds(house) == {live, build}, "what nobody reads is dropped"
    await follows(house, build)
    assert await house.live.digest() == digest
    assert await house.published() == before
    assert await house.registry.pool.fetchval("SELECT count(*) FROM who_entries") == entries
    assert (await house.ask(went)).headers["location"].endswith(f"/workers/{stays}/timeline")


async def test_a_rebuild_publishes_what_became_different_with_a_higher_revision(house: LocalMachine) -> None:
    """What was published had gone wrong: the next rebuild says so to who follows it."""
    document = new_passport()
    event = await house.cross("departure", document)
    await house.number(document)
    await house.settled()
    at, number = node(document), mint(event)
    assert (await house.published())[at] == (1, number)
    await house.registry.pool.execute(
        "UPDATE who SET number = $2, revision = 2 WHERE node = $1", at, "0" * 14
    )
    entries = await house.registry.pool.fetchval("SELECT count(*) FROM who_entries")
    await follows(house, await rebuild_timelines(house.settings))

    async def published() -> bool:
        return (await house.published())[at] == (3, number)

    await until(published)
    assert await house.registry.pool.fetchval("SELECT count(*) FROM who_entries") == entries + 1

    async def told() -> bool:
        return (await house.on_the_road())[at] == (3, number)

    await until(told)


async def test_a_build_that_says_something_else_than_the_live_one_is_given_up(house: LocalMachine) -> None:
    document = new_passport()
    await house.cross("departure", document)
    number = (await house.number(document)).replace("-", "")
    await house.settled()
    live = await live_build(house.registry.pool, PROJECTION)
    await house.live.pool.execute("UPDATE workers SET country = 'MYS' WHERE number = $1", number)
    with pytest.raises(BuildsDiffer) as found:
        await rebuild_timelines(house.settings)
    assert found.value.differences == (number,)
    assert await live_build(house.registry.pool, PROJECTION) == live
    await house.live.pool.execute("UPDATE workers SET country = 'THA' WHERE number = $1", number)


async def test_who_is_who_is_published_when_workers_are_joined_and_when_they_part(
    house: LocalMachine,
) -> None:
    one, other = new_passport(), new_passport()
    first = await house.cross("departure", one, at="2013-01-05T08:00:00+07:00")
    second = await house.cross("departure", other, at="2013-02-05T08:00:00+07:00")

    def apart(who: dict[object, tuple[int, str]]) -> bool:
        return who.get(node(one), (0, ""))[1] == mint(first) and who.get(node(other), (0, ""))[1] == mint(
            second
        )

    def together(who: dict[object, tuple[int, str]]) -> bool:
        return who[node(one)][1] == who[node(other)][1] == mint(first)

    async def when(holds: object) -> int:
        async def told() -> int:
            who = await house.on_the_road()
            return who[node(other)][0] if holds(who) else 0  # type: ignore[operator]

        revision: int = await until(told)
        return revision

    assert await when(apart) == 1
    link = await house.cross("return", one, other)
    assert await when(together) == 2
    await house.void(link)
    assert await when(apart) == 3
    assert (await house.published())[node(one)] == (1, mint(first))


async def test_a_void_parts_two_workers_and_the_old_number_answers_again(house: LocalMachine) -> None:
    stays, went, link = await joined(house)
    await house.void(link)
    await house.answers(went, 200)
    assert len(await house.events(went, 1)) == len(await house.events(stays, 1)) == 1
    assert (await house.ask(stays)).json()["number"] == stays


async def test_a_correction_moves_an_event_to_another_persons_document(house: LocalMachine) -> None:
    mine, yours = new_passport(), new_passport()
    await house.cross("departure", mine, at="2013-01-05T08:00:00+07:00")
    await house.cross("departure", yours, at="2013-02-05T08:00:00+07:00")
    wrong = await house.cross("return", mine)
    my_number, your_number = await house.number(mine), await house.number(yours)
    assert len(await house.events(my_number, 2)) == 2
    body = {
        "reason": "wrong_person",
        "facts": {"checkpoint": "KH-POI", "returned_from": "THA", "documents_shown": ["passport"], "sex": 2},
        "person": {
            "sex": 2,
            "name": {"latin": "KEO Dara"},
            "documents": [{"kind": "passport", "number": yours.number}],
        },
    }
    headers = {"Authorization": f"Bearer {house.officer}", "Idempotency-Key": str(uuid4())}
    answer = await house.http.post(f"/border/events/{wrong}/correction", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert len(await house.events(your_number, 2)) == 2
    assert len(await house.events(my_number, 1)) == 1
    assert (await house.ask(your_number)).json()["whereabouts"]["place"] == "home"
    assert (await house.ask(my_number)).json()["whereabouts"]["place"] == "abroad"
    assert (await house.ask(your_number)).json()["name"]["latin"] == "KEO Dara"


async def test_a_sealed_and_an_erased_person_pass_from_the_record_to_the_page(house: LocalMachine) -> None:
    record, document = Record(salt=str(uuid4())), new_passport()
    handles = (node(document).hex,)
    departure, back = record.departure(document), record.back(document)
    record.made.clear()
    sealed = SealedPerson(evidence_id=uuid4(), key="k1", ciphertext="YWJj")
    erased = ErasedPerson(evidence_id=uuid4())  # type: ignore[call-arg]
    await house.commit(
        record.add(departure.facts, person=sealed, handles=handles, days=1),
        record.add(back.facts, person=erased, handles=handles, days=90),
    )
    number = await house.number(document)
    entries = await house.events(number, 2)
    assert [entry["type"].split(".")[2] for entry in entries] == ["worker_departed", "worker_returned"]
    timeline = (await house.ask(number)).json()
    assert timeline["name"] is None
    assert timeline["documents"] == []
    assert [journey["phase"] for journey in timeline["journeys"]] == ["returned"]
    page = await house.page(number)
    assert "Name not known" in page
    assert "Of 1 record the person is sealed." in page
    assert "Of 1 record the person was erased." in page
    assert "YWJj" not in page

    await house.cross("departure", document, at="2015-01-05T08:00:00+07:00")
    await house.events(number, 3)
    page = await house.page(number)
    assert "SOK Chanthy" in page
    assert "Of 1 record the person was erased." in page
    stored = await house.live.pool.fetchval(
        "SELECT count(*) FROM people WHERE number = $1", number.replace("-", "")
    )
    assert stored <= 1


async def test_a_correction_of_an_erased_person_does_not_bring_the_name_back(house: LocalMachine) -> None:
    """Erasing is a correction that carries the erased form: the name before it is shown no more."""
    record, document = Record(salt=str(uuid4())), new_passport()
    left = record.departure(document, name="SOK Chanthy", days=1)
    erasing = record.correct(left, person=ErasedPerson(evidence_id=uuid4()))  # type: ignore[call-arg]
    await house.commit(left, erasing)
    number = await house.number(document)

    async def gone() -> bool:
        return (await house.ask(number)).json()["name"] is None

    await until(gone)
    assert "SOK Chanthy" not in await house.page(number)
    assert "SOK Chanthy" not in (await house.ask(number)).text
