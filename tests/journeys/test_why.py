"""Why something is believed: each inferred thing names the rule and the records on which it rests; and the neighbours of rules."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.codes.assistance import LegalStatus
from contracts.journeys.basis import Basis
from contracts.journeys.experience import experience_of
from contracts.journeys.state import State, view
from contracts.journeys.stays import StayEnd
from contracts.journeys.timeline_event import Kind, Shown, TimelineEvent
from contracts.journeys.whereabouts import Certainty, Location
from tests.journeys.moments import (
    PERMIT,
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
    shown,
    terminated,
)

REGULAR, IRREGULAR, UNKNOWN = LegalStatus.REGULAR, LegalStatus.IRREGULAR, LegalStatus.NOT_KNOWN


def ids(*events: TimelineEvent) -> tuple[UUID, ...]:
    return tuple(event.event_id for event in events)


def source_of(state: State, status: LegalStatus) -> Basis | None:
    """Return the source of the last span with a status."""
    return [span.source for span in state.spans[-1] if span.status is status][-1]


def where(state: State, on: str) -> tuple[Location, str, Basis | None]:
    found = view(state, day(on)).whereabouts
    return found.place, found.country, found.basis


# --- J7: the source of a status


def test_the_source_of_a_status_is_the_document_the_permit_or_the_statement() -> None:
    card = departure("2014-08-01", shown=shown("pink_card"))
    assert source_of(life(card), REGULAR) == Basis("J7", ids(card))

    left, issued = departure("2014-05-01"), permit("2014-07-20")
    lapsed = moment(
        Kind.PERMIT_LAPSED, "2015-02-01", stream=PERMIT, starts_on=date(2015, 1, 20), country=None
    )
    assert source_of(life(left, issued), REGULAR) == Basis("J7", ids(issued))
    assert source_of(life(left, issued, lapsed), REGULAR) == Basis("J7", ids(issued, lapsed))
    assert source_of(life(left, issued, lapsed), IRREGULAR) == Basis("J7", ids(lapsed))

    without = departure("2014-05-01", shown=())
    assert source_of(life(without), IRREGULAR) == Basis("J7", ids(without))
    told = case("2014-09-01", stated="irregular")
    assert source_of(life(left, told), IRREGULAR) == Basis("J7", ids(told))
    came = back("2016-04-10", shown=shown("work_permit"))
    assert source_of(life(left, came), REGULAR) == Basis("J7", ids(came))
    sent = deported("2016-04-10", stated="overstay")
    assert source_of(life(left, sent), IRREGULAR) == Basis("J7", ids(sent))


def test_what_a_mission_states_counts_from_its_day() -> None:
    state = life(departure("2014-05-01"), case("2014-09-01", stated="irregular"))
    assert [(span.status, span.since) for span in state.spans[-1]] == [
        (UNKNOWN, day("2014-05-01")),
        (IRREGULAR, day("2014-09-01")),
    ]
    calm = life(departure("2014-05-01"), case("2014-09-01", stated="not_known"))
    assert [span.status for span in calm.spans[-1]] == [UNKNOWN]


def test_irregular_ends_with_other_evidence_and_does_not_come_back() -> None:
    without = departure("2014-05-01", shown=())
    state = life(without, permit("2014-07-20", ends="2014-09-30"), case("2014-12-01", stated="irregular"))
    assert [(span.status, span.since) for span in state.spans[-1]] == [
        (IRREGULAR, day("2014-05-01")),
        (REGULAR, day("2014-07-20", 0)),
        (UNKNOWN, day("2014-10-01", 0)),
        (IRREGULAR, day("2014-12-01")),
    ]


def test_a_lapse_ends_a_permit_earlier_and_never_later() -> None:
    left = departure("2014-05-01")

    def regular_until(ends: str | None, lapses: date) -> object:
        lapsed = moment(Kind.PERMIT_LAPSED, "2016-02-01", stream=PERMIT, starts_on=lapses, country=None)
        spans = life(left, permit("2014-07-20", ends=ends), lapsed).spans[-1]
        return next(span.until for span in spans if span.status is REGULAR)

    assert regular_until(None, date(2015, 1, 20)) == day("2015-01-20", 0)
    assert regular_until("2015-06-30", date(2015, 1, 20)) == day("2015-01-20", 0)
    assert regular_until("2014-12-31", date(2015, 1, 20)) == day("2015-01-01", 0)


def test_a_worker_who_left_with_an_approved_contract_shortly_before_its_term_is_regular() -> None:
    ahead = [contract("2013-01-02", starts="2013-01-20", ends="2015-01-19"), approved("2013-01-04")]
    assert life(*ahead, departure("2013-01-10")).spans[-1][0][:2] == (REGULAR, day("2013-01-10"))
    late = life(ahead[0], departure("2013-01-10"), approved("2013-01-12"))
    assert [span.since for span in late.spans[-1] if span.status is REGULAR] == [day("2013-01-20", 0)]
    far = life(
        contract("2013-01-02", starts="2013-03-20", ends="2015-01-19"),
        approved("2013-01-04"),
        departure("2013-01-10"),
    )
    assert [span.since for span in far.spans[-1] if span.status is REGULAR] == [day("2013-03-20", 0)]


def test_a_document_that_expires_on_the_day_of_the_return_still_counts() -> None:
    permit_card = (Shown("work_permit", expires_on=date(2016, 4, 10)),)
    assert [
        s.status for s in life(departure("2014-05-01"), back("2016-04-10", shown=permit_card)).spans[-1]
    ] == [UNKNOWN, REGULAR]
    assert [
        s.status for s in life(departure("2014-05-01"), back("2016-04-11", shown=permit_card)).spans[-1]
    ] == [UNKNOWN]
    with_pass = back("2016-04-10", shown=shown("border_pass"))
    assert [s.status for s in life(departure("2014-05-01"), with_pass).spans[-1]] == [UNKNOWN]


def test_of_a_stay_without_exit_nothing_is_known_but_what_was_shown_on_the_return() -> None:
    only = life(back("2014-06-13")).spans[-1]
    assert [span[:3] for span in only] == [(UNKNOWN, None, day("2014-06-13"))]
    came = back("2014-07-13", shown=shown("pink_card"))
    found = life(came).spans[-1]
    assert [span.status for span in found] == [UNKNOWN, REGULAR]
    assert (found[0].since, found[0].until) == (None, day("2014-07-13"))


# --- J4, J5, J8, J9: the basis of a place


def test_the_basis_of_a_place_is_the_crossing_or_what_shows_it() -> None:
    left = departure("2013-01-10")
    assert where(life(left), "2013-02-01") == (Location.ABROAD, "THA", Basis("J1", ids(left)))
    came = back("2013-06-01")
    assert where(life(left, came), "2013-07-01") == (Location.HOME, "KHM", Basis("J1", ids(came)))
    moved = case("2013-11-01", country="MYS", worker_in="MYS")
    assert where(life(left, moved), "2013-12-01") == (Location.ABROAD, "MYS", Basis("J4", ids(moved)))
    opened, end = case("2013-06-01"), closed("2013-06-12", "repatriated")
    assert where(life(left, opened, end), "2013-07-01") == (Location.HOME, "KHM", Basis("J8", ids(end)))
    met = counselled("2014-03-01")
    assert where(life(left, met), "2014-04-01") == (Location.HOME, "KHM", Basis("J8", ids(met)))
    alone = case("2014-03-01")
    assert where(life(alone), "2014-04-01") == (Location.ABROAD, "THA", Basis("J8", ids(alone)))
    death = died("2013-10-01")
    assert where(life(left, death), "2014-04-01") == (Location.DIED, "THA", Basis("J9", ids(death)))
    assert where(life(contract("2013-01-02")), "2013-02-01") == (Location.HOME, "KHM", None)


def test_the_basis_of_an_end_that_was_not_recorded() -> None:
    first, second = departure("2012-02-02"), departure("2015-01-12")
    stay = life(first, second).life.stays.stays[0]
    assert (stay.end, stay.ended_at, stay.basis) == (
        StayEnd.NOT_RECORDED,
        day("2015-01-12"),
        Basis("J5", ids(first, second)),
    )
    came = back("2014-06-13")
    assert life(came).life.stays.stays[0].basis == Basis("J5", ids(came))
    left, moved = departure("2013-01-10"), case("2013-11-01", country="MYS", worker_in="MYS")
    thailand = life(left, moved).life.stays.stays[0]
    assert (thailand.ended_at, thailand.basis) == (day("2013-11-01"), Basis("J4", ids(moved)))
    death = died("2013-10-01")
    assert life(left, death).life.stays.stays[0].basis == Basis("J9", ids(death))
    assert life(left, back("2013-06-01")).life.stays.stays[0].basis is None


@pytest.mark.parametrize(
    ("event", "place"),
    [
        (case("2013-06-01", worker_in="KHM"), Location.HOME),
        (case("2013-06-01", worker_in="KHM", whom="family"), Location.ABROAD),
        (acted("2013-06-01", worker_in="KHM"), Location.HOME),
        (acted("2013-06-01", worker_in="THA"), Location.ABROAD),
    ],
)
def test_a_worker_who_speaks_from_cambodia_is_at_home(event: TimelineEvent, place: Location) -> None:
    opened = [] if event.kind is Kind.CASE_OPENED else [case("2013-05-01", whom="family")]
    assert where(life(departure("2013-01-10"), *opened, event), "2013-07-01")[0] is place


def test_an_action_that_shows_another_country_moves_the_worker() -> None:
    opened = case("2013-05-01", whom="family")
    state = life(departure("2013-01-10"), opened, acted("2013-06-01", worker_in="MYS"))
    assert where(state, "2013-07-01")[:2] == (Location.ABROAD, "MYS")
    likely = life(case("2013-05-01"), acted("2013-06-01"))
    assert view(likely, day("2013-06-02")).whereabouts.certainty is Certainty.SURE, "met in person"


@pytest.mark.parametrize("code", ["detention_visit", "hospital_visit"])
def test_some_actions_meet_the_worker_unless_another_contact_is_stated(code: str) -> None:
    events = [departure("2013-01-10"), case("2013-02-01", whom="family")]
    met = life(*events, acted("2013-06-01", code=code, whom="not_stated"))
    assert view(met, day("2013-07-01")).whereabouts.last_heard_at == day("2013-06-01")
    other = life(*events, acted("2013-06-01", code=code, whom="authority"))
    assert view(other, day("2013-07-01")).whereabouts.last_heard_at == day("2013-01-10")


def test_released_or_found_is_a_sign_of_life_and_other_outcomes_are_none() -> None:
    events = [departure("2013-01-10"), case("2013-02-01", whom="family", code="detained_or_imprisoned")]
    for outcome, heard in (
        ("released", "2013-06-01"),
        ("found", "2013-06-01"),
        ("not_resolved", "2013-01-10"),
    ):
        state = life(*events, closed("2013-06-01", outcome))
        assert view(state, day("2013-07-01")).whereabouts.last_heard_at == day(heard)


def test_a_death_without_a_day_is_known_from_its_first_record() -> None:
    state = life(departure("2013-01-10"), closed("2013-10-05", "died"))
    assert view(state, day("2013-11-01")).whereabouts.since == day("2013-10-05")
    stated = life(
        departure("2013-01-10"),
        contract("2013-01-02"),
        closed("2013-10-05", "died"),
        terminated("2013-10-20", last="2013-10-01", code="death"),
    )
    assert view(stated, day("2013-11-01")).whereabouts.since == day("2013-10-01", 0)
    both = life(
        departure("2013-01-10"),
        contract("2013-01-02"),
        died("2013-09-30"),
        terminated("2013-10-20", last="2013-10-01", code="death"),
    )
    assert view(both, day("2013-11-01")).whereabouts.since == day("2013-09-30", 0), (
        "the mission's statement comes first"
    )


def test_a_worker_died_where_a_record_says_or_else_where_the_worker_was() -> None:
    left = departure("2013-01-10")
    not_stated = died("2014-01-01", country=None)

    def died_in(*events: TimelineEvent) -> str:
        return view(life(*events), day("2014-02-01")).whereabouts.country

    assert died_in(left, died("2014-01-01", country="MYS")) == "MYS"
    assert died_in(left, not_stated) == "THA"
    assert died_in(left, back("2013-06-01"), not_stated) == "KHM"
    assert died_in(not_stated) == ""
    remains = case("2013-12-31", country="MYS", code="mortal_remains", whom="authority_abroad")
    assert died_in(left, not_stated, remains) == "THA", "the country of a case is not a statement"
    seen = view(life(left, back("2013-06-01"), not_stated), day("2014-02-01")).whereabouts
    assert seen.last_heard_at == day("2013-06-01")


def test_an_act_on_the_day_of_the_death_does_not_contradict_it_and_remains_are_no_sign_of_life() -> None:
    left, met = departure("2013-01-10"), acted("2013-10-01")
    assert where(life(left, case("2013-02-01"), met, died("2013-10-01")), "2013-11-01")[0] is Location.DIED
    remains = life(left, back("2013-10-18", code="remains"))
    assert view(remains, day("2013-11-01")).whereabouts.last_heard_at == day("2013-01-10")
    brought = life(left, case("2013-02-01", whom="family"), closed("2013-06-12", "repatriated"))
    assert view(brought, day("2013-07-01")).whereabouts.last_heard_at == day("2013-06-12")


def test_a_worker_who_only_signed_is_taken_to_be_at_home() -> None:
    seen = view(life(contract("2013-01-02")), day("2013-01-03")).whereabouts
    assert (seen.place, seen.country, seen.since, seen.certainty, seen.last_heard_at) == (
        Location.HOME,
        "KHM",
        None,
        Certainty.UNCERTAIN,
        day("2013-01-02"),
    )


def test_whereabouts_begin_with_the_stay_and_with_the_return() -> None:
    left, came = departure("2013-01-10"), back("2013-06-01")
    abroad = view(life(left, acted("2013-02-01", worker_in="THA")), day("2013-03-01")).whereabouts
    assert (abroad.since, abroad.last_heard_at) == (day("2013-01-10"), day("2013-02-01"))
    home = view(life(left, came), day("2013-07-01")).whereabouts
    assert (home.since, home.last_heard_at) == (day("2013-06-01"), day("2013-06-01"))


def test_certainty_changes_only_where_the_worker_is() -> None:
    left, came = departure("2013-01-10"), back("2013-06-01")
    year = timedelta(days=365)
    assert life(left, came).changes == [day("2013-06-01") + year]
    assert life(contract("2012-12-01", ends="2012-12-31", starts="2012-12-02")).changes == [
        day("2013-01-01", 0)
    ]
    missing = case("2013-02-01", code="whereabouts", whom="family")
    assert life(left, missing).known.instants() == [
        day("2013-02-01"),
        day("2013-01-10") + timedelta(days=90),
        day("2013-01-10") + year,
    ]
    told = life(left, case("2013-02-01"), closed("2013-02-10", "repatriated"))
    assert told.known.instants() == [], "likely, and it stays so"


# --- J12: sources and bounds


def test_experience_names_its_records_and_terms() -> None:
    signed, approval, left = contract("2013-01-02"), approved("2013-01-04"), departure("2013-01-15")
    came = back("2013-02-01", code="contract_ended_early")
    (work,) = experience_of(life(signed, approval, left, came).life, date(2016, 1, 1))
    assert (work.country, work.sector, work.occupation, work.employment_contract) == (
        "THA",
        "A",
        "9211",
        signed.stream,
    )
    assert work.sources == ids(signed, approval, left, came)
    issued = permit("2014-07-20", ends="2014-12-31")
    (supported,) = experience_of(
        life(departure("2014-05-01"), issued, back("2015-06-01")).life, date(2016, 1, 1)
    )
    assert (supported.first_on, supported.last_on, supported.at_most_on) == (
        date(2014, 7, 20),
        date(2014, 12, 31),
        date(2014, 12, 31),
    )
    assert (supported.country, supported.employment_contract, supported.sources) == ("THA", None, ids(issued))


def test_experience_counts_up_to_the_day_of_reading_and_while_a_contract_runs() -> None:
    events = [contract("2013-01-02"), approved("2013-01-04"), departure("2013-01-15")]
    (work,) = experience_of(life(*events).life, date(2013, 3, 1))
    assert (work.first_on, work.last_on, work.at_most_on) == (
        date(2013, 1, 15),
        date(2013, 3, 1),
        date(2013, 3, 1),
    )
    assert experience_of(life(*events).life, date(2013, 1, 14)) == []
    (ended,) = experience_of(life(*events).life, date(2016, 1, 1))
    assert ended.last_on == date(2015, 1, 9)


def test_certainty_changes_at_its_instants() -> None:
    state, left = life(departure("2013-01-10")), day("2013-01-10")
    instant = timedelta(microseconds=1)
    for days, before, after in (
        (90, Certainty.SURE, Certainty.LIKELY),
        (365, Certainty.LIKELY, Certainty.UNCERTAIN),
    ):
        at = left + timedelta(days=days)
        assert view(state, at - instant).whereabouts.certainty is before
        assert view(state, at).whereabouts.certainty is after
        assert at in state.changes
