"""Invalid input from users: it is answered with a problem that names the reason, never with a status 500."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import pytest

from services.registry.identity.number import ALPHABET
from tests.registry.events import Record, new_passport
from tests.registry.office import Office, number_of


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """The problem that an answer is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    return found


async def known(office: Office) -> str:
    """The number of a worker."""
    left = Record(salt=str(uuid4())).departure(new_passport())
    await office.knows(left)
    return number_of(left)


@pytest.mark.parametrize("path", ["/workers/{}", "/workers/{}/timeline"])
async def test_a_wrong_check_character_is_distinguished_from_an_unknown_number(
    office: Office, path: str
) -> None:
    number = await known(office)
    wrong = number[:-1] + ALPHABET[(ALPHABET.index(number[-1]) + 1) % 32]
    found = problem(await office.get(path.format(wrong)), 404)
    assert found["type"].endswith("no-workers-number")
    assert "one is mistyped or two are exchanged" in found["detail"]
    assert "search" in found["remedy"]
    nobody = problem(await office.get(path.format("TA6SY-09SMS-GDPZ")), 404)
    assert nobody["type"].endswith("record-not-found")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("4K7M2", "14 characters"),
        ("UUUUU-UUUUU-UUUU", "has no U"),
        ("ចន្ធី", "14 characters"),
        ("\x00" * 14, "has no"),
    ],
    ids=["short", "letter", "khmer", "nul"],
)
async def test_the_refusal_of_a_number_says_why(office: Office, text: str, why: str) -> None:
    assert why in problem(await office.get(f"/workers/{quote(text)}"), 404)["detail"]
    page = await office.page(f"/workers/{quote(text)}")
    assert page.status_code == 404
    assert (await office.page("/news", of=text)).status_code == 404


async def test_a_number_is_found_however_it_was_typed(office: Office) -> None:
    number = await known(office)
    for typed in (number.lower(), number.replace("-", ""), number.replace("-", " ")):
        assert (await office.get(f"/workers/{quote(typed)}")).json()["number"] == number


async def test_a_joined_number_typed_with_spaces_redirects_with_the_query(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    one, other = new_passport(), new_passport()
    first, second = record.departure(one), record.departure(other, days=5)
    await office.knows(first, second)
    await office.knows(record.back(one, other, days=40))
    typed = number_of(second).replace("-", " ")
    answer = await office.get(f"/workers/{quote(typed)}/timeline", as_of="2014-06-01T00:00:00Z")
    assert answer.status_code == 307
    assert answer.headers["location"] == (
        f"/registry/workers/{number_of(first)}/timeline?as_of=2014-06-01T00%3A00%3A00Z"
    )
    page = await office.page(f"/workers/{quote(typed)}", documents="shown")
    assert page.headers["location"] == f"/registry/pages/workers/{number_of(first)}?documents=shown"


@pytest.mark.parametrize(
    "as_of", ["2014-06-13T00:00:00", "2014-06-13", "yesterday", "2014-02-30T00:00:00Z", "", "១៣ មិថុនា", "\x00"]
)
async def test_an_as_of_without_offset_or_meaning_is_refused(office: Office, as_of: str) -> None:
    found = problem(await office.get(f"/workers/{await known(office)}/timeline", as_of=as_of), 422)
    assert [error["field"] for error in found["errors"]] == ["as_of"]


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1e400", "-1"])
async def test_an_as_of_at_the_end_of_all_time_is_answered_or_refused(office: Office, as_of: str) -> None:
    answer = await office.get(f"/workers/{await known(office)}/timeline", as_of=as_of)
    assert answer.status_code in (200, 404, 422)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"number": None},
        {"name": ""},
        {"name": "  "},
        {"number": ""},
        {"document": {}},
        {"phone": "12"},
        {"nickname": "Thy"},
        {"name": ["SOK"]},
        {"document": {"number": "N1", "kind": "library_card"}},
        {"document": {"number": "N1", "issued_by": "ZZZ"}},
    ],
    ids=str,
)
async def test_a_search_for_nothing_or_for_what_cannot_be_is_refused(
    office: Office, asked: dict[str, Any]
) -> None:
    assert problem(await office.search(**asked), 422)["errors"]


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'"SOK"', b"\xff\xfe", b'{"name": "SOK"'], ids=repr
)
async def test_a_body_that_is_no_search_is_refused(office: Office, body: bytes) -> None:
    answer = await office.sends(body)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("field", ["name", "number", "phone", "document"])
@pytest.mark.parametrize(
    "text",
    [
        b"SOK\\u0000Dara",
        b"\\u0000",
        b"\\ud800",
        b"SOK \\udfffDara",
        b"\\u179f\\u17bb\\u0000\\u1781",
        b"\\u0007",
    ],
    ids=["nul", "nul alone", "lone surrogate", "lone surrogate in a name", "nul in khmer", "bell"],
)
async def test_surrogates_and_control_characters_are_refused_as_bad_input(
    office: Office, field: str, text: bytes
) -> None:
    value = b'{"number": "' + text + b'"}' if field == "document" else b'"' + text + b'"'
    answer = await office.sends(b'{"' + field.encode() + b'": ' + value + b"}")
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    "text",
    [
        b"SOK\x00Dara",
        b"\xed\xa0\x80",
        b"\xff",
        b"\x00",
        "សុខ\x00".encode(),
        b"",
        b"   ",
        b"\xe2\x80\x8b",
        b"%",
        b"<script>",
    ],
    ids=[
        "nul",
        "surrogate",
        "no utf-8",
        "nul alone",
        "khmer and nul",
        "empty",
        "blank",
        "zero width",
        "percent",
        "markup",
    ],
)
async def test_whatever_is_typed_into_the_search_field_is_answered_with_a_page(
    office: Office, text: bytes
) -> None:
    answer = await office.types(text)
    assert answer.status_code in (200, 400, 422), answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script>" not in answer.text


async def test_a_name_of_three_hundred_letters_is_refused(office: Office) -> None:
    (error,) = problem(await office.search(name="ស" * 300), 422)["errors"]
    assert error["field"] == "name"
    assert (await office.types("SOK " * 75)).status_code == 422
    assert "Type a number, a document, a name or a phone number." in (await office.types("S" * 150)).text


async def test_a_search_of_many_words_is_answered(office: Office) -> None:
    assert (
        await office.search(name=" ".join("SOKDARAKEO"[: 1 + nth % 3] for nth in range(40)))
    ).status_code == 200


async def test_khmer_in_every_field_is_answered_or_refused(office: Office) -> None:
    assert (await office.search(name="សុខ ចន្ធី")).status_code == 200
    assert (await office.search(document={"number": "ន១២៣៤", "place": "បាត់ដំបង"})).status_code == 200
    assert (await office.search(phone="០១២ ៣៤៥ ៦៧៨")).status_code == 200
    (error,) = problem(await office.search(number="សុខ"), 422)["errors"]
    assert (error["field"], error["reason"]) == ("number", "a worker's number has 14 characters, this has 3")


@pytest.mark.parametrize("cursor", ["x", "bm8", "WzFd", "💥", "A" * 501])
async def test_a_cursor_of_another_list_is_refused(office: Office, cursor: str) -> None:
    assert (await office.get("/flags", cursor=cursor)).status_code in (400, 422)


@pytest.mark.parametrize("name", ["no_such_flag", "", "\x00", "x" * 61])
async def test_an_unknown_flag_is_refused(office: Office, name: str) -> None:
    assert [error["field"] for error in problem(await office.get("/flags", name=name), 422)["errors"]] == [
        "name"
    ]
