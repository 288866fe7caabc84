"""Protection of forms against CSRF: the form token of a session and its check."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import Request

from chassis.access.masking import masked, unmasked
from chassis.access.sessions import SESSION_COOKIE, session_id, session_of
from contracts.refusal import Refusal

FORM_COOKIE = "domnaer_form"
"""The cookie of the one form that is used before a session exists: the sign-in form."""
FORM_FIELD = "csrf"
FORM_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


_ENCODED = "application/x-www-form-urlencoded"
_WITH_FILE = "multipart/form-data"
_JSON = "application/json"


class FormNotEncoded(Refusal):
    """This form cannot be read as it was sent"""

    code = "form-not-encoded"
    status = 422


class FormTokenMissing(Refusal):
    """This form did not come from one of our pages"""

    code = "form-token-missing"
    status = 403


def form_token(request: Request, session: str | None) -> str:
    """Return the token for the forms of one page of a session; empty without a session.

    It differs from page to page, since pages are compressed (chassis.access.masking). All tokens of a session are valid.
    """
    return "" if session is None else masked(_secret(request, session))


def _secret(request: Request, session: str) -> bytes:
    key: bytes = request.app.state.session_key
    return hmac.new(key, b"form\0" + session.encode(), hashlib.sha256).digest()


def _is_token(request: Request, sent: str, session: str | None) -> bool:
    secret = unmasked(sent)
    return (
        session is not None and secret is not None and hmac.compare_digest(secret, _secret(request, session))
    )


async def check_form(request: Request, cookie: str = SESSION_COOKIE, *, with_file: bool = False) -> None:
    """Check that a form contains the token of its session, in its field or in the header.

    A form ``with_file`` is sent in parts, as browsers send files. Raises FormTokenMissing, or FormNotEncoded for bytes that would be read as other characters than were sent.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormTokenMissing("it was sent by another site", remedy="open the page here and send its form")
    if body := await request.body():
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        in_parts = with_file and kind == _WITH_FILE
        if not in_parts and (kind != _ENCODED or not body.isascii()):
            raise FormNotEncoded(
                "a browser sends its letters in another form",
                remedy="open the page again and send the form from there",
            )
    sent = request.headers.get(FORM_HEADER)
    if sent is None:
        field = (await request.form()).get(FORM_FIELD)
        sent = field if isinstance(field, str) else ""
    if not _is_token(request, sent, session_id(request, cookie)):
        raise FormTokenMissing(
            "its token is missing or belongs to another session",
            remedy="open the page again and send the form once more",
        )


def check_script(request: Request) -> None:
    """Check that a page's script sent a request: as JSON, from this site, with the form token of its session in the header.

    A form of another site cannot send JSON or a header. Raises FormTokenMissing.
    """
    from_here = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    sent = request.headers.get(FORM_HEADER, "")
    if not (from_here and kind == _JSON and _is_token(request, sent, session_id(request))):
        raise FormTokenMissing(
            "its token is missing or belongs to another session, or it is not JSON",
            remedy="ask for the session again, and send its form token in the header X-CSRF-Token",
        )


def new_form_cookie() -> tuple[str, str]:
    """Return a new value for :data:`FORM_COOKIE` and the session id of that value."""
    value = secrets.token_urlsafe(24)
    return value, session_of(value)
