"""The share of workers under each flag, so that a flag that holds for too many is seen (rule J14)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from rich.table import Table

from chassis.base.settings import Settings
from chassis.projections.builds import live_build, schema_of
from chassis.store.database import open_pool
from contracts.journeys.flags import FLAG_RULES, FlagName, Severity
from services.registry.projections.timeline import PROJECTION, shape
from services.registry.wording.flags import FLAGS

MOST_ALARMED = 0.05
"""The largest share of workers that may be under one alarm: officers stop reading an alarm that is raised more often."""


class FlagShare(NamedTuple):
    """The number of workers under a flag at an instant, and their share of all workers."""

    name: FlagName
    workers: int
    share: float

    @property
    def too_many(self) -> bool:
        """True if it is an alarm that holds for too many workers."""
        return FLAG_RULES[self.name].severity is Severity.ALARM and self.share >= MOST_ALARMED


async def flag_shares(settings: Settings, at: datetime) -> list[FlagShare]:
    """Return the share of workers under each flag at an instant, from the live timelines."""
    async with await open_pool(settings.database("registry"), size=1) as pool:
        build = await live_build(pool, PROJECTION, shape())
        assert build is not None, "the registry has no live timelines"
        schema = schema_of(PROJECTION, build)
        rows = await pool.fetch(
            f"SELECT name, count(DISTINCT number) AS workers FROM {schema}.flags"
            " WHERE since <= $1 AND (until IS NULL OR until > $1) GROUP BY name",
            at,
        )
        everybody = await pool.fetchval(f"SELECT count(*) FROM {schema}.workers") or 1
    counted = {row["name"]: row["workers"] for row in rows}
    return [FlagShare(name, count := counted.get(name, 0), count / everybody) for name in FlagName]


def shares_shown(shares: list[FlagShare]) -> Table:
    """Return the table to print: flags that hold for somebody, the largest share first."""
    table = Table(title="Workers under each flag", box=None, pad_edge=False)
    table.add_column("flag")
    table.add_column("severity")
    table.add_column("workers", justify="right")
    table.add_column("share", justify="right")
    for each in sorted(shares, key=lambda share: -share.workers):
        if each.workers:
            table.add_row(
                FLAGS[each.name][0], FLAG_RULES[each.name].severity, f"{each.workers:,}", f"{each.share:.1%}"
            )
    return table
