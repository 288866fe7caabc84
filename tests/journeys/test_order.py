"""The same events give the same state, in any order and however often they are delivered."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.codes.assistance import LegalStatus
from contracts.journeys.experience import days_worked, experience_of
from contracts.journeys.state import State, fold, view
from contracts.journeys.timeline_event import TimelineEvent, timeline_event_from
from contracts.journeys.whereabouts import Location
from contracts.times import day_of
from services.registry.schemas.timelines import journey_dict
from tests.journeys.moments import BEGIN, lives

INSTANT = timedelta(microseconds=1)
AT = BEGIN + timedelta(days=800)


def told(state: State, events: list[TimelineEvent]) -> Any:
    """Return everything that a state says of a worker."""
    return (
        [event.event_id for event in state.life.events],
        [
            journey_dict(journey, spans, AT)
            for journey, spans in zip(state.life.journeys, state.spans, strict=True)
        ],
        state.flags,
        state.known,
        state.changes,
        [(each.event.event_id, each.counted.event_id) for each in state.life.duplicates],
        experience_of(state.life, day_of(AT)),
    )


@given(lives, st.data())
def test_order_and_repetition_do_not_matter(events: list[TimelineEvent], data: st.DataObject) -> None:
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=5) if events else st.just([]))
    shuffled = data.draw(st.permutations(repeated))
    expected = told(fold(events), events)
    assert told(fold(shuffled), events) == expected


@given(lives)
def test_the_short_form_gives_the_same_state(events: list[TimelineEvent]) -> None:
    read = [
        timeline_event_from(e.at, e.event_id, e.recorded_at, e.stream, e.brief(), e.appended_at)
        for e in events
    ]
    assert told(fold(read), events) == told(fold(events), events)


@given(lives)
def test_between_two_changes_the_view_is_constant(events: list[TimelineEvent]) -> None:
    state = fold(events)

    def seen(at: Any) -> tuple[object, ...]:
        found = view(state, at)
        phases = [journey.phase(at) for journey in state.life.journeys]
        return found.whereabouts, found.status, found.flags, phases

    ends = [BEGIN - timedelta(days=4000), *state.changes, BEGIN + timedelta(days=9000)]
    for since, until in pairwise(ends):
        first = seen(since)
        for at in (since + INSTANT, since + (until - since) / 2, until - INSTANT):
            if since <= at < until:
                assert seen(at) == first
                assert view(state, at).next_change == (until if until in state.changes else None)


@given(lives, st.integers(0, 24 * 2000))
def test_every_life_holds_together(events: list[TimelineEvent], hours: int) -> None:
    at = BEGIN + timedelta(hours=hours)
    state = fold(events)
    found, life = view(state, at), state.life
    assert found.next_change is None or found.next_change > at
    assert (found.status is None) == (found.whereabouts.place is Location.DIED)
    assert (found.status is LegalStatus.NATIONAL) == (found.whereabouts.place is Location.HOME)
    assert sum(stay.open for stay in life.stays.stays) <= 1, "a worker is in one place"
    in_journeys = [stay for journey in life.journeys for stay in journey.stays]
    assert sorted(map(id, in_journeys)) == sorted(map(id, life.stays.stays)), (
        "each stay belongs to one journey"
    )
    for before, after in pairwise(life.stays.stays):
        assert (before.ended_at is not None and before.ended_at <= after.begins_at) or after.exit is None
    ends = [stay.ended_at for stay in life.stays.stays if stay.ended_at is not None]
    assert ends == sorted(ends)
    contracts = [c for journey in life.journeys for c in journey.contracts]
    known = [stream for stream, each in life.contracts.items() if each.terms is not None]
    assert sorted(c.stream for c in contracts) == sorted(known), "each contract belongs to one journey"
    if life.dead:
        assert life.death is not None
        assert all(flag.until is not None and flag.until <= life.death.since for flag in state.flags)
    worked = experience_of(life, day_of(at))
    assert all(each.first_on <= each.last_on <= each.at_most_on <= day_of(at) for each in worked)
    assert days_worked(worked) <= max(
        0, (day_of(at) - min((w.first_on for w in worked), default=day_of(at))).days + 1
    )
