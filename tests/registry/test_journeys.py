"""From moments to journeys: what belongs to one cycle, what begins another, and what contradicts."""

from __future__ import annotations

from services.registry.fold.journey import Journey
from services.registry.fold.state import Phase, State, phase
from services.registry.fold.timeline_event import Kind, Papers, TimelineEvent
from tests.registry.moments import (
    CASE,
    CONTRACT,
    OTHER_CONTRACT,
    RECOGNITION,
    REINTEGRATION,
    acted,
    amended,
    applied,
    approved,
    back,
    came_in,
    case,
    contract,
    day,
    departure,
    deported,
    life,
    moment,
    reintegration,
    sent_back,
    terminated,
    went_out,
)


def only(state: State) -> Journey:
    """The one journey of a life."""
    (journey,) = state.life.journeys
    return journey


def phases(state: State) -> list[Phase]:
    """Return the phase of each journey."""
    return [phase(journey) for journey in state.life.journeys]


def countries(state: State) -> list[str | None]:
    """Return the country of each journey."""
    return [journey.country for journey in state.life.journeys]


def test_nothing_known_is_no_journey() -> None:
    assert life().life.journeys == []


def test_a_contract_a_departure_and_a_return_are_one_journey() -> None:
    events = [
        contract("2013-01-02"),
        approved("2013-01-04"),
        departure("2013-01-10"),
        back("2015-01-12", code="contract_completed"),
    ]
    journey = only(life(*events))
    assert (journey.prepared_at, journey.departed_at, journey.returned_at) == (
        day("2013-01-02"),
        day("2013-01-10"),
        day("2015-01-12"),
    )
    assert (journey.country, journey.work, journey.trips, phase(journey)) == ("THA", True, 1, Phase.RETURNED)
    assert (journey.return_kind, journey.return_code) == (Kind.RETURN, "contract_completed")
    assert journey.events == [event.event_id for event in events]
    assert journey.contract is not None
    assert journey.contract.approved_at == day("2013-01-04")


def test_a_journey_is_prepared_then_abroad_then_returned() -> None:
    events = [contract("2013-01-02"), departure("2013-01-10"), back("2015-01-12")]
    assert [phases(life(*events[:count])) for count in (1, 2, 3)] == [
        [Phase.PREPARING],
        [Phase.ABROAD],
        [Phase.RETURNED],
    ]


def test_a_second_departure_after_a_long_stay_at_home_is_another_journey() -> None:
    state = life(departure("2013-01-10"), back("2013-06-01"), departure("2013-06-20"))
    assert phases(state) == [Phase.RETURNED, Phase.ABROAD]


def test_a_contract_renewed_abroad_belongs_to_the_journey_that_goes_on() -> None:
    renewal = contract("2014-12-01", starts="2015-01-10", ends="2017-01-09", stream=OTHER_CONTRACT)
    journey = only(life(contract("2013-01-02"), departure("2013-01-10"), renewal))
    assert [c.stream for c in journey.contracts] == [CONTRACT, OTHER_CONTRACT]
    assert journey.contract is not None
    assert str(journey.contract.last_day) == "2017-01-09"


def test_a_renewal_in_another_country_does_not_move_a_worker_who_is_abroad() -> None:
    renewal = contract("2014-12-01", country="MYS", stream=OTHER_CONTRACT)
    assert countries(life(contract("2013-01-02"), departure("2013-01-10"), renewal)) == ["THA"]


def test_an_amended_contract_counts_as_amended() -> None:
    journey = only(life(contract("2013-01-02"), amended("2013-02-01", ends="2016-01-09")))
    assert journey.contract is not None
    assert str(journey.contract.ends_on) == "2016-01-09"
    assert journey.contract.registered_at == day("2013-01-02")
    assert journey.contract.agency is not None


def test_a_contract_is_returned_to_the_agency_until_it_comes_again() -> None:
    faulty = only(life(contract("2013-01-02"), sent_back("2013-01-03")))
    better = only(life(contract("2013-01-02"), sent_back("2013-01-03"), amended("2013-01-04")))
    assert faulty.contract is not None and faulty.contract.returned
    assert better.contract is not None and not better.contract.returned


