"""The audit log: reads of persons' records, changes and refused calls, committed before the response is sent.

An entry names people by the evidence id and the worker number shown, never by name or document. One writer links the
entries into a hash chain later, behind the gate, so that a read costs one insert and waits for no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from chassis.access.permissions import Caller
from chassis.store.append import Statement
from chassis.store.database import Pool

_INSERT = (
    "INSERT INTO audit (caller, office, action, evidence, numbers, detail, correlation)"
    " VALUES ($1, $2, $3, $4::uuid[], $5::text[], $6, $7)"
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+*{}=-]{0,119}|/[A-Za-z0-9_.:/{}-]{0,119}|")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
NOBODY = "nobody"
"""The caller of an entry about a call without a valid token."""

Detail = Mapping[str, Any]


class Audit:
    """The audit of one service."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def look(
        self,
        caller: Caller,
        action: str,
        *,
        evidence: Sequence[UUID] = (),
        numbers: Sequence[str] = (),
        correlation: UUID,
        detail: Detail | None = None,
    ) -> None:
        """Record that a caller reads persons' records; await this before they are shown.

        A search is one entry that lists the persons shown. If the insert fails, its exception is raised and nothing
        may be shown.
        """
        write = self.write(
            caller, action, evidence=evidence, numbers=numbers, correlation=correlation, detail=detail
        )
        await self._pool.execute(write.sql, *write.args)

    async def refused(
        self, caller: Caller | None, action: str, *, correlation: UUID, detail: Detail | None = None
    ) -> None:
        """Record that a call was refused; ``caller`` is None for an unauthenticated call."""
        caller_id, office = (NOBODY, "") if caller is None else (caller.id, caller.office)
        await self._pool.execute(_INSERT, caller_id, office, action, [], [], encoded(detail), correlation)

    def write(
        self,
        caller: Caller,
        action: str,
        *,
        evidence: Sequence[UUID] = (),
        numbers: Sequence[str] = (),
        correlation: UUID,
        detail: Detail | None = None,
    ) -> Statement:
        """Return the entry as a statement, for the transaction of the change that it describes."""
        return Statement(
            _INSERT,
            (caller.id, caller.office, action, list(evidence), list(numbers), encoded(detail), correlation),
        )


def encoded(detail: Detail | None) -> str:
    """Return a detail as JSON. Raises ValueError for free text: an audit entry never contains personal data."""
    if not detail:
        return "{}"
    for field, value in detail.items():
        if not _FIELD.fullmatch(field) or not _is_code(value):
            raise ValueError(
                f"the audit's detail may contain codes, numbers, dates and ids only; {field!r} is none of these"
            )
    return orjson.dumps(dict(detail)).decode()


def _is_code(value: Any) -> bool:
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    if isinstance(value, list | tuple):
        return len(value) <= 1000 and all(_is_code(one) for one in value)
    return value is None or isinstance(value, bool | int | float | UUID | date | datetime)
