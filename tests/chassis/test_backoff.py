"""Waits grow while attempts fail, and become short again only after the work has succeeded for a while."""

from __future__ import annotations

from chassis.base.backoff import Backoff


def grown(now: list[float]) -> Backoff:
    """Return a backoff whose waits have reached the longest one, of 4 seconds; its clock shows ``now[0]``."""
    backoff = Backoff(4.0, clock=lambda: now[0])
    waits = [backoff.next_wait() for _ in range(8)]
    assert all(0.05 * 2**nth <= wait <= 0.15 * 2**nth for nth, wait in enumerate(waits[:6]))
    assert all(2.0 <= wait <= 6.0 for wait in waits[6:])
    return backoff


def test_an_attempt_that_takes_long_to_fail_does_not_make_the_waits_short() -> None:
    now = [0.0]
    backoff = grown(now)
    for _ in range(10):
        now[0] += 100.0
        assert backoff.next_wait() >= 2.0


def test_work_that_succeeds_for_a_moment_and_fails_again_does_not_make_the_waits_short() -> None:
    now = [0.0]
    backoff = grown(now)
    for _ in range(10):
        backoff.succeeded()
        now[0] += 5.0
        backoff.succeeded()
        assert backoff.next_wait() >= 2.0
        now[0] += 100.0


def test_the_first_wait_is_short_again_after_the_work_has_succeeded_for_twice_the_longest_wait() -> None:
    now = [0.0]
    backoff = grown(now)
    for _ in range(10):
        backoff.succeeded()
        now[0] += 1.0
    assert backoff.next_wait() <= 0.15
