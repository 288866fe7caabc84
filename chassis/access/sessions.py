"""The session of a browser: its cookie, its end after a time without activity, and safe targets for redirects.

The time of the last activity is in a signed cookie, so that it holds in every process and after a restart."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import SplitResult, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from chassis.access.masking import masked

SESSION_COOKIE = "domnaer_session"
ACTIVITY_COOKIE = "domnaer_activity"
IDLE_SECONDS = 900
"""Seconds without activity after which a session ends."""
WARNING_SECONDS = 120
"""Seconds before this end from which the page shows a warning."""


def session_id(request: Request, cookie: str = SESSION_COOKIE) -> str | None:
    """Return the id of the request's session, or None without a cookie.

    The id is a digest of the cookie, so that the token in the cookie is not passed on.
    """
    value = request.cookies.get(cookie)
    return session_of(value) if value else None


def session_of(cookie: str) -> str:
    """Return the session id of a cookie's value."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def seconds_left(request: Request, issued_at: float) -> float:
    """Return the seconds until the session of a request ends without further activity; 0 or less if it has ended.

    ``issued_at`` is the time at which its token was issued (Unix seconds): signing in is an activity.
    """
    return max(issued_at, _last_activity(request)) + IDLE_SECONDS - time.time()


def is_activity(request: Request) -> bool:
    """Return whether a request shows that a person is at the browser: not one that a script of an open page sends."""
    return request.headers.get("sec-fetch-mode", "navigate") == "navigate"


def note_activity(request: Request, response: Response) -> None:
    """Set the cookie with the present as the time of the last activity, if the request has a session."""
    session = session_id(request)
    if session is not None:
        now = int(time.time())
        secure = request.url.scheme == "https"
        response.set_cookie(
            ACTIVITY_COOKIE,
            activity_value(request, session, now),
            httponly=True,
            samesite="lax",
            secure=secure,
        )


def activity_value(request: Request, session: str, at: int) -> str:
    """Return the value of :data:`ACTIVITY_COOKIE`: a time in Unix seconds, signed for one session."""
    key: bytes = request.app.state.session_key
    signature = hmac.new(key, b"activity\0" + f"{session}.{at}".encode(), hashlib.sha256)
    return f"{at}.{signature.hexdigest()}"


def typed_key(request: Request, caller_id: str) -> str:
    """Return the key with which a browser encrypts what a caller typed, if the session ends; no other caller gets it.

    It is masked for the page; ``kept.js`` unmasks it.
    """
    key: bytes = request.app.state.session_key
    return masked(hmac.new(key, b"typed\0" + caller_id.encode(), hashlib.sha256).digest())


def _last_activity(request: Request) -> float:
    value, session = request.cookies.get(ACTIVITY_COOKIE, ""), session_id(request)
    at = value.partition(".")[0]
    if session is None or not (at.isascii() and at.isdecimal() and len(at) < 12):
        return 0.0
    right = activity_value(request, session, int(at))
    return float(at) if hmac.compare_digest(value.encode("utf-8", "replace"), right.encode()) else 0.0


def local_path(target: str | None, otherwise: str = "/") -> str:
    """Return the path of ``target``, or ``otherwise`` if it is not a path of this site or is a sign-in page.

    Protects redirects: a link cannot send the browser to another site.
    """
    parts = _on_this_site(target)
    return otherwise if parts is None or parts.path.startswith("/sign-") else parts.path


def local_url(target: str | None, otherwise: str = "/") -> str:
    """Return ``target`` with its query, or ``otherwise`` if it is not a path of this site; sign-in is allowed."""
    parts = _on_this_site(target)
    return otherwise if parts is None else parts.path + (f"?{parts.query}" if parts.query else "")


def _on_this_site(target: str | None) -> SplitResult | None:
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
