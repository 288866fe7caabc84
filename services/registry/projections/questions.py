"""Queries of the questions to the registrar: records that show one document and contradict each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool

_FIND = """
SELECT q.node, q.number, q.reason, q.since, q.documents, nullif(m.number, q.number) AS holder
FROM questions q LEFT JOIN members m USING (node)
WHERE $1 AND ($2::timestamptz IS NULL OR (q.since, q.number, q.node) < ($2, $3, $4))
ORDER BY q.since DESC, q.number DESC, q.node DESC LIMIT $5
"""


async def find_questions(
    pool: Pool, reach: Reach, after: tuple[datetime, str, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the questions after the key ``after``, the latest first: they concern workers of any office, so only for
    national callers."""
    rows = await pool.fetch(_FIND, reach.national, *(after or (None, None, None)), limit)
    return [dict(row) for row in rows]
