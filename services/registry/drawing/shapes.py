"""The parts of a picture: bars, marks, notes and flags at their positions, in units of the SVG's view box."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.journeys.flags import Flag
from contracts.journeys.journey import Journey
from contracts.journeys.timeline_event import TimelineEvent


@dataclass(frozen=True, slots=True)
class Span:
    """A time span of a journey with its style, before it has a position."""

    since: datetime
    until: datetime
    style: str
    pale: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A journey with its spans, marked events and flags, before they have positions."""

    journey: Journey
    spans: list[Span]
    events: list[TimelineEvent]
    flags: list[Flag]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: a time span of a journey."""

    x: float
    y: float
    width: float
    height: float
    style: str
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """The shape of an event on a band."""

    x: float
    y: float
    shape: str
    event_id: UUID
    at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A text in the picture; ``text`` is a message id or a year."""

    x: float
    y: float
    text: str
    style: str = ""
    anchor: str = "start"
    bold: bool = False


@dataclass(slots=True)
class Picture:
    """One drawing, in units of the SVG's view box."""

    width: float
    height: float = 0
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    flags: list[tuple[float, float, str, str]] = field(default_factory=list)
    """Position, name as a message id, and ``alarm`` or ``watch``."""
