"""CSV as spreadsheets save it: read where one reading is possible, and refused with what to do where not."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.border.post import counts, ndjson, returned, send
from tests.chassis.bulk.test_csv import row, table, taken


def sheet(count: int = 3, **other: Any) -> str:
    rows = [row(**other) for _ in range(count)]
    return table(*rows, columns=[*rows[0]]).decode()


async def the_refusal(http: httpx2.AsyncClient, **other: Any) -> tuple[str, str]:
    """Return field and reason of the only refusal of a sheet with one row."""
    outcome = await taken(http, sheet(1, **other).encode())
    assert counts(outcome) == (0, 0, 1)
    return outcome["refusals"][0]["field"], outcome["refusals"][0]["reason"]


async def test_separators_and_encodings_give_the_same_rows(http: httpx2.AsyncClient) -> None:
    text = sheet()
    semicolons, tabs = text.replace(",", ";"), text.replace(",", "\t")
    assert counts(await taken(http, text.encode())) == (3, 0, 0)
    for content in (
        semicolons.encode("utf-8-sig"),
        tabs.encode(),
        ("sep=;\r\n" + semicolons).encode(),
        ('"sep=,"\r\n' + text).encode("utf-8-sig"),
        tabs.encode("utf-16"),
        text.encode("utf-16-be"),
        text.encode("utf-16-le"),
    ):
        assert counts(await taken(http, content)) == (0, 3, 0)


async def test_byte_order_marks_and_utf_16_in_ndjson(http: httpx2.AsyncClient) -> None:
    content = ndjson([returned(), returned()]).decode()
    for encoding, expected in (("utf-8-sig", (2, 0, 0)), ("utf-16", (0, 2, 0)), ("utf-16-be", (0, 2, 0))):
        assert counts((await send(http, content.encode(encoding))).json()) == expected
    cut = (await send(http, content.encode("utf-16")[:-1])).json()
    assert counts(cut) == (0, 1, 1), "half a character at the end of the file"


async def test_a_separator_line_is_not_counted_and_another_separator_is_refused(
    http: httpx2.AsyncClient,
) -> None:
    wrong = sheet(2, returned_from="ATL").replace(",", ";")
    outcome = await taken(http, ("sep=;\r\n" + wrong).encode())
    assert [one["row"] for one in outcome["refusals"]] == [2, 3]
    answer = await send(http, b"sep=x\r\nkind\r\nreturn\r\n", kind="text/csv")
    assert answer.status_code == 422 and "states 'x'" in answer.json()["detail"]


async def test_line_breaks_within_text_become_line_feeds(http: httpx2.AsyncClient) -> None:
    sent = row(**{"words.remark": "first line\r\nsecond, with a comma"})
    assert counts(await taken(http, table(sent, columns=[*sent]))) == (1, 0, 0)
    sent["words.remark"] = "first line\nsecond, with a comma"
    assert counts(await taken(http, table(sent, columns=[*sent]))) == (0, 1, 0)


async def test_blank_rows_are_passed_over_and_keep_their_numbers(http: httpx2.AsyncClient) -> None:
    head, first, last = sheet(2).splitlines(keepends=True)
    blank = "," * 7 + "\r\n"
    content = head + blank + first + blank * 1_200 + last.replace("THA", "ATL") + blank * 1_200
    outcome = await taken(http, content.encode())
    assert counts(outcome) == (1, 0, 1)
    assert [(one["row"], one["field"]) for one in outcome["refusals"]] == [(1_204, "returned_from")]


async def test_columns_without_a_name_are_passed_over_while_they_are_empty(http: httpx2.AsyncClient) -> None:
    head, *rows = sheet(3).splitlines()
    wider = [f"{head},,", f"{rows[0]},,", f"{rows[1]},x,", f"{rows[2]}"]
    outcome = await taken(http, "\r\n".join(wider).encode())
    assert counts(outcome) == (1, 0, 2)
    assert [one["row"] for one in outcome["refusals"]] == [3, 4]
    assert "column I has a cell here and no name" in outcome["refusals"][0]["reason"]
    assert "8 cells and the header 10" in outcome["refusals"][1]["reason"]


async def test_a_cell_beyond_the_columns_refuses_its_row_unless_it_is_empty(http: httpx2.AsyncClient) -> None:
    head, *rows = sheet(2).splitlines()
    outcome = await taken(http, "\n".join([head, rows[0] + ",,", rows[1] + ",,x"]).encode())
    assert counts(outcome) == (1, 0, 1)
    assert "a cell in column J" in outcome["refusals"][0]["reason"]


@pytest.mark.parametrize(
    ("name", "typed", "saved"),
    [
        ("person.sex", "2", "2.0"),
        ("person.home_province", "02", "2"),
        ("person.home_province", "02", "2.0"),
        ("person.home_province", "12", "12.0"),
    ],
)
async def test_a_number_that_a_spreadsheet_changed_is_restored_where_one_value_is_possible(
    http: httpx2.AsyncClient, name: str, typed: str, saved: str
) -> None:
    sent = row(**{name: typed})
    assert counts(await taken(http, table(sent, columns=[*sent]))) == (1, 0, 0)
    sent[name] = saved
    assert counts(await taken(http, table(sent, columns=[*sent]))) == (0, 1, 0)


@pytest.mark.parametrize(
    ("name", "saved", "reason"),
    [
        ("person.documents.0.number", "12345678.0", "format the column as Text"),
        ("person.documents.0.number", "1.23457E+11", "format the column as Text"),
        ("person.phone", "8.55E+10", "format the column as Text"),
        ("person.birth.on", "32966", "perhaps 1990-04-03; write a date"),
        ("occurred_at", "41802.375", "perhaps 2014-06-12; write a time"),
        ("person.sex", "2.5", "one of 0, 1, 2 or 9"),
        ("person.home_province", "44", "is not on the list"),
    ],
)
async def test_what_a_spreadsheet_lost_is_refused_with_what_to_do(
    http: httpx2.AsyncClient, name: str, saved: str, reason: str
) -> None:
    field, why = await the_refusal(http, **{name: saved})
    assert field == name.replace(".0.", "[0].") and reason in why


async def test_remarks_keep_what_looks_like_a_number(http: httpx2.AsyncClient) -> None:
    for remark in ("2.0", "1E+5", "007"):
        assert counts(await taken(http, sheet(1, **{"words.remark": remark}).encode())) == (1, 0, 0)


@pytest.mark.parametrize(
    "key", ['"returned_from":"MYS"', '"person":{"sex":1,"sex":2}', '"id":null,"id":null']
)
async def test_a_key_that_a_line_has_twice_is_refused(http: httpx2.AsyncClient, key: str) -> None:
    sent = returned()
    if "person" in key:
        del sent["person"]
    line = ndjson([sent]).rstrip(b"}\n") + (b"}" if "person" in sent else b"") + f",{key}}}\n".encode()
    answer = (await send(http, line + ndjson([returned()]))).json()
    assert counts(answer) == (1, 0, 1)
    assert answer["refusals"][0]["row"] == 1 and "twice in one object" in answer["refusals"][0]["reason"]


async def test_lines_that_end_with_a_carriage_return_alone_are_refused_at_once(
    http: httpx2.AsyncClient,
) -> None:
    answer = await send(http, sheet().replace("\r\n", "\r").encode(), kind="text/csv")
    assert answer.status_code == 422 and "CR alone" in answer.json()["detail"]
