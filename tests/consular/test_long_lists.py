"""Long lists as files: they are made in the background, show their progress, and are given only to the person who asked."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.exports import lists
from chassis.exports.jobs import ExportJobs
from chassis.exports.making import ExportWork
from chassis.exports.requests import Asked, ExportJob
from chassis.pages.rendering import LANGUAGE_COOKIE, add_pages
from chassis.retention import Retention
from chassis.service import Role, RunningService
from chassis.store.persons import PersonCodec, using_codec
from chassis.uploads.workbook_process import rows_of
from services.consular.main import service
from services.consular.pages import NAV
from tests.browser import serving_here

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATES = Path(__file__).parents[2] / "services" / "consular" / "templates"
DESK = ("consular.case.open", "consular.case.work", "consular.case.read")
QUEUE = "/consular/pages/cases"
REQUEST: TypeAdapter[Asked] = TypeAdapter(Asked)
KINDS = (("csv", "en"), ("xlsx", "en"), ("csv", "km"), ("xlsx", "km"))
"""Different files of one list: kinds and languages."""
DARA = {"name": {"latin": "SOK PLANTEDNAME", "khmer": "សុខ ដារ៉ា"}}


class Sealing(PersonCodec):
    """Seals with a key that everybody knows."""

    def seal(self, content: bytes) -> bytes:
        return b"sealed:" + content.hex().encode()

    def open(self, stored: bytes) -> bytes:
        return bytes.fromhex(stored.decode().removeprefix("sealed:"))


class Desk:
    """The service without its background work, which a test runs step by step, and the people who open its pages."""

    def __init__(
        self, running: RunningService, http: httpx2.AsyncClient, token_of: Callable[..., str]
    ) -> None:
        self.running, self.http, self.token_of = running, http, token_of
        self.work = ExportWork(self.runtime, running.app)

    @property
    def runtime(self) -> Runtime:
        return self.running.runtime

    def token(
        self, person: str, permissions: tuple[str, ...] = DESK, country: str = "SGP", office: str = "TEST"
    ) -> str:
        reach = Reach(countries=frozenset([country]))
        return self.token_of(*permissions, person=person, reach=reach, office=office)

    async def opens(self, person: str, cases: int) -> None:
        headers = {"Authorization": f"Bearer {self.token(person)}"}
        body = {
            "occurred_at": "2014-06-14T09:00:00+07:00",
            "mission": "SGP",
            "category": "wages",
            "attache": person,
            "person": DARA,
        }
        for _ in range(cases):
            answer = await self.http.post(
                "/consular/cases", json=body, headers=headers | {"Idempotency-Key": str(uuid4())}
            )
            assert answer.status_code == 201, answer.text

    def cookies(self, token: str, language: str = "en") -> dict[str, str]:
        return {
            "Accept": "text/html",
            "Cookie": f"{SESSION_COOKIE}={token}; {LANGUAGE_COOKIE}={language}",
        }

    async def gets(
        self, path: str, token: str, status: int = 200, language: str = "en", **query: str
    ) -> httpx2.Response:
        answer = await self.http.get(path, params=query or None, headers=self.cookies(token, language))
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer

    async def asks(self, person: str, kind: str = "csv", language: str = "en") -> str:
        """Ask for the own cases of a person as a file, and return the address of its page."""
        answer = await self.gets(QUEUE, self.token(person), 303, language, whose="mine", file=kind)
        return str(answer.headers["location"])

    async def cancels(self, address: str, token: str, status: int = 303) -> None:
        page = (await self.gets(address, token)).text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page) or re.search(
            r'action="[^"]+/cancel">\s*<input type="hidden" name="[^"]+" value="([^"]+)"', page
        )
        assert csrf is not None
        name = re.search(r'action="[^"]+/cancel">\s*<input type="hidden" name="([^"]+)"', page)
        assert name is not None
        answer = await self.http.post(
            f"{address}/cancel", data={name.group(1): csrf.group(1)}, headers=self.cookies(token)
        )
        assert answer.status_code == status, answer.text

    async def job(self, address: str) -> dict[str, Any]:
        row = await self.runtime.pool.fetchrow(
            "SELECT * FROM list_exports WHERE export_id = $1", UUID(address.rpartition("/")[2])
        )
        return {} if row is None else dict(row)

    async def parts(self, address: str) -> int:
        found: int = await self.runtime.pool.fetchval(
            "SELECT count(*) FROM list_export_parts WHERE export_id = $1", UUID(address.rpartition("/")[2])
        )
        return found


@asynccontextmanager
async def open_desk(
    settings: Settings, token_of: Callable[..., str], role: Role = Role.RELAY
) -> AsyncIterator[Desk]:
    async with RunningService(service, settings, role) as running:
        if not hasattr(running.app.state, "pages"):
            add_pages(running.app, settings, [TEMPLATES], NAV)
        transport = httpx2.ASGITransport(Starlette(routes=[Mount("/consular", running.app)]))
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as http:
            yield Desk(running, http, token_of)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(settings: Settings, token_of: Callable[..., str]) -> AsyncIterator[Desk]:
    with using_codec(Sealing()):
        async with open_desk(settings, token_of) as desk:
            yield desk


@pytest.fixture(autouse=True)
def few_rows_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LONG", 2)
    monkeypatch.setattr(lists, "MOST", 2)


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Callable[..., Awaitable[httpx2.Response]]:
    """Return a function that fetches the same file within the request."""

    async def fetch(person: str, kind: str = "csv", language: str = "en") -> httpx2.Response:
        with monkeypatch.context() as patch:
            patch.setattr(lists, "LONG", 1_000)
            return await desk.gets(QUEUE, desk.token(person), 200, language, whose="mine", file=kind)

    return fetch


@pytest.mark.parametrize("language", ["en", "km"])
async def test_the_file_of_the_background_is_the_one_of_the_request(
    desk: Desk, direct: Callable[..., Awaitable[httpx2.Response]], language: str
) -> None:
    person = f"writer-{language}"
    token = desk.token(person)
    await desk.opens(person, 5)
    address = await desk.asks(person, language=language)
    page = (await desk.gets(address, token)).text
    assert 'data-progress="waiting"' in page and "Rows written: 0 of about 5." in page
    assert (await desk.gets(f"{address}/file", token, 303)).headers["location"] == address
    while (await desk.job(address))["state"] != "made":
        assert await desk.work.make_next() is not None
    page = (await desk.gets(address, token)).text
    assert "The file is made." in page and "It has 5 rows." in page
    file = await desk.gets(f"{address}/file", token)
    whole = await direct(person, language=language)
    assert file.content == whole.content and file.content.count(b"\r\n") == 6
    for header in ("content-type", "content-language"):
        assert file.headers[header] == whole.headers[header]
    assert file.headers["content-disposition"].startswith('attachment; filename="assistance-cases-20')


async def test_a_workbook_of_the_background_has_the_rows_of_the_request(
    desk: Desk, direct: Callable[..., Awaitable[httpx2.Response]]
) -> None:
    await desk.opens("bookkeeper", 3)
    address = await desk.asks("bookkeeper", "xlsx")
    while await desk.work.make_next() is not None:
        pass
    file = await desk.gets(f"{address}/file", desk.token("bookkeeper"))
    assert file.content == (await direct("bookkeeper", "xlsx")).content
    assert len(list(rows_of(file.content))) == 4


async def test_a_list_that_is_not_long_is_sent_at_once(desk: Desk) -> None:
    await desk.opens("short", 2)
    answer = await desk.gets(QUEUE, desk.token("short"), whose="mine", file="csv")
    assert answer.headers["content-type"].startswith("text/csv")


async def test_the_audit_names_the_request_the_pages_read_the_end_and_each_fetch(desk: Desk) -> None:
    await desk.opens("audited", 3)
    address = await desk.asks("audited")
    while await desk.work.make_next() is not None:
        pass
    await desk.gets(f"{address}/file", desk.token("audited"))
    rows = await desk.runtime.pool.fetch(
        "SELECT action, detail, cardinality(evidence) AS seen FROM audit WHERE caller = 'audited' ORDER BY entry_id"
    )
    actions = [(row["action"], row["seen"]) for row in rows if not row["action"].startswith("open")]
    assert actions == [
        ("export_list", 0),
        ("list_open_cases", 2),
        ("list_open_cases", 1),
        ("export_list", 0),
        ("export_fetch", 0),
    ], actions


async def test_only_whoever_asked_fetches_the_file_and_only_with_the_rights_of_then(desk: Desk) -> None:
    await desk.opens("owner", 3)
    address = await desk.asks("owner")
    while await desk.work.make_next() is not None:
        pass
    for path in (address, f"{address}/file"):
        await desk.gets(path, desk.token("another"), 404)
        await desk.gets(path, desk.token("owner", permissions=DESK[:2]), 403)
        await desk.gets(path, desk.token("owner", country="MYS"), 403)
        await desk.gets(path, desk.token("owner", office="OTHER"), 403)
        await desk.gets(path, desk.token("owner", permissions=(*DESK, "consular.permit.read")))


async def test_a_file_that_is_asked_for_twice_is_made_once(desk: Desk) -> None:
    await desk.opens("twice", 3)
    first = await desk.asks("twice")
    assert await desk.asks("twice") == first
    assert await desk.asks("twice", "xlsx") != first
    while await desk.work.make_next() is not None:
        pass
    assert await desk.asks("twice") != first
    while await desk.work.make_next() is not None:
        pass


async def test_a_cancelled_file_is_not_made_and_nothing_of_it_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.opens("quitter", 5)
    address = await desk.asks("quitter")
    token, add = desk.token("quitter"), ExportJobs.add

    async def cancelled_after_one(
        jobs: ExportJobs, job: ExportJob, number: int, content: bytes, rows_done: int
    ) -> None:
        await add(jobs, job, number, content, rows_done)
        if number == 0:
            assert "Rows written: 2 of about 5." in (await desk.gets(address, token)).text
            await desk.cancels(address, token)

    monkeypatch.setattr(ExportJobs, "add", cancelled_after_one)
    assert await desk.work.make_next() is not None
    assert (await desk.job(address))["state"] == "cancelled" and await desk.parts(address) == 0
    assert "The file was cancelled." in (await desk.gets(address, token)).text
    assert (await desk.gets(f"{address}/file", token, 303)).headers["location"] == address


async def test_a_form_of_another_site_cancels_nothing(desk: Desk) -> None:
    await desk.opens("steady", 3)
    address = await desk.asks("steady")
    answer = await desk.http.post(f"{address}/cancel", headers=desk.cookies(desk.token("steady")))
    assert answer.status_code == 403 and (await desk.job(address))["state"] == "waiting"
    while await desk.work.make_next() is not None:
        pass


async def test_the_file_of_a_killed_process_is_begun_again_by_another(
    settings: Settings, token_of: Callable[..., str], desk: Desk,
    direct: Callable[..., Awaitable[httpx2.Response]], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await desk.opens("survivor", 5)
    address, add = await desk.asks("survivor"), ExportJobs.add

    async def killed_after_one(
        jobs: ExportJobs, job: ExportJob, number: int, content: bytes, rows_done: int
    ) -> None:
        await add(jobs, job, number, content, rows_done)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ExportJobs, "add", killed_after_one)
        with suppress(KeyboardInterrupt):
            await desk.work.make_next()
    assert (await desk.job(address))["state"] == "making" and await desk.parts(address) == 1
    assert await desk.work.make_next() is None, "its process may still be alive"
    async with open_desk(settings, token_of) as restarted:
        await _is_silent(desk, address)
        assert await restarted.work.make_next() is not None
    assert (await desk.job(address))["state"] == "made"
    file = await desk.gets(f"{address}/file", desk.token("survivor"))
    assert file.content == (await direct("survivor")).content


async def test_a_file_whose_processes_are_killed_each_time_has_failed_with_a_plain_reason(desk: Desk) -> None:
    await desk.opens("unlucky", 3)
    address, jobs = await desk.asks("unlucky"), ExportJobs(desk.runtime)
    for _ in range(3):
        assert await jobs.claim() is not None
        await _is_silent(desk, address)
    assert await jobs.claim() is None
    page = (await desk.gets(address, desk.token("unlucky"))).text
    assert "The server was stopped several times while it was being made." in page


async def test_a_process_that_ends_in_order_leaves_its_file_to_the_next_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.opens("handed", 5)
    address, add, reached = await desk.asks("handed"), ExportJobs.add, asyncio.Event()

    async def waits(jobs: ExportJobs, job: ExportJob, number: int, content: bytes, rows_done: int) -> None:
        await add(jobs, job, number, content, rows_done)
        reached.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(ExportJobs, "add", waits)
        task = asyncio.create_task(desk.work.run())
        await reached.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    job = await desk.job(address)
    assert (job["state"], job["attempts"]) == ("waiting", 0)
    while await desk.work.make_next() is not None:
        pass
    assert (await desk.job(address))["state"] == "made"


async def test_a_file_that_is_being_made_does_not_hide_one_that_is_stuck(desk: Desk) -> None:
    await desk.opens("stuck", 3)
    asked = [await desk.asks("stuck", *each) for each in KINDS[:2]]
    await _is_silent(desk, asked[0])
    count, seconds = await desk.work.waiting()
    assert count >= 2 and seconds >= 3600
    while await desk.work.make_next() is not None:
        pass
    assert [(await desk.job(each))["state"] for each in asked] == ["made", "made"]
    assert (await desk.work.waiting())[1] < 3600  # those of other tests may wait for a moment


async def test_a_list_that_cannot_be_read_makes_a_failed_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.opens("broken", 3)
    address = await desk.asks("broken")

    async def fails(*_: object) -> None:
        raise ValueError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(ExportJobs, "add", fails)
        for _ in range(3):
            assert await desk.work.make_next() is not None
            assert await desk.work.make_next() is None, "it is not begun again at once"
            await _is_silent(desk, address)
    assert (await desk.job(address))["state"] == "failed"
    assert "The file could not be made." in (await desk.gets(address, desk.token("broken"))).text


async def test_nothing_of_a_file_is_stored_in_clear_and_all_is_deleted_when_it_expires(desk: Desk) -> None:
    await desk.opens("careful", 3)
    address = await desk.asks("careful")
    while await desk.work.make_next() is not None:
        pass
    file = await desk.gets(f"{address}/file", desk.token("careful"))
    assert b"PLANTEDNAME" in file.content
    job = await desk.job(address)
    stored = await desk.runtime.pool.fetch(  # other tests ask for files too, without this codec
        "SELECT asked AS content FROM list_exports WHERE export_id = $1"
        " UNION ALL SELECT content FROM list_export_parts WHERE export_id = $1",
        job["export_id"],
    )
    assert len(stored) > 1 and all(bytes(row["content"]).startswith(b"sealed:") for row in stored)
    kept = await desk.runtime.pool.fetchval("SELECT $1 - clock_timestamp()", job["expires_at"])
    assert 0 < kept.total_seconds() <= 3600
    await desk.runtime.pool.execute(
        "UPDATE list_exports SET expires_at = clock_timestamp() WHERE export_id = $1", job["export_id"]
    )
    await desk.gets(f"{address}/file", desk.token("careful"), 404)
    retention = Retention(desk.runtime)
    assert (await retention.waiting())[0] >= 1
    await retention.delete()
    assert retention.trouble is None
    assert await desk.job(address) == {} and await desk.parts(address) == 0


async def test_a_person_has_at_most_three_files_that_are_still_to_be_made(desk: Desk) -> None:
    await desk.opens("greedy", 3)
    token = desk.token("greedy")
    addresses = [await desk.asks("greedy", kind, language) for kind, language in KINDS[:3]]
    assert await desk.asks("greedy", *KINDS[0]) == addresses[0], "the same file is no further one"
    kind, language = KINDS[3]
    answer = await desk.gets(QUEUE, token, 429, language, whose="mine", file=kind)
    answer = await desk.gets(QUEUE, token, 429, whose="mine", file="csv", country="THA")
    assert "cancel one on its page" in answer.text
    await desk.cancels(addresses[1], token)
    await desk.asks("greedy", *KINDS[3])
    while await desk.work.make_next() is not None:
        pass


async def test_the_files_of_persons_are_made_in_turn(desk: Desk) -> None:
    for person in ("eager", "patient"):
        await desk.opens(person, 3)
    first, second = [await desk.asks("eager", *each) for each in KINDS[:2]]
    third = await desk.asks("patient")
    made = []
    while (job := await desk.work.make_next()) is not None:
        made.append(str(job.export_id))
    assert made == [each.rpartition("/")[2] for each in (first, third, second)]


async def test_no_file_is_begun_for_a_person_whose_token_has_expired(desk: Desk) -> None:
    await desk.opens("gone", 3)
    address, token = await desk.asks("gone"), desk.token("gone")
    persons, row = desk.runtime.store.persons, await desk.job(address)
    asked = REQUEST.validate_json(persons.open(row["asked"]))
    expired = replace(asked, caller=replace(asked.caller, expires_at=time.time() - 1))
    await desk.runtime.pool.execute(
        "UPDATE list_exports SET asked = $2 WHERE export_id = $1",
        row["export_id"],
        persons.seal(REQUEST.dump_json(expired)),
    )
    assert await desk.work.make_next() is not None
    assert (await desk.job(address))["state"] == "failed" and await desk.parts(address) == 0
    rows = await desk.runtime.pool.fetch("SELECT action FROM audit WHERE caller = 'gone'")
    assert "list_open_cases" not in [each["action"] for each in rows]
    assert "You were signed out before it was begun." in (await desk.gets(address, token)).text


async def test_a_request_that_cannot_be_read_stops_no_other(desk: Desk) -> None:
    await desk.opens("sealed", 3)
    broken = await desk.asks("sealed")
    await desk.runtime.pool.execute(
        "UPDATE list_exports SET asked = 'another key' WHERE export_id = $1",
        UUID(broken.rpartition("/")[2]),
    )
    address = await desk.asks("sealed")
    assert address != broken
    await desk.gets(broken, desk.token("sealed"), 404)
    while await desk.work.make_next() is not None:
        pass
    assert (await desk.job(broken))["state"] == "failed"
    assert (await desk.job(address))["state"] == "made"


async def test_a_file_that_is_deleted_while_it_is_fetched_breaks_the_connection(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.opens("slow", 5)
    address, content = await desk.asks("slow"), ExportJobs.content
    while await desk.work.make_next() is not None:
        pass
    assert await desk.parts(address) > 1

    async def expires_after_one(jobs: ExportJobs, job: ExportJob) -> AsyncIterator[bytes]:
        async for part in content(jobs, job):
            yield part
            await desk.runtime.pool.execute(
                "UPDATE list_exports SET expires_at = clock_timestamp() WHERE export_id = $1", job.export_id
            )
            await Retention(desk.runtime).delete()

    monkeypatch.setattr(ExportJobs, "content", expires_after_one)
    cookies = desk.cookies(desk.token("slow"))
    app = Starlette(routes=[Mount("/consular", desk.running.app)])
    async with serving_here(app) as url, httpx2.AsyncClient(timeout=60) as http:
        with pytest.raises(httpx2.RemoteProtocolError):
            await http.get(f"{url}{address}/file", headers=cookies)


async def test_the_service_makes_files_by_itself(settings: Settings, token_of: Callable[..., str]) -> None:
    with using_codec(Sealing()):
        async with open_desk(settings, token_of, Role.API) as desk:
            await desk.opens("waiting", 3)
            address = await desk.asks("waiting")
            while (await desk.job(address))["state"] in ("waiting", "making"):
                await asyncio.sleep(0.05)
            assert (await desk.job(address))["state"] == "made"
            work = next(each for each in desk.running.background if each.name == "exports")
            assert await work.waiting() == (0, 0.0)


async def _is_silent(desk: Desk, address: str) -> None:
    """Set the job's last progress so far back that its process counts as lost."""
    await desk.runtime.pool.execute(
        "UPDATE list_exports SET alive_at = alive_at - interval '1 hour' WHERE export_id = $1",
        UUID(address.rpartition("/")[2]),
    )
