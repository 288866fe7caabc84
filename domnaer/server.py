"""Services at work in this process: started side by side, answering on a port, and ended in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import uvicorn
import uvloop
from starlette.types import ASGIApp

from chassis.base.settings import Settings
from chassis.service import Role, RunningService, Service

KEEP_ALIVE_SECONDS = 120
"""How long an idle connection stays open: longer than gateways and programs keep theirs, so that it is they who close it.

A server that closes first may do so while a command is on its way to it, and the officer sees a connection reset.
"""
_LAST_WORDS_SECONDS = 3
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class PortTaken(Exception):
    """Somebody else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken: stop who listens there, or choose another with --port")


@contextlib.asynccontextmanager
async def at_work(
    services: Sequence[Service], settings: Settings, role: Role = Role.ALL
) -> AsyncIterator[list[RunningService]]:
    """Services in this process, started side by side: each has a database of its own."""
    async with contextlib.AsyncExitStack() as stack:
        starting = [RunningService(service, settings, role) for service in services]
        for each in starting:
            stack.push_async_exit(each)  # what never started has nothing to end
        outcomes = await asyncio.gather(*(each.__aenter__() for each in starting), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        for (
            each
        ) in starting:  # services in one process share its upload processes and wait for each other's readers
            each.paced_with = starting
            each.upload_processes = starting[0].upload_processes
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
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
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
