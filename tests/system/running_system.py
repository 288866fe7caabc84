"""The running system for tests: every service in one process with one address, as ``domnaer up`` serves it.

It runs on its own event loop in its own thread, so that tests call it over HTTP like other clients.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import httpx2
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.access.permissions import Reach, permissions_of
from chassis.base.logs import configure_logs
from chassis.base.settings import Settings
from chassis.commands.routes import handler_permissions
from chassis.service import Role, RunningService, Service
from domnaer.all_services import all_services_app, find_services
from domnaer.demo.accounts import demo_people
from domnaer.local.issuer import DemoPerson, LocalIssuer
from domnaer.server import listening, run_services, serving

T = TypeVar("T")
EVERYTHING = "everything"
"""The id of the caller who has all permissions and national reach."""


def routes_of(service: Service) -> list[Any]:
    """Return the routes of a service's API and pages, with those that the chassis adds."""
    pages = service.pages.routes if service.pages is not None else ()
    return [*each_of(service.routes.routes), *each_of(pages)]


def each_of(routes: Iterable[Any]) -> Iterator[Any]:
    """Yield the routes, those of included routers too."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from each_of(router.routes)
        else:
            yield route


def permissions() -> frozenset[str]:
    """Return every permission that a route of any service names."""
    found: set[str] = set()
    for service in find_services():
        for route in routes_of(service):
            found |= permissions_of(route)
            if (of_command := handler_permissions.get(getattr(route, "endpoint", None))) is not None:
                found.add(of_command.name)
        found.add(f"{service.name}.audit.read")
        if service.publishes is not None:
            found |= {f"{service.name}.event.correct", f"{service.name}.event.correct_any"}
    return frozenset(found)


def everything() -> DemoPerson:
    """Return a person with all permissions, except for those to load history."""
    return DemoPerson(
        id=EVERYTHING,
        name_en="Everything",
        name_km="ទាំងអស់",
        office="TEST",
        title="Test",
        permissions=permissions(),
        reach=Reach(national=True),
        password="not used to sign in",
    )


class RecordingApp:
    """An application that records each requested address, each redirect, and how many bytes of a body were read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.addresses: list[str] = []
        self.read: dict[str, int] = {}
        """Bytes of the body that were read, by the header ``x-visit``."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        self.addresses.append(scope["raw_path"].decode("latin-1") + (f"?{query}" if query else ""))
        visit = next((value.decode() for name, value in scope["headers"] if name == b"x-visit"), None)

        async def counted() -> Message:
            message = await receive()
            if visit is not None:
                self.read[visit] = self.read.get(visit, 0) + len(message.get("body", b""))
            return message

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.addresses += [v.decode("latin-1") for n, v in message["headers"] if n == b"location"]
            await send(message)

        await self._app(scope, counted, noted)


@dataclass
class RunningSystem:
    """The running system: its address for clients, and its services for tests that must look inside."""

    url: str
    settings: Settings
    services: dict[str, RunningService]
    people: LocalIssuer
    logged: io.StringIO
    requests_seen: RecordingApp
    loop: asyncio.AbstractEventLoop
    http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.url, timeout=60)

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop of the system."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def at_once(self, requests: Iterable[tuple[str, str, dict[str, Any]]]) -> list[httpx2.Response]:
        """Send many requests (method, address, options of httpx) one after the other, on the loop of the system."""

        async def send() -> list[httpx2.Response]:
            transport = httpx2.ASGITransport(self.requests_seen)
            async with httpx2.AsyncClient(transport=transport, base_url=self.url, timeout=60) as client:
                return [await client.request(method, path, **options) for method, path, options in requests]

        return asyncio.run_coroutine_threadsafe(send(), self.loop).result(300)

    def token(self, who: str = EVERYTHING) -> str:
        """Return a token of one of the people."""
        return self.people.token(who)

    def headers(self, who: str = EVERYTHING, key: str | None = None, **more: str) -> dict[str, str]:
        """Return the headers of a command."""
        return {"Authorization": f"Bearer {self.token(who)}", "Idempotency-Key": key or str(uuid4()), **more}

    def post(self, path: str, body: Any, who: str = EVERYTHING, key: str | None = None) -> httpx2.Response:
        """Send a command."""
        return self.http.post(path, json=body, headers=self.headers(who, key))

    def recorded(self, path: str, body: Any, who: str = EVERYTHING) -> dict[str, Any]:
        """Send a command that must be accepted, and return its answer."""
        answer = self.post(path, body, who)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str, who: str = EVERYTHING, **query: Any) -> httpx2.Response:
        """Send a GET request."""
        return self.http.get(path, params=query, headers={"Authorization": f"Bearer {self.token(who)}"})

    def stored(self) -> dict[str, int]:
        """Return the numbers of events of callers, stored outcomes and stored refusals of each service."""
        return {
            f"{name} {table}": self.call(
                running.runtime.pool.fetchval(f"SELECT count(*) FROM {table} {of_callers}")
            )
            for name, running in self.services.items()
            for table, of_callers in (("events", _BY_HAND), ("idempotency", ""), ("upload_refusals", ""))
            if name != "registry"
        }

    def failures(self) -> list[str]:
        """Return the log lines of failed requests."""
        lines = self.logged.getvalue().splitlines()
        return [line for line in lines if "request_failed" in line or "a record of ours" in line]

    def events_of(self, service: str) -> int:
        """Return the number of events that a service has recorded."""
        return self.call(self.services[service].runtime.pool.fetchval("SELECT count(*) FROM events"))

    def worker_of(self, **asked: Any) -> dict[str, Any]:
        """Return the one worker that a search finds, as soon as the registry knows the worker."""
        return until(lambda: one(self.search(**asked)))

    def search(self, who: str = EVERYTHING, **asked: Any) -> list[dict[str, Any]]:
        """Return the workers that a search finds."""
        answer = self.http.post("/registry/workers/search", json=asked, headers=self.headers(who))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["workers"]
        return found


_BY_HAND = "WHERE (facts::json #>> '{recorded,by}') NOT IN ('reintegration', 'skills')"


def one(found: list[T]) -> T | None:
    """Return the only item of a list, or None."""
    return found[0] if len(found) == 1 else None


def until(look: Callable[[], T | None], within: float = 30.0) -> T:
    """Call a function until it returns something true, and return that."""
    end = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"after {within:g} s still {found!r}"
        time.sleep(0.1)


@contextlib.contextmanager
def run_system(settings: Settings) -> Iterator[RunningSystem]:
    """Run the system with these servers. Logs go to the system until the block ends."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logged = io.StringIO()
    configure_logs(settings, logged)
    opened: list[RunningSystem] = []
    failed: list[BaseException] = []
    ready = threading.Event()
    leave: list[Callable[[], None]] = []

    async def live() -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        assert settings.jwks is not None
        people = LocalIssuer(settings.jwks.parent, (*demo_people(), everything()), settings)
        with listening("127.0.0.1", 0) as listener:
            async with run_services(find_services(), settings, Role.ALL) as services:
                requests_seen = RecordingApp(
                    all_services_app(
                        services, settings, LocalIssuer(settings.jwks.parent, demo_people(), settings)
                    )
                )
                async with serving(requests_seen, listener):
                    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                    named = {running.service.name: running for running in services}
                    opened.append(RunningSystem(url, settings, named, people, logged, requests_seen, loop))
                    leave.append(lambda: loop.call_soon_threadsafe(done.set))
                    ready.set()
                    await done.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="system")
    thread.start()
    try:
        assert ready.wait(60), "the system did not start within a minute"
        if failed:
            raise failed[0]
        try:
            yield opened[0]
        finally:
            opened[0].http.close()
            leave[0]()
            thread.join(60)
        if failed:
            raise failed[0]
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
        structlog.reset_defaults()
