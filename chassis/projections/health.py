"""The checks of readers: whether they are ready, and whether their loops run."""

from __future__ import annotations

import time
from collections.abc import Sequence

from chassis.base.checks import HEARTBEAT, AnyCheck, Check, first_error
from chassis.projections.projector import Projector


def projector_check(projectors: Sequence[Projector], most: int) -> AnyCheck:
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
            "error": first_error(status.stopped for status in found),
        }
        return Check(behind <= most and not unknown and not stopped, codes)

    return check


def projector_live_check(projectors: Sequence[Projector], most: float = HEARTBEAT) -> AnyCheck:
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
