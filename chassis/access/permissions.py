"""Authentication, permissions and reach: a route's signature names the permission that its caller needs.

For example::

    CrossingRecord = Annotated[Caller, Depends(permission("border.crossing.record"))]

Routes of the API accept a bearer token and never a cookie; pages accept the session's cookie and never a header.
A form of another site can therefore not act for an officer. Refused calls are logged and audited in
chassis.http.problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, cast

from fastapi.openapi.models import HTTPBearer
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from starlette.requests import Request
from starlette.responses import Response

from chassis.access.csrf import SAFE_METHODS, check_form
from chassis.access.refusals import PermissionMissing, SignInNeeded
from chassis.access.sessions import SESSION_COOKIE, local_path, seconds_left

CALLS_FOR = "domnaer.calls_for"
"""The key of the scope of a request that the service makes itself, in the background, for a caller who asked for it before."""
_PERMISSION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}")


class SignInFirst(Exception):
    """A page was requested without a session: the browser is redirected to the sign-in, then back to ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class Bound(Protocol):
    """The places that a record belongs to; without any place, the record is within every reach."""

    @property
    def posts(self) -> frozenset[str]: ...
    @property
    def countries(self) -> frozenset[str]: ...
    @property
    def provinces(self) -> frozenset[str]: ...
    @property
    def agencies(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """The records that a caller works with: all, or those of some posts, countries, provinces or agencies."""

    national: bool = False
    posts: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()

    def covers(self, bound: Bound) -> bool:
        """Return whether a record is within reach: it has no place, or one of its places is covered."""
        if self.national:
            return True
        if not (bound.posts or bound.countries or bound.provinces or bound.agencies):
            return True
        return not (
            self.posts.isdisjoint(bound.posts)
            and self.countries.isdisjoint(bound.countries)
            and self.provinces.isdisjoint(bound.provinces)
            and self.agencies.isdisjoint(bound.agencies)
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated caller. ``id`` is a pseudonym for records and audit; ``name`` is only shown on pages."""

    id: str
    name: str
    office: str
    permissions: frozenset[str]
    reach: Reach
    expires_at: float
    title: str = ""
    issued_at: float = 0.0
    title_km: str = ""

    def may(self, name: str) -> bool:
        """Return whether the caller has a permission; pages use it to choose the links that they show."""
        return name in self.permissions


class Verifier(Protocol):
    """Verifies tokens (chassis.access.tokens)."""

    def caller(self, token: str) -> Caller:
        """Return the caller that a token names. Raises SignInNeeded or a subclass."""
        ...


class Noting(Protocol):
    """Notes who opens pages (chassis.store.officers)."""

    async def note(self, caller: Caller) -> None:
        """Store the name of a caller."""
        ...


class Permission(SecurityBase):
    """A permission as the dependency of an API route: it authenticates the request and returns the caller."""

    model = HTTPBearer(
        bearerFormat="JWT", description="A token of the issuer; its claim permissions names this route's."
    )
    scheme_name = "bearer"

    def __init__(self, name: str) -> None:
        if not _PERMISSION.fullmatch(name):
            raise ValueError(f"a permission is named <service>.<noun>.<verb>, not {name!r}")
        self.name = name

    async def __call__(self, request: Request) -> Caller:
        """Return the caller. Raises SignInNeeded or PermissionMissing."""
        caller = authenticate(request)
        check(caller, self, request)
        return caller

    def admit(self, request: Request) -> None:
        """Check who calls, before the body is read. Raises as :meth:`__call__` does."""
        check(authenticate(request), self, request)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class PagePermission(Permission):
    """A permission as the dependency of a page: it reads the session's cookie and, for changes, the form token."""

    async def __call__(self, request: Request) -> Caller:
        """Return the caller. Raises SignInFirst, FormTokenMissing or PermissionMissing."""
        caller = page_caller(request)
        if request.method not in SAFE_METHODS and CALLS_FOR not in request.scope:
            await check_form(request)
        check(caller, self, request)
        officers: Noting | None = getattr(request.app.state, "officers", None)
        if officers is not None:
            await officers.note(caller)
        return caller

    def admit(self, request: Request) -> None:
        """Check who calls, before the form is read. Raises SignInFirst or PermissionMissing."""
        check(page_caller(request), self, request)


class CallerFirstRoute(APIRoute):
    """A route that reads a body only from a caller with its permission.

    FastAPI reads and parses the declared body before it resolves the dependencies, and so before it knows the caller.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route, which checks the caller first."""
        handler = super().get_route_handler()
        needed = [call for call in _calls(self.dependant) if isinstance(call, Permission)]

        async def known(request: Request) -> Response:
            for each in needed:
                each.admit(request)
            await request.body()  # which is kept, so that it can be checked after it was parsed
            return await handler(request)

        return known if self.body_field is not None else handler


@cache
def permission(name: str) -> Permission:
    """Return the permission of an API route, used as ``Depends(permission("border.crossing.record"))``."""
    return Permission(name)


@cache
def page_permission(name: str) -> PagePermission:
    """Return the permission of a page; without a session the browser is redirected to the sign-in."""
    return PagePermission(name)


def authenticate(request: Request) -> Caller:
    """Return the caller of the API, from the bearer token of the Authorization header and nothing else."""
    header = request.headers.get("authorization")
    if not header:
        raise SignInNeeded(
            "the call carries no token", remedy="send the header Authorization: Bearer <token>"
        )
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded(
            "the Authorization header holds no bearer token", remedy="send Authorization: Bearer <token>"
        )
    caller = _verifier(request).caller(token)
    request.scope["caller"] = caller
    return caller


def page_caller(request: Request) -> Caller:
    """Return the caller of a page, from the session's cookie. Raises SignInFirst, also if the session has ended."""
    if (asked_by := request.scope.get(CALLS_FOR)) is not None:
        request.scope["caller"] = asked_by
        return cast(Caller, asked_by)
    cookie = request.cookies.get(SESSION_COOKIE)
    path = local_path(request.url.path) if request.method in SAFE_METHODS else "/"
    if not cookie:
        raise SignInFirst(path)
    try:
        caller = _verifier(request).caller(cookie)
    except SignInNeeded:
        raise SignInFirst(path) from None
    if seconds_left(request, caller.issued_at) <= 0:
        raise SignInFirst(path)
    request.scope["caller"] = caller
    return caller


def is_signed_in(request: Request) -> bool:
    """Return whether the session of a request still holds; a stream that stays open asks this again and again."""
    try:
        page_caller(request)
    except SignInFirst:
        return False
    return True


def check(caller: Caller, needed: Permission | str, request: Request | None = None) -> None:
    """Check that a caller has a permission. Raises PermissionMissing, which names it.

    Pass ``request`` for callers that :func:`authenticate` did not find, so that the audit can name the caller.
    """
    name = needed if isinstance(needed, str) else needed.name
    if name in caller.permissions:
        return
    if request is not None:
        request.scope["caller"] = caller
    raise PermissionMissing(name)


class Everyone:
    """Marks a route that needs no permission and states the reason. Every route has this mark or a permission."""

    def __init__(self, why: str) -> None:
        self.why = why

    async def __call__(self) -> None:
        """Admit every request."""


def open_because(route: Any) -> str | None:
    """Return the stated reason why a route is open to everyone, or None."""
    return next(
        (call.why for call in _calls(getattr(route, "dependant", None)) if isinstance(call, Everyone)), None
    )


def permissions_of(route: Any) -> frozenset[str]:
    """Return the permissions in a route's signature; a test lists the routes that name none."""
    calls = _calls(getattr(route, "dependant", None))
    return frozenset(call.name for call in calls if isinstance(call, Permission))


def _calls(dependant: Any) -> Iterator[Any]:
    if dependant is not None:
        yield dependant.call
        for inner in dependant.dependencies:
            yield from _calls(inner)


def _verifier(request: Request) -> Verifier:
    verifier: Verifier = request.app.state.tokens
    return verifier
