"""An officer at the offline booth in a real browser."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, BrowserContext, Error, Locator, Page, async_playwright, expect

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.service import RunningService
from services.border.main import service
from services.border.offline.devices import register_device
from services.border.offline.sealing import add_sealing_key
from services.border.pages import NAV
from tests.border.post import PEOPLE, People
from tests.browser import OPTIONS, require_chromium, served_at

PAGE = "/border/pages/offline"
PASSPHRASE = "rice, fish and lotus"
_DUMP = """async () => {
  const text = (value) => {
    if (value instanceof CryptoKey) return { key: value.type, extractable: value.extractable };
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value) + new TextDecoder().decode(value);
    if (Array.isArray(value)) return value.map(text);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, text(each)]));
    return value;
  };
  const found = { local: { ...localStorage }, session: { ...sessionStorage } };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => { const r = indexedDB.open(name); r.onsuccess = () => resolve(r.result); });
    for (const store of database.objectStoreNames) {
      const all = await new Promise((resolve) => { const r = database.transaction(store).objectStore(store).getAll(); r.onsuccess = () => resolve(r.result); });
      found[store] = all.map(text);
    }
    database.close();
  }
  return found;
}"""


def name_of_nobody() -> str:
    """Return a name that no other test uses."""
    return "KEO " + "".join(chr(ord("A") + int(each, 16)) for each in uuid4().hex[:8])


@dataclass
class OfflinePost:
    """The border service, which can be stopped and started again at the same address, and a browser."""

    settings: Settings
    url: str = ""
    running: RunningService | None = None
    browser: Browser | None = None
    _serving: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Start the service, at the address that it had before."""
        port = int(self.url.rpartition(":")[2]) if self.url else 0
        found = served_at(service, self.settings, NAV, People(), port)
        self.url, self.running = await self._serving.enter_async_context(found)

    async def stop(self) -> None:
        """Stop the service."""
        await self._serving.aclose()
        self.running = None

    async def code(self, device: str) -> str:
        """Register a device at Poipet; return its enrolment code."""
        assert self.running is not None
        return await register_device(self.running.runtime, PEOPLE["poipet"], "KH-POI", device)

    async def recorded(self, name: str) -> list[Any]:
        """Return the events whose person has this name in Latin letters."""
        assert self.running is not None
        runtime = self.running.runtime
        ids = await runtime.pool.fetch("SELECT stream FROM events ORDER BY position")
        found = []
        for row in ids:
            for event in await runtime.store.load(row["stream"]):
                stated = getattr(event.person, "name", None)
                if stated is not None and stated.latin == name:
                    found.append(event)
        return found

    async def history(self, name: str) -> list[Any]:
        """Return the events of the one record whose person has this name."""
        (first,) = {each.stream for each in await self.recorded(name)}
        assert self.running is not None
        return list(await self.running.runtime.store.load(first))


@asynccontextmanager
async def offline_post(settings: Settings, folder: Path) -> AsyncIterator[OfflinePost]:
    """Run the service with a sealing key, and Chromium."""
    require_chromium()
    keys = folder / "sealing.json"
    add_sealing_key(keys)
    post = OfflinePost(settings.model_copy(update={"sealing_keys": keys}))
    await post.start()
    async with async_playwright() as playwright:
        post.browser = await playwright.chromium.launch(**OPTIONS)
        yield post
        await post.browser.close()
    await post.stop()


