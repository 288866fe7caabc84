"""The offline booth in Debian's Chromium: days without a network, and what must not be lost, sent twice or read."""

from __future__ import annotations

import asyncio
import hashlib
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from fastapi import Request
from playwright.async_api import Route, expect

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from contracts.machine_readable_zone import Zone, read_zone
from services.border.offline.devices import revoke_device
from services.border.offline.uploads import open_export
from services.border.pages import offline_booth
from services.border.pages.person_fields import born_typed
from tests.border.offline_officer import (
    OfflinePost,
    installed_at,
    kill_browser,
    name_of_nobody,
    officer_at,
    offline_post,
)
from tests.border.post import PEOPLE
from tests.browser import no_barrier

pytestmark = pytest.mark.asyncio(loop_scope="session")

ZONE = ("P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "N012345679KHM9004034M3012316<<<<<<<<<<<<<<02")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def post(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfflinePost]:
    async with offline_post(settings, tmp_path_factory.mktemp("offline")) as running:
        yield running


def letters(number: int) -> str:
    """Return a number as two letters, since a name has no digits."""
    return chr(65 + number // 26) + chr(65 + number % 26)


async def test_what_is_captured_without_a_network_survives_and_arrives_once(post: OfflinePost) -> None:
    first, second = name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.reopen()
        await expect(officer.page.locator("#reached")).to_contain_text("No connection")
        await officer.unlock()
        await officer.capture(first, f"N{uuid4().int % 10**8:08}", born="3/4/1990")
        await officer.capture(second)
        await officer.page.locator("#field-zone").focus()
        for line in ZONE:
            await officer.page.keyboard.type(line)
            await officer.page.keyboard.press("Enter")
        await expect(officer.page.locator(".compare .todo")).to_have_text("SOK DARA")
        await officer.page.keyboard.press("Enter")
        await expect(officer.page.locator("#answer .recorded")).to_contain_text(
            "Kept on this device · SOK DARA"
        )

        await officer.page.reload()
        await officer.reopen()
        await expect(officer.page.locator("#counts")).to_contain_text("Waiting: 3")
        stored = json.dumps(await officer.stored(), ensure_ascii=False)
        assert '"state": "waiting"' in stored, "the outbox is in what was searched"
        for secret in (first, second, "SOK DARA", "N01234567", "1990-04-03", '"person"', '"grant": "ey'):
            assert secret not in stored
        await officer.unlock()
        assert await officer.states(3) == {first: "Waiting", second: "Waiting", "SOK DARA": "Waiting"}

        await officer.offline(False)
        await officer.all_sent()
        assert await officer.states(3) == {first: "Sent", second: "Sent", "SOK DARA": "Sent"}
    (event,) = await post.recorded(first)
    assert (event.facts.recorded.how, event.facts.recorded.device) == ("offline", officer.device)
    assert len(await post.recorded(second)) == 1


async def test_two_tabs_send_each_record_once(post: OfflinePost) -> None:
    names = [name_of_nobody() for _ in range(3)]
    async with officer_at(post) as officer:
        await officer.enrol()
        sent: list[str] = []

        async def note(route: Route) -> None:
            sent.extend(each["id"] for each in route.request.post_data_json["records"])
            await route.continue_()

        await officer.context.route("**/border/offline/records", note)
        await officer.offline()
        for name in names:
            await officer.capture(name)
        other = await officer.tab()
        await expect(other.locator("#counts")).to_contain_text("Waiting: 3")
        await officer.offline(False)
        await asyncio.gather(officer.send(), other.locator("#send-now").click())
        await officer.all_sent()
        await expect(other.locator("#oldest")).to_have_text("Everything is sent.")
    assert len(sent) == len(set(sent)) == 3
    assert [len(await post.recorded(name)) for name in names] == [1, 1, 1]


async def test_a_lost_answer_and_a_restarted_server_record_once(post: OfflinePost) -> None:
    name, later = name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()

        async def lose(route: Route) -> None:
            await route.fetch()  # it arrives
            await route.abort()  # and its answer does not

        await officer.context.route("**/border/offline/records", lose)
        await officer.capture(name)
        await expect(officer.row(name)).to_contain_text("It may have arrived already")
        assert await officer.row(name).get_by_role("button").count() == 0, (
            "it is not certain what would be changed"
        )
        await officer.offline()
        await officer.context.unroute("**/border/offline/records")
        await post.stop()
        await officer.offline(False)
        await officer.capture(later)
        await expect(officer.page.locator("#reached")).to_contain_text("No connection")
        await post.start()
        await officer.send()
        await officer.all_sent()
        assert await officer.states(2) == {name: "Sent", later: "Sent"}
    assert [len(await post.recorded(each)) for each in (name, later)] == [1, 1]


async def test_a_refused_record_blocks_nothing_and_is_corrected_or_given_up(post: OfflinePost) -> None:
    wrong, right, hopeless = name_of_nobody(), name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(wrong, "12345.6")
        await officer.capture(hopeless, "12345.6")
        await officer.capture(right)
        await officer.offline(False)
        await expect(officer.row(right)).to_contain_text("Sent")
        await expect(officer.row(wrong).locator(".why")).to_contain_text(
            "Number of the document: this is not valid"
        )
        await expect(officer.page.locator("#counts")).to_contain_text("Refused: 2")

        await officer.row(hopeless).locator("summary").click()
        await officer.row(hopeless).get_by_label("Why is it given up?").fill("the person came back")
        await officer.row(hopeless).locator("form button").click()
        await expect(officer.row(hopeless)).to_contain_text("Given up")
        await expect(officer.row(hopeless)).to_contain_text("the person came back")

        await officer.row(wrong).get_by_role("button", name="Correct and send again").click()
        await expect(officer.page.locator("#field-name")).to_have_value(wrong)
        await expect(officer.page.locator("#booth-form .why")).to_contain_text("this is not valid")
        await officer.page.locator("#field-document_number").fill("N7654321")
        await officer.page.locator("#record").click()
        await officer.all_sent()
        assert await officer.states(3) == {wrong: "Sent", right: "Sent", hopeless: "Given up"}
    (event,) = await post.recorded(wrong)
    assert event.person.documents[0].number == "N7654321"
    assert await post.recorded(hopeless) == []


async def test_a_batch_that_fails_as_a_whole_is_sent_record_by_record(post: OfflinePost) -> None:
    names = [name_of_nobody() for _ in range(3)]
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        for name in names:
            await officer.capture(name)

        async def fail(route: Route) -> None:
            found = route.request.post_data_json["records"]
            if len(found) > 1 or found[0]["seq"] == 2:
                await route.fulfill(status=500, json={"title": "Something failed on our side"})
            else:
                await route.continue_()

        await officer.context.route("**/border/offline/records", fail)
        await officer.offline(False)
        await expect(officer.row(names[2])).to_contain_text("Sent")
        await expect(officer.row(names[0])).to_contain_text("Sent")
        await expect(officer.row(names[1])).to_contain_text("It may have arrived already")
        await officer.context.unroute("**/border/offline/records")
        await officer.send()
        await officer.all_sent()
    assert [len(await post.recorded(name)) for name in names] == [1, 1, 1]


async def test_a_revoked_device_keeps_its_records_and_says_why(post: OfflinePost) -> None:
    name = name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(name)
        assert post.running is not None
        await revoke_device(post.running.runtime, PEOPLE["poipet"], officer.device, "stolen")
        await officer.offline(False)
        await expect(officer.page.locator("#notes")).to_contain_text("This device was revoked.")
        assert await officer.states(1) == {name: "Waiting"}
        await no_barrier(officer.page)
    assert await post.recorded(name) == []


async def test_a_queued_record_is_corrected_or_undone(post: OfflinePost) -> None:
    mistyped, right, nobody = name_of_nobody(), name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(mistyped)
        await officer.capture(nobody)
        await officer.row(mistyped).get_by_role("button", name="Correct").click()
        await officer.page.locator("#field-name").fill(right)
        await officer.page.locator("#record").click()
        await expect(officer.page.locator("#answer")).to_contain_text("Corrected on this device")
        await officer.row(nobody).get_by_role("button", name="Undo").click()
        assert await officer.states(1) == {right: "Waiting"}
        await officer.offline(False)
        await officer.all_sent()
    assert [len(await post.recorded(each)) for each in (mistyped, right, nobody)] == [0, 1, 0]


async def test_a_locked_device_and_a_forgotten_passphrase_still_send(post: OfflinePost) -> None:
    locked, forgotten = name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(locked)
        await officer.page.reload()
        await expect(officer.page.locator("#unlock")).to_be_visible()
        await officer.unlock("something else entirely")
        await expect(officer.page.get_by_role("alert")).to_contain_text("not the passphrase")
        await officer.offline(False)
        await officer.all_sent()
        assert len(await post.recorded(locked)) == 1

        await officer.unlock()
        await officer.offline()
        await officer.capture(forgotten)
        await officer.page.reload()
        await officer.context.route("**/border/offline/records", lambda route: route.abort())
        await officer.offline(False)
        await officer.page.get_by_role("button", name="I have forgotten my passphrase").click()
        await officer.begin("another passphrase")
        await expect(officer.page.locator("#others")).to_contain_text("2")
        await expect(officer.page.locator("#records tr")).to_have_count(0)
        await officer.context.unroute("**/border/offline/records")
        await officer.send()
        await officer.all_sent()
    assert len(await post.recorded(forgotten)) == 1


async def test_the_error_of_the_clock_is_corrected_and_shown(post: OfflinePost) -> None:
    name, before = name_of_nobody(), datetime.now(UTC)
    async with officer_at(post) as officer:
        await officer.context.clock.install(time=before - timedelta(hours=3))
        await officer.enrol()
        await officer.offline()
        await officer.capture(name)
        await officer.offline(False)
        await officer.all_sent()
        await expect(officer.page.locator("#notes")).to_contain_text("180 minutes slow")
    (event,) = await post.recorded(name)
    assert before - timedelta(minutes=1) < event.occurred_at < datetime.now(UTC) + timedelta(minutes=1)


async def test_an_idle_page_locks_and_gives_back_what_was_typed(post: OfflinePost) -> None:
    name = name_of_nobody()
    async with officer_at(post) as officer:
        await officer.context.clock.install()
        await officer.enrol()
        await officer.page.locator("#field-name").fill(name)
        await officer.page.locator("#field-born").fill("1990")
        await officer.page.clock.fast_forward("35:00")
        await expect(officer.page.locator("#notice")).to_contain_text("Locked, because nothing was done")
        assert name not in await officer.page.content()
        assert name not in json.dumps(await officer.stored())
        await officer.unlock()
        await expect(officer.page.locator("#field-name")).to_have_value(name)
        await expect(officer.page.locator("#field-born")).to_have_value("1990")
        await expect(officer.page.locator("#answer")).to_contain_text("not recorded yet")


async def test_signing_out_refuses_to_lose_records_and_leaves_nothing_behind(post: OfflinePost) -> None:
    name = name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(name)
        await officer.page.locator("#leave").click()
        await expect(officer.page.locator("#notice")).to_contain_text("Not signed out")
        assert await officer.states(1) == {name: "Waiting"}
        await officer.offline(False)
        await officer.all_sent()
        await officer.page.locator("#leave").click()
        await expect(officer.page.locator("#notice")).to_contain_text("Signed out of this device")
        stored = await officer.stored()
        assert (stored["outbox"], stored["officers"], stored["drafts"]) == ([], [], [])


async def test_a_saved_file_is_taken_in_elsewhere_and_counts_once(post: OfflinePost, tmp_path: Path) -> None:
    name = name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(name)
        async with officer.page.expect_download() as download:
            await officer.page.locator("#save-file").click()
        file = await download.value
        assert file.suggested_filename.startswith(f"domnaer-{officer.device}-")
        await expect(officer.row(name)).to_contain_text("It may have arrived already")
        assert await officer.row(name).get_by_role("button").count() == 0, "it may be recorded elsewhere"
        content = await asyncio.to_thread(Path(await file.path()).read_bytes)
        assert name.encode() not in content
        assert post.running is not None
        export = await open_export(post.running.runtime, PEOPLE["poipet"], content)
        (outcome,) = await export.take()
        assert outcome.outcome == "recorded", outcome
        await officer.offline(False)
        await officer.all_sent()
    assert len(await post.recorded(name)) == 1


async def test_a_killed_browser_loses_nothing_and_many_arrive_once_and_in_order(
    post: OfflinePost, tmp_path: Path
) -> None:
    name, many = name_of_nobody(), 120
    device = f"booth-{uuid4().hex[:8]}"
    async with installed_at(post, tmp_path / "profile", device) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(f"{name} FIRST")
        await officer.page.evaluate(_CAPTURE_MANY, [name, many])
        await officer.capture(f"{name} LAST")
        kill_browser(tmp_path / "profile")
    async with installed_at(post, tmp_path / "profile", device) as officer:
        await officer.offline()
        await officer.page.goto("/border/pages/offline")
        await expect(officer.page.locator("#counts")).to_contain_text(f"Waiting: {many + 2}")
        await officer.unlock()
        await expect(officer.page.locator("#records tr")).to_have_count(50)
        await officer.page.get_by_role("button", name="Show all").click()
        await expect(officer.page.locator("#records tr")).to_have_count(many + 2)
        await officer.offline(False)
        await expect(officer.page.locator("#oldest")).to_have_text("Everything is sent.", timeout=60_000)
    assert post.running is not None
    rows = await post.running.runtime.pool.fetch("SELECT stream FROM events ORDER BY position")
    events = [each for row in rows for each in await post.running.runtime.store.load(row["stream"])]
    names = [each.person.name.latin for each in events if each.facts.recorded.device == device]
    assert names == [f"{name} FIRST", *(f"{name} {letters(each)}" for each in range(many)), f"{name} LAST"]


_CAPTURE_MANY = """async ([name, many]) => {
  const outbox = await import("/border/pages/offline/files/outbox.js");
  const { commandOf } = await import("/border/pages/offline/files/command.js");
  const { current } = await import("/border/pages/offline/files/officer.js");
  const { months } = await import("/border/pages/offline/files/texts.js");
  for (let each = 0; each < many; each += 1) {
    const given = { name: `${name} ${String.fromCharCode(65 + each / 26, 65 + each % 26)}`, checkpoint: "KH-POI", direction: "out", country: "THA", purpose: "work" };
    const { command } = commandOf(given, new Date().toISOString(), { months, issuers: new Set() });
    await outbox.capture(outbox.newId(), given, command, current());
  }
}"""
"""Captures people as the form does, by the page's own modules; typing them would take minutes."""


async def test_a_new_version_waits_until_everything_is_sent(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with officer_at(post) as officer:
        page = officer.page
        await officer.enrol()
        await page.reload()
        await officer.unlock()
        await expect(page.locator("#booth")).to_be_visible()
        await expect(page.locator("#update")).to_be_hidden()
        monkeypatch.setattr(offline_booth, "IDLE_SECONDS", 1_234)  # the server has another page now
        await page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
        await expect(page.locator("#update")).to_be_visible()
        await no_barrier(page)
        await officer.offline()
        await officer.capture("KEO WAITS")
        await page.locator("#update button").click()
        await expect(page.locator("#notice")).to_contain_text("waits until all records are sent")
        await page.reload()
        await expect(page.locator("#main")).not_to_have_attribute("data-idle", "1234")
        await officer.offline(False)
        await officer.all_sent()
        await page.locator("#update button").click()
        await expect(page.locator("#main")).to_have_attribute("data-idle", "1234")
        await officer.unlock()
        await expect(page.locator("#records tr")).to_have_count(1)


async def test_files_of_two_versions_are_not_kept_together(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = """async () => {
      const found = await (await navigator.serviceWorker.getRegistration()).update();
      const worker = found.installing ?? found.waiting;
      if (worker?.state === "installing") await new Promise((done) => worker.addEventListener("statechange", done));
      return worker?.state;
    }"""
    with_digests = offline_booth._kept
    list_of = f"{offline_booth.PAGE}/files/list.js"

    def mixed(request: Request) -> dict[str, str]:
        return {**with_digests(request), list_of: offline_booth._integrity(b"// of the next version")}

    async with officer_at(post) as officer:
        page = officer.page
        await officer.enrol()
        await page.reload()
        await officer.unlock()
        await expect(page.locator("#booth")).to_be_visible()
        monkeypatch.setattr(offline_booth, "_kept", mixed)
        assert await page.evaluate(update) == "redundant"
        await expect(page.locator("#update")).to_be_hidden()
        monkeypatch.setattr(offline_booth, "_kept", with_digests)
        monkeypatch.setattr(offline_booth, "IDLE_SECONDS", 1_234)  # the next version
        assert await page.evaluate(update) == "installed"
        await expect(page.locator("#update")).to_be_visible()


async def test_the_page_is_the_same_for_everybody(post: OfflinePost) -> None:
    async with httpx2.AsyncClient(base_url=post.url) as http:
        for language in ("en", "km"):
            nobody = await http.get(f"/border/pages/offline/{language}")
            officer = await http.get(
                f"/border/pages/offline/{language}", headers={"Cookie": f"{SESSION_COOKIE}=poipet"}
            )
            assert nobody.status_code == 200
            assert nobody.content == officer.content
        worker = (await http.get("/border/pages/sw.js")).text
        kept = json.loads(worker.partition("const FILES = ")[2].partition(";\n")[0])
        assert len(kept) > 20
        served = {each: await http.get(each) for each in kept}
        assert [each for each, answer in served.items() if answer.status_code != 200] == []
        digests = {each: hashlib.sha256(answer.content).digest() for each, answer in served.items()}
        assert kept == {each: f"sha256-{b64encode(digest).decode()}" for each, digest in digests.items()}
        assert (await http.get("/border/pages/offline/files/..%2Fmain.py")).status_code == 404


@pytest.mark.parametrize("language", ["en", "km"])
async def test_each_state_of_the_page_has_no_barrier(post: OfflinePost, language: str) -> None:
    async with officer_at(post, language=language) as officer:
        page = officer.page
        await page.goto("/border/pages/offline")
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(page.locator("#enrol")).to_be_visible()
        await no_barrier(page)
        await page.locator("#enrol-form button").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        await no_barrier(page)
        await page.locator("#field-code").fill(await post.code(officer.device))
        await page.locator("#enrol-form button").click()
        await expect(page.locator("#begin")).to_be_visible()
        await page.locator("#begin-form button").click()
        await no_barrier(page)
        await officer.begin()
        await officer.offline()
        await page.locator("#field-name").fill("KEO 12345")
        await page.locator("#field-born").fill("03/13/1990")
        await page.locator("#more summary").click()
        await page.locator("#field-document_issued_by").fill("ZZZ")
        await page.locator("#field-document_number").fill("12345.6")
        await page.locator("#record").click()
        await expect(page.locator("#booth-form .why")).to_have_count(3)
        await expect(page.locator(".why", has_text="13/03/1990")).to_be_visible()
        await no_barrier(page)
        await page.locator("#field-born").fill("")
        await page.locator("#field-document_issued_by").fill("")
        await officer.capture("KEO NOBODY", "12345.6")
        await officer.capture("KEO MATEA")
        await no_barrier(page)
        await officer.offline(False)
        await expect(page.locator("#records .why")).to_be_visible()
        await page.locator("#records summary").click()
        await no_barrier(page)
        assert "%(" not in await page.locator("main").inner_text(), "no placeholder is left"
        await page.set_viewport_size({"width": 360, "height": 740})
        await no_barrier(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.locator("#lock").click()
        await expect(page.locator("#unlock")).to_be_visible()
        await no_barrier(page)


ZONES = (
    "".join(ZONE),
    "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6",
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C37UTO7408123F1204150ZE184226B<<<<<19",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    "P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<N012345679KHM90<<<<4M3012316<<<<<<<<<<<<<<02",
    "I<KHMD23145890<7349<<<<<<<<<<<3407127M9507122KHM<<<<<<<<<<<2STEVENSON<<PETER<<<<<<<<<<<<",
    "not a zone",
)
BIRTHS = (
    "1990",
    "1980s",
    "3/4/1990",
    "១៩៩០",
    "២៣ មេសា ១៩៩០",
    "23 April 1990",
    "April 1990",
    "4/1990",
    "1990-04-23",
)
UNREADABLE = ("03/13/1990", "3/4/90", "31/2/1990", "soon", "19")


async def test_zones_and_dates_are_read_as_the_server_reads_them(post: OfflinePost) -> None:
    today = date(2026, 11, 30)
    async with officer_at(post) as officer:
        await officer.page.goto("/border/pages/offline/en")
        read = await officer.page.evaluate(
            """async ([zones, today]) => {
              const { readZone } = await import("/border/pages/offline/files/zone.js");
              return zones.map((each) => readZone(each, today));
            }""",
            [ZONES, today.isoformat()],
        )
        births = await officer.page.evaluate(
            """async (typed) => {
              const { birthTyped } = await import("/border/pages/offline/files/days.js");
              const { months } = await import("/border/pages/offline/files/texts.js");
              return typed.map((each) => { try { return birthTyped(each, months); } catch { return null; } });
            }""",
            [*BIRTHS, *UNREADABLE],
        )
    assert read == [_as_read(read_zone(each, today)) for each in ZONES]
    assert [(each["on"], each["precision"]) for each in births[: len(BIRTHS)]] == [
        born_typed(each) for each in BIRTHS
    ]
    assert births[len(BIRTHS) :] == [None] * len(UNREADABLE)


def _as_read(zone: Zone | None) -> dict[str, Any] | None:
    """Return a zone as the module of the browser returns it."""
    if zone is None:
        return None
    digits = 0 if zone.birth is None else {"year": 4, "month": 7}.get(zone.birth.precision, 10)
    return {
        "layout": zone.layout,
        "wrong": [str(each) for each in zone.wrong],
        "code": zone.code,
        "issuer": zone.issuer,
        "number": zone.number,
        "name": zone.name,
        "nameIsCut": zone.name_is_cut,
        "birth": "" if zone.birth is None else zone.birth.on.isoformat()[:digits],
        "sex": str(int(zone.sex)) if zone.sex else "",
        "expires": "" if zone.expires_on is None else zone.expires_on.isoformat(),
    }
