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


SCANNED = 2_000
"""Flags that one page of the list looks through, at most: of a large country an office reaches only some."""


async def flagged(
    pool: Pool,
    reach: Reach,
    at: datetime,
    name: str | None,
    after: tuple[datetime, str, str] | None,
    limit: int,
) -> tuple[list[dict[str, Any]], tuple[datetime, str, str] | None]:
    """Return the flags that hold at an instant on workers within reach, the latest raised first, and where to go on.

    A page may have fewer flags than ``limit`` although others follow: it looks through :data:`SCANNED` flags, so that its
    time does not grow with the number of workers.
    """
    rows = await pool.fetch(
        "WITH candidates AS MATERIALIZED (SELECT number, name, since, until FROM flags WHERE since <= $1"
        " AND (since, number, name) < ($2, $3, $4)"
        + (" AND name = $11" if name is not None else " AND $11::text IS NULL")
        + " ORDER BY since DESC, number DESC, name DESC LIMIT $10)"
        " SELECT f.number, f.name, f.since, f.until, "
        + _WORKED_OUT.format("f.number")
        + " AS being_worked_out, (f.until IS NULL OR f.until > $1) AND ($5 OR cardinality(w.posts) +"
        " cardinality(w.countries) + cardinality(w.provinces) + cardinality(w.agencies) = 0 OR w.posts && $6::text[]"
        " OR w.countries && $7::text[] OR w.provinces && $8::text[] OR w.agencies && $9::text[]) AS shown"
        " FROM candidates f JOIN workers w USING (number) ORDER BY f.since DESC, f.number DESC, f.name DESC",
        at,
        *(after or (at, "~", "~")),
        reach.national,
        list(reach.posts),
        list(reach.countries),
        list(reach.provinces),
        list(reach.agencies),
        SCANNED,
        name,
    )
    found = [dict(row) for row in rows if row["shown"]]
    last = found[limit - 1] if len(found) > limit else rows[-1] if len(rows) == SCANNED else None
    return found[:limit], None if last is None else (last["since"], last["number"], last["name"])
