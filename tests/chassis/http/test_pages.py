"""Pages: language, escaping, the signed-in person and the permitted links."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import jinja2
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from chassis.access.permissions import Caller, Reach
from chassis.access.places import place_of
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.catalogues import translations
from chassis.pages.rendering import LANGUAGE_COOKIE, Pages
from domnaer.local.issuer import LocalIssuer
from tests.chassis.http.example import ATTACHE, OFFICER, RECORD

pytestmark = pytest.mark.asyncio


@pytest.fixture
def signed_in(http: httpx2.AsyncClient, issuer: LocalIssuer) -> httpx2.AsyncClient:
    http.cookies.set(SESSION_COOKIE, issuer.token(OFFICER.id), domain="desk.example")
    return http


async def test_a_page_shows_who_is_signed_in_and_links_to_what_they_may_see(
    signed_in: httpx2.AsyncClient,
) -> None:
    page = (await signed_in.get("/totals")).text

    assert "KH-PPT · Rath Visal, Officer at Poipet" in page
    assert '<a href="/totals" aria-current="page">Totals</a>' in page
    assert "/cases" not in page
    assert '<form method="post" action="/sign-out"><input type="hidden" name="csrf"' in page


async def test_what_comes_from_outside_is_escaped(signed_in: httpx2.AsyncClient) -> None:
    page = (await signed_in.get("/totals")).text

    assert "&lt;b&gt;bold&lt;/b&gt;" in page


async def test_a_page_has_no_script_or_style_of_its_own(signed_in: httpx2.AsyncClient) -> None:
    for path in ("/totals", "/sign-in", "/nowhere"):
        page = (await signed_in.get(path, headers={"Accept": "text/html"})).text
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        scripts = re.findall("<script([^>]*)>", page)
        assert len(scripts) in (4, 5)
        assert all(
            re.fullmatch(r'( type="module")? src="/static/\w+\.js"( defer)?', each) for each in scripts
        )


async def test_the_reader_chooses_the_language_or_the_browser_does(signed_in: httpx2.AsyncClient) -> None:
    assert '<html lang="en">' in (await signed_in.get("/totals")).text
    asked = await signed_in.get("/totals", headers={"Accept-Language": "fr;q=0.9, km-KH;q=0.8"})
    assert '<html lang="km">' in asked.text
    assert asked.headers["content-language"] == "km"

    chosen = await signed_in.get("/language/km", params={"next": "/totals"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/totals")
    assert '<html lang="km">' in (await signed_in.get("/totals", headers={"Accept-Language": "en"})).text
    assert (await signed_in.get("/language/xx", params={"next": "//evil.example"})).headers["location"] == "/"


async def test_an_odd_language_cookie_is_passed_over(signed_in: httpx2.AsyncClient) -> None:
    signed_in.cookies.set(LANGUAGE_COOKIE, "../../etc/passwd", domain="desk.example")

    assert '<html lang="en">' in (await signed_in.get("/totals")).text


async def test_the_khmer_catalogue_has_every_message_of_the_templates() -> None:
    from importlib.resources import files

    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import read_po

    folder = files("chassis.pages")
    found = extract_from_dir(
        str(folder), [("templates/**.html", "jinja2")], options_map={"**": {"trimmed": "1"}}
    )
    messages = {message for _, _, message, _, _ in found}
    with (folder / "locale" / "km" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="km")

    assert messages
    assert messages <= {message.id for message in catalogue if message.id}
    assert translations("km").gettext("Sign out")


@pytest.mark.parametrize(
    ("countries", "city", "day", "moment"),
    [
        ((), "Phnom Penh", "13 Jan 2017", "13 Jan 2017, 00:30"),
        (("KOR",), "Seoul", "13 Jan 2017", "13 Jan 2017, 02:30"),
        (("KWT",), "Kuwait City", "12 Jan 2017", "12 Jan 2017, 20:30"),
        (("KWT", "KOR"), "Phnom Penh", "13 Jan 2017", "13 Jan 2017, 00:30"),
    ],
)
async def test_times_are_those_of_the_place_of_the_reader(
    countries: tuple[str, ...], city: str, day: str, moment: str, local: Settings
) -> None:
    filters = Pages(local).environment("en").filters
    reader = Caller("a", "A", "X", frozenset(), Reach(countries=frozenset(countries)), 4e9)
    late, context = datetime(2017, 1, 12, 17, 30, tzinfo=UTC), {"place": place_of(reader)}

    assert place_of(reader).city == city
    assert filters["day"](context, late) == day
    assert filters["day"](context, date(2017, 1, 12)) == "12 Jan 2017"
    assert filters["moment"](context, late) == moment


async def test_numbers_have_their_thousands_and_amounts_the_decimals_of_their_currency(
    local: Settings,
) -> None:
    filters = Pages(local).environment("en").filters

    assert filters["count_of"](1234567) == "1,234,567"
    assert filters["money"](Decimal("310.5"), "THB") == "THB 310.50"
    assert filters["money"](Decimal(1500000), "KRW") == "KRW 1,500,000"
    assert filters["money"](Decimal("85.5"), "KWD") == "KWD 85.500"


async def test_a_template_that_names_what_it_was_not_given_fails_at_once(
    app: FastAPI, local: Settings
) -> None:
    pages: Pages = app.state.pages
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "app": app}
    )

    with pytest.raises(jinja2.UndefinedError):
        pages.render(request, "totals.html")


async def test_the_style_sheet_and_the_script_are_served_and_may_be_kept(http: httpx2.AsyncClient) -> None:
    style = await http.get("/static/domnaer.css")
    script = await http.get("/static/live.js")

    assert (style.status_code, script.status_code) == (200, 200)
    assert "Noto Sans Khmer" in style.text
    assert "max-age" in style.headers["cache-control"]
    assert "no-store" not in style.headers["cache-control"]
    assert (await http.get("/static/../pages.py")).status_code == 404


async def test_a_browser_gets_a_problem_as_a_page_and_a_program_as_json(http: httpx2.AsyncClient) -> None:
    page = await http.get("/nowhere", headers={"Accept": "text/html"})
    answer = await http.get("/nowhere", headers={"Accept": "application/json"})

    assert (page.status_code, answer.status_code) == (404, 404)
    assert "<h1>There is nothing at this address</h1>" in page.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_page_that_is_missing_or_not_permitted_keeps_the_header_and_says_what_to_do(
    signed_in: httpx2.AsyncClient, issuer: LocalIssuer
) -> None:
    asked = {"Accept": "text/html"}
    missing = await signed_in.get("/nowhere", headers=asked)
    signed_in.cookies.set(SESSION_COOKIE, issuer.token(ATTACHE.id), domain="desk.example")
    refused = await signed_in.get("/totals", headers=asked)

    assert (missing.status_code, refused.status_code) == (404, 403)
    assert '<a href="/totals">Totals</a>' in missing.text and "Sign out" in missing.text
    assert "Check the address" in missing.text and 'href="/">To the first page' in missing.text
    assert '<a href="/cases">' in refused.text and "Keo Sreymom" in refused.text
    assert "the person who gives out permissions" in refused.text
    assert RECORD not in refused.text, "names of permissions are for programs"


async def test_a_failure_is_shown_as_a_page_without_details(http: httpx2.AsyncClient) -> None:
    page = await http.get("/broken", headers={"Accept": "text/html"})

    assert page.status_code == 500
    assert page.headers["x-correlation-id"] in page.text
    assert "Chanthy" not in page.text


async def test_a_problem_page_and_a_program_are_told_in_their_own_languages(
    signed_in: httpx2.AsyncClient,
) -> None:
    signed_in.cookies.set(LANGUAGE_COOKIE, "km", domain="desk.example")
    page = await signed_in.post("/totals", data={"csrf": "x"}, headers={"Accept": "text/html"})
    answer = await signed_in.post("/totals", data={"csrf": "x"})

    assert (page.status_code, answer.status_code) == (403, 403)
    assert "<h1>ទម្រង់នេះមិនបានមកពីទំព័ររបស់យើងទេ</h1>" in page.text
    assert "សូមបើកទំព័រម្តងទៀត រួចផ្ញើទម្រង់ម្តងទៀត។" in page.text
    main = page.text.partition('<main id="main">')[2].partition("</main>")[0]
    assert not re.search("[a-z]{3,}", re.sub(r"<[^>]*>|[0-9a-f]{8}-[0-9a-f-]+", " ", main)), main
    assert answer.json()["title"] == "This form did not come from one of our pages"
