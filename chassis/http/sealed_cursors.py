"""Encrypted cursors, for lists that pass over rows that their caller may not see.

The key of such a row may be the place where the next page begins. A plain cursor would tell it to the caller.
"""

from __future__ import annotations

import hmac
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from chassis.base.settings import Settings
from chassis.http.pagination import CursorUnreadable, decode_cursor, encode_cursor

_HEADER = {"alg": "dir", "enc": "A128GCM"}


def seal_cursor(settings: Settings, list_name: str, *key: int | float | str | datetime | date | UUID) -> str:
    """Return an encrypted cursor, which only the list with this name opens."""
    return jwe.encrypt_compact(dict(_HEADER), encode_cursor(*key), _key(settings, list_name))


def open_cursor(settings: Settings, list_name: str, cursor: str, *kinds: type) -> tuple[Any, ...]:
    """Return the key of an encrypted cursor, with each part converted to its type. Raises CursorUnreadable."""
    try:
        opened = jwe.decrypt_compact(cursor, _key(settings, list_name), algorithms=list(_HEADER.values()))
        return decode_cursor((opened.plaintext or b"").decode(), *kinds)
    except (JoseError, ValueError):
        raise CursorUnreadable from None


def _key(settings: Settings, list_name: str) -> OctKey:
    secret = settings.session_key.get_secret_value().encode()
    return OctKey.import_key(hmac.digest(secret, f"cursor|{list_name}".encode(), "sha256")[:16])
