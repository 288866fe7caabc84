"""The pages in a real browser, Debian's Chromium."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chassis.access.sessions import (
    ACTIVITY_COOKIE,
    IDLE_SECONDS,
    SESSION_COOKIE,
    activity_value,
    session_of,
)
from domnaer.demo.accounts import PASSWORD
from tests.system.journey import Records, Traveller, case, crossing, record_journey
from tests.system.opened import NARROW, WIDE, Opens
from tests.system.running_system import RunningSystem

SEARCH = "/registry/pages/search"
KIMLY = Traveller("SENG KIMLY", "សេង គឹមលី")


@pytest.fixture(scope="module")
def life(system: RunningSystem) -> Records:
    """Kimly's journey: contract, departure, a case abroad, deportation, counselling, recognition."""
    return record_journey(system, KIMLY)


def sign_in(page: Page, who: str, password: str = PASSWORD) -> None:
    """Fill in the form and send it."""
    page.get_by_label("Name to sign in with").fill(who)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def find(page: Page, text: str) -> None:
    """Search for a worker."""
    page.goto(SEARCH)
    page.get_by_label("Number, document, name or phone").fill(text)
    page.get_by_role("button", name="Search").click()


def switch(page: Page, language: str) -> None:
    """Choose a language in the head of the page."""
    page.locator("header").get_by_role("link", name=language).click()


