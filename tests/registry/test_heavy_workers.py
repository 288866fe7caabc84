"""Workers with thousands of records: pages of records, bounded work for each request, and bounded pictures."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.envelope import Event, Fact
from contracts.journeys.state import fold
from contracts.journeys.timeline_event import timeline_event_from
from contracts.person import Document
from services.registry.drawing import picture
from services.registry.projections import blocks, evidence
from tests.registry.events import Record, new_passport, received
from tests.registry.office import Office, number_of

EVENTS = 1_000
_ROWS = re.compile(r'<tr id="e-([0-9a-f-]{36})"')


def commuter(document: Document, count: int) -> list[Event[Fact]]:
    """Return departures and returns of one person, three a day."""
    record = Record(salt=str(uuid4()))
    return [
        record.departure(document, days=nth / 3) if nth % 2 == 0 else record.back(document, days=nth / 3)
        for nth in range(count)
    ]


async def test_the_first_page_of_a_thousand_records_holds_the_latest_and_further_pages_the_rest(
    office: Office,
) -> None:
    events = commuter(new_passport(), EVENTS)
    await office.knows(*events)
    path = f"/workers/{number_of(events[0])}"

    page = await office.page(path)
    latest = [str(event.id) for event in reversed(events)]
    assert _ROWS.findall(page.text) == latest[:100]
    older = (await office.page(path, **{"from": latest[100]})).text
    assert _ROWS.findall(older) == latest[100:200]
    assert f"?from={latest[200]}" in older and f"?from={latest[0]}" in older
    last = (await office.page(path, **{"from": latest[-50]})).text
    assert _ROWS.findall(last) == latest[-50:]
    assert "Older records" not in last

    found, cursor = [], None
    for _ in range(3):
        answer = await office.get(path + "/timeline", limit=150, **({"cursor": cursor} if cursor else {}))
        found += [entry["event_id"] for entry in answer.json()["entries"]]
        cursor = answer.json()["next"]
    assert found == [str(event.id) for event in events[:450]]


async def test_pages_of_the_timeline_end(office: Office) -> None:
    events = commuter(new_passport(), 7)
    await office.knows(*events)
    path = f"/workers/{number_of(events[0])}/timeline"
    first = (await office.get(path, limit=5)).json()
    second = (await office.get(path, limit=5, cursor=first["next"])).json()
    assert [len(each["entries"]) for each in (first, second)] == [5, 2]
    assert second["next"] is None
    assert (await office.get(path, cursor="forged")).status_code == 422


async def test_a_document_with_too_many_records_is_answered_with_bounded_work(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = commuter(new_passport(), 300)
    await office.knows(*events)
    monkeypatch.setattr(blocks, "MOST_EVENTS", 200)
    path = f"/workers/{number_of(events[0])}"
    timeline = (await office.get(path + "/timeline")).json()
    assert (timeline["being_worked_out"], timeline["whereabouts"]["place"]) == (True, "unknown")
    assert (timeline["journeys"], timeline["flags"], timeline["name"]) == ([], [], None)
    assert (timeline["events"], len(timeline["entries"])) == (201, 200)
    page = (await office.page(path)).text
    assert "being worked out" in page and "At home" not in page and "Abroad in" not in page
    assert len(_ROWS.findall(page)) == 100


def test_the_picture_of_thousands_of_journeys_is_bounded_and_shows_the_latest_crossing() -> None:
    document, at = new_passport(), datetime(2026, 1, 1, tzinfo=UTC)
    record = Record(salt=str(uuid4()))
    returns = [record.back(document, days=nth / 3) for nth in range(3_000)]
    for events in (commuter(document, 3_000), returns):
        facts = [evidence.rows_of_event(each.event, each.value).fact for each in received(events)]
        state = fold([timeline_event_from(row[1], row[6], row[3], row[10], row[11]) for row in facts])
        for drawn in (picture.wide(state, at), picture.tall(state, at)):
            assert len(drawn.bars) < 500 and len(drawn.marks) < 500
            assert events[-1].id in {mark.event_id for mark in drawn.marks}
