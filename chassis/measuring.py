"""The states of a running service as metrics: what is read when Prometheus asks, and not counted."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.base.checks import BackgroundWork, measure_stopped
from chassis.base.metrics import forget_states
from chassis.commands.runtime import Runtime
from chassis.outbox.metrics import measure_relays
from chassis.outbox.relay import Relay
from chassis.projections.metrics import measure_projections
from chassis.projections.projector import Projector
from chassis.store.database import measure_pools
from chassis.uploads.processes import UploadProcesses


async def measure_service(
    runtime: Runtime,
    relays: Sequence[Relay],
    projectors: Sequence[Projector],
    background: Sequence[BackgroundWork],
    upload_processes: UploadProcesses,
) -> None:
    """Read the states of a service. While its database does not answer, those stored there are left out."""
    service = runtime.service
    forget_states(service)
    measure_pools(service, runtime.store.pools)
    upload_processes.measure(service)
    measure_stopped(
        service,
        {
            **{relay.source.name: relay.trouble for relay in relays},
            **{projector.reader.name: projector.status.stopped for projector in projectors},
            **{work.name: work.trouble for work in background},
        },
    )
    if not runtime.monitor.answers:
        return
    await measure_relays(service, relays)
    await measure_projections(service, runtime.pool, projectors)
    await runtime.read_models.measure(service)
    for work in background:
        await work.measure(service)
