"""A field with a long code list in a real browser: with the keyboard alone, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr
from starlette.routing import Route

from chassis.base.settings import Environment, Settings
from chassis.pages.choosing import ListWanted, read_choices, search_list, show_list
from chassis.pages.rendering import add_pages, pages_of
from tests.browser import launched, serving

TEMPLATE = """{% extends "base.html" %}
{% from "forms.html" import begin, field, look_up with context %}
{% block title %}Job{% endblock %}
{% block main %}<h1 id="job">Job</h1>
{{ begin("send", "job") }}
{{ field("remark", "Remark", given.get("remark", "")) }}
{{ look_up("work", "Work", "occupations", given.get("work", ""), errors) }}
<button>Send</button></form>
<output>{{ given.get("work", "") }}</output>
{% endblock %}"""


def site(folder: Path) -> FastAPI:
    """Return an application with one form."""
    (folder / "job.html").write_text(TEMPLATE)
    key = SecretStr("x" * 32)
    app = FastAPI()
    add_pages(app, Settings(handle_key=key, session_key=key, environment=Environment.EMBEDDED), [folder])
    app.router.routes.append(Route("/choices/{name}", search_list, methods=["GET"]))
    app.add_exception_handler(ListWanted, show_list)

    async def show(request: Request) -> Response:
        sent = (await request.form()).items()
        given = read_choices({name: value for name, value in sent if isinstance(value, str)})
        return pages_of(request).render(request, "job.html", here="/job", key=uuid4, errors=(), given=given)

    app.add_route("/job", show, methods=["GET"])
    app.add_route("/job/send", show, methods=["POST"])
    return app


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(site(tmp_path_factory.mktemp("templates"))) as url:
        yield f"{url}/job"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


def opened(chromium: Browser, address: str, *, script: bool) -> Page:
    page = chromium.new_context(java_script_enabled=script, locale="en").new_page()
    page.goto(address)
    return page


def test_a_choice_is_made_with_the_keyboard_alone_and_sent_as_its_code(
    chromium: Browser, address: str
) -> None:
    page = opened(chromium, address, script=True)
    work = page.get_by_role("combobox", name="Work")
    work.press_sequentially("build lab")
    expect(page.get_by_role("option")).to_have_text(["Building construction labourers (9313)"])
    expect(work).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="1 found")).to_have_count(1)
    work.press("ArrowDown")
    option = page.get_by_role("option")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(work).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    assert Axe().run(page).response["violations"] == []
    work.press("Enter")
    expect(work).to_have_value("Building construction labourers (9313)")
    expect(page.get_by_role("listbox")).to_have_count(0)
    work.press("Enter")
    expect(page.locator("output")).to_have_text("9313")

    work = page.get_by_role("combobox", name="Work")
    work.fill("clerk")
    expect(page.get_by_role("listbox")).to_be_visible()
    work.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.get_by_role("button", name="List by letter")).to_have_count(0)


def test_without_a_script_the_list_by_letter_leads_back_to_the_form_as_it_was(
    chromium: Browser, address: str
) -> None:
    page = opened(chromium, address, script=False)
    page.get_by_label("Remark").fill("as agreed")
    page.get_by_role("button", name="List by letter").click()
    page.get_by_role("button", name="B", exact=True).click()
    page.get_by_role("button", name="Building construction labourers").click()
    expect(page.get_by_label("Remark")).to_have_value("as agreed")
    expect(page.get_by_label("Work")).to_have_value("Building construction labourers (9313)")
    page.get_by_label("Remark").press("Enter")
    expect(page.locator("output")).to_have_text("9313")
    expect(page.get_by_role("heading", name="Job")).to_be_visible()
