"""Who calls, what they may do and how far: routes name their permission, looks take the caller's reach.

A route says who may call it in its signature::

    CrossingRecord = Annotated[Caller, Depends(permission("border.crossing.record"))]

Routes of the API take a bearer token and never a cookie, pages take the session's cookie and never a header:
so no other site's form can speak for an officer. A refusal is logged and audited where it is answered
(chassis.http.problems).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from chassis.access.csrf import SAFE_METHODS, SESSION_COOKIE, check_form, local_path
from contracts.refusal import Refusal

_PERMISSION = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9_]*){2}")


class CallRefused(Refusal):
    """This call is refused"""

    code = "call-refused"
    status = 403


class SignInNeeded(CallRefused):
    """Sign in first"""

    code = "sign-in-needed"
    status = 401


class TokenUnreadable(SignInNeeded):
    """This token cannot be read"""

    code = "token-unreadable"


class TokenForged(SignInNeeded):
    """This token was not signed by the issuer"""

    code = "token-forged"


class TokenExpired(SignInNeeded):
    """This token has expired"""

    code = "token-expired"


class TokenNotYetValid(SignInNeeded):
    """This token is not valid yet"""

    code = "token-not-yet-valid"


class TokenOfAnotherAudience(SignInNeeded):
    """This token was issued for another system"""

    code = "token-of-another-audience"


class TokenOfAnotherIssuer(SignInNeeded):
    """This token was issued by somebody else"""

    code = "token-of-another-issuer"


class PermissionMissing(CallRefused):
    """You have no permission for this"""

    code = "permission-missing"

    def __init__(self, permission: str) -> None:
        remedy = "ask the person who gives out permissions in your office"
        super().__init__(f"it needs the permission {permission}", remedy=remedy)
        self.permission = permission


class SignInFirst(Exception):
    """A page was asked for without a session: the browser is led to the sign-in, and back to ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class Bound(Protocol):
    """Where a record belongs; empty sets bind nothing."""

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
    """How far a caller's work goes: all of it, or posts, a mission's countries, provinces, agencies."""

    national: bool = False
    posts: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()

    def covers(self, bound: Bound) -> bool:
        """Whether a record that belongs there is within reach: in one of its places, where it has any."""
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
    """Who calls. ``id`` is pseudonymous and goes into records and audit; ``name`` is for pages alone."""

    id: str
    name: str
    office: str
    permissions: frozenset[str]
    reach: Reach
    expires_at: float
    title: str = ""

    def may(self, name: str) -> bool:
        """Whether the caller has a permission, for pages that show what one can do."""
        return name in self.permissions


class Verifier(Protocol):
    """Makes a caller of a token (chassis.access.tokens)."""

    def caller(self, token: str) -> Caller:
        """Raises SignInNeeded or what is below it."""
        ...


class Permission(SecurityBase):
    """A permission as a dependency of an API route: callable with the request, answers who calls."""

    model = HTTPBearer(
        bearerFormat="JWT", description="A token of the issuer; its claim permissions names this route's."
    )
    scheme_name = "bearer"

    def __init__(self, name: str) -> None:
        if not _PERMISSION.fullmatch(name):
            raise ValueError(f"a permission is named <service>.<noun>.<verb>, not {name!r}")
        self.name = name

    async def __call__(self, request: Request) -> Caller:
        """Who calls. Raises SignInNeeded or PermissionMissing."""
        caller = authenticate(request)
        check(caller, self, request)
        return caller

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class PagePermission(Permission):
    """A permission as a page's dependency: takes the session's cookie, and for changes the form's token."""

    async def __call__(self, request: Request) -> Caller:
        """As of a permission, by the session's cookie. Raises SignInFirst too."""
        caller = page_caller(request)
        if request.method not in SAFE_METHODS:
            await check_form(request)
        check(caller, self, request)
        return caller


@cache
def permission(name: str) -> Permission:
    """The permission of an API route, as ``Depends(permission("border.crossing.record"))``."""
    return Permission(name)


@cache
def page_permission(name: str) -> PagePermission:
    """The permission of a page; without a session the browser is led to the sign-in."""
    return PagePermission(name)


def authenticate(request: Request) -> Caller:
    """Who calls the API, by the bearer token of the Authorization header and by nothing else."""
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
    """Who looks at a page, by the session's cookie. Raises SignInFirst."""
    cookie = request.cookies.get(SESSION_COOKIE)
    path = local_path(request.url.path) if request.method in SAFE_METHODS else "/"
    if not cookie:
        raise SignInFirst(path)
    try:
        caller = _verifier(request).caller(cookie)
    except SignInNeeded:
        raise SignInFirst(path) from None
    request.scope["caller"] = caller
    return caller


def check(caller: Caller, needed: Permission | str, request: Request | None = None) -> None:
    """Let a caller pass who has the permission. Raises PermissionMissing, which names it.

    ``request`` tells who was refused to where the refusal is answered, for callers not found by
    :func:`authenticate`.
    """
    name = needed if isinstance(needed, str) else needed.name
    if name in caller.permissions:
        return
    if request is not None:
        request.scope["caller"] = caller
    raise PermissionMissing(name)


class Everyone:
    """The mark of a route that needs no permission, and why. A route without either is a mistake."""

    def __init__(self, why: str) -> None:
        self.why = why

    async def __call__(self) -> None:
        """Nothing is asked."""


def open_because(route: Any) -> str | None:
    """Why a route is open to everyone, where it says so."""
    return next(
        (call.why for call in _calls(getattr(route, "dependant", None)) if isinstance(call, Everyone)), None
    )


def permissions_of(route: Any) -> frozenset[str]:
    """The permissions that a route's signature names; a test lists the routes that name none."""
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
