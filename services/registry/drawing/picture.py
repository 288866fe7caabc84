"""The picture of a life: a band per journey over the years, with the events as shapes on it. Pure geometry.

Drawn twice: wide, where time runs to the right, and tall, where time runs down from today. Colours and patterns are
classes of the style sheet; every shape leads to its row. What is not confirmed is pale, what is wrong is flagged at
its place with words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contracts.codes.reasons import LegalStatus
from contracts.codes.work import OCCUPATIONS
from services.registry.drawing.shapes import Bar, Mark, Note, Picture
from services.registry.fold.flags import Flag
from services.registry.fold.journeys import Journey
from services.registry.fold.state import State, StatusSpan
from services.registry.fold.timeline_event import Kind, TimelineEvent
from services.registry.wording.events import country
from services.registry.wording.flags import ALARMS, FLAGS

LEFT, RIGHT, ROW, BAND = 168, 872, 72, 24
MOST_JOURNEYS = 40
LETTER = 6.8
"""About the width of a letter, for keeping words within the picture and apart from each other."""
DAY = timedelta(days=1)

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


@dataclass(frozen=True, slots=True)
class Span:
    """A length of a journey before it is placed."""

    since: datetime
    until: datetime
    style: str
    pale: bool


def spans_of(journey: Journey, statuses: Sequence[StatusSpan], at: datetime) -> list[Span]:
    """The lengths of a journey: preparing, then abroad by status; pale from when nothing was heard any more."""
    found: list[Span] = []
    left, closed = journey.abroad_from, journey.closed_at or at
    if journey.prepared_at is not None:
        until = min(instant for instant in (left, closed) if instant is not None)
        if until > journey.prepared_at:
            found.append(Span(journey.prepared_at, until, "prepare", False))
    for status in statuses:
        since = status.since or (closed - timedelta(days=120))
        until = min(status.until or at, closed)
        if until <= since:
            continue
        unsure = status.since is None
        heard = journey.last_heard_at if journey.closed_at is None else None
        if heard is not None and since < heard < until:
            found.append(Span(since, heard, BANDS[status.status], unsure))
            found.append(Span(heard, until, BANDS[status.status], True))
        else:
            found.append(
                Span(since, until, BANDS[status.status], unsure or (heard is not None and heard <= since))
            )
    return found


def drawn(state: State, at: datetime) -> list[tuple[Journey, list[Span], list[TimelineEvent], list[Flag]]]:
    """Each journey with what is drawn on it, the latest ones where there are too many."""
    moments = {moment.event_id: moment for moment in state.life.moments}
    shown = []
    for journey, statuses in list(zip(state.life.journeys, state.spans, strict=True))[-MOST_JOURNEYS:]:
        spans = spans_of(journey, statuses, at)
        own = [
            moments[event] for event in journey.events if event in moments and moments[event].kind in MARKS
        ]
        begin = min([span.since for span in spans] + [moment.at for moment in own], default=None)
        end = journey.closed_at or at
        flags = [
            flag
            for flag in state.flags
            if begin is not None and begin <= flag.since <= max(end, begin) and flag.since <= at
        ]
        if begin is not None:
            shown.append((journey, spans, own[:60], flags))
    return shown


def wide(state: State, at: datetime) -> Picture:
    """The drawing in which time runs to the right."""
    rows = drawn(state, at)
    scale = Scale.over(rows, at, LEFT, RIGHT)
    picture = Picture(900)
    bottom = 34 + ROW * len(rows)
    for year in scale.years():
        x = scale.place(datetime(year, 1, 1, tzinfo=UTC))
        picture.lines.append((x, 30, x, bottom))
        picture.notes.append(Note(x + 4, 20, str(year), "soft"))
    for nth, (journey, spans, moments, flags) in enumerate(rows):
        top = 52 + ROW * nth
        picture.notes.append(Note(0, top + 11, country(journey.country), bold=True))
        picture.notes.append(Note(0, top + 28, below(journey), "soft"))
        for span in spans:
            x, end = scale.place(span.since), scale.place(span.until)
            picture.bars.append(Bar(x, top, max(end - x, 3), BAND, span.style, span.pale))
        for moment in moments:
            shape = MARKS[moment.kind]
            y = {"departure": top - 9, "return": top + BAND + 9, "deportation": top + BAND + 9}.get(
                shape, top + BAND / 2
            )
            picture.marks.append(Mark(scale.place(moment.at), y, shape, moment.event_id, moment.at))
        _flag_row(picture, scale, flags, top)
    _home(picture, state, scale, at, bottom + 6)
    picture.height = bottom + 24
    return picture


def _flag_row(picture: Picture, scale: Scale, flags: Sequence[Flag], top: float) -> None:
    ends = [0.0, 0.0]
    for flag in flags:
        name = FLAGS[flag.name][0]
        x = min(scale.place(flag.since), 880 - 17 - LETTER * len(name))
        lane = next((lane for lane in (0, 1) if x > ends[lane]), None)
        if lane is None:
            continue  # said beside the picture and in the rows; here it would run over another
        y = top - 8 if lane == 0 else top + BAND + 18
        picture.flags.append((x, y, name, "alarm" if flag.name in ALARMS else "watch"))
        ends[lane] = x + 28 + LETTER * len(name)


def _home(picture: Picture, state: State, scale: Scale, at: datetime, y: float) -> None:
    before: datetime | None = None
    bars = len(picture.bars)
    for journey in state.life.journeys:
        left = journey.abroad_from
        if left is not None and before is not None and left > before:
            picture.bars.append(
                Bar(scale.place(before), y, scale.place(left) - scale.place(before), 9, "home")
            )
        if journey.returned_at is not None:
            before = journey.returned_at
        elif left is not None:
            before = None
    if before is not None and before < at:
        picture.bars.append(
            Bar(scale.place(before), y, max(scale.place(at) - scale.place(before), 3), 9, "home")
        )
    if len(picture.bars) > bars:
        picture.notes.append(Note(0, y + 9, AT_HOME, "soft"))


def tall(state: State, at: datetime) -> Picture:
    """The drawing in which time runs down, from today to the first event."""
    rows = drawn(state, at)
    length = max(260, min(1600, 64 * max(1, round(_years(rows, at)))))
    scale = Scale.over(rows, at, length + 16, 16)
    picture = Picture(340, length + 40)
    for year in scale.years():
        y = scale.place(datetime(year, 1, 1, tzinfo=UTC))
        picture.lines.append((44, y, 336, y))
        picture.notes.append(Note(0, y - 4, str(year), "soft"))
    free = 0.0
    for journey, spans, moments, flags in reversed(rows):
        tops = []
        for span in spans:
            top, end = scale.place(span.until), scale.place(span.since)
            tops.append(top)
            picture.bars.append(Bar(60, top, 22, max(end - top, 3), span.style, span.pale))
        for moment in moments:
            picture.marks.append(
                Mark(71, scale.place(moment.at), MARKS[moment.kind], moment.event_id, moment.at)
            )
        y = max(min(tops, default=scale.place(at)) + 14, free)
        picture.notes.append(Note(96, y, country(journey.country), bold=True))
        picture.notes.append(Note(96, y + 17, below(journey), "soft"))
        y += 36
        for flag in flags[:2]:
            picture.flags.append((96, y, FLAGS[flag.name][0], "alarm" if flag.name in ALARMS else "watch"))
            y += 18
        free = y + 6
    picture.height = max(picture.height, free + 16)
    return picture


AT_HOME = "at home"


def below(journey: Journey) -> str:
    """The second line of a journey: what work it was for, as a message id."""
    title = work(journey)
    return title if len(title) <= 24 else title[:23].rstrip() + "…"


def work(journey: Journey) -> str:
    """The work of a journey, as a message id."""
    contract = journey.contract
    if contract is not None and contract.occupation is not None:
        return OCCUPATIONS.get(contract.occupation, contract.occupation)
    if journey.trips > 1:
        return "commuting"
    return "no registered contract" if journey.work else "visit"


@dataclass(frozen=True, slots=True)
class Scale:
    """From instants to places between two ends."""

    first: datetime
    last: datetime
    begin: float
    end: float

    @classmethod
    def over(
        cls,
        rows: Sequence[tuple[Journey, list[Span], list[TimelineEvent], list[Flag]]],
        at: datetime,
        begin: float,
        end: float,
    ) -> Scale:
        """A scale over all that is drawn, from the first of a January to a little after the instant looked at."""
        first, last = _ends(rows, at)
        return cls(datetime(first.year, 1, 1, tzinfo=UTC), last + (last - first) / 40 + DAY, begin, end)

    def place(self, instant: datetime) -> float:
        """The horizontal position of an instant."""
        share = (instant - self.first) / (self.last - self.first)
        return round(self.begin + (self.end - self.begin) * min(max(share, 0.0), 1.0), 1)

    def years(self) -> list[int]:
        """Years whose beginning is marked: all, or every second, fifth or tenth where they would run together."""
        years = list(range(self.first.year, self.last.year + 1))
        step = next(
            (step for step in (1, 2, 5, 10, 20) if abs(self.end - self.begin) / (len(years) / step) >= 40), 50
        )
        return [year for year in years if (year - years[0]) % step == 0]


def _ends(
    rows: Sequence[tuple[Journey, list[Span], list[TimelineEvent], list[Flag]]], at: datetime
) -> tuple[datetime, datetime]:
    instants = [at]
    for _, spans, moments, _ in rows:
        instants += [span.since for span in spans] + [moment.at for moment in moments]
    return min(instants), max(instants)


def _years(
    rows: Sequence[tuple[Journey, list[Span], list[TimelineEvent], list[Flag]]], at: datetime
) -> float:
    first, last = _ends(rows, at)
    return (last - first) / timedelta(days=365)
