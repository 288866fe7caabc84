"""Rules J7, J9, J10, J11 and J12: legal status, death, roles, channels and experience."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from contracts.codes.assistance import LegalStatus
from contracts.codes.crossings import Channel
from contracts.codes.recording import TimePrecision
from contracts.journeys.experience import Proof, days_in, days_worked, experience_of
from contracts.journeys.journey import Phase
from contracts.journeys.legal_status import StatusSpan
from contracts.journeys.state import State, unknown_state, view
from contracts.journeys.timeline_event import Kind, Shown, TimelineEvent
from contracts.journeys.whereabouts import Location
from tests.journeys.moments import (
    OTHER_CONTRACT,
    PERMIT,
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
    moment,
    permit,
    sent_back,
    shown,
    terminated,
    went_out,
)

REGULAR, IRREGULAR, UNKNOWN = LegalStatus.REGULAR, LegalStatus.IRREGULAR, LegalStatus.NOT_KNOWN


def spans(*events: TimelineEvent) -> list[StatusSpan]:
    """Return the legal status over the last journey."""
    return life(*events).spans[-1]


def told(*events: TimelineEvent) -> list[tuple[LegalStatus, datetime | None]]:
    """Return each status with its begin."""
    return [(span.status, span.since) for span in spans(*events)]


# --- J7


def test_an_approved_contract_makes_regular_in_its_term_and_then_nothing_is_known() -> None:
    found = told(contract("2013-01-02"), approved("2013-01-04"), departure("2013-01-10"))
    assert found == [(REGULAR, day("2013-01-10")), (UNKNOWN, day("2015-01-10", 0))]


@pytest.mark.parametrize(
    "events", [[contract("2013-01-02")], [contract("2013-01-02"), sent_back("2013-01-03")]]
)
def test_a_contract_that_was_not_approved_makes_nobody_regular(events: list[TimelineEvent]) -> None:
    assert told(*events, departure("2013-01-10")) == [(UNKNOWN, day("2013-01-10"))]


def test_an_approval_counts_back_to_the_first_day_of_the_term() -> None:
    found = told(contract("2013-01-02"), departure("2013-01-12"), approved("2013-03-01"))
    assert found[0] == (REGULAR, day("2013-01-12"))


def test_an_approved_amendment_counts_from_its_signing_and_approved_terms_stand_until_then() -> None:
    events = [
        contract("2013-01-02"),
        approved("2013-01-04"),
        departure("2013-01-10"),
        amended("2015-02-01", ends="2016-01-09"),
    ]
    assert told(*events) == [(REGULAR, day("2013-01-10")), (UNKNOWN, day("2015-01-10", 0))]
    assert told(*events, approved("2015-02-10")) == [
        (REGULAR, day("2013-01-10")),
        (UNKNOWN, day("2015-01-10", 0)),
        (REGULAR, day("2015-02-01", 0)),
        (UNKNOWN, day("2016-01-10", 0)),
    ]


def test_a_terminated_contract_protects_no_longer() -> None:
    found = told(
        contract("2013-01-02"),
        approved("2013-01-04"),
        departure("2013-01-10"),
        terminated("2013-09-01", last="2013-08-31"),
    )
    assert found == [(REGULAR, day("2013-01-10")), (UNKNOWN, day("2013-09-01", 0))]


def test_a_contract_of_another_country_says_nothing() -> None:
    events = [contract("2013-01-02", country="MYS"), approved("2013-01-04"), departure("2013-01-10")]
    state = life(*events)
    assert view(state, day("2013-02-01")).status is UNKNOWN


def test_a_regularising_document_makes_regular_until_it_expires() -> None:
    assert told(departure("2014-08-01", shown=shown("pink_card"))) == [(REGULAR, day("2014-08-01"))]
    expiring = (Shown("work_permit", expires_on=date(2015, 3, 31)),)
    assert told(departure("2014-08-01", shown=expiring)) == [
        (REGULAR, day("2014-08-01")),
        (UNKNOWN, day("2015-04-01", 0)),
    ]
    expired = (Shown("work_permit", expires_on=date(2014, 3, 31)),)
    assert told(departure("2014-08-01", shown=expired)) == [(UNKNOWN, day("2014-08-01"))]


def test_a_border_pass_makes_regular_for_its_days() -> None:
    found = told(departure("2014-08-01", shown=shown("border_pass")))
    assert found == [(REGULAR, day("2014-08-01")), (UNKNOWN, day("2014-08-08"))]


def test_an_exit_without_any_document_is_irregular_until_other_evidence() -> None:
    left = departure("2014-05-01", shown=())
    assert told(left) == [(IRREGULAR, day("2014-05-01"))]
    assert told(left, permit("2014-07-20", ends="2016-03-31")) == [
        (IRREGULAR, day("2014-05-01")),
        (REGULAR, day("2014-07-20", 0)),
        (UNKNOWN, day("2016-04-01", 0)),
    ]


def test_a_lapsed_permit_that_is_reported_makes_irregular() -> None:
    lapsed = moment(
        Kind.PERMIT_LAPSED, "2015-02-01", stream=PERMIT, starts_on=date(2015, 1, 20), country=None
    )
    found = told(departure("2014-05-01"), permit("2014-07-20", ends="2016-03-31"), lapsed)
    assert found[-2:] == [(REGULAR, day("2014-07-20", 0)), (IRREGULAR, day("2015-01-20", 0))]


def test_documents_shown_on_the_return_say_nothing_of_the_time_before() -> None:
    found = spans(departure("2014-05-01"), back("2016-04-10", shown=shown("passport", "pink_card")))
    assert [(s.status, s.since, s.until) for s in found] == [
        (UNKNOWN, day("2014-05-01"), day("2016-04-10")),
        (REGULAR, day("2016-04-10"), day("2016-04-10")),
    ]


def test_a_deportation_rewrites_no_span_and_its_ground_counts_for_its_day() -> None:
    regular = departure("2014-08-01", shown=shown("pink_card"))
    assert told(regular, deported("2015-02-01")) == [(REGULAR, day("2014-08-01"))]
    assert told(departure("2014-08-01"), deported("2015-02-01", stated="irregular_stay")) == [
        (UNKNOWN, day("2014-08-01")),
        (IRREGULAR, day("2015-02-01")),
    ]


def test_each_span_names_its_source() -> None:
    approval = approved("2013-01-04")
    signed = contract("2013-01-02")
    found = spans(signed, approval, departure("2013-01-10"))
    assert found[0].source is not None
    assert (found[0].source.rule, found[0].source.events) == ("J7", (approval.event_id, signed.event_id))
    assert found[1].source is None


def test_the_view_gives_the_status_of_the_instant_abroad_and_national_at_home() -> None:
    signed = [contract("2013-01-02", starts="2013-02-01"), approved("2013-01-04")]
    away = life(*signed, departure("2013-01-01"))
    ends = [day(on, 0) for on in ("2013-02-01", "2015-01-10")]
    before = [at - timedelta(microseconds=1) for at in ends]
    assert [view(away, at).status for at in (before[0], ends[0], before[1], ends[1])] == [
        UNKNOWN,
        REGULAR,
        REGULAR,
        UNKNOWN,
    ]
    seen = view(away, before[0])
    assert (seen.at, seen.next_change) == (before[0], ends[0])
    assert not seen.whereabouts.leave
    home = life(departure("2013-01-10"), back("2013-06-01", code="visit_home"))
    leave_until = day("2013-07-31")
    visits = [view(home, at) for at in (leave_until - timedelta(microseconds=1), leave_until)]
    assert [seen.status for seen in visits] == [LegalStatus.NATIONAL] * 2
    assert [seen.whereabouts.leave for seen in visits] == [True, False]
    assert view(life(contract("2013-01-02")), day("2013-01-03")).status is LegalStatus.NATIONAL
    assert view(unknown_state(), day("2013-01-03")).status is UNKNOWN
    assert unknown_state().flags == unknown_state().spans == []


# --- J9


def test_a_death_ends_flags_status_and_the_journey() -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10", oldest=16), died("2013-10-01"))
    seen = view(state, day("2013-10-05"))
    assert (seen.whereabouts.place, seen.whereabouts.country, seen.status) == (Location.DIED, "THA", None)
    assert seen.whereabouts.since == day("2013-10-01", 0)
    assert seen.flags == []
    assert [journey.phase(day("2014-01-01")) for journey in state.life.journeys] == [Phase.DIED]


@pytest.mark.parametrize(
    "record",
    [
        terminated("2013-10-03", last="2013-10-01", code="death"),
        closed("2013-10-01", "buried_abroad"),
        case("2013-10-01", code="mortal_remains", whom="authority_abroad"),
        back("2013-10-01", code="remains"),
    ],
)
def test_a_death_is_told_by_several_records(record: TimelineEvent) -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"), case("2013-02-01"), record)
    assert view(state, day("2013-10-05")).whereabouts.place is Location.DIED


def test_a_worker_who_asks_for_the_remains_of_another_is_alive() -> None:
    state = life(departure("2013-01-10"), case("2013-10-01", code="mortal_remains"))
    assert view(state, day("2013-10-05")).whereabouts.place is Location.ABROAD


def test_the_return_of_remains_is_no_return() -> None:
    state = life(departure("2013-01-10"), died("2013-10-01"), back("2013-10-18", code="remains"))
    journey = state.life.journeys[0]
    assert (journey.returned_at, journey.ended_by) == (None, "death")
    assert view(state, day("2014-01-01")).whereabouts.remains_home_at == day("2013-10-18")


def test_a_later_act_of_the_worker_contradicts_the_death_and_ends_nothing() -> None:
    state = life(departure("2013-01-10"), case("2013-02-01"), died("2013-10-01"), acted("2013-11-01"))
    seen = view(state, day("2013-11-02"))
    assert seen.whereabouts.place is Location.ABROAD
    assert [str(flag.name) for flag in seen.flags] == ["death_contradicted"]
    remains = life(departure("2013-01-10"), back("2013-10-18", code="remains"), acted("2013-11-01"))
    assert [(stay.entry, stay.end) for stay in remains.life.stays.stays] == [(None, None)]
    signed = life(departure("2013-01-10"), died("2013-10-01"), contract("2013-10-20"))
    assert view(signed, day("2013-11-02")).whereabouts.place is Location.DIED, "a paper may be typed in later"


# --- J10, J11


def test_a_dependant_and_a_small_child_do_not_work() -> None:
    for other in ({"role": "dependant"}, {"role": "child"}, {"oldest": 4}):
        assert not life(departure("2014-06-13", **other)).life.journeys[0].work
    assert life(departure("2014-06-13", oldest=16)).life.journeys[0].work
    assert life(departure("2014-06-13", oldest=15)).life.journeys[0].work
    assert not life(departure("2014-06-13", oldest=14)).life.journeys[0].work


def test_a_visit_becomes_a_journey_where_work_is_shown() -> None:
    assert not life(went_out("2013-01-10")).life.journeys[0].work
    for evidence in (
        permit("2013-02-01"),
        case("2013-02-01", worker_in="THA"),
        contract("2013-02-01", starts="2013-02-01"),
    ):
        assert life(went_out("2013-01-10"), evidence).life.journeys[0].work
    assert not life(went_out("2013-01-10"), case("2013-02-01", code="health")).life.journeys[0].work
    assert life(went_out("2013-01-10"), back("2013-02-01")).life.journeys[0].work, "came back as a worker"
    assert life(came_in("2013-02-01", code="day_work")).life.journeys[0].work
    assert not life(came_in("2013-02-01")).life.journeys[0].work


@pytest.mark.parametrize(
    ("came", "term", "work"),
    [
        ("2013-02-08", {}, True),
        ("2013-02-07", {}, False),
        ("2013-02-20", {"starts": "2013-02-13"}, True),
        ("2013-02-20", {"starts": "2013-02-14"}, False),
        ("2013-02-20", {"ends": "2013-02-08"}, True),
        ("2013-02-20", {"ends": "2013-02-07"}, False),
        ("2013-02-20", {"ends": "2013-01-31"}, False),
        ("2013-02-20", {"starts": "2013-02-21"}, False),
        ("2013-02-20", {"country": "MYS"}, False),
        (None, {"ends": "2013-02-01"}, True),
        (None, {"ends": "2013-01-31"}, False),
    ],
)
def test_a_visit_is_work_if_a_contract_for_the_country_ran_for_a_week_of_it(
    came: str | None, term: dict[str, str], work: bool
) -> None:
    elsewhere = contract("2013-01-01", country="KOR", stream=OTHER_CONTRACT)
    visit = [went_out("2013-02-01"), *([] if came is None else [came_in(came)])]
    state = life(elsewhere, contract("2013-01-02", **({"ends": "2015-01-09"} | term)), *visit)
    assert [journey.work for journey in state.life.journeys if journey.stays] == [work]


def test_a_contract_withdrawn_before_its_first_day_makes_no_visit_work() -> None:
    withdrawn = [contract("2013-01-02"), terminated("2013-01-05")]
    state = life(*withdrawn, went_out("2013-01-03"))
    assert [journey.work for journey in state.life.journeys if journey.stays] == [False]


def channel(*events: TimelineEvent) -> Channel:
    """Return the channel of the only journey."""
    (journey,) = life(*events).life.journeys
    return journey.channel


def test_the_channel_follows_from_statements_contracts_and_documents() -> None:
    assert channel(departure("2013-01-10", channel="trainee")) is Channel.TRAINEE
    assert channel(contract("2013-01-02"), departure("2013-01-10")) is Channel.MEMORANDUM_AGENCY
    assert (
        channel(contract("2013-01-02", country="KOR"), departure("2013-01-10", country="KOR")) is Channel.EPS
    )
    assert channel(contract("2013-01-02", agency=None), departure("2013-01-10")) is Channel.DIRECT
    assert channel(departure("2013-01-10", shown=shown("worker_card"))) is Channel.MEMORANDUM_AGENCY
    assert channel(departure("2013-01-10", shown=shown("border_pass"))) is Channel.BORDER_PASS
    assert channel(departure("2014-08-10", shown=shown("pink_card"))) is Channel.REGULARISED_ABROAD
    assert (
        channel(departure("2013-01-10", shown=()), permit("2014-07-20", stated="regularisation"))
        is Channel.REGULARISED_ABROAD
    )
    assert channel(departure("2013-01-10", shown=())) is Channel.UNDOCUMENTED
    assert channel(departure("2013-01-10")) is Channel.UNKNOWN
    assert channel(contract("2013-01-02", channel="trainee"), departure("2013-01-10")) is Channel.TRAINEE
    korea = departure("2013-01-10", country="KOR", shown=shown("worker_card"))
    assert channel(korea) is Channel.EPS
    for other in (shown("passport", "border_pass"), shown("work_permit")):
        assert channel(departure("2013-01-10", shown=other)) is Channel.UNKNOWN
    for evidence in (permit("2014-07-20"), case("2014-07-20", stated="irregular")):
        assert channel(departure("2013-01-10", shown=()), evidence) is Channel.UNDOCUMENTED


# --- J3 and J7: when a contract is in force


def in_force(*events: TimelineEvent) -> list[tuple[str, str]]:
    """Return the days on which the only contract is in force."""
    (only,) = life(*events).life.contracts.values()
    return [(str(span.first), str(span.last)) for span in only.in_force]


def test_an_approval_counts_back_to_the_first_day_and_that_of_an_amendment_to_its_signing() -> None:
    signed, approval = contract("2013-01-02"), approved("2013-01-04")
    assert in_force(signed, approval, approved("2013-01-05")) == [("2013-01-10", "2015-01-09")]
    changed, again = amended("2013-03-01", ends="2016-01-09"), approved("2013-03-20")
    assert in_force(signed, approval, changed, again) == [
        ("2013-01-10", "2013-02-28"),
        ("2013-03-01", "2016-01-09"),
    ]
    assert in_force(signed, changed, again) == [("2013-01-10", "2016-01-09")], "nothing was approved before"
    early = amended("2013-01-05", ends="2016-01-09")
    assert in_force(signed, approval, early, again) == [("2013-01-10", "2016-01-09")]
    assert in_force(approval) == [], "its registration is not known"


def test_an_ended_contract_is_in_force_until_its_end_whenever_it_was_approved() -> None:
    signed, approval, late = contract("2013-01-02"), approved("2013-01-04"), approved("2013-06-20")
    for end in ("2013-06-01", "2013-01-10"):
        ended = terminated("2013-06-05", last=end)
        assert in_force(signed, approval, ended) == in_force(signed, ended, late) == [("2013-01-10", end)]
    withdrawn = terminated("2013-01-09")
    assert in_force(signed, approval, withdrawn) == in_force(signed, withdrawn, late) == []


# --- J12


def worked(state: State, on: str = "2016-01-01") -> list[tuple[Proof, str, str, str]]:
    """Return the experience on a day."""
    return [
        (each.proof, str(each.first_on), str(each.last_on), str(each.at_most_on))
        for each in experience_of(state.life, date.fromisoformat(on))
    ]


def test_verified_work_is_a_contract_in_force_and_presence() -> None:
    events = [
        contract("2013-01-02"),
        approved("2013-01-04"),
        departure("2013-01-15"),
        back("2013-02-01", code="contract_ended_early"),
    ]
    assert worked(life(*events)) == [(Proof.VERIFIED, "2013-01-15", "2013-02-01", "2013-02-01")]
    assert worked(life(*events[:2])) == [], "signed and never used"
    assert worked(life(events[0], *events[2:])) == [], "never approved"
    died_there = life(*events[:3], died("2013-02-01"))
    assert worked(died_there) == [(Proof.VERIFIED, "2013-01-15", "2013-02-01", "2013-02-01")]


def test_verified_work_needs_a_record_that_the_worker_was_there() -> None:
    signed = [contract("2013-01-02"), approved("2013-01-04")]
    came = back("2014-01-20", code="contract_ended_early")
    assert worked(life(*signed, came)) == [], "nobody knows since when"
    assert worked(life(*signed, case("2013-06-01", worker_in="THA"), came)) == [
        (Proof.VERIFIED, "2013-06-01", "2014-01-20", "2014-01-20")
    ]
    brought = [case("2013-06-01", code="repatriation"), closed("2013-06-12", "repatriated")]
    assert worked(life(closed("2013-06-12", "repatriated"))) == []
    assert worked(life(*signed, *brought))[0][1] == "2013-06-01"


def test_work_in_a_second_country_is_verified_by_its_contract() -> None:
    events = [
        departure("2012-12-01", country="MYS"),
        contract("2013-01-02"),
        approved("2013-01-04"),
        case("2013-02-01", worker_in="THA"),
        back("2013-06-01"),
    ]
    assert worked(life(*events)) == [(Proof.VERIFIED, "2013-02-01", "2013-06-01", "2013-06-01")]


def test_changed_terms_verify_the_stays_after_their_approval() -> None:
    events = [contract("2013-01-02"), approved("2013-01-04"), departure("2013-01-10")]
    again = [back("2013-06-01", code="visit_home"), departure("2013-06-20")]
    changed = [amended("2013-06-10", ends="2016-01-09"), approved("2013-06-12")]
    state = life(*events, *again, *changed, back("2015-12-01", code="contract_ended_early"))
    assert [each[1:3] for each in worked(state)] == [
        ("2013-01-10", "2013-06-01"),
        ("2013-06-20", "2015-12-01"),
    ]


def test_work_is_ordered_by_its_first_day_and_a_permit_counts_after_the_contract() -> None:
    events = [contract("2013-01-02"), approved("2013-01-04"), departure("2013-01-10")]
    state = life(*events, permit("2015-02-01", ends="2015-05-31"), back("2015-06-01"))
    assert [each[:3] for each in worked(state)] == [
        (Proof.VERIFIED, "2013-01-10", "2015-01-09"),
        (Proof.SUPPORTED, "2015-02-01", "2015-05-31"),
    ]


def test_permits_and_presence_support_work() -> None:
    state = life(departure("2014-05-01"), permit("2014-07-20", ends="2016-03-31"), back("2015-01-10"))
    assert worked(state) == [(Proof.SUPPORTED, "2014-07-20", "2015-01-10", "2015-01-10")]
    assert worked(life(departure("2014-05-01", shown=()), back("2015-01-10"))) == [], "without papers"
    unlimited = life(departure("2014-05-01"), case("2014-06-01"), permit("2014-07-20", sector="F"))
    assert worked(unlimited) == [(Proof.SUPPORTED, "2014-07-20", "2014-07-20", "2016-01-01")]
    (work,) = experience_of(unlimited.life, date(2014, 7, 20))
    assert (work.sector, str(work.last_on)) == ("F", "2014-07-20")
    shown_only = life(departure("2014-08-01", shown=shown("pink_card")), back("2015-01-10"))
    assert [each.sector for each in experience_of(shown_only.life, date(2016, 1, 1))] == [None]


def test_an_unknown_end_gives_a_range() -> None:
    again = contract("2016-01-05", starts="2016-02-01", ends="2018-01-31", stream=OTHER_CONTRACT)
    state = life(
        contract("2013-01-02"),
        approved("2013-01-04"),
        departure("2013-01-10"),
        again,
        departure("2016-02-03"),
    )
    assert worked(state, "2016-02-01") == [(Proof.VERIFIED, "2013-01-10", "2013-01-10", "2015-01-09")]


def test_of_crossings_known_to_the_month_only_the_time_in_between_is_certain() -> None:
    month = TimePrecision.MONTH
    signed = [contract("2013-01-02"), approved("2013-01-04")]
    left = departure("2013-02-01", precision=month)
    came = back("2013-06-01", code="contract_ended_early", precision=month)
    assert worked(life(*signed, left, came)) == [(Proof.VERIFIED, "2013-02-28", "2013-06-01", "2013-06-30")]
    with_case = life(*signed, left, case("2013-02-09"), acted("2013-02-10"), came)
    assert worked(with_case)[0][1] == "2013-02-09"
    same_month = back("2013-02-01", code="contract_ended_early", precision=month)
    assert worked(life(*signed, left, same_month)) == [
        (Proof.VERIFIED, "2013-02-28", "2013-02-28", "2013-02-28")
    ]


def test_days_count_once() -> None:
    state = life(
        contract("2013-01-02"),
        approved("2013-01-04"),
        departure("2013-01-10"),
        contract("2013-01-20", starts="2013-02-01", ends="2013-12-31", stream=OTHER_CONTRACT),
        approved("2013-01-21", stream=OTHER_CONTRACT),
        back("2013-03-01", code="contract_ended_early"),
    )
    assert days_worked(experience_of(state.life, date(2016, 1, 1))) == 51
    january = [(date(2013, 1, each), date(2013, 1, each + 4)) for each in (1, 3, 5, 9, 13)]
    assert days_in([*january, (date(2013, 1, 18), date(2013, 1, 18))]) == 18
    assert days_in([(date(2013, 1, 1), date(2013, 1, 2)), (date(2013, 1, 3), date(2013, 1, 3))]) == 3
    assert days_in([(date(2013, 1, 1), date(2013, 1, 2)), (date(2013, 3, 1), date(2013, 3, 5))]) == 7


@pytest.mark.parametrize("ends", list(permutations([None, "2013-06-30", "2013-12-31"])))
def test_permits_that_begin_on_one_day_are_compared_though_one_states_no_end(
    ends: tuple[str | None, ...],
) -> None:
    permits = [
        permit("2013-03-01", ends=end, stream=f"permit-{UUID(int=nth, version=4)}")
        for nth, end in enumerate(ends)
    ]
    found = spans(departure("2013-02-01", shown=shown("passport")), *permits, back("2014-06-01"))
    assert [(each.status, each.since) for each in found] == [
        (UNKNOWN, day("2013-02-01")),
        (REGULAR, day("2013-03-01", 0)),
        (REGULAR, day("2013-07-01", 0)),
        (REGULAR, day("2014-01-01", 0)),
    ]
    assert [each.source and each.source.events for each in found] == [
        None,
        *((permits[ends.index(end)].event_id,) for end in ("2013-06-30", "2013-12-31", None)),
    ]
