"""At the offline booth in Debian's Chromium: the undo of what was sent, and the hint at the same person while typing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from chassis.base.settings import Settings
from contracts.border import EventVoided
from services.border.offline import undoing
from tests.border.offline_officer import OfflinePost, name_of_nobody, officer_at, offline_post
from tests.browser import no_barrier

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def post(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfflinePost]:
    async with offline_post(settings, tmp_path_factory.mktemp("offline")) as running:
        yield running


async def test_a_sent_record_is_undone_by_one_key_without_a_session(post: OfflinePost) -> None:
    kept, wrong = name_of_nobody(), name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.context.clear_cookies()
        await officer.capture(kept)
        await officer.capture(wrong)
        await expect(officer.row(wrong)).to_contain_text("Sent")
        await expect(officer.row(kept)).to_contain_text("Sent")

        await officer.offline()
        await officer.row(kept).get_by_role("button", name="Undo").click()
        await expect(officer.row(kept)).to_contain_text("It was not undone: there is no connection now.")
        await no_barrier(officer.page)

        async def lose(route: Route) -> None:
            await route.fetch()  # it is done
            await route.abort()  # and the answer does not arrive

        await officer.context.route("**/border/offline/records", lose)
        await officer.offline(False)
        await officer.row(wrong).get_by_role("button", name="Undo").click()
        await expect(officer.row(wrong)).to_contain_text("It was not undone")
        await officer.context.unroute("**/border/offline/records")
        await officer.page.keyboard.press("F9")
        await expect(officer.row(wrong).locator(".tag")).to_have_text("Undone")
        await expect(officer.page.locator("#notice")).to_contain_text("does not count any more")
        assert await officer.row(wrong).get_by_role("button").count() == 0
        assert await officer.states(2) == {kept: "Sent", wrong: "Undone"}
        await no_barrier(officer.page)
    assert len(await post.recorded(kept)) == 1
    history = await post.history(wrong)
    assert [type(each.facts) for each in history[1:]] == [EventVoided], "it was voided once"
    assert history[1].facts.recorded.by == "poipet"


async def test_after_ten_minutes_a_record_is_not_undone(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = name_of_nobody()
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.capture(name)
        await expect(officer.row(name)).to_contain_text("Sent")
        monkeypatch.setattr(
            undoing, "UNDO", timedelta(0)
        )  # the ministry counts the ten minutes, not the device
        await officer.row(name).get_by_role("button", name="Undo").click()
        await expect(officer.row(name)).to_contain_text("This record cannot be undone any more.")
        assert await officer.states(1) == {name: "Sent"}
    assert len(await post.history(name)) == 1


async def test_only_who_may_correct_undoes_and_is_told(post: OfflinePost) -> None:
    name = name_of_nobody()
    async with officer_at(post, "recorder") as officer:
        await officer.enrol()
        await officer.capture(name)
        await expect(officer.row(name)).to_contain_text("Sent")
        await officer.row(name).get_by_role("button", name="Undo").click()
        await expect(officer.row(name)).to_contain_text("you are not permitted to correct records")
    assert len(await post.history(name)) == 1


async def test_the_same_person_is_named_while_typing_and_blocks_nothing(post: OfflinePost) -> None:
    name, number = name_of_nobody(), f"N{uuid4().int % 10**8:08}"
    async with officer_at(post) as officer:
        await officer.enrol()
        await officer.offline()
        hint = officer.page.locator("#likely")
        await officer.capture(name, number, born="1990")
        await expect(hint).to_be_empty()

        await officer.page.locator("#field-name").fill(" ".join(reversed(name.lower().split())))
        await expect(hint).to_contain_text(f"Perhaps the same: {name} · Out of Cambodia")
        await no_barrier(officer.page)
        await officer.page.locator("#field-born").fill("1985")
        await expect(hint).to_be_empty()
        await officer.page.locator("#field-document_number").fill(number.lower())
        await expect(hint).to_contain_text(name)
        await officer.page.locator("#field-document_number").fill("N1")
        await expect(hint).to_be_empty()

        await officer.capture(name, number, born="1990")
        await expect(officer.page.locator("#records tr")).to_have_count(2)
        await officer.page.locator("#field-name").fill(name)
        await expect(hint.locator("p")).to_have_count(2)
        await officer.page.locator("#lock").click()
        await expect(officer.page.locator("#unlock")).to_be_visible()
        assert name not in await officer.page.content()
