"""From a handover to the private questions: who of the group was not asked yet, and the links of its pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from services.border.main import service
from services.border.pages import NAV
from tests.border.desk import PAGES, Desk, text_of
from tests.border.post import People, now, person, post, returned, uploaded
from tests.signed_in import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
ALL_ASKED = "Everybody of this handover was asked the private questions."


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="desk") as client:
        client.cookies.clear()
        yield client


async def lorry_of(desk: Desk, names: Sequence[str]) -> tuple[str, list[str]]:
    """Announce a lorry and record its persons row by row; return the path of its page, and their crossings."""
    answer = await desk.sends(
        await desk.page("/handovers/new"), "/opening", count_announced=str(len(names) or 1)
    )
    assert answer.status_code == 303, answer.text
    lorry = answer.headers["location"].removeprefix(PAGES)
    page, found = await desk.page(f"{lorry}/persons"), []
    for name in names:
        page = (await desk.sends(page, "/persons", name=name)).text
        recorded = page.partition('role="status"')[2].partition("</section>")[0]
        link = re.search(rf'href="{PAGES}/crossings/([^"/]+)/questions">Ask the private questions<', recorded)
        assert link is not None, recorded
        found.append(link[1])
    return lorry, found


async def asked(desk: Desk, crossing_id: str) -> None:
    body = {"crossing_id": crossing_id, "ended": "answered", "occurred_at": now()}
    answer = await post(desk.http, "/border/screenings", body, who=desk.who)
    assert answer.status_code == 201, answer.text


async def test_each_page_of_a_handover_leads_to_the_questions_of_its_persons(
    http: httpx2.AsyncClient,
) -> None:
    desk = Desk(http, "desk")
    lorry, crossings = await lorry_of(desk, ["TOGETHER ONE", "TOGETHER TWO"])
    for path in (lorry, f"{lorry}/persons", f"{lorry}/slips"):
        page = await desk.page(path)
        assert f'href="{PAGES}{lorry}/screenings"' in page and "not asked yet: 2" in text_of(page), path
    # A printed slip must not lead whoever finds it to the questions: "screen" is not printed.
    for path, link in ((f"{lorry}/persons", '<a class="screen"'), (f"{lorry}/slips", '<p class="screen"><a')):
        page = await desk.page(path)
        assert page.count('/questions"') == len(crossings), path
        for crossing_id in crossings:
            assert f'{link} href="{PAGES}/crossings/{crossing_id}/questions"' in page, path


async def test_whoever_was_asked_leaves_the_list_of_the_handover(http: httpx2.AsyncClient) -> None:
    desk = Desk(http, "desk")
    lorry, (first, second) = await lorry_of(desk, ["GROUP ONE", "GROUP TWO"])
    body = returned(occurred_at=now(), person=person(name={"latin": "ON FOOT"}))
    assert (await post(http, "/border/crossings", body, who="desk")).status_code == 201
    page = text_of(await desk.page(f"{lorry}/screenings"))
    assert "GROUP ONE" in page and "GROUP TWO" in page and "ON FOOT" not in page
    assert "not asked yet: 2" in of_group(await desk.page("/screenings"), lorry)
    await asked(desk, first)
    page = text_of(await desk.page(f"{lorry}/screenings"))
    assert "GROUP ONE" not in page and "GROUP TWO" in page
    assert "not asked yet: 1" in of_group(await desk.page("/screenings"), lorry)
    assert "not asked yet: 1" in text_of(await desk.page(lorry))
    await asked(desk, second)
    for path in (f"{lorry}/screenings", lorry, f"{lorry}/persons", f"{lorry}/slips"):
        assert ALL_ASKED in text_of(await desk.page(path)), path
    assert f"{lorry}/screenings" not in await desk.page("/screenings")


def of_group(page: str, lorry: str) -> str:
    """Return the line of a handover above the list of a day."""
    found = re.search(rf'<li><a href="{PAGES}{lorry}/screenings">.*?</li>', page)
    assert found is not None, text_of(page)
    return found[0]


async def test_the_list_has_the_persons_of_other_days_and_goes_on_over_pages(
    http: httpx2.AsyncClient,
) -> None:
    desk = Desk(http, "desk")
    lorry, _ = await lorry_of(desk, [])
    assert "No person of this handover is recorded yet." in text_of(await desk.page(f"{lorry}/screenings"))
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    rows = [
        returned(
            kind="deported_return",
            occurred_at=yesterday,
            authority="immigration",
            ground="irregular_stay",
            handover_id=lorry.rpartition("/")[2],
            person=person(name={"latin": f"SEAT {chr(65 + seat // 26)}{chr(65 + seat % 26)}"}),
        )
        for seat in range(51)
    ]
    outcome = await uploaded(http, rows, path="/border/crossings/bulk", who="desk")
    assert outcome["taken"] == 51, outcome
    shown: list[str] = []
    path: str | None = f"{lorry}/screenings"
    while path is not None:
        page = await desk.page(path)
        shown += re.findall(r"SEAT \w\w", page)
        further = re.search(r'href="/border/pages([^"]*)" rel="next"', page)
        path = None if further is None else further[1]
    assert sorted(shown) == sorted(row["person"]["name"]["latin"] for row in rows)
    assert "SEAT AA" not in await desk.page("/screenings")


async def test_who_may_not_ask_or_not_read_handovers_is_shown_nothing_of_it(http: httpx2.AsyncClient) -> None:
    lorry, (crossing_id,) = await lorry_of(Desk(http, "desk"), ["SHOWN TO FEW"])
    officer = Desk(http, "poipet")
    for path in (lorry, f"{lorry}/persons", f"{lorry}/slips"):
        page = await officer.page(path)
        assert "/screenings" not in page and "/questions" not in page and "asked" not in page, path
    await officer.page(f"{lorry}/screenings", status=403)
    only = Desk(http, "asks-only")
    await only.page(f"{lorry}/screenings", status=403)
    page = await only.page("/screenings")
    assert f"/crossings/{crossing_id}/questions" in page and lorry not in page
    await Desk(http, "desk-bavet").page(f"{lorry}/screenings", status=404)


async def test_the_offline_booth_says_where_the_questions_are_asked(http: httpx2.AsyncClient) -> None:
    for language, words in (("en", "asked at the desk, with a connection"), ("km", "សំណួរឯកជន")):
        assert words in await Desk(http, "desk").page(f"/offline/{language}")
