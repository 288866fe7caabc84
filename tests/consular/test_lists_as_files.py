"""The lists of a mission as files: every record within reach, with the filter of the page, and kept in the audit."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.exports import lists
from chassis.pages.rendering import LANGUAGE_COOKIE, add_pages
from chassis.service import Role, RunningService
from chassis.uploads.workbook_process import rows_of
from services.consular.main import service
from services.consular.pages import NAV

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK = ("consular.case.open", "consular.case.work", "consular.case.read", "consular.permit.read")
TEMPLATES = Path(__file__).parents[2] / "services" / "consular" / "templates"
QUEUE, PERMITS = "/consular/pages/cases", "/consular/pages/permits"


class Desk:
    """The service, and the people who open its pages."""

    def __init__(
        self, running: RunningService, http: httpx2.AsyncClient, token_of: Callable[..., str]
    ) -> None:
        self.running, self.http, self.token_of = running, http, token_of

    def token(self, person: str = "lister", country: str = "SGP", permissions: tuple[str, ...] = DESK) -> str:
        return self.token_of(*permissions, person=person, reach=Reach(countries=frozenset([country])))

    async def opens(
        self, mission: str = "SGP", country: str = "SGP", who: str = "lister", **other: Any
    ) -> str:
        body = {"occurred_at": "2014-06-14T09:00:00+07:00", "mission": mission, "category": "wages"} | other
        headers = {"Authorization": f"Bearer {self.token(who, country)}", "Idempotency-Key": str(uuid4())}
        answer = await self.http.post("/consular/cases", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def gets(
        self, path: str, token: str | None = None, language: str = "en", status: int = 200, **query: str
    ) -> httpx2.Response:
        cookies = f"{SESSION_COOKIE}={token or self.token()}; {LANGUAGE_COOKIE}={language}"
        answer = await self.http.get(path, params=query, headers={"Accept": "text/html", "Cookie": cookies})
        assert answer.status_code == status, answer.text
        return answer

    async def audited(self, correlation: str) -> list[dict[str, Any]]:
        rows = await self.running.runtime.pool.fetch(
            "SELECT caller, action, detail, evidence FROM audit WHERE correlation = $1 ORDER BY entry_id",
            correlation,
        )
        return [dict(row) | {"detail": orjson.loads(row["detail"])} for row in rows]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(settings: Settings, token_of: Callable[..., str]) -> AsyncIterator[Desk]:
    async with RunningService(service, settings, Role.API) as running:
        if not hasattr(running.app.state, "pages"):
            add_pages(running.app, settings, [TEMPLATES], NAV)
        transport = httpx2.ASGITransport(Starlette(routes=[Mount("/consular", running.app)]))
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as http:
            yield Desk(running, http, token_of)


def rows_in(answer: httpx2.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_the_page_of_a_list_links_to_the_whole_list_with_its_filter(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST", 2)
    mine = {await desk.opens(attache="lister") for _ in range(5)}
    dara = {"name": {"latin": "SOK DARA", "khmer": "សុខ ដារ៉ា"}}
    other, beyond = await desk.opens(person=dara), await desk.opens("KUL", "MYS")
    hidden = await desk.opens(who="somebody", restricted_to=["somebody"])
    page = (await desk.gets(QUEUE, whose="mine")).text
    assert f'href="{QUEUE}?whose=mine&amp;file=csv"' in page
    answer = await desk.gets(QUEUE, whose="mine", file="csv")
    assert {row["Case"] for row in rows_in(answer)} == mine, "all pages of the list"
    whole = rows_in(await desk.gets(QUEUE, file="csv"))
    listed = {row["Case"] for row in whole}
    assert mine | {other} <= listed and not {beyond, hidden} & listed
    row = next(row for row in whole if row["Case"] == other)
    assert (row["Subject"], row["Subject (code)"], row["Mission"]) == (
        "Wages",
        "wages",
        "Embassy in Singapore",
    )
    assert (row["Name in Khmer script"], row["Name in Latin script"]) == ("សុខ ដារ៉ា", "SOK DARA")
    assert row["Opened (time of Singapore)"] == "2014-06-14 10:00"

    entries = await desk.audited(answer.headers["x-correlation-id"])
    asked, ended = entries[0], entries[-1]
    assert {entry["caller"] for entry in entries} == {"lister"}
    assert asked["action"] == ended["action"] == "export_list"
    assert asked["detail"] == {"list": "assistance-cases", "kind": "csv", "whose": "mine"}
    assert ended["detail"] == asked["detail"] | {"records": 5}
    looks = [entry["evidence"] for entry in entries[1:-1]]
    assert [len(each) for each in looks] == [2, 2, 1] and {str(one) for each in looks for one in each} == mine


async def test_a_workbook_is_in_the_language_of_the_reader_and_named_for_the_list(desk: Desk) -> None:
    case_id = await desk.opens()
    answer = await desk.gets(QUEUE, language="km", file="xlsx")
    named = answer.headers["content-disposition"]
    assert named.startswith('attachment; filename="assistance-cases-20') and "%E1%9E" in named
    (_, heads), *rows = rows_of(answer.content)
    assert any("\u1780" <= letter <= "\u17ff" for letter in heads[0])
    assert case_id in {cells[0] for _, cells in rows}
    assert answer.headers["cache-control"] == "no-store"


async def test_a_list_that_is_too_long_for_a_file_says_so_in_its_last_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST", 1)
    monkeypatch.setattr(lists, "LONGEST", 2)
    for _ in range(3):
        await desk.opens()
    *rows, last = rows_in(await desk.gets(QUEUE, file="csv"))
    assert len(rows) == 2 and last["Case"].startswith("The list is longer than this file.")


async def test_a_board_is_taken_as_a_file_with_the_last_visit(desk: Desk) -> None:
    detained = await desk.opens(category="detained_or_imprisoned")
    other = await desk.opens()
    answer = await desk.gets("/consular/pages/boards/detention", file="csv")
    rows = {row["Case"]: row for row in rows_in(answer)}
    assert detained in rows and other not in rows
    assert rows[detained]["Visited last (time of Singapore)"] == ""
    assert (await desk.audited(answer.headers["x-correlation-id"]))[0]["detail"]["board"] == "detention"


async def test_a_file_needs_the_permission_of_its_page(desk: Desk) -> None:
    no_permits = desk.token(permissions=("consular.case.read",))
    await desk.gets(PERMITS, no_permits, status=403, file="csv")
    assert (await desk.gets(PERMITS, file="csv")).content.startswith(b"\xef\xbb\xbfPermit,Kind,Kind (code)")
    await desk.gets(QUEUE, status=422, file="ods")
