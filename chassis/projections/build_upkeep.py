"""Upkeep of builds: drops retired builds and those of interrupted rebuilds, and reports builds that no process fills or drops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta

from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.base.metrics import StateGauge
from chassis.projections.build_list import BEING_REBUILT
from chassis.projections.builds import DROP_AFTER, schema_of
from chassis.projections.filled_builds import clear_unfinished
from chassis.store.database import Pool

EVERY = 30.0
"""Seconds between two attempts: below the time after which background work without progress counts as blocked."""
UNATTENDED = StateGauge(
    "domnaer_builds_unattended_seconds",
    "Time for which a build was filled by nobody, or a retired one was due to be dropped.",
    "projection",
)
_log = get_log()
# A rebuild holds a lock; the builds of read models are renewed by the processes that follow or use them.
_NEGLECTED = f"""
SELECT projection, count(*), max(extract(epoch FROM clock_timestamp() - since))::float8 FROM (
    SELECT projection, greatest(started_at, renewed_at) AS since FROM public.builds AS b
    WHERE state = 'building' AND NOT EXISTS (
        SELECT FROM public.build_comparisons AS c WHERE c.projection = b.projection AND c.build = b.build
    ) AND NOT {BEING_REBUILT}
    UNION ALL
    SELECT projection, coalesce((
        SELECT min(live_at) + $1::interval FROM public.builds AS new
        WHERE new.projection = old.projection AND new.state = 'live' AND old.live_at IS NOT NULL
    ), greatest(started_at, renewed_at)) FROM public.builds AS old
    WHERE state = 'retired' AND to_regnamespace(projection || '_' || build) IS NOT NULL
) AS neglected WHERE since < clock_timestamp() GROUP BY projection
"""


class BuildUpkeep:
    """Background work of a service with projections that ``domnaer rebuild`` fills: ``readers`` by projection."""

    name = "builds"
    set_aside = 0

    def __init__(self, pool: Pool, readers: Mapping[str, str | None], after: timedelta = DROP_AFTER) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._pool, self._readers, self._after = pool, readers, after

    async def run(self) -> None:
        """Clear up until cancelled."""
        while True:
            await self.clear()
            await asyncio.sleep(EVERY)

    async def clear(self) -> None:
        """Drop what can be dropped now. A failure is logged and shown in the health check."""
        trouble = None
        for projection, reader in self._readers.items():
            try:
                async with self._pool.acquire() as connection:
                    dropped = await clear_unfinished(
                        connection, self._pool, projection, reader, after=self._after
                    )
                if dropped:
                    _log.info("builds_dropped", builds=[schema_of(projection, build) for build in dropped])
            except Exception as error:  # such as a database that is away
                trouble = describe_exception(error, places=False).partition("\n")[0]
                _log.warning("builds_not_dropped", error=trouble)
        self.trouble, self.last_progress = trouble, time.monotonic()

    async def waiting(self) -> tuple[int, float]:
        """Return how many builds no process fills or drops although it is due, and for how many seconds at most."""
        rows = await self._pool.fetch(_NEGLECTED, self._after)
        return sum(row[1] for row in rows), max((row[2] for row in rows), default=0.0)

    async def measure(self, service: str) -> None:
        """Set the metric."""

        async def ages() -> dict[tuple[str, ...], float]:
            return {(row[0],): row[2] for row in await self._pool.fetch(_NEGLECTED, self._after)}

        await UNATTENDED.read(service, ages())
