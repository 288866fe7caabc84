"""A real browser at the registry's pages: signs in, searches, opens a timeline and sees what arrives."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from domnaer.people import PASSWORD
from tests.house.at_work import House

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None and os.environ.get("CI") != "true":
    pytest.skip("Debian's package chromium is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    assert CHROMIUM is not None, ".ci/run installs chromium: without it no page is tested"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    """A page whose browser may not complain of anything."""
    context = browser.new_context(base_url=house.url, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert [each for each in complaints if "401" not in each and "Failed to load" not in each] == []


def passport() -> str:
    """A passport's number that nobody else has."""
    return f"N{uuid4().int % 10**9:09d}"


def cross(house: House, kind: str, number: str, at: str) -> str:
    """Record a crossing of the worker with this passport."""
    where = {"departure": {"destination": "THA"}, "return": {"returned_from": "THA"}}[kind]
    person = {
        "sex": 2,
        "name": {"khmer": "សុខ ចន្ធី", "latin": "SOK Chanthy"},
        "documents": [{"kind": "passport", "number": number}],
    }
    answer = house.http.post(
        "/border/crossings",
        json={"kind": kind, "occurred_at": at, "checkpoint": "KH-POI", "person": person, **where},
        headers={"Authorization": f"Bearer {house.token()}", "Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 201, answer.text
    event_id: str = answer.json()["events"][0]
    return event_id


def sign_in(page: Page, who: str = "registrar", password: str = PASSWORD) -> None:
    """Sign in at the form, with the keyboard alone."""
    page.goto("/registry/pages/search")
    page.get_by_label("Sign in with").or_(page.locator("input[name=username]")).first.fill(who)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state()


def open_worker(page: Page, number: str) -> None:
    """Search by a document until the registry knows it; one worker found is opened at once."""
    for _ in range(60):
        page.goto("/registry/pages/search")
        page.locator("#text").fill(number)
        page.locator("#text").press("Enter")
        page.wait_for_load_state()
        if "/workers/" in page.url:
            return
        page.wait_for_timeout(300)
    raise AssertionError(f"nobody was found, at {page.url}")


def test_an_office_signs_in_searches_and_sees_a_timeline_that_is_kept_up(page: Page, house: House) -> None:
    number = passport()
    first = cross(house, "departure", number, "2014-01-05T08:00:00+07:00")
    sign_in(page)
    open_worker(page, number)
    expect(page.locator("h1")).to_contain_text("SOK Chanthy")
    expect(page.locator(".now")).to_contain_text("Abroad in Thailand")
    assert number not in page.content(), "a document number is masked until it is asked for"
    page.locator(f"[id='d-{first}'] summary").click()
    second = cross(house, "return", number, "2014-06-13T08:00:00+07:00")
    expect(page.locator(f"[id='e-{second}']")).to_be_visible(timeout=15_000)
    expect(page.locator(".now")).to_contain_text("At home in Cambodia")
    assert page.locator(f"[id='d-{first}']").get_attribute("open") is not None, "what was open stays open"


def test_a_wrong_password_opens_nothing(page: Page) -> None:
    sign_in(page, password="wrong")
    expect(page.locator("input[name=password]")).to_be_visible()
    page.goto("/registry/pages/search")
    assert "/sign-in" in page.url


@pytest.mark.parametrize("width", [360, 1200])
def test_no_page_is_wider_than_its_window_and_print_hides_what_is_for_the_screen(
    page: Page, house: House, width: int
) -> None:
    number = passport()
    cross(house, "return", number, "2014-06-13T08:00:00+07:00")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/sign-in")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sign_in(page)
    open_worker(page, number)
    worker = page.url
    for path in ("/registry/pages/search", worker, "/consular/pages/cases", "/reintegration/pages/cases"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("html").get_attribute("lang") == "en"
    page.goto(worker)
    shown = "svg.tall" if width == 360 else "svg.wide"
    expect(page.locator(shown)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
