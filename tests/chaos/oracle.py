"""The oracle of a chaos run: compares store, topics, timelines and read models with the acknowledged requests."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import orjson

from chassis.outbox.cloudevents import parts
from chassis.projections.builds import live_build, schema_of
from chassis.projections.kafka_clients import find_partitions, open_consumer
from chassis.projections.offsets import Record, incarnation_of
from chassis.reactions.causes import ReactionRecorder
from chassis.service import Role, RunningService
from chassis.store.decider import record_of
from contracts.envelope import Event, Fact
from contracts.journeys.events import JOURNEY_FACTS
from contracts.reintegration import ReintegrationCaseOpened, ReturnJoined
from contracts.rulings import effective
from domnaer.all_services import find_services
from services.registry.projections.timeline import PROJECTION, shape
from services.reintegration.reactions.returns import OFFICE
from services.reintegration.reactions.workers import event_ids, follow_worker, of_one_worker, opened_for
from tests.chaos.installation import Installation
from tests.chaos.load import Ledger

_REACTIONS = ("reintegration", "skills")
"""Services whose reactions record events: no client requested these events, so none was acknowledged."""
_NO_PERSON = ("handover_", "vacancy_")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of a service's store, as far as it is compared."""

    id: str
    stream: str
    version: int
    type: str
    facts: str
    by: str
    causation: str | None


class Oracle:
    """Finds differences between what was acknowledged and what the installation holds."""

    def __init__(self, at: Installation, ledger: Ledger) -> None:
        self._at = at
        self._ledger = ledger

    async def differences(self) -> list[str]:
        """Return every difference in words; none if nothing is lost and nothing exists twice."""
        found: list[str] = []
        stores: dict[str, list[StoredEvent]] = {}
        async with _services(self._at) as services:
            for name, service in services.items():
                pool = service.runtime.pool
                if letters := await pool.fetchval("SELECT count(*) FROM dead_letters"):
                    found.append(f"{name} has {letters} dead letters")
                if service.service.publishes is None:
                    continue
                stores[name] = await _stored(pool)
                found += self._compare_store(name, stores[name])
                found += await self._compare_topic(name, stores[name], pool)
                found += await _compare_read_models(service)
            found += await self._compare_timelines(services["registry"], stores)
            found += await self._compare_numbers(services)
            found += await _compare_cases(services)
        return found

    def _compare_store(self, service: str, stored: list[StoredEvent]) -> list[str]:
        by_hand = [event for event in stored if event.by not in _REACTIONS]
        uploaded = [event for event in by_hand if event.stream in self._ledger.uploaded]
        single = {event.id for event in by_hand if event.stream not in self._ledger.uploaded}
        acknowledged = self._ledger.events[service]
        lost = acknowledged - {event.id for event in by_hand}
        twice = single - acknowledged
        found = _differ(f"the store of {service} lacks acknowledged events", lost)
        found += _differ(f"the store of {service} has events that nobody was told of", twice)
        if service == "border":
            counts = Counter(event.stream for event in uploaded)
            missing = self._ledger.uploaded - counts.keys()
            found += _differ("the store of border lacks acknowledged rows of uploads", missing)
            repeated = {stream for stream, count in counts.items() if count > 1}
            found += _differ("the store of border has rows of uploads twice", repeated)
        return found

    async def _compare_topic(self, service: str, stored: list[StoredEvent], pool: Any) -> list[str]:
        topic = f"domnaer.{service}.v1"
        incarnation = await pool.fetchval("SELECT incarnation FROM relays WHERE topic = $1", topic)
        records = [
            each
            for each in await _read_topic(self._at, service, topic)
            if incarnation_of(each) == incarnation
        ]
        published: dict[str, tuple[str, int, str]] = {}
        order: dict[str, int] = {}
        found: list[str] = []
        for record in records:
            headers = {name: value.decode() for name, value in record.headers}
            id_, stream, version = headers["ce_id"], headers["ce_subject"], int(headers["ce_streamversion"])
            content = (stream, version, parts(record.value or b"")[0])
            if published.setdefault(id_, content) != content:
                found.append(f"the topic of {service} has event {id_} with two contents")
            if version > order.get(stream, 0) + 1:
                found.append(f"the topic of {service} has version {version} of {stream} too early")
            order[stream] = max(order.get(stream, 0), version)
        wanted = {event.id: (event.stream, event.version, event.facts) for event in stored}
        found += _differ(f"the topic of {service} lacks events", wanted.keys() - published.keys())
        found += _differ(f"the topic of {service} has events of no store", published.keys() - wanted.keys())
        other = {id_ for id_ in wanted.keys() & published.keys() if wanted[id_] != published[id_]}
        return found + _differ(f"the topic of {service} differs from the store in events", other)

    async def _compare_timelines(
        self, registry: RunningService, stores: Mapping[str, list[StoredEvent]]
    ) -> list[str]:
        pool = registry.runtime.pool
        build = await live_build(pool, PROJECTION, shape())
        if build is None:
            return ["no build of the timelines is live"]
        schema = schema_of(PROJECTION, build)
        rows = await pool.fetch(
            f"SELECT event_id FROM {schema}.facts UNION ALL"
            f" SELECT event_id FROM {schema}.rulings r WHERE NOT EXISTS"
            f" (SELECT FROM {schema}.facts f WHERE f.event_id = r.event_id)"
        )
        counts = Counter(str(row[0]) for row in rows)
        wanted = {
            event.id
            for events in stores.values()
            for event in events
            if not any(word in event.type for word in _NO_PERSON)
        }
        found = _differ("the timelines lack events", wanted - counts.keys())
        found += _differ("the timelines have events of no store", counts.keys() - wanted)
        repeated = {id_ for id_, count in counts.items() if count > 1}
        found += _differ("the timelines have events twice", repeated)
        waiting = await pool.fetchval(f"SELECT count(*) FROM {schema}.dirty")
        aside = await pool.fetchval("SELECT count(*) FROM set_aside WHERE build = $1", schema)
        return found + (
            [f"{waiting} nodes wait to be settled, {aside} are set aside"] * bool(waiting or aside)
        )

    async def _compare_numbers(self, services: Mapping[str, RunningService]) -> list[str]:
        query = "SELECT node, number, revision, retracted, shared FROM who"
        published = {
            name: {tuple(row) for row in await services[name].runtime.pool.fetch(query)}
            for name in ("registry", *_REACTIONS)
        }
        return [
            difference
            for name in _REACTIONS
            for difference in _differ(
                f"the worker numbers of {name} differ from those of the registry",
                {str(row[0]) for row in published["registry"] ^ published[name]},
            )
        ]


