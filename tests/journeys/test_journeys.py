"""Rules J1 to J3: what belongs to one journey, what begins another, and which contract belongs to which."""

from __future__ import annotations

import pytest

from contracts.journeys.flags import FlagName
from contracts.journeys.journey import Journey, Phase
from contracts.journeys.state import State, fold
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.reference.current import ReferenceData, reference_data
from tests.journeys.moments import (
    CASE,
    CONTRACT,
    OTHER_CONTRACT,
    RECOGNITION,
    REINTEGRATION,
    amended,
    applied,
    approved,
    back,
    came_in,
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
    reintegration,
    sent_back,
    shown,
    terminated,
    went_out,
)

AT = day("2030-01-01")


def only(state: State) -> Journey:
    """The one journey of a life."""
    (journey,) = state.life.journeys
    return journey


def phases(state: State, at: str = "2016-06-01") -> list[Phase]:
    """Return the phase of each journey on a day."""
    return [journey.phase(day(at)) for journey in state.life.journeys]


def contracts(state: State) -> list[list[str]]:
    """Return the contracts of each journey."""
    return [[each.stream for each in journey.contracts] for journey in state.life.journeys]


# --- J1: one cycle


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
    assert (journey.country, journey.work, journey.trips, journey.ended_by) == ("THA", True, 1, "return")
    assert journey.events == events


def test_a_journey_is_prepared_then_abroad_then_returned() -> None:
    events = [contract("2013-01-02"), departure("2013-01-10"), back("2015-01-12", code="contract_completed")]
    assert [phases(life(*events[:count]), "2013-02-01")[0] for count in (1, 2, 3)] == [
        Phase.PREPARING,
        Phase.ABROAD,
        Phase.RETURNED,
    ]


def test_a_preparation_lapses_with_its_term() -> None:
    state = life(contract("2013-01-02", ends="2015-01-09"))
    assert phases(state, "2015-01-09") == [Phase.PREPARING]
    assert phases(state, "2015-01-10") == [Phase.NOT_DEPARTED]
    midnight = day("2015-01-10", hour=0)
    assert only(state).phase(midnight) is Phase.NOT_DEPARTED
    assert [only(state).ended(each) for each in (day("2015-01-09"), midnight)] == [False, True]


def test_a_death_ends_the_preparation_that_had_begun() -> None:
    death = died("2013-01-08")
    state = life(contract("2013-01-02"), death)
    assert phases(state, "2013-01-07") == [Phase.PREPARING]
    assert only(state).phase(day("2013-01-08", hour=0)) is Phase.DIED
    assert only(state).ended_by == "death"
    abroad = life(departure("2010-01-10"), back("2010-06-10"), contract("2013-01-02"), death)
    assert phases(abroad, "2013-01-09") == [Phase.RETURNED, Phase.DIED]
    after = life(contract("2013-01-02"), died("2012-12-01"))
    assert phases(after, "2013-01-07") == [Phase.PREPARING], "the contract may be of somebody else"
    contradicted = life(contract("2013-01-02"), death, went_out("2013-02-01", country="VNM"))
    assert phases(contradicted, "2013-01-09")[0] is Phase.PREPARING


def test_a_contract_that_nobody_used_stands_before_the_journeys_that_began_later() -> None:
    unused = contract("2010-01-02", starts="2010-01-10", ends="2010-12-31")
    state = life(departure("2013-01-10"), unused)
    assert [journey.prepared_at for journey in state.life.journeys] == [day("2010-01-02"), None]


@pytest.mark.parametrize(
    ("starts", "ends", "country", "journeys"),
    [
        ("2013-06-01", "2013-12-31", "THA", 1),
        ("2015-01-09", "2016-12-31", "THA", 1),
        ("2015-01-10", "2016-12-31", "THA", 2),
        ("2012-01-01", "2013-01-10", "THA", 1),
        ("2012-01-01", "2013-01-09", "THA", 2),
        ("2013-06-01", "2013-12-31", "MYS", 2),
    ],
)
def test_unused_contracts_for_one_country_with_overlapping_terms_are_one_preparation(
    starts: str, ends: str, country: str, journeys: int
) -> None:
    other = contract("2013-01-03", starts=starts, ends=ends, country=country, stream=OTHER_CONTRACT)
    assert len(life(contract("2013-01-02"), other).life.journeys) == journeys


