"""Text typed into forms while the session ends, the list of keys, and signing in as a person of the demo, in Chromium."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from chassis.access.sessions import (
    ACTIVITY_COOKIE,
    IDLE_SECONDS,
    SESSION_COOKIE,
    activity_value,
    session_of,
)
from tests.system.journey import Traveller, case, employer_at_home, record_journey
from tests.system.opened import Opens
from tests.system.running_system import RunningSystem
from tests.system.test_browser import no_barrier, sign_in

WORDS = "ម្ចាស់មិនលើកទូរស័ព្ទ"


@pytest.fixture
def session_ends(system: RunningSystem, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a browser a session of a person that ends when the returned function is called."""

    def begin(context: BrowserContext, who: str) -> Any:
        with monkeypatch.context() as then:
            then.setattr("domnaer.local.issuer.time", lambda: time.time() - 3 * IDLE_SECONDS)
            token = system.token(who)

        def was_active(seconds_ago: float) -> None:
            request: Any = SimpleNamespace(app=system.services["registry"].app)
            value = activity_value(request, session_of(token), int(time.time() - seconds_ago))
            context.add_cookies([{"name": ACTIVITY_COOKIE, "value": value, "url": system.url}])

        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": system.url}])
        was_active(10)
        return lambda: was_active(IDLE_SECONDS + 1)

    return begin


def fill_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("What was done").select_option("call")
    page.get_by_label("In your words").first.fill(WORDS)


@pytest.mark.parametrize("sent", [False, True], ids=["while typing", "before sending"])
def test_what_was_typed_when_the_session_ended_is_in_the_form_again_for_the_same_person_alone(
    sent: bool, opens: Opens, system: RunningSystem, session_ends: Any
) -> None:
    opened = system.recorded("/consular/cases", case(None))
    address = f"/consular/pages/cases/{opened['id']}"
    for next_person, comes_back in (("attache-bangkok", True), ("registrar", False)):
        page = opens()
        end = session_ends(page.context, "attache-bangkok")
        fill_in(page, address)
        before = system.events_of("consular")
        end()
        if sent:
            page.get_by_role("button", name="Log it").click()
        else:
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page).to_have_title("Sign in · Domnaer")
        assert system.events_of("consular") == before
        expect(page.get_by_text("What you had typed comes back")).to_be_visible()
        assert WORDS not in str(page.evaluate("JSON.stringify(window.sessionStorage)")), "it is encrypted"
        sign_in(page, next_person)
        expect(page).to_have_url(address)
        again = page.locator("#field-log_note")
        if comes_back:
            expect(again).to_have_value(WORDS)
            expect(page.locator("#field-action")).to_have_value("call")
            expect(page.get_by_text("it is not recorded yet")).to_be_visible()
            page.get_by_role("button", name="Log it").click()
            expect(page.get_by_role("cell", name=WORDS)).to_be_visible()
            assert system.events_of("consular") == before + 1
        else:
            assert again.count() == 0 or again.input_value() == ""
        assert page.evaluate("window.sessionStorage.length") == 0


def test_a_record_that_was_chosen_when_the_session_ended_is_sent_after_signing_in(
    opens: Opens, system: RunningSystem, session_ends: Any
) -> None:
    of = record_journey(system, Traveller("CHHUN DARETH", "ឈួន ដារ៉េត")).by_service["reintegration"]
    name = f"Kept {uuid4().hex[:10]}"
    employers = [
        system.recorded(
            "/reintegration/employers",
            employer_at_home() | {"name": {"latin": name}},
            "counsellor-battambang",
        )
        for _ in range(2)
    ]
    chosen = f"{name}, Battambang ({employers[0]['id'][-8:].upper()})"
    page = opens()
    end = session_ends(page.context, "counsellor-battambang")
    address = f"/reintegration/pages/cases/{of['case_id']}"
    page.goto(address)
    page.locator("#record-placement").click()
    page.locator("#field-starts_on").fill("2/7/2014")
    page.locator("#field-placed_in").select_option("02")
    page.locator("#field-placed_as").fill("7112")
    page.locator("#field-placed_with").press_sequentially(name)
    page.get_by_role("option", name=chosen).click()
    end()
    button = page.locator('form[action$="/placement"]').get_by_role("button", name="Record it")
    button.click()
    expect(page).to_have_title("Sign in · Domnaer")
    sign_in(page, "counsellor-battambang")
    expect(page).to_have_url(address)
    expect(page.locator("#field-placed_with")).to_have_value(chosen)
    if not button.is_visible():
        page.locator("#record-placement").click()
    button.click()
    expect(page.get_by_text("New job from").first).to_be_visible()
    steps = system.get(f"/reintegration/cases/{of['case_id']}", "counsellor-battambang").json()["steps"]
    placed = [each["facts"]["employer_id"] for each in steps if each["type"].endswith("worker_placed.v1")]
    assert placed == [employers[0]["id"]], "of two with the same name"


def test_a_form_sent_by_a_double_click_is_recorded_once(opens: Opens, system: RunningSystem) -> None:
    opened = system.recorded("/consular/cases", case(None))
    page = opens("attache-bangkok")
    fill_in(page, f"/consular/pages/cases/{opened['id']}")
    before = system.events_of("consular")
    page.get_by_role("button", name="Log it").dblclick()
    expect(page.get_by_role("cell", name=WORDS)).to_have_count(1)
    assert system.events_of("consular") == before + 1


def test_the_keys_are_listed_under_a_question_mark_and_can_be_switched_off(opens: Opens) -> None:
    page = opens("attache-bangkok")
    page.goto("/consular/pages/permits")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    no_barrier(page)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.wait_for_url("/consular/pages/cases")
    page.keyboard.press("h")
    page.wait_for_url("/")
    page.locator("#text").press("?")
    expect(page.locator("#text")).to_have_value("?")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_one_click_signs_in_as_a_person_of_the_demo(opens: Opens) -> None:
    page = opens()
    page.goto("/")
    expect(page.get_by_role("row", name="Sok Pisey")).to_contain_text("Opens cases of workers in need")
    page.get_by_role("button", name="Continue as Sok Pisey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
    page.emulate_media(media="print")
    expect(page.get_by_text("Embassy in Bangkok · Printed by Sok Pisey")).to_be_visible()
