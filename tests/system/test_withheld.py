"""A clear, a sealed and an erased person, from the border's record to the pages of the registry and of reintegration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from uuid_utils.compat import uuid7

from chassis.store.persons import AnyPerson
from contracts.border import WorkerDeparted, WorkerReturned
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Sex
from contracts.codes.recording import HowRecorded
from contracts.envelope import Event, Fact, Recorded
from contracts.person import ClearPerson, Document, ErasedPerson, Name, SealedPerson
from tests.system.journey import PageUser
from tests.system.running_system import RunningSystem, until

RECORDED = Recorded(by="officer", office="KH-POI", how=HowRecorded.LIVE)
SHARED = {"recorded": RECORDED, "sex": Sex.FEMALE, "home_province": "02", "checkpoint": "KH-POI"}
LEFT = WorkerDeparted(**SHARED, destination="THA")
CAME_BACK = WorkerReturned(**SHARED, returned_from="THA")
AT = datetime(2014, 3, 3, 2, tzinfo=UTC)


def clear(number: str) -> ClearPerson:
    """Readable, with a name by which it would be known."""
    document = Document(kind=DocumentKind.PASSPORT, number=number)
    return ClearPerson(
        evidence_id=uuid4(), documents=(document,), name=Name(latin="TOUCH SOTHEA", khmer="ទូច សុធា")
    )


def sealed(_: str) -> SealedPerson:
    """Encrypted."""
    return SealedPerson(evidence_id=uuid4(), key="kms-2027-03", ciphertext="AAECAw==")


def erased(_: str) -> ErasedPerson:
    """Gone."""
    return ErasedPerson(evidence_id=uuid4(), erased_on=AT.date())


def record(system: RunningSystem, number: str, facts: Fact, person: AnyPerson, days: int) -> UUID:
    """Append an event to the border's record, as a codec that seals or erases would leave it."""
    runtime = system.services["border"].runtime
    event_id, at = uuid7(), AT + timedelta(days=days)
    handles = runtime.handles.of_all([Document(kind=DocumentKind.PASSPORT, number=number)])
    event = Event(
        id=event_id,
        stream=f"crossing-{uuid4()}",
        version=1,
        occurred_at=at,
        recorded_at=at + timedelta(minutes=1),
        facts=facts,
        person=person,
        handles=handles,
        correlation_id=uuid4(),
    )
    system.call(runtime.store.commit([event]))
    runtime.wake()
    return event_id


@pytest.fixture(scope="module")
def numbers(system: RunningSystem) -> dict[str, tuple[str, list[str]]]:
    """By form: a worker of whom two crossings were recorded in it, and the ids of these."""
    found = {}
    for form in (clear, sealed, erased):
        passport = f"N{uuid4().int % 10**9:09}"
        events = [
            record(system, passport, LEFT, form(passport), 0),
            record(system, passport, CAME_BACK, form(passport), 90),
        ]
        worker = system.worker_of(document={"number": passport})
        found[form.__name__] = (worker["number"], [str(each) for each in events])
    return found


@pytest.mark.parametrize("form", ["clear", "sealed", "erased"])
def test_timelines_show_events_of_withheld_persons(
    form: str, system: RunningSystem, numbers: dict[str, tuple[str, list[str]]]
) -> None:
    number, events = numbers[form]
    timeline = until(lambda: _whole(system, number))
    # The case that the return opened has the return's time, and either id may be the smaller one.
    shown = [entry["event_id"] for entry in timeline["entries"]]
    assert [event_id for event_id in shown if event_id in events] == events
    assert [journey["phase"] for journey in timeline["journeys"]] == ["returned"]
    assert timeline["whereabouts"]["place"] == "home"
    assert (timeline["name"] is not None) == (form == "clear")
    assert bool(timeline["documents"]) == (form == "clear")


def _whole(system: RunningSystem, number: str) -> dict[str, Any] | None:
    """Return the timeline as soon as it has the reintegration case, which holds the person in the same form."""
    found: dict[str, Any] = system.get(f"/registry/workers/{number}/timeline").json()
    return found if found["events"] == 3 else None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("clear", "TOUCH SOTHEA"),
        ("sealed", "Of 3 records the person is sealed."),
        ("erased", "Of 3 records the person was erased."),
    ],
)
def test_the_workers_page_says_what_is_withheld(
    form: str, said: str, system: RunningSystem, numbers: dict[str, tuple[str, list[str]]]
) -> None:
    until(lambda: _whole(system, numbers[form][0]))
    page = PageUser(system, "registrar").http.get(f"/registry/pages/workers/{numbers[form][0]}").text
    assert said in page
    assert ("Name not known" in page) == (form != "clear")
    assert "AAECAw" not in page


@pytest.mark.parametrize(
    ("form", "said"),
    [("clear", "TOUCH SOTHEA"), ("sealed", "Who it is, is sealed"), ("erased", "Who it was has been erased")],
)
def test_the_counsellors_pages_say_what_is_withheld(
    form: str, said: str, system: RunningSystem, numbers: dict[str, tuple[str, list[str]]]
) -> None:
    back = numbers[form][1][1]
    case_id = until(lambda: _case_of(system, back))
    routes = PageUser(system, "counsellor-battambang")
    assert said in routes.http.get(f"/reintegration/pages/cases/{case_id}").text
    assert said in routes.http.get("/reintegration/pages/cases?queue=open").text


def _case_of(system: RunningSystem, event: str) -> str | None:
    cases = system.get("/reintegration/cases", limit=200).json()["items"]
    return next((row["case_id"] for row in cases if row["return_event_id"] == event), None)
