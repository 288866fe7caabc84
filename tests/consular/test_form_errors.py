"""Every form of a case, sent with every kind of wrong input: the page speaks to an officer, the API to a program."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.consular.mission import TODAY, post, step
from tests.consular.mission import opened as opened_by_api
from tests.consular.test_consular_pages import Browser, attache, site
from tests.wrong_input import FOR_PROGRAMS, errors_shown, text_of, wrong_forms

__all__ = ["attache", "site"]
asynchronous = pytest.mark.asyncio(loop_scope="session")


@asynchronous
async def test_no_form_shows_a_field_name_or_a_format(attache: Browser) -> None:
    case_id = await attache.opens()
    seen: dict[str, int] = {}
    for wrong in wrong_forms(await attache.page(f"/{case_id}")):
        if wrong.url.endswith(("/closing", "/handover")) and wrong.field.endswith("_note"):
            continue  # the note is optional and the choice is missing: covered by the choice
        answer = await attache.http.post(wrong.url, data=wrong.data)
        assert answer.status_code in (303, 409, 422), (wrong[:3], answer.text)
        if answer.status_code == 303:
            continue  # the value was accepted
        shown = errors_shown(answer.text)
        assert shown, wrong[:3]
        for text in shown:
            assert not FOR_PROGRAMS.search(text), (wrong[:3], text)
        seen[wrong.url.rpartition("/")[2]] = seen.get(wrong.url.rpartition("/")[2], 0) + 1
    assert set(seen) == {"actions", "due-date", "identification", "handover", "closing"}


@asynchronous
@pytest.mark.parametrize(
    ("form", "fields", "text"),
    [
        ("actions", {"action": ""}, "What was done: nothing is given here"),
        ("actions", {"action": "dance"}, "What was done: this is not one of the choices"),
        ("actions", {"action": "call", "happened_at": "soon"}, "When: this is not a time"),
        (
            "actions",
            {"action": "call", "happened_at": f"{TODAY + timedelta(days=2)}T08:00"},
            "When: This time is in the future. Check the date and time.",
        ),
        ("actions", {"action": "call", "log_note": "x" * 5000}, "In your words: this text is too long"),
        ("due-date", {"due_on": "soon"}, "enter the date with day, month and year"),
        ("due-date", {"due_on": "9999-12-31"}, "This date cannot be right"),
        ("due-date", {"due_on": "2559-01-31"}, "did you mean 2016?"),
        ("due-date", {"due_on": "2014-01-01"}, "The next step cannot be due on a day that has passed"),
        ("identification", {"person_latin": "x" * 500}, "this text is too long"),
        ("identification", {"person_sex": "7"}, "Sex: this is not one of the choices"),
        ("identification", {"person_latin": "Sok", "person_born": "soon"}, "Born: this is not a date"),
    ],
)
async def test_a_wrong_input_is_explained_at_its_label(
    attache: Browser, form: str, fields: dict[str, str], text: str
) -> None:
    answer = await attache.sends(await attache.opens(), form, **fields)
    assert answer.status_code == 422
    summary = " ".join(errors_shown(answer.text)[0].split())
    assert text in summary
    assert not FOR_PROGRAMS.search(summary)


@asynchronous
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("actions", step(), "action"),
        ("actions", step(action="dance"), "action"),
        ("actions", step(action="call", occurred_at="soon"), "occurred_at"),
        (
            "actions",
            step(action="call", occurred_at=f"{TODAY + timedelta(days=2)}T08:00:00+07:00"),
            "occurred_at",
        ),
        ("due-date", step(due_on="soon"), "due_on"),
        ("due-date", step(due_on="2014-01-01"), "due_on"),
        ("identification", step(person={"sex": 7}), "person.sex"),
    ],
)
async def test_the_api_names_the_field(http: Any, path: str, body: dict[str, Any], field: str) -> None:
    case_id = await opened_by_api(http)
    answer = await post(http, "attache", f"/cases/{case_id}/{path}", body)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


@asynchronous
@pytest.mark.parametrize("path", ["/no-id", "?whose=every_one", "?cursor=forged"])
async def test_a_wrong_address_is_explained_without_formats(attache: Browser, path: str) -> None:
    answer = await attache.http.get(f"/consular/pages/cases{path}")
    assert answer.status_code in (400, 404, 422), answer.text
    text = text_of(answer.text)
    assert text.strip() and not FOR_PROGRAMS.search(text.replace("every_one", "")), text
