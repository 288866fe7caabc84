"""The crossings of some posts in a period, of all officers or of one, and those of a handover: lists and totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.store.database import Pool


class Period(NamedTuple):
    """The crossings that a list shows. ``by`` is the id of an officer, or None for those of all."""

    posts: Sequence[str]
    since: datetime
    until: datetime
    by: str | None = None


_OF_PERIOD = (
    "checkpoint = ANY($1::text[]) AND occurred_at >= $2 AND occurred_at < $3"
    " AND ($4::text IS NULL OR recorded_by = $4)"
)


async def find_of_period(
    pool: Pool, schema: str, period: Period, after: tuple[Any, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the crossings of a period, latest first."""
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.crossings WHERE {_OF_PERIOD}"
        " AND ($5::timestamptz IS NULL OR (occurred_at, crossing_id) < ($5, $6::uuid))"
        " ORDER BY occurred_at DESC, crossing_id DESC LIMIT $7",
        *_arguments(period),
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def count_of_period(pool: Pool, schema: str, period: Period) -> list[dict[str, Any]]:
    """Return the totals of a period by kind, sex, age band and whether a document was shown."""
    rows = await pool.fetch(
        f"SELECT kind, sex, age_band, documented, count(*) AS persons FROM {schema}.crossings WHERE {_OF_PERIOD}"
        " GROUP BY 1, 2, 3, 4",
        *_arguments(period),
    )
    return [dict(row) for row in rows]


async def find_of_handover(pool: Pool, schema: str, handover_id: UUID, limit: int) -> list[dict[str, Any]]:
    """Return the crossings that are recorded under a handover, the latest recorded first."""
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.crossings WHERE handover_id = $1 ORDER BY recorded_at DESC, crossing_id DESC LIMIT $2",
        handover_id,
        limit,
    )
    return [dict(row) for row in rows]


async def count_of_handover(pool: Pool, schema: str, handover_id: UUID) -> list[dict[str, Any]]:
    """Return the persons recorded under a handover by role, sex and age band."""
    rows = await pool.fetch(
        f"SELECT role, sex, age_band, count(*) AS persons FROM {schema}.crossings WHERE handover_id = $1"
        " GROUP BY 1, 2, 3",
        handover_id,
    )
    return [dict(row) for row in rows]


def _arguments(period: Period) -> tuple[Any, ...]:
    return list(period.posts), period.since, period.until, period.by
