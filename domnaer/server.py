"""Runs services and an HTTP server in this process, and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import uvicorn
import uvloop
from starlette.types import ASGIApp

from chassis.base.logs import get_log
from chassis.base.settings import Settings
from chassis.service import Role, RunningService, Service
from contracts.reference.current import use_folder
from domnaer.http_protocol import LimitedProtocol, check_connections

KEEP_ALIVE_SECONDS = 120
"""An idle connection stays open longer than gateways and clients keep theirs, so that they close it.

A server that closes first may do so while a command is being sent, and the officer sees a reset connection.
"""
_SHUTDOWN_SECONDS = 3
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class PortTaken(Exception):
    """Another process listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} is taken: stop the process that listens on it, or choose another with --port"
        )


@contextlib.asynccontextmanager
async def run_services(
    services: Sequence[Service], settings: Settings, role: Role = Role.ALL
) -> AsyncIterator[list[RunningService]]:
    """Run services in this process, started concurrently, on the reference data that the settings name.

    Raises ReferenceDataInvalid.
    """
    read = use_folder(settings.reference_data)
    get_log().info(
        "reference_data_read",
        folder=str(settings.reference_data),
        tables=sorted(read.own),
        digest=read.digest,
    )
    async with contextlib.AsyncExitStack() as stack:
        starting = [RunningService(service, settings, role) for service in services]
        for each in starting:
            stack.push_async_exit(each)  # its exit does nothing if its start has failed
        outcomes = await asyncio.gather(*(each.__aenter__() for each in starting), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        for each in starting:
            # Services of one process share its upload processes, and uploads wait for the readers of all of them.
            each.paced_with = starting
            each.upload_processes = starting[0].upload_processes
        yield starting


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Open a listening socket, before anything else is started. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            raise PortTaken(port) from None
        yield listener


class _Server(uvicorn.Server):
    """A server that does not handle signals; :func:`run` handles them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an application until the block ends; open connections then have three seconds to finish."""
    server = _Server(
        uvicorn.Config(
            app,
            http=LimitedProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # a caller could state any address, and sign-in counts failures by address
            server_header=False,
            backlog=2048,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    checking = asyncio.create_task(check_connections(server.server_state), name="http connections")
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if task.done():
            task.result()
            raise RuntimeError("the HTTP server ended before it had started")
        yield
    finally:
        checking.cancel()
        server.should_exit = True
        await asyncio.wait([task])


def run(work: Callable[[], Awaitable[int]]) -> int:
    """Run to the end, or until Ctrl-C or a signal to stop, then stop in order. Returns the exit code."""
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
