"""The refused rows of uploads: stored for a day, for the sender of the file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from chassis.access.permissions import Caller
from chassis.commands.runtime import Runtime
from chassis.http.validation_errors import FieldError

SHOWN = 1_000
KEPT_FOR = timedelta(hours=24)
_FIND = (
    "SELECT row_number, errors FROM upload_refusals WHERE upload_id = $1 AND caller = $2"
    " AND expires_at > clock_timestamp() AND row_number > $3 ORDER BY row_number LIMIT $4"
)
_FORGET = tuple(
    f"DELETE FROM {table} WHERE ctid IN"
    f" (SELECT ctid FROM {table} WHERE expires_at <= clock_timestamp() LIMIT 10000)"
    for table in ("upload_refusals", "upload_rows")
)


class RefusedRow(BaseModel):
    """A row that was refused, or one field of it."""

    model_config = ConfigDict(frozen=True)

    row: int = Field(
        description="The row: the line of NDJSON, or the row of a sheet, whose header is row 1 if nothing is above it."
    )
    field: str = Field(description="The field, e.g. person.documents[0].number; empty for the whole row.")
    value: str = Field(description="What was sent, where that is short.")
    reason: str = Field(description="Why it was refused, and what would be right.")
    _error: FieldError | None = PrivateAttr(None)

    @property
    def error(self) -> FieldError:
        """The error as it was found, for the words of a page. It is not part of a response."""
        return self._error or FieldError(field=self.field, value=self.value, reason=self.reason, remedy=None)

    @classmethod
    def stored(cls, row: int, stored: dict[str, Any]) -> RefusedRow:
        """Return a row from what :func:`to_store` returned. The version before stored no ``error``."""
        found = cls(row=row, **{name: stored[name] for name in ("field", "value", "reason")})
        if "error" in stored:
            found._error = error_of(stored["error"])
        return found


def to_store(error: FieldError) -> dict[str, Any]:
    """Return the error of a row as it is stored."""
    return {
        "field": error.field,
        "value": "" if error.value is None else str(error.value),
        "reason": error.reason + (f"; {error.remedy}" if error.remedy else ""),
        "error": plain(error),
    }


def plain(error: FieldError) -> dict[str, Any]:
    """Return an error with its kind and limits in values of JSON."""
    limits = {name: _limit(value) for name, value in error.limits.items()}
    return error.model_dump(mode="json") | {"kind": error.kind, "limits": limits}


def error_of(plain: dict[str, Any]) -> FieldError:
    """Return the error from what :func:`plain` returned."""
    return FieldError.model_validate(plain).of_kind(plain["kind"], plain["limits"])


def _limit(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else str(value)


async def find_refusals(
    runtime: Runtime, caller: Caller, upload_id: UUID, after: int, rows: int
) -> list[RefusedRow]:
    """Return the refusals of rows after a row number, in order, to the sender of the upload, while they are stored."""
    codec, found = runtime.store.persons, await runtime.pool.fetch(_FIND, upload_id, caller.id, after, rows)
    return [
        RefusedRow.stored(number, error)
        for number, stored in found
        for error in orjson.loads(codec.open(stored.encode()))
    ]


async def delete_expired_refusals(runtime: Runtime) -> None:
    """Delete refusals and outcomes of rows older than a day, some thousand at a time. Each upload begins with it."""
    for forget in _FORGET:
        while await runtime.pool.execute(forget) == "DELETE 10000":
            await asyncio.sleep(0)


def expired(upload_id: UUID) -> bool:
    """Return whether the refusals of an upload have expired, by the time in its UUIDv7; False for another kind of id."""
    if upload_id.version != 7:
        return False
    begun = datetime.fromtimestamp((upload_id.int >> 80) / 1000, UTC)
    return datetime.now(UTC) - begun > KEPT_FOR
