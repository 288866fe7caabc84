"""The builds of a service as an operator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, LiteralString

if TYPE_CHECKING:  # `domnaer status` lists builds, and needs nothing else of the store
    from chassis.store.database import Connection, Pool


@dataclass(frozen=True, slots=True)
class BuildStatus:
    """A build whose schema exists.

    ``working`` says whether a process rebuilds its projection now. ``differences`` is the number of kinds of difference
    of a build that was compared with the live one.
    """

    name: str
    state: str
    age: timedelta
    bytes: int
    working: bool
    differences: int | None

    @property
    def described(self) -> str:
        """The state in words."""
        if self.state not in ("building", "filled"):
            return self.state
        if self.working:
            return f"{self.state}, a process works on it"
        if self.differences:
            return f"{self.state}, waits for your decision (kinds of difference: {self.differences})"
        return f"{self.state}, no process works on it"


BUILD_STATE: LiteralString = (
    "CASE WHEN b.state = 'building' AND c.build IS NOT NULL THEN 'filled' ELSE b.state END"
)
"""SQL for the state of a build ``b``; one that has read all events and waits to become live is ``filled``."""
BEING_REBUILT: LiteralString = """EXISTS (
    SELECT FROM pg_locks AS l WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('rebuild ' || b.projection, 0)
)"""
"""The condition that a process rebuilds the projection of a build ``b``: it holds a lock."""
_LIST: LiteralString = (
    "SELECT b.projection || '_' || b.build, "
    + BUILD_STATE
    + """, clock_timestamp() - b.started_at,
    (SELECT coalesce(sum(pg_total_relation_size(t.oid)), 0)::bigint FROM pg_class AS t
     WHERE t.relnamespace = to_regnamespace(b.projection || '_' || b.build) AND t.relkind = 'r'),
    b.shape <> '0' AND c.build IS NULL AND b.renewed_at > clock_timestamp() - interval '30 seconds' OR
    """
    + BEING_REBUILT
    + """,
    CASE WHEN c.compared_at IS NOT NULL THEN json_array_length(c.differences::json) END
FROM public.builds AS b LEFT JOIN public.build_comparisons AS c USING (projection, build)
WHERE to_regnamespace(b.projection || '_' || b.build) IS NOT NULL ORDER BY b.projection, b.build
"""
)


async def list_builds(pool: Pool | Connection) -> list[BuildStatus]:
    """Return the builds of a service whose schema exists."""
    return [BuildStatus(*row) for row in await pool.fetch(_LIST)]
