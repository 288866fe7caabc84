"""Upload processes: further processes for long uploads, with which nothing is lost, nothing recorded twice and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast
from uuid import UUID, uuid4

import httpx2
import psutil
import pytest
import pytest_asyncio
from uuid_utils.compat import uuid7

from chassis.access.permissions import Caller
from chassis.base.ids import new_id
from chassis.commands.runtime import Runtime
from chassis.http.validation_errors import FieldError
from chassis.service import RunningService
from chassis.uploads import body_reader
from chassis.uploads import processes as upload_processes
from chassis.uploads.chunk import Upload
from chassis.uploads.counts import UploadJob
from chassis.uploads.naming import Naming
from chassis.uploads.processes import UploadProcess, UploadProcesses, UploadProcessLost
from chassis.uploads.refusals import find_refusals
from chassis.uploads.rows import Chunk, FileRow, RowRefused
from services.border.api import routes
from tests.border.post import PEOPLE, counts, ndjson, person, returned, send, uploaded

DEEP = b'{"words":' + b"[" * 300 + b"]" * 300 + b"}"
CHUNK = 40
BULK, MODULE = "/crossings/bulk", "services.border.main"
pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def called(
    border: tuple[RunningService, httpx2.AsyncClient], runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[UploadProcesses]:
    """Allow one upload process on any machine, also for short files."""
    found = UploadProcesses(1)
    monkeypatch.setattr(body_reader, "CHUNK", CHUNK)
    monkeypatch.setattr(cast(RunningService, runtime.host), "upload_processes", found)
    yield found
    await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def helper(runtime: Runtime) -> AsyncIterator[UploadProcess]:
    found = await UploadProcess.start(runtime.settings.environ())
    await found.open(MODULE)
    yield found
    await found.dismiss()


def order(who: str = "poipet") -> UploadJob:
    return UploadJob(BULK, PEOPLE[who], new_id(), None)


def chunk_of(rows: list[dict[str, Any]], caller: Caller, *texts: bytes) -> Chunk:
    naming, chunk = Naming(caller, BULK), Chunk()
    for number, text in enumerate([*ndjson(rows).splitlines(), *texts], 1):
        try:
            chunk.lines.append(naming.line(FileRow(number, text)))
        except RowRefused as refused:
            chunk.refused += [(number, error) for error in refused.errors]
    return chunk


def busy_processes() -> list[psutil.Process]:
    return [
        each
        for each in psutil.Process().children()
        if each.is_running()
        and each.status() != psutil.STATUS_ZOMBIE
        and "chassis.upload_process" in " ".join(each.cmdline())
    ]


def carrying(called: UploadProcesses) -> bool:
    """Return whether an upload process works on chunks; its first request opens the service."""
    return any(helper.busy and helper._requests > 1 for helper in called._processes)


async def in_time(seconds: float = 20) -> AsyncIterator[None]:
    async with asyncio.timeout(seconds):
        while True:
            yield
            await asyncio.sleep(0.02)


async def recorded(runtime: Runtime, upload_id: UUID) -> int:
    found: int = await runtime.pool.fetchval(
        "SELECT count(*) FROM events WHERE correlation_id = $1", upload_id
    )
    return found


class Slowly:
    """An endless file."""

    def __init__(self) -> None:
        self.sent = 0
        self.enough = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self.enough:
            self.sent += CHUNK // 2
            yield ndjson([returned() for _ in range(CHUNK // 2)])
            await asyncio.sleep(0.02)


async def test_a_long_file_is_recorded_with_an_upload_process_and_a_short_one_without(
    http: httpx2.AsyncClient, runtime: Runtime, called: UploadProcesses
) -> None:
    assert counts(await uploaded(http, [returned() for _ in range(CHUNK + 9)])) == (CHUNK + 9, 0, 0)
    assert not called._processes
    file = Slowly()
    sending = asyncio.create_task(send(http, file))
    async for _ in in_time():
        if carrying(called):
            break
    sent_with_a_helper = file.sent
    async for _ in in_time():
        if file.sent > sent_with_a_helper + 8 * CHUNK:
            break
    file.enough = True
    outcome = (await sending).json()
    assert counts(outcome) == (file.sent, 0, 0)
    assert await recorded(runtime, UUID(outcome["upload_id"])) == file.sent


async def test_a_killed_upload_process_loses_no_row_and_records_none_twice(
    http: httpx2.AsyncClient, runtime: Runtime, called: UploadProcesses
) -> None:
    file = Slowly()
    sending = asyncio.create_task(send(http, file))
    async for _ in in_time():
        if carrying(called):
            break
    for process in busy_processes():
        process.kill()
    at = file.sent
    async for _ in in_time():
        if file.sent > at + 8 * CHUNK:
            break
    file.enough = True
    outcome = (await sending).json()
    taken, known, refused = counts(outcome)
    assert (taken + known, refused) == (file.sent, 0)
    assert known <= 2 * CHUNK, "what the helper had recorded and had not told of"
    assert await recorded(runtime, UUID(outcome["upload_id"])) == file.sent


async def test_an_upload_process_gives_each_row_the_same_result_as_the_service(
    helper: UploadProcess, runtime: Runtime
) -> None:
    twice, given = str(uuid7()), returned(id=str(uuid7()))
    rows = [
        returned(),
        returned(person=person(name={"latin": "N1234567"})),
        returned(checkpoint="KH-BVT"),
        returned(nmae="Sok"),
        returned(id=twice),
        returned(id=twice, returned_from="MYS"),
        given,
        given,
        returned(person={"sex": 1}),
        returned(person={"sex": 1}),
        returned(how="migrated", recorded_at="2014-06-13T09:00:00+07:00"),
        returned(words={"note": "ម្ដាយនិងកូន\n\u2028"}),
    ]
    texts = (
        b"{",
        b'{"kind":"return","occurred_at":NaN}',
        b"[]",
        b'{"id":"\\ud800"}',
        "ដំណើរ".encode(),
        b"\0",
        DEEP,
    )
    of, own = order(), order()
    chunk = chunk_of(rows, of.caller, *texts)
    chunk.refused.append((99, FieldError(field="", reason="too long", remedy="shorten it")))
    told = await helper.carry(MODULE, of, chunk)
    ours = await Upload(runtime, routes.bulks[BULK], own).carry(_as_new(chunk))
    assert (told.rows, told.taken, told.already_known, told.refused) == (20, 6, 0, 14)
    apart = {"upload_id", "likely_same"}
    assert told.model_dump(exclude=apart) == ours.model_dump(exclude=apart)
    refusals = [await find_refusals(runtime, one.caller, one.upload_id, 0, 1_000) for one in (of, own)]
    assert sorted({one.row for one in refusals[0]}) == [2, 3, 4, 6, 8, 11, 13, 14, 15, 16, 17, 18, 19, 99]
    assert [(one.row, one.field, one.reason) for one in refusals[0]] == [
        (one.row, one.field, one.reason) for one in refusals[1]
    ]


async def test_an_upload_process_tells_of_every_row_that_is_probably_there_already(
    helper: UploadProcess,
) -> None:
    shown, of = person(), order()
    rows = [returned(person=shown, words={"note": str(nth)}) for nth in range(500)]
    told = await helper.carry(MODULE, of, chunk_of(rows, of.caller))
    assert (told.taken, len(told.likely_same)) == (500, 500)


def _as_new(chunk: Chunk) -> Chunk:
    """The same rows with other ids, so that none of them is known."""
    lines = []
    for line in chunk.lines:
        new = uuid7() if line.given else uuid4()
        text = line.text.replace(str(line.id).encode(), str(new).encode())
        lines.append(line._replace(id=line.id and new, text=text, former=None))
    return Chunk(lines, chunk.refused)


async def test_an_upload_process_reports_an_error_and_continues(helper: UploadProcess) -> None:
    with pytest.raises(UploadProcessLost, match="KeyError"):
        await helper.carry(MODULE, UploadJob("/nowhere", PEOPLE["poipet"], new_id(), None), Chunk())
    with pytest.raises(UploadProcessLost, match="ModuleNotFoundError"):
        await helper.open("services.nowhere.main")
    of = order()
    assert (await helper.carry(MODULE, of, chunk_of([returned()], of.caller))).taken == 1


async def test_an_idle_upload_process_ends_and_another_is_started_later(
    http: httpx2.AsyncClient, called: UploadProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_processes, "IDLE_SECONDS", 1.0)
    for _ in range(2):
        file = Slowly()
        sending = asyncio.create_task(send(http, file))
        async for _ in in_time():
            if carrying(called):
                break
        assert len(busy_processes()) == 1
        file.enough = True
        await sending
        async for _ in in_time():
            if not busy_processes() and not called._processes:
                break


async def test_an_upload_process_that_is_being_stopped_gets_no_more_work(runtime: Runtime) -> None:
    found, of = await UploadProcess.start(runtime.settings.environ()), order()
    await found.open(MODULE)
    carrying = asyncio.create_task(found.carry(MODULE, of, chunk_of([returned()], of.caller)))
    await asyncio.sleep(0)
    going = asyncio.create_task(found.dismiss())
    await asyncio.sleep(0)
    with pytest.raises(UploadProcessLost):
        await found.carry(MODULE, of, chunk_of([returned()], of.caller))
    await going
    assert (await carrying).taken == 1, "what it had in hand it ended"


async def test_an_upload_process_that_does_not_respond_is_killed(
    helper: UploadProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_processes, "SILENCE_SECONDS", 0.3)
    helper._process.send_signal(signal.SIGSTOP)
    of = order()
    with pytest.raises(UploadProcessLost):
        await helper.carry(MODULE, of, chunk_of([returned()], of.caller))
    async for _ in in_time():
        if not helper.lives:
            break


async def test_all_upload_processes_are_stopped_at_the_end(runtime: Runtime) -> None:
    found, ready = UploadProcesses(2), asyncio.Queue[UploadProcess]()
    found.start(runtime, ready.put_nowait)
    async with asyncio.timeout(20):
        await ready.get()
        await ready.get()
    assert len(busy_processes()) == 2
    await found.close()
    assert busy_processes() == []
    found.start(runtime, ready.put_nowait)
    await asyncio.sleep(0.1)
    assert busy_processes() == [] and ready.empty()


@pytest.fixture
def parent(runtime: Runtime) -> Iterator[Any]:
    yield {**os.environ, **runtime.settings.environ()}


async def test_an_upload_process_ends_with_its_parent_even_if_the_parent_is_killed(
    parent: dict[str, str], runtime: Runtime
) -> None:
    script = (
        "import asyncio, os, sys\n"
        "from chassis.uploads.processes import UploadProcess\n"
        "from tests.chassis.bulk.test_upload_processes import MODULE, chunk_of, order\n"
        "from tests.border.post import returned\n"
        "async def main():\n"
        "    helper = await UploadProcess.start({})\n"
        "    await helper.open(MODULE)\n"
        "    for _ in range(2):\n"
        "        of = order()\n"
        "        chunk = chunk_of([returned() for _ in range(1000)], of.caller)\n"
        "        asyncio.ensure_future(helper.carry(MODULE, of, chunk))\n"
        "    await asyncio.sleep(0.02)\n"
        "    print(helper._process.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, env=parent
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        pid = int(await process.stdout.readline())
    assert psutil.pid_exists(pid)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async for _ in in_time():
        if not psutil.pid_exists(pid):
            break
