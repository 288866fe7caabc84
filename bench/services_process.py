"""Empty PostgreSQL and Kafka servers, and the measured services in their own process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
import uvicorn
from pydantic import SecretStr

from chassis.access.permissions import Reach
from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.settings import Environment, Settings
from chassis.service import Role
from domnaer.all_services import all_services_app, find_services, get_service
from domnaer.embedded.infrastructure import Infrastructure
from domnaer.http_protocol import LimitedProtocol
from domnaer.local.issuer import DemoPerson, LocalIssuer
from domnaer.server import run_services
from domnaer.topics.access import ADMIN
from services.border.offline.sealing import add_sealing_key

CALLER = DemoPerson(
    id="bench-caller",
    name_en="Benchmark caller",
    name_km="ទាំងអស់គ្នា",
    office="KH-POI",
    title="All desks",
    permissions=frozenset(
        {
            "border.crossing.record",
            "border.device.register",
            "border.handover.read",
            "border.handover.record",
            "border.history.load",
            "registry.worker.search",
            "registry.worker.read",
            "registry.timeline.read",
            "registry.figures.read",
        }
    ),
    reach=Reach(national=True),
    password="of-the-bench-only",
)


@dataclass(frozen=True, slots=True)
class MeasuredServices:
    """Settings of the measured services, and a token with all permissions that the benchmarks need."""

    settings: Settings
    token: str

    @contextlib.asynccontextmanager
    async def serving(self, services: Sequence[str], role: Role = Role.ALL) -> AsyncIterator[int]:
        """Serve these services in one process; yield the port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.services_process",
            str(port),
            ",".join(services),
            str(role.value),
            env={**os.environ, **self.settings.environ()},
        )
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                if process.returncode is not None:
                    raise RuntimeError(f"the server ended with {process.returncode}")
                await asyncio.sleep(0.05)
            yield port
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.wait()

    async def rebuild(self) -> None:
        """Rebuild the registry with the command that an operator uses."""
        command = (sys.executable, "-m", "domnaer", "rebuild", "registry")
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **self.settings.environ()},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await process.communicate()
            if process.returncode:
                raise RuntimeError(output.decode())
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


@contextlib.asynccontextmanager
async def measured_services() -> AsyncIterator[MeasuredServices]:
    """Run empty PostgreSQL and Kafka servers until the block ends."""
    with tempfile.TemporaryDirectory(prefix="domnaer-bench-") as folder:
        async with Infrastructure(Path(folder)) as running:
            add_sealing_key(Path(folder) / "sealing.json")
            settings = Settings(
                environment=Environment.EMBEDDED,
                postgres=SecretStr(running.postgres_dsn("").rstrip("/")),
                postgres_passwords={each.name: SecretStr("of-the-bench-only") for each in find_services()},
                **running.kafka_settings,
                kafka_user=ADMIN,
                handle_key=SecretStr("h" * 32),
                session_key=SecretStr("s" * 32),
                jwks=Path(folder) / "jwks.json",
                sealing_keys=Path(folder) / "sealing.json",
            )
            yield MeasuredServices(settings, LocalIssuer(Path(folder), [CALLER], settings).token(CALLER.id))


async def _serve(port: int, services: str, role: int) -> None:
    settings = Settings()
    served = [get_service(name) for name in services.split(",")]
    async with run_services(served, settings, Role(role)) as running:
        tune_garbage_collection()
        config = uvicorn.Config(
            all_services_app(running, settings),
            port=port,
            loop="none",
            http=LimitedProtocol,
            lifespan="off",
            log_level="warning",
            access_log=False,
            timeout_keep_alive=120,
        )
        await uvicorn.Server(config).serve()


def main(port: int, services: str, role: int) -> None:
    """Serve services in this process."""
    import uvloop

    uvloop.run(_serve(port, services, role))


if __name__ == "__main__":
    typer.run(main)
