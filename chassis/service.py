"""A service from its declaration: the application, the relay and the projectors, made and run by the chassis."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from functools import partial
from types import ModuleType
from typing import Any

from fastapi import APIRouter
from fastapi.telemetry import TelemetryConfig

from chassis.access.tokens import add_callers
from chassis.base.checks import AnyCheck, BackgroundWork, background_check, live_check
from chassis.base.settings import Environment, Settings
from chassis.commands.application import Application
from chassis.commands.corrections import add_corrections
from chassis.commands.draft import Complete
from chassis.commands.openapi import describe
from chassis.commands.opening import open_runtime
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import Runtime
from chassis.exports.making import ExportWork
from chassis.http.health import Health
from chassis.http.problems import add_problem_handlers
from chassis.measuring import measure_service
from chassis.outbox.health import relay_check
from chassis.outbox.relay import Relay
from chassis.outbox.source import EventSource, OutboxSource
from chassis.page_routes import add_page_routes
from chassis.projections.build_upkeep import BuildUpkeep
from chassis.projections.builds import UNSHAPED
from chassis.projections.exchange import rebuild_read_model
from chassis.projections.filling import Filling, RunRebuild
from chassis.projections.health import projector_check, projector_live_check
from chassis.projections.live_build import HasLiveBuild
from chassis.projections.projector import Projector
from chassis.projections.reader import Reader
from chassis.retention import DeleteExpired, Retention
from chassis.store.database import create_database, migrate, require_migrated
from chassis.store.decider import Decider
from chassis.store.officers import Officers
from chassis.uploads.processes import UploadProcess, UploadProcesses
from contracts.catalogue import Catalogue, catalogue
from contracts.command import Command

OLDEST = 300.0
"""Seconds that an entry of background work may wait before its probe fails. A large upload takes minutes to settle."""
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
"""FastAPI's own handler would log the refused values of a request."""
Background = Callable[[Runtime], BackgroundWork]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """The function that rebuilds a projection, the name of the reader that fills it (None for a read model), and its shape.

    The shape is asked for once the process has read what the rules rest on.
    """

    reader: str | None
    run: RunRebuild
    shape: Callable[[], str] = lambda: UNSHAPED


class Role(Flag):
    """The roles of a process for a service, each scaled by itself; in none, ``Role(0)``, it only opens the runtime."""

    API = auto()
    RELAY = auto()
    PROJECTOR = auto()
    ALL = API | RELAY | PROJECTOR


@dataclass(frozen=True)
class Service:
    """The declaration of a service: its routes, topics, reactions and projections. ``main.py`` has one and no logic.

    ``rebuilds`` are the projections from topics that ``domnaer rebuild`` can rebuild, by name. ``module`` is the module in which an
    upload process (chassis.uploads.processes) finds the declaration as ``service``; without it there are none.
    ``completes`` adds to commands of a kind what the service knows beside their records, before each decision, whatever way
    they came in: one by one, in an upload, from a form, or as a correction that makes a voided event valid again.
    ``expires`` are functions that delete rows of the service's own tables when they expire (chassis.retention).
    ``coarse_audit`` is True if actions and offices of audit entries may tell what only some offices may know of a person: the
    page of a record then shows only kinds of actions and the reader's own office, unless their reach is the whole country.
    ``unsettled`` is the SQL that counts what background work still has to do with what the readers received.
    """

    name: str
    title: str
    about: str
    routes: CommandRouter
    publishes: ModuleType | None = None
    deciders: tuple[Decider[Any, Any, Any], ...] = ()
    completes: Mapping[type[Command], Complete] = field(default_factory=dict)
    pages: APIRouter | None = None
    readers: Callable[[Runtime], Sequence[Reader]] = field(default=lambda _: ())
    outlets: Callable[[Runtime], Sequence[OutboxSource]] = field(default=lambda _: ())
    opens: Callable[[Runtime, contextlib.AsyncExitStack], Awaitable[object]] | None = None
    background: tuple[Background, ...] = ()
    expires: tuple[DeleteExpired, ...] = ()
    rebuilds: Mapping[str, Rebuild] = field(default_factory=dict)
    migrations: str | None = None
    module: str | None = None
    unsettled: str | None = None
    coarse_audit: bool = False

    @property
    def all_rebuilds(self) -> Mapping[str, Rebuild]:
        """The projections that ``domnaer rebuild`` can rebuild: the read models, and those from topics."""
        read_models = {
            decider.projection.name: Rebuild(None, partial(rebuild_read_model, self.name, decider))
            for decider in self.deciders
            if decider.projection is not None
        }
        return {**read_models, **self.rebuilds}


