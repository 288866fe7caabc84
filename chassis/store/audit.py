"""Who looked at whose record, who changed what, who was refused: kept in codes, before the answer is given.

An entry names people by the id of the evidence shown and by the number shown, never by name or document. One
writer links the entries into a chain afterwards, behind the gate, so that a look costs one insert and waits
for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from chassis.store.event_store import Statement

_INSERT = (
    "INSERT INTO audit (caller, office, action, evidence, numbers, detail, correlation)"
    " VALUES ($1, $2, $3, $4::uuid[], $5::text[], $6, $7)"
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+*{}=-]{0,119}|/[A-Za-z0-9_.:/{}-]{0,119}|")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
NOBODY = "nobody"
"""The caller of an entry about a call whose token was missing or not to be believed."""

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
        """Keep that a caller looks at people's records: awaited before they are shown.

        A search is one entry that lists whom it showed. Raises whatever keeps the entry from being kept: then
        nothing may be shown.
        """
        write = self.write(
            caller, action, evidence=evidence, numbers=numbers, correlation=correlation, detail=detail
        )
        await self._pool.execute(write.sql, *write.args)

    async def refused(
        self, caller: Caller | None, action: str, *, correlation: UUID, detail: Detail | None = None
    ) -> None:
        """Keep that a call was refused; ``caller`` is None where nobody known called."""
        who, office = (NOBODY, "") if caller is None else (caller.id, caller.office)
        await self._pool.execute(_INSERT, who, office, action, [], [], encoded(detail), correlation)

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
        """The entry as a statement, to stand in the transaction of the act that it is about."""
        return Statement(
            _INSERT,
            (caller.id, caller.office, action, list(evidence), list(numbers), encoded(detail), correlation),
        )


def encoded(detail: Detail | None) -> str:
    """A detail as kept. Raises ValueError for what is no code: an audit entry never holds personal data."""
    if not detail:
        return "{}"
    for field, value in detail.items():
        if not _FIELD.fullmatch(field) or not _is_code(value):
            raise ValueError(f"the audit's detail takes codes, numbers, dates and ids; {field!r} is none")
    return orjson.dumps(dict(detail)).decode()


def _is_code(value: Any) -> bool:
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    if isinstance(value, list | tuple):
        return len(value) <= 1000 and all(_is_code(one) for one in value)
    return value is None or isinstance(value, bool | int | float | UUID | date | datetime)
