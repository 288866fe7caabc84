"""Latency from the answer 201 to the event on the worker's timeline over HTTP, without other load and then with it.

100 crossings per second are sent by the clock (open loop). After each answer the worker's timeline is read repeatedly
until it shows the event. The load is a rebuild of the registry and bulk uploads. The floor is the time of one read of a
timeline, since no event can be seen sooner.

``python -m bench.latency --seconds 15``
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

import orjson
import typer
import uvloop

from bench.border_servers import crossings
from bench.http_client import HttpClient
from bench.report import Figure, report
from bench.services_process import MeasuredServices, measured_services

WORKERS, RATE, GIVE_UP = 1_000, 100, 20.0
"""Events are spread over 1,000 workers, so that timelines stay short and reading them takes little of the latency."""
READ_AGAIN_AFTER = 0.01
"""Seconds between the first reads; later half of the time waited so far, so that reading does not delay a late event."""
CALM_P99, LOADED_P99 = 300.0, 500.0


@dataclass
class Latencies:
    """Latencies in milliseconds, and the number of events that never appeared."""

    latencies: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    lost: int = 0

    def at(self, share: float) -> float:
        """Return the latency that this share of the events does not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class LatencyProbe:
    """Records crossings as an officer and reads timelines as an office."""

    def __init__(self, services: MeasuredServices, port: int) -> None:
        self.http = HttpClient(port, services.token)
        self.numbers: list[str] = []

    def crossing(self, nth: int) -> dict[str, Any]:
        """Return the command that records a return of a worker."""
        return {
            "kind": "return",
            "occurred_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat(),
            "checkpoint": "KH-POI",
            "returned_from": "THA",
            "person": {"sex": 2, "documents": [{"kind": "passport", "number": f"L{nth:07d}"}]},
        }

    async def record(self, nth: int) -> str:
        """Record a crossing; return the id of its event."""
        answer = await self.http.post(
            "/border/crossings", orjson.dumps(self.crossing(nth)), {"Idempotency-Key": str(uuid4())}
        )
        event_id: str = answer.json()["events"][0]
        return event_id

    async def introduce_workers(self) -> None:
        """Record one crossing of each worker and read the worker numbers from the registry."""
        for begin in range(0, WORKERS, 20):
            await asyncio.gather(*(self.record(nth) for nth in range(begin, begin + 20)))
        for begin in range(0, WORKERS, 20):
            self.numbers += await asyncio.gather(*(self._number(nth) for nth in range(begin, begin + 20)))

    async def _number(self, nth: int) -> str:
        asked = orjson.dumps({"document": {"kind": "passport", "number": f"L{nth:07d}"}})
        while not (found := (await self.http.post("/registry/workers/search", asked)).json()["workers"]):
            await asyncio.sleep(0.05)
        return str(found[0]["number"])

    async def record_and_read(self, nth: int, seen: Latencies) -> None:
        """Record one crossing and read the timeline until it shows the event."""
        event_id = (await self.record(nth)).encode()
        acknowledged = time.perf_counter()
        path = f"/registry/workers/{self.numbers[nth]}/timeline"
        while time.perf_counter() - acknowledged < GIVE_UP:
            begun = time.perf_counter()
            answer = await self.http.get(path)
            now = time.perf_counter()
            seen.reads.append((now - begun) * 1000)
            if event_id in answer.content:
                seen.latencies.append((now - acknowledged) * 1000)
                return
            await asyncio.sleep(max(READ_AGAIN_AFTER, (now - acknowledged) / 2))
        seen.lost += 1

    async def measure(self, seconds: float) -> Latencies:
        """Send crossings by the clock for some seconds."""
        seen = Latencies()
        begun = time.perf_counter()
        tasks = []
        for nth in range(int(seconds * RATE)):
            await asyncio.sleep(max(0.0, begun + nth / RATE - time.perf_counter()))
            tasks.append(asyncio.create_task(self.record_and_read(nth % WORKERS, seen)))
        await asyncio.gather(*tasks)
        return seen

    async def upload(self, rows: list[bytes]) -> dict[str, Any]:
        """Send one bulk upload."""
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/x-ndjson"}
        found: dict[str, Any] = (
            await self.http.post("/border/crossings/bulk", b"\n".join(rows), headers)
        ).json()
        return found


async def _measure(seconds: float, uploaded: int) -> tuple[Latencies, Latencies, dict[str, int]]:
    done = {"rebuilds": 0, "rows uploaded": 0}
    async with measured_services() as services, services.serving(("border", "registry")) as port:
        probe = LatencyProbe(services, port)
        async with probe.http:
            await probe.introduce_workers()
            await probe.measure(2)
            calm = await probe.measure(seconds)
            rows = crossings(uploaded)

            async def uploads() -> None:
                for begin in range(0, len(rows), 5_000):
                    answer = await probe.upload(rows[begin : begin + 5_000])
                    done["rows uploaded"] += answer["taken"]

            async def rebuilds() -> None:
                while True:
                    await services.rebuild()
                    done["rebuilds"] += 1

            background = [asyncio.create_task(uploads()), asyncio.create_task(rebuilds())]
            loaded = await probe.measure(seconds)
            for task in background:
                if task.done():
                    task.result()
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    return calm, loaded, done


def main(
    seconds: Annotated[float, typer.Option(help="Seconds of each of the two parts.")] = 15.0,
    uploaded: Annotated[int, typer.Option(help="Rows uploaded as load.")] = 60_000,
) -> None:
    """Measure and report."""
    calm, loaded, done = uvloop.run(_measure(seconds, uploaded))
    reads = sorted(calm.reads)
    report(
        Figure(
            name="latency",
            value=calm.at(0.99),
            unit="ms (p99)",
            floor=reads[len(reads) // 2],
            floor_is="one read of a timeline over HTTP, p50",
            goals={
                "calm p99 below 300 ms": (CALM_P99, calm.at(0.99)),
                "loaded p99 below 500 ms": (LOADED_P99, loaded.at(0.99)),
                "no event lost": (0.0, float(calm.lost + loaded.lost)),
            },
            further={
                "p50_ms": calm.at(0.5),
                "p99_ms": calm.at(0.99),
                "loaded_p50_ms": loaded.at(0.5),
                "loaded_p99_ms": loaded.at(0.99),
                "requests": len(calm.latencies) + len(loaded.latencies),
                **done,
            },
        )
    )


if __name__ == "__main__":
    typer.run(main)
