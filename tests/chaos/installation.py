"""The installation of a chaos run: embedded servers that are restarted, and services in processes that are restarted."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from chassis.base.settings import Settings
from chassis.service import Role
from chassis.store.database import create_database, migrate
from domnaer.all_services import find_services
from domnaer.configuration import ServiceFolder, folder_settings
from domnaer.embedded.infrastructure import Infrastructure, RunningInfrastructure
from domnaer.embedded.restarts import restarting
from domnaer.local.issuer import LocalIssuer
from domnaer.topics.declared import declared_access
from services.border.offline.sealing import add_sealing_key
from tests.system.running_system import everything

_LONGEST_PAUSE = 4.0
_RESTART_SECONDS = 0.3
_SLACK_KB = 64


@dataclass
class ServiceProcess:
    """A process of services, started again whenever it ends."""

    name: str
    port: int
    arguments: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    restarts: int = -1
    pid: int = 0

    async def keep_running(self) -> None:
        """Run the process until cancelled."""
        command = (sys.executable, "-m", "tests.chaos.process", str(self.port), *self.arguments)
        while True:
            with self.log.open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *command, env=self.environment, stdout=log, stderr=log
                )
            self.restarts += 1
            self.pid = process.pid
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            await asyncio.sleep(_RESTART_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if the process runs."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class SmallDisk:
    """A file system in memory, whose size can be set to what is in use, so that it is full."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes

    def mount(self) -> bool:
        """Mount the file system; return False if this process is not allowed to."""
        return self._mount(f"size={self._megabytes}m,mode=0711", "-t", "tmpfs", "tmpfs")

    def fill(self) -> None:
        """Leave no free space."""
        for _ in range(20):
            at = os.statvfs(self.folder)
            used = (at.f_blocks - at.f_bfree) * at.f_frsize // 1024 + _SLACK_KB
            if self._mount(f"remount,size={used}k"):
                return

    def free(self) -> None:
        """Restore the size."""
        self._mount(f"remount,size={self._megabytes}m")

    def unmount(self) -> None:
        """Unmount the file system, also if a process still uses it."""
        subprocess.run(["umount", "--lazy", self.folder], capture_output=True, check=False)

    def _mount(self, options: str, *further: str) -> bool:
        command = ["mount", *further, "-o", options, str(self.folder)]
        with suppress(FileNotFoundError):
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        return False


@dataclass
class Installation:
    """Everything that faults, clients and the oracle of a chaos run need."""

    settings: Settings
    servers: RunningInfrastructure
    processes: Mapping[str, ServiceProcess]
    disks: Mapping[str, SmallDisk]
    url: str
    token: str
    reports: list[str] = field(default_factory=list)


@asynccontextmanager
async def run_installation(path: Path) -> AsyncIterator[Installation]:
    """Run all servers and services in a folder until the block ends."""
    folder = ServiceFolder(path)
    folder.create()
    async with AsyncExitStack() as stack:
        disks = {"postgres": SmallDisk(folder.postgres, 4096), "kafka": SmallDisk(folder.kafka, 2048)}
        mounted = {name: disk for name, disk in disks.items() if disk.mount()}
        for disk in mounted.values():
            stack.callback(disk.unmount)
        servers = await stack.enter_async_context(Infrastructure(folder, access=declared_access()))
        reports: list[str] = []
        await stack.enter_async_context(restarting(servers, reports.append, longest_pause=_LONGEST_PAUSE))
        addresses = folder.find_addresses()
        assert addresses is not None
        settings = folder_settings(folder, addresses, folder.keys())
        services = [each.name for each in find_services()]
        for each in find_services():
            await create_database(settings, each.name)
            await migrate(settings, each.name, each.migrations)
        token = LocalIssuer(folder.issuer, (everything(),), settings).token(everything().id)
        add_sealing_key(folder.sealing_keys)
        environment = {**os.environ, **settings.environ()}
        others = ",".join(each for each in services if each != "registry")
        roles = {
            "api": (",".join(services), Role.API),
            "relay-1": (",".join(services), Role.RELAY),
            "relay-2": (",".join(services), Role.RELAY),
            "projector": (others, Role.PROJECTOR),
            "settler-1": ("registry", Role.PROJECTOR),
            "settler-2": ("registry", Role.PROJECTOR),
        }
        processes = {
            name: ServiceProcess(
                name,
                folder.port(name),
                (served, str(role.name)),
                dict(environment),
                folder.log(name),
            )
            for name, (served, role) in roles.items()
        }
        tasks = [asyncio.create_task(each.keep_running()) for each in processes.values()]
        stack.push_async_callback(_cancel, tasks)
        url = f"http://127.0.0.1:{processes['api'].port}"
        yield Installation(settings, servers, processes, mounted, url, token, reports)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
