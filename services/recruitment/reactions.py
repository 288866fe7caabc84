"""The readers of recruitment: it reads the worker numbers of the registry, and reacts to no event."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.commands.runtime import Runtime
from chassis.projections.reader import Reader
from chassis.reactions.worker_numbers import WorkerNumberReader


def readers(runtime: Runtime) -> Sequence[Reader]:
    """Return the readers of this service."""
    return (WorkerNumberReader("recruitment"),)
