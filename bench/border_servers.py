"""PostgreSQL with an empty border database, the measured servers in their own processes, and crossings to record."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import typer
import uvicorn
from pydantic import SecretStr

from chassis.access.permissions import Reach
from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.settings import Environment, Settings
from chassis.service import Role, RunningService
from domnaer.demo.people import name
from domnaer.demo.published import FEMALE, MALE
from domnaer.embedded.folder import DataFolder
from domnaer.embedded.postgres import Postgres
from domnaer.http_protocol import LimitedProtocol
from domnaer.local.issuer import DemoPerson, LocalIssuer
from services.border.main import service

OFFICER = DemoPerson(
    id="bench-officer",
    name_en="Sok Dara",
    name_km="សុខ ដារ៉ា",
    office="KH-POI",
    title="Officer",
    permissions=frozenset({"border.crossing.record", "border.crossing.read", "border.history.load"}),
    reach=Reach(posts=frozenset({"KH-POI"})),
    password="of-the-bench-only",  # noqa: S106
)
FLOOR_TABLE = "CREATE TABLE floor (id uuid PRIMARY KEY, row text NOT NULL)"


@dataclass(frozen=True, slots=True)
class BorderServers:
    """Settings and environment of the measured servers, and the token of the officer who calls them."""

    settings: Settings
    token: str
    environment: dict[str, str]

    async def floor(self) -> asyncpg.Connection:
        """Connect to the border database as its owner, and create an empty table for the floor."""
        connection = await asyncpg.connect(self.settings.database("border", owner=True))
        await connection.execute(f"DROP TABLE IF EXISTS floor; {FLOOR_TABLE}; GRANT ALL ON floor TO border")
        return connection

    @contextlib.asynccontextmanager
    async def serving(self, server: str) -> AsyncIterator[tuple[int, int]]:
        """Run a server (``border`` or ``floor``) in its own process; yield its port and its process id."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.border_servers",
            server,
            str(port),
            env={**os.environ, **self.environment},
        )
        try:
            await _listening(port, process)
            yield port, process.pid
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.wait()


@contextlib.asynccontextmanager
async def border_servers() -> AsyncIterator[BorderServers]:
    """Run PostgreSQL with an empty border database until the block ends."""
    with tempfile.TemporaryDirectory(prefix="domnaer-bench-") as name:
        folder = DataFolder(Path(name))
        folder.create()
        postgres = Postgres(folder)
        await postgres.start()
        try:
            environment = {
                "DOMNAER_ENVIRONMENT": "embedded",
                "DOMNAER_POSTGRES": postgres.dsn("").rstrip("/"),
                "DOMNAER_POSTGRES_PASSWORDS": '{"border": "of-the-bench-only"}',
                "DOMNAER_HANDLE_KEY": "h" * 32,
                "DOMNAER_SESSION_KEY": "s" * 32,
                "DOMNAER_JWKS": str(folder.path / "jwks.json"),
            }
            settings = Settings(
                environment=Environment.EMBEDDED,
                postgres=SecretStr(environment["DOMNAER_POSTGRES"]),
                postgres_passwords={"border": SecretStr("of-the-bench-only")},
                handle_key=SecretStr("h" * 32),
                session_key=SecretStr("s" * 32),
                jwks=folder.path / "jwks.json",
            )
            token = LocalIssuer(folder.path, [OFFICER], settings).token(OFFICER.id)
            async with RunningService(service, settings, Role(0)):
                pass  # the start creates and migrates the database
            yield BorderServers(settings, token, environment)
        finally:
            await postgres.stop()


def crossings(count: int, *, how: str = "migrated", day: int = 12) -> list[bytes]:
    """Return the JSON of returns on one day of June 2014, all different, with usual names; four in ten show no document."""
    chance = random.Random(20140612)
    now = datetime.now(UTC)
    begun = datetime(2014, 6, day, 1, 0, tzinfo=UTC) if how == "migrated" else now - timedelta(hours=1)
    found: list[bytes] = []
    vehicle = str(uuid4())
    for nth in range(count):
        if nth % 40 == 0:
            vehicle = str(uuid4())
        at = begun + timedelta(milliseconds=nth)
        sex = chance.choice((1, 1, 2))
        named = name(chance, MALE if sex == 1 else FEMALE)
        person: dict[str, Any] = {
            "sex": sex,
            "name": {
                "khmer": f"{named.family_khmer} {named.given_khmer}",
                "latin": f"{named.family_latin} {named.given_latin}",
            },
            "birth": {
                "on": f"{chance.randint(1964, 1999)}-{chance.randint(1, 12):02d}-01",
                "precision": "month",
            },
            "home_province": f"{chance.randint(1, 25):02d}",
        }
        if chance.random() > 0.4:
            person["documents"] = [{"kind": "passport", "number": f"N{day:02d}{nth:07d}"}]
        row = {
            "kind": "return",
            "occurred_at": at.isoformat(),
            "how": how,
            "checkpoint": "KH-POI",
            "returned_from": "THA",
            "reason": "unknown",
            "vehicle": "lorry",
            "vehicle_id": vehicle,
            "person": person,
        }
        if how == "migrated":
            row["recorded_at"] = (at + timedelta(hours=2)).isoformat()
        found.append(orjson.dumps(row))
    return found


async def _listening(port: int, process: asyncio.subprocess.Process) -> None:
    for _ in range(600):
        if process.returncode is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise RuntimeError("the server does not listen")


async def _border(port: int) -> None:
    settings = Settings()
    async with RunningService(service, settings, Role.API, migrating=False) as running:
        await _serve(running.app, port)


async def _floor(port: int) -> None:
    """Serve a bare ASGI route that does one INSERT, commits and answers 201."""
    settings = Settings()
    pool = await asyncpg.create_pool(
        settings.database("border"), min_size=settings.pool_size, max_size=settings.pool_size
    )

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await pool.execute("INSERT INTO floor (id, row) VALUES ($1, $2)", uuid4(), body.decode())
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    await _serve(app, port, "httptools")
    await pool.close()


async def _serve(app: Any, port: int, http: Any = LimitedProtocol) -> None:
    tune_garbage_collection()
    config = uvicorn.Config(
        app, port=port, loop="none", http=http, lifespan="off", log_level="warning", access_log=False
    )
    await uvicorn.Server(config).serve()


def main(server: str, port: int) -> None:
    """Serve the border service or the floor in this process."""
    import uvloop

    uvloop.run({"border": _border, "floor": _floor}[server](port))


if __name__ == "__main__":
    typer.run(main)
