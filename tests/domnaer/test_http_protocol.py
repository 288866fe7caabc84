"""The limits of a connection, on raw sockets: headers, their time, the rate of a body, connections, early answers."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from starlette.types import Receive, Scope, Send

from domnaer import http_protocol
from domnaer.server import listening, serving

pytestmark = pytest.mark.asyncio(loop_scope="function")
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass
class Application:
    """An application that reads its body, or answers at once, or waits first."""

    disconnected: int = 0
    proceed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, status = 0, 200
        if scope["path"] == "/refused":
            status = 401
        elif scope["path"] == "/later":
            await self.proceed.wait()
        if status == 200:
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    self.disconnected += 1
                    return
                size, more = size + len(message["body"]), message["more_body"]
        content = str(size).encode()
        length = (b"content-length", str(len(content)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [length]})
        await send({"type": "http.response.body", "body": content})


@pytest.fixture
def app() -> Application:
    return Application()


@contextlib.asynccontextmanager
async def running(app: Application) -> AsyncIterator[int]:
    with listening("127.0.0.1", 0) as listener:
        async with serving(app, listener):
            yield listener.getsockname()[1]


class Connection:
    """A connection of a client that sends bytes as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    async def status(self) -> int:
        """Read one answer; 0 if the connection was closed without one."""
        async with asyncio.timeout(10):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = await self._reader.readline()
                if not line:
                    return 0
                head += line
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            self.content = await self._reader.readexactly(length)
            return int(head.split(b" ", 2)[1])

    async def closed(self) -> bool:
        """Return whether the server closes the connection within some seconds."""
        try:
            async with asyncio.timeout(5):
                return await self._reader.read(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def close(self) -> None:
        self._writer.close()


async def test_endless_headers_are_refused_at_once(app: Application) -> None:
    async with running(app) as port:
        connection = await Connection.to(port)
        began, sent = time.monotonic(), 0
        await connection.send(b"GET / HTTP/1.1\r\nX-Long: ")
        with contextlib.suppress(ConnectionError):
            while sent < 300_000_000 and time.monotonic() - began < 5:
                await connection.send(b"x" * 100_000)
                sent += 100_000
                await asyncio.sleep(0)
                if connection._reader._buffer:  # type: ignore[attr-defined]
                    break
        assert await connection.status() == 431
        assert sent < 20_000_000
        assert await connection.closed()


@pytest.mark.parametrize(
    "headers",
    [
        b"".join(b"X-%d: 1\r\n" % nth for nth in range(101)),
        b"X-Long: " + b"x" * 40_000 + b"\r\n",
        b"".join(b"X-%d: %s\r\n" % (nth, b"x" * 1_000) for nth in range(40)),
    ],
)
async def test_too_many_or_too_long_headers_are_refused(app: Application, headers: bytes) -> None:
    async with running(app) as port:
        connection = await Connection.to(port)
        await connection.send(b"GET / HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
        assert await connection.status() == 431
        assert b"32,768 bytes" in connection.content
        assert await connection.closed()


async def test_large_headers_within_the_limit_and_a_large_body_are_accepted(app: Application) -> None:
    async with running(app) as port:
        connection = await Connection.to(port)
        for _ in range(3):
            head = b"POST / HTTP/1.1\r\nHost: x\r\nX-Token: " + b"x" * 30_000
            await connection.send(head + b"\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000)
            assert await connection.status() == 200
            assert connection.content == b"500000"
        body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000
        await connection.send(
            body + GET[:10]
        )  # the next request begins in the piece with the end of the body
        assert await connection.status() == 200
        await connection.send(GET[10:])
        assert await connection.status() == 200


async def test_what_is_not_http_is_refused(app: Application) -> None:
    async with running(app) as port:
        connection = await Connection.to(port)
        await connection.send(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
        assert await connection.status() == 400
        assert await connection.closed()


async def test_half_requests_are_closed_in_time_and_others_are_not(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEADER_SECONDS", 0.4)
    monkeypatch.setattr(http_protocol, "CHECK_SECONDS", 0.05)
    async with running(app) as port:
        used = await Connection.to(port)
        await used.send(GET)
        assert await used.status() == 200
        waiting = await Connection.to(port)
        await waiting.send(b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        halves = [await Connection.to(port) for _ in range(100)]
        for nth, half in enumerate(halves):
            await half.send(GET[: nth % (len(GET) - 1)])
        assert await asyncio.gather(*(half.status() for half in halves)) == [408] * 100
        assert all(await asyncio.gather(*(half.closed() for half in halves)))
        await used.send(GET)  # idle for longer than headers may take
        assert await used.status() == 200
        app.proceed.set()
        assert await waiting.status() == 200


async def test_a_body_that_arrives_too_slowly_is_given_up(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "BODY_WINDOW", 0.4)
    monkeypatch.setattr(http_protocol, "CHECK_SECONDS", 0.05)
    async with running(app) as port:
        stalled, trickling = await Connection.to(port), await Connection.to(port)
        for each in (stalled, trickling):
            await each.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx")

        async def trickle() -> None:
            with contextlib.suppress(ConnectionError):
                for _ in range(100):
                    await trickling.send(b"x")
                    await asyncio.sleep(0.05)

        sending = asyncio.create_task(trickle())
        assert await stalled.status() == 408
        assert await trickling.status() == 408
        assert await stalled.closed() and await trickling.closed()
        assert app.disconnected == 2
        await sending


async def test_a_long_body_may_last_and_a_service_that_does_not_read_is_no_fault_of_the_caller(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "BODY_WINDOW", 0.3)
    monkeypatch.setattr(http_protocol, "CHECK_SECONDS", 0.05)
    async with running(app) as port:
        steady, early = await Connection.to(port), await Connection.to(port)
        await early.send(
            b"POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n" + b"x" * 200_000
        )
        await steady.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n")
        for _ in range(10):
            await steady.send(b"x" * 1_000)
            await asyncio.sleep(0.12)
        assert (await steady.status(), steady.content) == (200, b"10000")
        app.proceed.set()
        await early.send(b"x" * 200_000)
        assert (await early.status(), early.content) == (200, b"400000")


async def test_a_new_connection_replaces_the_one_that_waited_longest(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "MOST_CONNECTIONS", 4)
    async with running(app) as port:
        busy = [await Connection.to(port) for _ in range(2)]
        for each in busy:
            await each.send(b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        halves = []
        for _ in range(2):
            halves.append(await Connection.to(port))
            await halves[-1].send(GET[:10])
            await asyncio.sleep(0.05)
        used = await Connection.to(port)
        await used.send(GET)
        assert await used.status() == 200
        assert await halves[0].closed()
        for _ in range(2):
            busy.append(await Connection.to(port))
            await busy[-1].send(b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(0.05)
        refused = await Connection.to(port)
        assert await refused.status() == 503
        app.proceed.set()
        assert [await each.status() for each in busy] == [200] * 4


async def test_an_answer_before_the_body_reaches_the_caller_and_the_body_is_not_kept(
    app: Application,
) -> None:
    async with running(app) as port:
        connection = await Connection.to(port)
        await connection.send(b"POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n")
        sent = 0

        async def send() -> None:
            nonlocal sent
            with contextlib.suppress(ConnectionError):
                while sent < 200_000_000:
                    await connection.send(b"x" * 100_000)
                    sent += 100_000

        sending = asyncio.create_task(send())
        assert await connection.status() == 401
        assert await connection.closed()
        assert sent < 200_000_000
        sending.cancel()
        connection.close()
