"""Health: an API is ready while its database answers, also without the broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
import pytest
from fastapi import FastAPI

from chassis.access.permissions import open_because
from chassis.base.checks import AnyCheck, Check, background_check, live_check
from chassis.http.health import Health
from chassis.outbox import relay
from chassis.outbox.health import relay_check
from chassis.projections import projector
from chassis.projections.health import projector_check, projector_live_check

pytestmark = pytest.mark.asyncio


@dataclass
class RelayStatus:
    backlog: int = 0
    lag_s: float = 0.0
    gate_lag_s: float = 0.0


@dataclass
class Relay:
    behind: int = 0
    age: float = 0.0
    trouble: str | None = None
    last_progress: float = field(default_factory=time.monotonic)

    async def status(self) -> RelayStatus:
        return RelayStatus(self.behind, self.age)


@dataclass
class Status:
    lag: int | None = 0
    stopped: str | None = None


@dataclass
class Projector:
    status: Status = field(default_factory=Status)
    last_progress: float = field(default_factory=time.monotonic)


def readers(*found: Projector) -> list[projector.Projector]:
    return cast("list[projector.Projector]", list(found))


def serving(checks: Mapping[str, AnyCheck]) -> httpx2.AsyncClient:
    app = FastAPI()
    app.include_router(Health(checks, within=0.1).router)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x")


async def well() -> Check:
    return Check(True)


async def ill() -> Check:
    raise ConnectionError("cannot reach Sok Chanthy")


async def hangs() -> Check:
    await asyncio.sleep(60)
    return Check(True)


async def test_an_api_is_ready_with_its_database_and_without_the_broker() -> None:
    http = serving({"database": well, "relay": ill, "projector": ill})

    assert (await http.get("/health/ready")).status_code == 200
    assert (await http.get("/health/startup")).status_code == 200
    assert (await http.get("/health/relay")).status_code == 503
    assert (await http.get("/health/projector")).status_code == 503


@pytest.mark.parametrize("check", [ill, hangs])
async def test_an_api_without_its_database_is_alive_and_not_ready(check: Any) -> None:
    http = serving({"database": check})

    assert (await http.get("/health/live")).status_code == 200
    answer = await http.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert "Chanthy" not in answer.text


async def test_a_started_service_stays_started() -> None:
    checks: dict[str, Any] = {"database": ill}
    http = serving(checks)

    assert (await http.get("/health/startup")).status_code == 503
    checks["database"] = well
    assert (await http.get("/health/startup")).status_code == 200
    checks["database"] = ill
    assert (await http.get("/health/startup")).status_code == 200


async def test_a_relay_is_ready_while_its_backlog_is_small() -> None:
    relays: list[Relay] = []
    check = relay_check(cast("list[relay.Relay]", relays), 100, 300)

    assert (await check()).ok
    relays.append(Relay(behind=100))
    assert (await check()).ok
    relays.append(Relay(behind=101))
    assert (await check()).codes["behind"] == 101
    assert not (await check()).ok
    relays[1] = Relay(behind=1, age=301)
    assert not (await check()).ok
    relays[1] = Relay(trouble="KafkaConnectionError")
    assert not (await check()).ok


async def test_a_relay_that_waits_for_its_broker_is_alive_and_a_stopped_one_is_not() -> None:
    long_ago = time.monotonic() - 3_600

    assert (await live_check([Relay()])()).ok
    assert (await live_check([Relay(trouble="NodeNotReadyError", last_progress=long_ago)])()).ok
    assert not (await live_check([Relay(last_progress=long_ago)])()).ok


async def test_a_projector_is_ready_while_it_moves_and_its_lag_is_small_and_known() -> None:
    async def ready(status: Status) -> bool:
        return (await projector_check(readers(Projector(status)), 100)()).ok

    assert await ready(Status(lag=100))
    assert not await ready(Status(lag=101))
    assert not await ready(Status(lag=None))
    assert not await ready(Status(stopped="poison"))


async def test_an_idle_projector_is_alive_and_one_that_does_not_read_waiting_events_is_not() -> None:
    long_ago = time.monotonic() - 3600

    assert (await projector_live_check(readers(Projector(Status(lag=0), long_ago)))()).ok
    assert (await projector_live_check(readers(Projector(Status(lag=9, stopped="waits"), long_ago)))()).ok
    assert not (await projector_live_check(readers(Projector(Status(lag=9), long_ago)))()).ok


@dataclass
class Background:
    count: int = 0
    age: float = 0.0
    trouble: str | None = None
    set_aside: int = 0
    last_progress: float = field(default_factory=time.monotonic)

    async def run(self) -> None: ...

    async def waiting(self) -> tuple[int, float]:
        return self.count, self.age

    async def measure(self, service: str) -> None: ...


async def test_background_work_is_healthy_while_it_moves_and_nothing_waits_too_long() -> None:
    assert (await background_check([], 300)()).ok
    assert (await background_check([Background(9, 299)], 300)()).ok
    assert not (await background_check([Background(9, 301)], 300)()).ok
    assert not (await background_check([Background(trouble="OSError")], 300)()).ok
    assert not (await background_check([Background(set_aside=1)], 300)()).ok
    assert not (await live_check([Background(last_progress=time.monotonic() - 3_600)])()).ok


async def test_probes_are_open_to_everyone_and_say_why() -> None:
    assert all(open_because(route) for route in Health({}).router.routes)
