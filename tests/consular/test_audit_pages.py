"""The page of a record's reads, which the chassis adds to every service."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio

from chassis.access.permissions import Caller, Reach
from chassis.base.settings import Settings
from chassis.exports import lists
from chassis.exports.jobs import ExportJobs
from chassis.service import RunningService
from services.consular.main import service
from services.consular.pages import NAV
from tests.consular.mission import DESK, PEOPLE, People, opened, post
from tests.signed_in import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
AUDIT = "consular.audit.read"
CALLERS = {
    "auditor": Caller(
        "auditor", "KEO Auditor", "SUPERVISION", frozenset([*DESK, AUDIT]), Reach(national=True), 4e9
    ),
    "away": Caller("away", "away", "KUL", frozenset([AUDIT]), Reach(countries=frozenset(["MYS"])), 4e9),
}


class Auditors(People):
    def caller(self, token: str) -> Caller:
        return CALLERS.get(token) or PEOPLE[token]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=Auditors(), session="attache") as client:
        yield client


class Prefixed:
    """Sends the requests of the API to the mounted service."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def post(self, path: str, **rest: object) -> httpx2.Response:
        return await self._http.post(f"/consular{path}", **rest)  # type: ignore[arg-type]


async def opens(http: httpx2.AsyncClient, path: str, who: str, status: int = 200) -> str:
    answer = await http.get(f"/consular/pages{path}", headers={"Cookie": f"domnaer_session={who}"})
    assert answer.status_code == status, answer.text
    return answer.text


async def test_the_audit_of_a_record_names_who_read_it_and_who_changed_it(http: httpx2.AsyncClient) -> None:
    case = await opened(Prefixed(http))  # type: ignore[arg-type]
    other = await opened(Prefixed(http))  # type: ignore[arg-type]
    await opens(http, f"/cases/{case}", "colleague")
    page = await opens(http, f"/cases/{case}", "auditor")
    path = f"/audit/assistance-case-{case}"
    assert f'href="/consular/pages{path}"' in page and "Who looked at this record" in page
    assert path not in await opens(http, f"/cases/{case}", "attache"), (
        "without the permission there is no link"
    )
    audit = await opens(http, path, "auditor")
    rows = audit.split("<tbody>")[1]
    assert "colleague" in rows and "KEO Auditor" in rows and "read_case" in rows
    assert f'href="/consular/pages/cases/{case}"' in audit
    assert "Recorded or changed" not in rows
    assert "Recorded or changed" in await opens(http, f"{path}?what=all", "auditor")
    assert (
        "colleague" not in (await opens(http, f"/audit/assistance-case-{other}", "auditor")).split("<main")[1]
    )
    assert "read_audit" in await opens(http, path, "auditor"), "the look at the audit is in it"


async def test_the_entries_of_a_record_and_of_a_person_are_taken_as_a_file(http: httpx2.AsyncClient) -> None:
    case = await opened(Prefixed(http))  # type: ignore[arg-type]
    await opens(http, f"/cases/{case}", "colleague")
    path = f"/audit/assistance-case-{case}"
    page = await opens(http, path, "auditor")
    assert f'href="/consular/pages{path}?file=csv"' in page and f"{path}?file=xlsx" in page
    rows = list(csv.DictReader(io.StringIO(await opens(http, f"{path}?file=csv", "auditor"))))
    looks = [(row["Who (code)"], row["What"], row["What (code)"], row["Office (code)"]) for row in rows]
    assert ("colleague", "Read", "read_case", "BKK") in looks
    assert "Recorded or changed" not in {row["What"] for row in rows}
    whole = csv.DictReader(io.StringIO(await opens(http, f"{path}?what=all&file=csv", "auditor")))
    assert "Recorded or changed" in {row["What"] for row in whole}
    of_one = await opens(http, "/audit?officer=colleague&file=csv", "auditor")
    assert {row["Who (code)"] for row in csv.DictReader(io.StringIO(of_one))} == {"colleague"}
    again = csv.DictReader(io.StringIO(await opens(http, "/audit?officer=auditor&file=csv", "auditor")))
    assert {"export_list", "read_audit"} <= {row["What (code)"] for row in again}, (
        "the export is in the audit"
    )
    await opens(http, f"{path}?file=csv&since=never", "auditor", 422)
    await opens(http, f"{path}?file=csv", "attache", 403)


async def test_the_audit_of_a_record_needs_permission_and_reach(http: httpx2.AsyncClient) -> None:
    case = await opened(Prefixed(http))  # type: ignore[arg-type]
    path = f"/audit/assistance-case-{case}"
    await opens(http, path, "attache", 403)
    await opens(http, path, "away", 403)
    await opens(http, "/audit", "away", 403)
    await opens(http, "/audit/assistance-case-00000000-0000-7000-8000-000000000000", "auditor", 404)
    await post(Prefixed(http), "attache", f"/cases/{case}/actions", {})  # type: ignore[arg-type]
    assert "attache" in await opens(http, "/audit?officer=attache&what=all", "auditor")


async def test_a_long_list_of_entries_is_asked_for_with_its_period(
    http: httpx2.AsyncClient, running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LONG", 0)
    case = await opened(Prefixed(http))  # type: ignore[arg-type]
    path = f"/consular/pages/audit/assistance-case-{case}?what=all&file=csv"
    answer = await http.get(path, headers={"Cookie": "domnaer_session=auditor"})
    assert answer.status_code == 303, answer.text
    export_id = UUID(answer.headers["location"].rpartition("/")[2])
    job = await ExportJobs(running.runtime).find(export_id, CALLERS["auditor"])
    assert job is not None
    asked = dict(parse_qsl(job.asked.query))
    assert {
        "what": "all",
        "since": job.asked.detail["since"],
        "until": job.asked.detail["until"],
    }.items() <= asked.items()
