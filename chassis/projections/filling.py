"""Fills the build of this version for a projection from topics, and retires the builds of versions that have gone.

If no build of the version's shape is live, one is filled as ``domnaer rebuild`` fills it. It becomes live if it does not
differ from the build of the version used last; otherwise it waits until an operator accepts the differences.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from chassis.base.backoff import Backoff
from chassis.base.cancellation import own_cancellation_only
from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.base.settings import Settings
from chassis.projections.builds import live_build, retire_unused, schema_of
from chassis.projections.filled_builds import WAITS, RebuildRuns, find_filled
from chassis.projections.rebuild import BuildsDiffer
from chassis.store.database import Pool

LOOK_EVERY = 2.0
"""Seconds between two looks at the builds."""
_LONGEST_WAIT = 60.0
_log = get_log()


class RunRebuild(Protocol):
    """Fills a new build of a projection, compares it with the live one and makes it live; returns its number.

    ``progress(step, done, total)`` is called during the work. ``accepted_by`` and the exceptions are those of
    :func:`chassis.projections.rebuild.rebuild`.
    """

    async def __call__(
        self,
        settings: Settings,
        *,
        processes: int,
        accepted_by: str | None,
        progress: Callable[[str, int, int], None],
    ) -> int: ...


class Filling:
    """Background work of a service with projections from topics: one for each projection.

    ``trouble`` is set while no build of this shape is live.
    """

    name = "filling"
    set_aside = 0

    def __init__(
        self, pool: Pool, settings: Settings, projection: str, shape: str, rebuild: RunRebuild
    ) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._pool, self._settings = pool, settings
        self._projection, self._shape, self._rebuild = projection, shape, rebuild
        self._window = timedelta(hours=settings.rollback_hours)

    async def run(self) -> None:
        """Fill and retire until cancelled. Failures are logged and retried."""
        backoff = Backoff(_LONGEST_WAIT)
        while True:
            try:
                with own_cancellation_only():
                    await self._step()
                backoff.succeeded()
            except Exception as error:  # such as a database that is away, or topics that are incomplete
                self.trouble = describe_exception(error, places=False).partition("\n")[0]
                _log.warning("build_not_filled", projection=self._projection, error=self.trouble)
                await backoff.wait()
            self.last_progress = time.monotonic()
            await asyncio.sleep(LOOK_EVERY)

    async def waiting(self) -> tuple[int, float]:
        """Return that nothing waits: a build that is not live yet is shown as ``trouble``."""
        return 0, 0.0

    async def measure(self, service: str) -> None:
        """Set no metric: ``domnaer_work_stopped`` shows the trouble, ``domnaer_builds`` the states of builds."""

    async def _step(self) -> None:
        build = await live_build(self._pool, self._projection, self._shape)
        if build is None:
            await self._fill()
            return
        self.trouble = None
        for retired in await retire_unused(self._pool, self._projection, self._window, using=build):
            _log.info("build_retired", build=schema_of(self._projection, retired))

    async def _fill(self) -> None:
        filled = await find_filled(self._pool, self._projection, self._shape)
        if filled is not None and filled.waits:
            self.trouble = WAITS
            return
        self.trouble = "it is being filled"
        try:
            build = await self._rebuild(
                self._settings, processes=1, accepted_by=None, progress=lambda *_: None
            )
        except RebuildRuns:
            return  # another process fills it, or the operator
        except BuildsDiffer as error:
            kinds = [each.kind for each in error.differences]
            _log.warning("read_model_differs", build=schema_of(self._projection, error.build), kinds=kinds)
        else:
            _log.info("read_model_switched", build=schema_of(self._projection, build))
