"""Delays after failed attempts to sign in: guessers wait, also those who try many times at once; the owner does not."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx2
import pytest

from chassis.base.settings import Environment, Settings
from domnaer.local.attempts import (
    FORGOTTEN,
    FREE_BY_ADDRESS,
    FREE_BY_NAME,
    GUESSED,
    Attempts,
    Browsers,
    Source,
    TooManyAttempts,
)
from domnaer.local.issuer import LocalIssuer
from domnaer.server import listening, serving
from tests.chassis.http.example import ATTACHE, OFFICER, application

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


class Guesser:
    """Attempts under a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.attempts = Attempts(lambda: self.now)

    def waits(self, name: str = "officer", address: str = HERE, browser: str | None = None) -> int:
        """Fail once; return 0, or the seconds to wait if the attempt was not made."""
        try:
            self.attempts.begin(Source(name, address, browser))
        except TooManyAttempts as refused:
            return refused.retry_after
        return 0


def test_delays_double_with_each_failure_up_to_a_minute() -> None:
    guesser = Guesser()
    assert [guesser.waits() for _ in range(FREE_BY_NAME)] == [0] * FREE_BY_NAME
    delays = []
    for _ in range(9):
        delays.append(guesser.waits())
        guesser.now += delays[-1]
        assert guesser.waits() == 0
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_failures_are_forgotten_after_a_while_and_after_a_success() -> None:
    guesser = Guesser()
    for _ in range(FREE_BY_NAME):
        guesser.waits()
    assert guesser.waits() == 1
    guesser.now += FORGOTTEN + 1
    assert guesser.waits() == 0
    guesser.attempts.succeeded(Source("officer", HERE, None))
    assert [guesser.waits() for _ in range(FREE_BY_NAME)] == [0] * FREE_BY_NAME


def test_an_address_that_tries_many_names_waits() -> None:
    guesser = Guesser()
    assert not any(guesser.waits(f"name-{nth}") for nth in range(FREE_BY_ADDRESS))
    assert guesser.waits("one-more") == 1
    assert guesser.waits("one-more", ELSEWHERE) == 0


def test_a_success_does_not_excuse_the_other_failures_of_an_address() -> None:
    guesser = Guesser()
    for nth in range(FREE_BY_ADDRESS - 1):
        guesser.waits(f"name-{nth}")
    own = Source("attache", HERE, None)
    guesser.attempts.begin(own)
    guesser.attempts.succeeded(own)
    assert guesser.waits("name-x") == 0
    assert guesser.waits("name-y") == 1


def test_a_name_that_is_guessed_from_many_addresses_has_one_attempt_at_each_further_address() -> None:
    guesser = Guesser()
    assert not any(guesser.waits(address=f"192.0.2.{nth}") for nth in range(GUESSED))
    assert [guesser.waits(address=ELSEWHERE) for _ in range(2)] == [0, 1]


def test_the_owner_waits_for_no_guesser() -> None:
    guesser = Guesser()
    for nth in range(500):
        guesser.waits(address=f"192.0.2.{nth % 200}")
        guesser.waits()
        guesser.waits(f"name-{nth}")
    assert guesser.waits(address=HERE) > 0
    assert guesser.waits(address=ELSEWHERE) == 0, "at another address"
    assert guesser.waits(address=HERE, browser="b1") == 0, "in a browser that signed in before"


def test_a_known_browser_that_guesses_waits_too() -> None:
    guesser = Guesser()
    for _ in range(FREE_BY_NAME):
        assert guesser.waits(browser="b1") == 0
    assert guesser.waits(browser="b1") == 1


def test_the_cookie_of_a_browser_is_good_for_one_name_only() -> None:
    browsers = Browsers(b"k" * 32)
    value = browsers.new("officer")
    assert browsers.known("officer", value) == value.partition(".")[0]
    assert browsers.known("attache", value) is None
    assert Browsers(b"x" * 32).known("officer", value) is None
    for made_up in (None, "", ".", "b1", "b1." + "0" * 64, "b1.\u17d2"):
        assert browsers.known("officer", made_up) is None


@pytest.mark.asyncio
async def test_guesses_sent_at_once_wait_and_the_owner_signs_in_over_http(tmp_path: Path) -> None:
    """Over real connections; 127.0.0.2 is another address."""
    local = Settings(
        environment=Environment.EMBEDDED,
        handle_key="h" * 32,
        session_key="s" * 32,
        jwks=tmp_path / "jwks.json",
    )
    app = application(LocalIssuer(tmp_path, [OFFICER, ATTACHE], local), local, tmp_path)
    with listening("127.0.0.1", 0) as listener:
        async with serving(app, listener):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"

            def browser(address: str = "127.0.0.1") -> httpx2.AsyncClient:
                return httpx2.AsyncClient(
                    transport=httpx2.AsyncHTTPTransport(local_address=address), base_url=url, timeout=60
                )

            async with browser() as owner, browser() as guesser, browser("127.0.0.2") as elsewhere:
                assert await _sign_in(owner, OFFICER.password) == 303
                forged = {"X-Forwarded-For": "203.0.113.1"}
                guesses = [_sign_in(guesser, f"guess {nth}", forged) for nth in range(30)]
                answers = await asyncio.gather(*guesses)
                assert sorted(set(answers)) == [403, 429]
                assert answers.count(403) == FREE_BY_NAME
                assert await _sign_in(guesser, OFFICER.password) == 429, "also with the right password"
                assert await _sign_in(owner, OFFICER.password) == 303
                assert await _sign_in(elsewhere, OFFICER.password) == 303


async def _sign_in(http: httpx2.AsyncClient, password: str, headers: dict[str, str] | None = None) -> int:
    page = (await http.get("/sign-in")).text
    csrf = re.search(r'name="csrf" value="([0-9a-f]*)"', page)
    assert csrf is not None
    form = {"username": OFFICER.id, "password": password, "csrf": csrf[1]}
    return (await http.post("/sign-in", data=form, headers=headers)).status_code
