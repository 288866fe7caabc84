"""Searches: pages, criteria together, spellings, and an answer instead of silence for what cannot be right."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from chassis.access.sessions import SESSION_COOKIE
from contracts.codes.recording import HowRecorded
from contracts.envelope import Event, Fact, Recorded
from contracts.person import ClearPerson, Document, Name
from services.registry.identity.number import ALPHABET, mint, shown
from services.registry.projections import lists
from services.registry.schemas.searches import Search, meanings_of
from tests.registry.events import Record, birth, new_passport
from tests.registry.office import Office, number_of

ELSEWHERE = Recorded(by="somebody", office="HISTORY", how=HowRecorded.MIGRATED)


def new_name() -> str:
    """Return a family name and a given name that nobody else has."""
    letters = uuid4().hex.translate(str.maketrans("0123456789abcdef", "bdgjklmnptvabinb"))
    return f"SOK Na{letters[:12]}"


def left(name: str | None = None, document: Document | None = None, **how: Any) -> Event[Fact]:
    """Return the departure of a worker whom all desks reach by another office's record."""
    how = {"recorded": ELSEWHERE} | how
    return Record(salt=str(uuid4())).departure(document or new_passport(), name=name, **how)


async def found(office: Office, token: str | None = None, **asked: Any) -> list[str]:
    """Return the numbers of a search with one page."""
    answer = await office.search(token, **asked)
    assert answer.status_code == 200, answer.text
    assert "next" not in answer.json()
    return [worker["number"] for worker in answer.json()["workers"]]


async def pages(office: Office, token: str | None = None, limit: int = 50, **asked: Any) -> list[list[str]]:
    """Return the numbers on all pages of a search."""
    result: list[list[str]] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        answer = await office.http.post(
            "/registry/workers/search",
            params=query,
            json=asked,
            headers={"Authorization": f"Bearer {token or office.token()}"},
        )
        assert answer.status_code == 200, answer.text
        result.append([worker["number"] for worker in answer.json()["workers"]])
        if "next" not in answer.json():
            return result
        query["cursor"] = answer.json()["next"]


async def test_of_61_people_with_a_name_the_one_within_reach_is_found(office: Office) -> None:
    name = new_name()
    near = left(name, days=1, checkpoint="KH-POI")
    await office.knows(near, *(left(name, days=2 + nth, checkpoint="KH-BVT") for nth in range(60)))
    assert await found(office, office.token(posts=["KH-POI"]), name=name) == [number_of(near)]


