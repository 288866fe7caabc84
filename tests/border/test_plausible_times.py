"""Days and times of commands are within plausible ranges, on every way in; a stored one outside can be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from chassis.base.ids import new_id
from chassis.commands.circumstances import TimeImplausible, check_time
from chassis.commands.runtime import Runtime
from contracts.codes.time_ranges import TimeKind, time_range
from tests.border.post import counts, departure, headers, person, post, recorded, uploaded

TODAY = date(2026, 11, 29)
OUTSIDE = {
    "occurred_at of the year 9999": ({"occurred_at": "9999-12-31T23:59:59.999999Z"}, "occurred_at"),
    "occurred_at of the year 1": ({"occurred_at": "0001-01-01T00:00:00Z", "person": {}}, "occurred_at"),
    "occurred_at of the Buddhist era": ({"occurred_at": "2557-06-12T09:00:00+07:00"}, "occurred_at"),
    "occurred_at before 1990": ({"occurred_at": "1989-12-31T09:00:00+07:00", "person": {}}, "occurred_at"),
    "birth before 1900": ({"person": person(birth={"on": "1899-12-31"})}, "person.birth.on"),
    "expiry of the year 9999": (
        {"person": person(documents=[{"kind": "passport", "number": "N1", "expires_on": "9999-12-31"}])},
        "person.documents[0].expires_on",
    ),
}
OFFLINE = {"how": "offline"}


def errors(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["field"] for each in answer.json()["errors"]]


@pytest.mark.parametrize("name", OUTSIDE)
async def test_a_command_outside_is_refused_with_its_field(name: str, http: httpx2.AsyncClient) -> None:
    wrong, field = OUTSIDE[name]
    assert errors(await post(http, "/crossings", departure(**OFFLINE, **wrong))) == [field]


@pytest.mark.parametrize("how", [{}, OFFLINE, {"how": "paper"}], ids=["live", "offline", "paper"])
async def test_a_year_of_the_buddhist_era_is_recognised(
    how: dict[str, str], http: httpx2.AsyncClient
) -> None:
    answer = await post(http, "/crossings", departure(**how, occurred_at="2557-06-12T09:00:00+07:00"))
    assert "did you mean 2014?" in answer.json()["remedy"]
    birth = departure(person=person(birth={"on": "2533-04-03"}))
    assert (await post(http, "/crossings", birth)).status_code == 422


@pytest.mark.parametrize("name", OUTSIDE)
async def test_a_row_of_an_upload_outside_is_refused_and_the_others_are_recorded(
    name: str, http: httpx2.AsyncClient
) -> None:
    wrong, _ = OUTSIDE[name]
    assert counts(await uploaded(http, [departure(), departure(**OFFLINE, **wrong)])) == (1, 0, 1)


async def test_a_wrong_device_clock_is_no_wrong_occurrence(http: httpx2.AsyncClient) -> None:
    # The device shows the year 2557: its difference to now corrects the time of the occurrence.
    clock = datetime.now(UTC).replace(year=2557, day=1)
    occurred = (clock - timedelta(hours=1)).isoformat()
    body = departure(**OFFLINE, occurred_at=occurred, device_clock=clock.isoformat())
    assert (await post(http, "/crossings", body)).status_code == 201
    body = departure(**OFFLINE, occurred_at="2014-06-12T09:00:00+07:00", device_clock=clock.isoformat())
    assert errors(await post(http, "/crossings", body)) == ["occurred_at"]


async def facts_of(runtime: Runtime, event_id: str) -> dict[str, Any]:
    event = await runtime.store.find(UUID(event_id))
    assert event is not None
    return event.facts.model_dump(mode="json", exclude={"recorded"})


async def test_a_correction_outside_is_refused(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    outcome = await recorded(http, departure())
    event_id = outcome["events"][0]
    correction = {"reason": "wrong_time", "facts": await facts_of(runtime, event_id)}
    path = f"/events/{event_id}/correction"
    for wrong, field in (
        ({"occurred_at": "9999-12-31T00:00:00Z"}, "occurred_at"),
        ({"person": {"birth": {"on": "2533-04-03"}}}, "person.birth.on"),
    ):
        assert errors(await http.post(path, json=correction | wrong, headers=headers("poipet"))) == [field]


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("action", ["correction", "void"])
async def test_a_stored_record_outside_can_be_corrected_and_voided(
    year: int, action: str, http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await recorded(http, departure())
    known = await runtime.store.find(UUID(outcome["events"][0]))
    assert known is not None
    at = (datetime.min if year == 1 else datetime.max).replace(tzinfo=UTC)  # noqa: DTZ901
    record = new_id()
    stored = replace(known, id=record, stream=f"crossing-{record}", occurred_at=at, handles=())
    await runtime.store.commit([stored])
    body: dict[str, Any] = {"reason": "wrong_time"}
    if action == "correction":
        body |= {"facts": await facts_of(runtime, str(record)), "occurred_at": "2014-06-12T09:00:00+07:00"}
    answer = await http.post(f"/events/{record}/{action}", json=body, headers=headers("poipet"))
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("birth", date(1900, 1, 1), TODAY),
        ("occurrence", date(1990, 1, 1), TODAY + timedelta(days=1)),
        ("other", date(1950, 1, 1), date(2056, 11, 28)),
    ],
)
def test_the_ends_of_a_range_are_plausible(kind: TimeKind, first: date, last: date) -> None:
    assert time_range(kind, TODAY).latest(TODAY) == last
    for day in (first, last):
        check_time(day, kind, "day", TODAY)
    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(TimeImplausible):
            check_time(day, kind, "day", TODAY)
