"""A browser has one connection for changes however many tabs are open, and says when the server cannot be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chassis.access.sessions import SESSION_COOKIE
from tests.system.journey import Traveller, crossing
from tests.system.running_system import RunningSystem

LOST, BACK = "The server cannot be reached. What you see may be out of date.", "The connection is back."


@pytest.fixture
def browser(chromium: Browser, system: RunningSystem) -> Iterator[BrowserContext]:
    """The browser of a registrar."""
    context = chromium.new_context(base_url=system.url, locale="en")
    context.add_cookies([{"name": SESSION_COOKIE, "value": system.token("registrar"), "url": system.url}])
    context.set_default_timeout(15_000)
    yield context
    context.close()


def abroad(system: RunningSystem, traveller: Traveller) -> str:
    """Record a departure; return the worker's number."""
    system.recorded("/border/crossings", crossing("departure", traveller.given()))
    return str(system.worker_of(document={"number": traveller.passport})["number"])


def tab(browser: BrowserContext, number: str) -> Page:
    page = browser.new_page()
    page.goto(f"/registry/pages/workers/{number}")
    expect(page.get_by_text("Abroad in Thailand")).to_be_visible()
    return page


def connections(system: RunningSystem) -> int:
    """Return how many streams of changes the server has open."""
    found = re.search(
        r'^domnaer_sse_clients\{service="registry"\} (\d+)',
        httpx2.get(f"{system.url}/metrics").text,
        re.MULTILINE,
    )
    return 0 if found is None else int(found[1])


def settles(page: Page, system: RunningSystem, expected: int) -> None:
    """Wait until the server has so many streams open, and see that it stays so."""
    for _ in range(100):
        if connections(system) == expected:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(1_500)
    assert connections(system) == expected


def comes_back(system: RunningSystem, traveller: Traveller) -> None:
    back = crossing("return", traveller.given(), occurred_at="2014-09-12T09:00:00+07:00")
    system.recorded("/border/crossings", back, "officer")


def test_tabs_share_one_connection_and_each_learns_of_its_own_worker(
    browser: BrowserContext, system: RunningSystem
) -> None:
    people = [
        Traveller("KEO SOPHAL", "កែវ សុផល"),
        Traveller("KEO BOPHA", "កែវ បុប្ផា"),
        Traveller("KEO DARA", "កែវ ដារ៉ា"),
    ]
    numbers = [abroad(system, each) for each in people]
    tabs = [tab(browser, number) for number in numbers]
    same = tab(browser, numbers[1])
    settles(same, system, 1)

    comes_back(system, people[1])
    for page in (tabs[1], same):
        expect(page.get_by_text("At home in Cambodia")).to_be_visible()
    expect(tabs[2].get_by_text("Abroad in Thailand")).to_be_visible()

    tabs[0].close()  # the tab that had the connection
    settles(same, system, 1)
    comes_back(system, people[2])
    expect(tabs[2].get_by_text("At home in Cambodia")).to_be_visible()
    for page in (tabs[1], tabs[2], same):
        page.close()
    settles(browser.new_page(), system, 0)


def test_a_page_says_when_the_server_cannot_be_reached_and_when_it_can_again(
    browser: BrowserContext, system: RunningSystem
) -> None:
    someone = Traveller("KEO RITHY", "កែវ រិទ្ធី")
    number = abroad(system, someone)
    live, search = tab(browser, number), browser.new_page()
    search.goto("/registry/pages/search")
    settles(live, system, 1)
    signs = [page.locator("#connection") for page in (live, search)]
    for sign in signs:
        expect(sign).to_have_role("status")
        expect(sign).to_have_text("")

    browser.set_offline(True)
    for sign in signs:
        expect(sign).to_have_text(LOST)
    comes_back(system, someone)
    browser.set_offline(False)
    for sign in signs:
        expect(sign).to_have_text(BACK)
    expect(live.get_by_text("At home in Cambodia")).to_be_visible()
