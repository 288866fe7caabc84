"""The parts of a picture: bars, marks, notes and flags at their positions, in units of the SVG's view box."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Bar:
    """A length of time: what a journey was then."""

    x: float
    y: float
    width: float
    height: float
    style: str
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on a band."""

    x: float
    y: float
    shape: str
    event_id: UUID
    at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Words in the picture; ``text`` and ``more`` are message ids or plain years."""

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
    """Place, name as message id, and ``alarm`` or ``watch``."""
