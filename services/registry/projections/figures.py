"""Figures of departures, returns and remains, kept as workers are settled, so that reading them does not grow with the number of workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
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
_YEAR = (
    "extract(year FROM least(greatest({}, '0001-01-02Z'), '9999-12-30Z') AT TIME ZONE 'Asia/Phnom_Penh')::int"
)
_FIGURES = {
    "departures": ("left_for", "departed_at", "work AND contract IS NOT NULL AND departed_at IS NOT NULL"),
    "returns": ("country", "returned_at", "work AND returned_at IS NOT NULL AND leave_until IS NULL"),
    "remains": ("country", "remains_at", "remains_at IS NOT NULL"),
}
"""Each figure with the column of its country, the column of its instant, and the journeys that it counts.

Departures are of workers with an employment contract: no leave, no duplicates, no dependants, for the country left for.
A return that still counts as leave depends on the day; :func:`figures_by_year` adds those whose leave is over.
"""
_COUNTS = " UNION ALL ".join(
    f"SELECT '{figure}' AS figure, coalesce({country}, '') AS country, {_YEAR.format(at)} AS year, sex, count(*) AS workers"
    f" FROM journeys WHERE {counted} AND {{where}} GROUP BY 2, 3, 4"
    for figure, (country, at, counted) in _FIGURES.items()
)
_LEAVE_OVER = (
    f"SELECT 'returns' AS figure, coalesce(country, '') AS country, {_YEAR.format('returned_at')} AS year, sex,"
    " count(*) AS workers FROM journeys WHERE work AND leave_until <= $1 GROUP BY 2, 3, 4"
)
_ADD = """
INSERT INTO public.figures AS f (build, figure, country, year, sex, workers)
SELECT current_schema(), figure, country, year, sex, $1 * workers FROM ({counts}) AS counts
ON CONFLICT (build, figure, country, year, sex) DO UPDATE SET workers = f.workers + excluded.workers
"""
_ADD_WORKERS = _ADD.format(
    counts=_COUNTS.format(where=f"number = ANY($2::text[]) AND number <= ({_COUNTED_TO})")
)
_ADD_RANGE = _ADD.format(counts=_COUNTS.format(where="number > $2 AND number <= $3"))


async def add_figures(connection: Connection, numbers: Sequence[str], factor: int) -> None:
    """Add the journeys of workers to the figures, or subtract them with the factor -1, before their rows are replaced."""
    await connection.execute(_ADD_WORKERS, factor, list(numbers))


async def count_figures(pool: Pool, epoch: int) -> bool:
    """Count the journeys of the next workers of the live build; return False when all are counted.

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


async def figures_by_year(pool: Pool, figure: str, at: datetime) -> list[dict[str, Any]]:
    """Return the number of workers of a figure, by country, year and sex; ``at`` is the instant of reading.

    A year is a year in Asia/Phnom_Penh. Until the settler has counted a new build, the journeys are counted here.
    """
    if await pool.fetchval(_COUNTED_TO) == _ALL:
        counted = (
            "SELECT figure, country, year, sex, workers FROM public.figures WHERE build = current_schema()"
        )
    else:
        counted = _COUNTS.format(where="true")
    rows = await pool.fetch(
        f"SELECT country, year, sex, sum(workers)::bigint AS workers FROM ({counted} UNION ALL {_LEAVE_OVER}) AS counts"
        " WHERE figure = $2 GROUP BY 1, 2, 3 HAVING sum(workers) > 0 ORDER BY 1, 2, 3",
        at,
        figure,
    )
    return [dict(row) for row in rows]
