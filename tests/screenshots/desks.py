"""Pictures, weights and times of every page that a person of the demo can reach by links from the first page."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.browser import OPTIONS
from tests.domnaer.commands import Command

FOLDER = Path(__file__).parents[2] / ".build" / "screenshots"
WIDTHS = (360, 1280, 1920)
LANGUAGES = ("en", "km")
SCALE = 100
"""One of 100 published persons: enough rows for every list."""
MOST_BYTES, MOST_MS = 60_000, 100.0
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9]{6,}\b")
_NO_PAGE = re.compile(
    r"^/(?:static|sign-out|language|docs|[a-z]+/(?:docs|openapi))|\.(?:csv|xlsx|json|ndjson)$|/exports?\b"
)


@dataclass
class Seen:
    """A page as one person saw it: ``weight`` in bytes as sent, without fonts; ``server_ms`` until its first byte."""

    person: str
    shape: str
    url: str
    status: int = 200
    weight: int = 0
    server_ms: float = 0.0
    wider_than_the_window: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of its pictures."""
        return re.sub(r"[^a-z0-9]+", "-", self.shape.lower()).strip("-") or "home"

    @property
    def faults(self) -> list[str]:
        """The faults by the limits of this module; the table ends with them."""
        found = [f"does not fit at {each}" for each in self.wider_than_the_window]
        if self.status >= 400:
            found.append(f"a link leads to an answer {self.status}")
        if self.weight > MOST_BYTES:
            found.append(f"{self.weight:,} bytes")
        if self.server_ms > MOST_MS:
            found.append(f"{self.server_ms:.0f} ms")
        return found


def desks_pictures(chosen: list[str]) -> str:
    """Run the demo, take all pictures and return the table of the pages."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    seen: list[Seen] = []
    with (
        tempfile.TemporaryDirectory() as data,
        Command("demo", "--folder", data, "--port", "0", "--scale", str(SCALE)) as demo,
        sync_playwright() as playwright,
    ):
        url = demo.says(r"(http://127\.0\.0\.1:\d+)\S*$", within=900).group(1)
        demo.says(r"(?i)differences", within=900)
        browser = playwright.chromium.launch(**OPTIONS)
        shapes: set[str] = set()
        for person in chosen or people(browser, url):
            context = signed_in(browser, url, person)
            for page_seen in reached(context, url, person, shapes):
                take(context, page_seen)
                seen.append(page_seen)
            context.close()
        browser.close()
    return "".join(f"{line}\n" for line in table(seen))


def people(browser: Browser, url: str) -> list[str]:
    """Return the names with which people sign in, in the order of the sign-in page."""
    page = browser.new_page()
    page.goto(f"{url}/sign-in")
    names = [str(each.get_attribute("value")) for each in page.locator(".people [name=username]").all()]
    page.close()
    return names


def signed_in(browser: Browser, url: str, person: str) -> BrowserContext:
    """Return a context in which a person of the demo signed in."""
    context = browser.new_context(base_url=url, locale="en")
    page = context.new_page()
    page.goto("/sign-in")
    page.locator(f".people form:has([name=username][value='{person}']) button").click()
    page.wait_for_url(lambda now: "/sign-in" not in now)
    page.close()
    return context


def reached(context: BrowserContext, url: str, person: str, shapes: set[str]) -> Iterator[Seen]:
    """Follow the links from the first page; of pages that differ only in their ids or queries the first one is taken."""
    shapes.discard("/")  # each person has their own first page
    waiting = deque(["/"])
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    while waiting:
        path = waiting.popleft()
        shape = _ID.sub("ID", urlsplit(path).path)
        if shape in shapes or _NO_PAGE.search(urlsplit(path).path):
            continue
        shapes.add(shape)
        answer = page.goto(path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        found = Seen(person, shape, path, answer.status)
        found.weight, found.server_ms = measured(context, url + path)
        waiting.extend(
            urlsplit(link)._replace(scheme="", netloc="", fragment="").geturl()
            for link in page.eval_on_selector_all(
                "a[href]", "links => links.map(link => new URL(link.getAttribute('href'), location).href)"
            )
            if link.startswith(url)
        )
        yield found
    page.close()


def measured(context: BrowserContext, address: str) -> tuple[int, float]:
    """Return the bytes that a first visit loads, without fonts, and the fastest of three server times."""
    assert context.browser is not None
    visit = context.browser.new_context(storage_state=context.storage_state())  # with nothing in its cache
    page = visit.new_page()
    sizes: list[int] = []

    def weigh(response: Response) -> None:
        if response.request.resource_type != "font" and "event-stream" not in response.headers.get(
            "content-type", ""
        ):
            sent = response.request.sizes()
            sizes.append(sent["responseBodySize"] + sent["responseHeadersSize"])

    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="load")
    for answer in answers:
        weigh(answer)
    times = [server_time(page)]
    for _ in range(2):
        page.reload(wait_until="load")
        times.append(server_time(page))
    visit.close()
    return sum(sizes), min(times)


def server_time(page: Page) -> float:
    """Return the milliseconds from the request of the page to the first byte of the answer."""
    return float(
        page.evaluate(
            "(() => { const [at] = performance.getEntriesByType('navigation'); return at.responseStart - at.requestStart; })()"
        )
    )


def take(context: BrowserContext, seen: Seen) -> None:
    """Write the pictures of a page, at each width in each language."""
    page = context.new_page()
    folder = FOLDER / seen.person
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        page.goto(f"/language/{language}?next=/")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(seen.url)
            page.evaluate("document.fonts.ready")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                seen.wider_than_the_window.append(f"{width} px in {language}")
            page.screenshot(path=folder / f"{seen.name}-{width}-{language}.png", full_page=True)
    page.goto("/language/en?next=/")
    page.close()


def table(seen: list[Seen]) -> Iterator[str]:
    """One line a page, then those with faults."""
    for each in seen:
        yield f"{each.person:<14} {each.weight:>8,} B {each.server_ms:>6.0f} ms  {each.shape}"
    faulty = [each for each in seen if each.faults]
    yield f"{len(seen)} pages in {FOLDER.relative_to(FOLDER.parents[1])}, {len(faulty)} with faults"
    for each in faulty:
        yield f"  {each.person} {each.shape}: {'; '.join(each.faults)}"
