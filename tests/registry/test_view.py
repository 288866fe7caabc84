"""A worker at an instant: where, how sure that is, of which status; and when time alone will change it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes.assistance import LegalStatus
from services.registry.fold.state import Certainty, Location, State, StatusSpan, fold, view
from services.registry.fold.timeline_event import Kind, Papers, TimelineEvent
from tests.registry.moments import (
    BEGIN,
    OTHER_CONTRACT,
    applied,
    back,
    case,
    contract,
    day,
    departure,
    deported,
    life,
    lives,
    moment,
    reintegration,
    sent_back,
    terminated,
    went_out,
)

SURE, LIKELY, UNCERTAIN = Certainty.SURE, Certainty.LIKELY, Certainty.UNCERTAIN
INSTANT = timedelta(microseconds=1)


def certainty(state: State, at: datetime) -> Certainty:
    return view(state, at).whereabouts.certainty


def spans(*moments: TimelineEvent) -> list[StatusSpan]:
    """The legal status over the last journey."""
    return life(*moments).spans[-1]


# --- whereabouts


def test_a_worker_is_abroad_since_the_departure() -> None:
    where = view(life(departure("2013-01-10")), day("2013-01-20")).whereabouts
    assert (where.place, where.country, where.since) == (Location.ABROAD, "THA", day("2013-01-10"))


def test_a_worker_is_at_home_since_the_return() -> None:
    where = view(life(departure("2013-01-10"), back("2014-06-13")), day("2014-06-20")).whereabouts
    assert (where.place, where.country, where.since) == (Location.HOME, "KHM", day("2014-06-13"))


def test_a_worker_who_only_prepares_is_likely_at_home() -> None:
    where = view(life(contract("2013-01-02")), day("2013-01-03")).whereabouts
    assert (where.place, where.since, where.certainty) == (Location.HOME, None, LIKELY)


def test_nothing_is_certain_about_an_unknown_worker() -> None:
    where = view(life(), day("2013-01-03")).whereabouts
    assert (where.place, where.certainty, where.last_heard_at) == (Location.HOME, UNCERTAIN, None)


def test_a_worker_who_prepares_another_journey_is_at_home() -> None:
    state = life(departure("2013-01-10"), back("2014-06-13"), contract("2014-08-01", stream=OTHER_CONTRACT))
    where = view(state, day("2014-08-02")).whereabouts
    assert (where.place, where.since) == (Location.HOME, day("2014-06-13"))


@pytest.mark.parametrize(
    "moments",
    [(departure("2013-01-10"),), (departure("2012-01-10"), back("2013-01-10"))],
    ids=["abroad", "home"],
)
def test_whereabouts_are_sure_for_ninety_days_and_likely_for_a_year(
    moments: tuple[TimelineEvent, ...],
) -> None:
    state, heard = life(*moments), day("2013-01-10")
    assert certainty(state, heard) is SURE
    assert certainty(state, heard + timedelta(days=90) - INSTANT) is SURE
    assert certainty(state, heard + timedelta(days=90)) is LIKELY
    assert certainty(state, heard + timedelta(days=365) - INSTANT) is LIKELY
    assert certainty(state, heard + timedelta(days=365)) is UNCERTAIN


def test_a_contact_abroad_makes_it_sure_again() -> None:
    state = life(departure("2013-01-10"), case("2014-01-10"))
    assert certainty(state, day("2014-02-10")) is SURE


@pytest.mark.parametrize(
    "heard",
    [reintegration("2014-09-10"), applied("2014-09-10"), moment(Kind.PLACED, "2014-09-10")],
    ids=["reintegration", "recognition", "placement"],
)
def test_an_office_at_home_that_saw_the_worker_makes_it_sure_again(heard: TimelineEvent) -> None:
    state = life(departure("2013-01-10"), back("2014-06-13"), heard)
    assert view(state, day("2014-11-13")).whereabouts.last_heard_at == heard.at
    assert certainty(state, day("2014-11-13")) is SURE


# --- legal status


def test_status_is_regular_while_the_contract_lasts_and_irregular_afterwards() -> None:
    left, ends = day("2013-01-10"), day("2015-01-10", hour=0)
    assert spans(contract("2013-01-02"), departure("2013-01-10")) == [
        StatusSpan(LegalStatus.REGULAR, left, ends),
        StatusSpan(LegalStatus.IRREGULAR, ends, None),
    ]


def test_status_is_regular_all_the_time_where_the_worker_is_back_before_the_contract_ends() -> None:
    moments = contract("2013-01-02"), departure("2013-01-10"), back("2014-06-13")
    assert spans(*moments) == [StatusSpan(LegalStatus.REGULAR, day("2013-01-10"), day("2014-06-13"))]


def test_a_departure_under_an_ended_contract_is_irregular() -> None:
    moments = contract("2013-01-02", ends="2013-01-31"), departure("2013-03-01")
    assert spans(*moments) == [StatusSpan(LegalStatus.IRREGULAR, day("2013-03-01"), None)]


def test_a_terminated_contract_protects_no_longer() -> None:
    found = spans(
        contract("2013-01-02"), departure("2013-01-10"), terminated("2013-09-01", last="2013-08-31")
    )
    assert [span.status for span in found] == [LegalStatus.REGULAR, LegalStatus.IRREGULAR]
    assert found[0].until == day("2013-09-01", hour=0)


def test_a_contract_that_was_returned_to_the_agency_does_not_count() -> None:
    found = spans(contract("2013-01-02"), sent_back("2013-01-03"), departure("2013-01-10"))
    assert [span.status for span in found] == [LegalStatus.NOT_KNOWN]


@pytest.mark.parametrize(
    ("papers", "status"),
    [
        (Papers.REGULARISING, LegalStatus.REGULAR),
        (Papers.SOME, LegalStatus.NOT_KNOWN),
        (Papers.NONE, LegalStatus.IRREGULAR),
    ],
)
def test_without_a_contract_the_documents_shown_decide_the_status(
    papers: Papers, status: LegalStatus
) -> None:
    assert spans(departure("2013-01-10", papers=papers)) == [StatusSpan(status, day("2013-01-10"), None)]
    assert spans(back("2014-06-13", papers=papers)) == [StatusSpan(status, None, day("2014-06-13"))]


def test_a_deported_worker_was_irregular() -> None:
    found = spans(departure("2013-01-10", papers=Papers.REGULARISING), deported("2014-06-13"))
    assert found == [StatusSpan(LegalStatus.IRREGULAR, day("2013-01-10"), day("2014-06-13"))]


def test_a_visit_has_an_unknown_status_and_before_a_departure_there_is_none() -> None:
    assert [span.status for span in spans(went_out("2013-01-10"))] == [LegalStatus.NOT_KNOWN]
    assert spans(contract("2013-01-02")) == []


def test_status_today_is_that_of_the_day() -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"))
    assert view(state, day("2013-05-01")).status is LegalStatus.REGULAR
    assert view(state, day("2015-05-01")).status is LegalStatus.IRREGULAR
    assert (
        view(life(departure("2013-01-10"), back("2014-06-13")), day("2014-07-01")).status
        is LegalStatus.NATIONAL
    )


# --- when time alone changes it


def seen(state: State, at: datetime) -> tuple[object, ...]:
    """Return the view without its own time and without future changes."""
    found = view(state, at)
    return found.whereabouts, found.status, found.flags


def test_a_worker_abroad_changes_with_time_alone_at_known_instants() -> None:
    state = life(contract("2013-01-02"), departure("2013-01-10"))
    left = day("2013-01-10")
    assert state.changes == [
        left,
        left + timedelta(days=90),
        left + timedelta(days=300),
        left + timedelta(days=365),
        day("2015-01-10", hour=0),
    ]
    assert view(state, left).next_change == left + timedelta(days=90)
    assert view(state, left + timedelta(days=90)).next_change == left + timedelta(days=300)
    assert view(state, day("2015-01-10", hour=0)).next_change is None


@given(lives)
def test_between_two_changes_the_view_is_constant_and_at_each_it_differs(
    moments: list[TimelineEvent],
) -> None:
    state = fold(moments)
    ends = [BEGIN - timedelta(days=4000), *state.changes, BEGIN + timedelta(days=9000)]
    for since, until in pairwise(ends):
        between = [
            since,
            since + INSTANT,
            since + (until - since) / 3,
            since + (until - since) / 2,
            until - INSTANT,
        ]
        first = seen(state, since)
        for at in between:
            if since <= at < until:
                assert seen(state, at) == first
                assert view(state, at).next_change == (until if until in state.changes else None)
    for change in state.changes:
        assert seen(state, change) != seen(state, change - INSTANT)


@given(lives, st.integers(0, 24 * 2000))
def test_a_life_can_be_viewed_at_any_instant(moments: list[TimelineEvent], hours: int) -> None:
    at = BEGIN + timedelta(hours=hours)
    found = view(fold(moments), at)
    assert found.next_change is None or found.next_change > at
    assert (found.status is LegalStatus.NATIONAL) == (found.whereabouts.place is Location.HOME)


@given(lives, st.data())
def test_order_and_repetition_of_moments_do_not_matter(
    moments: list[TimelineEvent], data: st.DataObject
) -> None:
    repeated = moments + data.draw(st.lists(st.sampled_from(moments), max_size=5) if moments else st.just([]))
    assert fold(data.draw(st.permutations(repeated))) == fold(moments)