def test_a_contract_whose_registration_is_not_known_prepares_nothing_and_hides_no_other() -> None:
    not_known = approved("2013-01-01", stream=OTHER_CONTRACT)
    assert contracts(life(not_known, contract("2013-01-02"))) == [[CONTRACT]]


def test_visits_that_follow_each_other_within_the_days_of_leave_are_one() -> None:
    first = [went_out("2013-01-10"), came_in("2013-01-12")]
    near = [went_out("2013-03-13"), came_in("2013-03-15")]
    far = [went_out("2013-08-13"), came_in("2013-08-15")]
    state = life(*first, *near, *far)
    assert [(journey.trips, journey.work) for journey in state.life.journeys] == [(2, False), (1, False)]
    again = life(*first, *far, went_out("2013-09-13"))
    assert [journey.trips for journey in again.life.journeys] == [1, 2]


# --- J2: home leave


@pytest.mark.parametrize(
    "reason", ["mass_return", "fear_of_arrest", "contract_completed", "contract_ended_early"]
)
def test_some_returns_end_the_journey_whatever_follows(reason: str) -> None:
    state = life(
        contract("2013-01-02"),
        departure("2013-01-10"),
        back("2013-06-01", code=reason),
        departure("2013-06-05"),
    )
    assert [journey.trips for journey in state.life.journeys] == [1, 1]


def test_a_deportation_ends_the_journey() -> None:
    state = life(departure("2013-01-10"), deported("2013-06-01"), departure("2013-06-05"))
    assert [journey.ended_by for journey in state.life.journeys] == ["deportation", None]


@pytest.mark.parametrize("reason", ["visit_home", "family", "unknown", "illness_or_injury", "other"])
def test_any_other_return_is_leave_while_the_contract_runs(reason: str) -> None:
    state = life(
        contract("2013-01-02"),
        departure("2013-01-10"),
        back("2013-06-01", code=reason),
        departure("2014-06-05"),
    )
    assert only(state).trips == 2
    assert contracts(state) == [[CONTRACT]]
    once_over = life(
        contract("2013-01-02", ends="2014-06-05"),
        departure("2013-01-10"),
        back("2013-06-01", code=reason),
        departure("2014-06-06"),
    )
    assert [journey.trips for journey in once_over.life.journeys] == [1, 1]
    last_day = life(
        contract("2013-01-02", ends="2014-06-05"),
        departure("2013-01-10"),
        back("2013-06-01", code=reason),
        departure("2014-06-05"),
    )
    assert only(last_day).trips == 2


def test_without_a_contract_leave_lasts_the_days_of_the_corridor() -> None:
    def journeys(again: str) -> int:
        return len(life(departure("2013-01-10"), back("2013-06-01"), departure(again)).life.journeys)

    assert journeys("2013-07-31") == 1
    assert journeys("2013-08-01") == 2


def test_an_exit_with_a_new_contract_begins_another_journey() -> None:
    new = contract("2013-06-10", starts="2013-06-20", ends="2015-06-19", stream=OTHER_CONTRACT)
    state = life(
        contract("2013-01-02"), departure("2013-01-10"), back("2013-06-01"), new, departure("2013-06-18")
    )
    assert contracts(state) == [[CONTRACT], [OTHER_CONTRACT]]


def test_an_exit_to_another_country_begins_another_journey() -> None:
    state = life(departure("2013-01-01"), back("2013-01-03"), departure("2013-01-05", country="VNM"))
    assert [journey.country for journey in state.life.journeys] == ["THA", "VNM"]


@pytest.mark.parametrize(
    "came",
    [back("2013-06-01", code="visit_home"), back("2013-06-01", shown=shown("passport", "re_entry_permit"))],
)
def test_a_home_visit_is_leave_for_some_days_and_then_final_from_its_own_date(came: TimelineEvent) -> None:
    state = life(departure("2013-01-10"), came)
    assert phases(state, "2013-07-30") == [Phase.ON_LEAVE]
    assert phases(state, "2013-08-01") == [Phase.RETURNED]
    assert only(state).returned_at == day("2013-06-01")
    assert only(state).phase(day("2013-07-31")) is Phase.RETURNED
    dead = life(departure("2013-01-10"), came, died("2013-06-05"))
    assert phases(dead, "2013-06-04") == [Phase.RETURNED]


def test_another_return_looks_final_at_once_and_is_reopened_by_the_exit() -> None:
    assert phases(life(departure("2013-01-10"), back("2013-06-01")), "2013-06-02") == [Phase.RETURNED]
    assert phases(life(departure("2013-01-10"), back("2013-06-01"), departure("2013-06-20"))) == [
        Phase.ABROAD
    ]


