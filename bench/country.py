"""A country's history: recording, rebuilding, reading and searching at a tenth of the events and at all of them.

The memory that is left for caching can be limited, so that the data is larger than it: ``--leave-gb`` uses the rest of
the machine's memory while the benchmark runs (Linux, without swap). Run:
``python -m bench.country [--events 10000000] [--leave-gb 4]``.

What grows with the history is shown by comparing both sizes: the time of an append, the rate of a rebuild, the longest
transaction that writes (it holds up the gate of its database), the time of a start of the settler where nothing
changed, and the latencies of pages. ``docs/scale.md`` draws the conclusions for 120 million events.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import orjson
import uvloop

from bench.http_client import HttpAnswer, HttpClient
from bench.machine import longest_transaction, memory_left
from bench.process_group import print_line
from bench.rebuild import SERVICE, checkpoint, measure
from bench.report import Figure, report
from bench.services_process import MeasuredServices, measured_services
from bench.topic_data import EventMix, TopicRecord, publish
from chassis.outbox import cloudevents
from chassis.projections.builds import build_pool, schema_of, switch
from chassis.service import Role
from chassis.store.database import Pool, create_database, migrate, open_pool
from chassis.store.event_store import EventStore
from chassis.store.persons import PersonCodec
from contracts.catalogue import catalogue
from services.registry.identity.number import shown
from services.registry.projections.epochs import begin_epoch
from services.registry.projections.figures import count_figures
from services.registry.projections.published_numbers import publish_differences
from services.registry.projections.timeline import PROJECTION

STORE = "border"
APPENDS, WRITERS, READS, SAMPLE = 8_000, 16, 400, 200
_FILLED_AT_ONCE = 100_000
_FILL = """
INSERT INTO events (event_id, stream, version, type, occurred_at, recorded_at, facts, person, handles, correlation_id)
SELECT id, 'crossing-' || id, 1, 'domnaer.border.worker_returned.v1', at, at, $1, $2,
       '["' || md5(id::text) || '"]', id
FROM (SELECT uuidv7(make_interval(secs => -nth)) AS id, now() - make_interval(secs => nth) AS at
      FROM generate_series($3::int, $4::int) AS nth) AS acts
