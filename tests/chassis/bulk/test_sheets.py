"""Sheets of an office: loaded again by a colleague, mended, grown, and the next sheet with other unknown persons."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from chassis.base.ids import new_id
from chassis.commands.runtime import Runtime
from chassis.uploads import body_reader
from chassis.uploads.chunk import Upload
from chassis.uploads.counts import UploadJob
from chassis.uploads.naming import Naming, names_nobody
from chassis.uploads.rows import Chunk, FileRow
from services.border.api import routes
from tests.border.post import PEOPLE, counts, ndjson, person, returned, send, uploaded

GROUP_PAPER = {"kind": "deportation_list", "number": "D-77"}


def unknown(**other: Any) -> dict[str, Any]:
    return returned(person={"sex": 1}, vehicle_id=str(uuid4())) | other


async def test_unknown_persons_on_one_sheet_are_not_those_of_the_next(http: httpx2.AsyncClient) -> None:
    man = unknown()
    assert counts(await uploaded(http, [man] * 5)) == (5, 0, 0)
    assert counts(await uploaded(http, [man] * 7)) == (7, 0, 0)
    first, second = await uploaded(http, [man] * 5), await uploaded(http, [man] * 7, who="poipet-too")
    assert (counts(first), counts(second)) == ((0, 5, 0), (0, 7, 0)), "the same sheets again"
    assert first["loaded_before"] and second["loaded_before"]


@pytest.mark.parametrize("who", ["poipet", "poipet-too"])
async def test_a_sheet_that_was_mended_or_has_grown_keeps_its_unknown_persons(
    http: httpx2.AsyncClient, who: str
) -> None:
    man, named = unknown(), [returned() for _ in range(4)]
    wrong = returned(returned_from="ATL")
    assert counts(await uploaded(http, [man, *named, man, wrong])) == (6, 0, 1)
    mended = await uploaded(http, [man, *named, man, wrong | {"returned_from": "THA"}], who=who)
    assert counts(mended) == (1, 6, 0) and mended["loaded_before"] is None
    grown = [*([man] * 5), *named, wrong | {"returned_from": "THA"}, *(returned() for _ in range(9))]
    assert counts(await uploaded(http, grown, who=who)) == (12, 7, 0)
    assert counts(await uploaded(http, grown[:6] + grown[6:][::-1], who=who)) == (0, 19, 0)


async def test_a_sheet_with_few_rows_of_another_is_another_sheet(http: httpx2.AsyncClient) -> None:
    man, named = unknown(), [returned() for _ in range(6)]
    assert counts(await uploaded(http, [man, man, *named])) == (8, 0, 0)
    assert counts(await uploaded(http, [man, man, *named[:2], *(returned() for _ in range(3))])) == (5, 2, 0)


async def test_an_interrupted_sheet_that_is_mended_keeps_its_unknown_persons(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    man, named = unknown(), [returned() for _ in range(4)]
    tried = await uploaded(http, named)  # what a try recorded that was interrupted, and so not noted
    await forget(runtime, tried["upload_id"])
    assert counts(await uploaded(http, [man, *named])) == (1, 4, 0)
    assert counts(await uploaded(http, [man, *named, returned()])) == (1, 5, 0)


async def forget(runtime: Runtime, upload_id: str) -> None:
    """Delete the note of an upload, as the owner of the table: the service may not."""
    owner = await asyncpg.connect(runtime.settings.database("border", owner=True))
    try:
        assert await owner.execute("DELETE FROM uploads WHERE upload_id = $1", UUID(upload_id)) == "DELETE 1"
    finally:
        await owner.close()


async def test_a_file_of_many_unknown_persons_is_recorded_before_its_end(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_reader, "CHUNK", 10)
    monkeypatch.setattr(body_reader, "_HELD_SIZE", 2_000)
    sent = [unknown() for _ in range(3)] * 20 + [returned() for _ in range(15)]
    assert counts(await uploaded(http, sent)) == (75, 0, 0)
    assert counts(await uploaded(http, sent)) == (0, 75, 0)


async def test_rows_of_an_earlier_version_are_known_to_their_uploader(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    """Before uploads were noted, the id of a row was derived from the uploader and the content alone."""
    row, caller = ndjson([returned()]), PEOPLE["poipet"]
    line = Naming(caller, "/crossings/bulk").line(FileRow(1, row))
    assert line.former is not None
    job = UploadJob("/crossings/bulk", caller, new_id(), None)
    before = Chunk([line._replace(id=line.former, former=None)])
    assert (await Upload(runtime, routes.bulks[job.path], job).carry(before)).taken == 1
    assert counts((await send(http, row)).json()) == (0, 1, 0)


@pytest.mark.parametrize(
    ("sent", "nobody"),
    [
        (None, True),
        ({}, True),
        ({"sex": 1, "birth": {"on": "1990-01-01"}, "name": {"khmer": None}}, True),
        ({"documents": [{"kind": "passport", "number": "NONE"}]}, True),
        ({"documents": [GROUP_PAPER]}, True),
        ({"documents": [{"kind": "passport", "number": "N1234567"}]}, False),
        ({"documents": [{"kind": "pasport", "number": "N1234567"}]}, False),
        ({"name": {"latin": "SOK DARA"}}, False),
        ({"phone": "012345678"}, False),
    ],
)
def test_a_person_without_name_phone_and_own_document_is_nobody(sent: Any, nobody: bool) -> None:
    assert names_nobody(sent) is nobody


def test_rows_are_recognised_by_office_path_and_content() -> None:
    row = ndjson([returned()])

    def row_id(who: str, path: str) -> Any:
        return Naming(PEOPLE[who], path).line(FileRow(1, row)).id

    ids = {row_id(who, path) for who in ("poipet", "loader-of-bavet") for path in ("/a/bulk", "/b/bulk")}
    assert len(ids) == 4 and row_id("poipet-too", "/a/bulk") in ids


def test_the_digest_of_a_file_is_that_of_its_rows_in_any_order() -> None:
    sent = [returned(person=person()) for _ in range(3)]

    def digest(rows: list[dict[str, Any]]) -> Any:
        naming = Naming(PEOPLE["poipet"], "/crossings/bulk")
        for number, row in enumerate(rows, 2):
            naming.line(FileRow(number, ndjson([row])))
        return naming.digest

    assert digest(sent) == digest(sent[::-1])
    assert len({digest(sent), digest(sent[:2]), digest([*sent, sent[0]])}) == 3
