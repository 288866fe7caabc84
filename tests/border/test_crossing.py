"""Every decision about a crossing: from the standing facts and a command to new facts; crossings are never refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.border import (
    BorderCrossed,
    Direction,
    DocumentShown,
    WorkerDeparted,
    WorkerDeported,
    WorkerReturned,
)
from contracts.codes.crossings import (
    Channel,
    CrossingPurpose,
    DeportationGround,
    DeportingAuthority,
    ReturnReason,
    VehicleKind,
)
from contracts.codes.documents import DocumentHolder, DocumentKind
from contracts.codes.people import AgeBand, Companion, PersonRole, Sex
from contracts.codes.recording import HowRecorded
from contracts.command import Circumstances
from contracts.envelope import Event, Fact, Recorded
from contracts.person import Age
from services.border.domain import crossing
from services.border.domain.crossing import Crossing, RecordCrossing
from services.border.projections.crossings import CROSSINGS

NOW = datetime(2014, 6, 12, 2, 0, tzinfo=UTC)
CROSSING = UUID("01440000-0000-7000-8000-000000000001")
MOTHERS_CROSSING = UUID("01440000-0000-7000-8000-000000000002")
RECORDED = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.LIVE)
AT = Circumstances(CROSSING, RECORDED, NOW, NOW, NOW.date(), "officer-1")
ADAPTER: TypeAdapter[Any] = TypeAdapter(RecordCrossing)
NOBODY: dict[str, Any] = {
    "sex": Sex.NOT_KNOWN,
    "age_band": AgeBand.UNKNOWN,
    "age": None,
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
                "documents": [
                    {"kind": "passport", "number": "N1", "expires_on": "2018-11-03"},
                    {"kind": "worker_card", "number": "1", "issued_on": "2013-11-03"},
                ],
            },
        )
    )
    assert fact == WorkerDeparted(
        recorded=RECORDED,
        sex=Sex.FEMALE,
        age_band=AgeBand.AGE_20_24,
        age=Age(at_least=23, at_most=23),
        home_province="02",
        checkpoint="KH-POI",
        documents_shown=(
            DocumentShown(kind=DocumentKind.PASSPORT, issued_by="KHM", expires_on=date(2018, 11, 3)),
            DocumentShown(kind=DocumentKind.WORKER_CARD, issued_by="KHM", issued_on=date(2013, 11, 3)),
        ),
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


def test_a_deported_return_states_the_ground_of_the_authority_and_none_if_it_gives_none() -> None:
    assert facts_of(
        decided(command("deported_return", returned_from="THA", ground="overstay")), "ground", "role"
    ) == {"ground": DeportationGround.OVERSTAY, "role": PersonRole.WORKER}
    unstated = decided(command("deported_return", returned_from="THA"))
    assert facts_of(unstated, "ground") == {"ground": DeportationGround.NOT_STATED}


def test_a_departure_states_its_channel() -> None:
    assert facts_of(decided(command("departure", destination="KOR", channel="eps")), "channel") == {
        "channel": Channel.EPS
    }
    assert facts_of(decided(command("departure", destination="KOR")), "channel") == {"channel": None}


@pytest.mark.parametrize("kind", ["departure", "return", "deported_return", "other"])
def test_a_child_on_her_mothers_passport_crosses_with_her_mother(kind: str) -> None:
    country = {"departure": "destination", "other": "country"}.get(kind, "returned_from")
    fact = decided(
        command(
            kind,
            **{country: "THA"},
            **({"direction": "out"} if kind == "other" else {}),
            role="child",
            accompanied_by="mother",
            adult_crossing=str(MOTHERS_CROSSING),
            person={"documents": [{"kind": "passport", "number": "N1", "holder": "mother"}]},
        )
    )
    assert facts_of(fact, "role", "accompanied_by", "adult_crossing", "documents_shown") == {
        "role": PersonRole.CHILD,
        "accompanied_by": Companion.MOTHER,
        "adult_crossing": f"crossing-{MOTHERS_CROSSING}",
        "documents_shown": (
            DocumentShown(kind=DocumentKind.PASSPORT, holder=DocumentHolder.MOTHER, issued_by="KHM"),
        ),
    }


def test_a_work_permit_shown_is_of_the_country_of_the_crossing() -> None:
    shown = {"documents": [{"kind": "work_permit", "number": "TH1"}]}
    fact = decided(command("return", returned_from="MYS", person=shown))
    assert facts_of(fact, "documents_shown") == {
        "documents_shown": (DocumentShown(kind=DocumentKind.WORK_PERMIT, issued_by="MYS"),)
    }


def test_a_placeholder_was_not_shown() -> None:
    shown = {"documents": [{"kind": "passport", "number": "NONE"}]}
    assert facts_of(decided(command("return", returned_from="THA", person=shown)), "documents_shown") == {
        "documents_shown": ()
    }


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
    found = CROSSINGS.row([event(decided(command(kind, **fields)))])
    assert found is not None and len(found) == len(CROSSINGS.columns)
    cells = dict(zip((name for name, _ in CROSSINGS.columns), found, strict=True))
    assert (cells["kind"], cells["country"], cells["handover_id"]) == written
    assert (cells["crossing_id"], cells["documented"], cells["role"]) == (CROSSING, False, "worker")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "departure"},
        {"kind": "return", "destination": "THA"},
        {"kind": "return", "returned_from": "THA", "channel": "eps"},
        {"kind": "return", "returned_from": "THA", "ground": "overstay"},
        {"kind": "return", "returned_from": "THA", "role": "wife"},
        {"kind": "return", "returned_from": "THA", "adult_crossing": "her mother"},
        {"kind": "departure", "destination": "THA", "checkpoint": "KH-XXX"},
        {"kind": "departure", "destination": "THA", "person": {"birth": {"on": "2014-06-14"}}},
        {"kind": "departure", "destination": "THA", "recorded_at": NOW},
        {"kind": "departure", "destination": "THA", "occurred_at": datetime(2014, 6, 12)},
    ],
)
def test_a_command_that_is_no_crossing_cannot_be_read(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        command(**fields)
