"""Metrics of relays, read from their status when Prometheus asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chassis.base.metrics import StateGauge
from chassis.outbox.relay import Relay
from chassis.outbox.relay_status import RelayStatus

BACKLOG = StateGauge(
    "domnaer_relay_backlog_events", "Rows committed and not yet published, counted up to 100,000.", "outlet"
)
BACKLOG_AGE = StateGauge(
    "domnaer_relay_backlog_age_seconds", "Age of the oldest row that is not yet published.", "outlet"
)
GATE_LAG = StateGauge(
    "domnaer_gate_lag_seconds", "Age of the oldest row that the gate holds back from the relay.", "outlet"
)


async def measure_relays(service: str, relays: Sequence[Relay]) -> None:
    """Read the backlog, its age and the gate lag of the relays of a service."""

    async def values(field: Callable[[RelayStatus], float]) -> dict[tuple[str, ...], float]:
        return {(relay.source.name,): field(await relay.status()) for relay in relays}

    await BACKLOG.read(service, values(lambda status: status.backlog))
    await BACKLOG_AGE.read(service, values(lambda status: status.lag_s))
    await GATE_LAG.read(service, values(lambda status: status.gate_lag_s))
