"""The API of workers: search by all known data, timelines as of any time, and links to the records."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.envelope import Event, Fact
from contracts.person import Document
from tests.registry.events import Record, after, new_passport
from tests.registry.office import Office, number_of


def name() -> str:
    """Return a unique name."""
    return "SOK " + uuid4().hex[:10].translate(str.maketrans("0123456789", "ghijklmnop"))


class Two:
    """Two workers of whom it turns out later that they are one."""

    def __init__(self) -> None:
        record = Record(salt=str(uuid4()))
        self.one, self.other, self.name = new_passport(), new_passport(), name()
        self.first = record.departure(self.one, name=self.name, days=0, noted=1)
        self.second = record.back(self.other, name=self.name, days=100, noted=101)
        self.link = record.departure(self.one, self.other, name=self.name, days=200, noted=201)
        self.void = record.void(self.link, days=300, noted=301)


async def entries(office: Office, event: Event[Fact], **query: str) -> list[str]:
    """Return the standing events of the timeline of an event's worker."""
    answer = await office.get(f"/workers/{number_of(event)}/timeline", **query)
    assert answer.status_code == 200, answer.text
    return [entry["event_id"] for entry in answer.json()["entries"] if entry["stands"]]


async def test_before_a_join_each_number_has_its_own_timeline(office: Office) -> None:
    two = Two()
    await office.knows(two.first, two.second)
    await office.knows(two.link)
    before = after(150).isoformat()
    assert await entries(office, two.first, as_of=before) == [str(two.first.id)]
    assert await entries(office, two.second, as_of=before) == [str(two.second.id)]
    assert (await office.get(f"/workers/{number_of(two.second)}")).status_code == 307
    assert len(await entries(office, two.first)) == 3


async def test_joined_workers_have_one_timeline(office: Office) -> None:
    two = Two()
    await office.knows(two.first, two.second, two.link, two.void)
    assert len(await entries(office, two.first, as_of=after(250).isoformat())) == 3
    assert await entries(office, two.second) == [str(two.second.id)]


async def test_what_was_recorded_later_is_not_known_yet(office: Office) -> None:
    two = Two()
    await office.knows(two.first)
    answer = await office.get(f"/workers/{number_of(two.first)}/timeline", as_of=after(0.5).isoformat())
    assert answer.status_code == 404
    assert "no valid event was recorded by then" in answer.json()["detail"]


@pytest.mark.parametrize("processed", ["heard", "settled"])
async def test_a_voided_event_stays_on_the_timeline_marked_as_voided(office: Office, processed: str) -> None:
    record = Record(salt=str(uuid4()))
    document = new_passport()
    left, wrong = record.departure(document), record.back(document, days=50)
    await office.knows(left, wrong)
    await office.build.receive(record.void(wrong, days=51))
    if processed == "settled":
        await office.build.settle_all()
    timeline = (await office.get(f"/workers/{number_of(left)}/timeline")).json()
    assert [(entry["stands"], entry["void"], entry["corrects"]) for entry in timeline["entries"]] == [
        (True, False, None),
        (False, False, None),
        (False, True, str(wrong.id)),
    ]
    assert timeline["whereabouts"]["place"] == "abroad"


async def found(office: Office, **asked: Any) -> list[str]:
    answer = await office.search(**asked)
    assert answer.status_code == 200, answer.text
    return [worker["number"] for worker in answer.json()["workers"]]


async def test_a_worker_is_found_by_every_kind_of_data(office: Office) -> None:
    record, document, latin = Record(salt=str(uuid4())), new_passport(), name()
    phone = f"01{uuid4().int % 10**7:07}"  # with 00 begins a number of another country
    person = record.person([document], latin, phone=phone)
    left = record.add(record.departure(document).facts, person=person)
    await office.knows(left)
    number = number_of(left)
    family, given = latin.split()
    for asked in (
        {"number": number},
        {"number": number.lower().replace("-", "")},
        {"document": {"number": document.number}},
        {"document": {"number": document.number.lower(), "kind": "passport"}},
        {"document": {"number": f"{document.number[:3]} {document.number[3:]}"}},
        {"name": latin},
        {"name": f"{given} {family}"},
        {"name": given.upper()},
        {"phone": phone},
        {"phone": "+855 " + phone[1:]},
        {"name": latin, "phone": phone, "document": {"number": document.number}, "number": number},
    ):
        assert await found(office, **asked) == [number], asked
    for asked in (
        {"document": {"number": document.number, "kind": "national_id"}},
        {"document": {"number": document.number, "issued_by": "MYS"}},
        {"name": latin, "phone": "012000000"},
        {"name": latin, "number": "TA6SY-09SMS-GDPZ"},
    ):
        assert await found(office, **asked) == [], asked


async def test_a_border_pass_is_found_with_its_place_alone(office: Office) -> None:
    """Numbers of border passes repeat between provinces."""
    number = f"{uuid4().int % 10**8:08}"
    passes = [
        Document(kind="border_pass", number=number, place=place)  # type: ignore[call-arg, arg-type]
        for place in ("02", "24")
    ]
    workers = [Record(salt=str(uuid4())).departure(each) for each in passes]
    await office.knows(*workers)
    for place, worker in zip(("battambang", "ប៉ៃលិន"), workers, strict=True):
        assert await found(office, document={"number": number, "place": place}) == [number_of(worker)]
    assert await found(office, document={"number": number}) == []


@pytest.mark.parametrize("kind", ["pink_card", "work_permit", "passport"])
async def test_a_document_is_found_with_and_without_its_issuer(office: Office, kind: str) -> None:
    """A pink card is Thai whatever is typed; a permit is searched for in all countries with a mission."""
    number = f"00{uuid4().int % 10**11:011}"
    issuer = {"passport": "KHM", "work_permit": "MYS"}.get(kind, "THA")
    worker = Record(salt=str(uuid4())).departure(
        Document.model_validate({"kind": kind, "number": number, "issued_by": issuer})
    )
    await office.knows(worker)
    spaced = f"{number[:2]} {number[2:]}"
    for asked in (
        {"number": number},
        {"number": spaced, "kind": kind},
        {"number": number, "issued_by": issuer},
    ):
        assert await found(office, document=asked) == [number_of(worker)], asked


async def test_a_journey_leads_to_its_records(office: Office) -> None:
    record, document = Record(salt=str(uuid4())), new_passport()
    contract = record.contract(document)
    left = record.departure(document, destination="MYS", days=31)
    case = record.case(name=None, about=left.stream, country="MYS", days=90)
    back = record.back(document, returned_from="MYS", days=200)
    home = record.reintegration(back.stream, days=210)
    await office.knows(*record.made)
    (journey,) = (await office.get(f"/workers/{number_of(contract)}/timeline")).json()["journeys"]
    assert journey["employment_contracts"] == [
        {"stream": contract.stream, "href": f"/recruitment/employment-contracts/{contract.stream[-36:]}"}
    ]
    assert [each["stream"] for each in journey["assistance_cases"]] == [case.stream]
    assert [each["stream"] for each in journey["reintegration_cases"]] == [home.stream]
    assert journey["events"] == [str(event.id) for event in (contract, left, case, back, home)]


async def test_the_numbers_of_documents_are_masked_in_every_answer(office: Office) -> None:
    document = new_passport()
    left = Record(salt=str(uuid4())).departure(document)
    await office.knows(left)
    for path in ("", "/timeline"):
        answer = await office.get(f"/workers/{number_of(left)}{path}")
        assert document.number not in answer.text
        assert answer.json()["documents"][0]["kind"] == "passport"