def no_barrier(page: Page) -> None:
    """Check that axe finds no violation of the rules of accessibility (WCAG 2, A and AA, and good practice)."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def focused(page: Page) -> Any:
    """Return the focused element, and whether the focus is visible."""
    return page.evaluate(
        """() => { const e = document.activeElement, s = getComputedStyle(e);
        return { tag: e.tagName, id: e.id, classes: e.className, text: e.textContent.trim().slice(0, 60),
                 visible: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 }; }"""
    )


# --- journeys


def test_a_wrong_password_is_reported_at_the_top_and_the_name_stays(opens: Opens) -> None:
    page = opens()
    page.goto("/")
    expect(page).to_have_url("/sign-in?next=/")
    sign_in(page, "registrar", "not the password")
    expect(page).to_have_title("Error: Sign in · Domnaer")
    assert "errors" in focused(page)["classes"], "the summary has the focus"
    expect(page.get_by_role("alert")).to_contain_text("the name or the password is wrong")
    expect(page.get_by_label("Name to sign in with")).to_have_value("registrar")
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_role("alert").get_by_role("link").click()
    assert focused(page)["id"] == "field-username", "the summary leads to the field"
    sign_in(page, "registrar")
    expect(page).to_have_url("/")


def test_a_worker_is_found_by_document_name_and_phone_and_the_timeline_opens(
    opens: Opens, life: Records
) -> None:
    page = opens()
    page.goto("/sign-in")
    sign_in(page, "registrar")
    for text in (KIMLY.passport, KIMLY.khmer, "kimly seng", KIMLY.phone, life.number.lower()):
        find(page, text)
        expect(page).to_have_url(f"/registry/pages/workers/{life.number}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(KIMLY.khmer)
        assert KIMLY.khmer not in page.url and KIMLY.passport not in page.url
    expect(page.get_by_text("At home in Cambodia")).to_be_visible()
    expect(page.locator("figure svg.wide")).to_be_visible()
    agreed = page.get_by_role("row", name="Employment contract registered")
    expect(agreed).to_contain_text("THB 300.00 (a day), 1 Apr 2013 to 31 Mar 2015")
    row = page.get_by_role("row", name="Deported from Thailand")
    row.get_by_text("Details").click()
    expect(row).to_contain_text("written down")
    assert KIMLY.passport not in page.content()
    page.get_by_role("link", name="Show the numbers").click()
    expect(page.get_by_text(KIMLY.passport)).to_be_visible()
    page.get_by_role("link", name="Assistance case", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_search_without_results_says_so(opens: Opens, life: Records) -> None:
    page = opens("registrar")
    find(page, "HUN QWERTYUIOP")
    expect(page.get_by_text("0 workers found")).to_be_visible()
    expect(page.get_by_label("Number, document, name or phone")).to_have_value("HUN QWERTYUIOP")
    find(page, "   ")
    expect(page.get_by_text("Type a number, a document, a name or a phone number.")).to_be_visible()


def test_what_is_recorded_meanwhile_appears_by_itself_and_what_was_open_stays_open(
    opens: Opens, system: RunningSystem
) -> None:
    visitor = Traveller("OUM SREYNEANG", "អ៊ុំ ស្រីនាង")
    system.recorded("/border/crossings", crossing("departure", visitor.given()))
    number = system.worker_of(document={"number": visitor.passport})["number"]
    page = opens("registrar")
    page.goto(f"/registry/pages/workers/{number}")
    page.evaluate("window.never_reloaded = true")
    details = page.get_by_role("row", name="Departed to Thailand").locator("details")
    details.locator("summary").click()
    expect(details).to_have_attribute("open", "")
    expect(page.get_by_text("Abroad in Thailand")).to_be_visible()
    page.wait_for_timeout(1_000)  # the page listens by now
    back = crossing("return", visitor.given(), occurred_at="2014-09-12T09:00:00+07:00")
    system.recorded("/border/crossings", back, "officer")
    expect(page.get_by_role("row", name="Came back from Thailand")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("At home in Cambodia")).to_be_visible()
    expect(page.get_by_role("row", name="Departed to Thailand").locator("details")).to_have_attribute(
        "open", ""
    )
    assert page.evaluate("window.never_reloaded") is True


def test_an_attache_works_on_a_case(opens: Opens, system: RunningSystem) -> None:
    opened = system.recorded("/consular/cases", case(KIMLY.given()))
    page = opens("attache-bangkok")
    page.goto("/consular/pages/cases")
    page.locator(f'a[href$="{opened["id"]}"]').click()
    page.get_by_role("button", name="Log it").click()
    expect(page).to_have_title("Error: Case: Wages · Domnaer")
    assert "errors" in focused(page)["classes"]
    expect(page.get_by_role("alert")).to_contain_text("What was done: nothing is given here")
    no_barrier(page)
    switch(page, "ខ្មែរ")
    expect(page).to_have_url(f"/consular/pages/cases/{opened['id']}")
    switch(page, "English")
    page.get_by_label("What was done").select_option("call")
    page.get_by_label("In your words").first.fill("ម្ចាស់មិនលើកទូរស័ព្ទ")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_role("cell", name="ម្ចាស់មិនលើកទូរស័ព្ទ")).to_be_visible()
    page.get_by_role("button", name="I take it over").click()
    expect(page.get_by_text("in charge: Sok Pisey")).to_be_visible()


def test_a_counsellor_works_on_the_case_of_a_returnee(opens: Opens, life: Records) -> None:
    page = opens("counsellor-battambang")
    page.goto("/reintegration/pages/cases")
    page.locator(f'a[href$="{life.by_service["reintegration"]["case_id"]}"]').click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(KIMLY.khmer)
    page.get_by_text("Record a session").click()
    page.get_by_label("Minutes").fill("45")
    page.locator('form[action$="/sessions"]').get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Counselling, 45 minutes")).to_be_visible()
    page.get_by_role("link", name=life.number).click()
    expect(page.get_by_role("definition").filter(has_text=life.number)).to_be_visible()


def test_a_whole_journey_is_made_with_the_keyboard_alone(opens: Opens, life: Records) -> None:
    page = opens()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    first = focused(page)
    assert (first["text"], first["visible"]) == ("Skip to the page", True)
    _tab_to(page, "#field-username")
    page.keyboard.type("registrar")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("/")
    assert focused(page)["id"] == "text", "one may type at once"
    page.keyboard.type(KIMLY.passport)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/workers/{life.number}")
    _tab_to(page, "summary")
    page.keyboard.press("Enter")
    expect(page.locator("details").first).to_have_attribute("open", "")
    page.goto(page.url)
    _tab_to(page, "header form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    page.goto(f"/registry/pages/workers/{life.number}")
    expect(page).to_have_url(f"/sign-in?next=/registry/pages/workers/{life.number}")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus, which can be seen on the way everywhere but on a shape of the picture."""
    for _ in range(60):
        page.keyboard.press("Tab")
        here = focused(page)
        assert here["tag"] in ("BODY", "a") or here["visible"], f"no focus to be seen on {here}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector} by Tab")


