"""Comparison of the settled tables of two builds."""

from __future__ import annotations

import asyncio
import time

from chassis.projections.table_statements import ComparedTable
from chassis.store.database import Connection, Pool
from services.registry.projections.marks import WAITING
from services.registry.projections.settling import Settling

# The columns are listed here and not taken from the settled tables: a new column shows no values before it is listed.
TABLES = (
    ComparedTable(
        "workers",
        ("number",),
        frozenset(
            [
                "node",
                "n_events",
                "first_at",
                "last_at",
                "place",
                "country",
                "since",
                "last_heard_at",
                "sex",
                "home_province",
                "posts",
                "countries",
                "provinces",
                "agencies",
            ]
        ),
    ),
    ComparedTable("members", ("node",), frozenset({"number", "shared"})),
    ComparedTable(
        "journeys",
        ("number", "nth"),
        frozenset(
            [
                "country",
                "work",
                "channel",
                "contract",
                "sector",
                "occupation",
                "departed_at",
                "left_for",
                "returned_at",
                "leave_until",
                "ended_by",
                "remains_at",
                "trips",
                "sex",
            ]
        ),
    ),
    ComparedTable("flags", ("number", "name", "since"), frozenset({"until", "event_id"})),
    ComparedTable("people", ("number", "evidence_id")),
    ComparedTable("questions", ("node", "number"), frozenset({"reason", "since", "documents"})),
)
"""The tables that rebuilds compare. The columns of names, phone numbers and birth dates are never shown."""
_NEWEST_MARK = f"SELECT max(nth) FROM dirty WHERE {WAITING}"
_OLDEST_MARK = f"""
SELECT min(nth) FROM dirty WHERE nth <= $1 AND {WAITING}
AND NOT EXISTS (SELECT FROM public.set_aside AS a WHERE a.build = current_schema() AND a.node = dirty.node)
"""


async def digest(connection: Connection | Pool, schema: str) -> dict[str, str]:
    """Return a digest of each settled table, independent of the order of rows."""
    return {
        table.name: await connection.fetchval(
            f"SELECT count(*) || ':' || coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)"
            f" FROM {schema}.{table.name} AS t"
        )
        for table in TABLES
    }


async def settle_both(live: Pool, new: Pool, patience: float) -> bool:
    """Settle the new build, and wait until the live one has settled the marks that it has now.

    Return False once the settler of the live build has made no progress for ``patience`` seconds. Nodes that are set
    aside are not waited for.
    """
    settling = Settling(new, None, publishing=False)
    while await settling.step():
        pass
    newest = await live.fetchval(_NEWEST_MARK)
    before, since = None, time.monotonic()
    while (oldest := await live.fetchval(_OLDEST_MARK, newest)) is not None:
        if oldest != before:
            before, since = oldest, time.monotonic()
        elif time.monotonic() - since > patience:
            return False
        await asyncio.sleep(0.1)
    return True
