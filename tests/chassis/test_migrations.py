"""Migrations on real databases: tables that moved from a service to the chassis are adopted with their rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest

from chassis.base.settings import Settings
from chassis.store.database import create_database, migrate
from tests.conftest import FreshService

Make = Callable[..., Awaitable[FreshService]]

INBOX = "chassis.migrations/0003_inbox.sql"
OWNERS = ["services.reintegration.migrations", "services.skills.migrations", "services.registry.migrations"]
RECEIVED = (
    "INSERT INTO heard (reader, stream, version, event_id, type, occurred_at, recorded_at, facts, handles, nodes,"
    " correlation_id) VALUES ('old.reader', 'old-1', 1, $1::uuid, 'old', now(), now(), '{}', '[]', ARRAY[$1::uuid], $1::uuid)"
)


async def _indexes(pool: asyncpg.Pool | asyncpg.Connection) -> set[str]:
    rows = await pool.fetch("SELECT indexname FROM pg_indexes WHERE tablename IN ('heard', 'who')")
    return {row["indexname"] for row in rows}


@pytest.mark.parametrize("package", [None, *OWNERS])
async def test_a_new_database_of_every_service_has_the_tables_of_reactions(
    fresh_service: Make, package: str | None
) -> None:
    fresh = await fresh_service("inbox", package)
    one = uuid4()
    # As the application's role, which needs its grants.
    await fresh.pool.execute(RECEIVED, one)
    await fresh.pool.execute("INSERT INTO who (node, number, revision) VALUES ($1, 'A', 1)", one)
    await fresh.pool.execute("UPDATE who SET revision = 2 WHERE node = $1", one)
    owns_who = package == "services.registry.migrations"
    assert ("who_by_number" in await _indexes(fresh.pool)) is not owns_who
    assert "heard_by_node" in await _indexes(fresh.pool)


@pytest.mark.parametrize(
    ("package", "missing"),
    [
        ("services.reintegration.migrations", ()),
        ("services.skills.migrations", ()),
        ("services.registry.migrations", ("heard",)),
        (None, ("heard", "who")),
    ],
)
async def test_a_database_of_the_version_before_keeps_the_rows_of_the_tables_that_the_chassis_adopts(
    settings: Settings, package: str | None, missing: tuple[str, ...]
) -> None:
    name, node = f"adopted_{uuid4().hex[:8]}", uuid4()
    await create_database(settings, name)
    await migrate(settings, name, package)
    owner = await asyncpg.connect(settings.database(name, owner=True))
    try:
        # The state that the version before left: no 0003_inbox.sql, and none of its tables that the service lacked.
        await owner.execute("DELETE FROM migrations WHERE name = $1", INBOX)
        for table in missing:
            await owner.execute(f"DROP TABLE {table}")
        if "heard" not in missing:
            await owner.execute(RECEIVED, node)
        if "who" not in missing:
            await owner.execute("INSERT INTO who (node, number, revision) VALUES ($1, 'A', 7)", node)
        before = await owner.fetch("SELECT name, digest FROM migrations ORDER BY name")
        assert await migrate(settings, name, package) == [INBOX]
        after = await owner.fetch("SELECT name, digest FROM migrations WHERE name <> $1 ORDER BY name", INBOX)
        assert after == before
        assert await owner.fetchval("SELECT count(*) FROM heard") == ("heard" not in missing)
        assert await owner.fetchval("SELECT count(*) FROM who WHERE revision = 7") == ("who" not in missing)
        assert await migrate(settings, name, package) == []
    finally:
        await owner.close()