@dataclass
class OfflineOfficer:
    """An officer's browser profile. ``wrong`` has what the console reported."""

    post: OfflinePost
    context: BrowserContext
    page: Page
    device: str
    wrong: list[str] = field(default_factory=list)

    async def tab(self) -> Page:
        """Open another tab at the offline booth."""
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        await page.goto(PAGE)
        return page

    async def reopen(self) -> None:
        """Close the tab as if it was killed, and open another one."""
        old = self.page
        self.page = await self.tab()
        await old.close(run_before_unload=False)

    async def enrol(self) -> None:
        """Enrol the browser with a code, and begin with a passphrase."""
        page = self.page
        await page.goto(PAGE)
        await page.locator("#field-code").fill(await self.post.code(self.device))
        await page.locator("#enrol-form button").click()
        await self.begin()
        await page.evaluate("navigator.serviceWorker.ready")

    async def begin(self, passphrase: str = PASSPHRASE) -> None:
        """Begin, or begin again, with a passphrase."""
        page = self.page
        await page.locator("#field-label").fill("Officer Vanna")
        await page.locator("#field-begin-passphrase").fill(passphrase)
        await page.locator("#field-begin-again").fill(passphrase)
        await page.locator("#begin-form button").click()
        await expect(page.locator("#booth")).to_be_visible()

    async def unlock(self, passphrase: str = PASSPHRASE) -> None:
        """Unlock with a passphrase."""
        await self.page.locator("#field-unlock-passphrase").fill(passphrase)
        await self.page.locator("#unlock-form button").click()

    async def capture(self, name: str, number: str = "", **fields: str) -> None:
        """Capture a person by hand, and wait until the page says that it is kept."""
        form = self.page.locator("#booth-form")
        await form.locator("#field-name").fill(name)
        await form.locator("#field-document_number").fill(number)
        for field_name, value in fields.items():
            await form.locator(f"#field-{field_name}").fill(value)
        await form.locator("#field-name").press("Enter")
        await expect(self.page.locator("#answer .recorded")).to_contain_text(name)

    def row(self, name: str) -> Locator:
        """Return the row of a person in the list."""
        return self.page.locator("#records tr", has_text=name)

    async def states(self, count: int) -> dict[str, str]:
        """Return the states of the list by name, once it has so many rows."""
        rows = self.page.locator("#records tr")
        await expect(rows).to_have_count(count)
        return {
            (await row.locator("b").inner_text()): await row.locator(".tag").inner_text()
            for row in await rows.all()
        }

    async def all_sent(self) -> None:
        """Wait until everything is sent. What was just captured is stored before the page counts it."""
        async with asyncio.timeout(30):
            while any(each["state"] in ("waiting", "sending") for each in (await self.stored())["outbox"]):
                await asyncio.sleep(0.1)
        await expect(self.page.locator("#oldest")).to_have_text("Everything is sent.")

    async def stored(self) -> dict[str, Any]:
        """Return everything that the browser stores, as text."""
        found: dict[str, Any] = await self.page.evaluate(_DUMP)
        return found

    async def offline(self, cut: bool = True) -> None:
        """Cut the network, or give it back."""
        await self.context.set_offline(cut)

    async def send(self) -> None:
        """Press the button that sends."""
        await self.page.locator("#send-now").click()


@asynccontextmanager
async def installed_at(post: OfflinePost, profile: Path, device: str) -> AsyncIterator[OfflineOfficer]:
    """Run a browser of its own with a profile on the disk, as on a post's computer."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile, base_url=post.url, locale="en", **OPTIONS
        )
        await context.add_cookies([{"name": SESSION_COOKIE, "value": "poipet", "url": post.url}])
        context.set_default_timeout(20_000)
        yield OfflineOfficer(post, context, await context.new_page(), device)
        with contextlib.suppress(Error):  # it was killed
            await context.close()


def kill_browser(profile: Path) -> None:
    """Kill the browser of a profile, as a failure of the power does."""
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={profile}".encode() in (each / "cmdline").read_bytes().split(b"\0"):
                os.kill(int(each.name), signal.SIGKILL)


@asynccontextmanager
async def officer_at(
    post: OfflinePost, who: str = "poipet", language: str = "en", **context: Any
) -> AsyncIterator[OfflineOfficer]:
    """Open a browser profile of an officer who is signed in."""
    assert post.browser is not None
    profile = await post.browser.new_context(
        base_url=post.url,
        locale=language,
        viewport={"width": 1280, "height": 1000},
        accept_downloads=True,
        **context,
    )
    await profile.add_cookies([{"name": SESSION_COOKIE, "value": who, "url": post.url}])
    profile.set_default_timeout(8_000)
    officer = OfflineOfficer(post, profile, await profile.new_page(), f"booth-{uuid4().hex[:8]}")
    officer.page.on("pageerror", lambda error: officer.wrong.append(f"script: {error}"))
    officer.page.on(
        "console",
        lambda said: (
            officer.wrong.append(said.text)
            if said.type == "error" and "Failed to load" not in said.text
            else None
        ),
    )
    yield officer
    await profile.close()
    await asyncio.sleep(0)
    assert officer.wrong == []
