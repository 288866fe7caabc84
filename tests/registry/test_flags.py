"""Flags: for each rule, the cases in which it holds and does not hold, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.registry.fold.flags import RULES, Flag, FlagName
from services.registry.fold.state import State
from services.registry.fold.timeline_event import Kind
from tests.registry.moments import (
    OTHER_CONTRACT,
    acted,
    back,
    came_in,
    case,
    contract,
    day,
    departure,
    life,
    moment,
    reintegration,
    sent_back,
    terminated,
    went_out,
)

DEPARTED, CAME_BACK, ENDED = (
    FlagName.DEPARTED_WITHOUT_REGISTERED_CONTRACT,
    FlagName.RETURNED_WITHOUT_KNOWN_DEPARTURE,
    FlagName.CONTRACT_ENDED_WHILE_ABROAD,
)
TWO, DUE, SILENT = FlagName.TWO_PLACES_AT_ONCE, FlagName.NOT_DEPARTED_THOUGH_DUE, FlagName.SILENT_ABROAD
MINOR, IMPOSSIBLE = FlagName.UNACCOMPANIED_MINOR, FlagName.OCCURRED_AFTER_IT_WAS_RECORDED


def when(state: State, name: FlagName) -> list[tuple[datetime, datetime | None]]:
    """From when to when a flag holds."""
    return [(flag.since, flag.until) for flag in state.flags if flag.name is name]


def midnight(text: str) -> datetime:
    return day(text, hour=0)


def test_every_flag_has_a_rule_that_says_when_it_holds() -> None:
    assert {rule.__name__ for rule in RULES} == {str(name) for name in FlagName}
    assert all(rule.__doc__ for rule in RULES)


def test_a_flag_holds_from_its_first_instant_and_until_its_last() -> None:
    flag = Flag(MINOR, day("2014-01-01"), day("2014-01-31"))
    assert flag.holds(day("2014-01-01"))
    assert not flag.holds(day("2014-01-01") - timedelta(microseconds=1))
    assert flag.holds(day("2014-01-31") - timedelta(microseconds=1))
    assert not flag.holds(day("2014-01-31"))
    assert Flag(MINOR, day("2014-01-01"), None).holds(day("2090-01-01"))


def test_a_flag_that_never_holds_is_none() -> None:
    """The return was recorded to the day, as was the departure: both at the same instant."""
    assert life(departure("2014-01-01"), back("2014-01-01")).flags == []


# --- departed without registered contract


def test_a_departure_without_a_registered_contract_is_flagged_until_the_worker_is_back() -> None:
    assert when(life(departure("2013-01-10")), DEPARTED) == [(day("2013-01-10"), None)]
    assert when(life(departure("2013-01-10"), back("2014-06-13")), DEPARTED) == [
        (day("2013-01-10"), day("2014-06-13"))
    ]


def test_a_departure_without_a_contract_is_flagged_until_one_is_registered() -> None:
    state = life(departure("2013-01-10"), contract("2013-03-01"), back("2014-06-13"))
    assert when(state, DEPARTED) == [(day("2013-01-10"), day("2013-03-01"))]


def test_a_departure_with_a_registered_contract_is_not_flagged() -> None:
    assert when(life(contract("2013-01-02"), departure("2013-01-10")), DEPARTED) == []


def test_a_contract_of_which_only_the_approval_is_known_is_not_registered() -> None:
    approval = moment(Kind.CONTRACT_APPROVED, "2013-01-03", stream=OTHER_CONTRACT, country=None)
    assert when(life(approval, departure("2013-01-10")), DEPARTED) == [(day("2013-01-10"), None)]


def test_a_visit_needs_no_contract_and_work_for_the_day_does() -> None:
    assert when(life(went_out("2013-01-10")), DEPARTED) == []
    assert when(life(went_out("2013-01-10", code="day_work")), DEPARTED) != []


def test_a_commuter_is_flagged_once_and_not_for_every_trip() -> None:
    state = life(departure("2013-01-01"), back("2013-01-02"), departure("2013-01-03"), back("2013-01-04"))
    assert when(state, DEPARTED) == [(day("2013-01-01"), day("2013-01-04"))]


# --- returned without known departure


def test_a_return_without_a_departure_is_flagged_until_the_next_journey_begins() -> None:
    assert when(life(back("2014-06-13")), CAME_BACK) == [(day("2014-06-13"), None)]
    for later in (
        departure("2014-09-01"),
        contract("2014-09-01"),
        case("2014-09-01", country="MYS"),
        back("2014-09-01", country="MYS"),
    ):
        state = life(back("2014-06-13"), later)
        assert when(state, CAME_BACK)[0] == (day("2014-06-13"), day("2014-09-01"))


def test_a_return_after_a_departure_is_not_flagged() -> None:
    assert when(life(departure("2013-01-10"), back("2014-06-13")), CAME_BACK) == []


def test_a_return_of_a_worker_known_to_be_abroad_is_not_flagged() -> None:
    assert when(life(case("2014-03-01"), back("2014-06-13")), CAME_BACK) == []


def test_coming_in_from_a_visit_is_not_flagged() -> None:
    assert when(life(came_in("2014-06-13")), CAME_BACK) == []


# --- contract ended while abroad


def test_a_contract_that_ends_while_the_worker_is_abroad_is_flagged_from_the_morning_after() -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"))
    assert when(state, ENDED) == [(midnight("2015-01-10"), None)]


def test_it_is_flagged_until_the_worker_is_back() -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"), back("2015-02-01"))
    assert when(state, ENDED) == [(midnight("2015-01-10"), day("2015-02-01"))]


def test_a_return_before_the_contract_ends_is_not_flagged() -> None:
    assert when(life(contract("2013-01-02"), departure("2013-01-10"), back("2015-01-09")), ENDED) == []
    assert when(life(contract("2013-01-02")), ENDED) == []
    assert when(life(departure("2013-01-10")), ENDED) == []


def test_a_contract_terminated_abroad_has_ended_on_that_day() -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"), terminated("2013-09-01", last="2013-08-31"))
    assert when(state, ENDED) == [(midnight("2013-09-01"), None)]


def test_a_renewed_contract_ends_when_the_renewal_does() -> None:
    renewal = contract("2014-12-01", starts="2015-01-10", ends="2017-01-09", stream=OTHER_CONTRACT)
    state = life(contract("2013-01-02"), departure("2013-01-10"), renewal)
    assert when(state, ENDED) == [(midnight("2017-01-10"), None)]


def test_a_departure_under_an_ended_contract_is_flagged_from_the_departure() -> None:
    state = life(contract("2013-01-02", ends="2013-01-31"), departure("2013-03-01"))
    assert when(state, ENDED) == [(day("2013-03-01"), None)]


# --- two places at once


def test_a_departure_while_abroad_is_two_places_until_a_later_crossing() -> None:
    first = life(departure("2013-01-10"), departure("2014-01-10"))
    assert when(first, TWO) == [(day("2014-01-10"), None)]
    settled = life(departure("2013-01-10"), departure("2014-01-10"), back("2014-06-13"))
    assert when(settled, TWO) == [(day("2014-01-10"), day("2014-06-13"))]


def test_a_case_in_another_country_is_two_places_until_the_next_crossing() -> None:
    state = life(
        departure("2013-01-10"), case("2014-03-01", country="MYS"), acted("2014-04-01"), back("2014-06-13")
    )
    assert when(state, TWO) == [(day("2014-03-01"), day("2014-06-13"))]


def test_two_checkpoints_within_an_hour_are_two_places_for_an_hour() -> None:
    out = departure(day("2013-01-10", hour=8))
    into = back(day("2013-01-10", hour=8) + timedelta(minutes=59), checkpoint="KH-BVT")
    assert when(life(out, into), TWO) == [(into.at, into.at + timedelta(hours=1))]


def test_two_checkpoints_an_hour_apart_or_one_checkpoint_twice_are_not() -> None:
    out = departure(day("2013-01-10", hour=8))
    assert when(life(out, back(day("2013-01-10", hour=9), checkpoint="KH-BVT")), TWO) == []
    assert when(life(out, back(day("2013-01-10", hour=8) + timedelta(minutes=5))), TWO) == []


def test_a_journey_as_it_should_be_is_in_one_place() -> None:
    assert (
        when(
            life(
                departure("2013-01-10"), case("2013-05-01"), back("2014-06-13"), reintegration("2014-07-01")
            ),
            TWO,
        )
        == []
    )


# --- not departed though due


def test_a_contract_that_began_thirty_days_ago_without_a_departure_is_flagged() -> None:
    assert when(life(contract("2013-01-02")), DUE) == [(midnight("2013-02-10"), None)]


def test_it_is_flagged_until_the_worker_leaves_or_is_seen_abroad() -> None:
    assert when(life(contract("2013-01-02"), departure("2013-05-01")), DUE) == [
        (midnight("2013-02-10"), day("2013-05-01"))
    ]
    assert when(life(contract("2013-01-02"), case("2013-05-01")), DUE) == [
        (midnight("2013-02-10"), day("2013-05-01"))
    ]


def test_a_departure_within_thirty_days_is_not_flagged() -> None:
    assert when(life(contract("2013-01-02"), departure("2013-02-09")), DUE) == []


def test_a_contract_that_was_terminated_is_due_no_more() -> None:
    assert when(life(contract("2013-01-02"), terminated("2013-01-08")), DUE) == []
    assert when(life(departure("2013-01-10")), DUE) == []


# --- silent abroad


def test_three_hundred_days_of_silence_abroad_are_flagged_until_the_worker_is_back() -> None:
    since = day("2013-01-10") + timedelta(days=300)
    assert when(life(departure("2013-01-10")), SILENT) == [(since, None)]
    assert when(life(departure("2013-01-10"), back("2014-06-13")), SILENT) == [(since, day("2014-06-13"))]


def test_a_contact_breaks_the_silence() -> None:
    state = life(departure("2013-01-10"), case("2013-06-01"), acted("2013-07-01"))
    assert when(state, SILENT) == [(day("2013-07-01") + timedelta(days=300), None)]


def test_a_worker_who_returned_in_time_is_not_flagged_as_silent() -> None:
    assert when(life(departure("2013-01-10"), back("2013-11-06")), SILENT) == []
    assert when(life(contract("2013-01-02")), SILENT) == []


# --- unaccompanied minor


def test_a_child_without_an_adult_is_flagged_for_thirty_days() -> None:
    state = life(back("2014-06-13", minor_alone=True))
    assert when(state, MINOR) == [(day("2014-06-13"), day("2014-07-13"))]
    assert when(life(back("2014-06-13")), MINOR) == []


# --- occurred after it was recorded


def test_what_was_written_down_more_than_a_day_before_it_occurred_is_flagged_from_when_it_was_written_down() -> (
    None
):
    early = day("2014-06-11")
    assert when(life(back("2014-06-13", recorded_at=early)), IMPOSSIBLE) == [(early, None)]


@pytest.mark.parametrize("recorded", ["2014-06-12", "2014-06-13", "2014-08-01"])
def test_a_clock_that_is_a_day_off_or_a_late_record_is_not_flagged(recorded: str) -> None:
    assert when(life(back("2014-06-13", recorded_at=day(recorded))), IMPOSSIBLE) == []


def test_flags_come_in_the_order_of_their_beginning() -> None:
    state = life(contract("2013-01-02"), sent_back("2013-01-03"), departure("2013-05-01", minor_alone=True))
    assert [flag.name for flag in state.flags] == [DUE, MINOR, SILENT, ENDED]
    assert [flag.since for flag in state.flags] == sorted(flag.since for flag in state.flags)
