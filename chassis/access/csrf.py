"""What a browser's session and its forms rest on: cookies, the form token, and where one may be led next."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import SplitResult, unquote, urlsplit

from starlette.requests import Request

from contracts.refusal import Refusal

SESSION_COOKIE = "domnaer_session"
FORM_COOKIE = "domnaer_form"
"""For the one form that is filled in before there is a session: the sign-in."""
FORM_FIELD = "csrf"
FORM_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class FormTokenMissing(Refusal):
    """This form did not come from one of our pages"""

    code = "form-token-missing"
    status = 403


def session_id(request: Request, cookie: str = SESSION_COOKIE) -> str | None:
    """What names a session: a digest of its cookie, so that the token itself goes nowhere."""
    value = request.cookies.get(cookie)
    return digest_of(value) if value else None


def digest_of(cookie: str) -> str:
    """The session that a cookie's value names."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def form_token(request: Request, session: str | None) -> str:
    """The token that every form of a session carries; empty where there is no session."""
    if session is None:
        return ""
    key: bytes = request.app.state.session_key
    return hmac.new(key, b"form\0" + session.encode(), hashlib.sha256).hexdigest()


async def check_form(request: Request, cookie: str = SESSION_COOKIE) -> None:
    """Let a form pass that carries its session's token, in its field or in the header.

    Raises FormTokenMissing.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormTokenMissing("it was sent by another site", remedy="open the page here and send its form")
    sent = request.headers.get(FORM_HEADER)
    if sent is None:
        field = (await request.form()).get(FORM_FIELD)
        sent = field if isinstance(field, str) else ""
    right = form_token(request, session_id(request, cookie))
    if not right or not hmac.compare_digest(sent.encode("utf-8", "replace"), right.encode()):
        raise FormTokenMissing(
            "its token is missing or of another session",
            remedy="open the page again and send the form once more",
        )


def local_path(target: str | None, otherwise: str = "/") -> str:
    """``target`` where it is a path of this site, or ``otherwise``: nobody is led to another site."""
    parts = _of_this_site(target)
    return otherwise if parts is None or parts.path.startswith("/sign-") else parts.path


def local_place(target: str | None, otherwise: str = "/") -> str:
    """The same with its query, and the sign-in too: a page of this site as one had it before oneself."""
    parts = _of_this_site(target)
    return otherwise if parts is None else parts.path + (f"?{parts.query}" if parts.query else "")


def _of_this_site(target: str | None) -> SplitResult | None:
    if not target or len(target) > 1000:
        return None
    for seen in (target, unquote(target)):
        if not seen.startswith("/") or seen.startswith(("//", "/\\")) or "\\" in seen:
            return None
        if any(character < " " or character == "\x7f" for character in seen):
            return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else parts


def new_form_cookie() -> tuple[str, str]:
    """A value for :data:`FORM_COOKIE`, and the session that it names."""
    value = secrets.token_urlsafe(24)
    return value, digest_of(value)
