"""CSV uploads give the same commands as NDJSON: dotted columns, empty cells ignored, numbers converted."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from tests.border.post import counts, handover, headers, ndjson, person, recorded, returned, send

COLUMNS = [
    "id", "kind", "occurred_at", "checkpoint", "returned_from", "unaccompanied_minor", "person.sex", "person.name.khmer",
    "person.name.latin", "person.documents.0.kind", "person.documents.0.number", "person.documents.1.kind",
    "person.documents.1.number", "person.birth.on", "words.remark",
]  # fmt: skip


def table(*rows: dict[str, Any], columns: list[str] | None = None, **options: Any) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, columns or COLUMNS, **options)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def row(**other: Any) -> dict[str, Any]:
    usual = {
        "kind": "return",
        "occurred_at": "2014-06-12T09:00:00+07:00",
        "checkpoint": "KH-POI",
        "returned_from": "THA",
        "person.sex": "2",
        "person.name.khmer": "ចាន់ សុភាព",
        "person.documents.0.kind": "passport",
        "person.documents.0.number": f"N{uuid4().int % 10**11:011}",
    }
    return usual | other


async def taken(http: httpx2.AsyncClient, content: bytes, **how: Any) -> dict[str, Any]:
    answer = await send(http, content, kind="text/csv; charset=utf-8", **how)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_csv_row_is_the_same_command_as_its_json(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    remark = 'មក "ឡាន",\nបន្ទាត់ទីពីរ'
    sent = row(
        id=str(uuid7()),
        unaccompanied_minor="TRUE",
        **{
            "person.birth.on": "2010-02-03",
            "person.documents.1.kind": "national_id",
            "person.documents.1.number": "012345678",
        },
        **{"words.remark": remark},
    )
    assert counts(await taken(http, table(sent, row()))) == (2, 0, 0)
    event = await runtime.store.find(UUID(sent["id"]))
    assert event is not None and event.person is not None
    facts, who = event.facts.model_dump(mode="json"), event.person.model_dump(mode="json")
    assert (facts["sex"], facts["unaccompanied_minor"], facts["age_band"]) == (2, True, "0-4")
    assert (who["name"]["khmer"], who["name"]["latin"], who["words"]) == (
        "ចាន់ សុភាព",
        None,
        {"remark": remark},
    )
    assert [document["number"] for document in who["documents"]][1] == "012345678"


async def test_rows_are_known_again_in_csv_and_in_ndjson(http: httpx2.AsyncClient) -> None:
    sent = returned(
        person=person(documents=[], name={"khmer": "ចាន់ សុភាព"}, phone=f"+855 {uuid4().int % 10**9:09}")
    )
    assert counts((await send(http, ndjson([sent]))).json()) == (1, 0, 0)
    flat = {
        "kind": sent["kind"],
        "occurred_at": sent["occurred_at"],
        "checkpoint": sent["checkpoint"],
        "returned_from": sent["returned_from"],
        "person.sex": sent["person"]["sex"],
        "person.name.khmer": sent["person"]["name"]["khmer"],
        "person.birth.on": sent["person"]["birth"]["on"],
        "person.home_province": sent["person"]["home_province"],
        "person.phone": sent["person"]["phone"],
    }
    # An NDJSON row that says [] of its documents says something that no cell can say.
    del sent["person"]["documents"]
    assert counts((await send(http, ndjson([sent]))).json()) == (1, 0, 0)
    assert counts(await taken(http, table(flat, columns=list(flat)))) == (0, 1, 0)


async def test_a_byte_order_mark_and_spaces_around_names_are_passed_over(http: httpx2.AsyncClient) -> None:
    content = table(row(), columns=[*row()]).replace(b"checkpoint", b" checkpoint ")
    assert counts(await taken(http, b"\xef\xbb\xbf" + content)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"occurred_at": "1402531200"}, "occurred_at"),
        ({"person.birth.on": "642556800"}, "person.birth.on"),
        ({"occurred_at": "12/06/2014 09:00"}, "occurred_at"),
        ({"person.sex": "female"}, "person.sex"),
        ({"unaccompanied_minor": "yes"}, "unaccompanied_minor"),
        ({"person.name.latin": "N1234567"}, "person.name.latin"),
        ({"person.documents.0.kind": ""}, "person.documents[0].kind"),
        ({"id": "7"}, "id"),
    ],
)
async def test_a_cell_that_cannot_be_read_is_refused_with_its_field(
    http: httpx2.AsyncClient, change: dict[str, str], field: str
) -> None:
    outcome = await taken(http, table(row(**change), row()))
    assert counts(outcome) == (1, 0, 1)
    assert [(one["row"], one["field"]) for one in outcome["refusals"]] == [(2, field)]


async def test_rows_that_are_no_csv_are_refused_and_others_are_not(http: httpx2.AsyncClient) -> None:
    lines = table(row(), row(), row(), columns=[*row()]).splitlines(keepends=True)
    bad = [b"a,b\r\n", b'"x"y,' + lines[1], b"\xff\xfe" + lines[2]]
    outcome = await taken(http, b"".join([*lines[:2], *bad, *lines[2:]]))
    assert counts(outcome) == (3, 0, 3)
    assert [one["row"] for one in outcome["refusals"]] == [3, 4, 5]


@pytest.mark.parametrize(
    "header", [b"", b"kind,kind", b"kind,colour", b"kind,person.documents.x.kind", b"person", b"\xff"]
)
async def test_a_header_that_names_no_fields_is_refused_at_once(
    http: httpx2.AsyncClient, header: bytes
) -> None:
    answer = await send(http, header + b"\nreturn,red\n", kind="text/csv")
    assert answer.status_code == 422, answer.text


async def test_changes_come_as_csv_too(http: httpx2.AsyncClient) -> None:
    group = (await recorded(http, handover(), path="/handovers"))["id"]
    cells = {
        "handover_id": group,
        "occurred_at": "2014-06-12T10:00:00+07:00",
        "count_taken": "39",
        "women": "12",
    }
    assert counts(await taken(http, table(cells, columns=list(cells)), path="/handovers/counts/bulk")) == (
        1,
        0,
        0,
    )
    found = await http.get(f"/handovers/{group}", headers=headers("poipet"))
    assert found.json()["count_taken"] == 39