# --- the end of a session


def test_a_page_warns_before_its_session_ends_and_leaves_then(
    opens: Opens, system: RunningSystem, life: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        then.setattr("domnaer.local.issuer.time", lambda: time.time() - 3 * IDLE_SECONDS)
        token = system.token("registrar")
    page = opens()

    def was_active(seconds_ago: float) -> None:
        request: Any = SimpleNamespace(app=system.services["registry"].app)
        value = activity_value(request, session_of(token), int(time.time() - seconds_ago))
        page.context.add_cookies([{"name": ACTIVITY_COOKIE, "value": value, "url": system.url}])

    def look_at_the_page_again() -> None:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": system.url}])
    was_active(10)
    page.goto(f"/registry/pages/workers/{life.number}")
    warning = page.get_by_role("alert").filter(has_text="You will be signed out")
    expect(warning).to_be_hidden()
    was_active(IDLE_SECONDS - 100)
    look_at_the_page_again()
    expect(warning).to_be_visible()
    no_barrier(page)
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    was_active(IDLE_SECONDS + 1)
    look_at_the_page_again()
    page.wait_for_url(f"**/sign-in?next=%2Fregistry%2Fpages%2Fworkers%2F{life.number}")
    assert KIMLY.latin not in page.content()


def test_signing_out_in_one_window_ends_the_other(opens: Opens, life: Records) -> None:
    page = opens("registrar")
    page.goto(f"/registry/pages/workers/{life.number}")
    other = page.context.new_page()
    other.goto(SEARCH)
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/sign-in")
    page.wait_for_url("**/sign-in?next=*")


# --- every page


@pytest.fixture(scope="module")
def pages(system: RunningSystem, life: Records) -> dict[str, tuple[str | None, str]]:
    """Return every kind of page, with its user and its address."""
    of = life.by_service
    system.recorded("/consular/cases", case(None, words={"call": "a woman, does not say her name"}))
    card = {"sex": 2, "documents": [{"kind": "pink_card", "number": "0012345670001", "issued_by": "THA"}]}
    validity = {"valid_from": "2014-07-20", "valid_until": "2016-03-31"}
    permit = system.recorded(
        "/consular/permits",
        {"occurred_at": "2014-07-20T09:00:00+07:00", "mission": "BKK", "kind": "pink_card", "person": card}
        | validity,
        "attache-bangkok",
    )
    return {
        "sign-in": (None, "/sign-in"),
        "home": ("registrar", "/"),
        "samples": (None, "/pages/samples"),
        "search": ("registrar", SEARCH),
        "worker": ("registrar", f"/registry/pages/workers/{life.number}"),
        "worker with numbers": ("registrar", f"/registry/pages/workers/{life.number}?documents=shown"),
        "cases": ("attache-bangkok", "/consular/pages/cases"),
        "own cases": ("attache-bangkok", "/consular/pages/cases?whose=mine"),
        "case": ("attache-bangkok", f"/consular/pages/cases/{of['consular']['case_id']}"),
        "cases handed over": ("attache-bangkok", "/consular/pages/cases?whose=handed_over"),
        "new case": ("attache-bangkok", "/consular/pages/cases/new"),
        "permits": ("attache-bangkok", "/consular/pages/permits"),
        "new permit": ("attache-bangkok", "/consular/pages/permits/new"),
        "permit": ("attache-bangkok", f"/consular/pages/permits/{permit['id']}"),
        "returnees": ("counsellor-battambang", "/reintegration/pages/cases"),
        "closed cases": ("counsellor-battambang", "/reintegration/pages/cases?queue=closed"),
        "returnee": ("counsellor-battambang", f"/reintegration/pages/cases/{of['reintegration']['case_id']}"),
        "contracts": ("reviewer", "/recruitment/pages/employment-contracts?status=approved"),
        "contract": (
            "reviewer",
            f"/recruitment/pages/employment-contracts/{of['recruitment']['contract_id']}",
        ),
        "new contract": (
            "clerk",
            f"/recruitment/pages/employers/{of['recruitment']['employer_id']}/contract",
        ),
        "applications": ("assessor", "/skills/pages/applications"),
        "application": ("assessor", f"/skills/pages/applications/{of['skills']['application_id']}"),
        "problem": ("registrar", "/registry/pages/workers/00000-00000-0000"),
    }


KINDS = (
    "sign-in", "home", "samples", "search", "worker", "worker with numbers", "cases", "own cases", "case",
    "cases handed over", "new case", "permits", "new permit", "permit", "returnees", "closed cases", "returnee", "contracts", "contract", "new contract", "applications", "application", "problem",
)  # fmt: skip


def test_the_pages_of_all_services_are_checked(pages: dict[str, tuple[str | None, str]]) -> None:
    assert tuple(pages) == KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "km"])
