"""The deadline of a request: the one place that says how long a caller waits, and how many requests wait at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

REQUEST_SECONDS = 1.5
"""Seconds within which a request is answered once its body has arrived; then the answer is 503.

Callers are promised two seconds. Background work, uploads and rebuilds are not requests and may take longer.
"""
MOST_WAITING = 500
"""Requests of one process that wait for an answer at a time; further ones are answered with 503 at once.

A service answers more than that in a second, so that a longer queue would only let all of them miss their deadline.
"""
RETRY_SECONDS = 2
"""Seconds after which a caller that was answered with 503 should try again."""
_CHECK_SECONDS = 0.1
_PAUSE_SECONDS = 0.25


class Deadline:
    """Calls ``expire`` once when a request has waited for ``seconds``; the caller's own delays do not count.

    If the whole process did not run when the time ended (a long computation, a stopped machine), the work gets a moment to
    finish, once: the pause says nothing about what is waited for.
    """

    __slots__ = (
        "_due",
        "_expire",
        "_loop",
        "_paused",
        "_planned",
        "_seconds",
        "_stuck",
        "_timer",
        "receiving",
    )

    def __init__(self, seconds: float, expire: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds, self._expire = seconds, expire
        self._paused = False
        self._stuck: Callable[[], bool] | None = None
        self.receiving = False
        """True while the request waits for its caller's bytes."""
        self._due = self._loop.time() + seconds
        self._plan(self._due)

    def restart(self) -> None:
        """Wait the whole time again: a part of the request has arrived."""
        self._due = self._loop.time() + self._seconds

    def expire_only_if(self, stuck: Callable[[], bool]) -> None:
        """Replace the time limit with a condition, which is then checked several times a second."""
        self._stuck = stuck
        self.cancel()
        self._plan(self._loop.time() + _CHECK_SECONDS)

    def cancel(self) -> None:
        """Do not expire: the answer begins."""
        self._timer.cancel()

    def _plan(self, at: float) -> None:
        self._planned = at
        self._timer = self._loop.call_at(at, self._check)

    def _check(self) -> None:
        now = self._loop.time()
        if now - self._planned > _PAUSE_SECONDS and not self._paused:
            self._paused = True
            self._due = now + _PAUSE_SECONDS
        if self._stuck is not None:
            if self._stuck():
                self._expire()
            else:
                self._plan(now + _CHECK_SECONDS)
        elif self.receiving or now < self._due:
            self._plan(max(self._due, now + _CHECK_SECONDS))
        else:
            self._expire()
