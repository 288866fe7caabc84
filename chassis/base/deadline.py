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
    """Time limit of one request: ``expire`` is called once when it has waited too long; its caller's delays do not count.

    If the whole process did not run when the time ended (a long computation, a stopped machine), the work gets a moment to
    finish, once: the pause says nothing about what is waited for.
    """

    __slots__ = ("due", "expire", "paused", "receiving", "stuck")

    def __init__(self, due: float, expire: Callable[[], None]) -> None:
        self.due, self.expire = due, expire
        self.receiving = self.paused = False
        self.stuck: Callable[[], bool] | None = None
        """A condition that replaces the time limit."""


class Deadlines:
    """The deadlines of the requests that wait. They are checked together, so that a request costs no timer."""

    def __init__(self, seconds: float = REQUEST_SECONDS) -> None:
        self._seconds = seconds
        self._waiting: dict[Deadline, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._planned: float | None = None

    def begin(self, expire: Callable[[], None]) -> Deadline:
        """Return the deadline of a request that begins to wait now."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._planned = loop, None
            self._waiting.clear()
        now = loop.time()
        deadline = Deadline(now + self._seconds, expire)
        self._waiting[deadline] = None
        if self._planned is None:
            self._plan(loop, now)
        return deadline

    def restart(self, deadline: Deadline) -> None:
        """Wait the whole time again: a part of the request has arrived."""
        if self._loop is not None:
            deadline.due = self._loop.time() + self._seconds

    def end(self, deadline: Deadline) -> None:
        """Do not expire: the answer begins."""
        self._waiting.pop(deadline, None)

    def _plan(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        self._planned = now + _CHECK_SECONDS
        loop.call_at(self._planned, self._check, loop)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is not self._loop or self._planned is None:
            return
        now = loop.time()
        paused = now - self._planned > _PAUSE_SECONDS
        for deadline in list(self._waiting):
            if paused and not deadline.paused:
                deadline.paused = True
                deadline.due = max(deadline.due, now + _PAUSE_SECONDS)
            if deadline.stuck is not None:
                expired = deadline.stuck()
            else:
                expired = not deadline.receiving and now >= deadline.due
            if expired:
                self.end(deadline)
                deadline.expire()
        if self._waiting:
            self._plan(loop, now)
        else:
            self._planned = None
