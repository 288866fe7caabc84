"""Published worker numbers in a service's own database, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from aiokafka import TopicPartition

from chassis.projections.offsets import Offsets
from chassis.projections.reader import Poison, ReceivedEntry, edition_of
from chassis.reactions.worker_numbers import WorkerNumberReader, numbers_of, same_worker
from contracts.registry import WHO_TOPIC, WhoEntry
from tests.conftest import FreshService

Make = Callable[..., Awaitable[FreshService]]


def entry(
    node: str, number: str, revision: int, *, retracted: bool = False, shared: bool = False
) -> ReceivedEntry:
    published = WhoEntry(node=node, number=number, revision=revision, retracted=retracted, shared=shared)
    return ReceivedEntry(node, published.model_dump_json().encode(), WHO_TOPIC, 0, 0, uuid4())


async def test_the_highest_revision_of_a_worker_number_is_kept_in_any_order(fresh_service: Make) -> None:
    fresh = await fresh_service("who")
    reader, pool = WorkerNumberReader("reintegration"), fresh.pool
    one, other, number, later = "0" * 31 + "1", "0" * 31 + "2", "A" * 14, "B" * 14

    async def receive(*entries: ReceivedEntry) -> None:
        prepared = await reader.prepare(pool, [], entries)
        async with pool.acquire() as connection, connection.transaction():
            await reader.apply(connection, [], entries, prepared)

    await receive(entry(one, later, 3), entry(one, number, 1), entry(other, number, 1))
    await receive(entry(one, number, 2))
    assert await numbers_of(pool, [UUID(one), UUID(other)]) == {UUID(one): later, UUID(other): number}
    assert await pool.fetchval("SELECT array_agg(node) FROM who WHERE number = $1", number) == [UUID(other)]
    await receive(entry(other, later, 2))
    assert await same_worker(pool, [UUID(one)]) == {UUID(one), UUID(other)}
    assert await same_worker(pool, [UUID(int=9)]) == {UUID(int=9)}
    await receive(entry(other, later, 3, retracted=True), entry(other, later, 2))
    assert await numbers_of(pool, [UUID(one), UUID(other)]) == {UUID(one): later}
    assert await same_worker(pool, [UUID(one)]) == {UUID(one)}
    assert await same_worker(pool, [UUID(other)]) == {UUID(other)}
    await receive(entry(other, later, 4))
    assert await same_worker(pool, [UUID(one)]) == {UUID(one), UUID(other)}
    with pytest.raises(Poison):
        await reader.prepare(pool, [], [ReceivedEntry("x", b"{}", WHO_TOPIC, 0, 0, uuid4())])


async def test_a_shared_document_does_not_group_the_records_of_two_workers(fresh_service: Make) -> None:
    fresh = await fresh_service("shared")
    reader, pool = WorkerNumberReader("reintegration"), fresh.pool
    passport, own_card, her_record, his_record, unknown = (f"{nth:032x}" for nth in range(1, 6))
    her, his = "A" * 14, "B" * 14

    async def same(*nodes: str) -> set[UUID]:
        return await same_worker(pool, map(UUID, nodes))

    async def receive(*entries: ReceivedEntry) -> None:
        prepared = await reader.prepare(pool, [], entries)
        async with pool.acquire() as connection, connection.transaction():
            await reader.apply(connection, [], entries, prepared)

    await receive(entry(passport, her, 1), entry(own_card, her, 1))
    assert await same(passport) == {UUID(passport), UUID(own_card)}
    await receive(entry(passport, her, 2, shared=True), entry(her_record, her, 1), entry(his_record, his, 1))
    assert set((await numbers_of(pool, [UUID(passport), UUID(his_record)])).values()) == {his}
    assert await same(passport, his_record) == {UUID(his_record)}
    assert await same(passport, her_record) == {UUID(own_card), UUID(her_record)}
    # A record that the registry has not settled yet belongs to whom the document leads.
    assert await numbers_of(pool, [UUID(passport), UUID(unknown)]) == {UUID(passport): her}
    assert await same(passport, unknown) == {UUID(own_card), UUID(her_record), UUID(unknown)}
    await receive(entry(passport, her, 3), entry(his_record, his, 2, retracted=True))
    assert await same(passport, his_record) == {UUID(n) for n in (passport, own_card, her_record, his_record)}


async def test_a_number_that_an_earlier_version_did_not_take_back_is_taken_back_when_the_topic_is_read_anew(
    fresh_service: Make,
) -> None:
    fresh = await fresh_service("anew")
    reader, node, number = WorkerNumberReader("reintegration"), "0" * 31 + "7", "A" * 14
    await fresh.pool.execute(
        "INSERT INTO who (node, number, revision) VALUES ($1, $2, 2)", UUID(node), number
    )
    await Offsets(reader.name, 0).open(fresh.pool, [TopicPartition(WHO_TOPIC, 0)])
    assert await Offsets(reader.name, edition_of(reader)).read(fresh.pool) == {}, "it begins at the beginning"
    entries = [entry(node, number, 1), entry(node, number, 2, retracted=True)]
    prepared = await reader.prepare(fresh.pool, [], entries)
    async with fresh.pool.acquire() as connection, connection.transaction():
        await reader.apply(connection, [], entries, prepared)
    assert await numbers_of(fresh.pool, [UUID(node)]) == {}
