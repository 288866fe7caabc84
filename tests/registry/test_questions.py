"""Workers with one document who were not joined: their timelines, and the question to the registrar."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contracts.envelope import Event, Fact
from contracts.person import Document
from services.registry.identity.groups import Reason
from services.registry.projections import reading
from services.registry.schemas.questions import WORDS
from tests.registry.events import Record, birth, new_passport
from tests.registry.office import READS, Office, number_of
from tests.registry.test_being_worked_out import failing

ASKED = (*READS, "registry.question.read")


async def borrowed(office: Office) -> tuple[Document, Event[Fact], Event[Fact]]:
    """Two sisters leave on one passport, through posts of their own."""
    record, document = Record(salt=str(uuid4())), new_passport()
    woman = record.departure(document, new_passport(), days=10, born=birth("1990-04-03"))
    sister = record.departure(
        document, days=60, name="SOK Sophea", born=birth("1996-02-01"), checkpoint="KH-DNG", sex=1
    )
    await office.knows(woman, sister)
    return document, woman, sister


async def test_each_worker_has_a_timeline_of_their_own_records(office: Office) -> None:
    document, woman, sister = await borrowed(office)
    for event, name in ((woman, "SOK Chanthy"), (sister, "SOK Sophea")):
        timeline = (await office.get(f"/workers/{number_of(event)}/timeline")).json()
        assert [entry["event_id"] for entry in timeline["entries"]] == [str(event.id)]
        assert (timeline["number"], timeline["name"]["latin"]) == (number_of(event), name)
        page = (await office.page(f"/workers/{number_of(event)}")).text
        assert name in page and page.count('<tr id="e-') == 1
    (found,) = (await office.search(document={"number": document.number})).json()["workers"]
    assert found["number"] == number_of(woman), "the document leads to the worker with a further one"
    found = (await office.search(name="SOK Sophea")).json()["workers"]
    assert number_of(sister) in {worker["number"] for worker in found}


async def test_reach_is_decided_by_the_records_of_each_worker(office: Office) -> None:
    _, woman, sister = await borrowed(office)
    token = office.token("poipet", posts=["KH-POI"])
    assert (await office.get(f"/workers/{number_of(woman)}", token)).status_code == 200
    assert (await office.get(f"/workers/{number_of(sister)}", token)).status_code == 403


async def test_the_registrar_is_asked_about_records_that_were_not_joined(office: Office) -> None:
    document, woman, sister = await borrowed(office)
    answer = await office.get("/questions", office.token("registrar", permissions=ASKED), limit=200)
    assert answer.status_code == 200 and document.number not in answer.text
    (asked,) = [each for each in answer.json()["items"] if each["worker"] == number_of(sister)]
    assert asked | {"since": None} == {
        "worker": number_of(sister),
        "other": number_of(woman),
        "documents": ["passport"],
        "reason": "other_birth_year",
        "words": WORDS[Reason.OTHER_BIRTH_YEAR],
        "since": None,
    }
    entry = (await office.entries("registrar"))[-1]
    assert entry["action"] == "list_questions"
    assert {number.replace("-", "") for number in (number_of(woman), number_of(sister))} <= set(
        entry["numbers"]
    )


async def test_questions_come_in_pages_the_latest_first(office: Office) -> None:
    for _ in range(3):
        await borrowed(office)
    token = office.token("registrar", permissions=ASKED)
    whole = (await office.get("/questions", token, limit=200)).json()["items"]
    assert [each["since"] for each in whole] == sorted((each["since"] for each in whole), reverse=True)
    found, cursor = [], None
    while len(found) < len(whole):
        page = (
            await office.get("/questions", token, limit=2, **({"cursor": cursor} if cursor else {}))
        ).json()
        found += page["items"]
        cursor = page["next"]
        assert cursor is None or cursor.count(".") == 4, "it is encrypted: its key has a worker's number"
    assert (found, cursor) == (whole, None)
    assert (await office.get("/questions", token, cursor="forged")).status_code == 422


async def test_questions_are_for_national_callers_with_the_permission(office: Office) -> None:
    assert (await office.get("/questions", office.token("reader"))).status_code == 403
    near = office.token("near", permissions=ASKED, posts=["KH-POI"])
    refused = await office.get("/questions", near)
    assert refused.status_code == 403 and "remedy" in refused.json()


async def test_of_a_parted_block_that_cannot_be_folded_no_records_are_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows then which of the records are about the worker."""
    _, woman, sister = await borrowed(office)
    monkeypatch.setattr(reading, "workers_of", failing)
    for event in (woman, sister):
        timeline = (await office.get(f"/workers/{number_of(event)}/timeline")).json()
        assert (timeline["number"], timeline["being_worked_out"]) == (number_of(event), True)
        assert timeline["entries"] == []
