"""A stored time of any year stops no reader: folds, views and pictures are total over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.journeys.employment_contract import morning_after
from contracts.journeys.state import fold, view
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.times import day_of, later
from services.registry.drawing.picture import tall, wide
from tests.journeys.moments import CASE, CONTRACT, back, departure, moment, went_out

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
INSTANTS = st.one_of(
    st.sampled_from([FIRST, LAST, FIRST + timedelta(hours=6), LAST - timedelta(hours=6)]),
    st.datetimes(timezones=st.just(UTC)),
)
DAYS = st.one_of(st.sampled_from([date.min, date.max]), st.dates())
MAKERS: tuple[Callable[[datetime], TimelineEvent], ...] = (
    departure,
    back,
    went_out,
    lambda at: departure(at, companion="nobody"),
    lambda at: moment(Kind.CASE_OPENED, at, stream=CASE),
    lambda at: moment(Kind.CASE_ACTED, at, stream=CASE),
)


@given(st.lists(st.tuples(st.sampled_from(MAKERS), INSTANTS), max_size=6), DAYS, DAYS, INSTANTS, INSTANTS)
def test_a_worker_is_folded_viewed_and_drawn_whatever_the_times(
    made: list[tuple[Any, datetime]], starts: date, ends: date, signed: datetime, at: datetime
) -> None:
    events = [make(instant) for make, instant in made]
    events.append(moment(Kind.CONTRACT_REGISTERED, signed, starts_on=starts, ends_on=ends, stream=CONTRACT))
    events.append(moment(Kind.CONTRACT_TERMINATED, signed, ends_on=ends, stream=CONTRACT))
    for known in (events, events[:-1], events[:-2]):
        state = fold(known)
        view(state, at)
        wide(state, at)
        tall(state, at)


@given(INSTANTS, DAYS, st.timedeltas())
def test_arithmetic_ends_at_the_ends_of_the_calendar(instant: datetime, day: date, by: timedelta) -> None:
    day_of(instant)
    morning_after(day)
    assert (later(instant, by) >= instant) if by >= timedelta() else (later(instant, by) <= instant)
    later(day, by)


@pytest.mark.parametrize("instant", [FIRST, LAST])
def test_the_day_of_the_first_and_the_last_instant_is_known(instant: datetime) -> None:
    assert day_of(instant) in (date.min, date.max)
