"""Everything of one machine at work: servers, services and the port on which they answer, and its orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import uvicorn
import uvloop
from starlette.types import ASGIApp

from chassis.issuer import LocalIssuer
from chassis.logs import configure_logs
from chassis.service import Role, Running, Service
from chassis.settings import Settings
from domnaer.configuration import DemoNote, HouseFolder, folder_settings
from domnaer.embedded.folder import FolderInUse
from domnaer.embedded.infrastructure import Infrastructure
from domnaer.house import find_services, house_app
from domnaer.people import demo_people, demo_programs

LOOPBACK = "127.0.0.1"
_LAST_WORDS_SECONDS = 3
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class PortTaken(Exception):
    """Somebody else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken: stop who listens there, or choose another with --port")


@dataclass(frozen=True, slots=True)
class House:
    """All of a data folder at work."""

    folder: HouseFolder
    settings: Settings
    services: Sequence[Running]
    people: LocalIssuer
    programs: LocalIssuer
    url: str


@contextlib.asynccontextmanager
async def house_at_work(folder: HouseFolder, port: int, demo: DemoNote | None = None) -> AsyncIterator[House]:
    """PostgreSQL, Kafka and every service, answering on one port of this machine.

    With ``demo`` the folder's day is pinned from now on. Raises FolderInUse, PortTaken, and what keeps a server from starting; whatever was started by then is stopped.
    """
    if (holder := folder.find_holder()) is not None:
        raise FolderInUse(folder.path, holder)
    with listening(LOOPBACK, port) as listener:
        async with Infrastructure(folder):
            addresses = folder.find_addresses()
            assert addresses is not None
            if demo is not None:
                folder.note_demo(demo)
            settings = folder_settings(folder, addresses, folder.keys())
            # One key, two lists: programs have tokens and sign in at no page.
            people = LocalIssuer(folder.issuer, demo_people(), settings)
            programs = LocalIssuer(folder.issuer, demo_programs(), settings)
            with (folder.logs / "services.log").open("a", encoding="utf-8") as log:
                configure_logs(settings, log)
                async with at_work(find_services(), settings) as services:
                    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
                    async with serving(house_app(services, settings, people), listener):
                        folder.write_addresses(replace(addresses, http_url=url))
                        yield House(folder, settings, services, people, programs, url)


@contextlib.asynccontextmanager
async def at_work(
    services: Sequence[Service], settings: Settings, role: Role = Role.ALL
) -> AsyncIterator[list[Running]]:
    """Services in this process, started side by side: each has a database of its own."""
    async with contextlib.AsyncExitStack() as stack:
        starting = [Running(service, settings, role) for service in services]
        for each in starting:
            stack.push_async_exit(each)  # what never started has nothing to end
        outcomes = await asyncio.gather(*(each.__aenter__() for each in starting), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        yield starting


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, taken before anything else is started. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            raise PortTaken(port) from None
        yield listener


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """An application that answers for as long as the block lasts; open connections then have three seconds."""
    server = _Server(
        uvicorn.Config(
            app,
            http="httptools",
            lifespan="off",
            log_config=None,
            server_header=False,
            backlog=2048,
            timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if task.done():
            task.result()
            raise RuntimeError("the HTTP server ended before it had begun")
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([task])


def run(work: Callable[[], Awaitable[int]]) -> int:
    """Run to the end, or until Ctrl-C or a request to stop, which end it in order. Returns the exit code."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_until_stopped(work))


async def _until_stopped(work: Callable[[], Awaitable[int]]) -> int:
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    stopped = 0

    def stop(by: signal.Signals) -> None:
        nonlocal stopped
        stopped = 0 if by is signal.SIGINT else 128 + by
        task.cancel()

    for each in _SIGNALS:
        loop.add_signal_handler(each, stop, each)
    try:
        return await task
    except asyncio.CancelledError:
        return stopped