async def rebuild_registry(at: Installation) -> list[str]:
    """Rebuild the timelines with the command, and compare the published figures before and after it."""
    before = await _figures(at)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "domnaer",
        "rebuild",
        "registry",
        env={**os.environ, **at.settings.environ()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        return [f"the rebuild differs from the live timelines: {output.decode()}"]
    after = await _figures(at)
    return [] if before == after else [f"the figures differ: {before} before the rebuild, {after} after it"]


async def _figures(at: Installation) -> Any:
    async with httpx2.AsyncClient(base_url=at.url, timeout=30) as http:
        headers = {"Authorization": f"Bearer {at.token}"}
        answer = await http.get("/registry/figures/departures", headers=headers)
        return sorted(answer.json(), key=orjson.dumps)


@asynccontextmanager
async def _services(at: Installation) -> AsyncIterator[dict[str, RunningService]]:
    """Open every service in no role, for its pool, its store and its deciders."""
    opened: list[RunningService] = []
    try:
        for service in find_services():
            running = RunningService(service, at.settings, Role(0), migrating=False)
            opened.append(await running.__aenter__())
        yield {each.service.name: each for each in opened}
    finally:
        for each in opened:
            await each.__aexit__()


async def _compare_cases(services: Mapping[str, RunningService]) -> list[str]:
    """Decide the cases of each worker again, on the stores of all services: nothing may be left to do (rule J13)."""
    runtime = services["reintegration"].runtime
    known = await _events_of(services["reintegration"], [ReintegrationCaseOpened.wire])
    on_cases: dict[UUID, set[str]] = {}
    for stream, events in known.items():
        for event in events:
            if isinstance(event.facts, ReintegrationCaseOpened | ReturnJoined):
                on_cases.setdefault(event.facts.return_event_id, set()).add(stream)
    streams: dict[str, list[Event[Fact]]] = {}
    for name in ("border", "consular", "recruitment"):
        streams |= await _events_of(services[name], [fact.wire for fact in JOURNEY_FACTS])
    rows = await runtime.pool.fetch("SELECT node, number, shared FROM who WHERE NOT retracted")
    numbers = {row["node"]: row["number"] for row in rows if not row["shared"]}
    shared = {row["node"]: row["number"] for row in rows if row["shared"]}
    recorder = ReactionRecorder("reintegration", OFFICE, runtime.catalogue)
    undecided: set[str] = set()
    for worker in of_one_worker(streams, numbers, shared):
        theirs = {each for event_id in event_ids(worker) for each in on_cases.get(event_id, ())}
        own = opened_for(worker, {stream: known[stream] for stream in theirs})
        histories, _ = follow_worker(worker, (), own, recorder, runtime.clock.now())
        undecided |= {
            str(each) for each, events in histories.cases.items() if len(events) > histories.before[each]
        }
    found = _differ("reintegration cases that do not follow their returns", undecided)
    return found if on_cases else [*found, "no return is on a reintegration case"]


async def _events_of(service: RunningService, types: Sequence[str]) -> dict[str, list[Event[Fact]]]:
    """Return the streams of a service that have an event of one of the types."""
    rows = await service.runtime.pool.fetch(
        "SELECT DISTINCT stream FROM events WHERE type = ANY($1::text[])", types
    )
    return await service.runtime.store.load_many(row["stream"] for row in rows)


async def _stored(pool: Any) -> list[StoredEvent]:
    rows = await pool.fetch(
        "SELECT event_id::text, stream, version, type, facts, (facts::json #>> '{recorded,by}'), causation_id::text"
        " FROM events ORDER BY tx, position"
    )
    return [StoredEvent(*row) for row in rows]


async def _compare_read_models(service: RunningService) -> list[str]:
    """Write the fold of each stream into a schema of its own, compare it with the live rows, and drop the schema."""
    runtime, found = service.runtime, []
    connection = await asyncpg.connect(service.settings.database(service.service.name, owner=True))
    try:
        await connection.execute("SET ROLE NONE")  # the superuser reads the schemas of the builds too
        for decider in service.service.deciders:
            projection = decider.projection
            if projection is None:
                continue
            live = runtime.schemas[projection.name]
            names = await runtime.pool.fetch(
                "SELECT DISTINCT stream FROM events WHERE stream LIKE $1", f"{decider.noun}-%"
            )
            streams = await runtime.store.load_many(row[0] for row in names)
            rows: list[tuple[UUID, int, tuple[Any, ...] | None]] = []
            for stream, events in streams.items():
                standing = effective(events)
                row = projection.row(standing) if standing else None
                rows.append((record_of(stream), events[-1].version, row))
            transaction = connection.transaction()
            await transaction.start()
            try:
                await connection.execute("CREATE SCHEMA folded; SET LOCAL search_path = folded, public")
                await connection.execute(projection.ddl)
                for statement in projection.writes("folded", rows):
                    await connection.execute(statement.sql, *statement.args)
                differing = await connection.fetch(_DIFFERING.format(live=live, name=projection.name))
            finally:
                await transaction.rollback()
            found += _differ(
                f"rows of {live} differ from the fold of their streams", (r[0] for r in differing)
            )
    finally:
        await connection.close()
    return found


_DIFFERING = (
    "(SELECT t::text FROM folded.{name} t EXCEPT ALL SELECT t::text FROM {live}.{name} t) UNION ALL"
    " (SELECT t::text FROM {live}.{name} t EXCEPT ALL SELECT t::text FROM folded.{name} t)"
)


async def _read_topic(at: Installation, service: str, topic: str) -> list[Record]:
    """Return the records of a topic, each partition in its order."""
    partitions = await find_partitions(at.settings, service, [topic])
    records: list[Record] = []
    async with open_consumer(at.settings, service) as consumer:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        while any([await consumer.position(each) < end for each, end in ends.items()]):
            for found in (await consumer.getmany(timeout_ms=500)).values():
                records += found
    return records


def _differ(what: str, ids: Iterable[Any]) -> list[str]:
    """Return a difference with the first of the ids, or nothing if there are none."""
    found = sorted(map(str, ids))
    return [f"{what}: {len(found)}, such as {', '.join(found[:_SHOWN])}"] if found else []
