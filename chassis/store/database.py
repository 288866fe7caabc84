"""A service's database: its roles, its migrations and its pool of connections."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeAlias

import asyncpg

from chassis.base.metrics import StateGauge
from chassis.base.settings import Settings

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,  # a full disk, no memory, too many connections
    asyncpg.InternalClientError,  # the connection broke at this moment, and asyncpg has not closed it yet
)
"""Errors that mean that the database is unavailable for now. They say nothing about the statement that failed."""
_MIGRATION_LOCK = 0x646F6D6E616572  # "domnaer"
_SCRAM_ROUNDS = 4096  # PostgreSQL's default
_CHASSIS_MIGRATIONS = "chassis.migrations"
"""The prefix under which applied migrations of the chassis are stored: a literal, whatever their package is called."""
_ADOPTING = frozenset(
    {
        "0003_inbox.sql",
        "0004_retracted_numbers.sql",
        "0011_shared_numbers.sql",
        "0012_received_appended.sql",
        "0013_nodes_without_waiting_list.sql",
    }
)
"""Migrations of the chassis that create or change tables which services used to create in migrations of their own.

They are applied after the service's migrations, whose stored bytes hold a plain CREATE TABLE: so those migrations pass
on a new database, and a database on which they were applied keeps its tables and rows.
"""
CONNECTIONS = StateGauge(
    "domnaer_db_pool_connections", "Connections of the pools of a service to PostgreSQL by state.", "state"
)
WRITE_LIMIT = "10s"  # a writing transaction holds up the gate of its database; ours are far shorter


def is_away(error: Exception) -> bool:
    """Return whether an error of a request means that the database is unavailable for now.

    :data:`AWAY` also covers asyncpg's error for a value that does not fit, which is a ValueError, and errors of files.
    """
    if isinstance(error, OSError):
        return isinstance(error, ConnectionError | TimeoutError)
    return isinstance(error, AWAY) and not isinstance(error, ValueError)


async def open_pool(
    dsn: str, *, size: int = 8, search_path: str | None = None, service: str = "domnaer"
) -> Pool:
    """Open a pool that does not reset returned connections, which saves a round trip: we leave no state on them."""

    async def leave_as_is(_: Any) -> None:
        return None

    settings = {
        "application_name": f"domnaer {service}",
        "timezone": "UTC",
        "transaction_timeout": WRITE_LIMIT,
        # Tables begin empty: a plan made while they are empty would scan them as a whole until the next ANALYZE.
        "enable_seqscan": "off",
    }
    if search_path:
        settings["search_path"] = search_path
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        server_settings=settings,
        reset=leave_as_is,
        max_inactive_connection_lifetime=0,
        command_timeout=60,
    )


def measure_pools(service: str, pools: Sequence[Pool]) -> None:
    """Set the number of connections by state. Connections kept for commits count as ``in_use``."""
    idle = sum(pool.get_idle_size() for pool in pools)
    opened = sum(pool.get_size() for pool in pools)
    most = sum(pool.get_max_size() for pool in pools)
    CONNECTIONS.replace(
        service, {("idle",): idle, ("in_use",): opened - idle, ("not_opened",): most - opened}
    )


class PasswordMissing(RuntimeError):
    """The settings have no password for the role of a service."""

    def __init__(self, service: str) -> None:
        super().__init__(f'DOMNAER_POSTGRES_PASSWORDS has no password for the role "{service}": add it')


class NotMigrated(RuntimeError):
    """A service's database lacks migrations of this version, or does not let its role read which it has."""

    def __init__(self, service: str, missing: Sequence[str]) -> None:
        super().__init__(
            f"the database {service} lacks the migrations {', '.join(missing)}: run `domnaer migrate --service {service}`"
        )


