"""Ticks on the lists of workers believed to be in a country: whether an officer reached them, who ticked, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from chassis.access.permissions import Caller
from chassis.store.append import Statement
from chassis.store.database import Pool

# A tick keeps the number at which it was given. While that number is joined to another one, the tick is shown at that one; once a
# separation brings the number back, it is shown there again.
_LATEST = """
WITH listed AS (
    SELECT number, number AS ticked FROM unnest($2::text[]) AS number
    UNION
    SELECT m.number, earlier.number FROM members AS m JOIN minted AS earlier USING (node)
    WHERE m.number = ANY($2::text[])
    AND NOT EXISTS (SELECT FROM workers AS other WHERE other.number = earlier.number)
)
SELECT DISTINCT ON (listed.number) listed.number, reached, caller, office, ticked_at
FROM listed JOIN ticks ON ticks.number = listed.ticked AND country = $1
ORDER BY listed.number, ticked_at DESC, tick_id
"""


@dataclass(frozen=True, slots=True)
class Tick:
    """The latest tick of a worker on the list of a country."""

    reached: bool
    caller: str
    office: str
    ticked_at: datetime


async def record_ticks(
    pool: Pool,
    caller: Caller,
    key: UUID,
    country: str,
    reached: Mapping[str, bool],
    now: datetime,
    logged: Statement,
) -> None:
    """Store ticks by the numbers of the workers, with their audit entry; a form that is sent twice stores them once."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(logged.sql, *logged.args)
        await connection.executemany(
            "INSERT INTO ticks (tick_id, number, country, reached, caller, office, ticked_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            [
                (uuid5(key, number), number, country, each, caller.id, caller.office, now)
                for number, each in reached.items()
            ],
        )


async def latest_ticks(pool: Pool, country: str, numbers: Sequence[str]) -> dict[str, Tick]:
    """Return the latest tick of each worker on the list of a country, by number; the numbers are of workers within reach.

    Ticks of the numbers that are joined to that of the worker are among them.
    """
    rows = await pool.fetch(_LATEST, country, list(numbers))
    return {
        row["number"]: Tick(row["reached"], row["caller"], row["office"], row["ticked_at"]) for row in rows
    }
