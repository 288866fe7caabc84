"""Epochs: of several settlers of a build, only the latest may write, and only while its build is live."""

from __future__ import annotations

from chassis.store.database import Connection, Pool


class Deposed(Exception):
    """Another settler has taken over the build, or another build is live: this settler must write nothing."""


_FORGET_DROPPED = (
    "DELETE FROM public.settlers WHERE to_regnamespace(build) IS NULL",
    "DELETE FROM public.set_aside WHERE to_regnamespace(build) IS NULL",
    "DELETE FROM public.departures WHERE to_regnamespace(build) IS NULL",
)
_BEGIN = """
INSERT INTO public.settlers (build, epoch) VALUES (current_schema(), 1)
ON CONFLICT (build) DO UPDATE SET epoch = settlers.epoch + 1 RETURNING epoch
"""
_LATEST = """
SELECT s.epoch FROM public.settlers AS s JOIN public.builds AS b ON b.projection || '_' || b.build = s.build
WHERE s.build = current_schema() AND b.state = 'live' FOR SHARE
"""


async def begin_epoch(pool: Pool) -> int:
    """Become the settler of a build; return the number by which its writes are recognised.

    The writes of an earlier settler that are under way end first; its later ones raise Deposed. What is stored about the
    settlers of dropped builds is deleted.
    """
    for statement in _FORGET_DROPPED:
        await pool.execute(statement)
    epoch: int = await pool.fetchval(_BEGIN)
    return epoch


async def hold_epoch(connection: Connection, epoch: int | None) -> None:
    """Ensure until the end of the transaction that no other settler begins. Raises Deposed if one has begun.

    None is the epoch of a build that is not live, which nobody else settles.
    """
    if epoch is not None and await connection.fetchval(_LATEST) != epoch:
        raise Deposed("another process settles this build, or another build is live")
