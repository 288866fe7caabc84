"""The checks that officers made, for their limit and for the list of those that no crossing followed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller, Reach
from chassis.store.append import Statement
from chassis.store.database import Pool

PERIOD = timedelta(minutes=1)
"""The time in which the checks of a caller are counted for their limit."""
FOLLOWS_WITHIN = timedelta(hours=1)
"""The time after a check within which a crossing is expected."""
_ROUNDING = timedelta(minutes=5)
"""How long before the check the crossing may lie: its time may be given to the minute, by the clock of a device."""

_LIMIT = """
SELECT checked_at FROM document_checks WHERE caller = $1 AND checked_at > $2 ORDER BY checked_at DESC
OFFSET $3 LIMIT 1
"""
_INSERT = "INSERT INTO document_checks (caller, office, checked_at, node, action) VALUES ($1, $2, $3, $4, $5)"
_UNFOLLOWED = """
WITH crossed AS MATERIALIZED (
    SELECT c.occurred_at, h.handle::uuid AS node
    FROM {schema}.crossings c JOIN events e ON e.stream = 'crossing-' || c.crossing_id
    CROSS JOIN LATERAL json_array_elements_text(e.handles::json) AS h(handle)
    WHERE c.occurred_at >= ($3::date)::timestamp AT TIME ZONE 'Asia/Phnom_Penh' - $6::interval
    AND c.occurred_at < ($3::date + 1)::timestamp AT TIME ZONE 'Asia/Phnom_Penh' + $5::interval
)
SELECT caller, office, date_trunc('hour', checked_at) AS hour, count(*) AS checks FROM document_checks k
WHERE ($1 OR office = ANY($2::text[]))
AND checked_at >= ($3::date)::timestamp AT TIME ZONE 'Asia/Phnom_Penh'
AND checked_at < ($3::date + 1)::timestamp AT TIME ZONE 'Asia/Phnom_Penh'
AND checked_at <= $4::timestamptz - $5::interval
AND NOT EXISTS (
    SELECT FROM crossed x WHERE x.node = k.node
    AND x.occurred_at BETWEEN k.checked_at - $6::interval AND k.checked_at + $5::interval
)
GROUP BY 1, 2, 3 ORDER BY 3 DESC, 1, 2
"""


async def record_check(
    pool: Pool, caller: Caller, node: UUID, action: str, at: datetime, most: int, audited: Statement
) -> datetime | None:
    """Record a check and its audit entry, if the caller made fewer than ``most`` in the minute before.

    Otherwise nothing is recorded; the result is then the time from which the caller may check again.
    """
    async with pool.acquire() as connection, connection.transaction():
        # Two checks of one caller at the same time are counted one after the other.
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", caller.id)
        oldest: datetime | None = await connection.fetchval(_LIMIT, caller.id, at - PERIOD, most - 1)
        if oldest is not None:
            return oldest + PERIOD
        await connection.execute(_INSERT, caller.id, caller.office, at, node, action)
        await connection.execute(audited.sql, *audited.args)
        return None


async def find_unfollowed(
    pool: Pool, schema: str, reach: Reach, day: date, now: datetime
) -> list[dict[str, Any]]:
    """Count the checks of a day in Asia/Phnom_Penh that no crossing with the document followed within an hour.

    They are counted by caller, office and hour, the latest first. Checks of the last hour are not counted yet.
    """
    rows = await pool.fetch(
        _UNFOLLOWED.format(schema=schema),
        reach.national,
        list(reach.posts),
        day,
        now,
        FOLLOWS_WITHIN,
        _ROUNDING,
    )
    return [dict(row) for row in rows]
