"""The outbox in Debian's Chromium: what changes while it is sent, what was saved as a file, and what is not sent any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from services.border.offline import grants
from services.border.offline.devices import revoke_device
from services.border.offline.uploads import open_export
from tests.border.offline_officer import (
    OfflineOfficer,
    OfflinePost,
    name_of_nobody,
    officer_at,
    offline_post,
)
from tests.border.post import PEOPLE, RECORD, caller
from tests.browser import no_barrier

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def post(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfflinePost]:
    async with offline_post(settings, tmp_path_factory.mktemp("offline")) as running:
        yield running


_CHANGE = """async (changes) => {
  const { put } = await import("/border/pages/offline/files/store.js");
  await put("outbox", window.seen[changes.put][0]);
}"""
_CHANGE_BETWEEN = """(changes) => {
  const { fetch } = window;
  let armed = false;
  window.fetch = async (url, ...given) => {
    const answer = await fetch(url, ...given);
    armed ||= String(url).endsWith("/offline/key");
    return answer;
  };
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (name, mode, ...given) {
    if (armed && name === "outbox" && mode === "readwrite") {
      armed = false;
      const store = transaction.call(this, name, mode).objectStore(name);
      store.put(window.seen[changes.put][0]);
      for (const each of changes.deleted) store.delete(each);
    }
    return transaction.call(this, name, mode, ...given);
  };
}"""
"""Commits changes in the transaction before the one in which the page claims what it sends: after it read what waits."""


_FULL_FOR_DRAFTS = """() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === "drafts") throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, given);
  };
}"""


async def outbox(officer: OfflineOfficer, seen: str = "last") -> list[dict[str, Any]]:
    """Return the stored records in their order. They are kept in the page, under a name, to be put back."""
    found: list[dict[str, Any]] = await officer.page.evaluate(
        """async (seen) => {
          const { records } = await import("/border/pages/offline/files/outbox.js");
          window.seen = { ...window.seen, [seen]: await records() };
          return window.seen[seen].map(({ local, ...rest }) => rest);
        }""",
        seen,
    )
    return found


async def test_a_correction_or_undo_while_sending_begins_is_not_lost(post: OfflinePost) -> None:
    mistyped, right, undone = name_of_nobody(), name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(mistyped)
        await officer.capture(undone)
        before, other = await outbox(officer, "before")
        await officer.row(mistyped).get_by_role("button", name="Correct").click()
        await officer.page.locator("#field-name").fill(right)
        await officer.page.locator("#record").click()
        await expect(officer.row(right)).to_be_visible()
        corrected = (await outbox(officer, "corrected"))[0]
        assert corrected["sealed"] != before["sealed"]
        await officer.page.evaluate(_CHANGE, {"put": "before"})
        await officer.page.evaluate(_CHANGE_BETWEEN, {"put": "corrected", "deleted": [other["id"]]})
        await officer.offline(False)
        await expect(officer.row(right)).to_contain_text("Sent")
        assert await officer.states(1) == {right: "Sent"}
    assert [len(await post.recorded(each)) for each in (mistyped, right, undone)] == [0, 1, 0]


async def test_a_record_that_is_recorded_with_other_content_has_a_link_and_is_not_sent_again(
    post: OfflinePost,
) -> None:
    recorded, changed = name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        await officer.capture(recorded)
        (before,) = await outbox(officer, "before")
        await officer.row(recorded).get_by_role("button", name="Correct").click()
        await officer.page.locator("#field-name").fill(changed)
        await officer.page.locator("#record").click()
        await expect(officer.row(changed)).to_be_visible()
        await outbox(officer, "after")
        await officer.page.evaluate(_CHANGE, {"put": "before"})
        await officer.offline(False)
        await expect(officer.row(recorded)).to_contain_text("Sent")
        await officer.page.evaluate(_CHANGE, {"put": "after"})  # as a copy of the storage
        await officer.send()
        row = officer.row(changed)
        await expect(row).to_contain_text("This is recorded already with other content.")
        assert await row.get_by_role("button", name="Correct and send again").count() == 0
        await expect(row.get_by_role("link", name="Open the record")).to_have_attribute(
            "href", f"/border/pages/events/{before['id']}"
        )
        await no_barrier(officer.page)
    (event,) = await post.recorded(recorded)
    assert str(event.id) == before["id"]
    assert await post.recorded(changed) == []


async def test_the_page_locks_although_the_disk_is_full(post: OfflinePost) -> None:
    name = name_of_nobody()
    async with officer_at(post) as officer:
        page = officer.page
        await officer.enrol()
        await officer.offline()
        await officer.capture(name)
        await page.evaluate(_FULL_FOR_DRAFTS)
        await page.locator("#field-name").fill(typed := name_of_nobody())
        await page.locator("#lock").click()
        await expect(page.locator("#unlock")).to_be_visible()
        await expect(page.locator("#notice")).to_contain_text("What you had typed was not kept")
        assert typed not in await page.content()
        assert await page.locator("#field-name").input_value() == ""
        assert await page.locator("#records tr").count() == 0
        await no_barrier(page)


async def test_a_correction_that_is_being_typed_comes_back_after_a_lock(post: OfflinePost) -> None:
    mistyped, right, sent = name_of_nobody(), name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        page = officer.page
        await officer.context.clock.install()
        await officer.enrol()
        await officer.offline()
        await officer.capture(mistyped)
        await officer.row(mistyped).get_by_role("button", name="Correct").click()
        await page.locator("#field-name").fill(right)
        await page.clock.fast_forward("35:00")
        await expect(page.locator("#notice")).to_contain_text("comes back when you unlock")
        await officer.unlock()
        await expect(page.locator("#field-name")).to_have_value(right)
        await expect(page.locator("#answer")).to_contain_text("You are correcting this record")
        await page.locator("#record").click()
        await expect(page.locator("#answer")).to_contain_text("Corrected on this device")
        await expect(officer.row(right)).to_be_visible()
        assert await officer.states(1) == {right: "Waiting"}

        await officer.row(right).get_by_role("button", name="Correct").click()
        await page.locator("#field-name").fill(sent)
        await page.locator("#lock").click()
        await expect(page.locator("#unlock")).to_be_visible()
        await officer.offline(False)
        await officer.all_sent()
        await officer.unlock()
        await expect(page.locator("#answer")).to_contain_text("is being sent or was sent already")
        await expect(page.locator("#field-name")).to_have_value("")
    assert [len(await post.recorded(each)) for each in (mistyped, right, sent)] == [0, 1, 0]


async def test_what_needs_a_forgotten_passphrase_is_saved_and_set_aside(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = name_of_nobody()
    chief = caller("post-chief", RECORD, "border.device.register", posts=frozenset(["KH-POI"]))
    monkeypatch.setattr(grants, "LIFETIME", timedelta(0))
    async with officer_at(post) as officer:
        page = officer.page
        await officer.enrol()
        await officer.offline()
        await officer.capture(name)
        await page.reload()
        monkeypatch.undo()
        await officer.offline(False)
        await page.get_by_role("button", name="I have forgotten my passphrase").click()
        await officer.begin("another passphrase")
        await expect(page.locator("#stuck")).to_contain_text("not to be sent from here any more: 1.")
        await no_barrier(page)
        await page.locator("#leave").click()
        await expect(page.locator("#notice")).to_contain_text("Not signed out")
        await page.locator("#set-aside").click()
        await expect(page.locator("#notice")).to_contain_text("Save as an encrypted file first")
        async with page.expect_download() as download:
            await page.locator("#save-file").click()
        content = await asyncio.to_thread(Path(await (await download.value).path()).read_bytes)
        await page.locator("#set-aside").click()
        await officer.all_sent()
        await expect(page.locator("#stuck")).to_be_hidden()
        await page.locator("#leave").click()
        await expect(page.locator("#notice")).to_contain_text("Signed out of this device")
        assert [each["state"] for each in await outbox(officer)] == ["aside"]
    assert post.running is not None
    (outcome,) = await (await open_export(post.running.runtime, chief, content)).take()
    assert outcome.outcome == "recorded", outcome
    assert [each.facts.recorded.by for each in await post.recorded(name)] == ["post-chief"]


async def test_a_sent_record_goes_after_a_day_from_a_page_that_stays_open(post: OfflinePost) -> None:
    name, waiting = name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.context.clock.install()
        await officer.enrol()
        await officer.capture(name)
        await expect(officer.row(name)).to_contain_text("Sent")
        await officer.offline()
        await officer.capture(waiting)
        await officer.page.clock.fast_forward("23:00:00")
        assert len(await outbox(officer)) == 2
        await officer.page.clock.fast_forward("01:30:00")
        async with asyncio.timeout(20):
            while len(await outbox(officer)) > 1:
                await asyncio.sleep(0.1)
        assert [each["state"] for each in await outbox(officer)] == ["waiting"]


async def test_signing_out_of_the_device_ends_the_session_of_that_officer(post: OfflinePost) -> None:
    sent: list[str | None] = []

    async def sign_out(route: Route) -> None:
        sent.append(route.request.post_data)
        await route.fulfill(status=200)

    async with officer_at(post) as officer:
        page = officer.page
        await officer.context.route("**/sign-out", sign_out)
        await officer.enrol()
        await page.locator("#leave").click()
        await expect(page.locator("#notice")).to_contain_text("Nothing of yours is left on it.")
        assert len(sent) == 1 and str(sent[0]).startswith("csrf=") and len(str(sent[0])) > 30

        await officer.begin()
        await officer.offline()
        await page.locator("#leave").click()
        await expect(page.locator("#notice")).to_contain_text("still signed in in this browser")
        await officer.offline(False)

        await officer.begin()
        await officer.context.add_cookies([{"name": SESSION_COOKIE, "value": "poipet-too", "url": post.url}])
        await page.locator("#leave").click()
        await expect(page.locator("#notice")).to_contain_text("Nothing of yours is left on it.")
        assert len(sent) == 1, "the session of somebody else is left alone"


async def test_an_answer_that_refuses_is_told_from_a_network_without_connection(post: OfflinePost) -> None:
    problem = {"type": "https://domnaer.example/problems/offline-not-set-up", "title": "none"}
    answers: list[dict[str, Any]] = [{"status": 404, "json": problem}, {"status": 503, "body": "gateway"}]
    async with officer_at(post) as officer:
        reached = officer.page.locator("#reached")
        await officer.enrol()
        await officer.context.route("**/offline/key", lambda route: route.fulfill(**answers[0]))
        await officer.capture(name_of_nobody())
        await expect(reached).to_contain_text("The ministry has not set up booths without a connection.")
        del answers[0]
        await officer.send()
        await expect(reached).to_contain_text("There is a connection, but the ministry takes no records now.")
        await no_barrier(officer.page)
        await officer.context.unroute("**/offline/key")
        await officer.send()
        await officer.all_sent()
        await expect(reached).to_contain_text("There is a connection.")


async def test_the_browser_of_a_revoked_device_is_enrolled_as_a_new_one(post: OfflinePost) -> None:
    before, after = name_of_nobody(), name_of_nobody()
    chief = caller("post-chief", RECORD, "border.device.register", posts=frozenset(["KH-POI"]))
    async with officer_at(post) as officer:
        page, running = officer.page, post.running
        assert running is not None
        await officer.enrol()
        await expect(page.locator("#enrol-again")).to_be_hidden()
        await officer.offline()
        await officer.capture(before)
        await revoke_device(running.runtime, PEOPLE["poipet"], officer.device, "stolen")
        await officer.offline(False)
        await page.locator("#enrol-again").click()
        await expect(page.locator("#notice")).to_contain_text("Save as an encrypted file first")
        await no_barrier(page)
        for new in (f"{officer.device}-new", ""):
            async with page.expect_download() as download:
                await page.locator("#save-file").click()
            file = await download.value
            assert file.suggested_filename.startswith(f"domnaer-{officer.device}-2")
            content = await asyncio.to_thread(Path(await file.path()).read_bytes)
            if not new:
                break
            await page.locator("#enrol-again").click()
            await page.locator("#field-code").fill(await post.code(new))
            await page.locator("#enrol-form button").click()
            await officer.unlock()
            await officer.capture(after)
            await expect(officer.row(after)).to_contain_text("Sent")
            assert await officer.states(2) == {before: "Set aside", after: "Sent"}
            await expect(page.locator("#device")).to_contain_text(new)
            await expect(page.locator("#enrol-again")).to_be_hidden()
        (outcome,) = await (await open_export(running.runtime, chief, content)).take()
        assert outcome.outcome == "recorded", outcome
    found = [event.facts.recorded.device for each in (before, after) for event in await post.recorded(each)]
    assert found == [officer.device, f"{officer.device}-new"]


async def test_a_device_that_gets_no_grant_any_more_is_enrolled_anew(post: OfflinePost) -> None:
    async with officer_at(post) as officer:
        assert post.running is not None
        await officer.enrol()
        await revoke_device(post.running.runtime, PEOPLE["poipet"], officer.device, "stolen")
        await officer.page.locator("#lock").click()
        await officer.page.locator("#another").click()
        await officer.page.locator("#field-label").fill("Officer Dara")
        for field in ("passphrase", "again"):
            await officer.page.locator(f"#field-begin-{field}").fill("rice and two fishes")
        await officer.page.locator("#begin-form button").click()
        await expect(officer.page.get_by_role("alert")).to_contain_text("This device was revoked")
        await officer.page.reload()
        await expect(officer.page.locator("#enrol-again")).to_be_visible()


async def test_an_enrolment_whose_answer_is_lost_is_repeated_with_its_code(post: OfflinePost) -> None:
    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    async with officer_at(post) as officer:
        page, code = officer.page, await post.code(officer.device)
        await page.goto("/border/pages/offline")
        await officer.context.route("**/offline/enrolment", lose)
        await page.locator("#field-code").fill(code)
        await page.locator("#enrol-form button").click()
        await expect(page.get_by_role("alert")).to_contain_text("There is no connection now.")
        await officer.context.unroute("**/offline/enrolment")
        await page.reload()
        await page.locator("#field-code").fill(code)
        await page.locator("#enrol-form button").click()
        await officer.begin()
        await officer.capture(name := name_of_nobody())
        await expect(officer.row(name)).to_contain_text("Sent")


async def test_the_children_stay_linked_to_an_adult_who_was_refused_and_corrected(post: OfflinePost) -> None:
    adult, child = name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        page = officer.page
        await officer.enrol()
        await officer.offline()
        await page.locator("#family summary").click()
        await page.locator("[name=together]").check()
        await officer.capture(adult, "12345.6")
        await page.locator("[name=role]").select_option("child")
        await page.locator("[name=companion]").select_option("mother")
        await officer.capture(child)
        await officer.offline(False)
        await expect(officer.row(child)).to_contain_text("Sent")
        await officer.row(adult).get_by_role("button", name="Correct and send again").click()
        await page.locator("#field-document_number").fill("N7654321")
        await page.locator("#record").click()
        await expect(officer.row(adult)).to_contain_text("Sent")
        assert await officer.states(2) == {adult: "Sent", child: "Sent"}
    (grown,), (small,) = [await post.recorded(each) for each in (adult, child)]
    assert small.facts.adult_crossing == grown.stream