async def test_the_pages_of_a_search_hold_every_worker_once_the_latest_first(office: Office) -> None:
    name = new_name()
    everybody = [left(name, days=nth // 2) for nth in range(61)]  # pairs with the same last event
    await office.knows(*everybody)
    for limit, sizes in ((50, [50, 11]), (20, [20, 20, 20, 1]), (1, [1] * 61)):
        listed = await pages(office, limit=limit, name=name)
        assert [len(page) for page in listed] == sizes
        numbers = [number for page in listed for number in page]
        assert sorted(numbers) == sorted(map(number_of, everybody))
        assert numbers[0] == number_of(everybody[-1])


async def test_the_page_of_a_search_leads_to_further_workers(office: Office) -> None:
    name = new_name()
    everybody = [left(name, days=nth) for nth in range(52)]
    await office.knows(*everybody)
    first = await office.types(name)
    assert (
        "Further workers" in first.text and "Workers found, those with the latest events first" in first.text
    )
    hidden = dict(re.findall(r'<input type="hidden" name="(meaning|cursor)" value="([^"]+)"', first.text))
    who = office.token()
    form = (await office.page("/search", who)).text
    csrf = form.partition('name="csrf" value="')[2].partition('"')[0]
    second = await office.http.post(
        "/registry/pages/search",
        data=hidden | {"text": name, "csrf": csrf},
        headers={"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={who}"},
    )
    assert "Further workers" not in second.text
    shown = [number for number in map(number_of, everybody) if number in second.text]
    assert shown == [number_of(each) for each in everybody[:2]]


async def test_the_result_of_a_search_is_taken_as_a_file_and_its_name_is_not_in_the_audit(
    office: Office,
) -> None:
    name = new_name()
    everybody = [left(name, days=nth) for nth in range(2)]
    await office.knows(*everybody)
    who = office.token("exporter")
    page = (await office.types(name, who)).text
    form = page.partition('<form class="downloads"')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    answer = await office.http.post(
        "/registry/pages/search",
        data=hidden | {"file": "csv"},
        headers={"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={who}"},
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert all(number_of(each) in answer.text for each in everybody) and len(answer.text.splitlines()) == 3
    asked, look, ended = (await office.entries("exporter"))[-3:]
    assert asked["detail"] == {"list": "workers", "kind": "csv", "text": "text"}
    assert ended["action"] == "export_list" and ended["detail"]["records"] == 2
    assert look["action"] == "search_workers" and len(look["numbers"]) == 2


async def test_an_officer_keeps_searches_that_nobody_else_sees(office: Office) -> None:
    name, who, other = new_name(), office.token("keeper"), office.token("other")
    await office.knows(left(name), left(name, days=1))

    async def sends(path: str, token: str, **data: str) -> httpx2.Response:
        form = (await office.page("/search", token)).text
        csrf = form.partition('name="csrf" value="')[2].partition('"')[0]
        headers = {"Accept": "text/html", "Cookie": f"{SESSION_COOKIE}={token}"}
        return await office.http.post(f"/registry/pages{path}", data=data | {"csrf": csrf}, headers=headers)

    page = (await office.types(name, who)).text
    key = page.partition('name="key" value="')[2].partition('"')[0]
    for _ in range(2):  # a form sent twice keeps one
        answer = await sends("/searches", who, key=key, text=name, name="My people")
        assert (answer.status_code, answer.headers["location"]) == (303, "/registry/pages/search?done=saved")
    page = (await office.page("/search", who, done="saved")).text
    assert "The search is kept." in page and page.count("My people") == 2 and f'value="{name}"' in page
    assert "My people" not in (await office.page("/search", other)).text
    await sends(f"/searches/{key}/deletion", other)
    assert "My people" in (await office.page("/search", who)).text, "another's is not deleted"
    await sends(f"/searches/{key}/deletion", who)
    assert "My people" not in (await office.page("/search", who)).text
    entries = await office.entries("keeper")
    assert {"save_search", "delete_saved_search"} <= {entry["action"] for entry in entries}
    assert name not in repr(entries)


async def test_workers_behind_many_candidates_are_found_and_a_cursor_names_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_SOUGHT", 2)
    monkeypatch.setattr(lists, "SOUGHT_AT_MOST", 4)
    name = new_name()
    own = Recorded(by="somebody", office="TEST", how=HowRecorded.LIVE)
    near = left(name, days=1)
    beyond = [
        left(name, days=10 + nth, recorded=own) for nth in range(9)
    ]  # an office's own records give no reach
    await office.knows(near, *beyond)
    token = office.token(posts=["KH-POI"])
    assert [page for page in await pages(office, token, name=name) if page] == [[number_of(near)]]
    cursor = (await office.search(token, name=name)).json()["next"]
    opened = b"".join(base64.urlsafe_b64decode(part + "==") for part in cursor.split("."))
    for each in beyond:
        assert number_of(each).replace("-", "").encode() not in opened


async def test_a_cursor_of_a_list_of_flags_names_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SCANNED", 1)
    await office.knows(left(new_name(), days=9000, unaccompanied_minor=True))
    page = (await office.get("/flags", office.token(posts=["KH-NONE"]))).json()
    assert page["items"] == []
    opened = b"".join(base64.urlsafe_b64decode(part + "==") for part in page["next"].split("."))
    assert not re.search(rb"[%s]{14}" % ALPHABET.encode(), opened)


@pytest.mark.parametrize("cursor", ["x", "bm8", "WzFd", "a.b.c.d.e", "💥"])
async def test_a_cursor_that_is_none_is_refused(office: Office, cursor: str) -> None:
    answer = await office.http.post(
        "/registry/workers/search",
        params={"cursor": cursor},
        json={"name": "SOK"},
        headers={"Authorization": f"Bearer {office.token()}"},
    )
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "cursor-unreadable")


async def test_a_name_and_a_phone_number_of_different_records_find_their_worker(office: Office) -> None:
    name, other, document = new_name(), new_name(), new_passport()
    record = Record(salt=str(uuid4()))
    first = record.departure(document, name=name, recorded=ELSEWHERE)
    facts = record.back(document, days=30, recorded=ELSEWHERE).facts
    record.made.pop()
    phone = f"09{uuid4().int % 10**7:07}"
    back = record.add(facts, person=record.person([document], other, phone=phone), days=30)
    await office.knows(first, back)
    assert await found(office, name=name, phone=phone) == [number_of(first)]
    assert await found(office, name=new_name(), phone=phone) == []
    mixed = f"{name.split()[1]} {other.split()[1]}"
    assert await found(office, name=mixed) == [], "the words of one name are on one record"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda number: number[:-1] + ("0" if number[-1] != "0" else "1"),
            "the last character does not match",
        ),
        (lambda number: number[:-1], "has 14 characters, this has 13"),
        (lambda number: number[:-1] + "U", "has no U"),
    ],
)
async def test_a_mistyped_number_is_refused_and_the_page_says_so(
    office: Office, change: Any, reason: str
) -> None:
    someone = left()
    await office.knows(someone)
    mistyped = change(number_of(someone))
    answer = await office.search(number=mistyped)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "number" and reason in error["reason"]
    page = await office.types(mistyped)
    assert "This looks like a worker's number, but it cannot be one" in page.text.replace("&#39;", "'")


