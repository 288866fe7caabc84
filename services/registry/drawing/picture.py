"""The picture of a worker's journeys: one band per journey over the years, with its events as shapes. Pure geometry.

A band shows stays by legal status, leave between them, and pale where a begin or an end is not known. There are two drawings: a wide one, in which time runs to the right, and a tall one, in which time runs down from today.
Colours and patterns are classes of the style sheet. Every shape links to the row of its event. A span that is not
confirmed is pale; a flag is drawn with its name at the time when it was raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chassis.pages.translation import N_
from contracts.codes.assistance import LegalStatus
from contracts.journeys.death import is_return_of_remains
from contracts.journeys.flags import Flag
from contracts.journeys.journey import Journey
from contracts.journeys.legal_status import StatusSpan
from contracts.journeys.state import State
from contracts.journeys.stays import Stay, StayEnd
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.journeys.whereabouts import Location
from contracts.times import later
from services.registry.drawing.scale import DAY, Scale, years_between
from services.registry.drawing.shapes import Bar, Mark, Note, Picture, Row, Span
from services.registry.wording.flags import ALARMS, FLAGS
from services.registry.wording.sentences import country
from services.registry.wording.worker import work

LEFT, RIGHT, ROW, BAND = 168, 872, 72, 24
MOST_JOURNEYS = 40
MOST_MARKS = 60
SHORTEST = 3.0
"""The length of the shortest bar: a stay of a day is seen in a life of decades."""
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
    Kind.PERMIT_RECORDED: "contract",
    Kind.CASE_OPENED: "assistance",
    Kind.DEATH_RECORDED: "death",
    Kind.PLACED: "home",
    Kind.RECOGNISED: "home",
}
BANDS = {
    LegalStatus.REGULAR: "regular",
    LegalStatus.IRREGULAR: "irregular",
    LegalStatus.NOT_KNOWN: "unknown",
    LegalStatus.NATIONAL: "home",
}
BEFORE = timedelta(days=120)
"""How much of a stay is drawn whose begin is not known."""


def spans_of(journey: Journey, statuses: Sequence[Sequence[StatusSpan]], at: datetime) -> list[Span]:
    """Return the spans of a journey: preparation, stays abroad by status, leave between them.

    A span is pale where a begin or an end is not known, and after the last sign of life.
    """
    found: list[Span] = []
    prepared, begins = journey.prepared_at, journey.begins_at
    if prepared is not None:
        until = min(begins if journey.stays else journey.lapses_at or at, at)
        if until > prepared:
            found.append(Span(prepared, until, "prepare", False))
    before: Stay | None = None
    for stay, status in zip(journey.stays, statuses, strict=True):
        if before is not None and before.ended_at is not None and stay.moved_from is None:
            found.append(Span(before.ended_at, stay.begins_at, "leave", before.entry is None))
        found += _abroad(stay, status, at)
        before = stay
    if before is not None and before.ended_at is not None and journey.leave_until is not None:
        found.append(Span(before.ended_at, min(journey.leave_until, at), "leave", True))
    return [span for span in found if span.until > span.since]


def _abroad(stay: Stay, statuses: Sequence[StatusSpan], at: datetime) -> Iterator[Span]:
    end = min(stay.ended_at or at, at)
    known_end = stay.end in (StayEnd.ENTRY, StayEnd.DEATH)
    seen = stay.last_seen
    sure_to = end if known_end or seen is None else min(seen.placed, end)
    if stay.exit is None:
        begin = later(stay.begins_at, -BEFORE)
        if stay.begins_after is not None:
            begin = max(begin, stay.begins_after)
        yield Span(begin, stay.begins_at, "unknown", True)
    for status in statuses:
        style = "visit" if not stay.work else BANDS[status.status]
        since, until = status.since or stay.begins_at, min(status.until or at, end)
        if since < sure_to < until:
            yield Span(since, sure_to, style, False)
            yield Span(sure_to, until, style, True)
        else:
            yield Span(since, until, style, since >= sure_to and not known_end)


def rows_of(state: State, at: datetime) -> list[Row]:
    """Return a row for each journey, of the latest :data:`MOST_JOURNEYS`."""
    rows: list[Row] = []
    for journey in state.life.journeys[-MOST_JOURNEYS:]:
        spans = spans_of(journey, state.status_of(journey), at)
        marked = [event for event in journey.events if event.kind in MARKS]
        begin = min([span.since for span in spans] + [event.placed for event in marked], default=None)
        end = journey.ended_at or at
        flags = [
            flag
            for flag in state.flags
            if begin is not None and begin <= flag.since <= max(end, begin) and flag.since <= at
        ]
        if begin is not None:
            rows.append(Row(journey, spans, _thinned(marked), flags))
    return rows


def _shape(event: TimelineEvent) -> str:
    return "remains" if is_return_of_remains(event) else MARKS[event.kind]


def _thinned(events: Sequence[TimelineEvent]) -> list[TimelineEvent]:
    """Return at most about :data:`MOST_MARKS` events of each shape, evenly over their time: more would cover each other."""
    if len(events) <= MOST_MARKS:
        return list(events)
    first, last = events[0].placed, events[-1].placed
    kept: dict[tuple[str, int], TimelineEvent] = {}
    for event in events:
        kept.setdefault(
            (_shape(event), int(MOST_MARKS * ((event.placed - first) / max(last - first, DAY)))), event
        )
    return list(kept.values())


def wide(state: State, at: datetime) -> Picture:
    """Return the drawing in which time runs to the right."""
    rows = rows_of(state, at)
    scale = Scale.over(rows, at, LEFT, RIGHT)
    picture = Picture(900)
    bottom = 34 + ROW * len(rows)
    for instant, label in scale.ticks():
        x = scale.position(instant)
        picture.lines.append((x, 30, x, bottom))
        if x <= RIGHT - 24:
            picture.notes.append(Note(x + 4, 20, label, "soft"))
    for nth, row in enumerate(rows):
        top = 52 + ROW * nth
        picture.notes.append(Note(0, top + 11, country(row.journey.country), bold=True))
        picture.notes.append(Note(0, top + 28, work(row.journey), "soft"))
        for low, high, span in _drawn(row.spans, scale):
            picture.bars.append(Bar(low, top, max(high - low, SHORTEST), BAND, span.style, span.pale))
        for stay in row.journey.stays:
            if stay.moved_from is not None:
                x = scale.position(stay.begins_at)
                picture.marks.append(
                    Mark(x, top + BAND / 2, "onward", stay.seen_or_entry.event_id, stay.begins_at)
                )
                picture.notes.append(Note(x + 8, top + BAND + 14, country(stay.country), "soft"))
        for event in row.events:
            shape = _shape(event)
            y = {
                "departure": top - 9,
                "return": top + BAND + 9,
                "deportation": top + BAND + 9,
                "remains": top + BAND + 9,
            }.get(shape, top + BAND / 2)
            picture.marks.append(Mark(scale.position(event.placed), y, shape, event.event_id, event.placed))
        _flag_row(picture, scale, row.flags, top)
    _home(picture, state, scale, at, bottom + 6)
    picture.height = bottom + 24
    return picture


def _drawn(spans: Sequence[Span], scale: Scale) -> list[tuple[float, float, Span]]:
    """Return spans with their lower and upper position; of one style, those that would touch are one."""
    found: list[tuple[float, float, Span]] = []
    last: dict[tuple[str, bool], int] = {}
    for span in spans:
        low, high = sorted((scale.position(span.since), scale.position(span.until)))
        nth = last.get(key := (span.style, span.pale))
        if nth is not None and low <= found[nth][1] + SHORTEST and high >= found[nth][0] - SHORTEST:
            found[nth] = (min(low, found[nth][0]), max(high, found[nth][1]), span)
            continue
        last[key] = len(found)
        found.append((low, high, span))
    # A leave of a day must not hide the stays beside it: narrow leaves are drawn first.
    return sorted(found, key=lambda each: each[2].style != "leave")


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
    spans: list[Span] = []
    since: datetime | None = None
    for stay in state.life.stays.stays:
        if since is not None and stay.exit is not None:
            spans.append(Span(since, stay.begins_at, "home", False))
        since = stay.ended_at if stay.end not in (None, StayEnd.MOVED_ON, StayEnd.DEATH) else None
    if since is not None and since < at and state.known.place is Location.HOME:
        spans.append(Span(since, at, "home", False))
    drawn = [each for each in _drawn(spans, scale) if each[1] > each[0]]
    picture.bars += [Bar(low, y, max(high - low, SHORTEST), 9, "home") for low, high, _ in drawn]
    if drawn:
        picture.notes.append(Note(0, y + 9, AT_HOME, "soft"))


def tall(state: State, at: datetime) -> Picture:
    """Return the drawing in which time runs down, from today to the first event."""
    rows = rows_of(state, at)
    length = max(260, min(1600, 64 * max(1, round(years_between(rows, at)))))
    scale = Scale.over(rows, at, length + 16, 16)
    picture = Picture(340, length + 40)
    for instant, label in scale.ticks():
        y = scale.position(instant)
        picture.lines.append((44, y, 336, y))
        picture.notes.append(Note(0, y - 4, label, "soft"))
    free = 0.0
    for row in reversed(rows):
        tops = []
        for low, high, span in _drawn(row.spans, scale):
            tops.append(low)
            picture.bars.append(Bar(60, low, 22, max(high - low, SHORTEST), span.style, span.pale))
        for event in row.events:
            picture.marks.append(
                Mark(71, scale.position(event.placed), _shape(event), event.event_id, event.placed)
            )
        for stay in row.journey.stays:
            if stay.moved_from is not None:
                y = scale.position(stay.begins_at)
                picture.marks.append(Mark(71, y, "onward", stay.seen_or_entry.event_id, stay.begins_at))
        y = max(min(tops, default=scale.position(at)) + 14, free)
        picture.notes.append(Note(96, y, country(row.journey.country), bold=True))
        picture.notes.append(Note(96, y + 17, work(row.journey), "soft"))
        y += 36
        for flag in row.flags[:2]:
            picture.flags.append((96, y, FLAGS[flag.name][0], "alarm" if flag.name in ALARMS else "watch"))
            y += 18
        free = y + 6
    picture.height = max(picture.height, free + 16)
    return picture


AT_HOME = "at home"


LEGEND = {
    "prepare": N_("preparing"),
    "regular": N_("abroad, regular"),
    "irregular": N_("abroad, irregular"),
    "unknown": N_("abroad, status not known"),
    "visit": N_("abroad, not for work"),
    "leave": N_("at home on leave"),
    "home": N_("at home"),
}
"""The texts of the legend for the styles of bars."""
MARK_LEGEND = {
    "contract": ("\N{WHITE DIAMOND}", N_("contract or permit")),
    "departure": ("\N{WHITE UP-POINTING TRIANGLE}", N_("departure")),
    "return": ("\N{WHITE DOWN-POINTING TRIANGLE}", N_("return")),
    "deportation": ("\N{WHITE DOWN-POINTING TRIANGLE}\N{COMBINING LOW LINE}", N_("deportation")),
    "onward": ("\N{RIGHTWARDS ARROW}", N_("moved on to another country")),
    "assistance": ("\N{CIRCLED PLUS}", N_("assistance")),
    "death": ("\N{DAGGER}", N_("death")),
    "remains": ("\N{WHITE SQUARE}", N_("remains brought home")),
    "home": ("\N{HOUSE}", N_("job, recognition")),
}
"""The signs and texts of the legend for the shapes of events."""


def legend(picture: Picture) -> tuple[list[tuple[str, str]], list[tuple[str, str]], bool]:
    """Return the styles and the shapes that occur in a picture, each with its text, and whether a bar is pale."""
    styles, shapes = {bar.style for bar in picture.bars}, {mark.shape for mark in picture.marks}
    return (
        [(style, text) for style, text in LEGEND.items() if style in styles],
        [entry for shape, entry in MARK_LEGEND.items() if shape in shapes],
        any(bar.pale for bar in picture.bars),
    )
