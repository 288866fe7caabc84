"""Every decision about a crossing: from the standing facts and a command to new facts; crossings are never refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.border import BorderCrossed, Direction, WorkerDeparted, WorkerDeported, WorkerReturned
from contracts.codes.crossings import CrossingPurpose, DeportingAuthority, ReturnReason, VehicleKind
from contracts.codes.documents import DocumentKind
from contracts.codes.people import AgeBand, Sex
from contracts.codes.recording import HowRecorded
from contracts.command import Circumstances
from contracts.envelope import Event, Fact, Recorded
from services.border.domain import crossing
from services.border.domain.crossing import Crossing, RecordCrossing
from services.border.projections.crossings import CROSSINGS, row

NOW = datetime(2014, 6, 12, 2, 0, tzinfo=UTC)
CROSSING = UUID("01440000-0000-7000-8000-000000000001")
RECORDED = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.LIVE)
AT = Circumstances(CROSSING, RECORDED, NOW, NOW, NOW.date(), "officer-1")
ADAPTER: TypeAdapter[Any] = TypeAdapter(RecordCrossing)
NOBODY: dict[str, Any] = {
    "sex": Sex.NOT_KNOWN,
    "age_band": AgeBand.UNKNOWN,
    "home_province": None,
    "documents_shown": (),
}


def command(kind: str, **fields: Any) -> Any:
    return ADAPTER.validate_python({"kind": kind, "occurred_at": NOW, "checkpoint": "KH-POI", **fields})


def decided(asked: Any) -> Fact:
    (fact,) = crossing.decide(asked, Crossing(), AT)
    return fact


def event(fact: Fact) -> Event[Fact]:
    return Event(CROSSING, f"crossing-{CROSSING}", 1, NOW, NOW, fact, None, (), CROSSING)


def facts_of(fact: Fact, *names: str) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def test_a_departure_of_a_documented_worker_is_recorded_with_what_statistics_need() -> None:
    fact = decided(
        command(
            "departure",
            destination="THA",
            person={
                "sex": 2,
                "birth": {"on": "1990-06-13"},
                "home_province": "02",
                "documents": [{"kind": "passport", "number": "N1"}, {"kind": "worker_card", "number": "1"}],
            },
        )
    )
    assert fact == WorkerDeparted(
        recorded=RECORDED,
        sex=Sex.FEMALE,
        age_band=AgeBand.AGE_20_24,
        home_province="02",
        checkpoint="KH-POI",
        documents_shown=(DocumentKind.PASSPORT, DocumentKind.WORKER_CARD),
        destination="THA",
        purpose=CrossingPurpose.WORK,
    )


def test_a_return_of_an_unknown_person_is_recorded() -> None:
    fact = decided(command("return", returned_from="THA"))
    assert isinstance(fact, WorkerReturned)
    assert facts_of(fact, *NOBODY) == NOBODY
    assert (fact.reason, fact.vehicle) == (ReturnReason.UNKNOWN, VehicleKind.ON_FOOT)


def test_a_return_on_a_lorry_with_the_family_keeps_both_groups() -> None:
    lorry, family = uuid4(), uuid4()
    fact = decided(
        command(
            "return",
            returned_from="THA",
            reason="mass_return",
            vehicle="lorry",
            vehicle_id=lorry,
            family_id=family,
            unaccompanied_minor=False,
        )
    )
    assert facts_of(fact, "vehicle_id", "family_id", "unaccompanied_minor", "reason") == {
        "vehicle_id": lorry,
        "family_id": family,
        "unaccompanied_minor": False,
        "reason": ReturnReason.MASS_RETURN,
    }


def test_a_deported_return_names_its_handover_and_the_authority() -> None:
    group = uuid4()
    fact = decided(command("deported_return", returned_from="THA", authority="police", handover_id=group))
    assert isinstance(fact, WorkerDeported)
    assert (fact.handover_id, fact.authority) == (group, DeportingAuthority.POLICE)


def test_another_crossing_keeps_its_direction_and_purpose() -> None:
    fact = decided(command("other", direction="in", country="VNM", purpose="trade"))
    assert isinstance(fact, BorderCrossed)
    assert (fact.direction, fact.country, fact.purpose) == (Direction.IN, "VNM", CrossingPurpose.TRADE)


def test_the_age_is_that_of_the_day_of_the_crossing_in_cambodia() -> None:
    late = datetime(2014, 6, 12, 18, 0, tzinfo=UTC)  # one in the morning of the thirteenth in Phnom Penh
    at = Circumstances(CROSSING, RECORDED, late, late, date(2014, 6, 13), "officer-1")
    asked = command("return", returned_from="THA", person={"birth": {"on": "1989-06-13"}})
    (fact,) = crossing.decide(asked, Crossing(), at)
    assert isinstance(fact, WorkerReturned)
    assert fact.age_band is AgeBand.AGE_25_29


def test_a_crossing_belongs_to_its_post() -> None:
    state = crossing.evolve(Crossing(), event(decided(command("return", returned_from="THA"))))
    assert state == Crossing("KH-POI")


@pytest.mark.parametrize(
    ("kind", "fields", "written"),
    [
        ("departure", {"destination": "THA"}, ("departure", "THA", None)),
        ("return", {"returned_from": "MYS"}, ("return", "MYS", None)),
        (
            "deported_return",
            {"returned_from": "THA", "handover_id": CROSSING},
            ("deported_return", "THA", CROSSING),
        ),
        ("other", {"direction": "out", "country": "LAO"}, ("other_out", "LAO", None)),
    ],
)
def test_each_kind_has_its_row(kind: str, fields: dict[str, Any], written: tuple[Any, ...]) -> None:
    found = row([event(decided(command(kind, **fields)))])
    assert found is not None and len(found) == len(CROSSINGS.columns)
    cells = dict(zip((name for name, _ in CROSSINGS.columns), found, strict=True))
    assert (cells["kind"], cells["country"], cells["handover_id"]) == written
    assert (cells["crossing_id"], cells["documented"]) == (CROSSING, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "departure"},
        {"kind": "return", "destination": "THA"},
        {"kind": "departure", "destination": "THA", "checkpoint": "KH-XXX"},
        {"kind": "departure", "destination": "THA", "person": {"birth": {"on": "2014-06-14"}}},
        {"kind": "departure", "destination": "THA", "recorded_at": NOW},
        {"kind": "departure", "destination": "THA", "occurred_at": datetime(2014, 6, 12)},
    ],
)
def test_a_command_that_is_no_crossing_cannot_be_read(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        command(**fields)
