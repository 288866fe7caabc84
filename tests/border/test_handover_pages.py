"""The pages of handovers: announced once, its persons recorded row by row, counted, and slips printed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from services.border.main import service
from services.border.pages import NAV
from tests.border.desk import Desk, crossings_of, form_of, text_of
from tests.border.post import People
from tests.signed_in import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="poipet") as client:
        client.cookies.clear()
        yield client


async def announced(officer: Desk, count: str = "3") -> str:
    """Announce a lorry; return the path of its page."""
    answer = await officer.sends(await officer.page("/handovers/new"), "/opening", count_announced=count)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/border/pages")


async def test_a_lorry_is_announced_recorded_row_by_row_and_counted(http: httpx2.AsyncClient) -> None:
    officer = Desk(http, "poipet")
    lorry = await announced(officer)
    assert "Not counted yet" in text_of(await officer.page(lorry))
    page = await officer.page(f"{lorry}/persons")
    for row in (
        {"sex": "2", "born": "1985", "name": "LORRY MOTHER", "together": "yes"},
        {"sex": "1", "born": "2010", "role": "child", "companion": "mother"},
        {"sex": "0"},
    ):
        answer = await officer.sends(page, "/persons", **row)
        assert answer.status_code == 200, answer.text
        page = answer.text
    assert "All 1 1 1 3" in text_of(page) and "Recorded one by one: 3" in text_of(page)
    rows = [row for row in await crossings_of(http) if row["handover_id"] == lorry.rpartition("/")[2]]
    assert {row["kind"] for row in rows} == {"deported_return"} and len(
        {row["vehicle_id"] for row in rows}
    ) == 1
    assert rows[0]["vehicle_id"] is not None

    page = await officer.page(lorry)
    _, count = form_of(page, "/count")
    assert (count["count_taken"], count["women"], count["children"]) == ("3", "1", "1")
    assert (await officer.sends(page, "/count")).status_code == 303
    assert "As many taken over as announced" in text_of(await officer.page(lorry))


async def test_a_count_that_differs_is_shown_in_the_list(http: httpx2.AsyncClient) -> None:
    officer = Desk(http, "poipet")
    lorry = await announced(officer, "40")
    wrong = await officer.sends(await officer.page(lorry), "/count", count_taken="38", women="39")
    assert wrong.status_code == 422
    assert (await officer.sends(await officer.page(lorry), "/count", count_taken="38")).status_code == 303
    assert "2 persons missing" in text_of(await officer.page("/handovers"))


async def test_an_empty_row_records_nobody_and_a_row_sent_twice_one_person(http: httpx2.AsyncClient) -> None:
    officer = Desk(http, "poipet")
    lorry = await announced(officer)
    page = await officer.page(f"{lorry}/persons")
    assert (await officer.sends(page, "/persons")).status_code == 422
    for _ in range(2):
        assert (await officer.sends(page, "/persons", sex="1", born="1990")).status_code == 200
    assert "Recorded one by one: 1" in text_of(await officer.page(lorry))


async def test_the_author_undoes_the_last_row(http: httpx2.AsyncClient) -> None:
    officer = Desk(http, "poipet")
    lorry = await announced(officer)
    page = (await officer.sends(await officer.page(f"{lorry}/persons"), "/persons", sex="1")).text
    undone = await officer.sends(page, "/undo")
    assert undone.headers["location"] == f"/border/pages{lorry}/persons?undone=yes"
    page = text_of(await officer.page(f"{lorry}/persons?undone=yes"))
    assert "Undone." in page and "Recorded one by one: 0" in page


async def test_slips_name_each_person_and_stay_within_reach(http: httpx2.AsyncClient) -> None:
    officer = Desk(http, "poipet")
    lorry = await announced(officer)
    for name in ("SLIP ONE", "SLIP TWO"):
        await officer.sends(await officer.page(f"{lorry}/persons"), "/persons", name=name)
    slips = await officer.page(f"{lorry}/slips")
    page = text_of(slips)
    assert page.index("1 / 2 SLIP ONE") < page.index("2 / 2 SLIP TWO")
    assert len(set(re.findall(r'aria-label="QR code of the record">(<svg.*?</svg>)', slips))) == 2
    other = Desk(http, "bavet")
    for path in (lorry, f"{lorry}/persons", f"{lorry}/slips"):
        await other.page(path, status=404)
    assert lorry.rpartition("/")[2] not in await other.page("/handovers")
    recorder = Desk(http, "recorder")
    await recorder.page("/handovers", status=403)
    await Desk(http, "reader").page(f"{lorry}/persons", status=403)


async def test_a_list_is_tried_first_and_its_errors_are_named_by_row(http: httpx2.AsyncClient) -> None:
    officer = Desk(http, "poipet")
    lorry = await announced(officer)
    assert 'href="/border/pages/handovers/lists/upload"' in await officer.page(lorry)
    handover_id = lorry.rpartition("/")[2]
    csrf = form_of(await officer.page(lorry), "/count")[1]["csrf"]
    rows = [
        "kind,occurred_at,checkpoint,returned_from,authority,handover_id,person.sex,person.name.latin",
        f"deported_return,2014-06-12 09:00,Poipet [KH-POI],THA,immigration,{handover_id},2,FROM LIST",
        f"deported_return,2014-06-12 09:00,Poipet [KH-POI],THA,immigration,{handover_id},female?,WRONG",
    ]

    async def sent(act: str) -> str:
        answer = await http.post(
            "/border/pages/handovers/lists/upload/file",
            data={"csrf": csrf, "key": str(uuid4()), "act": act},
            files={"file": ("list.csv", "\n".join(rows).encode(), "text/csv")},
            headers=officer.cookies(),
        )
        assert answer.status_code == 200, answer.text
        return text_of(answer.text)

    tried = await sent("try")
    assert "1 row would be recorded" in tried and "1 row is refused" in tried and "person.sex" in tried
    assert "Recorded one by one: 0" in text_of(await officer.page(lorry))
    assert "1 row recorded" in await sent("record")
    assert "Recorded one by one: 1" in text_of(await officer.page(lorry))
    template = await http.get("/border/pages/handovers/lists/upload/template.xlsx", headers=officer.cookies())
    assert (template.status_code, template.content[:2]) == (200, b"PK")
    await Desk(http, "reader").page("/handovers/lists/upload", status=403)