async def test_a_right_number_beyond_reach_gets_no_other_answer_than_one_of_nobody(office: Office) -> None:
    someone = left(checkpoint="KH-BVT")
    await office.knows(someone)
    token = office.token(posts=["KH-POI"])
    known, unknown = number_of(someone), number_of(left())
    answers = [(await office.types(number, token)).text for number in (known, unknown)]
    assert "cannot be one" not in answers[0]
    shown = [re.sub(r'value="[^"]*"|data-(?:csrf|key)="\w*"', "", text) for text in answers]
    assert shown[0] == shown[1]


def test_a_number_with_few_digits_is_read_as_a_number() -> None:
    number = mint(UUID(int=20))
    assert sum(map(str.isdigit, number)) < 4
    assert meanings_of(shown(number))[0] == Search(number=number)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"number": "NONE"}, "says that there is no document"),
        ({"number": "000000000"}, "says that there is no document"),
        ({"number": "12", "kind": "group_letter"}, "about several people"),
        ({"number": "D-12", "kind": "deportation_list"}, "about several people"),
        ({"number": "1234", "kind": "border_pass"}, "repeat between provinces"),
        ({"number": "L898902C37UTO7408122F1204159<<<<<<<<<<<<<<06"}, "check digit"),
    ],
    ids=str,
)
async def test_a_document_that_cannot_be_found_is_refused(
    office: Office, document: dict[str, str], reason: str
) -> None:
    answer = await office.search(document=document)
    assert answer.status_code == 422
    assert reason in answer.json()["errors"][0]["reason"]


async def test_the_page_says_that_a_document_number_cannot_be_right(office: Office) -> None:
    wrong = "L898902C37UTO7408122F1204159<<<<<<<<<<<<<<06"
    assert "check digit of the machine-readable line does not match" in (await office.types(wrong)).text
    assert "says that there is no document" in (await office.types("000000000")).text


