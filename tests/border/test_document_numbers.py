"""A document number is read in the same way wherever it comes in: one command, a row of a file, a correction."""

from __future__ import annotations

import csv
import io
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from contracts.machine_readable import check_digit
from contracts.person import ClearPerson
from tests.border.post import counts, headers, person, post, recorded, returned, send, uploaded

Error = dict[str, Any]


class WayIn(Protocol):
    """Send a document; return the id of the event that has it, or the errors."""

    async def __call__(self, http: httpx2.AsyncClient, document: dict[str, str]) -> UUID | list[Error]: ...


async def by_command(http: httpx2.AsyncClient, document: dict[str, str]) -> UUID | list[Error]:
    answer = await post(http, "/crossings", returned(person=person(documents=[document])))
    return _outcome(answer)


async def by_correction(http: httpx2.AsyncClient, document: dict[str, str]) -> UUID | list[Error]:
    before = await recorded(http, returned())
    body = {"reason": "mistyped", "person": {"documents": [document]}}
    return _outcome(await post(http, f"/events/{before['id']}/correction", body))


async def by_row(http: httpx2.AsyncClient, document: dict[str, str]) -> UUID | list[Error]:
    event_id = str(uuid7())
    sent = returned(person=person(documents=[document]), id=event_id)
    return _row(await uploaded(http, [sent]), event_id)


async def by_csv(http: httpx2.AsyncClient, document: dict[str, str]) -> UUID | list[Error]:
    event_id = str(uuid7())
    row = {name: cell for name, cell in returned(id=event_id).items() if name != "person"}
    row |= {f"person.documents.0.{name}": cell for name, cell in document.items()}
    written = io.StringIO()
    writer = csv.DictWriter(written, list(row))
    writer.writeheader()
    writer.writerow(row)
    answer = await send(http, written.getvalue().encode(), kind="text/csv")
    return _row(answer.json(), event_id)


def _outcome(answer: httpx2.Response) -> UUID | list[Error]:
    body = answer.json()
    if answer.status_code == 422:
        errors: list[Error] = body["errors"]
        return errors
    assert answer.status_code == 201, answer.text
    return UUID(body["events"][0])


def _row(outcome: dict[str, Any], event_id: str) -> UUID | list[Error]:
    if outcome["refusals"]:
        refusals: list[Error] = outcome["refusals"]
        return refusals
    assert counts(outcome) == (1, 0, 0), outcome
    return UUID(event_id)


def _text(error: Error) -> str:
    """Return the reason with the remedy; the refusal of a row has both in one text."""
    return f"{error['reason']}; {error.get('remedy')}"


every_way_in = pytest.mark.parametrize("way_in", [by_command, by_correction, by_row, by_csv])


@every_way_in
@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1.23457E+12", "as Text"),
        ("62747669.0", "as Text"),
        ("SOK DARA", "their own fields"),
        ("C:\\scans\\n0123456.jpg", "as printed"),
        ("N0123456\u200f", "type the text again"),
        ("N0123456🙂", "leave it out"),
        ("2014-06-26", "as printed"),
        ("N012****", "leave the document out"),
        ("P<N0123456", "as printed"),
        ("PKHM N0123456", "as printed"),
        ("N0123456<3KHM9004031M2501017<<<<<<<<<<<<<<02", "compare it with the document"),
    ],
)
async def test_a_number_that_is_damaged_or_none_is_refused_by_its_field(
    http: httpx2.AsyncClient, way_in: WayIn, number: str, words: str
) -> None:
    found = await way_in(http, {"kind": "passport", "number": number})
    assert isinstance(found, list), found
    (error,) = found
    assert (error["field"], error["value"]) == ("person.documents[0].number", number)
    assert words.lower() in _text(error).lower()


@every_way_in
@pytest.mark.parametrize(
    "number", ["NONE", "N/A", "000000000", "123456789", "N0000000", "គ្មាន", "ไม่มี", "---"]
)
async def test_a_placeholder_is_stored_as_typed_and_joins_nobody(
    http: httpx2.AsyncClient, runtime: Runtime, way_in: WayIn, number: str
) -> None:
    for kind in ("passport", "national_id"):
        found = await way_in(http, {"kind": kind, "number": number})
        assert isinstance(found, UUID), found
        event = await runtime.store.find(found)
        assert event is not None and isinstance(event.person, ClearPerson)
        assert [each.number for each in event.person.documents] == [number]
        assert event.handles == ()


@every_way_in
async def test_every_way_to_write_a_number_gives_one_handle(
    http: httpx2.AsyncClient, runtime: Runtime, way_in: WayIn
) -> None:
    digits = f"9{uuid4().int % 10**6:06}"
    handles = set()
    for number in (
        f"N{digits}",
        f"n{digits}",
        f"'N{digits}",
        f'="N{digits}"',
        f"N {digits[:3]}-{digits[3:]}",
        f"N/{digits}",
        f"N{digits}<<",
        f"N\u200b{digits}",
        "Ｎ" + digits.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)}),
        "N" + digits.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")),
        "N" + digits.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")),
    ):
        found = await way_in(http, {"kind": "passport", "number": number})
        assert isinstance(found, UUID), found
        event = await runtime.store.find(found)
        assert event is not None and isinstance(event.person, ClearPerson)
        assert [each.number for each in event.person.documents] == [number]
        handles.add(event.handles)
    ((handle,),) = handles
    assert handle


@every_way_in
async def test_of_a_whole_machine_readable_line_the_number_is_stored(
    http: httpx2.AsyncClient, runtime: Runtime, way_in: WayIn
) -> None:
    digits = f"{uuid4().int % 10**7:07}"
    field = f"N{digits}<"
    line = f"{field}{check_digit(field)}KHM9004031M2501017<<<<<<<<<<<<<<02"
    handles = set()
    for number in (line, f"Passport No. N{digits}", f"N{digits}"):
        found = await way_in(http, {"kind": "passport", "number": number})
        assert isinstance(found, UUID), found
        event = await runtime.store.find(found)
        assert event is not None and isinstance(event.person, ClearPerson)
        (document,) = event.person.documents
        assert document.number == (f"N{digits}" if number == line else number)
        handles.add(event.handles)
    assert len(handles) == 1


@every_way_in
async def test_an_issuer_of_icao_9303_is_taken_and_another_text_is_refused(
    http: httpx2.AsyncClient, runtime: Runtime, way_in: WayIn
) -> None:
    for issuer, stored, links in (("UNO", "UNO", True), ("D", "DEU", True), ("XXA", "XXA", False)):
        number = f"C{uuid4().int % 10**8:08}"
        found = await way_in(http, {"kind": "passport", "number": number, "issued_by": issuer})
        assert isinstance(found, UUID), found
        event = await runtime.store.find(found)
        assert event is not None and isinstance(event.person, ClearPerson)
        assert [each.issued_by for each in event.person.documents] == [stored]
        assert bool(event.handles) is links
    refused = await way_in(http, {"kind": "passport", "number": "C0123456", "issued_by": "Utopia"})
    assert isinstance(refused, list)
    assert (refused[0]["field"], refused[0]["value"]) == ("person.documents[0].issued_by", "Utopia")
    assert "UNO" in _text(refused[0])


@pytest.mark.parametrize("number", ["62747669.0", "1.23457E+12", "SOK DARA"])
async def test_a_check_refuses_a_damaged_number_by_its_field(http: httpx2.AsyncClient, number: str) -> None:
    body = {"direction": "in", "country": "THA", "document": {"kind": "passport", "number": number}}
    answer = await http.post("/check", json=body, headers=headers("poipet"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["document.number"]
