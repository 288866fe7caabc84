"""The limit of attempts to enrol a device: wrong codes are counted in the database, by officer and by post."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from contracts.refusal import Refusal

PERIOD = timedelta(minutes=15)
"""The time in which wrong codes are counted."""
BY_OFFICER, BY_POST = 10, 30
"""The most wrong codes of an officer, and of all officers of a post."""
KEPT_FOR = timedelta(days=1)
"""Time after which an attempt is deleted."""
_LIMIT = """
SELECT max(attempted_at) FROM (
    (SELECT attempted_at FROM enrolment_attempts WHERE caller = $1 AND attempted_at > $3
    ORDER BY attempted_at DESC OFFSET $4 LIMIT 1)
    UNION ALL
    (SELECT attempted_at FROM enrolment_attempts WHERE office = $2 AND attempted_at > $3
    ORDER BY attempted_at DESC OFFSET $5 LIMIT 1)
) AS reached
"""
_INSERT = (
    "INSERT INTO enrolment_attempts (caller, office, attempted_at) VALUES ($1, $2, $3) RETURNING attempt_id"
)


class TooManyEnrolmentAttempts(Refusal):
    """Too many wrong enrolment codes"""

    code = "too-many-enrolment-attempts"
    status = 429

    def __init__(self, seconds: float) -> None:
        self.retry_after = max(1, math.ceil(seconds))
        super().__init__(
            f"at most {BY_OFFICER} by an officer and {BY_POST} at a post are possible in {PERIOD.seconds // 60} minutes",
            remedy=f"wait {math.ceil(self.retry_after / 60)} minutes, then try again",
        )


async def begin_attempt(pool: Pool, caller: Caller) -> int:
    """Count an attempt as a wrong one, and return its id. Raises TooManyEnrolmentAttempts.

    It counts from its beginning, so that attempts at the same time cannot exceed the limit together.
    """
    now = datetime.now(UTC)
    async with pool.acquire() as connection, connection.transaction():
        lock = f"enrolment at {caller.office}"
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)
        reached: datetime | None = await connection.fetchval(
            _LIMIT, caller.id, caller.office, now - PERIOD, BY_OFFICER - 1, BY_POST - 1
        )
        if reached is not None:
            raise TooManyEnrolmentAttempts((reached + PERIOD - now).total_seconds())
        attempt: int = await connection.fetchval(_INSERT, caller.id, caller.office, now)
        return attempt


async def forget_attempt(pool: Pool, attempt: int) -> None:
    """Delete an attempt that succeeded."""
    await pool.execute("DELETE FROM enrolment_attempts WHERE attempt_id = $1", attempt)


async def delete_old_attempts(pool: Pool) -> None:
    """Delete the attempts that count no more."""
    await pool.execute("DELETE FROM enrolment_attempts WHERE attempted_at < $1", datetime.now(UTC) - KEPT_FOR)
