"""Rules J4, J5 and J8: onward movement, duplicates and gaps, signs of life. Rule J6: imprecise times."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.codes.recording import TimePrecision
from contracts.journeys.state import State, view
from contracts.journeys.stays import StayEnd
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.journeys.whereabouts import Certainty, Location
from tests.journeys.moments import (
    CASE,
    CONTRACT,
    OTHER_CONTRACT,
    acted,
    approved,
    back,
    case,
    closed,
    contract,
    counselled,
    day,
    departure,
    deported,
    died,
    life,
    moment,
    permit,
    reintegration,
    terminated,
)


def countries(state: State) -> list[str | None]:
    """Return the countries of the stays."""
    return [stay.country for stay in state.life.stays.stays]


def ends(state: State) -> list[StayEnd | None]:
    """Return how the stays ended."""
    return [stay.end for stay in state.life.stays.stays]


def place(state: State, on: str) -> tuple[Location, str, Certainty]:
    """Return the whereabouts on a day."""
    found = view(state, day(on)).whereabouts
    return found.place, found.country, found.certainty


# --- J4


def test_a_case_that_says_where_the_worker_is_opens_a_further_stay_there() -> None:
    state = life(departure("2013-01-10"), case("2013-11-01", country="MYS", worker_in="MYS"))
    assert (countries(state), ends(state)) == (["THA", "MYS"], [StayEnd.MOVED_ON, None])
    assert len(state.life.journeys) == 1
    assert place(state, "2013-11-02") == (Location.ABROAD, "MYS", Certainty.SURE)
    moved = state.life.stays.stays[0]
    assert moved.basis is not None and moved.basis.rule == "J4"


def test_the_mission_in_charge_alone_moves_nobody() -> None:
    state = life(departure("2013-01-10"), case("2013-11-01", country="MYS", whom="family", mission="KUL"))
    assert countries(state) == ["THA"]


def test_a_return_from_another_country_shows_a_stay_there() -> None:
    state = life(departure("2013-01-10"), deported("2014-01-15", country="MYS", checkpoint="KH-PNH"))
    assert (countries(state), ends(state)) == (["THA", "MYS"], [StayEnd.MOVED_ON, StayEnd.ENTRY])
    assert [journey.ended_by for journey in state.life.journeys] == ["deportation"]


# --- J5


def test_two_records_of_one_crossing_count_once_and_the_first_appended_counts() -> None:
    first = departure(day("2013-04-02", 8), recorded_at=day("2013-04-02", 9))
    second = departure(day("2013-04-02", 8) + timedelta(minutes=20), recorded_at=day("2013-04-09"))
    state = life(second, first)
    assert [(each.event, each.counted) for each in state.life.duplicates] == [(second, first)]
    assert [journey.trips for journey in state.life.journeys] == [1]
    assert second in state.life.journeys[0].events, "both are shown"


def test_the_more_precise_record_counts_even_if_it_came_later() -> None:
    vague = departure(day("2013-04-02", 0), precision=TimePrecision.DAY, recorded_at=day("2013-04-02", 9))
    exact = departure(day("2013-04-02", 8), recorded_at=day("2013-04-09"))
    assert [each.counted for each in life(vague, exact).life.duplicates] == [exact]
    evening = departure(day("2013-04-02", 20), recorded_at=day("2013-04-09"))
    assert [each.counted for each in life(vague, evening).life.duplicates] == [evening]
    next_day = departure(day("2013-04-03", 0), precision=TimePrecision.DAY)
    assert [each.event for each in life(evening, next_day).life.duplicates] == [next_day]


@pytest.mark.parametrize(
    "second",
    [
        departure(day("2013-04-02", 20)),
        departure(day("2013-04-02", 9), checkpoint="KH-STB"),
        departure(day("2013-04-02", 9), country=None),
    ],
    ids=["half a day later", "a neighbouring post", "no country"],
)
def test_records_that_may_be_of_one_crossing_count_once(second: TimelineEvent) -> None:
    first = departure(day("2013-04-02", 8))
    assert [each.event for each in life(first, second).life.duplicates] == [second]


def test_records_that_name_no_post_may_be_of_one_crossing() -> None:
    first, second = (departure(day("2013-04-02", hour), checkpoint=None) for hour in (8, 9))
    assert [each.event for each in life(first, second).life.duplicates] == [second]
    assert life(first, departure(day("2013-04-02", 9))).life.duplicates == [], "perhaps at another post"


@pytest.mark.parametrize(
    "second",
    [
        departure(day("2013-04-03", 8)),
        departure(day("2013-04-02", 9), checkpoint="KH-BVT"),
        departure(day("2013-04-02", 9), country="VNM"),
    ],
    ids=["a day later", "a distant post", "another country"],
)
def test_other_exits_are_no_duplicates(second: TimelineEvent) -> None:
    state = life(departure(day("2013-04-02", 8)), second)
    assert (state.life.duplicates, ends(state)) == ([], [StayEnd.NOT_RECORDED, None])


def test_a_crossing_in_between_makes_two_exits_two_crossings() -> None:
    state = life(
        departure(day("2013-04-02", 8)), back(day("2013-04-02", 9)), departure(day("2013-04-02", 10))
    )
    assert state.life.duplicates == []


def test_a_journey_goes_on_over_a_gap_while_its_contract_runs() -> None:
    assert (
        len(life(contract("2013-01-02"), departure("2013-01-10"), departure("2014-06-01")).life.journeys) == 1
    )
    assert len(life(departure("2013-01-10"), departure("2014-06-01")).life.journeys) == 2
    assert len(life(departure("2013-01-10"), departure("2013-03-01")).life.journeys) == 1


def test_an_entry_after_an_entry_lies_between_known_bounds() -> None:
    state = life(back("2014-06-13", code="mass_return"), back("2015-03-01", code="mass_return"))
    second = state.life.stays.stays[1]
    assert (second.begins_after, second.exit) == (day("2014-06-13"), None)
    recorded = life(departure("2013-01-10"), back("2014-06-13", code="mass_return"), back("2015-03-01"))
    assert recorded.life.stays.stays[1].begins_after == day("2014-06-13")


def test_a_stay_whose_country_was_not_stated_takes_the_one_that_is_shown() -> None:
    left = departure("2013-01-10", country=None)
    assert countries(life(left, back("2013-06-01"))) == ["THA"]
    assert countries(life(left, permit("2013-06-01"))) == ["THA"]


# --- J6


def test_both_sheets_of_a_day_typed_in_the_wrong_order_are_a_stay_of_a_day() -> None:
    came = back(day("2014-05-03", 0), precision=TimePrecision.DAY)
    left = departure(day("2014-05-03", 0), precision=TimePrecision.DAY)
    for events in ((came, left), (left, came)):
        assert place(life(*events), "2014-06-01")[0] is Location.HOME
        assert ends(life(*events)) == [StayEnd.ENTRY]


def test_a_worker_who_was_abroad_came_back_before_leaving_again_on_the_same_day() -> None:
    first = departure("2014-01-01")
    came = back(day("2014-05-03", 0), precision=TimePrecision.DAY)
    again = departure(day("2014-05-03", 0), precision=TimePrecision.DAY)
    assert ends(life(again, came, first)) == [StayEnd.ENTRY, None]


def test_a_return_known_to_the_year_lies_between_the_exits_that_it_explains() -> None:
    vague = back(day("2014-01-01", 0), precision=TimePrecision.YEAR)
    state = life(departure("2013-06-01"), vague, departure("2014-09-01"))
    assert ends(state) == [StayEnd.ENTRY, None]
    late = life(departure("2014-06-01"), vague)
    assert ends(late) == [StayEnd.ENTRY], "it lies after the exit of the same year"


def test_an_exit_known_to_the_year_is_placed_where_its_contract_begins() -> None:
    vague = departure(day("2013-01-01", 0), precision=TimePrecision.YEAR)
    state = life(contract("2013-03-01", starts="2013-04-01", ends="2015-03-31"), vague)
    (journey,) = state.life.journeys
    assert (journey.prepared_at, journey.departed_at) == (day("2013-03-01"), day("2013-04-01", 0))
    assert life(vague).life.journeys[0].departed_at == day("2013-01-01", 0)


def test_among_places_that_contradict_equally_a_record_takes_the_earliest() -> None:
    vague_exit = departure(day("2014-01-01", 0), precision=TimePrecision.YEAR, checkpoint="KH-BVT")
    state = life(departure("2013-01-10"), vague_exit, departure("2014-03-01"))
    assert [stay.begins_at for stay in state.life.stays.stays] == [
        day("2013-01-10"),
        day("2014-01-01", 0),
        day("2014-03-01"),
    ]
    vague_entry = back(day("2014-01-01", 0), precision=TimePrecision.YEAR)
    trip = life(departure("2014-05-01"), back("2014-06-01"), vague_entry)
    assert [stay.ended_at for stay in trip.life.stays.stays] == [day("2014-01-01", 0), day("2014-06-01")]


def test_an_exit_known_to_the_year_lies_where_an_entry_lacks_one() -> None:
    vague = departure(day("2014-01-01", 0), precision=TimePrecision.YEAR)
    trip = [departure("2014-02-01"), back("2014-03-01")]
    assert ends(life(*trip, vague)) == [StayEnd.ENTRY, None], "after the trip of the same year"
    state = life(*trip, vague, back("2014-09-01"))
    assert [(stay.exit, stay.end) for stay in state.life.stays.stays] == [
        (trip[0], StayEnd.ENTRY),
        (vague, StayEnd.ENTRY),
    ]


def test_a_return_known_to_the_year_lies_after_the_last_exit_that_lacks_one() -> None:
    vague = back(day("2014-01-01", 0), precision=TimePrecision.YEAR)
    state = life(departure("2014-02-01"), back("2014-03-01"), departure("2014-06-01"), vague)
    assert ends(state) == [StayEnd.ENTRY, StayEnd.ENTRY]


def test_placing_a_record_leaves_those_after_it_where_they_are() -> None:
    came = back(day("2014-06-13", 0), precision=TimePrecision.DAY)
    left = departure(day("2014-02-01", 0), precision=TimePrecision.MONTH)
    again = departure(day("2014-01-01", 0), precision=TimePrecision.YEAR)
    state = life(came, left, again)
    assert [(stay.exit, stay.ended_at) for stay in state.life.stays.stays] == [
        (left, day("2014-06-13", 0)),
        (again, None),
    ]


def test_an_exit_known_to_the_year_is_placed_at_a_contract_for_its_country_and_before_the_return() -> None:
    vague = departure(day("2013-01-01", 0), precision=TimePrecision.YEAR)
    elsewhere = contract("2013-03-01", starts="2013-04-01", ends="2015-03-31", country="MYS")
    assert life(elsewhere, vague).life.stays.stays[0].begins_at == day("2013-01-01", 0)
    later = contract("2013-03-01", starts="2013-08-01", ends="2015-03-31")
    assert ends(life(later, vague, back("2013-06-01"))) == [StayEnd.ENTRY]
    first_day = contract("2012-12-01", starts="2013-01-01", ends="2013-07-31", stream=OTHER_CONTRACT)
    assert life(first_day, later, vague).life.stays.stays[0].begins_at == day("2013-01-01", 0)


def test_what_an_event_caused_comes_after_it_at_the_same_instant() -> None:
    came = back("2014-06-13")
    opened = reintegration("2014-06-13", event_id=UUID(int=0))
    assert life(opened, came).life.events == [came, opened]
    left = departure("2014-06-13")
    assert life(came, left).life.events == [left, came], "an exit before an entry"


def test_an_approval_comes_after_the_registration_at_the_same_instant_and_if_only_the_month_is_known() -> (
    None
):
    signed = contract("2013-01-02")
    at_once = approved("2013-01-02", event_id=UUID(int=0))
    of_month = approved(day("2013-01-01", 0), precision=TimePrecision.MONTH)
    for approval in (at_once, of_month):
        state = life(approval, signed, departure("2013-01-10"))
        assert state.life.contracts[CONTRACT].status == "approved"
        assert state.life.events[:2] == [signed, approval]
    before = approved(day("2012-12-01", 0), precision=TimePrecision.MONTH)
    assert life(before, signed).life.events == [before, signed], "the times do not allow it"


def test_a_counselling_known_to_the_month_comes_after_the_return_that_opened_its_case() -> None:
    came = back("2014-06-13")
    told = counselled(day("2014-06-01", 0), precision=TimePrecision.MONTH)
    state = life(departure("2013-01-10"), came, reintegration("2014-06-13", about=came.event_id), told)
    assert ends(state) == [StayEnd.ENTRY]
    assert life(told).life.events == [told]


def test_repeated_events_count_once() -> None:
    left = departure("2013-01-10")
    assert life(left, left).life.events == [left]


# --- J8


def test_a_family_s_report_and_letters_are_no_sign_of_life() -> None:
    state = life(
        departure("2012-05-01"),
        case("2013-09-01", code="whereabouts", whom="family"),
        acted("2013-09-02", whom="family"),
        acted("2013-10-01", code="letter", whom="not_stated"),
        moment(Kind.CASE_HANDED_OVER, "2013-10-05", stream=CASE, country=None, mission="KUL"),
    )
    assert view(state, day("2013-10-15")).whereabouts.last_heard_at == day("2012-05-01")
    assert place(state, "2013-10-15")[2] is Certainty.UNCERTAIN


@pytest.mark.parametrize(
    "sign",
    [
        acted("2013-06-01"),
        acted("2013-06-01", whom="worker_remotely"),
        permit("2013-06-01"),
        contract("2013-06-01"),
    ],
)
def test_acts_that_involve_the_worker_are_signs_of_life(sign: TimelineEvent) -> None:
    state = life(departure("2013-01-10"), case("2013-02-01", whom="family"), sign)
    assert view(state, day("2013-06-02")).whereabouts.last_heard_at == day("2013-06-01")


def test_where_a_missing_worker_is_is_uncertain_until_the_report_ends() -> None:
    missing = [departure("2013-08-01"), case("2013-09-01", code="whereabouts", whom="family")]
    assert [place(life(*missing), on)[2] for on in ("2013-08-31", "2013-09-02")] == [
        Certainty.SURE,
        Certainty.UNCERTAIN,
    ]
    assert place(life(*missing, closed("2013-09-20", "found")), "2013-09-21")[2] is Certainty.SURE


def test_after_a_recorded_return_a_call_from_home_opens_no_stay() -> None:
    home = life(departure("2013-01-10"), back("2014-01-10"), case("2014-05-20"))
    assert place(home, "2014-06-01")[0] is Location.HOME
    abroad = life(departure("2013-01-10"), back("2014-01-10"), case("2014-05-20"), acted("2014-05-21"))
    assert place(abroad, "2014-06-01")[:2] == (Location.ABROAD, "THA")


def test_repatriated_by_a_mission_is_likely_home_and_a_crossing_confirms_it() -> None:
    told = [
        departure("2013-01-10"),
        case("2013-06-01", code="repatriation"),
        closed("2013-06-12", "repatriated"),
    ]
    assert place(life(*told), "2014-09-01") == (Location.HOME, "KHM", Certainty.LIKELY)
    confirmed = life(*told, back("2013-06-14"))
    assert (place(confirmed, "2013-07-01")[2], ends(confirmed)) == (Certainty.SURE, [StayEnd.ENTRY])
    assert confirmed.life.stays.stays[0].entry is not None
    late = life(departure("2013-01-10"), back("2013-05-01"), *told[1:])
    assert ends(late) == [StayEnd.ENTRY], "the return was recorded before"


def test_a_repatriation_shows_a_likely_stay_of_which_nothing_else_is_known() -> None:
    asked = case("2013-05-01", code="whereabouts", whom="family")
    state = life(asked, closed("2013-06-12", "repatriated"))
    assert (countries(state), ends(state)) == (["THA"], [StayEnd.REPATRIATED])
    assert state.life.stays.stays[0].likely
    assert life(asked).life.stays.cases_without_stay == [asked]


@pytest.mark.parametrize("sign", [acted("2013-06-01", whom="worker_remotely"), closed("2013-06-01", "found")])
def test_a_sign_of_life_from_afar_is_of_the_stay_in_which_it_occurs(sign: TimelineEvent) -> None:
    asked = case("2013-05-01", whom="family")
    during = life(departure("2013-01-10"), asked, sign)
    assert during.life.stays.stays[0].last_seen is sign
    home = life(departure("2013-01-10"), back("2013-04-01"), asked, sign)
    assert (len(home.life.stays.stays), place(home, "2013-06-02")[0]) == (1, Location.HOME)


@pytest.mark.parametrize(
    ("country", "nth"), [("THA", 0), ("MYS", 1), ("KOR", 2), ("VNM", 2)], ids=lambda each: str(each)
)
def test_a_case_belongs_to_the_last_stay_in_its_country_or_else_to_the_last_stay(
    country: str, nth: int
) -> None:
    stays = [
        departure("2010-01-10"),
        back("2010-06-01"),
        departure("2011-01-10", country="MYS"),
        back("2011-06-01", country="MYS"),
        departure("2012-01-10", country="KOR"),
    ]
    asked = case("2012-05-01", country=country, whom="family")
    for events in ([*stays, asked], [*stays, back("2012-04-01", country="KOR"), asked]):
        assert [len(stay.cases) for stay in life(*events).life.stays.stays] == [
            int(place == nth) for place in range(3)
        ]


def test_after_a_death_nothing_opens_a_stay() -> None:
    dead = life(departure("2013-01-10"), died("2013-10-01"), permit("2014-01-10"))
    assert ends(dead) == [StayEnd.DEATH]
    ahead = terminated("2013-09-20", last="2013-10-01", code="death")
    assert ends(life(contract("2013-01-02"), departure("2013-01-10"), ahead)) == [StayEnd.DEATH]


def test_being_counselled_puts_the_worker_in_cambodia() -> None:
    state = life(departure("2013-01-10"), counselled("2014-03-01"))
    assert (place(state, "2014-03-02")[0], ends(state)) == (Location.HOME, [StayEnd.PRESENT_AT_HOME])
    assert state.life.journeys[0].returned_at == day("2014-03-01")


def test_a_case_is_the_best_evidence_if_nothing_else_is_known() -> None:
    state = life(case("2014-03-01"))
    assert place(state, "2014-03-02") == (Location.ABROAD, "THA", Certainty.LIKELY)


def test_certainty_abroad_fades_and_at_home_it_does_not() -> None:
    abroad, home = life(departure("2013-01-10")), life(departure("2012-01-10"), back("2013-01-10"))
    assert [place(abroad, each)[2] for each in ("2013-04-09", "2013-04-11", "2014-01-11")] == [
        Certainty.SURE,
        Certainty.LIKELY,
        Certainty.UNCERTAIN,
    ]
    assert [place(home, each)[2] for each in ("2013-04-11", "2020-01-01")] == [
        Certainty.SURE,
        Certainty.LIKELY,
    ]
