"""An officer's access to the offline booth in Debian's Chromium: grants that end or are renewed, and a changed passphrase."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import expect

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from services.border.offline import attempts, grants
from tests.border.offline_officer import (
    PASSPHRASE,
    OfflineOfficer,
    OfflinePost,
    name_of_nobody,
    officer_at,
    offline_post,
)
from tests.browser import no_barrier

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def post(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfflinePost]:
    async with offline_post(settings, tmp_path_factory.mktemp("offline")) as running:
        yield running


async def grants_of(post: OfflinePost, device: str) -> int:
    """Return how many grants were issued for a device."""
    assert post.running is not None
    pool = post.running.runtime.pool
    count: int = await pool.fetchval(
        "SELECT count(*) FROM audit WHERE action = 'issue_grant' AND detail::jsonb ->> 'device' = $1", device
    )
    return count


async def come_back(officer: OfflineOfficer) -> None:
    """Open the page again, as after signing in, and unlock it."""
    await officer.page.reload()
    await officer.unlock()
    await expect(officer.page.locator("#booth")).to_be_visible()


async def test_records_wait_for_a_new_grant_and_are_sent_by_themselves(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = name_of_nobody(), name_of_nobody()
    monkeypatch.setattr(grants, "LIFETIME", timedelta(0))
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.context.clear_cookies()  # the session is over, too
        await expect(officer.page.locator("#grant-over")).to_contain_text("Your permission on this device")
        await officer.offline()
        await officer.capture(before)
        await officer.offline(False)
        await officer.capture(after)
        await officer.send()
        await expect(officer.page.locator("#reached")).to_contain_text("There is a connection")
        assert await officer.states(2) == {before: "Waiting", after: "Waiting"}
        for name in (before, after):
            await expect(officer.row(name)).to_contain_text("Sign in with a connection")
        await no_barrier(officer.page)
        await come_back(officer)
        assert await officer.states(2) == {before: "Waiting", after: "Waiting"}
        assert await post.recorded(before) == []

        monkeypatch.undo()
        await officer.context.add_cookies([{"name": SESSION_COOKIE, "value": "poipet", "url": post.url}])
        await come_back(officer)
        await officer.all_sent()
        assert await officer.states(2) == {before: "Sent", after: "Sent"}
        await expect(officer.page.locator("#grant-over")).to_be_hidden()
    assert [len(await post.recorded(each)) for each in (before, after)] == [1, 1]


async def test_a_record_refused_for_an_expired_grant_is_sent_after_a_new_one(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = name_of_nobody()
    monkeypatch.setattr(grants, "LIFETIME", timedelta(seconds=1))
    async with officer_at(post) as officer:
        # The clock of the device stands still, so that it takes the grant for a valid one.
        await officer.context.clock.set_fixed_time(datetime.now(UTC))
        await officer.enrol()
        await asyncio.sleep(1)
        await officer.capture(name)
        await expect(officer.row(name)).to_contain_text("Refused")
        await expect(officer.row(name)).to_contain_text("then it is sent by itself")
        monkeypatch.undo()
        await come_back(officer)
        await officer.all_sent()
        assert await officer.states(1) == {name: "Sent"}
    assert len(await post.recorded(name)) == 1


@pytest.mark.parametrize("ahead", [timedelta(days=20), timedelta(days=-20)])
async def test_a_device_with_a_wrong_clock_keeps_its_grant_and_sends(
    post: OfflinePost, ahead: timedelta
) -> None:
    name = name_of_nobody()
    async with officer_at(post) as officer:
        await officer.context.clock.install(time=datetime.now(UTC) + ahead)
        await officer.enrol()
        await expect(officer.page.locator("#grant-over")).to_be_hidden()
        await officer.capture(name)
        await expect(officer.row(name)).to_contain_text("Sent")
        await come_back(officer)
        assert await officer.states(1) == {name: "Sent"}
        assert await grants_of(post, officer.device) == 1
    assert len(await post.recorded(name)) == 1


async def test_a_grant_is_renewed_in_time_and_only_for_the_officer_who_is_signed_in(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with officer_at(post) as officer:
        await officer.context.clock.install()
        await officer.enrol()
        await come_back(officer)
        await officer.capture(name_of_nobody())
        await officer.all_sent()
        assert await grants_of(post, officer.device) == 1, "one that is valid for long is kept"
        await officer.context.clock.set_system_time(datetime.now(UTC) + timedelta(days=3))
        async with officer.page.expect_response("**/offline/grants"):
            await come_back(officer)
        assert await grants_of(post, officer.device) == 2

    name = name_of_nobody()
    monkeypatch.setattr(grants, "LIFETIME", timedelta(0))
    async with officer_at(post) as officer:
        await officer.enrol()
        monkeypatch.undo()
        await officer.context.add_cookies([{"name": SESSION_COOKIE, "value": "poipet-too", "url": post.url}])
        async with officer.page.expect_response("**/offline/grants"):
            await come_back(officer)
        await officer.capture(name)
        await expect(officer.page.locator("#grant-over")).to_be_visible()
        assert await officer.states(1) == {name: "Waiting"}
        await officer.context.add_cookies([{"name": SESSION_COOKIE, "value": "poipet", "url": post.url}])
        await come_back(officer)
        await officer.all_sent()
    (event,) = await post.recorded(name)
    assert event.facts.recorded.by == "poipet"


async def test_a_passphrase_is_changed_without_a_connection_and_nothing_is_lost(post: OfflinePost) -> None:
    name, later, new = name_of_nobody(), name_of_nobody(), "three fishes in the lake"
    async with officer_at(post) as officer:
        page = officer.page
        await officer.enrol()
        await officer.offline()
        await officer.capture(name)
        await page.locator("#change summary").click()
        await no_barrier(page)

        async def change(old: str, first: str, second: str) -> None:
            await page.locator("#field-change-old").fill(old)
            await page.locator("#field-change-passphrase").fill(first)
            await page.locator("#field-change-again").fill(second)
            await page.locator("#change-form button").click()

        await change("not my passphrase", new, new)
        await expect(page.get_by_role("alert")).to_contain_text("not the passphrase of this officer")
        await change(PASSPHRASE, "short", "short")
        await expect(page.get_by_role("alert")).to_contain_text("at least 10 characters")
        await no_barrier(page)
        await change(PASSPHRASE, new, f"{new}s")
        await expect(page.get_by_role("alert")).to_contain_text("the two are not the same")
        await change(PASSPHRASE, new, new)
        await expect(page.locator("#notice")).to_contain_text("Your passphrase was changed")
        await officer.capture(later)

        await page.reload()
        await officer.unlock()
        await expect(page.get_by_role("alert")).to_contain_text("not the passphrase")
        await officer.unlock(new)
        assert await officer.states(2) == {name: "Waiting", later: "Waiting"}
        await officer.row(name).get_by_role("button", name="Correct").click()
        await expect(page.locator("#field-name")).to_have_value(name)
        await page.locator("#stop-correcting").click()
        await officer.offline(False)
        await officer.all_sent()
    assert [len(await post.recorded(each)) for each in (name, later)] == [1, 1]


async def test_too_many_wrong_codes_are_refused_with_the_time_to_wait(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "BY_OFFICER", 1)
    async with officer_at(post, "poipet-too") as officer:
        page = officer.page
        await page.goto("/border/pages/offline")
        await page.locator("#field-code").fill("0000-0000-0000")
        await page.locator("#enrol-form button").click()
        await expect(page.get_by_role("alert")).to_contain_text("This code is mistyped")
        await page.locator("#enrol-form button").click()
        await expect(page.get_by_role("alert")).to_contain_text("Try again in 15 minutes")
