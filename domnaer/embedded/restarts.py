"""Starts PostgreSQL and Kafka again when they end by themselves, with growing pauses, for as long as ``domnaer up`` runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from chassis.base.backoff import Backoff
from chassis.base.logs import get_log
from domnaer.embedded.folder import DataFolder, ServerRestarts
from domnaer.embedded.infrastructure import RunningInfrastructure
from domnaer.embedded.process import log_tail

_POLL_SECONDS = 0.2
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
_LOG_LINES = 8

_log = get_log()


class Server(Protocol):
    """A server that can be started again."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> Path: ...

    @property
    def has_ended(self) -> bool: ...

    async def start(self) -> None: ...


@asynccontextmanager
async def restarting(
    running: RunningInfrastructure, report: Callable[[str], None], *, longest_pause: float = _LONGEST_PAUSE
) -> AsyncIterator[None]:
    """Start a server again whenever it ends by itself, until the block ends.

    ``report`` receives a sentence for the operator about each end, failed start and restart, with the last lines of the
    server's log. The folder keeps the numbers for ``domnaer status``. ``longest_pause`` is in seconds.
    """
    servers: tuple[Server, ...] = (running.postgres, running.kafka)
    watch = _Watch(running.folder, report, {server.name: ServerRestarts() for server in servers})
    watch.write()
    tasks = [
        asyncio.create_task(watch.keep_running(server, Backoff(longest_pause, _FIRST_PAUSE)))
        for server in servers
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Watch:
    def __init__(
        self, folder: DataFolder, report: Callable[[str], None], restarts: dict[str, ServerRestarts]
    ) -> None:
        self._folder = folder
        self._report = report
        self._restarts = restarts

    def write(self) -> None:
        with suppress(OSError):  # the disk may be full, which is why the server ended
            self._folder.write_restarts(self._restarts)

    async def keep_running(self, server: Server, backoff: Backoff) -> None:
        while True:
            while not server.has_ended:
                backoff.succeeded()
                await asyncio.sleep(_POLL_SECONDS)
            lines = "\n".join(log_tail(server.log).splitlines()[-_LOG_LINES:])
            _log.error("server_ended", server=server.name)
            self._report(f"{server.name} has ended unexpectedly; {server.log} ends with:\n{lines}")
            while server.has_ended:
                await self._start(server, backoff.next_wait())

    async def _start(self, server: Server, pause: float) -> None:
        self._report(f"{server.name} is started again in {pause:.1f} s")
        self._note(server, failed_starts=self._restarts[server.name].failed_starts + 1)
        await asyncio.sleep(pause)
        try:
            await server.start()
        except Exception as error:  # whatever prevents the start may have passed at the next attempt
            _log.error("server_start_failed", server=server.name, error=type(error).__name__)
            self._report(str(error))
            return
        count = self._restarts[server.name].restarts + 1
        last = datetime.now(UTC).isoformat(timespec="seconds")
        self._note(server, restarts=count, failed_starts=0, last_at=last)
        _log.warning("server_restarted", server=server.name, restarts=count)
        self._report(f"{server.name} runs again, restart {count} since the start")

    def _note(self, server: Server, **changed: int | str) -> None:
        self._restarts[server.name] = replace(self._restarts[server.name], **changed)  # type: ignore[arg-type]
        self.write()