class RunningService:
    """A running service of this process. Use it as ``async with RunningService(service, settings) as running``."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        role: Role = Role.ALL,
        facts: Catalogue | None = None,
        migrating: bool = True,
    ) -> None:
        self.service = service
        self.settings = settings
        self.role = role
        self.migrating = migrating
        self.catalogue = facts or catalogue()
        self.app = Application(
            service=service.name,
            title=f"Domnaer: {service.title}",
            description=service.about,
            docs_url=None,
            redoc_url=None,
            telemetry=NO_TELEMETRY,
        )
        self.relays: list[Relay] = []
        self.projectors: list[Projector] = []
        self.background: list[BackgroundWork] = []
        self.upload_processes = UploadProcesses()
        self.paced_with: Sequence[RunningService] = [self]
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = contextlib.AsyncExitStack()

    @property
    def runtime(self) -> Runtime:
        """The runtime of the service."""
        runtime: Runtime = self.app.state.runtime
        return runtime

    async def __aenter__(self) -> RunningService:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def _start(self) -> None:
        service, settings = self.service, self.settings
        if self.migrating:
            if settings.environment is Environment.EMBEDDED:
                await create_database(settings, service.name)
                await migrate(settings, service.name, service.migrations)
            else:
                await require_migrated(settings, service.name, service.migrations)
        runtime = await open_runtime(
            service.name,
            service.deciders,
            service.completes,
            service.module,
            settings,
            self.catalogue,
            self._stack,
            serves=Role.API in self.role,
        )
        self._stack.push_async_callback(self.upload_processes.close)
        runtime.host = self
        if service.opens is not None:
            runtime.opened = await service.opens(runtime, self._stack)
        self.app.state.runtime = runtime
        if self.service.pages is not None:
            self.app.state.officers = Officers(runtime.pool, runtime.clock.today)
        if self.role:
            self._serve(runtime)
        self._run(runtime.monitor.run(), f"{service.name} database monitor")
        if Role.API in self.role:
            self._run_background(Retention(runtime, service.expires))
            self._run_background(ExportWork(runtime, self.app))
        if Role.RELAY in self.role:
            self._relay(runtime)
        if Role.PROJECTOR in self.role:
            if service.rebuilds:
                rebuilt = {projection: each.reader for projection, each in service.rebuilds.items()}
                self._run_background(BuildUpkeep(runtime.pool, rebuilt))
            for projection, rebuild in service.rebuilds.items():
                self._run_background(
                    Filling(runtime.pool, settings, projection, rebuild.shape(), rebuild.run)
                )
            for reader in service.readers(runtime):
                projector = Projector(reader, runtime.pool, self.catalogue, settings)
                self.projectors.append(projector)
                self._run(self._once_ready(projector.run), f"{service.name} {reader.name}")
            for background in service.background:
                self._run_background(background(runtime))

    async def _once_ready(self, run: Callable[[], Awaitable[None]]) -> None:
        """Run the work when the read models can be written, for reactions."""
        await self.runtime.read_models.ready.wait()
        await run()

    def _serve(self, runtime: Runtime) -> None:
        service = self.service
        add_callers(self.app, self.settings)
        add_problem_handlers(self.app)
        self.app.include_router(Health(self._checks(runtime)).router)
        if service.publishes is not None and not service.routes.corrects:
            add_corrections(service.routes, service.name, service.publishes)
            service.routes.corrects = True
        # These routes come first and are not included as a router: FastAPI would search an included router twice.
        self.app.router.routes[:0] = service.routes.routes
        add_page_routes(self.app, service.name, service.publishes, service.pages, service.coarse_audit)
        describe(self.app, service.routes)

    def _checks(self, runtime: Runtime) -> Mapping[str, AnyCheck]:
        """The health checks; relays, projectors and background work are added to their lists afterwards."""
        lag, usable = self.settings.ready_lag, runtime.read_models.usable(runtime.monitor.check)
        if isinstance(runtime.opened, HasLiveBuild):
            usable = runtime.opened.live.usable(usable)
        return {
            "database": usable,
            "read_models": runtime.read_models.followed(),
            "relay": relay_check(self.relays, lag, OLDEST),
            "relay_live": live_check(self.relays),
            "projector": projector_check(self.projectors, lag),
            "projector_live": projector_live_check(self.projectors),
            "background": background_check(self.background, OLDEST),
            "background_live": live_check(self.background),
        }

    def _relay(self, runtime: Runtime) -> None:
        outlets: list[OutboxSource] = list(self.service.outlets(runtime))
        if self.service.publishes is not None:
            outlets.append(EventSource(self.service.name))
        for outlet in outlets:
            relay = Relay(outlet, self.settings, self.settings.database(self.service.name))
            self.relays.append(relay)
            self._run(relay.run(), f"{self.service.name} relay {outlet.name}")

        def wake() -> None:
            for relay in self.relays:
                relay.wake()

        runtime.wake = wake

    async def backlog(self) -> int:
        """Return the records that wait in the relay or reader that is furthest behind, of the services in this process.

        Uploads pause for them, so that live records reach their timelines on time. A reader in a process of its own does
        not share this processor and is not waited for.
        """
        relays = [await relay.backlog() for each in self.paced_with for relay in each.relays]
        readers = [reader.backlog for each in self.paced_with for reader in each.projectors]
        return max([*relays, *readers], default=0)

    async def measure(self) -> None:
        """Read the metrics that are states, not counters; called when Prometheus scrapes."""
        await measure_service(
            self.runtime, self.relays, self.projectors, self.background, self.upload_processes
        )

    def start_upload_processes(self, runtime: Runtime, join: Callable[[UploadProcess], None]) -> None:
        """Start the processes that help with long uploads; ``join`` is called with each that becomes ready."""
        self.upload_processes.start(runtime, join)

    def _run_background(self, work: BackgroundWork) -> None:
        self.background.append(work)
        self._run(work.run(), f"{self.service.name} {work.name}")

    def _run(self, work: Any, name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))