def test_a_commuter_with_a_border_pass_has_one_journey_with_many_short_stays() -> None:
    trips: list[TimelineEvent] = []
    for nth in range(1, 29):
        trips += [
            went_out(day(f"2013-01-{nth:02}", 6), code="day_work", shown=shown("border_pass")),
            came_in(day(f"2013-01-{nth:02}", 18), code="day_work", shown=shown("border_pass")),
        ]
    journey = only(life(*trips))
    assert (journey.trips, journey.work) == (28, True)
    assert journey.phase(day("2013-01-28", 20)) is Phase.ON_LEAVE


# --- J3: contracts


def test_a_contract_renewed_abroad_belongs_to_the_journey_that_goes_on() -> None:
    renewal = contract("2014-12-01", starts="2015-01-10", ends="2017-01-09", stream=OTHER_CONTRACT)
    journey = only(life(contract("2013-01-02"), departure("2013-01-10"), renewal))
    assert str(journey.contract_ends_on) == "2017-01-09"


def test_a_contract_for_another_country_prepares_the_next_journey() -> None:
    other = contract(
        "2013-06-01", country="MYS", starts="2013-08-01", ends="2015-07-31", stream=OTHER_CONTRACT
    )
    before = life(departure("2013-01-10"), other)
    assert [(j.country, bool(j.stays)) for j in before.life.journeys] == [("THA", True), ("MYS", False)]
    after = life(departure("2013-01-10"), other, back("2013-07-01"), departure("2013-07-30", country="MYS"))
    assert contracts(after) == [[], [OTHER_CONTRACT]]
    assert after.life.journeys[1].prepared_at == day("2013-06-01")


def test_a_contract_signed_during_a_stay_that_starts_after_its_end_prepares_the_next_journey() -> None:
    new = contract("2014-12-20", starts="2015-03-01", ends="2017-02-28", stream=OTHER_CONTRACT)
    state = life(
        contract("2013-01-02"), departure("2013-01-10"), new, back("2015-01-09"), departure("2015-02-27")
    )
    assert contracts(state) == [[CONTRACT], [OTHER_CONTRACT]]


def test_while_the_stay_is_open_a_contract_after_the_grace_prepares_the_next_journey() -> None:
    within = contract("2014-12-20", starts="2015-02-01", ends="2017-01-31", stream=OTHER_CONTRACT)
    after = contract("2014-12-20", starts="2015-02-20", ends="2017-02-19", stream=OTHER_CONTRACT)
    assert contracts(life(contract("2013-01-02"), departure("2013-01-10"), within)) == [
        [CONTRACT, OTHER_CONTRACT]
    ]
    assert contracts(life(contract("2013-01-02"), departure("2013-01-10"), after)) == [
        [CONTRACT],
        [OTHER_CONTRACT],
    ]


def test_a_withdrawn_contract_counts_for_nothing_beside_the_one_that_stands() -> None:
    withdrawn = contract("2013-01-03", stream=OTHER_CONTRACT, starts="2013-01-10")
    state = life(
        contract("2013-01-02"),
        withdrawn,
        terminated("2013-01-05", stream=OTHER_CONTRACT),
        departure("2013-01-10"),
    )
    journey = only(state)
    assert journey.contract is not None and journey.contract.stream == CONTRACT
    assert str(journey.contract_ends_on) == "2015-01-09"


def test_a_contract_withdrawn_before_anybody_left_is_a_journey_that_never_was() -> None:
    state = life(contract("2013-01-02"), terminated("2013-01-08"))
    assert phases(state, "2013-02-01") == [Phase.NOT_DEPARTED]


def test_a_visit_takes_no_contract_with_it() -> None:
    state = life(
        contract("2013-01-02", country="KOR"),
        went_out("2013-01-03", country="VNM"),
        came_in("2013-01-05", country="VNM"),
        departure("2013-01-10", country="KOR"),
    )
    work = [journey for journey in state.life.journeys if journey.work]
    assert [[c.stream for c in journey.contracts] for journey in work] == [[CONTRACT]]
    assert [journey.country for journey in state.life.journeys if not journey.work] == ["VNM"]


