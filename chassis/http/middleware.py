"""Outermost ASGI middleware: correlation and trace ids, body limit, security headers, metrics, unexpected errors."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from os import urandom
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from chassis.base.ids import new_id, read_id
from chassis.base.logs import get_log
from chassis.base.metrics import counter, histogram
from chassis.base.priority import REQUEST_PRIORITY
from chassis.http.problems import unexpected

BODY_LIMIT = 1_000_000
UPLOAD_LIMIT = 50_000_000
BULK_LIMIT = (
    257 * 1024 * 1024
)  # just above the limit of chassis.uploads.routes, whose error states what was accepted until then
UPLOADS: Mapping[str, int] = {
    "application/x-ndjson": BULK_LIMIT,
    "text/csv": BULK_LIMIT,
    "multipart/form-data": UPLOAD_LIMIT,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": UPLOAD_LIMIT,
}
"""Limits of the body in bytes for content types that do not have :data:`BODY_LIMIT`."""

_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_PAGE_POLICY = (
    b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    b" frame-ancestors 'none'"
)
_DOCS_POLICY = (
    _PAGE_POLICY + b"; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; worker-src blob:"
)
_SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_POLICY = (b"content-security-policy", _PAGE_POLICY)
_DOCS_POLICY_HEADER = (b"content-security-policy", _DOCS_POLICY)
_NO_STORE = (b"cache-control", b"no-store")
_log = get_log()

REQUESTS = counter(
    "domnaer_http_requests_total", "HTTP requests by route template and status.", "route", "method", "status"
)
REQUEST_DURATION = histogram(
    "domnaer_http_request_duration_seconds",
    "Time from the arrival of an HTTP request to the start of its response.",
    "route",
    "method",
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_Series = tuple[Callable[[], None], Callable[[float], None]]
_series: dict[tuple[str, str, str, int], _Series] = {}
"""The two metrics of a request by service, route, method and status: finding a series again takes longer than counting."""


class RequestMiddleware:
    """The outermost middleware of an application.

    Reads ``traceparent`` and ``x-correlation-id`` or creates them, so that the application always finds a well-formed
    ``traceparent``; limits the body; sets the security headers; answers exceptions that nothing else caught. Inside
    another instance (a service mounted in the command's application) it only adds the service's name to the log.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str | None = None,
        body_limit: int = BODY_LIMIT,
        uploads: Mapping[str, int] = UPLOADS,
    ) -> None:
        self._app = app
        self._service = service or "domnaer"
        self._fields = {} if service is None else {"service": service}
        self._limit = body_limit
        self._uploads = uploads

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
        correlation_id, declared, kind = _read_headers(scope)
        scope["correlation"] = correlation_id
        limit = self._uploads.get(kind, self._limit)
        sent = _Response(send, scope, correlation_id, urgent=kind not in self._uploads)
        with bound_contextvars(correlation_id=correlation_id, **self._fields), sent:
            try:
                await self._app(scope, _limited(receive, declared, limit), sent)
            except Exception as error:  # the only place that logs and answers unexpected exceptions
                _log.error("request_failed", exc_info=error, method=scope["method"])
                if not sent.started:
                    await unexpected(Request(scope))(scope, receive, sent)


def _read_headers(scope: Scope) -> tuple[UUID, int, str]:
    """Return the correlation id, the declared length and the content type of a request; set its traceparent."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    correlation_id: UUID | None = None
    trace: bytes | None = None
    declared, kind, malformed = 0, "", False
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
        elif name == b"content-type":
            kind = value.partition(b";")[0].strip().lower().decode("latin-1")
    if correlation_id is None:
        correlation_id = read_id(trace[3:35].decode()) if trace is not None else new_id()
    if malformed:
        headers = [pair for pair in headers if pair[0] != b"traceparent"]
        if trace is not None:
            headers.append((b"traceparent", trace))
    if trace is None:
        headers = [*headers, (b"traceparent", f"00-{correlation_id.hex}-{urandom(8).hex()}-00".encode())]
    scope["headers"] = headers
    return correlation_id, declared, kind


def _uuid(value: bytes) -> UUID | None:
    try:
        return UUID(value.decode("ascii")) if len(value) == 36 else None
    except ValueError:
        return None


def _limited(receive: Receive, declared: int, limit: int) -> Receive:
    """Return a receive function that raises a 413 error when the declared or the actual length exceeds the limit."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limit or declared > limit:
                raise HTTPException(413, f"the body is limited to {limit:,} bytes")
        return message

    return counted


class _Response:
    """Sends a response with security headers and correlation id; until it begins, its request counts as waiting."""

    __slots__ = ("_correlation_id", "_scope", "_send", "_started_at", "_urgent", "started")

    def __init__(self, send: Send, scope: Scope, correlation_id: UUID, *, urgent: bool) -> None:
        self._send = send
        self._scope = scope
        self._correlation_id = correlation_id
        self._urgent = urgent
        self.started = False
        self._started_at = time.perf_counter()

    def __enter__(self) -> None:
        REQUEST_PRIORITY.waiting += self._urgent

    def __exit__(self, *_: object) -> None:
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        REQUEST_PRIORITY.waiting -= self._urgent
        self._urgent = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._stop_waiting()
            _count(self._scope, message["status"], time.perf_counter() - self._started_at)
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append(_NO_STORE)
            documentation = self._scope["path"].endswith(("/docs", "/redoc"))
            headers.append(_DOCS_POLICY_HEADER if documentation else _POLICY)
            headers += _SECURITY_HEADERS
            headers.append((b"x-correlation-id", str(self._correlation_id).encode()))
            message = {**message, "headers": headers}
        await self._send(message)


def _count(scope: Scope, status: int, seconds: float) -> None:
    method: str = scope["method"]
    key = (
        scope["domnaer.service"],
        _route_template(scope),
        method if method in _METHODS else "other",
        status,
    )
    series = _series.get(key)
    if series is None:
        *labels, _ = key
        series = REQUESTS.labels(*key).inc, REQUEST_DURATION.labels(*labels).observe
        _series[key] = series
    series[0]()
    series[1](seconds)


def _route_template(scope: Scope) -> str:
    """The path of the route with its parameters' names; never the path that was asked for, which anyone can invent."""
    template: str | None = getattr(scope.get("route"), "path", None)
    if template is None:
        return "unmatched"
    root = "" if "app_root_path" not in scope else scope["root_path"]
    if scope["path"].startswith("/pages/", len(root)) and not template.startswith("/pages/"):
        return f"/pages{template}"  # FastAPI keeps the prefix of an included router to itself
    return template