def test_the_short_trips_of_a_commuter_are_one_journey() -> None:
    trips: list[TimelineEvent] = []
    for month in range(1, 7):
        trips += [departure(f"2013-{month:02}-01"), back(f"2013-{month:02}-06")]
    journey = only(life(*trips))
    assert (journey.trips, phase(journey)) == (6, Phase.RETURNED)
    assert (journey.departed_at, journey.returned_at) == (day("2013-01-01"), day("2013-06-06"))
    assert journey.events == [trip.event_id for trip in trips]


def test_trips_of_up_to_seven_days_are_a_commuters() -> None:
    def journeys(returned: str) -> int:
        return len(life(departure("2013-01-01"), back(returned), departure("2013-01-20")).life.journeys)

    assert journeys("2013-01-08") == 1
    assert journeys("2013-01-09") == 2


def test_trips_within_thirty_days_of_each_other_are_a_commuters() -> None:
    def journeys(again: str) -> int:
        return len(life(departure("2013-01-01"), back("2013-01-02"), departure(again)).life.journeys)

    assert journeys("2013-02-01") == 1
    assert journeys("2013-02-02") == 2


def test_a_short_trip_to_another_country_is_a_journey_of_its_own() -> None:
    state = life(departure("2013-01-01"), back("2013-01-03"), departure("2013-01-05", country="VNM"))
    assert countries(state) == ["THA", "VNM"]


def test_a_commuter_who_stays_long_once_comes_back_from_the_same_journey_and_begins_another() -> None:
    state = life(
        departure("2013-01-01"),
        back("2013-01-03"),
        departure("2013-01-05"),
        back("2013-06-05"),
        departure("2013-06-07"),
    )
    assert [journey.trips for journey in state.life.journeys] == [2, 1]


def test_a_departure_while_abroad_ends_the_journey_of_which_no_return_is_known() -> None:
    first, second = departure("2013-01-10"), departure("2014-01-10")
    state = life(first, second)
    assert phases(state) == [Phase.RETURN_UNKNOWN, Phase.ABROAD]
    assert state.life.journeys[0].closed_at == second.at
    assert [clash.event for clash in state.life.clashes] == [second]


def test_a_return_without_a_departure_is_a_journey_all_the_same() -> None:
    came = back("2014-06-13", papers=Papers.NONE)
    state = life(came)
    journey = only(state)
    assert (journey.departed_at, journey.returned_at, phase(journey)) == (None, came.at, Phase.RETURNED)
    assert journey.papers is Papers.NONE
    assert state.life.returns_without_departure == [(came, journey)]


def test_a_return_with_only_a_contract_before_ends_the_prepared_journey() -> None:
    state = life(contract("2013-01-02"), back("2014-06-13"))
    assert phase(only(state)) is Phase.RETURNED
    assert len(state.life.returns_without_departure) == 1


def test_a_return_from_another_country_than_was_prepared_for_is_a_journey_of_its_own() -> None:
    state = life(contract("2013-01-02", country="MYS"), back("2014-06-13"))
    assert countries(state) == ["MYS", "THA"]
    assert phases(state) == [Phase.NOT_DEPARTED, Phase.RETURNED]


def test_a_return_from_another_country_than_one_left_for_contradicts() -> None:
    came = back("2014-06-13", country="MYS")
    state = life(departure("2013-01-10"), came)
    assert [clash.event for clash in state.life.clashes] == [came]
    assert phase(only(state)) is Phase.RETURNED


def test_coming_back_from_a_visit_is_no_journey_for_work() -> None:
    state = life(came_in("2014-06-13"))
    assert not only(state).work
    assert state.life.returns_without_departure == []


def test_going_out_to_work_for_the_day_is_a_journey_for_work() -> None:
    assert only(life(went_out("2014-06-13", code="day_work"))).work
    assert not only(life(went_out("2014-06-13", code="trade"))).work


def test_leaving_for_another_country_than_prepared_makes_two_journeys() -> None:
    left = departure("2013-01-10", country="MYS")
    state = life(contract("2013-01-02"), left)
    assert countries(state) == ["THA", "MYS"]
    assert phases(state) == [Phase.NOT_DEPARTED, Phase.ABROAD]
    assert state.life.departures_without_contract == [(left, state.life.journeys[1])]


