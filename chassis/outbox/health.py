"""The readiness check of relays."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.base.checks import AnyCheck, Check, first_error
from chassis.outbox.relay import Relay


def relay_check(relays: Sequence[Relay], most: int, oldest: float) -> AnyCheck:
    """Return a check that all relays publish, none is more than ``most`` events behind, and none waits over ``oldest`` s."""

    async def check() -> Check:
        found = [await relay.status() for relay in relays]
        behind = max((status.backlog for status in found), default=0)
        age = max((status.lag_s for status in found), default=0.0)
        waiting = sum(relay.trouble is not None for relay in relays)
        codes = {
            "behind": behind,
            "allowed": most,
            "oldest_s": round(age, 1),
            "allowed_s": oldest,
            "gate_lag_s": round(max((status.gate_lag_s for status in found), default=0.0), 2),
            "relays": len(relays),
            "waiting": waiting,
            "error": first_error(relay.trouble for relay in relays),
        }
        return Check(behind <= most and age <= oldest and not waiting, codes)

    return check
