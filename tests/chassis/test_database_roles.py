"""The role that serves: what PostgreSQL refuses it, tried over connections of this role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
from pydantic import SecretStr, ValidationError

from chassis.base.settings import Environment, Settings
from chassis.service import RunningService
from chassis.store.database import (
    NotMigrated,
    PasswordMissing,
    create_database,
    migrate,
    require_migrated,
    scram_verifier,
)
from domnaer.all_services import get_service
from tests.conftest import FreshService

Make = Callable[..., Awaitable[FreshService]]
EVENT = (
    "INSERT INTO events (event_id, stream, version, type, occurred_at, recorded_at, facts, correlation_id)"
    " VALUES ($1, 'kept-1', 1, 'kept', now(), now(), '{}', $1)"
)
AUDIT = "INSERT INTO audit (caller, office, action, correlation) VALUES ('somebody', 'TEST', 'look', $1)"


@pytest.mark.parametrize("table", ["events", "audit"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET tx = tx",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "DROP TABLE {table}",
        "ALTER TABLE {table} ADD COLUMN more text",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} OWNER TO CURRENT_USER",
        "GRANT ALL ON {table} TO CURRENT_USER",
        "CREATE RULE gone AS ON INSERT TO {table} DO INSTEAD NOTHING",
        "CREATE TRIGGER gone BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
async def test_the_role_that_serves_can_only_append(fresh_service: Make, table: str, statement: str) -> None:
    fresh = await fresh_service("append_only")
    await fresh.pool.execute(EVENT if table == "events" else AUDIT, uuid4())
    before = await fresh.pool.fetch(f"SELECT * FROM {table}")
    assert len(before) == 1
    try:
        asked = await fresh.pool.execute(statement.format(table=table))
    except asyncpg.InsufficientPrivilegeError:
        asked = ""
    assert asked in ("", "GRANT"), "PostgreSQL answers a grant of nothing with a warning"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fresh.pool.execute(f"DELETE FROM {table}")
    assert await fresh.pool.fetch(f"SELECT * FROM {table}") == before


async def test_the_role_that_serves_cannot_act_as_owner_or_change_roles(fresh_service: Make) -> None:
    fresh = await fresh_service("member")
    for statement in (
        f'SET ROLE "{fresh.name}_owner"',
        f'SET SESSION AUTHORIZATION "{fresh.name}_owner"',
        f"ALTER ROLE \"{fresh.name}_owner\" LOGIN PASSWORD 'own'",
        f'ALTER ROLE "{fresh.name}" SUPERUSER',
        "CREATE ROLE another LOGIN",
        "CREATE TABLE public.planted (id integer)",
        "UPDATE migrations SET digest = 'of another text'",
        "COPY events TO PROGRAM 'cat'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fresh.pool.execute(statement)


async def test_nobody_can_log_in_as_owner(fresh_service: Make) -> None:
    fresh = await fresh_service("nologin")
    as_owner = fresh.dsn.replace(f"//{fresh.name}:", f"//{fresh.name}_owner:")
    with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
        await asyncpg.connect(as_owner)


async def test_a_service_cannot_connect_to_the_database_of_another(fresh_service: Make) -> None:
    one, other = await fresh_service("one"), await fresh_service("other")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await asyncpg.connect(one.dsn, database=other.name)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(one.dsn, user=other.name, database=other.name)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(one.dsn.replace("p%40ssword", "another"))


async def test_a_database_of_the_version_before_is_closed_to_other_roles(
    settings: Settings, fresh_service: Make
) -> None:
    fresh = await fresh_service("older")
    superuser = await asyncpg.connect(settings.maintenance)
    try:
        # As the version before left it: the owner logs in with the same password, and everybody may connect.
        await superuser.execute(f"ALTER ROLE \"{fresh.name}_owner\" LOGIN PASSWORD 'shared'")
        await superuser.execute(f"ALTER ROLE \"{fresh.name}\" PASSWORD 'shared'")
        await superuser.execute(f'GRANT ALL ON DATABASE "{fresh.name}" TO PUBLIC')
        await create_database(settings, fresh.name)
        rows = await superuser.fetch(
            "SELECT rolname, rolcanlogin, rolpassword FROM pg_authid WHERE rolname LIKE $1 ORDER BY rolname",
            f"{fresh.name}%",
        )
        everybody = await superuser.fetchval(
            "SELECT count(*) FROM pg_database, aclexplode(datacl) WHERE datname = $1 AND grantee = 0",
            fresh.name,
        )
    finally:
        await superuser.close()
    assert [row["rolcanlogin"] for row in rows] == [True, False]
    assert rows[1]["rolpassword"] is None
    assert everybody == 0
    await (await asyncpg.connect(fresh.dsn)).close()


async def test_the_superuser_does_not_run_what_a_service_planted_beside_its_migrations(
    settings: Settings, fresh_service: Make
) -> None:
    fresh = await fresh_service("planted")
    await fresh.pool.execute(f'CREATE SCHEMA "{fresh.name}_owner"')
    await fresh.pool.execute(f'CREATE TABLE "{fresh.name}_owner".migrations (name text, digest text)')
    await fresh.pool.execute(f'GRANT ALL ON SCHEMA "{fresh.name}_owner" TO PUBLIC')
    await fresh.pool.execute(f'GRANT ALL ON "{fresh.name}_owner".migrations TO PUBLIC')
    owner = await asyncpg.connect(settings.database(fresh.name, owner=True))
    try:
        await owner.execute("DELETE FROM public.migrations WHERE name LIKE '%/0004%'")
    finally:
        await owner.close()
    assert await migrate(settings, fresh.name, None) == ["chassis.migrations/0004_retracted_numbers.sql"]
    assert await fresh.pool.fetchval(f'SELECT count(*) FROM "{fresh.name}_owner".migrations') == 0


async def test_a_role_without_a_password_is_refused_by_name(settings: Settings) -> None:
    without = settings.model_copy(update={"postgres_passwords": {}})
    with pytest.raises(
        PasswordMissing, match='DOMNAER_POSTGRES_PASSWORDS has no password for the role "border"'
    ):
        await create_database(without, "border")


async def test_a_service_does_not_start_on_a_database_without_its_migrations(
    settings: Settings, fresh_service: Make
) -> None:
    name = f"bare_{uuid4().hex[:8]}"
    await create_database(settings, name)
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    with pytest.raises(NotMigrated, match=r"0001_record.sql.*run `domnaer migrate"):
        async with RunningService(replace(get_service("border"), name=name), production):
            pass
    fresh = await fresh_service("migrated")
    await require_migrated(settings, fresh.name, None)
    owner = await asyncpg.connect(settings.database(fresh.name, owner=True))
    try:
        await owner.execute("DELETE FROM migrations WHERE name LIKE '%/0002%'")
        with pytest.raises(
            NotMigrated, match=r"lacks the migrations chassis.migrations/0002_outcomes.sql: run"
        ):
            await require_migrated(settings, fresh.name, None)
        await owner.execute("UPDATE migrations SET digest = 'of another text' WHERE name LIKE '%/0001%'")
        with pytest.raises(RuntimeError, match=r"0001_record.sql of .* was edited"):
            await require_migrated(settings, fresh.name, None)
    finally:
        await owner.close()


async def test_a_verifier_is_accepted_for_its_password_and_does_not_hold_it(settings: Settings) -> None:
    password, role = "s e'c\"r\\et$:@", f"verified_{uuid4().hex[:8]}"
    assert password not in scram_verifier(password)
    assert scram_verifier(password) != scram_verifier(password)
    changed = settings.model_copy(update={"postgres_passwords": {role: SecretStr(password)}})
    await create_database(changed, role)
    await (await asyncpg.connect(changed.database(role))).close()


@pytest.mark.parametrize("password", ["", "ពាក្យសម្ងាត់", "line\nend"])
def test_a_password_that_would_need_normalisation_is_refused(settings: Settings, password: str) -> None:
    with pytest.raises(ValidationError, match=r"postgres_passwords.border"):
        Settings.model_validate({**settings.model_dump(), "postgres_passwords": {"border": password}})