async def create_database(settings: Settings, service: str) -> None:
    """Create a service's roles and database if they are missing, and set the password of the role that serves.

    Roles and databases of older versions are changed too: owners could log in, and every role could connect to every
    database. Raises PasswordMissing.
    """
    password = settings.postgres_passwords.get(service)
    if password is None:
        raise PasswordMissing(service)
    owner = f"{service}_owner"
    # The server logs statements that fail or are slow: it is given only the verifier of the password.
    verifier = scram_verifier(password.get_secret_value())
    connection = await asyncpg.connect(settings.maintenance)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK)
            for role in (owner, service):
                if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                    await connection.execute(f'CREATE ROLE "{role}"')
            await connection.execute(f'ALTER ROLE "{owner}" NOLOGIN PASSWORD NULL')
            await connection.execute(f"ALTER ROLE \"{service}\" LOGIN PASSWORD '{verifier}'")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service):
            try:
                await connection.execute(f'CREATE DATABASE "{service}" OWNER "{owner}"')
            except asyncpg.DuplicateDatabaseError:  # another process created it first
                pass
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK)
            await connection.execute(f'REVOKE ALL ON DATABASE "{service}" FROM PUBLIC')
            # The service creates the schemas of its builds, which can be rebuilt from the events.
            await connection.execute(
                f'GRANT CREATE, CONNECT, TEMPORARY ON DATABASE "{service}" TO "{service}"'
            )
    finally:
        await connection.close()


def scram_verifier(password: str) -> str:
    """Return what PostgreSQL stores of an ASCII password (SCRAM-SHA-256, RFC 5803); it does not reveal the password."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _SCRAM_ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${_SCRAM_ROUNDS}:{salt64}${stored64}:{server64}"


async def migrate(settings: Settings, service: str, package: str | None) -> Sequence[str]:
    """Apply the missing migrations of the chassis and of the service, one process at a time.

    ``package`` is the package that holds the service's migrations. Returns the names applied. Raises RuntimeError
    if an applied migration has been edited.
    """
    connection = await asyncpg.connect(settings.database(service, owner=True))
    applied: list[str] = []
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, digest text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        await connection.execute(f'GRANT SELECT ON migrations TO "{service}"')
        for name, sql in await _missing(connection, service, package):
            async with connection.transaction():
                await connection.execute(sql.replace(":app", f'"{service}"'))
                await connection.execute(
                    "INSERT INTO migrations (name, digest) VALUES ($1, $2)", name, _digest(sql)
                )
            applied.append(name)
    finally:
        await connection.close()
    return applied


async def require_migrated(settings: Settings, service: str, package: str | None) -> None:
    """Check as the role that serves that all migrations were applied; a service in production cannot apply them itself.

    Raises NotMigrated, and RuntimeError if an applied migration has been edited.
    """
    connection = await asyncpg.connect(settings.database(service))
    try:
        missing = [name for name, _ in await _missing(connection, service, package)]
    except (
        asyncpg.UndefinedTableError,
        asyncpg.InsufficientPrivilegeError,
    ):  # never migrated, or by an older version
        missing = [name for name, _ in _scripts(package)]
    finally:
        await connection.close()
    if missing:
        raise NotMigrated(service, missing)


async def _missing(connection: Connection, service: str, package: str | None) -> list[tuple[str, str]]:
    """Return name and SQL of the migrations that are not applied. Raises RuntimeError if an applied one was edited."""
    rows = await connection.fetch("SELECT name, digest FROM public.migrations")
    known = {row["name"]: row["digest"] for row in rows}
    scripts = _scripts(package)
    for name, sql in scripts:
        if known.get(name, _digest(sql)) != _digest(sql):
            raise RuntimeError(f"migration {name} of {service} was edited after it had been applied")
    return [(name, sql) for name, sql in scripts if name not in known]


def _digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


def _scripts(package: str | None) -> list[tuple[str, str]]:
    """Return the stored name and the SQL of each migration, in the order in which they are applied."""
    chassis = _scripts_in("chassis.store.migrations")
    own = [] if package is None else _scripts_in(package)
    ordered = [
        *((_CHASSIS_MIGRATIONS, script) for script in chassis if script.name not in _ADOPTING),
        *((package, script) for script in own),
        *((_CHASSIS_MIGRATIONS, script) for script in chassis if script.name in _ADOPTING),
    ]
    return [(f"{source}/{script.name}", script.read_text(encoding="utf-8")) for source, script in ordered]


def _scripts_in(package: str) -> list[Traversable]:
    scripts = [entry for entry in files(package).iterdir() if entry.name.endswith(".sql")]
    return sorted(scripts, key=lambda script: script.name)
