"""Metrics of readers, dead letters and builds, read when Prometheus asks."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.base.metrics import StateGauge
from chassis.projections.build_list import BUILD_STATE
from chassis.projections.projector import Projector
from chassis.store.database import Pool

READER_LAG = StateGauge(
    "domnaer_reader_lag_records", "Records of a topic that a reader has not read yet.", "reader", "topic"
)
DEAD_LETTERS = StateGauge(
    "domnaer_dead_letters",
    "Dead letters that wait, by reader and reason, counted up to 100,000.",
    "reader",
    "reason",
)
_COUNTED = 100_000
BUILDS = StateGauge("domnaer_builds", "Builds of a projection by state.", "projection", "state")


async def measure_projections(service: str, pool: Pool, projectors: Sequence[Projector]) -> None:
    """Read the lag of the readers of this process, and the dead letters and builds of the service."""
    READER_LAG.replace(
        service,
        {
            (projector.reader.name, topic): lag
            for projector in projectors
            for topic, lag in projector.topic_lags.items()
        },
    )
    letters = (
        "SELECT reader, reason, count(*) FROM (SELECT reader, reason FROM public.dead_letters"
        f" ORDER BY reader, build, reason LIMIT {_COUNTED}) AS counted GROUP BY reader, reason"
    )
    await DEAD_LETTERS.read(service, _counts(pool, letters))
    builds = (
        f"SELECT projection, {BUILD_STATE}, count(*) FROM public.builds AS b"
        " LEFT JOIN public.build_comparisons AS c USING (projection, build) GROUP BY 1, 2"
    )
    await BUILDS.read(service, _counts(pool, builds))


async def _counts(pool: Pool, sql: str) -> dict[tuple[str, ...], float]:
    return {(name, kind): count for name, kind, count in await pool.fetch(sql)}
