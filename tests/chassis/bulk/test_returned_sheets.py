"""The file of an upload comes back with the ids of its records, and is mended and loaded again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import orjson
import pytest

from chassis.commands.runtime import Runtime
from chassis.uploads import returned_sheet
from chassis.uploads.lines import CSV, NDJSON, XLSX
from chassis.uploads.workbook_process import rows_of
from contracts.rulings import effective
from tests.border.post import counts, handover, headers, ndjson, recorded, returned, send
from tests.chassis.bulk.workbooks import workbook

NAMES = ["kind", "occurred_at", "checkpoint", "returned_from", "person.documents.0.kind", "person.documents.0.number",
         "person.name.latin", "person.sex", "words.remark"]  # fmt: skip
Cells = dict[int, list[Any]]


def cells(**other: Any) -> list[Any]:
    usual = [
        "return",
        "2014-06-12T09:00:00+07:00",
        "KH-POI",
        "THA",
        "passport",
        f"N{uuid4().hex[:9]}",
        "SOK DARA",
        "1",
        "",
    ]
    return [other.get(name.replace(".", "_"), value) for name, value in zip(NAMES, usual, strict=True)]


UNKNOWN = {"person_documents_0_kind": "", "person_documents_0_number": "", "person_name_latin": ""}


def csv_file(rows: Cells, delimiter: str = ";") -> bytes:
    """Return a CSV file of rows by their numbers, with blank lines between."""
    written = io.StringIO()
    for number in range(1, max(rows) + 1):
        csv.writer(written, delimiter=delimiter).writerow(rows.get(number, []))
    return written.getvalue().encode()


def csv_rows(content: bytes) -> Cells:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    return {number: row for number, row in enumerate(reader, 1) if row}


def workbook_file(rows: Cells) -> bytes:
    return workbook(*(rows.get(number, []) for number in range(1, max(rows) + 1)))


def workbook_rows(content: bytes) -> Cells:
    return {number: row for number, row in rows_of(content) if any(cell != "" for cell in row)}


SHEETS: dict[str, tuple[Callable[[Cells], bytes], Callable[[bytes], Cells]]] = {
    CSV: (csv_file, csv_rows),
    XLSX: (workbook_file, workbook_rows),
}


async def sheet_of(
    http: httpx2.AsyncClient, outcome: dict[str, Any], content: bytes, kind: str, who: str = "poipet"
) -> httpx2.Response:
    url = outcome["sheet_url"].removeprefix("/border")
    return await http.post(url, content=content, headers=headers(who, **{"Content-Type": kind}))


async def returned_content(
    http: httpx2.AsyncClient, content: bytes, kind: str
) -> tuple[dict[str, Any], bytes]:
    outcome = (await send(http, content, kind=kind)).json()
    answer = await sheet_of(http, outcome, content, kind)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"] == f'attachment; filename="crossings_bulk.{kind_name(kind)}"'
    return outcome, answer.content


def kind_name(kind: str) -> str:
    return {CSV: "csv", XLSX: "xlsx", NDJSON: "ndjson"}[kind]


@pytest.mark.parametrize("kind", [CSV, XLSX])
async def test_a_sheet_comes_back_with_ids_is_mended_and_loaded_again(
    http: httpx2.AsyncClient, runtime: Runtime, kind: str
) -> None:
    written, read = SHEETS[kind]
    man = cells(**UNKNOWN, words_remark=f"of {uuid4()}")
    rows = {1: NAMES, 2: cells(), 3: cells(), 5: man, 6: man, 7: cells(returned_from="ATL"), 8: cells()}
    outcome, content = await returned_content(http, written(rows), kind)
    assert counts(outcome) == (5, 0, 1)
    sheet = read(content)
    assert sheet[1] == [*NAMES, "id", "upload.outcome"] and sorted(sheet) == sorted(rows)
    assert [sheet[number][:9] for number in rows if number > 1] == [rows[n] for n in rows if n > 1]
    ids = {number: row[9] for number, row in sheet.items() if number > 1}
    assert not ids.pop(7) and len({*ids.values()}) == 5
    assert [sheet[number][10] for number in (2, 5)] == ["recorded"] * 2
    assert sheet[7][10].startswith("refused: returned_from: ")
    again = (await send(http, content, kind=kind)).json()
    assert (*counts(again), again["changed"]) == (0, 5, 1, 0)
    sheet[2][3], sheet[5][6], sheet[7][3] = "MYS", "CHAN SOPHEAP", "THA"
    sheet[9] = [*cells(), "", ""]
    mended, content = await returned_content(http, written(sheet), kind)
    assert (*counts(mended), mended["changed"]) == (4, 3, 0, 2), mended
    sheet = read(content)
    assert [row[9] for number, row in sheet.items() if number in ids] == [*ids.values()]
    assert {number: row[10] for number, row in sheet.items() if number > 1} == {
        2: "changed", 3: "recorded before", 5: "changed", 6: "recorded before", 7: "recorded", 8: "recorded before",
        9: "recorded",
    }  # fmt: skip
    final = (await send(http, content, kind=kind)).json()
    assert (*counts(final), final["changed"]) == (0, 7, 0, 0)
    assert await changed_value(runtime, ids[2], "returned_from") == "MYS"


async def changed_value(runtime: Runtime, event_id: str, name: str) -> Any:
    event = await runtime.store.find(UUID(event_id))
    assert event is not None
    (standing,) = effective(await runtime.store.load(event.stream))
    return standing.facts.model_dump()[name]


async def test_lines_of_json_come_back_with_ids(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    sent = [returned(), returned(person={"sex": 1}), returned(returned_from="ATL")]
    content = b"\r\n\n".join(orjson.dumps(row) for row in sent) + b"\n{\n"
    outcome, back = await returned_content(http, content, NDJSON)
    assert counts(outcome) == (2, 0, 2)
    lines = back.splitlines()
    assert [bool(line) for line in lines] == [True, False, True, False, True, True] and lines[5] == b"{"
    first = orjson.loads(lines[0])
    assert first.pop("id") and first == sent[0] and "id" not in orjson.loads(lines[4])
    assert counts((await send(http, back)).json()) == (0, 2, 2)


async def test_the_rows_of_an_upload_are_listed_with_their_ids(http: httpx2.AsyncClient) -> None:
    sent = [returned(), returned(returned_from="ATL"), returned()]
    outcome = (await send(http, ndjson(sent))).json()
    url = outcome["rows_url"].removeprefix("/border")
    page = (await http.get(url, params={"limit": 2}, headers=headers("poipet"))).json()
    rest = (await http.get(url, params={"cursor": page["next"]}, headers=headers("poipet"))).json()
    rows = page["items"] + rest["items"]
    assert [(one["row"], one["result"]) for one in rows] == [(1, "taken"), (2, "refused"), (3, "taken")]
    assert [one["id"] is None for one in rows] == [False, True, False] and rest["next"] is None
    for who, status in (("poipet-too", 404), ("reader", 403)):
        assert (await http.get(url, headers=headers(who))).status_code == status
    tried = (await send(http, ndjson(sent), path="/crossings/bulk?dry_run=true")).json()
    assert (tried["rows_url"], tried["sheet_url"]) == (None, None)


async def test_rows_whose_cells_may_be_in_wrong_columns_or_changed_stay_refused(
    http: httpx2.AsyncClient,
) -> None:
    rows: Cells = {
        1: NAMES,
        2: cells(),
        3: cells()[:7],
        4: [*cells(), "beside"],
        5: ['re"turn', *cells()[1:]],
    }
    content = csv_file(rows).replace(b'"re""turn"', b'"return')
    outcome, back = await returned_content(http, content, CSV)
    assert counts(outcome) == (1, 0, 3)
    again = (await send(http, back, kind=CSV)).json()
    assert counts(again) == (0, 1, 3)
    assert [one["row"] for one in again["refusals"]] == [one["row"] for one in outcome["refusals"]]
    damaged: Cells = {
        1: NAMES,
        2: cells(person_documents_0_number=12345678.0),
        3: cells(),
        4: cells(person_sex=1.0),
    }
    damaged |= {5: cells(words_remark=True), 6: cells(occurred_at=datetime(2014, 6, 12, 9, 30))}
    damaged[7] = cells(person_documents_0_number=date(2014, 6, 12))
    outcome, back = await returned_content(http, workbook_file(damaged), XLSX)
    assert counts(outcome) == (4, 0, 2)
    again = (await send(http, back, kind=XLSX)).json()
    assert counts(again) == (0, 4, 2) and [one["row"] for one in again["refusals"]] == [2, 7]


async def test_only_the_file_of_the_upload_is_returned_to_its_sender(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = returned(), returned(), returned()
    content = ndjson([first, second])
    outcome = (await send(http, content)).json()
    for other in ([second, first], [first], [first, second, third], [first, third], [first, {}]):
        answer = await sheet_of(http, outcome, ndjson(other), NDJSON)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "other-file"), other
    assert (await sheet_of(http, outcome, content, NDJSON, who="poipet-too")).status_code == 404
    assert (await sheet_of(http, outcome, content, NDJSON, who="reader")).status_code == 403
    assert (await sheet_of(http, outcome, content, "text/plain")).status_code == 415
    monkeypatch.setattr(returned_sheet, "ROWS", 1)
    assert (await sheet_of(http, outcome, content, NDJSON)).status_code == 422


@pytest.mark.parametrize("kind", [CSV, XLSX])
async def test_a_sheet_with_a_column_of_ids_keeps_it(http: httpx2.AsyncClient, kind: str) -> None:
    written, read = SHEETS[kind]
    rows = {3: ["id", *NAMES], 4: ["", *cells()], 5: ["", *cells()]}
    _, content = await returned_content(http, written(rows), kind)
    sheet = read(content)
    assert sheet[3] == ["id", *NAMES, "upload.outcome"] and sheet[4][0] and sheet[5][0]
    assert counts((await send(http, content, kind=kind)).json()) == (0, 2, 0)


async def test_changes_of_records_come_back_with_ids(http: httpx2.AsyncClient) -> None:
    group = (await recorded(http, handover(), path="/handovers"))["id"]
    path, row = "/handovers/counts/bulk", {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39}
    content = ndjson([row | {"handover_id": group}])
    outcome = (await send(http, content, path=path)).json()
    back = (await sheet_of(http, outcome, content, NDJSON)).content
    assert orjson.loads(back)["id"] != group
    mended = orjson.loads(back) | {"count_taken": 38}
    changed = (await send(http, ndjson([mended]), path=path)).json()
    assert (*counts(changed), changed["changed"]) == (1, 0, 0, 1)


TIMES = {
    "2014-06-12 09:30": "2014-06-12T02:30:00+00:00",
    "2014-06-12T9:30:15": "2014-06-12T02:30:15+00:00",
    "2014-06-12T09:30:00+09:00": "2014-06-12T00:30:00+00:00",
    "2014-06-12T09:30:00Z": "2014-06-12T09:30:00+00:00",
}


@pytest.mark.parametrize("written", TIMES)
async def test_a_time_in_a_sheet_without_an_offset_is_that_of_phnom_penh(
    http: httpx2.AsyncClient, runtime: Runtime, written: str
) -> None:
    outcome = (await send(http, csv_file({1: NAMES, 2: cells(occurred_at=written)}), kind=CSV)).json()
    assert counts(outcome) == (1, 0, 0) and outcome["utc_offset"] == "+07:00"
    assert await occurred_at(runtime, outcome) == TIMES[written]


async def occurred_at(runtime: Runtime, outcome: dict[str, Any]) -> str:
    found = await runtime.pool.fetchval(
        "SELECT occurred_at FROM events WHERE correlation_id = $1", UUID(outcome["upload_id"])
    )
    moment: str = found.isoformat()
    return moment


@pytest.mark.parametrize("kind", [CSV, XLSX])
@pytest.mark.parametrize("offset", ["+09:00", "%2B09:00"])
async def test_an_upload_states_the_offset_of_its_place_once(
    http: httpx2.AsyncClient, runtime: Runtime, kind: str, offset: str
) -> None:
    written, _ = SHEETS[kind]
    time: Any = datetime(2014, 6, 12, 9, 30) if kind == XLSX else "2014-06-12 09:30"
    content, key = written({1: NAMES, 2: cells(occurred_at=time)}), str(uuid4())
    outcome = (
        await send(http, content, kind=kind, path=f"/crossings/bulk?utc_offset={offset}", key=key)
    ).json()
    assert counts(outcome) == (1, 0, 0) and outcome["utc_offset"] == "+09:00"
    assert await occurred_at(runtime, outcome) == "2014-06-12T00:30:00+00:00"
    back = (await sheet_of(http, outcome, content, kind)).content
    again = (await send(http, back, kind=kind, path=f"/crossings/bulk?utc_offset={offset}")).json()
    assert counts(again) == (0, 1, 0)
    other = await send(http, content, kind=kind, key=key)
    assert other.status_code == 422, "the same file in another zone is another upload"


@pytest.mark.parametrize("offset", ["7", "+25:00", "Asia/Seoul", "07:00"])
async def test_another_offset_is_refused(http: httpx2.AsyncClient, offset: str) -> None:
    answer = await send(http, csv_file({1: NAMES}), kind=CSV, path=f"/crossings/bulk?utc_offset={offset}")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "written", ["2014-06-31 09:00", "2014-06-12 29:00", "2014-06-12", "12/06/2014 09:00", "09:00"]
)
async def test_a_time_that_does_not_exist_or_is_no_iso_time_is_refused(
    http: httpx2.AsyncClient, written: str
) -> None:
    outcome = (await send(http, csv_file({1: NAMES, 2: cells(occurred_at=written)}), kind=CSV)).json()
    assert counts(outcome) == (0, 0, 1) and outcome["refusals"][0]["field"] == "occurred_at"


async def test_a_time_in_json_states_its_offset(http: httpx2.AsyncClient) -> None:
    outcome = (await send(http, ndjson([returned(occurred_at="2014-06-12T09:00:00")]))).json()
    assert counts(outcome) == (0, 0, 1) and "offset" in outcome["refusals"][0]["reason"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
async def test_a_line_break_within_a_text_is_one_whatever_the_file_uses(
    http: httpx2.AsyncClient, runtime: Runtime, ending: str
) -> None:
    """CSV between double quotes, and JSON as an escape, in files with both kinds of line ends."""
    row = returned(words={"remark": f"one{ending}two"})
    outcome = (await send(http, ndjson([row]).replace(b"\n", ending.encode()))).json()
    sheet = csv_file({1: NAMES, 2: cells(words_remark="one\ntwo")}).replace(b"\r\n", ending.encode())
    sheet = sheet.replace(b"one\ntwo", b"one" + ending.encode() + b"two")
    for done in (outcome, (await send(http, sheet, kind=CSV)).json()):
        assert counts(done) == (1, 0, 0), done
        event_id = await runtime.pool.fetchval(
            "SELECT event_id FROM events WHERE correlation_id = $1", UUID(done["upload_id"])
        )
        event = await runtime.store.find(event_id)
        assert event is not None and event.person is not None
        assert event.person.words["remark"] == "one\ntwo"  # type: ignore[union-attr]
