"""Wrong input for the forms of a page: every field of every form gets each kind of wrong value."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

WRONG = ("", "x_y", "2014-13-45", "9999-12-31", "9999-12-31T23:59", "0", "-1", "99999", "🙂" * 4_100)
"""Missing, no code, no date, far dates and times in the future, numbers out of range, and text that is too long."""
FOR_PROGRAMS = re.compile(
    r"[a-z0-9]_[a-z]|\w\.\w+\[|\[\d|YYYY|JSON|UUID|ISO 8601|\bnull\b|Input should|Value error|="
)
"""Signs of a text for programs: field names, formats, messages of pydantic."""
_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
_FIELD = re.compile(r'<(?:input(?! type="hidden")|select|textarea)[^>]*? name="(\w+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_SUMMARY = re.compile(r'<section class="alarm errors".*?</section>', re.DOTALL)
_WHY = re.compile(r'<p class="why".*?</p>', re.DOTALL)


class Wrong(NamedTuple):
    """A form to be sent, with one field that is wrong."""

    url: str
    field: str
    value: str
    data: dict[str, str]


def wrong_forms(page: str) -> Iterator[Wrong]:
    """Yield each form of a page with each wrong value in each field; the other fields stay empty."""
    for form in _FORM.finditer(page):
        hidden = dict(_HIDDEN.findall(form[0]))
        fields = [name for name in _FIELD.findall(form[0]) if name not in hidden]
        if "/pages/" in form[1] and not form[1].endswith("/sign-out"):
            for name in fields:
                for value in WRONG:
                    yield Wrong(form[1], name, value, hidden | dict.fromkeys(fields, "") | {name: value})


def errors_shown(page: str) -> list[str]:
    """Return the texts of the errors that a page shows, without markup."""
    shown = [*_SUMMARY.findall(page), *_WHY.findall(page)]
    return [html.unescape(re.sub(r"<[^>]*>", " ", text)) for text in shown]


def text_of(page: str) -> str:
    """Return the text of a page, without markup."""
    return html.unescape(re.sub(r"<[^>]*>", " ", page.partition('<main id="main">')[2]))
