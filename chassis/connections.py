"""The most connections to PostgreSQL that a process opens."""

from __future__ import annotations

from chassis.base.settings import Settings
from chassis.projections.projector import BUILD_CONNECTIONS
from chassis.store.pools import BACKGROUND_POOL
from chassis.uploads.processes import MOST_PROCESSES

UPLOAD_PROCESS = {"pool_size": 1, "commit_connections": 2}
"""Settings of an upload process, which works on two chunks at a time."""
_RELAY = 2  # one holds the lock and publishes, the other reads the status
_MONITOR = 1


def most_connections(
    settings: Settings, *, serves: bool, uploads: bool, relays: int, builds: int, live_builds: int
) -> int:
    """Return the largest number of connections of a process and its upload processes.

    ``relays`` run in the process; ``builds`` are filled by its readers; ``live_builds`` are read by it, and while
    another build replaces one, both are open.
    """
    pools = settings.pool_size + settings.commit_connections if serves else BACKGROUND_POOL
    processes = MOST_PROCESSES * sum(UPLOAD_PROCESS.values()) if serves and uploads else 0
    return (
        pools
        + _MONITOR
        + processes
        + relays * _RELAY
        + builds * BUILD_CONNECTIONS
        + live_builds * 2 * settings.pool_size
    )
