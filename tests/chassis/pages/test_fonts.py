"""The fonts that the pages bring: both scripts are drawn with them, bold is drawn as bold, and no browser asks for them twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Page
from pydantic import SecretStr

from chassis.base.settings import Environment, Settings
from chassis.http.middleware import RequestMiddleware
from chassis.pages.rendering import add_pages, pages_of
from deploy.fonts import FOLDER, FONTS
from tests.browser import launched, serving

TEMPLATE = """{% extends "base.html" %}
{% block title %}Fonts{% endblock %}
{% block main %}<p id="latin">Journeys, 2014</p><p id="khmer" lang="km">ដំណើររបស់ពលករ</p>
<p><b id="bold-latin">Journeys, 2014</b></p><p lang="km"><b id="bold-khmer">ដំណើររបស់ពលករ</b></p>
<button lang="km">ដំណើររបស់ពលករ</button>{% endblock %}"""
_DRAWN = """(id) => {
  const shown = document.getElementById(id);
  const style = getComputedStyle(shown);
  const canvas = document.createElement("canvas");
  canvas.width = 400; canvas.height = 60;
  const pen = canvas.getContext("2d");
  pen.font = `${style.fontWeight} 32px ${style.fontFamily}`;
  pen.fillText(shown.textContent, 4, 44);
  return pen.getImageData(0, 0, 400, 60).data.reduce((sum, value) => sum + value, 0);
}"""
"""How much ink the text of an element takes in its own font and weight."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("templates")
    (folder / "fonts.html").write_text(TEMPLATE)
    app, key = FastAPI(), SecretStr("x" * 32)
    add_pages(app, Settings(handle_key=key, session_key=key, environment=Environment.EMBEDDED), [folder])

    def show(request: Request) -> Response:
        return pages_of(request).render(request, "fonts.html", here="/fonts")

    app.add_route("/fonts", show)
    with serving(RequestMiddleware(app)) as url:
        yield url


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    with launched() as browser:
        opened = browser.new_page()
        opened.goto(f"{address}/fonts")
        opened.evaluate("document.fonts.ready")
        yield opened


def test_the_fonts_are_loaded_for_the_script_that_each_is_for(page: Page) -> None:
    loaded = page.evaluate(
        "[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('\"', ''))"
    )
    assert sorted(loaded) == ["Domnaer Khmer", "Domnaer Latin"]
    for family, text in (("Domnaer Khmer", "ដំណើរ"), ("Domnaer Latin", "Journeys")):
        for weight in (400, 700):
            assert page.evaluate(
                "([font, text]) => document.fonts.check(font, text)", [f'{weight} 16px "{family}"', text]
            )


@pytest.mark.parametrize("element", ["#latin", "#khmer", "#bold-khmer", "button", "h1, p, a"])
def test_texts_of_pages_name_the_fonts_first(page: Page, element: str) -> None:
    family = page.locator(element).first.evaluate("(shown) => getComputedStyle(shown).fontFamily")
    assert re.sub('"', "", family).startswith("Domnaer Khmer, Domnaer Latin, ")


@pytest.mark.parametrize("script", ["latin", "khmer"])
def test_bold_is_drawn_with_strokes_of_its_own(page: Page, script: str) -> None:
    regular, bold = page.evaluate(_DRAWN, script), page.evaluate(_DRAWN, f"bold-{script}")

    assert bold > 1.1 * regular
    assert page.locator(f"#bold-{script}").evaluate("(shown) => getComputedStyle(shown).fontWeight") == "700"
    widths = page.evaluate(
        """(text) => [400, 700].map((weight) => {
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = `${weight} 32px "Domnaer Khmer", "Domnaer Latin"`;
          return pen.measureText(text).width;
        })""",
        page.locator(f"#{script}").text_content(),
    )
    assert widths[1] > widths[0]  # a bold that the browser thickens has the width of the regular letters


def test_a_font_is_kept_for_good_and_other_files_for_an_hour(address: str) -> None:
    style = httpx2.get(f"{address}/static/domnaer.css")
    named = re.findall(r'url\("(fonts/[^"]+)"\)', style.text)
    assert sorted(named) == sorted(f"fonts/{each.package}-{each.version}.woff2" for each in FONTS)
    assert style.headers["cache-control"] == "public, max-age=3600"
    for name in named:
        font = httpx2.get(f"{address}/static/{name}")
        assert font.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert font.content[:4] == b"wOF2"
        assert "font-src 'self'" in font.headers["content-security-policy"]


def test_each_font_has_its_licence_beside_it() -> None:
    assert {each.name for each in FOLDER.iterdir()} == {
        name
        for font in FONTS
        for name in (f"{font.package}-{font.version}.woff2", f"{font.package}-LICENSE.txt")
    }
    for font in FONTS:
        licence = Path(FOLDER / f"{font.package}-LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
