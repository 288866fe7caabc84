"""Epochs: of several settlers of a build, only the latest may write, and only while its build is live.

Builds of several versions can be live at the same time. Each has a settler, and one of these publishes the numbers of
workers: that of the build that became live last, among the builds that a process uses.
"""

from __future__ import annotations

from chassis.projections.builds import newer_in_use
from chassis.store.database import Connection, Pool


class Deposed(Exception):
    """Another settler has taken over the build, or the build is retired: this settler must write nothing."""


_FORGET_DROPPED = (
    "DELETE FROM public.settlers WHERE to_regnamespace(build) IS NULL",
    "DELETE FROM public.set_aside WHERE to_regnamespace(build) IS NULL",
    "DELETE FROM public.figures WHERE to_regnamespace(build) IS NULL",
)
_BEGIN = """
INSERT INTO public.settlers (build, epoch) VALUES (current_schema(), 1)
ON CONFLICT (build) DO UPDATE SET epoch = settlers.epoch + 1, settled_to = 0 RETURNING epoch
"""
_LATEST = """
SELECT s.epoch, s.publishing FROM public.settlers AS s JOIN public.builds AS b ON b.projection || '_' || b.build = s.build
WHERE s.build = current_schema() AND b.state = 'live' FOR SHARE
"""
_STATE = """
SELECT b.projection, b.build, b.state = 'live' AS live, s.publishing
FROM public.settlers AS s JOIN public.builds AS b ON b.projection || '_' || b.build = s.build
WHERE s.build = current_schema()
"""
_END_OTHERS = "UPDATE public.settlers SET publishing = false WHERE publishing AND build <> current_schema()"
_PUBLISH = """
UPDATE public.settlers SET publishing = true, compared_to = NULL
WHERE build = current_schema() AND epoch = $1 AND NOT publishing
"""


async def begin_epoch(pool: Pool) -> int:
    """Become the settler of a build; return the number by which its writes are recognised.

    The writes of an earlier settler that are under way end first; its later ones raise Deposed. What is stored about the
    settlers of dropped builds is deleted.
    """
    for statement in _FORGET_DROPPED:
        await pool.execute(statement)
    epoch: int = await pool.fetchval(_BEGIN)
    await become_publisher(pool, epoch)
    return epoch


async def become_publisher(pool: Pool, epoch: int) -> bool:
    """Publish from this build, unless it does so already or a newer one is in use; return whether it begins now.

    The writes of the publisher of before end first. It may have published other numbers, so all are compared again.
    """
    found = await pool.fetchrow(_STATE)
    if found is None or found["publishing"] or not found["live"]:
        return False
    async with pool.acquire() as connection, connection.transaction():
        if await newer_in_use(connection, found["projection"], found["build"]):
            return False
        await connection.execute(_END_OTHERS)
        return bool(await connection.execute(_PUBLISH, epoch) == "UPDATE 1")


async def hold_epoch(connection: Connection, epoch: int | None) -> bool:
    """Ensure until the end of the transaction that no other settler begins; return whether this one publishes.

    Nobody else begins to publish until then. None is the epoch of a build that is not live, which nobody else settles.
    Raises Deposed if another settler has begun.
    """
    if epoch is None:
        return True
    found = await connection.fetchrow(_LATEST)
    if found is None or found["epoch"] != epoch:
        raise Deposed("another process settles this build, or the build is retired")
    return bool(found["publishing"])
