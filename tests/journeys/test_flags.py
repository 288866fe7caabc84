"""Rule J14: for each flag, when it holds and does not hold, its end, its addressee."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from contracts.codes.recording import TimePrecision
from contracts.journeys.flag_rules import RULES
from contracts.journeys.flags import FLAG_RULES, Flag, FlagName, Severity
from contracts.journeys.state import State
from contracts.journeys.timeline_event import TimelineEvent
from services.registry.wording.flags import ADDRESSEES, FLAGS
from tests.journeys.moments import (
    CONTRACT,
    OTHER_CONTRACT,
    acted,
    amended,
    approved,
    back,
    came_in,
    case,
    closed,
    contract,
    day,
    departure,
    deported,
    died,
    life,
    sent_back,
    shown,
    terminated,
    went_out,
)


def when(state: State, name: FlagName) -> list[tuple[datetime, datetime | None]]:
    """From when to when a flag holds."""
    return [(flag.since, flag.until) for flag in state.flags if flag.name is name]


def first_named(*events: TimelineEvent) -> dict[FlagName, list[TimelineEvent]]:
    """Return the events on which the flags of a life rest, of each name the flag that begins first."""
    by_id = {event.event_id: event for event in events}
    flags = sorted(life(*events).flags, key=lambda flag: flag.since, reverse=True)
    return {flag.name: [by_id[source] for source in flag.sources] for flag in flags}


def midnight(text: str) -> datetime:
    return day(text, hour=0)


def test_every_flag_has_a_severity_an_addressee_and_words() -> None:
    assert set(FLAG_RULES) == set(FLAGS) == set(FlagName)
    assert {rule.addressee for rule in FLAG_RULES.values()} <= set(ADDRESSEES)
    assert all(rule.__doc__ for rule, _ in RULES)


def test_a_flag_holds_from_its_first_instant_and_until_its_last() -> None:
    flag = Flag(FlagName.CHILD_ALONE, day("2014-01-01"), day("2014-01-31"))
    assert flag.holds(day("2014-01-01"))
    assert not flag.holds(day("2014-01-01") - timedelta(microseconds=1))
    assert not flag.holds(day("2014-01-31"))
    assert flag.severity is Severity.ALARM


def test_flags_are_ordered_by_their_beginning() -> None:
    state = life(
        contract("2013-01-02"), departure("2013-01-10"), back("2014-06-13", role="child"), acted("2014-06-14")
    )
    since = [flag.since for flag in state.flags]
    assert len(since) > 1
    assert since == sorted(since)


def test_a_flag_rests_on_the_event_that_raised_it_and_on_those_that_it_is_compared_with() -> None:
    signed, left, came = contract("2013-01-02"), departure("2013-01-10"), back("2017-06-01")
    found = first_named(signed, left, came)
    assert found[FlagName.LEFT_BEFORE_APPROVAL] == [left, signed]
    for name in (FlagName.CONTRACT_OVER, FlagName.OVERDUE_RETURN, FlagName.RETURN_NOT_KNOWN):
        assert found[name] == [signed]
    assert first_named(signed, approved("2013-01-04"))[FlagName.NOT_DEPARTED_THOUGH_DUE] == [signed]
    agency = departure("2013-01-10", channel="memorandum_agency")
    assert first_named(agency)[FlagName.NO_CONTRACT] == [agency]
    other = contract("2013-01-05", stream=OTHER_CONTRACT)
    assert first_named(signed, other)[FlagName.OVERLAPPING_CONTRACTS] == [other, signed]


def test_a_flag_of_crossings_rests_on_those_crossings() -> None:
    left, again = departure("2013-01-10"), departure("2015-01-12")
    assert first_named(left, again)[FlagName.RETURN_NOT_RECORDED] == [again, left]
    twice = departure(day("2013-01-10", 9))
    assert first_named(left, twice)[FlagName.RECORDED_TWICE] == [twice, left]
    far = back(day("2013-01-10", 9), checkpoint="KH-BVT")
    assert first_named(left, far)[FlagName.TWO_PLACES_AT_ONCE] == [far, left]
    with_pass, came = departure("2014-01-01", shown=shown("border_pass")), back("2014-01-20")
    assert first_named(with_pass, came)[FlagName.BORDER_PASS_OVERSTAYED] == [with_pass, came]
    sent = [deported("2015-01-10"), deported("2015-03-05"), deported("2015-06-20")]
    assert first_named(*sent)[FlagName.REPEATED_DEPORTATION] == sent[1:]


def test_a_flag_about_a_person_in_danger_rests_on_the_record_that_shows_it() -> None:
    minor = departure("2014-01-01", oldest=17)
    assert first_named(minor)[FlagName.MINOR_SENT_TO_WORK] == [minor]
    malaysia = [contract("2013-01-02", country="MYS"), departure("2013-01-10", country="MYS", oldest=19)]
    assert first_named(*malaysia)[FlagName.UNDER_MINIMUM_AGE] == malaysia[1:]
    child = back("2014-06-13", oldest=4)
    assert first_named(child)[FlagName.CHILD_ALONE] == [child]
    missing = case("2013-09-01", code="whereabouts", whom="family")
    assert first_named(departure("2012-05-01"), missing)[FlagName.REPORTED_MISSING] == [missing]
    death, act = died("2013-10-01"), back("2014-06-13")
    assert first_named(death, act)[FlagName.DEATH_CONTRADICTED] == [act, death]
    wrong = back("2014-06-13", recorded_at=day("2014-06-11"))
    assert first_named(wrong)[FlagName.TIME_IMPOSSIBLE] == [wrong]


def test_left_before_approval_ends_with_the_approval_and_not_with_a_refusal() -> None:
    name, left = FlagName.LEFT_BEFORE_APPROVAL, departure("2013-01-10")
    assert when(life(contract("2013-01-02"), left), name) == [(day("2013-01-10"), None)]
    assert when(life(contract("2013-01-02"), left, approved("2013-03-01")), name) == [
        (day("2013-01-10"), day("2013-03-01"))
    ]
    assert when(life(contract("2013-01-02"), sent_back("2013-01-05"), left), name) == [
        (day("2013-01-10"), None)
    ]
    assert when(life(contract("2013-01-02"), approved("2013-01-04"), left), name) == []
    assert when(life(left, contract("2013-03-01")), name) == []
    assert when(life(contract("2013-01-02"), left, back("2013-06-01")), name) == [
        (day("2013-01-10"), day("2013-06-01"))
    ]


def test_left_before_approval_is_found_in_each_journey_and_contract() -> None:
    name, contracted = FlagName.LEFT_BEFORE_APPROVAL, [contract("2013-01-02"), departure("2013-01-10")]
    flagged = [(day("2013-01-10"), None)]
    assert when(life(back("2012-06-01", code="mass_return"), *contracted), name) == flagged
    registration_not_known = amended("2012-12-01", stream=OTHER_CONTRACT)
    assert when(life(registration_not_known, *contracted), name) == flagged


def test_left_before_approval_holds_until_all_contracts_are_approved() -> None:
    name, left = FlagName.LEFT_BEFORE_APPROVAL, departure("2013-01-10")
    first, second = contract("2013-01-02"), contract("2013-01-03", stream=OTHER_CONTRACT)
    late, later = approved("2013-03-01", stream=OTHER_CONTRACT), approved("2013-04-01")
    assert when(life(first, second, left, late), name) == [(day("2013-01-10"), None)]
    assert when(life(first, second, left, late, later), name) == [(day("2013-01-10"), day("2013-04-01"))]
    latest = approved("2013-05-01", stream=OTHER_CONTRACT)
    assert when(life(first, second, left, later, latest), name) == [(day("2013-01-10"), day("2013-05-01"))]
    assert first_named(first, second, left)[name] == [left, first, second]


def test_an_office_gets_the_benefit_of_the_doubt_if_only_the_day_is_known() -> None:
    left = departure(day("2013-01-10", 0), precision=TimePrecision.DAY, channel="memorandum_agency")
    signed = contract("2013-01-10")
    signed.at, signed.precision = day("2013-01-10", 0), TimePrecision.DAY
    approval = approved("2013-01-11")
    approval.at, approval.precision = day("2013-01-10", 0), TimePrecision.DAY
    state = life(signed, left)
    assert when(state, FlagName.NO_CONTRACT) == []
    assert when(state, FlagName.LEFT_BEFORE_APPROVAL) == [(day("2013-01-10", 0), None)]
    assert when(life(signed, approval, left), FlagName.LEFT_BEFORE_APPROVAL) == []


def test_no_contract_is_flagged_for_channels_that_need_one() -> None:
    name = FlagName.NO_CONTRACT
    agency = departure("2013-01-10", channel="memorandum_agency")
    assert when(life(agency), name) == [(day("2013-01-10"), None)]
    assert when(life(agency, back("2014-01-01")), name) == [(day("2013-01-10"), day("2014-01-01"))]
    assert when(life(agency, contract("2013-03-01")), name) == [(day("2013-01-10"), day("2013-03-01"))]
    assert when(life(contract("2013-01-02"), agency), name) == []
    for other in (
        departure("2013-01-10"),
        departure("2013-01-10", shown=shown("border_pass")),
        went_out("2013-01-10"),
    ):
        assert when(life(other), name) == []


def test_a_commuter_by_the_day_needs_no_contract() -> None:
    commuter = departure("2013-01-10", code="day_work", shown=shown("worker_card"))
    assert when(life(commuter), FlagName.NO_CONTRACT) == []


def test_no_contract_is_found_in_each_journey() -> None:
    name, agency = FlagName.NO_CONTRACT, departure("2016-01-10", channel="memorandum_agency")
    for earlier in (
        [back("2012-06-01", code="mass_return")],
        [contract("2013-01-02"), departure("2013-01-10"), back("2015-01-09", code="contract_completed")],
    ):
        assert when(life(*earlier, agency), name) == [(day("2016-01-10"), None)]


def test_an_approved_contract_without_departure_is_due_after_thirty_days() -> None:
    name = FlagName.NOT_DEPARTED_THOUGH_DUE
    ready = [contract("2013-01-02"), approved("2013-01-04")]
    assert when(life(*ready), name) == [(midnight("2013-02-10"), midnight("2015-01-10"))]
    assert when(life(*ready, departure("2013-05-01")), name) == []
    assert when(life(ready[0]), name) == when(life(*ready, terminated("2013-02-01")), name) == []
    earlier = life(departure("2010-01-10"), back("2011-01-10"), *ready)
    assert when(earlier, name) == [(midnight("2013-02-10"), midnight("2015-01-10"))]


def test_a_contract_is_over_then_the_return_is_overdue_then_not_known() -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"))
    over, overdue = midnight("2015-01-10"), midnight("2015-02-09")
    assert when(state, FlagName.CONTRACT_OVER) == [(over, None)]
    assert when(state, FlagName.OVERDUE_RETURN) == [(overdue, overdue + timedelta(days=365))]
    assert when(state, FlagName.RETURN_NOT_KNOWN) == [(overdue + timedelta(days=365), None)]
    home = life(contract("2013-01-02"), departure("2013-01-10"), back("2015-01-20"))
    assert when(home, FlagName.CONTRACT_OVER) == [(over, day("2015-01-20"))]
    assert when(home, FlagName.OVERDUE_RETURN) == []
    early = life(contract("2013-01-02"), departure("2013-01-10"), back("2015-01-09"))
    assert early.flags == [] or all(flag.name is FlagName.LEFT_BEFORE_APPROVAL for flag in early.flags)
    late = life(contract("2013-01-02"), departure("2013-01-10"), back("2017-06-01"))
    assert when(late, FlagName.RETURN_NOT_KNOWN) == [(overdue + timedelta(days=365), day("2017-06-01"))]


@pytest.mark.parametrize(
    "earlier",
    [
        [departure("2010-01-10"), back("2010-06-10")],
        [
            contract("2010-01-02", starts="2010-01-10", ends="2011-01-09"),
            departure("2010-01-10"),
            back("2010-12-20"),
        ],
        [
            contract("2010-01-02", starts="2010-01-10", ends="2011-01-09"),
            departure("2010-01-10"),
            case("2010-06-01", code="abuse", stream="assistance-case-00000000-0000-4000-8000-000000000009"),
            back("2011-02-20", code="contract_completed"),
        ],
    ],
    ids=["without a contract", "back before its end", "after abuse"],
)
def test_an_overdue_return_is_found_in_each_journey(earlier: list[TimelineEvent]) -> None:
    state = life(*earlier, contract("2013-01-02", stream=OTHER_CONTRACT), departure("2013-01-10"))
    overdue = midnight("2015-02-09")
    assert when(state, FlagName.OVERDUE_RETURN) == [(overdue, overdue + timedelta(days=365))]


def test_a_contract_whose_registration_is_not_known_is_over_and_names_no_event() -> None:
    unused = contract("2010-01-02", starts="2010-01-10", ends="2010-12-31", stream=OTHER_CONTRACT)
    state = life(unused, amended("2013-01-02"), departure("2013-01-10"))
    (flag,) = [flag for flag in state.flags if flag.name is FlagName.CONTRACT_OVER]
    assert (flag.since, flag.event_id, flag.office) == (midnight("2015-01-10"), None, None)


def test_a_return_is_not_overdue_from_a_country_that_the_worker_left() -> None:
    moved = case("2013-11-01", country="MYS", worker_in="MYS")
    state = life(contract("2013-01-02"), departure("2013-01-10"), moved)
    assert when(state, FlagName.CONTRACT_OVER) == when(state, FlagName.OVERDUE_RETURN) == []


@pytest.mark.parametrize("category", ["abuse", "sexual_abuse", "whereabouts", "detained_or_imprisoned"])
def test_nobody_is_told_to_ask_where_abuse_or_a_missing_report_stands(category: str) -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"), case("2014-01-01", code=category))
    assert when(state, FlagName.OVERDUE_RETURN) == []
    abused = life(contract("2013-01-02"), departure("2013-01-10"), terminated("2014-01-01", code="abuse"))
    assert when(abused, FlagName.OVERDUE_RETURN) == []


@pytest.mark.parametrize("death", [died("2014-01-01"), terminated("2014-01-01", code="death")])
def test_nobody_is_told_to_ask_for_a_worker_whose_death_is_contradicted(death: TimelineEvent) -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"), death, case("2014-06-01"))
    assert when(state, FlagName.DEATH_CONTRADICTED) == [(day("2014-06-01"), None)]
    assert when(state, FlagName.OVERDUE_RETURN) == when(state, FlagName.RETURN_NOT_KNOWN) == []


def test_a_return_that_no_post_recorded_is_flagged_until_the_next_crossing() -> None:
    name = FlagName.RETURN_NOT_RECORDED
    state = life(departure("2012-02-02"), departure("2015-01-12"))
    assert when(state, name) == [(day("2015-01-12"), None)]
    assert when(life(departure("2012-02-02"), departure("2015-01-12"), back("2015-06-01")), name) == [
        (day("2015-01-12"), day("2015-06-01"))
    ]
    told = life(departure("2013-01-10"), case("2013-06-01"), closed("2013-06-12", "repatriated"))
    assert when(told, name) == [(day("2013-06-12"), None)]
    recorded = [departure("2010-01-10"), back("2010-06-10")]
    assert when(life(*recorded, departure("2012-02-02"), departure("2015-01-12")), name) == [
        (day("2015-01-12"), None)
    ]


def test_a_crossing_recorded_twice_is_for_the_office_of_the_second_record() -> None:
    second = departure(day("2013-04-02", 9), recorded_at=day("2013-04-09"), office="KH-STB")
    state = life(departure(day("2013-04-02", 8), office="KH-POI"), second)
    (flag,) = [flag for flag in state.flags if flag.name is FlagName.RECORDED_TWICE]
    assert (flag.office, flag.event_id) == ("KH-STB", second.event_id)
    assert (flag.since, flag.until) == (second.at, second.at + timedelta(days=365))


def test_two_places_at_once_needs_two_precise_records_too_far_apart() -> None:
    name, out = FlagName.TWO_PLACES_AT_ONCE, departure(day("2013-01-10", 8))
    far = back(day("2013-01-10", 9), checkpoint="KH-BVT")
    assert when(life(out, far), name) == [(far.at, far.at + timedelta(days=30))]
    for possible in (
        back(day("2013-01-11", 9), checkpoint="KH-BVT"),
        back(day("2013-01-10", 9), checkpoint="KH-STB"),
        back(day("2013-01-10", 0), checkpoint="KH-BVT", precision=TimePrecision.DAY),
    ):
        assert when(life(out, possible), name) == []
    vague = departure(day("2013-01-10", 0), precision=TimePrecision.DAY)
    near_midnight = back(day("2013-01-10", 4), checkpoint="KH-BVT")
    assert when(life(vague, near_midnight), name) == []


@pytest.mark.parametrize("place", ["KH-POI", None, "KH-XXX"])
def test_two_places_at_once_are_found_after_other_crossings(place: str | None) -> None:
    out, far = departure(day("2013-01-10", 8)), back(day("2013-01-10", 9), checkpoint="KH-BVT")
    earlier = [departure("2012-01-10", checkpoint=place), back("2012-06-10", checkpoint=place)]
    assert when(life(*earlier, out, far), FlagName.TWO_PLACES_AT_ONCE) == [
        (far.at, far.at + timedelta(days=30))
    ]


def test_a_border_pass_is_overstayed_after_its_days() -> None:
    name, out = FlagName.BORDER_PASS_OVERSTAYED, departure("2014-01-01", shown=shown("border_pass"))
    assert when(life(out, back("2014-01-20")), name) == [(day("2014-01-08"), day("2014-01-20"))]
    assert when(life(out, back("2014-01-07")), name) == []
    both = departure("2014-01-01", shown=shown("border_pass", "passport"))
    assert when(life(both, back("2014-01-20")), name) == []
    assert when(life(out), name) == [(day("2014-01-08"), day("2015-01-08"))]
    elsewhere = departure("2013-01-01", shown=shown("border_pass"), country="MYS")
    assert when(life(elsewhere, back("2013-02-01", country="MYS")), name) == []
    for earlier in (
        [back("2013-02-01")],
        [departure("2013-01-01"), back("2013-02-01")],
        [elsewhere, back("2013-02-01", country="MYS")],
    ):
        assert when(life(*earlier, out, back("2014-01-20")), name) == [(day("2014-01-08"), day("2014-01-20"))]


def test_a_second_deportation_is_flagged() -> None:
    name = FlagName.REPEATED_DEPORTATION
    assert when(life(deported("2015-01-10")), name) == []
    assert when(life(deported("2015-01-10"), deported("2015-03-05")), name) == [
        (day("2015-03-05"), day("2016-03-04"))
    ]
    state = life(deported("2015-01-10"), deported("2015-03-05"), deported("2015-06-20"))
    assert when(state, name) == [(day("2015-03-05"), day("2015-06-20") + timedelta(days=365))]


def test_contracts_with_overlapping_terms_are_flagged_while_both_stand() -> None:
    name = FlagName.OVERLAPPING_CONTRACTS
    other = contract("2013-01-05", stream=OTHER_CONTRACT)
    assert when(life(contract("2013-01-02"), other), name) == [(day("2013-01-05"), midnight("2015-01-10"))]
    ended = life(contract("2013-01-02"), other, terminated("2013-01-08", stream=OTHER_CONTRACT))
    assert when(ended, name) == []
    following = contract("2014-12-01", starts="2015-01-10", ends="2017-01-09", stream=OTHER_CONTRACT)
    assert when(life(contract("2013-01-02"), following), name) == []
    one_day = contract("2014-12-01", starts="2015-01-09", ends="2017-01-08", stream=OTHER_CONTRACT)
    assert when(life(contract("2013-01-02"), one_day), name) == [(day("2014-12-01"), midnight("2015-01-10"))]
    registration_not_known = terminated("2013-01-08", stream=OTHER_CONTRACT)
    assert when(life(contract("2013-01-02"), registration_not_known), name) == []


def test_a_contract_that_overlaps_two_others_is_flagged_until_both_overlaps_have_ended() -> None:
    long = contract("2013-01-02", ends="2013-12-31")
    short = contract("2013-01-03", ends="2013-08-31", stream=OTHER_CONTRACT)
    third = contract("2013-01-04", starts="2013-06-01", stream=f"{OTHER_CONTRACT[:-1]}9")
    found = life(long, short, third)
    assert when(found, FlagName.OVERLAPPING_CONTRACTS) == [
        (day("2013-01-03"), midnight("2013-09-01")),
        (day("2013-01-04"), midnight("2014-01-01")),
    ]


@pytest.mark.parametrize("stream", [CONTRACT, OTHER_CONTRACT])
def test_an_overlap_of_contracts_ends_when_either_of_them_is_ended(stream: str) -> None:
    ended = terminated("2013-06-01", last="2013-06-30", stream=stream)
    state = life(contract("2013-01-02"), contract("2013-01-05", stream=OTHER_CONTRACT), ended)
    assert when(state, FlagName.OVERLAPPING_CONTRACTS) == [(day("2013-01-05"), day("2013-06-01"))]


def test_a_minor_who_left_to_work_and_a_worker_under_the_corridor_s_age() -> None:
    minor, under = FlagName.MINOR_SENT_TO_WORK, FlagName.UNDER_MINIMUM_AGE
    assert when(life(departure("2014-01-01", oldest=17), back("2014-06-01")), minor) == [
        (day("2014-01-01"), day("2014-06-01"))
    ]
    assert when(life(departure("2014-01-01", oldest=18)), minor) == []
    malaysia = [contract("2013-01-02", country="MYS"), departure("2013-01-10", country="MYS", oldest=19)]
    assert when(life(*malaysia), under) == [(day("2013-01-10"), None)]
    assert when(life(*malaysia, back("2014-06-01", country="MYS")), under) == [
        (day("2013-01-10"), day("2014-06-01"))
    ]
    assert when(life(malaysia[1]), under) == [], "the age holds for those with a contract"
    grown = departure("2013-01-10", country="MYS", oldest=21)
    assert when(life(malaysia[0], grown), under) == []


def test_a_minor_who_left_to_work_is_found_in_each_journey() -> None:
    visit = [went_out("2013-01-10", oldest=16), came_in("2013-01-12", oldest=16)]
    state = life(*visit, departure("2014-01-01", oldest=17))
    assert when(state, FlagName.MINOR_SENT_TO_WORK) == [(day("2014-01-01"), None)]


def test_a_child_alone_or_with_nobody_stated_is_flagged_for_thirty_days() -> None:
    name = FlagName.CHILD_ALONE
    since = (day("2014-06-13"), day("2014-07-13"))
    assert when(life(back("2014-06-13", oldest=4)), name) == [since], "although nobody ticked it"
    assert when(life(back("2014-06-13", companion="nobody")), name) == [since]
    assert when(life(back("2014-06-13", oldest=4, companion="mother")), name) == []
    assert when(life(back("2014-06-13", oldest=30)), name) == []
    assert when(life(back("2014-06-13", role="child")), name) == [since]
    assert when(life(back("2014-06-13", oldest=17)), name) == [since]
    assert when(life(back("2014-06-13", oldest=18)), name) == []


@pytest.mark.parametrize("purpose", ["work", "day_work"])
def test_a_child_who_leaves_for_work_is_alone_if_too_young_to_work_or_named_a_child(purpose: str) -> None:
    name, since = FlagName.CHILD_ALONE, (day("2014-06-13"), day("2014-07-13"))
    assert when(life(departure("2014-06-13", code=purpose, oldest=14)), name) == [since]
    assert when(life(departure("2014-06-13", code=purpose, oldest=16, role="child")), name) == [since]
    assert when(life(departure("2014-06-13", code=purpose, oldest=16)), name) == [], "a minor sent to work"


def test_a_missing_worker_is_flagged_until_found_or_heard_of() -> None:
    name = FlagName.REPORTED_MISSING
    missing = [departure("2012-05-01"), case("2013-09-01", code="whereabouts", whom="family")]
    assert when(life(*missing), name) == [(day("2013-09-01"), None)]
    for end in (closed("2013-12-01", "found"), acted("2013-12-01"), back("2013-12-01")):
        assert when(life(*missing, end), name) == [(day("2013-09-01"), day("2013-12-01"))]
    assert when(life(*missing, closed("2013-12-01", "not_resolved")), name) == [(day("2013-09-01"), None)]
    for no_sign in (acted("2013-12-01", whom="family"), contract("2013-12-01")):
        assert when(life(*missing, no_sign), name) == [(day("2013-09-01"), None)]
    asked = case("2013-09-01", code="whereabouts", whom="worker")
    assert when(life(departure("2012-05-01"), asked), name) == [], "the worker asks for somebody else"


def test_a_death_ends_flags() -> None:
    state = life(
        departure("2012-05-01"), case("2013-09-01", code="whereabouts", whom="family"), died("2013-10-01")
    )
    assert when(state, FlagName.REPORTED_MISSING) == [(day("2013-09-01"), midnight("2013-10-01"))]


def test_a_death_ends_the_flags_of_the_last_journey_and_keeps_those_before_it() -> None:
    second = contract("2015-05-01", starts="2015-06-01", ends="2015-12-31", stream=OTHER_CONTRACT)
    state = life(
        contract("2013-01-02"),
        departure("2013-01-10"),
        back("2015-01-20"),
        second,
        departure("2015-06-01"),
        died("2016-01-15"),
    )
    assert when(state, FlagName.CONTRACT_OVER) == [
        (midnight("2015-01-10"), day("2015-01-20")),
        (midnight("2016-01-01"), midnight("2016-01-15")),
    ]


@pytest.mark.parametrize(
    ("recorded", "flagged"), [("2014-06-11", True), ("2014-06-12", False), ("2014-08-01", False)]
)
def test_a_time_that_cannot_be_is_flagged(recorded: str, flagged: bool) -> None:
    found = when(life(back("2014-06-13", recorded_at=day(recorded))), FlagName.TIME_IMPOSSIBLE)
    assert found == ([(day(recorded), None)] if flagged else [])


def test_an_ordinary_life_has_no_flag() -> None:
    state = life(
        contract("2013-01-02"),
        approved("2013-01-04"),
        departure("2013-01-10"),
        back("2014-04-10", code="visit_home"),
        departure("2014-04-20"),
        back("2015-01-09", code="contract_completed"),
        came_in("2015-06-01", country="VNM"),
    )
    assert state.flags == []
