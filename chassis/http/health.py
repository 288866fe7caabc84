"""Health probes for Kubernetes, Compose and operators: is the process alive, and can it serve?

The API is ready when its database answers; an unreachable broker does not make it unready, so that border posts can
still record. Relays and projectors have probes of their own. A liveness probe fails only if a loop is blocked: a
process that waits for a broker or a database is alive, since a restart would not help.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol

import orjson
from fastapi import APIRouter, Depends, FastAPI
from starlette.responses import Response

from chassis.access.permissions import Everyone
from chassis.base.failures import describe_exception
from chassis.base.settings import Settings
from chassis.store.database import Pool

ANSWER_WITHIN = 1.0
HEARTBEAT = 60.0
OLDEST = 300.0
"""Seconds that an entry of background work may wait: a large upload takes minutes to settle."""
_Open = Annotated[None, Depends(Everyone("probes have no token and return only codes and numbers"))]


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check, with codes and numbers that explain it."""

    ok: bool
    codes: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


Checks = Mapping[str, Callable[[], Awaitable[Check]]]


class RelayHealth(Protocol):
    """The state of a relay: events not yet published, and how long the gate has held back the first of them."""

    @property
    def backlog(self) -> int: ...
    @property
    def gate_lag_s(self) -> float: ...


class MovingWork(Protocol):
    """Work that must keep moving.

    ``last_progress`` is the monotonic time at which it last did something or found nothing to do; ``trouble`` names
    the error after which it waits to retry.
    """

    last_progress: float
    trouble: str | None


class AnyRelay(MovingWork, Protocol):
    """The part of a relay that health checks read."""

    async def status(self) -> RelayHealth: ...


class ReaderHealth(Protocol):
    """The state of a reader: ``stopped`` is the reason why it stopped, ``lag`` is None while it is unknown."""

    @property
    def lag(self) -> int | None: ...
    @property
    def stopped(self) -> str | None: ...


class AnyProjector(Protocol):
    """The part of a projector that health checks read; ``last_progress`` as for a relay."""

    last_progress: float

    @property
    def status(self) -> ReaderHealth: ...


class BackgroundWork(MovingWork, Protocol):
    """Further work of a service: ``waiting`` returns the number of entries that wait and the age of the oldest."""

    async def run(self) -> None: ...
    async def waiting(self) -> tuple[int, float]: ...
    async def measure(self, service: str) -> None: ...


class Health:
    """The probes of an application, from checks by name.

    ``database`` is the readiness of the API, ``relay`` and ``projector`` that of their roles; ``relay_live`` and
    ``projector_live`` are their liveness. A probe without a check succeeds.
    """

    def __init__(self, checks: Checks, *, within: float = ANSWER_WITHIN) -> None:
        self._checks = checks
        self._within = within
        self._started = False
        self.router = APIRouter(prefix="/health", tags=["health"])
        self.router.add_api_route("/live", self.live, name="live", methods=["GET"])
        self.router.add_api_route("/ready", self.ready, name="ready", methods=["GET"])
        self.router.add_api_route("/startup", self.startup, name="startup", methods=["GET"])
        self.router.add_api_route("/relay", self.relay, name="relay", methods=["GET"])
        self.router.add_api_route("/relay/live", self.relay_live, name="relay_live", methods=["GET"])
        self.router.add_api_route("/projector", self.projector, name="projector", methods=["GET"])
        self.router.add_api_route(
            "/projector/live", self.projector_live, name="projector_live", methods=["GET"]
        )

        self.router.add_api_route("/background", self.background, name="background", methods=["GET"])
        self.router.add_api_route("/background/live", self.background_live, methods=["GET"])

    async def live(self, _: _Open) -> Response:
        """Return whether the process responds."""
        before = time.perf_counter()
        await asyncio.sleep(0)
        return _answer({"loop": Check(True, {"turn_ms": round((time.perf_counter() - before) * 1000, 3)})})

    async def ready(self, _: _Open) -> Response:
        """Return whether the API can serve: its database answers within a second."""
        return _answer(await self._run("database"))

    async def startup(self, _: _Open) -> Response:
        """Return whether the process has started; after the first success it always succeeds."""
        if not self._started:
            found = await self._run("database")
            self._started = all(check.ok for check in found.values())
            return _answer(found)
        return _answer({})

    async def relay(self, _: _Open) -> Response:
        """Return whether the relay publishes and is not far behind."""
        return _answer(await self._run("relay"))

    async def relay_live(self, _: _Open) -> Response:
        """Return whether the loop of the relay runs."""
        return _answer(await self._run("relay_live"))

    async def projector(self, _: _Open) -> Response:
        """Return whether the projectors read and are not far behind."""
        return _answer(await self._run("projector"))

    async def projector_live(self, _: _Open) -> Response:
        """Return whether the loops of the projectors run."""
        return _answer(await self._run("projector_live"))

    async def background(self, _: _Open) -> Response:
        """Return 503 if background work waits out an error or its oldest entry is too old."""
        return _answer(await self._run("background"))

    async def background_live(self, _: _Open) -> Response:
        """Return 503 if background work makes no progress."""
        return _answer(await self._run("background_live"))

    async def _run(self, name: str) -> dict[str, Check]:
        check = self._checks.get(name)
        if check is None:
            return {}
        try:
            async with asyncio.timeout(self._within):
                return {name: await check()}
        except Exception as error:  # a probe always answers
            return {name: Check(False, {"error": describe_exception(error, places=False).partition("\n")[0]})}


