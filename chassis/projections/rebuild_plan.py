"""The plan of a rebuild, and the filling of a share of a build."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.base.settings import Settings
from chassis.projections.partition_position import READER_TIMING, ReaderTiming
from chassis.projections.projector import Projector
from chassis.projections.reader import Reader
from chassis.projections.table_statements import ComparedTable
from chassis.store.database import Pool
from contracts.catalogue import Catalogue

Settled = Callable[[Pool, Pool, float], Awaitable[bool]]
Helper = Callable[[int, tuple[int, int]], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps and limits of a rebuild.

    1. All shares are filled up to the ends of the topics. This process fills the first share; if ``of`` is above 1,
       ``helper(build, share)`` fills each further one, if needed in another process (see :func:`fill`). Helpers are
       cancelled when the ends are reached.
    2. ``settle``, or the reader's own method, settles the build while nothing is written into it.
    3. ``follower``, or the reader, keeps the build up to date while the rows of ``tables`` are compared.
       ``settled(live, new, patience)`` receives the pools of both builds. It settles the new one, waits for the live one
       until it has made no progress for ``patience`` seconds, and returns whether the live one is settled.
    """

    ddl: str | None = None
    settle: Callable[[Pool], Awaitable[None]] | None = None
    follower: Reader | None = None
    tables: Sequence[ComparedTable] = ()
    settled: Settled | None = None
    progress: Callable[[int, int], None] = lambda done, total: None
    compared: Callable[[int, int], None] = lambda done, total: None
    of: int = 1
    helper: Helper | None = None
    near: int = 500
    """A build with a backlog of at most this many records is compared."""
    tries: int = 3
    most_refused: int = 10_000
    """Dead letters that a build may have more than the live one. A mistake in the code shows early, not after hours."""
    patience: float = 60.0
    """Seconds to wait for topics that end before the offsets of the live build."""
    live_patience: float = 20.0
    """Seconds without progress after which the live build is not waited for: its service does not run."""
    every: float = 0.25
    timing: ReaderTiming = READER_TIMING


async def fill(
    reader: Reader,
    pool: Pool,
    catalogue: Catalogue,
    settings: Settings,
    build: int,
    share: tuple[int, int] = (0, 1),
    *,
    dsn: str | None = None,
    timing: ReaderTiming = READER_TIMING,
) -> None:
    """Fill a share of a build until the build is live or given up."""
    await Projector(reader, pool, catalogue, settings, build, share=share, dsn=dsn, timing=timing).run()
