"""Sign-in and sign-out on pages, with the local issuer."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chassis.access.csrf import FORM_COOKIE, check_form, form_token, new_form_cookie
from chassis.access.permissions import Everyone
from chassis.access.sessions import SESSION_COOKIE, local_path, session_of
from chassis.base.logs import get_log
from chassis.pages.error_texts import PageError
from chassis.pages.rendering import Pages
from chassis.pages.translation import N_
from contracts.refusal import Refusal
from domnaer.local.issuer import LIFETIME, LocalIssuer

FAILURES = 10
WITHIN = 300.0
_NAMES = 10_000
_AT_ONCE = 4
_log = get_log()


class TooManyAttempts(Refusal):
    """Too many attempts to sign in under this name"""

    code = "too-many-attempts"
    status = 429


class Attempts:
    """Counts failed sign-ins by name in this process; ten in five minutes block the name."""

    def __init__(self, most: int = FAILURES, within: float = WITHIN) -> None:
        self._most, self._within = most, within
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def admit(self, name: str) -> None:
        """Admit one more attempt. Raises TooManyAttempts."""
        failed = self._failed.get(name)
        while failed and time.monotonic() - failed[0] > self._within:
            failed.popleft()
        if failed and len(failed) >= self._most:
            raise TooManyAttempts(
                f"{self._most} attempts failed in a few minutes", remedy="wait five minutes, then try again"
            )

    def failed(self, name: str) -> None:
        """Record a failed attempt."""
        self._failed.setdefault(name, deque(maxlen=self._most)).append(time.monotonic())
        self._failed.move_to_end(name)
        if len(self._failed) > _NAMES:
            self._failed.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Delete the failed attempts of a name."""
        self._failed.pop(name, None)


def sign_in_routes(issuer: LocalIssuer, pages: Pages) -> APIRouter:
    """Return the routes for sign-in and sign-out. The form has a cookie of its own."""
    pages.add_folder(Path(__file__).with_name("templates"))
    open_to_all = Depends(Everyone("a person who signs in has no permission yet"))
    router = APIRouter(include_in_schema=False, dependencies=[open_to_all])
    attempts = Attempts()
    slots = asyncio.Semaphore(_AT_ONCE)

    def form(
        request: Request,
        target: str,
        username: str = "",
        errors: tuple[PageError, ...] = (),
        status: int = 200,
    ) -> Response:
        cookie = request.cookies.get(FORM_COOKIE)
        session = session_of(cookie) if cookie else None
        if session is None:
            cookie, session = new_form_cookie()
        answer = pages.render(
            request,
            "sign_in.html",
            status=status,
            next=target,
            username=username,
            errors=errors,
            people=list(issuer.people.values()),
            csrf=form_token(request, session),
        )
        _set(request, answer, FORM_COOKIE, str(cookie), 3600)
        return answer

    @router.get("/sign-in", name="sign_in_page")
    async def sign_in_page(request: Request) -> Response:
        """Show the sign-in form."""
        return form(request, local_path(request.query_params.get("next")))

    @router.post("/sign-in", name="sign_in")
    async def sign_in(request: Request) -> Response:
        """Check name and password, then redirect to the page that was requested."""
        await check_form(request, FORM_COOKIE)
        sent = await request.form()
        username, password = _text(sent.get("username")).strip().lower(), _text(sent.get("password"))
        target = local_path(_text(sent.get("next")))
        attempts.admit(username)
        async with slots:
            person = await asyncio.to_thread(issuer.recognise, username, password)
        if person is None:
            attempts.failed(username)
            _log.warning("sign_in_refused", caller=username if username in issuer.people else "unknown")
            wrong = PageError("username", N_("the name or the password is wrong"), N_("try both again"))
            return form(request, target, username, (wrong,), 403)
        attempts.succeeded(username)
        _log.info("signed_in", caller=person.id)
        answer = RedirectResponse(target, 303)
        _set(request, answer, SESSION_COOKIE, issuer.token(person.id), int(LIFETIME.total_seconds()))
        answer.delete_cookie(FORM_COOKIE)
        return answer

    @router.post("/sign-out", name="sign_out")
    async def sign_out(request: Request) -> Response:
        """End the session of this browser."""
        if SESSION_COOKIE in request.cookies:
            await check_form(request)
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(SESSION_COOKIE)
        return answer

    return router


def _set(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
