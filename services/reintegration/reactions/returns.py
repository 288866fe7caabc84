"""Rule J13 at work: readers note workers of whom something new is known, and background work lets their cases follow.

One process at a time follows. The end of home leave is noted with its instant, and comes up when it is reached.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg

from chassis.base.backoff import Backoff
from chassis.base.logs import get_log
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.draft import Draft
from chassis.commands.execution import commit
from chassis.commands.runtime import Runtime
from chassis.projections.reader import RECORD_ERRORS, ReceivedEntry, ReceivedEvent
from chassis.reactions.causes import ReactionRecorder
from chassis.reactions.inbox import Inbox, InboxReader
from chassis.reactions.worker_numbers import WorkerNumberReader
from chassis.store.append import ConcurrentAppend, Statement
from chassis.store.database import Connection
from chassis.store.decider import record_of
from chassis.store.event_store import EventTypeNotKnown
from chassis.store.persons import RecordUnreadable
from contracts import border, consular
from contracts.envelope import Event, Fact, Ruling
from contracts.journeys.events import JOURNEY_FACTS, JOURNEY_TOPICS
from contracts.reintegration import ReintegrationCaseOpened, ReturnJoined
from services.reintegration.deciders import cases
from services.reintegration.projections.background import LIVES
from services.reintegration.projections.following import find_followed, find_numbers, find_reached
from services.reintegration.reactions.workers import (
    Group,
    Streams,
    event_ids,
    follow_worker,
    in_groups,
    may_have_returned,
    of_one_worker,
    opened_for,
)

OFFICE = "NEA"
WAITING = "SELECT count(*) FROM to_follow WHERE due_at IS NULL"
"""Counts what is noted and not followed yet."""
_AT_ONCE, _IDLE, _LONGEST_RETRY = 500, 0.2, 3.0
_LONGEST_STEP = 0.5
"""Seconds after which a step begins with no further worker, so that its transaction ends soon."""
_LATER = timedelta(minutes=10)
"""The time after which a worker whose cases could not be decided is tried again."""
_NOTE = "INSERT INTO to_follow (node, event_id, since) SELECT node, event, $3 FROM unnest($1::uuid[], $2::uuid[]) AS n(node, event)"
_NOTE_NODES = "INSERT INTO to_follow (node, since) SELECT node, $2 FROM unnest($1::uuid[]) AS n(node)"
"""Notes also nodes of which no event is kept: the transaction that keeps one may not have ended yet."""
_NOTED_OF = (
    "SELECT nth, node, event_id FROM to_follow"
    " WHERE due_at IS NULL AND node = ANY($1::uuid[]) AND nth <> ALL($2::bigint[])"
)
_DUE = (
    "(SELECT nth, node, event_id FROM to_follow WHERE due_at IS NULL ORDER BY nth LIMIT $2)"
    " UNION ALL (SELECT nth, node, event_id FROM to_follow WHERE due_at <= $1 ORDER BY due_at LIMIT $2)"
)
_WHO_RETURNED = frozenset(
    (
        border.WorkerReturned.wire,
        border.WorkerDeported.wire,
        border.BorderCrossed.wire,
        consular.AssistanceCaseOpened.wire,
        consular.AssistanceCallerIdentified.wire,
    )
)
"""Facts whose person block a case may take over; those of the others are not kept."""
_log = get_log()


class LifeReader(InboxReader):
    """The reader that keeps what the rules of the timeline need of border, recruitment and consular."""

    edition = 1
    """1: departures, contracts and cases too. The edition before kept returns alone."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime, LIVES, JOURNEY_TOPICS, JOURNEY_FACTS, persons=True)

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: None,
    ) -> None:
        """Store the received events, and note their workers."""
        events = [_without_needless_person(received.event) for received in page]
        for write in self.log.keep(events):
            await connection.execute(write.sql, *write.args)
        nodes = [record_of(event.stream) for event in events]
        await connection.execute(_NOTE, nodes, [event.id for event in events], datetime.now(UTC))


class NumberReader(WorkerNumberReader):
    """The reader of worker numbers, which also notes the workers of the nodes."""

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: dict[UUID, tuple[str, int, bool, bool]],
    ) -> None:
        """Store the entries, and note their nodes."""
        await super().apply(connection, page, entries, prepared)
        await connection.execute(_NOTE_NODES, sorted(prepared), datetime.now(UTC))


def _without_needless_person(event: Event[Fact]) -> Event[Fact]:
    facts = event.facts
    wire = facts.named_type if isinstance(facts, Ruling) else facts.wire
    return event if wire in _WHO_RETURNED or event.person is None else replace(event, person=None)


class _Noted(NamedTuple):
    """Notes, the groups of workers whom they concern, and the cases that follow or followed each of their returns."""

    notes: Sequence[asyncpg.Record]
    groups: Sequence[Group]
    followed: Mapping[UUID, Sequence[UUID]]


async def _find_noted(connection: Connection, log: Inbox, now: datetime) -> _Noted | None:
    """Return the notes that are due, with all others of the same workers; None if none is due.

    All that is noted of a worker is followed at once: what is recorded of one comes in many pages.
    """
    due = await connection.fetch(_DUE, now, _AT_ONCE)
    if not due:
        return None
    nodes = await find_reached(connection, {row["node"] for row in due})
    notes = due + await connection.fetch(_NOTED_OF, list(nodes), [row["nth"] for row in due])
    nodes = await find_reached(connection, nodes)  # what was noted meanwhile may join further workers
    streams = await log.of_nodes(connection, nodes)
    numbers, shared = await find_numbers(connection, nodes)
    workers = [worker for worker in of_one_worker(streams, numbers, shared) if may_have_returned(worker)]
    followed: dict[UUID, list[UUID]] = {}
    for return_id, case_id in await find_followed(
        connection, [each for worker in workers for each in event_ids(worker)]
    ):
        followed.setdefault(return_id, []).append(case_id)
    return _Noted(notes, in_groups(workers, followed), followed)


