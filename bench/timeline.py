"""Latency of reading a timeline over HTTP in a registry of a million events.

The workers read have 10, 100, 2,500 and 8,000 events. The floor answers the plain rows of the same worker over HTTP, with the
same server.

``python -m bench.timeline --events 1000000``
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

import httpx2
import typer
import uvicorn
import uvloop

from bench.report import Figure, report
from bench.services_process import MeasuredServices, measured_services
from bench.topic_data import EventMix, TopicRecord
from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.settings import Settings
from chassis.outbox import cloudevents
from chassis.projections.builds import build_pool, ensure_build, live_build
from chassis.service import Role
from chassis.store.database import Pool, create_database, migrate, open_pool
from contracts.catalogue import catalogue
from services.registry.identity.number import shown
from services.registry.projections.evidence import EvidenceRows, append, evidence_rows, rows_of_event
from services.registry.projections.timeline import NEXT_BUILD, PROJECTION, shape
from services.registry.rebuilding import settle_all

SIZES = {10: 10.0, 100: 15.0, 2_500: 100.0, 8_000: 300.0}
OF_EACH, READS = 20, 300


def workers_of(mix: EventMix, size: int) -> list[list[TopicRecord]]:
    """Return workers with exactly this number of events."""
    return [list(islice(mix.commuter(size), size)) for _ in range(OF_EACH)]


async def fill(settings: Settings, pool: Pool, events: int) -> dict[int, list[UUID]]:
    """Store the mix and the workers to be read; return the nodes of these workers by number of events."""
    mix, known = EventMix(events), catalogue()
    nodes: dict[int, list[UUID]] = {}

    async def put(records: list[TopicRecord]) -> EvidenceRows:
        rows = evidence_rows(
            [
                rows_of_event(cloudevents.event(dict(record.headers), record.value, known), record.value)
                for record in records
            ]
        )
        async with pool.acquire() as connection, connection.transaction():
            await append(connection, rows)
        return rows

    for size in SIZES:
        nodes[size] = [UUID((await put(records)).facts[0][0]) for records in workers_of(mix, size)]
    records = mix.records()
    while page := list(islice(records, 5_000)):
        await put(page)
    await settle_all(settings, pool, await live_build(pool, PROJECTION, shape()) or 0, processes=1)
    await pool.execute("ANALYZE")
    return nodes


async def read(http: httpx2.AsyncClient, paths: list[str]) -> list[float]:
    """Read paths one after another; return the latencies in milliseconds."""
    found = []
    for nth in range(READS):
        begun = time.perf_counter()
        answer = await http.get(paths[nth % len(paths)])
        found.append((time.perf_counter() - begun) * 1000)
        answer.raise_for_status()
    return sorted(found[20:])


async def _measure(events: int) -> dict[int, tuple[list[float], list[float]]]:
    async with measured_services() as services:
        settings = services.settings
        await create_database(settings, "registry")
        await migrate(settings, "registry", "services.registry.migrations")
        plain = await open_pool(settings.database("registry"), size=2)
        build = await ensure_build(plain, PROJECTION, NEXT_BUILD, shape())
        pool = await build_pool(settings.database("registry"), PROJECTION, build, size=2)
        try:
            nodes = await fill(settings, pool, events)
            numbers = {
                size: [
                    shown(await pool.fetchval("SELECT number FROM members WHERE node = $1", node))
                    for node in found
                ]
                for size, found in nodes.items()
            }
            return await _read_all(services, build, nodes, numbers)
        finally:
            await pool.close()
            await plain.close()


async def _read_all(
    services: MeasuredServices, build: int, nodes: dict[int, list[UUID]], numbers: dict[int, list[str]]
) -> dict[int, tuple[list[float], list[float]]]:
    found = {}
    headers = {"Authorization": f"Bearer {services.token}"}
    async with services.serving(("registry",), Role.API) as port, httpx2.AsyncClient(timeout=60) as http:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            bare = probe.getsockname()[1]
        floor = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.timeline",
            "--bare",
            str(bare),
            "--events",
            str(build),
            env={**os.environ, **services.settings.environ()},
        )
        try:
            await asyncio.sleep(2)
            http.headers.update(headers)
            for size in SIZES:
                ours = await read(
                    http, [f"http://127.0.0.1:{port}/registry/workers/{n}/timeline" for n in numbers[size]]
                )
                floors = await read(http, [f"http://127.0.0.1:{bare}/{node}" for node in nodes[size]])
                found[size] = (ours, floors)
        finally:
            floor.kill()
            await floor.wait()
    return found


async def _bare(port: int, build: int) -> None:
    """Serve a bare ASGI route that answers a worker's rows."""
    pool = await build_pool(Settings().database("registry"), PROJECTION, build, size=4)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        node = UUID(scope["path"][1:])
        rows = await pool.fetch(
            "SELECT facts, person FROM facts WHERE node = $1 ORDER BY occurred_at, event_id", node
        )
        body = ("[" + ",".join(f"[{row[0]},{row[1] or 'null'}]" for row in rows) + "]").encode()
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})

    tune_garbage_collection()
    config = uvicorn.Config(
        app, port=port, loop="none", http="httptools", lifespan="off", log_level="warning", access_log=False
    )
    await uvicorn.Server(config).serve()


def main(
    events: Annotated[int, typer.Option(help="Events in the registry.")] = 1_000_000,
    bare: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Measure and report."""
    if bare:
        uvloop.run(_bare(bare, events))
        return
    found = uvloop.run(_measure(events))

    def p95(latencies: list[float]) -> float:
        return latencies[int(len(latencies) * 0.95)]

    ours = {size: p95(pair[0]) for size, pair in found.items()}
    floors = {size: p95(pair[1]) for size, pair in found.items()}
    report(
        Figure(
            name="timeline",
            value=ours[2_500],
            unit="ms (p95, 2,500 events)",
            floor=floors[2_500],
            floor_is="the bare rows over HTTP, p95",
            goals={
                f"p95 of {size:,} events below {most:g} ms": (most, ours[size])
                for size, most in SIZES.items()
            },
            further={f"p95_{size}_ms": round(ours[size], 2) for size in SIZES}
            | {f"floor_p95_{size}_ms": round(floors[size], 2) for size in SIZES}
            | {"events": events},
        )
    )


if __name__ == "__main__":
    typer.run(main)