async def test_a_document_is_found_by_its_machine_readable_line_with_slashes_and_from_any_country(
    office: Office,
) -> None:
    number = f"X{uuid4().int % 10**8:08}"
    foreign = Document.model_validate({"kind": "passport", "number": number, "issued_by": "FRA"})
    someone = left(document=foreign)
    await office.knows(someone)
    check = sum(
        (0 if each == "<" else int(each, 36)) * (7, 3, 1)[place % 3] for place, each in enumerate(number)
    )
    line = f"{number}{check % 10}FRA9004036F2404150<<<<<<<<<<<<<<00"
    for typed in (number, f"{number[:4]}/{number[4:]}", f"{number[0]} {number[1:5]}-{number[5:]}", line):
        assert await found(office, document={"number": typed}) == [number_of(someone)], typed
        assert (await office.types(typed)).status_code == 303, typed


async def test_a_year_behind_a_name_leaves_out_people_of_another_age(office: Office) -> None:
    name = new_name()
    young, old, unknown = (
        left(name, born=birth("1990-04-03")),
        left(name, born=birth("1950-04-03")),
        left(name),
    )
    await office.knows(young, old, unknown)
    assert set(await found(office, name=f"{name} 1990")) == {number_of(young), number_of(unknown)}
    page = (await office.types(f"{name} 1991")).text
    assert [each for each in (young, old, unknown) if number_of(each) in page] == [young, unknown]


async def test_a_name_with_a_phone_number_or_a_document_is_read_as_both(office: Office) -> None:
    name, document = new_name(), new_passport()
    phone = f"01{uuid4().int % 10**7:07}"
    record = Record(salt=str(uuid4()))
    person = record.person([document], name, phone=phone)
    someone = record.add(left(name).facts, person=person)
    await office.knows(someone, left(name))
    for typed in (
        f"{name} {phone}",
        f"{name} {document.number}",
        f"+855 (0){phone[1:]}",
        f"{phone[:3]}/{phone[3:]}",
    ):
        answer = await office.types(typed)
        assert answer.headers.get("location", "").endswith(number_of(someone)), typed


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [
        (Name(khmer="សុខ សិទ្ធិណា"), "សុខ សិទិ្ធណា"),  # type: ignore[call-arg]
        (Name(khmer="ឡុង ស៊ីនួនរី"), "សុីនួនរី ឡុង"),  # type: ignore[call-arg]
        (Name(latin="สุข จันทราณี"), "จันทราณี สุข"),  # type: ignore[call-arg]
        (Name(latin="KEO Srey"), "Srey KEO"),  # type: ignore[call-arg]
        (Name(latin="PHEACH Sokunthearith"), "PHEACH<<SOKUNTHEARITH<<<<"),  # type: ignore[call-arg]
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_worker_is_found_however_the_name_is_typed(
    office: Office, recorded: Name, typed: str
) -> None:
    someone = left()
    assert isinstance(someone.person, ClearPerson)
    named = replace(someone, person=someone.person.model_copy(update={"name": recorded}))
    await office.knows(named)
    assert number_of(named) in await found(office, name=typed)


async def test_the_name_shown_is_the_one_of_the_latest_record_whatever_the_ids(office: Office) -> None:
    for salt in ("one", "other", "third", "fourth"):
        record, document = Record(salt=salt), new_passport()
        first = record.departure(document, name="FIRST Name", born=birth("1990-04-03"), recorded=ELSEWHERE)
        record.back(document, name="SECOND Name", days=30, recorded=ELSEWHERE)
        record.departure(document, name="FIRST Name", born=birth("1990-04-03"), days=60, recorded=ELSEWHERE)
        last = record.back(document, name="LAST Name", days=90, recorded=ELSEWHERE)
        await office.knows(*record.made)
        (row,) = (await office.search(document={"number": document.number})).json()["workers"]
        assert (row["latin"], row["born"]) == ("LAST Name", "1990-04-03"), salt
        await office.knows(record.void(last, days=95))
        (row,) = (await office.search(document={"number": document.number})).json()["workers"]
        assert row["latin"] == "FIRST Name", "stated again after another name"
        assert row["number"] == number_of(first)
