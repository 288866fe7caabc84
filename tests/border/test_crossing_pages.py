"""The pages of crossings: those of today with their totals, for the screen and for printing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qsl
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio

from chassis.base.clock import Clock
from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.exports import lists
from chassis.exports.jobs import ExportJobs
from chassis.pages.officers import HISTORY_LOADER
from services.border.main import service
from services.border.pages import NAV
from tests.border.desk import Desk, crossings_of, text_of
from tests.border.post import PEOPLE, People, counts, person, returned, uploaded
from tests.signed_in import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
TODAY = Clock().today()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="poipet") as client:
        client.cookies.clear()
        officer = Desk(client, "poipet")
        for name, sex, born in (("LIST ONE", "2", "1985"), ("LIST TWO", "1", "1990"), ("", "", "")):
            page = await officer.page()
            assert (await officer.sends(page, "/crossings", name=name, sex=sex, born=born)).status_code == 200
        yield client


async def test_the_totals_are_those_of_the_stored_crossings(http: httpx2.AsyncClient) -> None:
    rows = await crossings_of(http)
    page = text_of(await Desk(http, "poipet").page("/crossings"))
    women, men = (sum(row["sex"] == sex for row in rows) for sex in (2, 1))
    assert f"All {women} {men} {len(rows) - women - men} {len(rows)}" in page
    yesterday = text_of(await Desk(http, "poipet").page(f"/crossings?day={TODAY - timedelta(days=1)}"))
    assert "No crossing is recorded for this choice." in yesterday
    assert "No crossing is recorded" in text_of(
        await Desk(http, "poipet").page("/crossings?begins=00:00&ends=00:01")
    )


async def test_whoever_records_crossings_at_the_post_sees_the_names(http: httpx2.AsyncClient) -> None:
    assert "LIST ONE" in await Desk(http, "poipet").page("/crossings")
    for who in ("bavet", "reader"):  # another post; the whole country without recording
        page = await Desk(http, who).page("/crossings")
        assert "LIST ONE" not in page
    assert "Departure for work" in page
    assert "LIST ONE" not in await Desk(http, "poipet-too").page("/crossings?whose=mine")


async def test_the_printed_list_says_who_printed_it(http: httpx2.AsyncClient) -> None:
    page = text_of(await Desk(http, "poipet").page("/crossings/print?whose=mine&begins=00:00"))
    assert "End of the shift" in page and "LIST TWO" in page and "Poipet · poipet ·" in page


async def test_the_list_is_a_file_without_names(http: httpx2.AsyncClient) -> None:
    file = await Desk(http, "poipet").page("/crossings?file=csv&whose=mine")
    assert len(file.splitlines()) >= 4 and "Departure for work" in file and "LIST ONE" not in file
    assert "Recorded one by one" in await Desk(http, "poipet").page("/handovers?file=csv")


async def test_a_day_that_cannot_be_read_is_named(http: httpx2.AsyncClient) -> None:
    page = await Desk(http, "poipet").page("/crossings?day=tomorrow&ends=late", status=422)
    assert "Day: this is not a date" in text_of(page) and "Until: this is not a time of day" in text_of(page)
    page = await Desk(http, "poipet").page(f"/crossings?day={TODAY:%d/%m/%Y}")
    assert "LIST ONE" in page
    await Desk(http, "recorder").page("/crossings", status=403)


async def test_a_record_of_a_history_load_names_its_recorder_in_words(http: httpx2.AsyncClient) -> None:
    row = returned(
        occurred_at="2011-04-05T09:00:00+07:00", recorded_at="2011-04-05T10:00:00+07:00", how="migrated"
    )
    row |= {"person": person(name={"latin": "LOADED ONE"})}
    path = "/border/crossings/bulk"
    outcome = await uploaded(http, [row], path=path, who=HISTORY_LOADER)
    assert counts(outcome) == (1, 0, 0), outcome
    officer = Desk(http, "poipet")
    link = re.search(r'href="/border/pages(/events/[^"]+)"', await officer.page("/crossings?day=2011-04-05"))
    assert link is not None
    for language, words in (("en", "Load of earlier records"), ("km", "ការផ្ទុកកំណត់ត្រាឆ្នាំមុនៗ")):
        officer.kept["domnaer_language"] = language
        for page in ("/crossings?day=2011-04-05", "/crossings/print?day=2011-04-05", link[1]):
            shown = await officer.page(page)
            assert words in shown and HISTORY_LOADER not in shown, page
        file = await officer.page("/crossings?day=2011-04-05&file=csv")
        assert f"{words},{HISTORY_LOADER}" in file  # the code stays in the column of codes


async def test_a_long_list_of_today_is_asked_for_with_its_day(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LONG", 0)
    desk = Desk(http, "poipet")
    for query, wanted in (
        ("whose=mine&file=csv", {"whose": "mine", "file": "csv", "day": str(TODAY)}),
        (f"day={TODAY:%d/%m/%Y}&file=csv", {"file": "csv", "day": str(TODAY)}),
    ):
        answer = await http.get(f"/border/pages/crossings?{query}", headers=desk.cookies())
        assert answer.status_code == 303, answer.text
        export_id = UUID(answer.headers["location"].rpartition("/")[2])
        job = await ExportJobs(runtime).find(export_id, PEOPLE["poipet"])
        assert job is not None and dict(parse_qsl(job.asked.query)) == wanted
        assert job.asked.detail["day"] == str(TODAY)