"""


@dataclass
class Sizes:
    """The figures at one size: milliseconds unless the name says otherwise."""

    events: int
    figures: dict[str, float] = field(default_factory=dict)


def _at(latencies: list[float], share: float) -> float:
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Country:
    """The servers, filled to one size after the other."""

    def __init__(self, services: MeasuredServices, registry: Pool, store: Pool) -> None:
        self.services, self.settings = services, services.settings
        self.registry, self.store = registry, store
        self._stored = 0

    async def fill_store(self, events: int) -> None:
        """Bring the event store of a service to this number of events, in slices."""
        record = next(
            each for each in EventMix(1_000).records() if b"worker_returned" in dict(each.headers)["ce_type"]
        )
        data = orjson.loads(record.value)
        facts, person = (orjson.dumps(data[name]).decode() for name in ("facts", "person"))
        while self._stored < events:
            upto = min(events, self._stored + _FILLED_AT_ONCE)
            await self.store.execute(_FILL, facts, person, self._stored + 1, upto)
            self._stored = upto

    async def measure_appends(self, size: Sizes) -> None:
        """Measure commits of single crossings by several writers at once."""
        known, store = catalogue(), EventStore(self.store, catalogue(), PersonCodec())
        mix = EventMix(20 * APPENDS, seed=int(time.time()))
        crossings: Iterator[TopicRecord] = (
            record for record in mix.records() if record.key.startswith(b"crossing-")
        )
        events = [
            cloudevents.event(dict(each.headers), each.value, known) for each in islice(crossings, APPENDS)
        ]
        await checkpoint(self.settings)
        latencies: list[float] = []

        async def write() -> None:
            while events:
                event = events.pop()
                begun = time.perf_counter()
                await store.commit([event])
                latencies.append((time.perf_counter() - begun) * 1000)

        await asyncio.gather(*(write() for _ in range(WRITERS)))
        size.figures |= {"append p50": _at(latencies, 0.5), "append p99": _at(latencies, 0.99)}

    async def rebuild(self, size: Sizes) -> None:
        """Rebuild the registry with two processes and make the build live; measure the floor beside it."""
        await checkpoint(self.settings)
        floor = await measure(self.settings, self.registry, "floor", 2)
        await checkpoint(self.settings)
        async with longest_transaction(self.settings) as longest:
            found = await measure(self.settings, self.registry, "timeline", 2, keep=True)
        print_line(f"longest writing transaction: {longest.statement}")
        await switch(self.registry, PROJECTION, found.build)
        size.figures |= {
            "rebuild events/s": found.rate,
            "raw floor events/s": floor.rate,
            "rebuild to floor": found.rate / floor.rate,
            "rebuild s": found.seconds,
            "rebuild MB a process": found.peak_mb,
            "longest writing transaction": longest.seconds * 1000,
        } | {f"{step} s": seconds for step, seconds in found.steps.items()}
        pool = await build_pool(self.settings.database(SERVICE), PROJECTION, found.build, size=4)
        try:
            await self._start_settler(pool, size)
            await self._read(pool, size)
        finally:
            await pool.close()
        gigabytes = await self.registry.fetchval(
            "SELECT sum(pg_total_relation_size(oid)) / 1e9 FROM pg_class WHERE relkind = 'r' AND relnamespace = $1::regnamespace",
            schema_of(PROJECTION, found.build),
        )
        size.figures["build GB"] = float(gigabytes)

    async def _start_settler(self, pool: Pool, size: Sizes) -> None:
        """Measure the publication of all worker numbers, the same again where nothing differs, and the count of departures."""
        epoch = await begin_epoch(pool)
        for name in ("publish all", "publish nothing"):
            await pool.execute("UPDATE public.settlers SET compared_to = NULL")
            async with longest_transaction(self.settings) as longest:
                begun = time.perf_counter()
                while await publish_differences(pool, epoch):
                    pass
                size.figures[f"{name} s"] = time.perf_counter() - begun
            size.figures[f"{name}, longest transaction"] = longest.seconds * 1000
        begun = time.perf_counter()
        while await count_figures(pool, epoch):
            pass
        size.figures["count departures s"] = time.perf_counter() - begun

    async def _read(self, pool: Pool, size: Sizes) -> None:
        """Measure what offices read, over HTTP, of workers taken at random."""
        # Numbers are hashes: neighbours in their order are workers at random.
        rows = await pool.fetch(
            "SELECT number FROM workers WHERE number >= 'G' ORDER BY number LIMIT $1", SAMPLE
        )
        numbers = [shown(row["number"]) for row in rows]
        names = orjson.dumps({"name": "KEO Sophea"})
        async with (
            self.services.serving((SERVICE,), Role.API) as port,
            HttpClient(port, self.services.token) as http,
        ):
            paths = [f"/registry/workers/{number}/timeline" for number in numbers]
            asked: dict[str, Callable[[int], Awaitable[HttpAnswer]]] = {
                "timeline": lambda nth: http.get(paths[nth % len(paths)]),
                "common name": lambda _: http.post("/registry/workers/search", names),
                "flags": lambda _: http.get("/registry/flags"),
                "departures": lambda _: http.get("/registry/figures/departures"),
            }
            for name, ask in asked.items():
                latencies = []
                for nth in range(READS if name == "timeline" else 20):
                    begun = time.perf_counter()
                    (await ask(nth)).json()
                    latencies.append((time.perf_counter() - begun) * 1000)
                size.figures[f"{name} p95"] = _at(latencies, 0.95)


async def measure_country(events: int) -> list[Sizes]:
    """Measure at a tenth of the events and at all of them."""
    found = []
    async with measured_services() as services:
        settings = services.settings
        for service, package in ((SERVICE, "services.registry.migrations"), (STORE, None)):
            await create_database(settings, service)
            await migrate(settings, service, package)
        registry = await open_pool(settings.database(SERVICE), size=4)
        store = await open_pool(settings.database(STORE), size=WRITERS)
        try:
            country = Country(services, registry, store)
            published = 0
            for total in (events // 10, events):
                size = Sizes(total)
                await country.fill_store(total)
                await country.measure_appends(size)
                await publish(settings, EventMix(total - published, seed=total).records())
                published = total
                await country.rebuild(size)
                print_line(f"{total:,} events: {size.figures}")
                found.append(size)
        finally:
            await registry.close()
            await store.close()
    return found


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--leave-gb", type=float, default=None)
    options = parser.parse_args()
    with memory_left(options.leave_gb) as gigabytes:
        small, large = uvloop.run(measure_country(options.events))
    few, many = small.figures, large.figures
    report(
        Figure(
            name="country",
            value=many["rebuild events/s"],
            unit="events/s (rebuild)",
            floor=many["raw floor events/s"],
            floor_is="same consumer and decoding, raw rows written, 2 processes, at the same size",
            goals={
                "rebuild, ratio to the floor": (many["rebuild to floor"], 0.65),
                "rebuild, ratio at all events to that at a tenth": (
                    many["rebuild to floor"] / few["rebuild to floor"],
                    1.0,
                ),
                "append p50 at a tenth to that at all events": (few["append p50"] / many["append p50"], 0.8),
                "longest writing transaction below 1 s": (1000.0, many["longest writing transaction"]),
            },
            further={f"{name}, {small.events:,} events": round(few[name], 2) for name in few}
            | {f"{name}, {large.events:,} events": round(many[name], 2) for name in many}
            | {"memory left for caching, GB": round(gigabytes, 1)},
        )
    )


if __name__ == "__main__":
    main()
