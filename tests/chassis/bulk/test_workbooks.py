"""Workbooks (.xlsx): read under the sheet's own row numbers, and refused where a spreadsheet lost what was typed."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from chassis.uploads import body_reader
from chassis.uploads.lines import XLSX
from tests.border.post import counts, ndjson, send
from tests.chassis.bulk.test_csv import row, table, taken
from tests.chassis.bulk.workbooks import workbook

NINE = datetime(2014, 6, 12, 9, 0)


async def outcome_of(http: httpx2.AsyncClient, content: bytes, **how: Any) -> dict[str, Any]:
    answer = await send(http, content, kind=XLSX, **how)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(http: httpx2.AsyncClient, *cells: Any, name: str) -> str:
    """Return why a row is refused whose field of this name has a cell of each of these, and the others are right."""
    usual = row() | {name: None}
    rows = [[*(usual | {name: cell}).values()] for cell in cells]
    outcome = await outcome_of(http, workbook([*usual], *rows))
    assert counts(outcome) == (0, 0, len(cells)), outcome
    reasons = {one["reason"] for one in outcome["refusals"]}
    return " | ".join(sorted(reasons))


async def test_a_row_of_a_workbook_is_the_same_command_as_its_csv(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    sent = row(id=str(uuid7()), **{"person.birth.on": "1990-04-03", "person.home_province": "02"})
    cells = sent | {
        "occurred_at": NINE,
        "person.sex": 2,
        "person.birth.on": datetime(1990, 4, 3),
        "person.home_province": 2.0,
    }
    assert counts(await outcome_of(http, workbook([*cells], [*cells.values()]))) == (1, 0, 0)
    assert counts(await taken(http, table(sent, columns=[*sent]))) == (0, 1, 0)
    event = await runtime.store.find(UUID(sent["id"]))
    assert event is not None and event.occurred_at.isoformat() == "2014-06-12T02:00:00+00:00"


async def test_rows_keep_the_numbers_of_the_sheet(http: httpx2.AsyncClient) -> None:
    names, wrong = [*row()], [*row(returned_from="ATL").values()]
    content = workbook([], names, [], [*row().values()], [None] * 8, wrong, ["", "  "], [])
    outcome = await outcome_of(http, content)
    assert counts(outcome) == (1, 0, 1)
    assert [(one["row"], one["field"]) for one in outcome["refusals"]] == [(6, "returned_from")]


async def test_numbers_in_the_place_of_text_are_refused_since_their_zeros_are_lost(
    http: httpx2.AsyncClient,
) -> None:
    number = await refused(http, 12345678, 12345678.0, 1.23e25, name="person.documents.0.number")
    assert number.count("may have lost leading zeros") == 2 and "format the column as Text" in number
    assert "date or time" in await refused(http, NINE, name="person.documents.0.number")
    assert "may have lost leading zeros" in await refused(http, 85512345678, name="person.phone")
    assert "spreadsheet's number, perhaps 1990-04-03" in await refused(http, 32966, name="person.birth.on")
    assert "error such as #N/A" in await refused(http, "#N/A", name="person.phone")


async def test_a_day_alone_is_no_time(http: httpx2.AsyncClient) -> None:
    assert "offset" in await refused(http, datetime(2014, 6, 12), name="occurred_at")


async def test_a_cell_below_a_column_without_a_name_refuses_its_row(http: httpx2.AsyncClient) -> None:
    names = [*row()]
    content = workbook([*names, None], [*row().values(), "beside"], [*row().values(), " "])
    outcome = await outcome_of(http, content)
    assert counts(outcome) == (1, 0, 1)
    assert "column I" in outcome["refusals"][0]["reason"] and outcome["refusals"][0]["row"] == 2


async def test_one_sheet_is_read_and_several_are_refused(http: httpx2.AsyncClient) -> None:
    one = [[*row()], [*row().values()]]
    assert counts(await outcome_of(http, workbook(sheets={"Sheet1": [], "June": one}))) == (1, 0, 0)
    hidden = workbook(
        sheets={"Lists": [["THA", "#N/A"]], "June": [one[0], [*row().values()]]}, hidden="Lists"
    )
    assert counts(await outcome_of(http, hidden)) == (1, 0, 0)
    answer = await send(http, workbook(sheets={"May": one, "June": one}), kind=XLSX)
    assert answer.status_code == 422
    assert "'May', 'June'" in answer.json()["detail"] and "keep one sheet" in answer.json()["remedy"]


def far_away() -> bytes:
    """A small workbook with a cell in the last row and column."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([*row()]))) as given, zipfile.ZipFile(written, "w") as parts:
        for name in given.namelist():
            cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            parts.writestr(name, given.read(name).replace(b"</sheetData>", cell))
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "not a workbook"),
        (b"kind,occurred_at\n", "not a workbook"),
        (workbook([*row()])[:400], "not a workbook"),
        (far_away(), "a cell far away"),
    ],
    ids=["nothing", "text", "cut off", "far away"],
)
async def test_a_file_that_is_no_workbook_is_refused(
    http: httpx2.AsyncClient, content: bytes, detail: str
) -> None:
    answer = await send(http, content, kind=XLSX)
    assert answer.status_code == 422, answer.text
    assert detail in answer.json()["detail"]


async def test_a_workbook_over_the_limit_is_refused(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_reader, "WORKBOOK_LIMIT", 1_000_000)
    answer = await send(http, uuid4().bytes * 70_000, kind=XLSX)
    assert answer.status_code == 413 and "save it as CSV UTF-8" in answer.json()["remedy"]


@pytest.mark.parametrize("kind", ["text/csv", "application/x-ndjson"])
async def test_a_workbook_sent_as_text_is_refused_with_its_content_type(
    http: httpx2.AsyncClient, kind: str
) -> None:
    answer = await send(http, workbook([*row()]), kind=kind)
    assert answer.status_code == 415 and XLSX in answer.json()["remedy"]
    old = await send(http, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), kind=kind)
    assert old.status_code == 415 and "save it as .xlsx" in old.json()["remedy"]


async def test_many_rows_of_a_workbook_are_all_counted(http: httpx2.AsyncClient) -> None:
    sent = [row() for _ in range(2_500)]
    outcome = await outcome_of(http, workbook([*sent[0]], *([*each.values()] for each in sent)))
    assert counts(outcome) == (2_500, 0, 0)


async def test_a_workbook_without_rows_is_refused(http: httpx2.AsyncClient) -> None:
    for content in (workbook(), workbook([*row()])):
        answer = await send(http, content, kind=XLSX)
        assert answer.status_code == 422 and "no rows" in answer.json()["title"]
    assert (await send(http, ndjson([{}]), kind=XLSX)).status_code == 422