def test_a_contract_that_begins_after_a_gap_belongs_to_the_exit_it_prepared() -> None:
    second = contract("2016-01-05", starts="2016-02-01", ends="2018-01-31", stream=OTHER_CONTRACT)
    state = life(contract("2013-01-02"), departure("2013-01-10"), second, departure("2016-02-03"))
    assert contracts(state) == [[CONTRACT], [OTHER_CONTRACT]]
    assert phases(state) == [Phase.RETURN_UNKNOWN, Phase.ABROAD]


@pytest.mark.parametrize(
    ("left", "came", "fits"),
    [
        ("2013-01-10", "2013-06-01", True),
        ("2013-06-30", "2013-08-01", True),
        ("2013-07-01", "2013-08-01", False),
    ],
)
def test_a_contract_that_was_ended_belongs_to_a_stay_that_began_before_its_end(
    left: str, came: str, fits: bool
) -> None:
    ended = [contract("2013-01-02"), terminated("2013-07-01", last="2013-06-30")]
    state = life(*ended, departure(left), back(came))
    assert contracts(state) == ([[CONTRACT]] if fits else [[CONTRACT], []])


@pytest.mark.parametrize("came", [back("2013-06-05", country=None), came_in("2013-06-05", country=None)])
def test_a_contract_whose_registration_is_not_known_belongs_to_no_stay(came: TimelineEvent) -> None:
    assert contracts(life(terminated("2013-06-01"), came)) == [[]]


def test_a_contract_belongs_to_a_short_stay_before_its_term_unless_a_later_one_fits() -> None:
    early = [
        contract("2013-01-02", starts="2013-02-01"),
        departure("2013-01-10"),
        back("2013-01-25", code="mass_return"),
    ]
    assert contracts(life(*early)) == [[CONTRACT]]
    assert contracts(life(*early, departure("2016-02-01"))) == [[CONTRACT], []], "after the term"
    assert contracts(life(*early, departure("2013-02-10"))) == [[], [CONTRACT]]
    same_day = contract("2013-01-10", starts="2013-02-01")
    assert contracts(life(same_day, *early[1:])) == [[CONTRACT]]


@pytest.mark.parametrize(("starts", "same"), [("2015-01-09", True), ("2015-01-10", False)])
def test_a_contract_signed_during_a_stay_belongs_to_it_if_it_starts_by_the_day_of_the_return(
    starts: str, same: bool
) -> None:
    new = contract("2014-12-20", starts=starts, ends="2017-02-28", stream=OTHER_CONTRACT)
    state = life(contract("2013-01-02"), departure("2013-01-10"), new, back("2015-01-09", code="unknown"))
    assert contracts(state) == ([[CONTRACT, OTHER_CONTRACT]] if same else [[CONTRACT], [OTHER_CONTRACT]])


@pytest.mark.parametrize(
    ("starts", "again", "country", "nth"),
    [
        ("2015-01-05", "2015-01-20", "THA", 1),
        ("2015-01-03", "2015-01-20", "THA", 1),
        ("2015-01-02", "2015-01-20", "THA", 0),
        ("2015-01-05", "2015-06-30", "THA", 1),
        ("2015-01-05", "2015-07-01", "THA", 0),
        ("2015-01-05", "2015-01-20", "VNM", 0),
        ("2015-01-05", None, "THA", 0),
    ],
)
def test_a_contract_that_starts_in_the_last_days_of_a_stay_belongs_to_the_next_stay_in_its_term(
    starts: str, again: str | None, country: str, nth: int
) -> None:
    new = contract("2014-12-20", starts=starts, ends="2015-06-30")
    stays = [departure("2013-01-10"), back("2015-01-09", code="mass_return")]
    following = [] if again is None else [departure(again, country=country)]
    found = contracts(life(new, *stays, *following))
    assert found == [[CONTRACT] if place == nth else [] for place in range(1 + len(following))]


def test_a_contract_skips_no_stay_in_another_country_to_reach_the_next() -> None:
    new = contract("2014-12-20", starts="2015-01-05", ends="2015-06-30")
    vietnam = [departure("2015-01-20", country="VNM"), back("2015-02-20", country="VNM")]
    stays = [departure("2013-01-10"), back("2015-01-09", code="mass_return"), *vietnam]
    assert contracts(life(new, *stays, departure("2015-03-01"))) == [[CONTRACT], [], []]


def test_a_contract_that_starts_as_the_worker_leaves_belongs_to_that_stay_however_short() -> None:
    signed = contract("2013-01-02")
    state = life(
        signed, departure("2013-01-10"), back("2013-01-13", code="mass_return"), departure("2013-02-01")
    )
    assert contracts(state) == [[CONTRACT], []]
    unrecorded = life(signed, back("2013-01-13", code="mass_return"), departure("2013-02-01"))
    assert contracts(unrecorded) == [[CONTRACT], []], "nobody knows how long it was"