def test_nothing_is_wider_than_the_screen(
    kind: str, language: str, opens: Opens, pages: dict[str, tuple[str | None, str]]
) -> None:
    who, path = pages[kind]
    page = opens(who, language=language)
    for viewport in (WIDE, NARROW):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        answer = page.goto(path)
        assert answer is not None and answer.ok == (kind != "problem"), answer
        beyond = page.evaluate(
            """() => { const wide = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= wide) return [];
            return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > wide + 1 || e.scrollWidth > e.clientWidth + 1)
                .map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40)).concat("the page").slice(0, 8); }"""
        )
        assert beyond == [], f"at {viewport['width']} px"


@pytest.mark.parametrize("kind", KINDS)
def test_targets_are_24_px_or_more(kind: str, opens: Opens, pages: dict[str, tuple[str | None, str]]) -> None:
    who, path = pages[kind]
    page = opens(who)
    for viewport in (WIDE, NARROW):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                "header a, header button, form button, form input:not([type=hidden]), form select, form textarea, summary")]
            .filter(e => e.offsetParent !== null)
            .map(e => [e.tagName, e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
            .filter(([, , box]) => box.height < 24 || box.width < 24)
            .map(([tag, text, box]) => `${tag} ${text}: ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`)"""
        )
        assert small == [], f"at {viewport['width']} px"


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_its_language_and_every_field_its_name(
    kind: str, opens: Opens, pages: dict[str, tuple[str | None, str]]
) -> None:
    who, path = pages[kind]
    for language in ("en", "km"):
        page = opens(who, language=language)
        answer = page.goto(path)
        assert answer is not None and answer.headers["content-language"] == language
        assert page.evaluate("document.documentElement.lang") == language
        assert page.title().endswith("· Domnaer") and len(page.title()) > len("· Domnaer")
        assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
        unmarked = page.evaluate(
            """() => { const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const text = texts.currentNode.textContent, lang = texts.currentNode.parentElement.closest("[lang]").lang;
                if (/[\\u1780-\\u17ff]/.test(text) && lang !== "km") found.push(text.trim().slice(0, 40)); }
            return found; }"""
        )
        assert [text for text in unmarked if KIMLY.khmer in text] == [], "a Khmer name is marked as Khmer"
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
            .filter(e => !e.labels.length && !e.ariaLabel && !e.getAttribute("aria-labelledby")).map(e => e.name)"""
        )
        assert nameless == []
        twice = page.evaluate(
            """() => { const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
            return ids.filter((id, nth) => ids.indexOf(id) !== nth); }"""
        )
        assert twice == [], "an id stands once in a page"


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(kind: str, opens: Opens, pages: dict[str, tuple[str | None, str]]) -> None:
    who, path = pages[kind]
    for viewport, language in ((WIDE, "en"), (NARROW, "km")):
        page = opens(who, viewport, language)
        page.goto(path)
        no_barrier(page)


