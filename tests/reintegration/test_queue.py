"""The counsellor's queue: filters, orders, the search by name, and several cases taken at once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.reintegration.domain.case import case_of
from services.reintegration.pages import selection
from tests.reintegration.agency import AT, a_handle, receive, repatriated, returned
from tests.reintegration.test_reintegration_pages import Browser, browser

__all__ = ["browser"]

LATEST = datetime(2014, 8, 1, 2, tzinfo=UTC)


async def back(browser: Browser, **facts: Any) -> UUID:
    event = returned(a_handle(), **facts)
    await receive(browser.running, "reintegration.returns", event)
    return case_of(event.id)


def shown(page: str) -> list[str]:
    """The cases of a list, in its order."""
    return list(dict.fromkeys(re.findall(r'href="/reintegration/pages/cases/([0-9a-f-]{36})"', page)))


async def take(browser: Browser, query: str, **fields: str) -> httpx2.Response:
    page = await browser.page(query)
    csrf = dict(re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)">', page))
    return await browser.http.post(f"/reintegration/pages/cases/taking{query}", data=csrf | fields)


async def confirm(browser: Browser, answer: httpx2.Response, act: str = "taking") -> httpx2.Response:
    form = re.search(rf'<form method="post" action="([^"]*/{act}[^"]*)".*?</form>', answer.text, re.DOTALL)
    assert form is not None, answer.text
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', form[0]))
    return await browser.http.post(form[1].replace("&amp;", "&"), data=hidden)


async def test_the_queue_is_filtered_and_ordered(browser: Browser) -> None:
    first, second, last = [await back(browser, at=LATEST + timedelta(days=nth)) for nth in (0, 1, 2)]
    since = "?back_since=2014-08-01&back_until=2014-08-05&province=&need=&deported="
    assert shown(await browser.page(since)) == [str(last), str(second), str(first)]
    assert shown(await browser.page(f"{since}&order=waiting")) == [str(first), str(second), str(last)]
    assert shown(await browser.page("?back_since=2014-08-02&back_until=2014-08-02")) == [str(second)]
    await browser.sends(first, "needs", need_1="credit")
    assert shown(await browser.page(f"{since}&need=credit")) == [str(first)]
    assert shown(await browser.page(f"{since}&need=none&order=due")) == [str(second), str(last)]
    assert shown(await browser.page(f"{since}yes")) == []
    page = await browser.page(f"{since}&need=none")
    assert "2 open cases" in page, "the counts are those of the filter"
    assert "queue=mine&amp;back_since=2014-08-01&amp;back_until=2014-08-05&amp;need=none" in page, (
        "the queues keep the filter"
    )
    await browser.page("?back_since=yesterday", status=422)
    assert shown(await browser.page("?back_since=02/08/2014&back_until=2 Aug 2014")) == [str(second)]
    opened, closed = repatriated(a_handle())
    opened = replace(opened, facts=opened.facts.model_copy(update={"home_province": "02"}))
    await receive(browser.running, "reintegration.returns", opened, closed)
    assert str(case_of(closed.id)) in shown(await browser.page("?way_back=mission"))
    assert str(case_of(closed.id)) not in await browser.page("?way_back=border&back_until=2014-06-30")


async def test_a_returnee_is_found_by_the_beginning_of_a_name(browser: Browser) -> None:
    case_id = await back(browser, at=AT + timedelta(days=90))
    page = await browser.page()
    csrf = dict(re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)">', page))
    for name in ("soph chan", "សុភាព"):
        answer = await browser.http.post("/reintegration/pages/cases/search", data=csrf | {"name": name})
        assert str(case_id) in shown(answer.text)
    elsewhere = await back(browser, at=AT + timedelta(days=91), province="21")
    assert str(elsewhere) not in answer.text
    answer = await browser.http.post("/reintegration/pages/cases/search", data=csrf | {"name": "Sokha"})
    assert shown(answer.text) == []


async def test_several_cases_are_taken_at_once_after_a_confirmation(browser: Browser) -> None:
    ids = [await back(browser, at=LATEST + timedelta(days=30 + nth)) for nth in range(3)]
    query = "?queue=unassigned&back_since=2014-08-30&back_until=2014-09-05"
    asked = await take(browser, query, first="2")
    assert "Take 2 cases?" in asked.text and str(ids[0]) not in asked.text
    assert shown(await browser.page(f"{query}")) == [str(each) for each in reversed(ids)], "not taken yet"
    for _ in range(2):  # sent twice
        done = await confirm(browser, asked)
        assert done.status_code == 303
    page = await browser.http.get(done.headers["location"])
    assert "2 cases are now yours" in page.text and shown(page.text) == [str(ids[1]), str(ids[2])]


async def test_a_case_that_a_colleague_took_meanwhile_stays_with_them(browser: Browser) -> None:
    case_id = await back(browser, at=LATEST + timedelta(days=60))
    asked = await take(browser, "?queue=open", **{f"case_{case_id}": ""})
    await assigned(browser, case_id)
    done = await confirm(browser, asked)
    page = await browser.http.get(done.headers["location"])
    assert "1 case was not taken" in page.text
    assert "in charge: colleague" in await browser.page(f"/{case_id}")


async def test_a_case_that_a_colleague_takes_while_several_are_taken_stays_with_them(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await back(browser, at=LATEST + timedelta(days=70 + nth)) for nth in range(2)]
    asked = await take(browser, "?queue=open", **{f"case_{each}": "" for each in ids})
    look = selection.look_at_cases

    async def taken_after_the_look(*arguments: Any) -> Any:
        rows = await look(*arguments)
        await assigned(browser, ids[0])
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(selection, "look_at_cases", taken_after_the_look)
        done = await confirm(browser, asked)
    page = (await browser.http.get(done.headers["location"])).text
    assert "1 case is now yours" in page and "1 case was not taken" in page
    assert "in charge: colleague" in await browser.page(f"/{ids[0]}")
    assert "in charge: Counsellor" in await browser.page(f"/{ids[1]}")


async def test_one_case_that_a_colleague_took_after_its_page_was_opened_stays_with_them(
    browser: Browser,
) -> None:
    case_id = await back(browser, at=LATEST + timedelta(days=72))
    page = await browser.page(f"/{case_id}")
    await assigned(browser, case_id)
    form = re.search(r'<form method="post" action="[^"]*/assignment".*?</form>', page, re.DOTALL)
    assert form is not None
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', form[0]))
    address = f"/reintegration/pages/cases/{case_id}/assignment"
    refused = await browser.http.post(address, data=hidden)
    assert (
        refused.status_code == 409 and "Another counsellor is in charge of this case by now" in refused.text
    )
    assert "in charge: colleague" in refused.text
    shown_again = dict(re.findall(r'<input type="hidden" name="(instead_of)" value="([^"]*)">', refused.text))
    done = await browser.http.post(address, data=hidden | shown_again | {"key": f"{case_id}-again"})
    assert done.status_code == 303 and "in charge: Counsellor" in await browser.page(f"/{case_id}")


async def assigned(browser: Browser, case_id: UUID) -> None:
    headers = {"Authorization": f"Bearer {browser.token}", "Idempotency-Key": str(case_id)}
    body = {"occurred_at": "2014-10-02T09:00:00+07:00", "counsellor": "colleague"}
    given = await browser.http.post(f"/reintegration/cases/{case_id}/assignment", json=body, headers=headers)
    assert given.status_code == 200, given.text


async def test_more_than_a_hundred_and_nothing_at_all_are_refused_in_words(browser: Browser) -> None:
    for fields in ({"first": "101"}, {"first": "many"}, {}):
        answer = await take(browser, "?queue=open", **fields)
        assert answer.status_code == 422 and "There is a problem" in answer.text
    elsewhere = await back(browser, province="21")
    answer = await take(browser, "?queue=open", **{f"case_{elsewhere}": ""})
    assert answer.status_code == 404
