"""Capture: requests that record one crossing each, from 16 clients; each client waits for its answer.

The floor is a bare ASGI route that does one INSERT and commits, under the same server (uvicorn, uvloop, httptools) with
the same number of connections to PostgreSQL. Floor and capture are measured alternately with the same load generator,
which keeps its connections open. Server, database and load generator share the machine.

``python -m bench.capture --seconds 5 --rounds 3``
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, cast
from uuid import uuid4

import typer
import uvloop

from bench.border_servers import border_servers, crossings
from bench.report import Figure, report

WANTED_RATIO, WANTED_P99 = 0.5, 5.0
_WARM = 1.0


@dataclass(slots=True)
class Round:
    """The duration of a round and the latencies of its requests, in seconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        return sorted(self.latencies)[int(len(self.latencies) * 0.99)] * 1000


class Client(asyncio.Protocol):
    """One connection that sends a request, waits for its answer and sends the next, until :meth:`stop` is called."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float]) -> None:
        self._requests, self._latencies = requests, latencies
        self._answer = b""
        self._sent = 0.0
        self._stopped = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Record the latency of a complete answer, then send the next request."""
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        if b" 201 " not in head.split(b"\r\n", 1)[0]:
            self.done.set_exception(RuntimeError(self._answer.decode()))
            return
        self._latencies.append(time.perf_counter() - self._sent)
        self._answer = b""
        if self._stopped:
            self._transport.close()
            self.done.set_result(None)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """Fail if an answer was still expected."""
        if not self.done.done():
            self.done.set_exception(error or RuntimeError("the server closed the connection"))

    def stop(self) -> None:
        """Send no more requests."""
        self._stopped = True

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))


def requests(token: str, rows: list[bytes]) -> Iterator[bytes]:
    """Yield requests without end, each with its own idempotency key."""
    while True:
        for row in rows:
            yield (
                f"POST /crossings HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(row)}\r\nIdempotency-Key: {uuid4()}\r\n\r\n"
            ).encode() + row


async def run_round(port: int, sending: Iterator[bytes], clients: int, seconds: float) -> Round:
    """Keep ``clients`` connections busy for some seconds."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    connected = [
        (await loop.create_connection(lambda: Client(sending, latencies), "127.0.0.1", port))[1]
        for _ in range(clients)
    ]
    await asyncio.sleep(_WARM)
    latencies.clear()
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    measured = Round(time.perf_counter() - began, list(latencies))
    for client in connected:
        client.stop()
    await asyncio.gather(*(client.done for client in connected))
    return measured


async def measure(clients: int, seconds: float, rounds: int) -> Figure:
    """Alternate floor and capture, and compare the medians."""
    async with border_servers() as servers:
        await (await servers.floor()).close()
        sending = requests(servers.token, crossings(20_000, how="live"))
        ours: list[Round] = []
        bare: list[Round] = []
        async with servers.serving("floor") as (floor_port, _), servers.serving("border") as (port, _):
            for _ in range(rounds):
                bare.append(await run_round(floor_port, sending, clients, seconds))
                ours.append(await run_round(port, sending, clients, seconds))
    rate, floor = statistics.median(each.rate for each in ours), statistics.median(each.rate for each in bare)
    p99, floor_p99 = (
        statistics.median(each.p99 for each in ours),
        statistics.median(each.p99 for each in bare),
    )
    return Figure(
        name="capture",
        value=rate,
        unit="requests/s",
        floor=floor,
        floor_is="a bare ASGI route, one INSERT and commit",
        goals={
            "share of the floor": (rate / floor, WANTED_RATIO),
            "floor's p99 to ours, times five": (WANTED_P99 * floor_p99 / p99, 1.0),
        },
        further={"clients": clients, "p99_ms": round(p99, 2), "floor_p99_ms": round(floor_p99, 2)},
    )


def main(
    clients: Annotated[int, typer.Option(help="Connections, each with one request at a time.")] = 16,
    seconds: Annotated[float, typer.Option(help="Seconds of a round.")] = 5.0,
    rounds: Annotated[int, typer.Option(help="Rounds of floor and capture.")] = 3,
) -> None:
    """Measure and report."""
    report(uvloop.run(measure(clients, seconds, rounds)))


if __name__ == "__main__":
    typer.run(main)