def test_a_contract_of_the_time_before_another_stay_is_not_of_a_later_one_without_exit() -> None:
    malaysia = [
        departure("2013-01-10", country="MYS"),
        back("2013-06-01", country="MYS", code="contract_completed"),
    ]
    old = contract("2012-01-02", starts="2012-01-10", ends="2012-12-31")
    came = back("2015-03-01", code="mass_return")
    assert contracts(life(old, *malaysia, came)) == [[CONTRACT], [], []]


def test_a_contract_renewed_late_belongs_to_the_stay_that_a_recorded_return_ended() -> None:
    events = [
        contract("2013-01-02", ends="2014-01-09"),
        departure("2013-01-10"),
        contract("2014-06-01", starts="2014-06-15", ends="2015-06-14", stream=OTHER_CONTRACT),
    ]
    assert contracts(life(*events)) == [[CONTRACT], [OTHER_CONTRACT]]
    assert contracts(life(*events, back("2015-01-09"))) == [[CONTRACT, OTHER_CONTRACT]]


def test_a_withdrawn_contract_sets_no_limit_to_the_contracts_of_an_open_stay() -> None:
    state = life(
        contract("2013-01-02"),
        terminated("2013-01-05"),
        departure("2013-01-10"),
        contract("2013-05-01", starts="2013-06-01", ends="2015-05-31", stream=OTHER_CONTRACT),
    )
    assert contracts(state) == [[CONTRACT, OTHER_CONTRACT]]


@pytest.mark.parametrize(("starts", "same"), [("2013-06-01", True), ("2013-07-01", False)])
@pytest.mark.parametrize("signed", [[], [contract("2013-01-02")]], ids=["without", "with a contract"])
def test_a_contract_that_starts_after_the_repatriation_prepares_the_next_journey(
    signed: list[TimelineEvent], starts: str, same: bool
) -> None:
    new = contract("2013-05-01", starts=starts, ends="2015-06-30", stream=OTHER_CONTRACT)
    brought = [case("2013-06-01", code="repatriation"), closed("2013-06-12", "repatriated")]
    (first, *later) = contracts(life(*signed, departure("2013-01-10"), new, *brought))
    assert (OTHER_CONTRACT in first, later) == ((True, []) if same else (False, [[OTHER_CONTRACT]]))


@pytest.mark.parametrize(("starts", "nth"), [("2015-12-01", 0), ("2015-12-23", 1)])
def test_over_a_gap_a_contract_belongs_to_the_exit_that_follows_within_the_days_of_leave(
    starts: str, nth: int
) -> None:
    second = contract("2015-11-20", starts=starts, ends="2017-12-31")
    assert contracts(life(departure("2013-01-10"), second, departure("2016-02-20")))[nth] == [CONTRACT]


def test_an_amended_contract_counts_as_amended_and_one_sent_back_waits() -> None:
    journey = only(life(contract("2013-01-02"), amended("2013-02-01", ends="2016-01-09")))
    assert str(journey.contract_ends_on) == "2016-01-09"
    faulty = only(life(contract("2013-01-02"), sent_back("2013-01-03"))).contracts[0]
    better = only(life(contract("2013-01-02"), sent_back("2013-01-03"), amended("2013-01-04"))).contracts[0]
    assert (faulty.status, better.status) == ("returned", "registered")
    accepted = only(life(contract("2013-01-02"), sent_back("2013-01-03"), approved("2013-01-05"))).contracts[
        0
    ]
    assert accepted.status == "approved"


def test_a_return_without_a_departure_ends_the_journey_that_its_contract_prepared() -> None:
    state = life(contract("2013-01-02"), back("2015-01-20", code="contract_completed"))
    journey = only(state)
    assert (journey.prepared_at, journey.departed_at, journey.returned_at) == (
        day("2013-01-02"),
        None,
        day("2015-01-20"),
    )
    earlier = life(contract("2013-01-02"), back("2012-12-01"))
    assert contracts(earlier) == [[], [CONTRACT]], "a return before the term is of another journey"


# --- the numbers of a corridor


