"""Queries of many workers: searches, lists and figures, from the settled rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.persons import person_codec
from services.registry.fold.state import Location


async def find_people(pool: Pool, keys: Sequence[Sequence[str]], limit: int) -> list[str]:
    """Return the numbers of workers with a match for each list of keys, the most recent event first."""
    codec = person_codec()
    conditions = " AND ".join(f"p.keys && ${nth}::text[]" for nth in range(2, len(keys) + 2))
    rows = await pool.fetch(
        f"SELECT p.number FROM people p JOIN workers w USING (number) WHERE {conditions}"
        " GROUP BY p.number, w.last_at ORDER BY w.last_at DESC, p.number LIMIT $1",
        limit,
        *[[codec.search_key(key) for key in alternatives] for alternatives in keys],
    )
    return [row["number"] for row in rows]


_WORKED_OUT = (
    "EXISTS (SELECT FROM public.set_aside a WHERE a.build = current_schema() AND a.numbers @> ARRAY[{}])"
)
"""Records of the worker were set aside: the settled rows are those of before."""


async def summaries(
    pool: Pool, numbers: Sequence[str], reach: Reach, at: datetime
) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of a list for workers within reach, and the number of workers beyond it."""
    rows = await pool.fetch(
        "SELECT w.*, p.khmer, p.latin, p.born,"
        " ARRAY(SELECT f.name FROM flags f WHERE f.number = w.number AND f.since <= $6"
        "       AND (f.until IS NULL OR f.until > $6) ORDER BY f.since) AS flags,"
        " ($2 OR (cardinality(w.posts) + cardinality(w.countries) + cardinality(w.provinces) + cardinality(w.agencies) = 0)"
        "  OR w.posts && $3::text[] OR w.countries && $4::text[] OR w.provinces && $5::text[] OR w.agencies && $7::text[])"
        " AS within, " + _WORKED_OUT.format("w.number") + " AS being_worked_out"
        " FROM unnest($1::text[]) WITH ORDINALITY AS asked(number, nth) JOIN workers w USING (number)"
        " LEFT JOIN LATERAL (SELECT khmer, latin, born FROM people p WHERE p.number = w.number"
        "   AND (p.khmer IS NOT NULL OR p.latin IS NOT NULL) ORDER BY p.evidence_id DESC LIMIT 1) p ON true"
        " ORDER BY asked.nth",
        list(numbers),
        reach.national,
        list(reach.posts),
        list(reach.countries),
        list(reach.provinces),
        at,
        list(reach.agencies),
    )
    found = [dict(row) for row in rows if row["within"]]
    codec = person_codec()
    for row in found:
        row.update(khmer=codec.open_text(row["khmer"]), latin=codec.open_text(row["latin"]))
        if row["being_worked_out"]:
            row.update(_NOT_KNOWN)
    return found, len(rows) - len(found)


_NOT_KNOWN: dict[str, Any] = {"place": str(Location.UNKNOWN), "country": "", "since": None, "flags": []}


async def without_number(pool: Pool, nodes: Sequence[UUID]) -> bool:
    """Return whether records with one of these nodes are set aside and have no worker's number yet."""
    found: bool = await pool.fetchval(
        "SELECT EXISTS (SELECT FROM public.set_aside WHERE build = current_schema() AND node = ANY($1::uuid[])"
        " AND numbers = '{}')",
        list(nodes),
    )
    return found


async def flagged(
    pool: Pool,
    reach: Reach,
    at: datetime,
    name: str | None,
    after: tuple[datetime, str, str] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the flags that hold at an instant on workers within reach, the latest raised first."""
    rows = await pool.fetch(
        "SELECT f.number, f.name, f.since, f.until, "
        + _WORKED_OUT.format("f.number")
        + " AS being_worked_out FROM flags f JOIN workers w USING (number)"
        " WHERE f.since <= $1 AND (f.until IS NULL OR f.until > $1) AND ($2::text IS NULL OR f.name = $2)"
        " AND ($3 OR cardinality(w.posts) + cardinality(w.countries) + cardinality(w.provinces) + cardinality(w.agencies) = 0"
        "      OR w.posts && $4::text[] OR w.countries && $5::text[] OR w.provinces && $6::text[]"
        "      OR w.agencies && $7::text[])"
        " AND ($8::timestamptz IS NULL OR (f.since, f.number, f.name) < ($8, $9, $10))"
        " ORDER BY f.since DESC, f.number DESC, f.name DESC LIMIT $11",
        at,
        name,
        reach.national,
        list(reach.posts),
        list(reach.countries),
        list(reach.provinces),
        list(reach.agencies),
        *(after or (None, None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def departures_by_year(pool: Pool) -> list[dict[str, Any]]:
    """Return the number of journeys with an employment contract, by destination, year of departure and sex.

    A year is a year in Asia/Phnom_Penh.
    """
    rows = await pool.fetch(
        "SELECT country AS destination, extract(year FROM departed_at AT TIME ZONE 'Asia/Phnom_Penh')::int AS year, sex,"
        " count(*)::int AS workers FROM journeys WHERE departed_at IS NOT NULL AND contract IS NOT NULL"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return [dict(row) for row in rows]
