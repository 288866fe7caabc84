"""Every form of a reintegration case, sent with every kind of wrong input: the page speaks to an officer."""

from __future__ import annotations

import pytest

from tests.reintegration.test_reintegration_pages import Browser, browser
from tests.wrong_input import FOR_PROGRAMS, errors_shown, wrong_forms

__all__ = ["browser"]


async def test_no_form_shows_a_field_name_or_a_format(browser: Browser) -> None:
    case_id = await browser.came_back()
    seen: set[str] = set()
    for wrong in wrong_forms(await browser.page(f"/{case_id}")):
        answer = await browser.http.post(wrong.url, data=wrong.data)
        assert answer.status_code in (303, 409, 422), (wrong[:3], answer.text)
        if answer.status_code != 303:
            shown = errors_shown(answer.text)
            assert shown, wrong[:3]
            for text in shown:
                assert not FOR_PROGRAMS.search(text), (wrong[:3], text)
            seen.add(wrong.url.rpartition("/")[2])
    assert {"needs", "sessions", "placement", "referrals", "closing"} <= seen


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        ("long", "Minutes: this is not a whole number : enter digits only, such as 45"),
        ("0", "Minutes: this number is too small : enter 1 or more"),
        ("601", "Minutes: this number is too large : enter 600 or less"),
    ],
)
async def test_a_wrong_number_is_explained(browser: Browser, minutes: str, text: str) -> None:
    answer = await browser.sends(await browser.came_back(), "sessions", minutes=minutes)
    assert answer.status_code == 422
    assert text in " ".join(errors_shown(answer.text)[0].split())
