"""Lines of Khmer, which is written without spaces, end between words on a narrow screen and in a narrow column."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Page
from pydantic import SecretStr

from chassis.base.settings import Environment, Settings
from chassis.http.middleware import RequestMiddleware
from chassis.pages.rendering import LANGUAGE_COOKIE, add_pages, pages_of
from tests.browser import launched, serving

TEXT = "ការទទួលយកបញ្ជីនៃការប្រគល់ទទួលដោយអាជ្ញាធរអន្តោប្រវេសន៍"
TEMPLATE = f"""{{% extends "base.html" %}}
{{% block title %}}{TEXT}{{% endblock %}}
{{% block main %}}<h1>{TEXT}</h1><h2>{TEXT}</h2><p>{TEXT} <a href="/lines">{TEXT}</a></p><p><span class="tag">{TEXT}</span></p>
<form><label>{TEXT}</label><p class="hint">{TEXT}</p><button>{TEXT}</button></form>
<table><thead><tr>{f'<th scope="col">{TEXT}</th>' * 5}</tr></thead>
<tbody><tr>{f"<td>{TEXT}</td>" * 5}</tr></tbody></table>{{% endblock %}}"""
_BROKEN = """() => {
  const words = new Intl.Segmenter("km", { granularity: "word" });
  const wrong = [];
  let lines = 0;
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const ends = new Set([...words.segment(text.data)].map(({ index }) => index));
    let line = null;
    for (let nth = 0; nth < text.data.length; nth++) {
      const range = document.createRange();
      range.setStart(text, nth);
      range.setEnd(text, nth + 1);
      const [place] = range.getClientRects();
      if (!place || !place.width) continue;
      if (line !== null && place.top > line + place.height / 2) {
        lines++;
        if (!ends.has(nth)) wrong.push(`${text.parentElement.tagName}: ${text.data.slice(0, nth)}|${text.data.slice(nth)}`);
      }
      line = place.top;
    }
  }
  return { lines, wrong, wide: document.documentElement.scrollWidth - window.innerWidth };
}"""
"""The line ends of the page that are not at the end of a word, by Chromium's dictionary of Khmer."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("templates")
    (folder / "lines.html").write_text(TEMPLATE)
    app, key = FastAPI(), SecretStr("x" * 32)
    add_pages(app, Settings(handle_key=key, session_key=key, environment=Environment.EMBEDDED), [folder])

    def show(request: Request) -> Response:
        return pages_of(request).render(request, "lines.html", here="/lines")

    app.add_route("/lines", show)
    with serving(RequestMiddleware(app)) as url, launched() as browser:
        context = browser.new_context()
        context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "km", "url": url}])
        opened = context.new_page()
        opened.goto(f"{url}/lines")
        opened.evaluate("document.fonts.ready")
        yield opened


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_lines_of_khmer_end_between_words(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate(_BROKEN)

    assert found["lines"] >= 5
    assert found["wrong"] == []
    assert found["wide"] <= 0


def test_headings_of_columns_are_out_of_sight_where_each_row_is_a_block(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    heads = page.locator("thead").bounding_box()

    assert heads is not None
    assert heads["width"] <= 1
    assert page.locator("thead").evaluate("(heads) => getComputedStyle(heads).overflow") == "hidden"
    assert page.locator("tbody td").first.is_visible()
