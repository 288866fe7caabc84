"""The screenshot of the README.

The script starts PostgreSQL, Kafka and all services in a temporary folder, records one worker's journey through the API,
opens the worker's page in Debian's Chromium (packages chromium and fonts-noto-core) and writes ``docs/images/worker.png``.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from chassis.access.sessions import SESSION_COOKIE
from domnaer.local.issuer import LocalIssuer
from tests.browser import OPTIONS
from tests.conftest import settings_for
from tests.servers import Servers, run_servers
from tests.system.journey import Traveller, record_journey
from tests.system.running_system import RunningSystem, run_system

IMAGE = Path(__file__).parents[2] / "docs" / "images" / "worker.png"
TODAY = date(2014, 8, 2)
"""The domain's today, the day after the last step of the journey."""
SIZE = {"width": 1200, "height": 820}
WORKER = Traveller("SENG KIMLY", "សេង គឹមលី")


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Run PostgreSQL and Kafka on an event loop in a thread of their own."""
    started: list[Servers] = []
    stop: list[Callable[[], object]] = []
    ready = threading.Event()

    async def work() -> None:
        done = asyncio.Event()
        try:
            async with run_servers(folder) as running:
                started.append(running)
                loop = asyncio.get_running_loop()
                stop.append(lambda: loop.call_soon_threadsafe(done.set))
                ready.set()
                await done.wait()
        finally:
            ready.set()

    thread = threading.Thread(target=lambda: asyncio.run(work()), name="servers")
    thread.start()
    try:
        ready.wait()
        if not started:
            raise RuntimeError("the embedded servers did not start")
        yield started[0]
    finally:
        for each in stop:
            each()
        thread.join()


def take(system: RunningSystem, number: str, image: Path) -> None:
    """Open the page of a worker as the registrar and save what a screen of 1200 x 820 pixels shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**OPTIONS)
        context = browser.new_context(viewport=SIZE, locale="en", base_url=system.url)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": system.token("registrar"), "url": system.url}])
        page = context.new_page()
        page.goto(f"/registry/pages/workers/{number}")
        expect(page.locator("figure svg.wide")).to_be_visible()
        page.evaluate("document.fonts.ready")
        page.screenshot(path=image)
        browser.close()


def readme_picture() -> Path:
    """Record a journey, write the picture and return its path."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers(folder / "servers") as infrastructure:
            settings = settings_for(infrastructure, folder / "issuer").model_copy(update={"today": TODAY})
            assert settings.jwks is not None
            LocalIssuer(settings.jwks.parent, (), settings)
            with run_system(settings) as system:
                take(system, record_journey(system, WORKER, by_desk=True).number, IMAGE)
    return IMAGE
