"""Pagination with cursors: a cursor names the last row shown, by sort key and id, so no row is skipped or repeated.

A cursor is opaque and appears in URLs: its key contains codes, numbers, times and ids, never a name.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from contracts.refusal import Refusal

T = TypeVar("T")
R = TypeVar("R")
MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")]
After = Annotated[
    str | None, Query(alias="cursor", max_length=500, description="The value of next on the page before.")
]
_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,120}")


class CursorUnreadable(Refusal):
    """Invalid cursor"""

    code = "cursor-unreadable"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "the cursor cannot be decoded or belongs to another list",
            remedy="send the next of the page before, or no cursor for the first page",
            field="cursor",
        )


class Page(BaseModel, Generic[T]):
    """A page of a list, with the cursor of the next page."""

    model_config = ConfigDict(frozen=True)

    items: tuple[T, ...] = Field(description="The rows.")
    next: str | None = Field(None, description="The cursor of the next page; null on the last.")


def encode_cursor(*key: int | float | str | datetime | date | UUID) -> str:
    """Return the cursor of a sort key and an id. Raises ValueError for text that is not a code."""
    for part in key:
        if isinstance(part, str) and not _CODE.fullmatch(part):
            raise ValueError(
                "a cursor appears in URLs: its key may contain codes, numbers, times and ids only"
            )
    written = orjson.dumps(key, default=str)  # asyncpg's UUIDs are a class of their own
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """Return the key of a cursor, with each part converted to its type. Raises CursorUnreadable."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise CursorUnreadable
        return tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (UnicodeEncodeError, binascii.Error, ValueError, OverflowError):
        raise CursorUnreadable from None


def page_of(
    rows: Sequence[R], limit: int, item: Callable[[R], T], key: Callable[[R], tuple[Any, ...]]
) -> Page[T]:
    """Return a page of rows. Read ``limit + 1`` rows for it; ``key`` returns a row's sort key and id."""
    shown = rows[:limit]
    further = encode_cursor(*key(shown[-1])) if shown and len(rows) > limit else None
    return Page(items=tuple(item(row) for row in shown), next=further)


def link_next(request: Request, response: Response, page: Page[Any]) -> None:
    """Add the Link header (RFC 8288) of the next page."""
    if page.next is not None:
        url = request.url.include_query_params(cursor=page.next)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


def _part(part: Any, kind: type) -> Any:
    if kind in (int, float) and isinstance(part, int | float) and not isinstance(part, bool):
        if kind is int and (not isinstance(part, int) or not -(1 << 31) <= part < 1 << 31):
            raise CursorUnreadable
        return kind(part)
    if not isinstance(part, str):
        raise CursorUnreadable
    if kind is str and _CODE.fullmatch(part):
        return part
    if kind is UUID:
        return UUID(part)
    if kind is datetime and (moment := datetime.fromisoformat(part)).tzinfo is not None:
        return moment.astimezone(UTC)  # raises OverflowError outside of the calendar
    if kind is date:
        return date.fromisoformat(part)
    raise CursorUnreadable