class Following:
    """Background work that lets the cases of noted workers follow. What fails is tried again later."""

    name = "following"

    def __init__(self, runtime: Runtime) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self.set_aside = 0
        self._runtime = runtime
        self._log = Inbox(LIVES, runtime.catalogue, runtime.store.persons, keeps_persons=True)
        self._recorder = ReactionRecorder(runtime.service, OFFICE, runtime.catalogue)

    async def run(self) -> None:
        """Follow until cancelled."""
        await self._runtime.read_models.ready.wait()
        backoff = Backoff(_LONGEST_RETRY)
        while True:
            try:
                more = await self.step()
            except ConcurrentAppend:  # a counsellor recorded something on one of the cases: decide again
                await backoff.wait()
                continue
            except Exception as error:  # such as a lost database: the workers stay noted
                self.trouble = type(error).__name__
                _log.warning("following_failed", error=self.trouble)
                await backoff.wait()
                continue
            self.trouble, self.last_progress = None, time.monotonic()
            backoff.succeeded()
            if not more:
                await asyncio.sleep(_IDLE)

    async def step(self) -> bool:
        """Let the cases of some noted workers follow; return False if none is noted, or another process follows.

        A worker whose events or cases cannot be processed is set aside, and tried again later. Raises ConcurrentAppend if
        somebody else recorded something on one of the cases, and errors that no record can cause.
        """
        async with self._runtime.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('following', 0))"
            ):
                return False
            now = self._runtime.clock.now()
            noted = await _find_noted(connection, self._log, now)
            if noted is None:
                return False
            fresh = {row["event_id"] for row in noted.notes}
            draft, statements, failed = Draft(), list[Statement](), list[UUID]()
            until, waiting = time.monotonic() + _LONGEST_STEP, list(noted.groups)
            while waiting:
                for worker in waiting.pop(0).workers:
                    await REQUEST_PRIORITY.give_way()
                    try:
                        statements += await self._follow(
                            connection, worker, noted.followed, fresh, draft, now
                        )
                    except (EventTypeNotKnown, RecordUnreadable, *RECORD_ERRORS) as error:
                        failed.append(record_of(next(iter(worker))))
                        _log.error("following_set_aside", node=str(failed[-1]), error=type(error).__name__)
                if time.monotonic() > until:  # many requests wait: the others follow in the next steps
                    break
            later = set[UUID]().union(*(group.keys for group in waiting))
            done = [row["nth"] for row in noted.notes if row["node"] not in later]
            statements.append(Statement("DELETE FROM to_follow WHERE nth = ANY($1::bigint[])", (done,)))
            if failed:
                statements.append(
                    Statement(
                        "INSERT INTO to_follow (node, since, due_at, failed)"
                        " SELECT node, $2, $3, true FROM unnest($1::uuid[]) AS n(node)",
                        (failed, now, now + _LATER),
                    )
                )
            await commit(self._runtime, draft, statements, connection=connection)
        self.set_aside = await self._runtime.pool.fetchval(
            "SELECT count(DISTINCT node) FROM to_follow WHERE failed"
        )
        if draft.events:
            self._runtime.wake()
        return True

    async def _follow(
        self,
        connection: Connection,
        worker: Streams,
        followed: Mapping[UUID, Sequence[UUID]],
        fresh: set[UUID],
        draft: Draft,
        now: datetime,
    ) -> list[Statement]:
        case_ids = {case_id for each in event_ids(worker) for case_id in followed.get(each, ())}
        stored: Mapping[str, list[Event[Fact]]] = {}
        if case_ids:
            stored = await self._runtime.store.load_many(map(cases.stream, case_ids), connection)
        own = opened_for(worker, stored)
        histories, leave_until = follow_worker(worker, fresh, own, self._recorder, now)
        joined: list[tuple[UUID, UUID]] = []
        for case_id, history in histories.cases.items():
            behind = histories.before[case_id]
            if len(history) > behind:
                draft.append(cases, case_id, history[:behind], history[behind:])
                joined += [
                    (event.facts.return_event_id, case_id)
                    for event in history[behind:]
                    if isinstance(event.facts, ReintegrationCaseOpened | ReturnJoined)
                ]
        statements = []
        if joined:
            returns, of_cases = map(list, zip(*joined, strict=True))
            statements.append(
                Statement(
                    "INSERT INTO followed SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING",
                    (returns, of_cases),
                )
            )
        if leave_until is not None:
            node = record_of(next(iter(worker)))
            statements.append(
                Statement(
                    "INSERT INTO to_follow (node, since, due_at) VALUES ($1::uuid, $2::timestamptz, $3::timestamptz)",
                    (node, now, leave_until),
                )
            )
        return statements

    async def waiting(self) -> tuple[int, float]:
        """Return how many notes wait, and for how many seconds the oldest has waited."""
        row = await self._runtime.pool.fetchrow(
            "SELECT count(*) AS noted, min(since) AS since FROM to_follow WHERE due_at IS NULL"
        )
        assert row is not None
        if row["since"] is None:
            return 0, 0.0
        return row["noted"], max(0.0, (datetime.now(UTC) - row["since"]).total_seconds())

    async def measure(self, service: str) -> None:
        """Do nothing: the background probe says how much waits."""
