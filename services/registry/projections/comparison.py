"""Comparison of the settled tables of two builds."""

from __future__ import annotations

from chassis.store.database import Connection, Pool

_COLUMNS = {
    "workers": "number, node, n_events, first_at, last_at, place, country, since, last_heard_at, sex, home_province,"
    " posts, countries, provinces, agencies",
    "members": "number, node",
    "journeys": "number, nth, country, work, phase, contract, sector, occupation, departed_at, returned_at, return_kind,"
    " trips, sex",
    "flags": "number, name, since, until, event_id",
    "people": "number, evidence_id, khmer, latin, phone, born, keys",
}


async def digest(connection: Connection | Pool, schema: str) -> dict[str, str]:
    """Return a digest of each settled table, independent of the order of rows."""
    found: dict[str, str] = {}
    for table, columns in _COLUMNS.items():
        found[table] = await connection.fetchval(
            f"SELECT count(*) || ':' || coalesce(sum(('x' || left(md5(ROW({columns})::text), 15))::bit(60)::bigint), 0)"
            f" FROM {schema}.{table}"
        )
    return found


async def differing(connection: Connection, one: str, other: str, limit: int = 10_000) -> list[str]:
    """Return the numbers of workers whose settled rows differ between two schemas, at most ``limit`` for each table."""
    found: set[str] = set()
    for table, columns in _COLUMNS.items():
        side = f"SELECT number, array_agg(md5(ROW({columns})::text) ORDER BY md5(ROW({columns})::text)) AS rows FROM"
        rows = await connection.fetch(
            f"SELECT coalesce(a.number, b.number) AS number FROM ({side} {one}.{table} GROUP BY number) a"
            f" FULL JOIN ({side} {other}.{table} GROUP BY number) b USING (number)"
            f" WHERE a.rows IS DISTINCT FROM b.rows ORDER BY 1 LIMIT $1",
            limit,
        )
        found.update(row["number"] for row in rows)
    return sorted(found)