@pytest.mark.parametrize("kind", KINDS)
def test_the_language_switch_stays_where_one_is(
    kind: str, opens: Opens, pages: dict[str, tuple[str | None, str]]
) -> None:
    who, path = pages[kind]
    page = opens(who)
    page.goto(path)
    switch(page, "ខ្មែរ")
    expect(page).to_have_url(path)
    assert page.evaluate("document.documentElement.lang") == "km"
    switch(page, "English")
    expect(page).to_have_url(path)
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_language_switch_keeps_what_was_typed_and_nothing_of_it_stays_behind(
    opens: Opens, pages: dict[str, tuple[str | None, str]]
) -> None:
    who, path = pages["case"]
    page = opens(who)
    page.goto(path)
    page.get_by_label("What was done").select_option("visit")
    page.get_by_label("In your words").first.fill("នាងនៅមន្ទីរពេទ្យ")
    page.locator("#field-next_on").fill("2031-02-03")
    for language in ("ខ្មែរ", "English"):
        switch(page, language)
        expect(page.locator("#field-action")).to_have_value("visit")
        expect(page.locator("#field-log_note")).to_have_value("នាងនៅមន្ទីរពេទ្យ")
        expect(page.locator("#field-next_on")).to_have_value("2031-02-03")
        assert page.evaluate("window.sessionStorage.length") == 0
    page.goto("/consular/pages/cases")
    page.goto(path)
    expect(page.locator("#field-log_note")).to_have_value("")


def test_the_language_switch_of_the_sign_in_carries_the_name_and_no_password(opens: Opens) -> None:
    page = opens()
    page.goto("/sign-in")
    page.get_by_label("Name to sign in with").fill("registrar")
    page.get_by_label("Password").fill("of no concern")
    switch(page, "ខ្មែរ")
    expect(page.locator("#field-username")).to_have_value("registrar")
    expect(page.locator("#field-password")).to_have_value("")


def test_the_language_switch_of_the_sign_in_keeps_where_one_wanted_to_go(opens: Opens, life: Records) -> None:
    page = opens()
    page.goto(f"/registry/pages/workers/{life.number}")
    switch(page, "ខ្មែរ")
    switch(page, "English")
    sign_in(page, "registrar")
    expect(page).to_have_url(f"/registry/pages/workers/{life.number}")


@pytest.mark.parametrize("kind", ["worker", "case", "returnee", "cases", "returnees"])
def test_on_paper_there_is_the_record_and_nothing_to_press(
    kind: str, opens: Opens, pages: dict[str, tuple[str | None, str]]
) -> None:
    who, path = pages[kind]
    page = opens(who)
    page.goto(path)
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => [...document.querySelectorAll("header.top, nav, form, button, footer, .skip")]
        .filter(e => getComputedStyle(e).display !== "none" && e.offsetParent !== null)
        .map(e => e.tagName + " " + e.className + " " + e.textContent.trim().slice(0, 40))"""
    )
    assert shown == []
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if kind == "worker":
        expect(page.locator("figure svg.wide")).to_be_visible()
    assert page.pdf(format="A4", print_background=True).startswith(b"%PDF")


def test_on_a_narrow_screen_time_runs_down(opens: Opens, life: Records) -> None:
    page = opens("registrar", NARROW)
    page.goto(f"/registry/pages/workers/{life.number}")
    expect(page.locator("figure svg.tall")).to_be_visible()
    expect(page.locator("figure svg.wide")).to_be_hidden()


def test_each_shape_of_the_picture_links_to_its_row(opens: Opens, life: Records) -> None:
    page = opens("registrar")
    page.goto(f"/registry/pages/workers/{life.number}")
    targets = page.evaluate(
        """() => [...document.querySelectorAll("figure svg.wide a")].map(a => a.getAttribute("href"))
        .map(href => [href, href.startsWith("#") && document.querySelector(href) !== null])"""
    )
    assert len(targets) >= 4
    assert [href for href, there in targets if not there] == []


@pytest.mark.parametrize("service", ["border", "registry"])
def test_api_documentation_loads_without_the_internet(service: str, opens: Opens) -> None:
    page = opens()
    page.goto(f"/{service}/docs")
    expect(page.locator(".swagger-ui .opblock").first).to_be_visible()


def test_a_worker_without_a_name_has_a_page_too(opens: Opens, system: RunningSystem) -> None:
    number = f"N{uuid4().int % 10**9:09}"
    nameless = {"sex": 1, "documents": [{"kind": "passport", "number": number}]}
    system.recorded("/border/crossings", crossing("return", nameless))
    worker = system.worker_of(document={"number": number})
    page = opens("registrar")
    page.goto(f"/registry/pages/workers/{worker['number']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Name not known")
