"""The picture of a worker's journeys: one band per journey over the years, with its events as shapes. Pure geometry.

There are two drawings: a wide one, in which time runs to the right, and a tall one, in which time runs down from today.
Colours and patterns are classes of the style sheet. Every shape links to the row of its event. A span that is not
confirmed is pale; a flag is drawn with its name at the time when it was raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from contracts.codes.assistance import LegalStatus
from contracts.times import later
from services.registry.drawing.scale import DAY, Scale, years_between
from services.registry.drawing.shapes import Bar, Mark, Note, Picture, Row, Span
from services.registry.fold.flags import Flag
from services.registry.fold.journey import Journey
from services.registry.fold.state import State, StatusSpan
from services.registry.fold.timeline_event import Kind, TimelineEvent
from services.registry.wording.events import country
from services.registry.wording.flags import ALARMS, FLAGS
from services.registry.wording.worker import work

LEFT, RIGHT, ROW, BAND = 168, 872, 72, 24
MOST_JOURNEYS = 40
MOST_MARKS = 60
LETTER = 6.8
"""The approximate width of a letter, to keep texts inside the picture and apart from each other."""

MARKS = {
    Kind.DEPARTURE: "departure",
    Kind.OUT: "departure",
    Kind.RETURN: "return",
    Kind.IN: "return",
    Kind.DEPORTATION: "deportation",
    Kind.CONTRACT_REGISTERED: "contract",
    Kind.CONTRACT_APPROVED: "contract",
    Kind.CASE_OPENED: "assistance",
    Kind.PLACED: "home",
    Kind.RECOGNISED: "home",
}
BANDS = {
    LegalStatus.REGULAR: "regular",
    LegalStatus.IRREGULAR: "irregular",
    LegalStatus.NOT_KNOWN: "unknown",
    LegalStatus.NATIONAL: "home",
}


def spans_of(journey: Journey, statuses: Sequence[StatusSpan], at: datetime) -> list[Span]:
    """Return the spans of a journey: preparation, then abroad by status; pale after the last sign of life."""
    found: list[Span] = []
    left, closed = journey.abroad_from, journey.closed_at or at
    if journey.prepared_at is not None:
        until = min(instant for instant in (left, closed) if instant is not None)
        if until > journey.prepared_at:
            found.append(Span(journey.prepared_at, until, "prepare", False))
    for status in statuses:
        since = status.since or later(closed, -timedelta(days=120))
        until = min(status.until or at, closed)
        if until <= since:
            continue
        unsure = status.since is None
        last_sign = journey.last_heard_at if journey.closed_at is None else None
        if last_sign is not None and since < last_sign < until:
            found.append(Span(since, last_sign, BANDS[status.status], unsure))
            found.append(Span(last_sign, until, BANDS[status.status], True))
        else:
            found.append(
                Span(
                    since,
                    until,
                    BANDS[status.status],
                    unsure or (last_sign is not None and last_sign <= since),
                )
            )
    return found


def rows_of(state: State, at: datetime) -> list[Row]:
    """Return a row for each journey, of the latest :data:`MOST_JOURNEYS`."""
    events = {event.event_id: event for event in state.life.events}
    rows: list[Row] = []
    for journey, statuses in list(zip(state.life.journeys, state.spans, strict=True))[-MOST_JOURNEYS:]:
        spans = spans_of(journey, statuses, at)
        marked = [events[each] for each in journey.events if each in events and events[each].kind in MARKS]
        begin = min([span.since for span in spans] + [event.at for event in marked], default=None)
        end = journey.closed_at or at
        flags = [
            flag
            for flag in state.flags
            if begin is not None and begin <= flag.since <= max(end, begin) and flag.since <= at
        ]
        if begin is not None:
            rows.append(Row(journey, spans, _thinned(marked), flags))
    return rows


def _thinned(events: Sequence[TimelineEvent]) -> list[TimelineEvent]:
    """Return at most about :data:`MOST_MARKS` events of each shape, evenly over their time: more would cover each other."""
    if len(events) <= MOST_MARKS:
        return list(events)
    first, last = events[0].at, events[-1].at
    kept: dict[tuple[str, int], TimelineEvent] = {}
    for event in events:
        kept.setdefault(
            (MARKS[event.kind], int(MOST_MARKS * ((event.at - first) / max(last - first, DAY)))), event
        )
    return list(kept.values())


def wide(state: State, at: datetime) -> Picture:
    """Return the drawing in which time runs to the right."""
    rows = rows_of(state, at)
    scale = Scale.over(rows, at, LEFT, RIGHT)
    picture = Picture(900)
    bottom = 34 + ROW * len(rows)
    for year in scale.years():
        x = scale.position(datetime(year, 1, 1, tzinfo=UTC))
        picture.lines.append((x, 30, x, bottom))
        picture.notes.append(Note(x + 4, 20, str(year), "soft"))
    for nth, row in enumerate(rows):
        top = 52 + ROW * nth
        picture.notes.append(Note(0, top + 11, country(row.journey.country), bold=True))
        picture.notes.append(Note(0, top + 28, second_line(row.journey), "soft"))
        for span in row.spans:
            x, end = scale.position(span.since), scale.position(span.until)
            picture.bars.append(Bar(x, top, max(end - x, 3), BAND, span.style, span.pale))
        for event in row.events:
            shape = MARKS[event.kind]
            y = {"departure": top - 9, "return": top + BAND + 9, "deportation": top + BAND + 9}.get(
                shape, top + BAND / 2
            )
            picture.marks.append(Mark(scale.position(event.at), y, shape, event.event_id, event.at))
        _flag_row(picture, scale, row.flags, top)
    _home(picture, state, scale, at, bottom + 6)
    picture.height = bottom + 24
    return picture


def _flag_row(picture: Picture, scale: Scale, flags: Sequence[Flag], top: float) -> None:
    ends = [0.0, 0.0]
    for flag in flags:
        name = FLAGS[flag.name][0]
        x = min(scale.position(flag.since), 880 - 17 - LETTER * len(name))
        lane = next((lane for lane in (0, 1) if x > ends[lane]), None)
        if lane is None:
            continue  # it would overlap another flag; the page lists it beside the picture
        y = top - 8 if lane == 0 else top + BAND + 18
        picture.flags.append((x, y, name, "alarm" if flag.name in ALARMS else "watch"))
        ends[lane] = x + 28 + LETTER * len(name)


def _home(picture: Picture, state: State, scale: Scale, at: datetime, y: float) -> None:
    home_since: datetime | None = None
    bars = len(picture.bars)
    for journey in state.life.journeys[-MOST_JOURNEYS:]:
        left = journey.abroad_from
        if left is not None and home_since is not None and left > home_since:
            picture.bars.append(
                Bar(
                    scale.position(home_since),
                    y,
                    scale.position(left) - scale.position(home_since),
                    9,
                    "home",
                )
            )
        if journey.returned_at is not None:
            home_since = journey.returned_at
        elif left is not None:
            home_since = None
    if home_since is not None and home_since < at:
        picture.bars.append(
            Bar(
                scale.position(home_since),
                y,
                max(scale.position(at) - scale.position(home_since), 3),
                9,
                "home",
            )
        )
    if len(picture.bars) > bars:
        picture.notes.append(Note(0, y + 9, AT_HOME, "soft"))


def tall(state: State, at: datetime) -> Picture:
    """Return the drawing in which time runs down, from today to the first event."""
    rows = rows_of(state, at)
    length = max(260, min(1600, 64 * max(1, round(years_between(rows, at)))))
    scale = Scale.over(rows, at, length + 16, 16)
    picture = Picture(340, length + 40)
    for year in scale.years():
        y = scale.position(datetime(year, 1, 1, tzinfo=UTC))
        picture.lines.append((44, y, 336, y))
        picture.notes.append(Note(0, y - 4, str(year), "soft"))
    free = 0.0
    for row in reversed(rows):
        tops = []
        for span in row.spans:
            top, end = scale.position(span.until), scale.position(span.since)
            tops.append(top)
            picture.bars.append(Bar(60, top, 22, max(end - top, 3), span.style, span.pale))
        for event in row.events:
            picture.marks.append(
                Mark(71, scale.position(event.at), MARKS[event.kind], event.event_id, event.at)
            )
        y = max(min(tops, default=scale.position(at)) + 14, free)
        picture.notes.append(Note(96, y, country(row.journey.country), bold=True))
        picture.notes.append(Note(96, y + 17, second_line(row.journey), "soft"))
        y += 36
        for flag in row.flags[:2]:
            picture.flags.append((96, y, FLAGS[flag.name][0], "alarm" if flag.name in ALARMS else "watch"))
            y += 18
        free = y + 6
    picture.height = max(picture.height, free + 16)
    return picture


AT_HOME = "at home"


def second_line(journey: Journey) -> str:
    """Return the second line of a journey's label: its work, as a message id."""
    title = work(journey)
    return title if len(title) <= 24 else title[:23].rstrip() + "…"
