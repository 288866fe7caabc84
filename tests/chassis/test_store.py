"""The event store: appends are atomic and ordered, and stored events cannot be changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from chassis.store.append import AlreadyRecorded, ConcurrentAppend, KeyTaken, Statement, StillRunning
from chassis.store.database import Connection
from chassis.store.event_store import EventStore, lock_of
from contracts.border import HandoverAnnounced, HandoverCounted
from contracts.codes.crossings import DeportingAuthority
from contracts.codes.recording import HowRecorded
from contracts.envelope import Event, Fact, Recorded
from contracts.person import ClearPerson, ErasedPerson, Name, SealedPerson

RECORDED = Recorded(by="officer", office="KH-POI", how=HowRecorded.LIVE)
NOW = datetime(2014, 6, 12, 2, 0, tzinfo=UTC)
KEEP_KEY = (
    "INSERT INTO idempotency (caller, key, digest, status, outcome) VALUES ('a', $1, '\\x00', 201, '{}')"
)
AUDIT = "INSERT INTO audit (caller, office, action, correlation) VALUES ($1, 'KH-POI', 'act', $2)"


@pytest.fixture
def store(runtime: Runtime) -> EventStore:
    return runtime.store


def announced(stream: str | None = None, version: int = 1, **other: Any) -> Event[Fact]:
    facts = HandoverAnnounced(
        recorded=RECORDED, checkpoint="KH-POI", authority=DeportingAuthority.IMMIGRATION, count_announced=40
    )
    usual: dict[str, Any] = {
        "id": uuid7(),
        "stream": stream or f"handover-{uuid4()}",
        "version": version,
        "occurred_at": NOW,
        "recorded_at": NOW,
        "facts": facts,
        "person": None,
        "handles": (),
        "correlation_id": uuid4(),
    }
    return Event(**usual | other)


async def found(store: EventStore, event: Event[Fact]) -> Event[Fact] | None:
    """Return a stored event without the time at which the store appended it."""
    stored = await store.find(event.id)
    return None if stored is None else replace(stored, appended_at=None)


async def test_an_event_is_read_as_it_was_appended(store: EventStore) -> None:
    event = announced(
        handles=("ab" * 16,), causation_id=uuid4(), traceparent="00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
    )
    await store.commit([event])
    (loaded,) = await store.load(event.stream)
    assert loaded.appended_at is not None and replace(loaded, appended_at=None) == event
    assert await found(store, event) == event
    assert await store.find(uuid4()) is None
    assert await store.load(f"handover-{uuid4()}") == []


@pytest.mark.parametrize(
    "person",
    [
        ClearPerson(evidence_id=uuid4(), name=Name(khmer="សុខ ដារ៉ា"), words={"remark": "មក\nម្នាក់ឯង"}),
        SealedPerson(evidence_id=uuid4(), key="key-1", ciphertext="AAECAw=="),
        ErasedPerson(evidence_id=uuid4(), erased_on=NOW.date()),
    ],
    ids=lambda person: person.form,
)
async def test_a_person_is_kept_clear_sealed_or_erased(store: EventStore, person: Any) -> None:
    event = announced(person=person)
    await store.commit([event])
    assert (await store.load(event.stream))[0].person == person


async def test_several_events_are_appended_in_their_order(store: EventStore) -> None:
    events = [announced() for _ in range(50)]
    stream = events[0].stream
    events.append(announced(stream, 2, facts=HandoverCounted(recorded=RECORDED, count_taken=39)))
    await store.commit(events)
    rows = await store.pool.fetch(
        "SELECT event_id FROM events WHERE event_id = ANY($1) ORDER BY position", [e.id for e in events]
    )
    assert [row[0] for row in rows] == [event.id for event in events]
    found = await store.load_many([stream, events[1].stream, f"handover-{uuid4()}"])
    assert [len(history) for history in found.values()] == [2, 1, 0]


async def test_of_two_concurrent_appends_of_a_version_one_is_refused(store: EventStore) -> None:
    one = announced()
    outcomes = await asyncio.gather(
        store.commit([one]), store.commit([announced(one.stream)]), return_exceptions=True
    )
    assert sorted(type(outcome) for outcome in outcomes if outcome is not None) == [ConcurrentAppend]
    assert len(await store.load(one.stream)) == 1


async def test_an_id_is_recorded_once_on_whatever_stream(store: EventStore) -> None:
    event = announced()
    await store.commit([event])
    with pytest.raises(AlreadyRecorded):
        await store.commit([announced(id=event.id)])
    assert await store.known([event.id, uuid4()]) == {event.id: (event.stream, event.correlation_id)}


async def test_concurrent_transactions_with_the_same_ids_do_not_deadlock(store: EventStore) -> None:
    events = [announced() for _ in range(200)]
    outcomes = await asyncio.gather(
        *(store.commit(list(order)) for order in (events, events[::-1], events[100:] + events[:100])),
        return_exceptions=True,
    )
    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert {type(outcome) for outcome in outcomes if outcome is not None} <= {
        ConcurrentAppend,
        AlreadyRecorded,
    }


@pytest.mark.parametrize("part", ["audit", "read model"])
@pytest.mark.parametrize("many", [False, True])
async def test_nothing_is_written_if_one_part_fails(runtime: Runtime, part: str, many: bool) -> None:
    store, table = runtime.store, f"{runtime.schemas['handovers']}.handovers"
    fails = Statement(f"INSERT INTO {table} (handover_id, stream_version) VALUES ($1, 1)", (uuid4(),))
    if part == "audit":
        fails = Statement(AUDIT, (None, uuid4()))
    key, correlation = str(uuid4()), uuid4()
    events = [announced() for _ in range(2 if many else 1)]
    statements = [Statement(KEEP_KEY, (key,)), Statement(AUDIT, ("a", correlation)), fails]
    with pytest.raises(asyncpg.NotNullViolationError):
        await store.commit(events, statements, lock=lock_of("a", key))
    assert await store.find(events[0].id) is None
    assert not await store.pool.fetchval("SELECT count(*) FROM idempotency WHERE key = $1", key)
    assert not await store.pool.fetchval("SELECT count(*) FROM audit WHERE correlation = $1", correlation)
    statements.pop()
    await store.commit(events, statements, lock=lock_of("a", key))
    assert await found(store, events[0]) == events[0]


async def test_an_idempotency_key_is_locked_while_its_command_runs(store: EventStore) -> None:
    key = str(uuid4())

    async def commit(event: Event[Fact], connection: Connection | None = None) -> None:
        statements = [Statement(KEEP_KEY, (key,))]
        await store.commit([event], statements, lock=lock_of("a", key), connection=connection)

    async with store.pool.acquire() as other, other.transaction():
        await commit(announced(), other)
        with pytest.raises(StillRunning):
            await commit(announced())
    late = announced()
    with pytest.raises(KeyTaken):
        await commit(late)
    assert await store.find(late.id) is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events SET facts = '{}' WHERE event_id = $1",
        "DELETE FROM events WHERE event_id = $1",
        "TRUNCATE events",
        "UPDATE audit SET caller = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE idempotency SET outcome = ''",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TABLE events",
    ],
)
async def test_the_applications_own_role_cannot_change_the_record(store: EventStore, sql: str) -> None:
    event = announced()
    await store.commit([event])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.pool.execute(sql, *([event.id] if "$1" in sql else []))
    assert await found(store, event) == event


async def test_versions_begin_at_one(store: EventStore) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await store.commit([announced(version=0)])


def test_locks_differ_by_caller_and_by_key() -> None:
    assert len({lock_of("a", "bc"), lock_of("ab", "c"), lock_of("a", "bd")}) == 3
    assert lock_of("a", "b") == lock_of("a", "b")
