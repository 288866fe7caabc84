"""Health checks: their results, and the checks of work that must keep moving.

Relays and readers have checks of their own (``chassis.outbox.health``, ``chassis.projections.health``); the probes that
answer with them are in ``chassis.http.health``.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chassis.base.metrics import StateGauge

HEARTBEAT = 60.0
"""Seconds without progress after which a loop counts as blocked."""


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check, with codes and numbers that explain it."""

    ok: bool
    codes: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


AnyCheck = Callable[[], Awaitable[Check]]


class MovingWork(Protocol):
    """Work that must keep moving.

    ``last_progress`` is the monotonic time at which it last did something or found nothing to do; ``trouble`` names
    the error after which it waits to retry.
    """

    last_progress: float
    trouble: str | None


class BackgroundWork(MovingWork, Protocol):
    """Further work of a service: ``waiting`` returns the number of entries that wait and the age of the oldest.

    ``set_aside`` counts the entries that failed and are tried again later, while the others go on.
    """

    name: str
    set_aside: int

    async def run(self) -> None: ...
    async def waiting(self) -> tuple[int, float]: ...
    async def measure(self, service: str) -> None: ...


STOPPED = StateGauge(
    "domnaer_work_stopped",
    "1 if a relay, a reader or background work waits to retry after an error, else 0.",
    "work",
)


def measure_stopped(service: str, works: Mapping[str, str | None]) -> None:
    """Set which works of a service wait to retry: their trouble by their name."""
    STOPPED.replace(service, {(name,): float(trouble is not None) for name, trouble in works.items()})


def first_error(troubles: Iterable[str | None]) -> str | None:
    """Return the name of the first error, without its text, or None if there is none."""
    return next((trouble.partition(":")[0] for trouble in troubles if trouble), None)


def live_check(works: Sequence[MovingWork], most: float = HEARTBEAT) -> AnyCheck:
    """Return a check that all work has made progress lately or waits to retry."""

    async def check() -> Check:
        now = time.monotonic()
        oldest = max((0.0 if work.trouble else now - work.last_progress for work in works), default=0.0)
        return Check(oldest < most, {"oldest_heartbeat_s": round(oldest, 1), "relays": len(works)})

    return check


def background_check(works: Sequence[BackgroundWork], oldest: float) -> AnyCheck:
    """Return a check that no background work waits out an error or has set entries aside, and none waits over ``oldest`` s."""

    async def check() -> Check:
        found = [await work.waiting() for work in works]
        age = max((seconds for _, seconds in found), default=0.0)
        stopped = sum(work.trouble is not None for work in works)
        set_aside = sum(work.set_aside for work in works)
        codes = {
            "behind": sum(count for count, _ in found),
            "oldest_s": round(age, 1),
            "allowed_s": oldest,
            "tasks": len(works),
            "stopped": stopped,
            "set_aside": set_aside,
            "error": first_error(work.trouble for work in works),
        }
        return Check(age <= oldest and not stopped and not set_aside, codes)

    return check