def database_check(pool: Pool) -> Callable[[], Awaitable[Check]]:
    """Return a check that the database answers."""

    async def check() -> Check:
        before = time.perf_counter()
        await pool.fetchval("SELECT 1")
        return Check(True, {"answer_ms": round((time.perf_counter() - before) * 1000, 1)})

    return check


def relay_check(relays: Sequence[AnyRelay], most: int) -> Callable[[], Awaitable[Check]]:
    """Return a check that all relays publish and none is more than ``most`` events behind."""

    async def check() -> Check:
        found = [await relay.status() for relay in relays]
        behind = max((status.backlog for status in found), default=0)
        waiting = sum(relay.trouble is not None for relay in relays)
        codes = {
            "behind": behind,
            "allowed": most,
            "gate_lag_s": round(max((status.gate_lag_s for status in found), default=0.0), 2),
            "relays": len(relays),
            "waiting": waiting,
        }
        return Check(behind <= most and not waiting, codes)

    return check


def relay_live_check(relays: Sequence[MovingWork], most: float = HEARTBEAT) -> Callable[[], Awaitable[Check]]:
    """Return a check that every relay has made progress lately or waits to retry."""

    async def check() -> Check:
        now = time.monotonic()
        oldest = max((0.0 if relay.trouble else now - relay.last_progress for relay in relays), default=0.0)
        return Check(oldest < most, {"oldest_heartbeat_s": round(oldest, 1), "relays": len(relays)})

    return check


def background_check(works: Sequence[BackgroundWork], oldest: float) -> Callable[[], Awaitable[Check]]:
    """Check that no background work waits out an error, and that no entry has waited longer than ``oldest`` seconds."""

    async def check() -> Check:
        found = [await work.waiting() for work in works]
        age = max((seconds for _, seconds in found), default=0.0)
        stopped = sum(work.trouble is not None for work in works)
        codes = {
            "behind": sum(count for count, _ in found),
            "oldest_s": round(age, 1),
            "allowed_s": oldest,
            "tasks": len(works),
            "stopped": stopped,
        }
        return Check(age <= oldest and not stopped, codes)

    return check


def projector_check(projectors: Sequence[AnyProjector], most: int) -> Callable[[], Awaitable[Check]]:
    """Return a check that all readers run and none is more than ``most`` records behind."""

    async def check() -> Check:
        found = [projector.status for projector in projectors]
        behind = max((status.lag or 0 for status in found), default=0)
        unknown = sum(status.lag is None for status in found)
        stopped = sum(status.stopped is not None for status in found)
        codes = {
            "behind": behind,
            "allowed": most,
            "readers": len(found),
            "unknown": unknown,
            "stopped": stopped,
        }
        return Check(behind <= most and not unknown and not stopped, codes)

    return check


def projector_live_check(
    projectors: Sequence[AnyProjector], most: float = HEARTBEAT
) -> Callable[[], Awaitable[Check]]:
    """Return a check that every reader with records to read has made progress lately or states why it stopped."""

    async def check() -> Check:
        now = time.monotonic()
        ages = [
            now - projector.last_progress
            for projector in projectors
            if projector.status.stopped is None and projector.status.lag
        ]
        oldest = max(ages, default=0.0)
        return Check(oldest < most, {"oldest_heartbeat_s": round(oldest, 1), "readers": len(projectors)})

    return check


def add_health(
    app: FastAPI,
    pool: Pool,
    relays: Sequence[AnyRelay],
    projectors: Sequence[AnyProjector],
    background: Sequence[BackgroundWork],
    settings: Settings,
) -> None:
    """Add the probes to an application; relays and projectors may be added to the lists later."""
    checks: Checks = {
        "database": database_check(pool),
        "relay": relay_check(relays, settings.ready_lag),
        "relay_live": relay_live_check(relays),
        "projector": projector_check(projectors, settings.ready_lag),
        "projector_live": projector_live_check(projectors),
        "background": background_check(background, OLDEST),
        "background_live": relay_live_check(background),
    }
    app.include_router(Health(checks).router)


def _answer(found: Mapping[str, Check]) -> Response:
    ok = all(check.ok for check in found.values())
    content: dict[str, Any] = {
        "status": "ok" if ok else "unavailable",
        "checks": {name: {"ok": check.ok, **check.codes} for name, check in found.items()},
    }
    return Response(orjson.dumps(content), 200 if ok else 503, media_type="application/json")