def test_a_case_abroad_without_a_known_departure_shows_that_the_worker_is_abroad() -> None:
    journey = only(life(case("2014-03-01")))
    assert (journey.seen_abroad_at, journey.departed_at, phase(journey)) == (
        day("2014-03-01"),
        None,
        Phase.ABROAD,
    )
    assert journey.cases == [CASE]


def test_a_case_in_the_country_prepared_for_shows_that_the_worker_has_left() -> None:
    journey = only(life(contract("2013-01-02"), case("2014-03-01")))
    assert (journey.prepared_at, journey.abroad_from) == (day("2013-01-02"), day("2014-03-01"))


def test_a_case_in_another_country_than_prepared_for_is_a_journey_of_its_own() -> None:
    state = life(contract("2013-01-02", country="MYS"), case("2014-03-01"))
    assert phases(state) == [Phase.NOT_DEPARTED, Phase.ABROAD]


def test_a_case_in_another_country_than_the_worker_is_in_contradicts() -> None:
    state = life(departure("2013-01-10"), case("2014-03-01", country="MYS"))
    assert len(state.life.clashes) == 1
    assert only(state).cases == [CASE]


def test_actions_in_a_case_count_as_contacts() -> None:
    journey = only(life(departure("2013-01-10"), case("2014-03-01"), acted("2014-04-01")))
    assert journey.last_heard_at == day("2014-04-01")


def test_actions_in_a_case_after_the_return_do_not_count_as_abroad() -> None:
    journey = only(life(departure("2013-01-10"), case("2014-03-01"), back("2014-03-20"), acted("2014-04-01")))
    assert journey.last_heard_at == day("2014-03-01")
    assert len(journey.events) == 4


def test_a_case_soon_after_the_return_belongs_to_the_journey_that_has_ended() -> None:
    def journeys(opened: str) -> list[list[str]]:
        return [
            j.cases for j in life(departure("2013-01-10"), back("2014-01-10"), case(opened)).life.journeys
        ]

    assert journeys("2014-03-11") == [[CASE]]
    assert journeys("2014-03-12") == [[], [CASE]]


def test_a_contract_terminated_before_the_departure_ends_a_journey_that_never_was() -> None:
    state = life(contract("2013-01-02"), terminated("2013-01-08"), departure("2013-06-01"))
    assert phases(state) == [Phase.NOT_DEPARTED, Phase.ABROAD]
    assert state.life.journeys[0].closed_at == day("2013-01-08")


def test_a_contract_that_another_has_replaced_ends_nothing_when_it_is_terminated() -> None:
    events = [contract("2013-01-02"), contract("2013-01-05", stream=OTHER_CONTRACT), terminated("2013-01-06")]
    state = life(*events, departure("2013-01-10"))
    assert phases(state) == [Phase.ABROAD]
    assert state.life.departures_without_contract == []


def test_a_contract_terminated_abroad_leaves_the_worker_abroad() -> None:
    journey = only(
        life(contract("2013-01-02"), departure("2013-01-10"), terminated("2013-09-01", last="2013-08-31"))
    )
    assert phase(journey) is Phase.ABROAD
    assert journey.contract is not None
    assert str(journey.contract.last_day) == "2013-08-31"


def test_the_end_of_a_contract_of_which_nothing_else_is_known_is_no_journey() -> None:
    assert life(terminated("2013-09-01")).life.journeys == []


def test_reintegration_and_recognition_belong_to_the_journey_that_ended_last() -> None:
    events = [departure("2013-01-10"), back("2014-06-13"), reintegration("2014-07-01"), applied("2014-08-01")]
    placed = moment(Kind.PLACED, "2014-09-01", stream=REINTEGRATION)
    journey = only(life(*events, placed))
    assert (journey.reintegration, journey.recognitions) == ([REINTEGRATION], [RECOGNITION])
    assert journey.events[-1] == placed.event_id


def test_recognition_of_a_worker_who_never_left_belongs_to_no_journey() -> None:
    assert life(applied("2014-08-01")).life.journeys == []


def test_a_deported_worker_came_back_by_deportation() -> None:
    journey = only(life(departure("2013-01-10"), deported("2014-06-13")))
    assert (journey.return_kind, journey.return_code) == (Kind.DEPORTATION, "immigration")
