"""Delays after failed attempts to sign in: they slow down whoever guesses passwords, and never keep the owner out.

A browser that has signed in under a name before is recognised by a signed cookie, and is counted by itself. All other
attempts are counted by name and address together, and by address. An attempt counts as failed from its beginning, so
that attempts sent at the same time slow each other down; one that succeeds is taken off again.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from contracts.refusal import Refusal

FREE_BY_NAME, FREE_BY_ADDRESS = 3, 20
"""Failed attempts without a delay, for a name at an address, and for all names at an address."""
GUESSED = 20
"""Failed attempts under a name at all addresses, after which each address has one attempt without a delay."""
LONGEST = 60.0
"""The longest delay in seconds; it doubles from one second on with each failed attempt."""
FORGOTTEN = 900.0
"""Seconds without a failed attempt after which the earlier ones no longer count."""
_KEPT = 10_000


class TooManyAttempts(Refusal):
    """Too many attempts to sign in"""

    code = "too-many-attempts"
    status = 429

    def __init__(self, seconds: float) -> None:
        self.retry_after = math.ceil(seconds)
        super().__init__(
            "several attempts failed shortly before",
            remedy=f"wait {self.retry_after} seconds, then try again",
        )


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last_at: float = 0.0


class _FailureCounts:
    """Failed attempts by key, of the keys used last."""

    def __init__(self) -> None:
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()

    def count(self, key: Hashable, now: float) -> int:
        """Return the number of failed attempts that still count."""
        found = self._failures.get(key)
        return 0 if found is None or now - found.last_at > FORGOTTEN else found.count

    def wait(self, key: Hashable, free: int, now: float) -> float:
        """Return the seconds until the next attempt; 0 if it may be made at once."""
        over = self.count(key, now) - free
        if over < 0:
            return 0.0
        return max(0.0, self._failures[key].last_at + min(LONGEST, 2.0 ** min(over, 10)) - now)

    def add(self, key: Hashable, now: float) -> None:
        """Count one more failed attempt."""
        self._failures[key] = _Failures(self.count(key, now) + 1, now)
        self._failures.move_to_end(key)
        if len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def take_off(self, key: Hashable) -> None:
        """Take one failed attempt off."""
        if (found := self._failures.get(key)) is not None:
            found.count -= 1

    def forget(self, key: Hashable) -> None:
        """Forget the failed attempts of a key."""
        self._failures.pop(key, None)


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of an attempt; ``browser`` is the id of a browser that signed in under this name before."""

    name: str
    address: str
    browser: str | None


class Attempts:
    """The failed attempts to sign in of this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._of_source, self._of_address, self._of_name = (
            _FailureCounts(),
            _FailureCounts(),
            _FailureCounts(),
        )

    def begin(self, source: Source) -> None:
        """Count an attempt as failed. Raises TooManyAttempts if it must wait; it is not counted then."""
        now = self._now()
        if source.browser is not None:
            wait = self._of_source.wait(source, FREE_BY_NAME, now)
        else:
            free = FREE_BY_NAME if self._of_name.count(source.name, now) < GUESSED else 1
            wait = max(
                self._of_source.wait(source, free, now),
                self._of_address.wait(source.address, FREE_BY_ADDRESS, now),
            )
        if wait > 0:
            raise TooManyAttempts(wait)
        self._of_source.add(source, now)
        if source.browser is None:
            self._of_address.add(source.address, now)
            self._of_name.add(source.name, now)

    def succeeded(self, source: Source) -> None:
        """Take an attempt off again that succeeded."""
        self._of_source.forget(source)
        if source.browser is None:
            self._of_address.take_off(source.address)
            self._of_name.take_off(source.name)


class Browsers:
    """The signed cookies of browsers that have signed in, one for each name."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @staticmethod
    def cookie(name: str) -> str:
        """Return the name of the cookie for a name to sign in with."""
        return "domnaer_browser_" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]

    def new(self, name: str) -> str:
        """Return the value of the cookie for a browser that signs in for the first time."""
        browser = secrets.token_hex(8)
        return f"{browser}.{self._signature(name, browser)}"

    def known(self, name: str, value: str | None) -> str | None:
        """Return the id of the browser, or None if it has never signed in under this name."""
        browser, _, signature = (value or "").partition(".")
        right = self._signature(name, browser)
        return browser if hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode()) else None

    def _signature(self, name: str, browser: str) -> str:
        signed = b"browser\0" + f"{browser}.{name}".encode("utf-8", "replace")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()