def test_the_days_of_leave_and_grace_and_the_hours_of_a_duplicate_are_those_of_the_country() -> None:
    release = reference_data().texts
    corridor = "\nTHA,1990-01-01,,60,30,365,18,12"
    assert corridor in release["corridors"]
    ours = release["corridors"].replace(corridor, "\nTHA,1990-01-01,,90,60,100,18,24")
    reference = ReferenceData(release | {"corridors": ours})

    def trips(*events: TimelineEvent) -> list[int]:
        return [journey.trips for journey in fold(events, reference).life.journeys]

    trip = [departure("2013-01-10"), back("2013-06-01", code="visit_home")]
    assert [trips(*trip, departure(again)) for again in ("2013-08-30", "2013-08-31")] == [[2], [1, 1]]
    (journey,) = fold(trip, reference).life.journeys
    assert journey.leave_until == day("2013-08-30")
    assert trips(departure("2013-01-10"), departure("2013-01-11")) == [1], "within a day"
    signed = [contract("2013-01-02"), departure("2013-01-10")]
    renewed = contract("2014-12-20", starts="2015-03-10", ends="2017-03-09", stream=OTHER_CONTRACT)
    assert contracts(fold([*signed, renewed], reference)) == [[CONTRACT, OTHER_CONTRACT]]
    prepared = contract("2015-11-20", starts="2015-12-01", ends="2017-12-31")
    gap = fold([departure("2013-01-10"), prepared, departure("2016-02-20")], reference)
    assert contracts(gap) == [[], [CONTRACT]]
    overdue = {flag.name: flag.since for flag in fold(signed, reference).flags}
    assert overdue[FlagName.OVERDUE_RETURN] == day("2015-03-11", hour=0)
    assert overdue[FlagName.RETURN_NOT_KNOWN] == day("2015-06-19", hour=0)


# --- records of a journey


def test_reintegration_and_recognition_belong_to_the_journey_that_ended_last() -> None:
    came = back("2014-06-13")
    events = [
        departure("2013-01-10"),
        came,
        reintegration("2014-06-13", about=came.event_id),
        applied("2014-08-01"),
    ]
    journey = only(life(*events))
    assert [each.stream for each in journey.follow_ups] == [REINTEGRATION]
    assert [each.stream for each in journey.recognitions] == [RECOGNITION]


def test_a_reintegration_case_belongs_to_the_journey_of_the_return_that_opened_it() -> None:
    first, second = (
        back("2013-06-01", code="contract_completed"),
        back("2015-06-01", code="contract_completed"),
    )
    events = [
        departure("2013-01-10"),
        first,
        departure("2015-01-10"),
        second,
        went_out("2016-01-10", country="VNM"),
        contract("2016-02-01", starts="2016-03-01", ends="2018-02-28"),
    ]

    def cases(on: str, about: TimelineEvent | None) -> list[int]:
        opened = reintegration(on, about=None if about is None else about.event_id)
        return [len(journey.follow_ups) for journey in life(*events, opened).life.journeys]

    assert cases("2015-07-01", first) == [1, 0, 0, 0]
    assert cases("2015-07-01", second) == [0, 1, 0, 0]
    assert cases("2014-01-01", None) == [1, 0, 0, 0], "the last journey before it"
    assert cases("2017-01-01", None) == [0, 1, 0, 0], "not the visit, nor the preparation"
    assert cases("2012-01-01", None) == [1, 0, 0, 0], "or the first"
    assert life(reintegration("2014-06-13")).life.journeys == []


def test_a_journey_shows_the_events_of_its_records_and_of_the_remains() -> None:
    came = back("2014-06-13")
    events = [departure("2013-01-10"), came, reintegration("2014-06-13"), counselled("2014-07-01")]
    elsewhere = moment(Kind.OTHER, "2012-01-01")
    assert only(life(elsewhere, *events)).events == events
    remains = back("2014-06-13", code="remains")
    state = life(departure("2010-01-10"), back("2011-01-10"), departure("2013-01-10"), remains)
    assert [remains in journey.events for journey in state.life.journeys] == [False, True]


def test_a_case_belongs_to_the_stay_that_covers_it_or_to_the_last_in_its_country() -> None:
    after = life(departure("2013-01-10"), back("2014-01-10"), case("2015-05-01"))
    assert [[each.stream for each in journey.cases] for journey in after.life.journeys] == [[CASE]]
    during = life(departure("2012-01-10"), back("2012-06-01"), departure("2013-01-10"), case("2013-05-01"))
    assert [len(journey.cases) for journey in during.life.journeys] == [0, 1]
