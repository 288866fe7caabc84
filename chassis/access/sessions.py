"""The session of a browser: its cookie, the session id derived from it, and safe targets for redirects."""

from __future__ import annotations

import hashlib
from urllib.parse import SplitResult, unquote, urlsplit

from starlette.requests import Request

SESSION_COOKIE = "domnaer_session"


def session_id(request: Request, cookie: str = SESSION_COOKIE) -> str | None:
    """Return the id of the request's session, or None without a cookie.

    The id is a digest of the cookie, so that the token in the cookie is not passed on.
    """
    value = request.cookies.get(cookie)
    return session_of(value) if value else None


def session_of(cookie: str) -> str:
    """Return the session id of a cookie's value."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


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
