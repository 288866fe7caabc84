"""The change feed of open pages: one query finds the events about the workers of all pages that are open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from chassis.base.logs import get_log
from chassis.store.database import Pool
from contracts.refusal import Refusal
from services.registry.projections.reading import freshness

POLL_SECONDS = 0.5
MOST_PAGES = 300
"""Pages of one process that may be open at a time."""
_BUSY_SHARE = 0.1
"""The largest share of the time for which the feed keeps the database busy; with slow answers it asks less often."""
_log = get_log()


class TooManyOpenPages(Refusal):
    """Too many pages wait for changes"""

    code = "too-many-open-pages"
    status = 503


class Watch:
    """One open page: the state of its worker, which changes with each event."""

    def __init__(self) -> None:
        self._state: str | None = None
        self._changed = asyncio.Event()

    def update(self, state: str) -> None:
        """Set the state; the first one is no change."""
        if self._state is not None and state != self._state:
            self._changed.set()
        self._state = state

    async def changed(self, seconds: float) -> str | None:
        """Return the state once it has changed since the last call; None if it does not within some seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return None
        self._changed.clear()
        return self._state


class ChangeFeed:
    """Asks twice a second for the state of all watched workers, while there are any."""

    def __init__(self, pool: Callable[[], Pool]) -> None:
        self._pool = pool
        self._watches: dict[UUID, list[Watch]] = {}
        self._open = 0
        self._task: asyncio.Task[None] | None = None

    def admit(self, pages: int = 1) -> None:
        """Check that so many more pages may be opened. Raises TooManyOpenPages."""
        if self._open + pages > MOST_PAGES:
            raise TooManyOpenPages(
                f"this process serves at most {MOST_PAGES}", remedy="close pages, or reload this one by hand"
            )

    @contextmanager
    def watch(self, node: UUID) -> Iterator[Watch]:
        """Watch the worker of a node. Raises TooManyOpenPages."""
        self.admit()
        watch = Watch()
        self._watches.setdefault(node, []).append(watch)
        self._open += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._poll(), name="registry change feed")
        try:
            yield watch
        finally:
            self._open -= 1
            self._watches[node].remove(watch)
            if not self._watches[node]:
                del self._watches[node]

    async def close(self) -> None:
        """Stop to ask."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _poll(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._watches:
            began = clock()
            try:
                states = await freshness(self._pool(), list(self._watches))
            except Exception as error:  # the database is away, or a build was just replaced: ask again
                _log.warning("change_feed_failed", error=type(error).__name__)
            else:
                for node, state in states.items():
                    for watch in self._watches.get(node, ()):
                        watch.update(state)
            await asyncio.sleep(max(POLL_SECONDS, (clock() - began) / _BUSY_SHARE))
