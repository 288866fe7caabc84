"""Problem details (RFC 9457): every error response names the broken rule, the field and a remedy.

A caller may see the value that they sent; logs and other persons never do. Refused calls are logged and audited here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chassis.access.permissions import Caller, SignInFirst
from chassis.access.refusals import CallRefused, PermissionMissing, SignInNeeded
from chassis.base.deadline import RETRY_SECONDS
from chassis.base.logs import correlation, get_log, route_template
from chassis.http.validation_errors import FieldError, Unreadable, parse, printable, validation_errors
from chassis.store.database import AWAY, is_away
from contracts.refusal import Refusal

BASE = "https://domnaer.gov.kh/problems/"
MEDIA_TYPE = "application/problem+json"
_log = get_log()

HTTP_TITLES: Mapping[int, tuple[str, str, str | None]] = {
    400: ("bad-request", "This request cannot be understood", None),
    404: ("not-found", "There is nothing at this address", "check the address"),
    405: (
        "method-not-allowed",
        "This address does not support this method",
        "use a method of the header Allow",
    ),
    406: ("not-acceptable", "The requested media type is not available", None),
    413: ("body-too-large", "The body is too large", "send less at once, or use the upload"),
    415: ("unsupported-media-type", "This content type is not supported", "send application/json"),
    429: ("too-many-requests", "Too many requests", "wait a while"),
    503: (
        "not-available",
        "This is not available at the moment",
        "send it again after a while, a command with the same Idempotency-Key",
    ),
}
"""The name, the title and the remedy of a problem by HTTP status, for errors that are no refusals."""


class Problem(BaseModel):
    """Problem details of an error response (RFC 9457)."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="The kind of problem, a URI.", examples=[BASE + "permission-missing"])
    title: str = Field(description="The rule that is broken, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str | None = Field(None, description="The reason why the request is refused.")
    instance: str | None = Field(
        None,
        description="The route of the request, such as /registry/workers/{number}; absent if there is none.",
    )
    remedy: str | None = Field(None, description="The remedy.")
    source: str | None = Field(None, description="The law or document behind the rule.")
    correlation_id: str | None = Field(
        None, description="The id to give to the operators when reporting the problem."
    )
    errors: tuple[FieldError, ...] = Field((), description="The errors by field.")


class ProblemPages(Protocol):
    """Renders a problem as a page (chassis.pages.rendering)."""

    def problem(self, request: Request, problem: Problem) -> Response: ...


class TokenBucket:
    """A token bucket: admits ``rate`` calls a second, and ``burst`` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, time.monotonic()

    def take(self) -> bool:
        """Return whether one more call is admitted now."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


_UNKNOWN_CALLERS = TokenBucket(rate=1, burst=20)
"""Limits the audit entries of unauthenticated calls; all of them are logged."""


def problem_response(
    request: Request, problem: Problem, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem as a page for a browser, else as JSON."""
    pages: ProblemPages | None = getattr(request.app.state, "pages", None) if "app" in request.scope else None
    if pages is not None and "text/html" in request.headers.get("accept", ""):
        answer = pages.problem(request, problem)
        for name, value in (headers or {}).items():
            answer.headers[name] = value
        return answer
    content = orjson.dumps(_printable(problem.model_dump(exclude_none=True)))
    return Response(content, problem.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def problem_of(request: Request, refusal: Refusal) -> Problem:
    """Return the problem that describes a refusal."""
    kind = type(refusal)
    errors: Sequence[FieldError] = getattr(refusal, "errors", ())
    if not errors and refusal.field is not None:
        errors = (FieldError(field=refusal.field, reason=refusal.detail, remedy=refusal.remedy),)
    return Problem(
        type=BASE + refusal.code,
        title=title_of(kind),
        status=refusal.status,
        detail=refusal.detail,
        instance=_instance(request),
        remedy=refusal.remedy,
        source=refusal.source,
        correlation_id=str(correlation()),
        errors=tuple(errors),
    )


def _instance(request: Request) -> str | None:
    template = route_template(request.scope)
    return None if template is None else f"{request.scope.get('root_path', '')}{template}"


def title_of(kind: type[Refusal]) -> str:
    """Return the title of a refusal: the first line of its docstring."""
    for ancestor in kind.__mro__:
        if ancestor.__doc__:
            return ancestor.__doc__.strip().split("\n", 1)[0].rstrip(".")
    return kind.code


def unexpected(request: Request) -> Response:
    """Return the response to an unexpected exception: only the correlation id, nothing about the exception."""
    problem = Problem(
        type=BASE + "internal-error",
        title="Something failed on our side",
        status=500,
        detail="the error was logged",
        instance=_instance(request),
        remedy="try again; if it fails again, report the correlation id to the operators of the system",
        correlation_id=str(request.scope.get("correlation") or correlation()),
    )
    return problem_response(request, problem)


def unavailable(request: Request, detail: str | None = None) -> Response:
    """Return 503 with the time to try again."""
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return problem_response(request, _http_problem(request, HTTPException(503, detail)), headers)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of an application with a problem, and add the model to its OpenAPI document."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(ValidationError, _invalid)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind in AWAY:
        app.add_exception_handler(kind, _unavailable)
    app.add_exception_handler(Exception, _unexpected)
    app.router.responses = {
        "default": {"model": Problem, "description": "A problem."},
        **app.router.responses,
    }


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    caller: Caller | None = request.scope.get("caller")
    headers: dict[str, str] = {}
    if isinstance(error, SignInNeeded):
        bare = "authorization" not in request.headers
        headers["WWW-Authenticate"] = 'Bearer realm="domnaer"' + ("" if bare else ', error="invalid_token"')
    if error.status in (401, 403) or isinstance(error, CallRefused):
        await _record_refusal(request, error, caller)
    elif error.status == 429:
        headers["Retry-After"] = str(getattr(error, "retry_after", 300))
    elif error.status == 503:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return problem_response(request, problem_of(request, error), headers)


async def _record_refusal(request: Request, error: Refusal, caller: Caller | None) -> None:
    """Log and audit a refused call. The call stays refused if the audit fails."""
    route = getattr(request.scope.get("route"), "path", "unknown")
    codes = {"reason": error.reason(), "route": route, "method": request.method}
    if isinstance(error, PermissionMissing):
        codes["permission"] = error.permission
    _log.warning("call_refused", caller=None if caller is None else caller.id, **codes)
    audit = getattr(getattr(request.app.state, "runtime", None), "audit", None)
    if audit is None or (caller is None and not _UNKNOWN_CALLERS.take()):
        return
    try:
        await audit.refused(caller, "call_refused", correlation=correlation(), detail=codes)
    except Exception as failure:
        _log.error("call_refused_audit_failed", exc_info=failure, **codes)


async def _sign_in_first(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=204)  # which tells a browser not to connect again
    return RedirectResponse("/sign-in?next=" + quote(error.path, safe="/"), 303)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, ValidationError | RequestValidationError)
    # A ValidationError raised outside of parse() may hold values that the caller did not send: they are not shown.
    errors = validation_errors(error, values=isinstance(error, RequestValidationError))
    return problem_response(request, problem_of(request, Unreadable(errors)))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem_response(request, _http_problem(request, error), error.headers)


def _http_problem(request: Request, error: HTTPException) -> Problem:
    known = HTTP_TITLES.get(error.status_code)
    phrase = HTTPStatus(error.status_code).phrase
    name, title, remedy = known or (phrase.lower().replace(" ", "-"), phrase, None)
    detail = error.detail if isinstance(error.detail, str) and error.detail != phrase else None
    return Problem(
        type=BASE + name,
        title=title,
        status=error.status_code,
        detail=detail,
        instance=_instance(request),
        remedy=remedy,
        correlation_id=str(correlation()),
    )


async def _unavailable(request: Request, error: Exception) -> Response:
    if not is_away(error):
        raise error
    _log.warning("database_unavailable", error=type(error).__name__)
    return unavailable(request)


async def _unexpected(request: Request, error: Exception) -> Response:
    return unexpected(request)


def _printable(value: Any) -> Any:
    """Return the value with all text made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value


__all__ = [
    "BASE",
    "FieldError",
    "Problem",
    "Unreadable",
    "add_problem_handlers",
    "parse",
    "problem_of",
    "problem_response",
    "unexpected",
    "validation_errors",
]
