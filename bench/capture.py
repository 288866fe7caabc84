"""Capture: one crossing a request, committed before the answer, from 16 clients that each wait for their answer.

The floor is a bare ASGI route that does one INSERT and commits, under the same server (uvicorn, uvloop, httptools) with
the same number of connections to PostgreSQL. Both are measured in turns with the same generator, which keeps its
connections; server, database and generator share the machine.

``python -m bench.capture --seconds 5 --turns 3``
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

from bench.booth import booth, crossings
from bench.report import Figure, report

WANTED_RATIO, WANTED_P99 = 0.5, 5.0
_WARM = 1.0


@dataclass(slots=True)
class Turn:
    """The latencies of a turn, in seconds, and how long it took."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        return sorted(self.latencies)[int(len(self.latencies) * 0.99)] * 1000


class Client(asyncio.Protocol):
    """One connection: sends a request, waits for its answer, sends the next, until it is told to stop."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float]) -> None:
        self._requests, self._latencies = requests, latencies
        self._answer = b""
        self._sent = 0.0
        self._left = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take an answer in and send the next request."""
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
        if self._left:
            self._transport.close()
            self.done.set_result(None)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """Say so where an answer was still to come."""
        if not self.done.done():
            self.done.set_exception(error or RuntimeError("the server closed the connection"))

    def leave(self) -> None:
        """Send nothing more."""
        self._left = True

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))


def requests(token: str, rows: list[bytes]) -> Iterator[bytes]:
    """Requests without end, each with a key of its own."""
    while True:
        for row in rows:
            yield (
                f"POST /crossings HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(row)}\r\nIdempotency-Key: {uuid4()}\r\n\r\n"
            ).encode() + row


async def turn(port: int, sending: Iterator[bytes], clients: int, seconds: float) -> Turn:
    """Keep ``clients`` connections busy."""
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
    measured = Turn(time.perf_counter() - began, list(latencies))
    for client in connected:
        client.leave()
    await asyncio.gather(*(client.done for client in connected))
    return measured


async def measure(clients: int, seconds: float, turns: int) -> Figure:
    """Floor and capture by turns; the medians are compared."""
    async with booth() as where:
        await (await where.floor()).close()
        sending = requests(where.token, crossings(20_000, how="live"))
        ours: list[Turn] = []
        bare: list[Turn] = []
        async with where.serving("floor") as (floor_port, _), where.serving("border") as (port, _):
            for _ in range(turns):
                bare.append(await turn(floor_port, sending, clients, seconds))
                ours.append(await turn(port, sending, clients, seconds))
    rate, floor = statistics.median(t.rate for t in ours), statistics.median(t.rate for t in bare)
    p99, floor_p99 = statistics.median(t.p99 for t in ours), statistics.median(t.p99 for t in bare)
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
    seconds: Annotated[float, typer.Option(help="Length of a turn.")] = 5.0,
    turns: Annotated[int, typer.Option(help="Turns of floor and capture.")] = 3,
) -> None:
    """Measure and report."""
    report(uvloop.run(measure(clients, seconds, turns)))


if __name__ == "__main__":
    typer.run(main)
