"""Figures of departures, kept as workers are settled, so that reading them does not grow with the number of workers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.store.database import Connection, Pool
from services.registry.projections.epochs import hold_epoch

_COUNTED_AT_ONCE = 2_000
_ALL = "~"
"""Greater than every number: all workers of the build are counted."""
_COUNTED_TO = "SELECT counted_to FROM public.settlers WHERE build = current_schema()"
_UPTO = (
    "SELECT max(number) FROM (SELECT number FROM workers WHERE number > $1 ORDER BY number LIMIT $2) AS next"
)
_COUNTS = """
SELECT coalesce(country, '') AS destination, extract(
    year FROM least(greatest(departed_at, '0001-01-02Z'), '9999-12-30Z') AT TIME ZONE 'Asia/Phnom_Penh'
)::int AS year, sex, count(*) AS workers
FROM journeys WHERE departed_at IS NOT NULL AND contract IS NOT NULL AND {where} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_ADD = """
INSERT INTO public.departures AS d (build, country, year, sex, workers)
SELECT current_schema(), destination, year, sex, $1 * workers FROM ({counts}) AS counts
ON CONFLICT (build, country, year, sex) DO UPDATE SET workers = d.workers + excluded.workers
"""
_ADD_WORKERS = _ADD.format(
    counts=_COUNTS.format(where=f"number = ANY($2::text[]) AND number <= ({_COUNTED_TO})")
)
_ADD_RANGE = _ADD.format(counts=_COUNTS.format(where="number > $2 AND number <= $3"))


async def add_departures(connection: Connection, numbers: Sequence[str], factor: int) -> None:
    """Add the departures of workers to the figures, or subtract them with the factor -1, before their rows are replaced."""
    await connection.execute(_ADD_WORKERS, factor, list(numbers))


async def count_departures(pool: Pool, epoch: int) -> bool:
    """Count the departures of the next workers of the live build; return False when all are counted.

    How far a build is counted is stored, so a settler that restarts goes on with the next workers. Raises Deposed.
    """
    after = await pool.fetchval(_COUNTED_TO) or ""
    if after == _ALL:
        return False
    upto = await pool.fetchval(_UPTO, after, _COUNTED_AT_ONCE) or _ALL
    async with pool.acquire() as connection, connection.transaction():
        await hold_epoch(connection, epoch)
        await connection.execute(_ADD_RANGE, 1, after, upto)
        await connection.execute(
            "UPDATE public.settlers SET counted_to = $1 WHERE build = current_schema()", upto
        )
    return True


async def departures_by_year(pool: Pool) -> list[dict[str, Any]]:
    """Return the number of journeys with an employment contract, by destination, year of departure and sex.

    A year is a year in Asia/Phnom_Penh. Until the settler has counted a new build, the journeys are counted here.
    """
    if await pool.fetchval(_COUNTED_TO) == _ALL:
        rows = await pool.fetch(
            "SELECT country AS destination, year, sex, workers FROM public.departures"
            " WHERE build = current_schema() AND workers > 0 ORDER BY 1, 2, 3"
        )
    else:
        rows = await pool.fetch(_COUNTS.format(where="true"))
    return [dict(row) for row in rows]
