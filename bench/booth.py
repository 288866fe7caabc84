"""An officer's minute: persons recorded per minute at the booth's page, by a document reader, by hand and on a lorry's list.

Debian's Chromium is driven by key events, at the pace of a typist and as fast as the page takes them. The floor is the same keys
typed into an empty page. Then the API gets crossings by the clock (open loop), at the rate of more and more booths, until the 99th
percentile of the answer 201 is above half a second. In June 2014 the busiest hour brought 63 persons a minute to some ten booths.

``python -m bench.booth --persons 20``
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import orjson
import typer
import uvloop
from playwright.async_api import Page, async_playwright

from bench.border_servers import crossings
from bench.http_client import HttpClient
from bench.report import Figure, report
from bench.services_process import measured_services
from chassis.access.sessions import SESSION_COOKIE
from contracts.machine_readable import check_digit

OFFLINE = "/border/pages/offline"
CHROMIUM = Path("/usr/bin/chromium")
KEYS_PER_SECOND = 4.0
"""A practised typist; a document reader types as fast as the page takes the keys."""
PER_BOOTH, WANTED_READY, WANTED_P99 = 63 / 10 / 60, 100.0, 500.0
"""Persons a second of one booth of June 2014; milliseconds to the ready screen; milliseconds to the answer 201."""
BOOTHS = (10, 100, 500, 1_000, 2_000, 4_000)
_TIMER = """() => {
  window.ready = [];
  if (window.timed) return;
  window.timed = true;
  const shown = () => document.querySelector(".answer:not(.compare) .recorded");
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const [pressed, before] = [performance.now(), shown()];
    window.pressed = pressed;
    const look = () => {
      if (window.pressed !== pressed) return;
      if (!shown() || shown() === before || document.activeElement === document.body) requestAnimationFrame(look);
      else window.ready.push(performance.now() - pressed);
    };
    requestAnimationFrame(look);
  }, true);
}"""


Entry = Callable[[Page, int, float], Awaitable[None]]
"""Enters a person by keys: the page, a number that makes the person another one, milliseconds between two keys."""


@dataclass
class Measured:
    """Persons entered in one way, and the milliseconds from the last Enter to the screen that is ready for the next one."""

    persons: int
    seconds: float
    ready: list[float] = field(default_factory=list)

    @property
    def per_minute(self) -> float:
        """Persons per minute."""
        return 60 * self.persons / self.seconds


def zone(nth: int) -> tuple[str, str]:
    """Return the machine-readable zone of a passport (TD3 of ICAO 9303), a different one for each number."""
    number, birth, expiry, optional = f"N{nth:08d}", "900403", "301231", "<" * 14
    parts = [f"{each}{check_digit(each)}" for each in (number, birth, expiry, optional)]
    whole = check_digit("".join(parts))
    return f"P<KHMSOK<<DARA{'<' * 30}", f"{parts[0]}KHM{parts[1]}M{parts[2]}{parts[3]}{whole}"


async def by_reader(page: Page, nth: int, _: float) -> None:
    """A document reader types both lines; the officer compares the name and presses Enter."""
    await page.locator("#field-zone").focus()
    for line in zone(nth):
        await page.keyboard.type(line)
        await page.keyboard.press("Enter")
    await page.locator(".compare button, .compare").first.wait_for()
    await recorded(page)


async def by_hand(page: Page, nth: int, delay: float) -> None:
    """Name, sex and year of birth of a person without a document."""
    await page.locator("#field-name").focus()
    await page.keyboard.type(f"SOK {letters(nth)}", delay=delay)
    await page.keyboard.press("Tab")
    await page.keyboard.type("F", delay=delay)
    await page.keyboard.press("Tab")
    await page.keyboard.type(str(1960 + nth % 45), delay=delay)
    await recorded(page)


async def by_lorry(page: Page, nth: int, delay: float) -> None:
    """A row of a handover: sex and year of birth, the name for one of two."""
    await page.locator("#field-sex").focus()
    await page.keyboard.type("FM"[nth % 2], delay=delay)
    await page.keyboard.press("Tab")
    await page.keyboard.type(str(1960 + nth % 45), delay=delay)
    if nth % 2:
        await page.keyboard.press("Tab")
        await page.keyboard.type(f"SOK {letters(nth)}", delay=delay)
    await recorded(page)


async def recorded(page: Page) -> None:
    """Press Enter and wait until the screen is ready for the next person."""
    before = await page.evaluate("window.ready.length")
    await page.keyboard.press("Enter")
    await page.wait_for_function("before => window.ready.length > before", arg=before)


def letters(nth: int) -> str:
    """Return a name for a number."""
    return "".join(chr(ord("A") + int(digit)) for digit in f"{nth:05d}")


async def entered(
    page: Page, path: str | None, entry: Entry, first: int, count: int, delay: float
) -> Measured:
    """Enter some persons on a page, without a path on the one that is open, after one that is not measured."""
    if path is not None:
        await page.goto(path)
    await page.evaluate(_TIMER)
    if await page.locator("#field-checkpoint").count():  # kept for the persons that follow
        await page.select_option("#field-checkpoint", "KH-POI")
    await entry(page, first, 0)
    begun = time.perf_counter()
    for nth in range(first + 1, first + 1 + count):
        await entry(page, nth, delay)
    seconds = time.perf_counter() - begun
    return Measured(count, seconds, (await page.evaluate("window.ready"))[1:])


async def enrolled(page: Page) -> None:
    """Register a device, enrol the browser as it, and cut the network."""
    await page.goto("/border/pages/devices")
    await page.select_option("#field-post", "KH-POI")
    await page.fill("#field-device", "bench-1")
    await page.keyboard.press("Enter")
    code = await page.locator(".code").inner_text()
    await page.goto(OFFLINE)
    await page.fill("#field-code", code)
    await page.keyboard.press("Enter")
    await page.fill("#field-label", "Officer")
    await page.fill("#field-begin-passphrase", "rice, fish and lotus")
    await page.fill("#field-begin-again", "rice, fish and lotus")
    await page.keyboard.press("Enter")
    await page.locator("#booth").wait_for()
    await page.evaluate("navigator.serviceWorker.ready")


async def keys_alone(page: Page, count: int) -> float:
    """Return the persons per minute whose zones an empty page takes: the floor."""
    await page.set_content("<textarea></textarea>")
    await page.locator("textarea").focus()
    begun = time.perf_counter()
    for nth in range(count):
        for line in zone(nth):
            await page.keyboard.type(line)
            await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
    return 60 * count / (time.perf_counter() - begun)


async def announced(http: HttpClient) -> str:
    """Announce a lorry and return the address of its list."""
    body = {
        "occurred_at": datetime.now(UTC).isoformat(),
        "checkpoint": "KH-POI",
        "authority": "immigration",
        "count_announced": 100,
    }
    answer = await http.post("/border/handovers", orjson.dumps(body), {"Idempotency-Key": str(uuid4())})
    return f"/border/pages/handovers/{answer.json()['id']}/persons"


async def answered(http: HttpClient, booths: int, seconds: float) -> float:
    """Send crossings at the rate of some booths by the clock; return the 99th percentile of the answers 201 in milliseconds.

    Another answer, such as 503 to more than the server can take, took for ever.
    """
    rate = booths * PER_BOOTH
    rows = crossings(max(int(seconds * rate), 20), how="live")
    taken: list[float] = []

    async def post(row: bytes) -> None:
        begun = time.perf_counter()
        answer = await http.post("/border/crossings", row, {"Idempotency-Key": str(uuid4())})
        taken.append((time.perf_counter() - begun) * 1000 if answer.status == 201 else math.inf)

    begun = time.perf_counter()
    tasks = []
    for nth, row in enumerate(rows):
        await asyncio.sleep(max(0.0, begun + nth / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(post(row)))
    await asyncio.gather(*tasks)
    return at(taken, 0.99)


def at(values: list[float], share: float) -> float:
    """Return the value that this share does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def _measure(persons: int, seconds: float) -> Figure:
    ways: dict[str, Measured] = {}
    carried: dict[int, float] = {}
    async with measured_services() as services, services.serving(("border",)) as port:
        url = f"http://127.0.0.1:{port}"
        async with async_playwright() as playwright, HttpClient(port, services.token) as http:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = await browser.new_context(base_url=url, locale="en")
            await context.add_cookies([{"name": SESSION_COOKIE, "value": services.token, "url": url}])
            page = await context.new_page()
            floor = await keys_alone(page, persons)
            pace = 1000 / KEYS_PER_SECOND
            lorry = await announced(http)
            ways["reader"] = await entered(page, "/border/pages", by_reader, 0, persons, 0)
            ways["hand, as fast as keys come"] = await entered(
                page, "/border/pages", by_hand, 1_000, persons, 0
            )
            ways["hand"] = await entered(page, "/border/pages", by_hand, 2_000, min(persons, 5), pace)
            ways["lorry, as fast as keys come"] = await entered(page, lorry, by_lorry, 3_000, persons, 0)
            ways["lorry"] = await entered(page, lorry, by_lorry, 4_000, min(persons, 5), pace)
            await enrolled(page)
            await context.set_offline(True)
            ways["offline, reader"] = await entered(page, None, by_reader, 7_000, persons, 0)
            ways["offline, hand, as fast as keys come"] = await entered(
                page, None, by_hand, 5_000, persons, 0
            )
            ways["offline, hand"] = await entered(page, None, by_hand, 6_000, min(persons, 5), pace)
            await browser.close()
            for booths in BOOTHS:
                carried[booths] = await answered(http, booths, seconds)
                if carried[booths] > WANTED_P99:
                    break
    ready = [each for way in ways.values() for each in way.ready]
    enough = [booths for booths, p99 in carried.items() if p99 <= WANTED_P99]
    return Figure(
        name="an officer's minute at the booth",
        value=ways["reader"].per_minute,
        unit="persons/minute by the reader",
        floor=floor,
        floor_is="the same keys typed into an empty page",
        goals={
            "ready for the next person within 100 ms (p50)": (WANTED_READY, at(ready, 0.5)),
            "ten booths by hand, persons a minute": (10 * ways["hand"].per_minute, 63.0),
            "booths on one server with p99 of 201 below 500 ms": (float(max(enough, default=0)), 10.0),
        },
        further={
            **{f"persons/minute, {name}": way.per_minute for name, way in ways.items()},
            **{f"ready_ms_p50, {name}": at(way.ready, 0.5) for name, way in ways.items()},
            "ready_ms_p50": at(ready, 0.5),
            "ready_ms_p95": at(ready, 0.95),
            **{f"p99_ms of 201 with {booths} booths": p99 for booths, p99 in carried.items()},
        },
    )


def main(
    persons: Annotated[int, typer.Option(help="Persons entered in each way.")] = 20,
    seconds: Annotated[float, typer.Option(help="Seconds for each number of booths.")] = 10.0,
) -> None:
    """Measure and report."""
    report(uvloop.run(_measure(persons, seconds)))


if __name__ == "__main__":
    typer.run(main)
