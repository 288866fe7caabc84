"""uvicorn's HTTP protocol with limits on what a caller may keep open: headers, time, rate of bytes, connections."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from chassis.base.deadline import RETRY_SECONDS
from chassis.base.metrics import counter
from chassis.http.problems import BASE, MEDIA_TYPE

HEADER_BYTES = 32 * 1024
"""The largest request line with all headers, in bytes. A token may have 8,000 characters."""
HEADERS = 100
"""The largest number of headers."""
HEADER_SECONDS = 10.0
"""Seconds within which a request's headers arrive, from the opening of the connection or the request's first byte."""
BODY_WINDOW = 20.0
BODY_RATE = 1024
"""Bytes a second that arrive on average in each window of :data:`BODY_WINDOW` seconds while the service reads a body."""
MOST_CONNECTIONS = 800
"""Open connections of a process. For a further one, the connection that has waited longest for a request is closed."""
LINGER_SECONDS = 10.0
"""Seconds for which the rest of a body is discarded after an early answer; the caller can read the answer meanwhile."""
CHECK_SECONDS = 1.0

CLOSED = counter(
    "domnaer_http_connections_closed_total",
    "HTTP connections closed because of a limit, by the limit.",
    "reason",
)
_PROBLEMS = {
    400: ("bad-request", "This request cannot be understood", "send HTTP/1.1"),
    408: ("request-timeout", "The request did not arrive in time", "send it again over a better connection"),
    431: (
        "headers-too-large",
        "The headers are too large",
        f"send at most {HEADERS} headers of {HEADER_BYTES:,} bytes altogether",
    ),
    503: ("not-available", "This is not available at the moment", "try again in a while"),
}


class HeadersTooLarge(Exception):
    """The headers of a request exceed a limit; the parser stops."""


class LimitedProtocol(HttpToolsProtocol):
    """One connection. :meth:`check` is called every second for each; nothing else costs a request more than a comparison.

    A body is limited by its rate and not by its duration: an upload may last for minutes. Only the caller's delay counts:
    while the service does not read, no limit applies.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._refusal = 400
        self._head_since: float | None = None
        self._head_bytes = 0
        self._idle_since: float | None = None
        self._body_since: float | None = None
        self._body_bytes = 0
        self._lingering = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection; at the limit, close the one that has waited longest for a request."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            idle = [each for each in self.connections if cast(LimitedProtocol, each)._idle_since is not None]
            oldest = min(idle, key=lambda each: cast(LimitedProtocol, each)._idle_since or 0.0, default=None)
            if oldest is None:
                self._refuse(503, "connections")
                return
            CLOSED.labels("domnaer", "connections").inc()
            cast(LimitedProtocol, oldest).transport.close()
            self.connections.discard(oldest)
        self._idle_since = self._head_since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Parse what arrived. The rest of a request that is already answered is discarded."""
        if self._lingering:
            return
        since = self._head_since
        super().data_received(data)
        if (
            since is not None and self._head_since is since and not self._lingering
        ):  # headers and nothing else
            self._head_bytes += len(data)
            if self._head_bytes > HEADER_BYTES:
                self._refuse(431, "headers")

    def on_message_begin(self) -> None:
        """Begin to measure the time of the headers."""
        super().on_message_begin()
        if self._head_since is None:
            self._head_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Check the size of the headers, then start the request. Raises HeadersTooLarge."""
        size = len(self.url) + sum([len(name) + len(value) for name, value in self.headers])
        if size > HEADER_BYTES or len(self.headers) > HEADERS:
            self._refusal = 431
            raise HeadersTooLarge
        self._head_since = self._idle_since = None
        self._head_bytes = 0
        self._body_since = self.loop.time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count the bytes."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop to measure the body."""
        self._body_since = None
        self._body_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request; after an answer to an unread body, close the connection instead."""
        if self.cycle.response_complete and self.cycle.more_body and not self.transport.is_closing():
            self.server_state.total_requests += 1
            self._linger()
            return
        super().on_response_complete()
        if not self.pipeline:
            self._idle_since = self.loop.time()
            if self._head_since is not None:  # the next request's headers began to arrive meanwhile
                self._head_since = self._idle_since

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that the parser has stopped at."""
        self._refuse(self._refusal, "headers" if self._refusal == 431 else "malformed")

    def check(self, now: float) -> None:
        """Close the connection if its caller is too slow."""
        if self._lingering or self.transport.is_closing():
            return
        if self._head_since is not None:
            if now - self._head_since > HEADER_SECONDS and (
                self.cycle is None or self.cycle.response_complete
            ):
                self._refuse(408, "header_time")
        elif self._body_since is not None:
            if self.flow.read_paused or self.cycle.waiting_for_100_continue:
                self._body_since, self._body_bytes = now, 0
            elif now - self._body_since > BODY_WINDOW:
                if self._body_bytes < BODY_WINDOW * BODY_RATE:
                    self._refuse(408, "body_rate")
                self._body_since, self._body_bytes = now, 0

    def _refuse(self, status: int, reason: str) -> None:
        """Answer a request that does not reach the application, and close the connection."""
        CLOSED.labels("domnaer", reason).inc()
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started:
                self.transport.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        name, title, remedy = _PROBLEMS[status]
        content = orjson.dumps({"type": BASE + name, "title": title, "status": status, "remedy": remedy})
        retry = f"retry-after: {RETRY_SECONDS}\r\n" if status == 503 else ""
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(content)}\r\n{retry}connection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head.encode() + content)
        self._linger()

    def _linger(self) -> None:
        """Send nothing more, and close the connection after a while.

        A connection that is closed while bytes arrive is reset, and the caller may lose the answer.
        """
        self._lingering = True
        self._head_since = self._idle_since = self._body_since = None
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


async def check_connections(state: ServerState) -> None:
    """Check all connections every second, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        for each in list(state.connections):
            if isinstance(each, LimitedProtocol):
                each.check(loop.time())
