"""Sign-in and sign-out on pages, with the local issuer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chassis.access.csrf import FORM_COOKIE, check_form, form_token, new_form_cookie
from chassis.access.permissions import Everyone
from chassis.access.refusals import SignInNeeded
from chassis.access.sessions import ACTIVITY_COOKIE, SESSION_COOKIE, local_path, session_of
from chassis.base.logs import get_log
from chassis.pages.error_texts import PageError
from chassis.pages.rendering import Pages
from chassis.pages.translation import N_
from domnaer.local.attempts import Attempts, Browsers, Source
from domnaer.local.issuer import LIFETIME, LocalIssuer

_AT_ONCE = 4
_YEAR = 31_536_000
_log = get_log()


def sign_in_routes(issuer: LocalIssuer, pages: Pages) -> APIRouter:
    """Return the routes for sign-in and sign-out. The form has a cookie of its own."""
    pages.add_folder(Path(__file__).with_name("templates"))
    open_to_all = Depends(Everyone("a person who signs in has no permission yet"))
    router = APIRouter(include_in_schema=False, dependencies=[open_to_all])
    attempts = Attempts()
    browsers = Browsers(pages.settings.session_key.get_secret_value().encode())
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
        address = "" if request.client is None else request.client.host
        kept = request.cookies.get(browsers.cookie(username))
        source = Source(username, address, browsers.known(username, kept))
        attempts.begin(source)
        async with slots:
            person = await asyncio.to_thread(issuer.recognise, username, password)
        if person is None:
            _log.warning("sign_in_refused", caller=username if username in issuer.people else "unknown")
            wrong = PageError("username", N_("the name or the password is wrong"), N_("try both again"))
            return form(request, target, username, (wrong,), 403)
        attempts.succeeded(source)
        _log.info("signed_in", caller=person.id)
        answer = RedirectResponse(target, 303)
        _set(request, answer, SESSION_COOKIE, issuer.token(person.id), int(LIFETIME.total_seconds()))
        if source.browser is None:
            _set(request, answer, browsers.cookie(username), browsers.new(username), _YEAR)
        for ended in (FORM_COOKIE, ACTIVITY_COOKIE):
            answer.delete_cookie(ended)
        return answer

    @router.post("/sign-out", name="sign_out")
    async def sign_out(request: Request) -> Response:
        """End the session of this browser: its token is revoked, and streams that it opened end."""
        if SESSION_COOKIE in request.cookies:
            await check_form(request)
            token = request.cookies[SESSION_COOKIE]
            try:
                caller = request.app.state.tokens.caller(token)
            except SignInNeeded:
                pass
            else:
                await asyncio.to_thread(issuer.revoke, token)
                _log.info("signed_out", caller=caller.id)
        answer = RedirectResponse("/sign-in", 303)
        for ended in (SESSION_COOKIE, ACTIVITY_COOKIE):
            answer.delete_cookie(ended)
        return answer

    return router


def _set(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
