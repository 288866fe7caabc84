"""Reading of the audit: who looked at a record, and what one person looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.store.database import Pool

LOOKS = ("read", "list", "search", "export", "preview", "rank", "likely", "check")
"""The first words of the actions by which somebody sees records, and changes none."""


@dataclass(frozen=True, slots=True)
class EntriesAsked:
    """The entries of a period, of one caller, about some records or workers; what is None does not limit them."""

    since: datetime
    until: datetime
    caller: str | None = None
    evidence: Sequence[UUID] | None = None
    numbers: Sequence[str] | None = None
    looks_only: bool = False


_FIND = """
SELECT entry_id, at, caller, office, action, numbers, cardinality(evidence) AS records FROM audit
WHERE at >= $1 AND at < $2 AND ($3::text IS NULL OR caller = $3)
AND ($4::uuid[] IS NULL OR evidence && $4) AND ($5::text[] IS NULL OR numbers && $5)
AND (NOT $6 OR split_part(action, '_', 1) = ANY($7::text[])) AND ($8::bigint IS NULL OR entry_id < $8)
ORDER BY entry_id DESC LIMIT $9
"""


async def find_entries(
    pool: Pool, asked: EntriesAsked, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """Return the entries asked for, the latest first, those written before the entry ``before`` if it is given."""
    rows = await pool.fetch(
        _FIND,
        asked.since,
        asked.until,
        asked.caller,
        None if asked.evidence is None else list(asked.evidence),
        None if asked.numbers is None else list(asked.numbers),
        asked.looks_only,
        list(LOOKS),
        before,
        limit,
    )
    return [dict(row) for row in rows]
