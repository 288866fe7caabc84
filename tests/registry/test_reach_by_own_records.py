"""No office gains reach over a worker by what it records itself, and reach is decided on the present, also for the past."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.codes.recording import HowRecorded
from contracts.envelope import Event, Fact, Recorded
from contracts.skills import RecognitionApplied
from tests.registry.events import HANDLES, Record, after, new_passport
from tests.registry.office import Office, number_of
from tests.registry.test_settling import birth


def by(office: str, person: str = "somebody") -> Recorded:
    """Recorded by an office."""
    return Recorded(by=person, office=office, how=HowRecorded.LIVE)


class Lives:
    """Two workers: X left by Bavet for Malaysia; Y is known to the office at Poipet by a record of another office."""

    def __init__(self) -> None:
        self.record = Record(salt=str(uuid4()))
        self.x, self.y = new_passport(), new_passport()
        self.left = self.record.departure(
            self.x, destination="MYS", checkpoint="KH-BVT", home_province="12", recorded=by("KH-BVT"), days=1
        )
        self.returned = self.record.back(self.y, checkpoint="KH-POI", recorded=by("HISTORY"), days=2)
        self.number = number_of(self.left)

    @property
    def events(self) -> list[Event[Fact]]:
        return self.record.made


async def sees(office: Office, number: str, caller: str, **more: Any) -> bool:
    """Return whether a caller sees a worker on every way: page, API and stream."""
    places = {
        "BKK": {"countries": ["THA"]},
        "KUL": {"countries": ["MYS"]},
        "KH-POI": {"posts": ["KH-POI"]},
        "KH-BVT": {"posts": ["KH-BVT"]},
        "NEA-02": {"provinces": ["02"]},
        "NEA-12": {"provinces": ["12"]},
    }
    token = office.token(caller.lower(), office=caller, **places[caller])
    answers = {
        (await office.get(f"/workers/{number}", token, **more)).status_code,
        (await office.get(f"/workers/{number}/timeline", token, **more)).status_code,
    }
    if not more:
        answers.add((await office.page(f"/workers/{number}", token)).status_code)
        found = (await office.search(token, number=number)).json()["workers"]
        answers.add(200 if found else 403)
    assert len(answers) == 1, answers
    return answers == {200}


async def test_what_another_office_records_gives_reach(office: Office) -> None:
    lives = Lives()
    await office.knows(*lives.events)
    assert await sees(office, lives.number, "KUL")
    assert await sees(office, lives.number, "NEA-12")
    assert not await sees(office, lives.number, "BKK")
    assert not await sees(office, lives.number, "KH-BVT"), "it recorded the departure itself"
    assert await sees(office, number_of(lives.returned), "KH-POI"), "loaded by another office"


async def test_a_case_with_somebodys_passport_opens_no_history(office: Office) -> None:
    lives = Lives()
    lives.record.case(lives.x, recorded=by("BKK"), days=3)
    await office.knows(*lives.events)
    assert not await sees(office, lives.number, "BKK")
    found = await office.search(office.token("a", office="BKK", countries=["THA"]), name="SOK Chanthy")
    assert lives.number not in [worker["number"] for worker in found.json()["workers"]]
    await office.knows(lives.record.back(lives.x, recorded=by("KH-POI"), days=4))
    assert await sees(office, lives.number, "BKK"), "a post says that she was in Thailand"


async def test_a_case_about_a_record_of_another_office_opens_no_history(office: Office) -> None:
    lives = Lives()
    lives.record.case(about=lives.left.stream, recorded=by("BKK"), days=3)
    await office.knows(*lives.events)
    assert not await sees(office, lives.number, "BKK")
    assert await sees(office, lives.number, "KUL")


async def test_an_application_from_a_case_of_another_province_opens_no_history(office: Office) -> None:
    lives = Lives()
    back = lives.record.back(lives.x, checkpoint="KH-BVT", home_province="12", recorded=by("KH-BVT"), days=3)
    case = lives.record.reintegration(
        back.stream, home_province="12", recorded=by("NEA", "reintegration"), days=3
    )
    facts = RecognitionApplied(
        recorded=by("NEA-02"), sex=2, occupation="7112", about=case.stream, home_province="02"
    )
    lives.record.add(facts, noun="application", person=lives.record.person(), days=4)
    await office.knows(*lives.events)
    assert not await sees(office, lives.number, "NEA-02")
    assert await sees(office, lives.number, "NEA-12")


async def test_two_passports_on_one_crossing_open_no_history(office: Office) -> None:
    lives = Lives()
    await office.knows(*lives.events)
    known = number_of(lives.returned)
    assert await sees(office, known, "KH-POI")
    both = lives.record.departure(lives.x, lives.y, recorded=by("KH-POI"), days=3)
    await office.knows(both)
    joined = lives.number  # of the earlier record
    assert not await sees(office, joined, "KH-POI"), "only itself says that they are one person"
    await office.knows(lives.record.void(both))
    assert await sees(office, known, "KH-POI")
    assert not await sees(office, lives.number, "KH-POI")


async def test_two_passports_that_another_office_joins_are_one_person(office: Office) -> None:
    lives = Lives()
    lives.record.departure(lives.x, lives.y, checkpoint="KH-POI", recorded=by("KH-DNG"), days=3)
    await office.knows(*lives.events)
    assert await sees(office, lives.number, "KH-POI")


async def test_what_follows_by_itself_from_an_own_record_counts_as_its_own(office: Office) -> None:
    lives = Lives()
    case = lives.record.case(lives.x, recorded=by("BKK"), days=3)
    lives.record.reintegration(
        case.stream,
        home_province="12",
        recorded=by("NEA", "reintegration"),
        handles=HANDLES.of_all([lives.x]),
        days=4,
    )
    await office.knows(*lives.events)
    assert not await sees(office, lives.number, "BKK")


async def test_what_others_do_on_an_own_record_neither_gives_nor_takes_reach(office: Office) -> None:
    lives = Lives()
    case = lives.record.case(lives.x, mission="KUL", country="MYS", recorded=by("KUL"), days=3)
    lives.record.acted(case.stream, days=5)  # by the office at Poipet
    await office.knows(*lives.events)
    assert await sees(office, lives.number, "KUL")


async def test_reach_over_the_past_is_decided_on_the_present(office: Office) -> None:
    lives = Lives()
    seen = lives.record.back(lives.x, recorded=by("KH-POI"), days=10)
    await office.knows(*lives.events)
    early = after(5).isoformat()
    assert await sees(office, lives.number, "BKK", as_of=early), "before Thailand was ever named"
    await office.knows(lives.record.void(seen, days=10, noted=20))
    assert not await sees(office, lives.number, "BKK", as_of=after(15).isoformat()), "when it still stood"
    assert not await sees(office, lives.number, "BKK", as_of=early)


async def test_what_was_joined_by_mistake_in_the_past_needs_reach_over_both(office: Office) -> None:
    lives = Lives()
    both = lives.record.departure(lives.x, lives.y, checkpoint="KH-DNG", recorded=by("KH-DNG"), days=3)
    await office.knows(*lives.events, lives.record.void(both, days=3, noted=20))
    known = number_of(lives.returned)
    assert await sees(office, known, "KH-POI")
    joined = await office.get(
        f"/workers/{known}/timeline",
        office.token("p", office="KH-POI", posts=["KH-POI"]),
        as_of=after(10).isoformat(),
    )
    assert joined.status_code == 403


@pytest.mark.parametrize("places", [{}, {"posts": []}, {"posts": ["KH-POI"], "countries": ["KOR"]}])
async def test_a_name_or_phone_beyond_reach_is_found_by_nobody(
    office: Office, places: dict[str, Any]
) -> None:
    record = Record(salt=str(uuid4()))
    document = new_passport()
    record.departure(
        document, name="CHUM Lychantha", destination="MYS", checkpoint="KH-BVT", recorded=by("KH-BVT"), days=1
    )
    await office.knows(*record.made)
    token = office.token("p", office="KH-POI", **(places or {"provinces": ["24"]}))
    nobody = {"workers": [], "being_worked_out": False}
    for asked in ({"name": "CHUM Lychantha"}, {"document": {"number": document.number}}):
        assert (await office.search(token, **asked)).json() == nobody


async def test_reach_over_one_of_two_workers_with_one_passport_is_none_over_the_other(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    shared = new_passport()
    woman = record.departure(
        shared,
        destination="MYS",
        checkpoint="KH-BVT",
        recorded=by("KH-PNH"),
        born=birth("1970-04-03"),
        days=1,
    )
    sister = record.departure(
        shared, name="SOK Sophea", recorded=by("HISTORY"), born=birth("1996-02-01"), days=9
    )
    await office.knows(*record.made)
    assert number_of(woman) != number_of(sister)
    for number, reached in ((number_of(woman), {"KH-BVT", "KUL"}), (number_of(sister), {"KH-POI", "BKK"})):
        for caller in ("KH-BVT", "KUL", "KH-POI", "BKK"):
            assert await sees(office, number, caller) is (caller in reached), (number, caller)
