"""Outermost ASGI middleware: correlation ids, deadline, body limit, compression, security headers, metrics, unexpected errors."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from os import urandom
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from chassis.base.deadline import MOST_WAITING, REQUEST_SECONDS, Deadline, Deadlines
from chassis.base.ids import new_id, read_id
from chassis.base.logs import get_log, route_template
from chassis.base.metrics import counter, histogram
from chassis.base.priority import REQUEST_PRIORITY
from chassis.http.compression import Compression
from chassis.http.problems import TokenBucket, unavailable, unexpected

BODY_LIMIT = 1_000_000
"""The largest body of a request in bytes, except for uploads (:func:`treat_as_upload`)."""

_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_PAGE_POLICY = (
    b"default-src 'self'; img-src 'self' data:; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    b" frame-ancestors 'none'"
)
_DOCS_POLICY = (
    _PAGE_POLICY + b"; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; worker-src blob:"
)
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_DOCUMENT_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_PARTS_OF_PAGES = frozenset({b"script", b"style", b"font", b"image"})
"""What a browser asks for as a part of a page (``Sec-Fetch-Dest``). Browsers apply the policies of the
page to it. With policies of their own the two dozen files of the offline booth were 9 kB heavier."""
_POLICY = (b"content-security-policy", _PAGE_POLICY)
_DOCS_POLICY_HEADER = (b"content-security-policy", _DOCS_POLICY)
_NO_STORE = (b"cache-control", b"no-store")
_log = get_log()
_LOGGED = TokenBucket(rate=1, burst=20)
"""Limits the log entries of exceeded deadlines; the metric counts all of them."""

REQUESTS = counter(
    "domnaer_http_requests_total", "HTTP requests by route template and status.", "route", "method", "status"
)
REQUEST_DURATION = histogram(
    "domnaer_http_request_duration_seconds",
    "Time from the arrival of an HTTP request to the start of its response.",
    "route",
    "method",
)
SHED = counter(
    "domnaer_http_requests_shed_total",
    "HTTP requests answered with 503 because too many were waiting (queue) or one took too long (deadline).",
    "reason",
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_Series = tuple[Callable[[], None], Callable[[float], None]]
_series: dict[tuple[str, str, str, int], _Series] = {}
"""The two metrics of a request by service, route, method and status: finding a series again takes longer than counting."""


class RequestMiddleware:
    """The outermost middleware of an application.

    Reads ``traceparent`` and ``x-correlation-id`` or creates them, so that the application always finds a well-formed
    ``traceparent``; limits the body; compresses the response; answers 503 when too many requests wait or the deadline of
    one passes; sets the security headers; answers exceptions that nothing else caught. Inside another instance (a service mounted in the command's application) it only adds the service's name to the log.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str | None = None,
        body_limit: int = BODY_LIMIT,
        seconds: float = REQUEST_SECONDS,
    ) -> None:
        self._app = app
        self._compressing = Compression(app)
        self._service = service or "domnaer"
        self._fields = {} if service is None else {"service": service}
        self._limit = body_limit
        self._deadlines = Deadlines(seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["domnaer.service"] = self._service
        if "correlation" in scope:
            with bound_contextvars(**self._fields):
                await self._app(scope, receive, send)
            return
        correlation_id, declared = _read_headers(scope)
        scope["correlation"] = correlation_id
        exchange = _Exchange(scope, receive, send, correlation_id, declared, self._limit)
        with bound_contextvars(correlation_id=correlation_id, **self._fields):
            if REQUEST_PRIORITY.waiting >= MOST_WAITING and "/health/" not in scope["path"]:
                SHED.labels(self._service, "queue").inc()
                await unavailable(Request(scope), "too many requests are waiting")(
                    scope, receive, exchange.send
                )
                return
            with exchange.within(self._deadlines):
                try:
                    await self._compressing(scope, exchange.receive, exchange.send)
                except ClientDisconnect:  # the caller has gone, or was too slow: nobody waits for an answer
                    pass
                except Exception as error:  # the only place that logs and answers unexpected exceptions
                    if not exchange.expired:
                        _log.error("request_failed", exc_info=error, method=scope["method"])
                    if not exchange.started:
                        await unexpected(Request(scope))(scope, receive, exchange.send)
            if exchange.answering is not None:
                await exchange.answering


def _read_headers(scope: Scope) -> tuple[UUID, int]:
    """Return the correlation id and the declared length of a request; set its traceparent."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    correlation_id: UUID | None = None
    trace: bytes | None = None
    declared, malformed = 0, False
    for name, value in headers:
        if name == b"x-correlation-id":
            correlation_id = _uuid(value)
        elif name == b"traceparent":
            if _TRACEPARENT.fullmatch(value) and trace is None:
                trace = value
            else:
                malformed = True
        elif name == b"content-length":
            declared = int(value) if value.isdigit() and len(value) < 16 else 1 << 60
    if correlation_id is None:
        correlation_id = read_id(trace[3:35].decode()) if trace is not None else new_id()
    if malformed:
        headers = [pair for pair in headers if pair[0] != b"traceparent"]
        if trace is not None:
            headers.append((b"traceparent", trace))
    if trace is None:
        headers = [*headers, (b"traceparent", f"00-{correlation_id.hex}-{urandom(8).hex()}-00".encode())]
    scope["headers"] = headers
    return correlation_id, declared


def _uuid(value: bytes) -> UUID | None:
    try:
        return UUID(value.decode("ascii")) if len(value) == 36 else None
    except ValueError:
        return None


def _is_part_of_page(scope: Scope) -> bool:
    return any(name == b"sec-fetch-dest" and value in _PARTS_OF_PAGES for name, value in scope["headers"])


def treat_as_upload(scope: Scope, limit: int, stuck: Callable[[], bool]) -> None:
    """Accept a body of up to ``limit`` bytes, which may arrive and be recorded for minutes.

    The request then counts no longer as waiting, and is answered with 503 only if ``stuck()`` becomes true.
    Call this once the caller is known.
    """
    exchange: _Exchange = scope["domnaer.exchange"]
    exchange.become_upload(limit, stuck)


class _Exchange:
    """A request and its response; until the response begins, the request counts as waiting and has a deadline."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, correlation_id: UUID, declared: int, limit: int
    ) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._correlation_id = correlation_id
        self._declared, self._limit, self._taken = declared, limit, 0
        self._started_at = time.perf_counter()
        self._urgent = False
        self._deadline: Deadline | None = None
        self.started = self.expired = False
        self.answering: asyncio.Task[None] | None = None
        scope["domnaer.exchange"] = self

    def within(self, deadlines: Deadlines) -> _Exchange:
        """Set the deadline, for the following ``with`` block."""
        self._task = asyncio.current_task()
        self._deadlines = deadlines
        self._deadline = deadlines.begin(self._expire)
        self._urgent = True
        REQUEST_PRIORITY.waiting += 1
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._stop_waiting()
        del self._scope["domnaer.exchange"]  # a reference cycle would cost a garbage collection
        # As asyncio.timeout does: the cancellation by the deadline ends here, another one goes on.
        return self.expired and self._task is not None and self._task.uncancel() == 0 and kind is not None

    def become_upload(self, limit: int, stuck: Callable[[], bool]) -> None:
        """See :func:`treat_as_upload`."""
        self._limit = limit
        self._stop_being_urgent()
        if self._deadline is not None:
            self._deadline.stuck = stuck

    async def receive(self) -> Message:
        """Receive a part of the request. Raises a 413 error if the declared or the actual length exceeds the limit."""
        deadline = self._deadline
        if deadline is not None:
            deadline.receiving = True
        message = await self._receive()
        if deadline is not None:
            deadline.receiving = False
            self._deadlines.restart(deadline)
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            if self._taken > self._limit or self._declared > self._limit:
                raise HTTPException(413, f"the body is limited to {self._limit:,} bytes")
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the response, with security headers and correlation id; nothing after the deadline."""
        if not self.expired:
            await self._send_part(message)

    async def _send_part(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._stop_waiting()
            _count(self._scope, message["status"], time.perf_counter() - self._started_at)
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append(_NO_STORE)
            headers.append(_NO_SNIFFING)
            if not _is_part_of_page(self._scope):
                documentation = self._scope["path"].endswith(("/docs", "/redoc"))
                headers.append(_DOCS_POLICY_HEADER if documentation else _POLICY)
                headers += _DOCUMENT_HEADERS
                headers.append((b"x-correlation-id", str(self._correlation_id).encode()))
            message = {**message, "headers": headers}
        await self._send(message)

    def _expire(self) -> None:
        """Answer 503 and cancel the work. The answer does not wait for its end: a hanging database delays that too."""
        self.expired = True
        service = self._scope["domnaer.service"]
        SHED.labels(service, "deadline").inc()
        if _LOGGED.take():
            _log.warning(
                "request_deadline_exceeded", service=service, route=route_template(self._scope) or "unmatched"
            )
        answer = unavailable(
            Request(self._scope), "it was not answered in time, and may have been carried out"
        )
        self.answering = asyncio.create_task(answer(self._scope, self._receive, self._send_part))
        if self._task is not None:
            self._task.cancel()

    def _stop_waiting(self) -> None:
        self._stop_being_urgent()
        if self._deadline is not None:
            self._deadlines.end(self._deadline)
            self._deadline = None

    def _stop_being_urgent(self) -> None:
        REQUEST_PRIORITY.waiting -= self._urgent
        self._urgent = False


def _count(scope: Scope, status: int, seconds: float) -> None:
    """Count an answered request, and write its line of the access log."""
    service, route = scope["domnaer.service"], route_template(scope) or "unmatched"
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _log.info("request", service=service, method=method, route=route, status=status)
    key = (service, route, method, status)
    series = _series.get(key)
    if series is None:
        *labels, _ = key
        series = REQUESTS.labels(*key).inc, REQUEST_DURATION.labels(*labels).observe
        _series[key] = series
    series[0]()
    series[1](seconds)
