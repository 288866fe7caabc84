"""Bulk: time of one upload of crossings until its answer, and memory of the server and its upload process.

The floor runs in this process and without HTTP: it validates the same rows in the same way, and writes each thousand
with one raw INSERT into a copy of the events table, with the same keys and index. Server, database and client share
the machine.

``python -m bench.bulk --rows 100000``
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
import orjson
import typer
import uvloop
from pydantic import TypeAdapter

from bench.border_servers import BorderServers, border_servers, crossings
from bench.report import Figure, report
from services.border.domain.crossing import RecordCrossing

WANTED_RATE, WANTED_RATIO, WANTED_GROWTH_MB = 20_000.0, 0.5, 40.0
_TABLE = "DROP TABLE IF EXISTS floor_events; CREATE TABLE floor_events (LIKE events INCLUDING ALL)"
_RAW = (
    "INSERT INTO floor_events (event_id, stream, version, type, occurred_at, recorded_at, facts, correlation_id)"
    " SELECT id, 'crossing-' || id, 1, 'raw', now(), now(), row, id FROM unnest($1::uuid[], $2::text[]) AS raw(id, row)"
)


async def upload(port: int, token: str, body: bytes, pid: int) -> tuple[float, dict[str, Any], list[float]]:
    """Send a file; return the seconds until the answer, the answer, and the server's memory in MB every 50 ms."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    began = time.perf_counter()
    memory: list[float] = []

    async def watch() -> None:
        while True:
            memory.append(_memory(pid))
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    head = (
        f"POST /crossings/bulk HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {uuid4()}\r\n\r\n"
    )
    writer.write(head.encode())
    for at in range(0, len(body), 1 << 18):
        writer.write(body[at : at + (1 << 18)])
        await writer.drain()
    answer = await reader.read()
    seconds = time.perf_counter() - began
    watching.cancel()
    writer.close()
    head_of_answer, _, content = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head_of_answer.split(b"\r\n", 1)[0]:
        raise RuntimeError(answer.decode())
    return seconds, orjson.loads(content), memory


async def floor(servers: BorderServers, body: bytes) -> float:
    """Return the seconds that the floor takes."""
    connection = await asyncpg.connect(servers.settings.database("border", owner=True))
    await connection.execute(_TABLE)
    adapter: TypeAdapter[Any] = TypeAdapter(RecordCrossing)
    began = time.perf_counter()
    lines = body.splitlines()
    for at in range(0, len(lines), 1000):
        rows = lines[at : at + 1000]
        for row in rows:
            adapter.validate_json(row, strict=True)
        await connection.execute(_RAW, [uuid4() for _ in rows], [row.decode() for row in rows])
    seconds = time.perf_counter() - began
    await connection.close()
    return seconds


def _memory(pid: int) -> float:
    """Return the memory of a process and of the processes that it has started, in MB."""
    held = 0.0
    with contextlib.suppress(OSError):  # a process that has ended meanwhile uses no memory
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                held = int(line.split()[1]) / 1024
        started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        held += sum(_memory(int(child)) for child in started)
    return held


async def measure(rows: int, rounds: int) -> Figure:
    """Alternate floor and upload, and compare the fastest of each: other processes can only make a round slower."""
    floors: list[float] = []
    uploads: list[float] = []
    again: list[float] = []
    early = peak = 0.0
    async with border_servers() as servers, servers.serving("border") as (port, pid):
        await upload(port, servers.token, b"\n".join(crossings(5_000, how="paper")), pid)
        for day in range(1, rounds + 1):
            body = b"\n".join(crossings(rows, day=day)) + b"\n"
            floors.append(await floor(servers, body))
            seconds, answer, memory = await upload(port, servers.token, body, pid)
            uploads.append(seconds)
            early = early or max(memory[: len(memory) // 5 + 1])
            peak = max(peak, *memory)
            seconds, repeated, _ = await upload(port, servers.token, body, pid)
            again.append(seconds)
            if answer["taken"] != rows or repeated["already_known"] != rows:
                raise RuntimeError(
                    f"{answer['taken']} of {rows} taken, {repeated['already_known']} known again"
                )
    rate, bare, growth = rows / min(uploads), rows / min(floors), peak - early
    return Figure(
        name="bulk",
        value=rate,
        unit="rows/s",
        floor=bare,
        floor_is="the same rows validated, one raw INSERT for each thousand into a copy of the events table",
        goals={
            "rows/s": (rate, WANTED_RATE),
            "share of the floor": (rate / bare, WANTED_RATIO),
            "memory growth: MB below the limit": (WANTED_GROWTH_MB - growth, 0.0),
        },
        further={
            "memory_mb_after_a_fifth": round(early, 1),
            "memory_mb_growth": round(growth, 1),
            "sent_again_rows_per_s": round(rows / min(again), 1),
        },
    )


def main(
    rows: Annotated[int, typer.Option(help="Crossings in the upload.")] = 100_000,
    rounds: Annotated[int, typer.Option(help="Rounds of floor and upload.")] = 3,
) -> None:
    """Measure and report."""
    report(uvloop.run(measure(rows, rounds)))


if __name__ == "__main__":
    typer.run(main)
