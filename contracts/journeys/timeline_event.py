"""Timeline events: the fields of an event that the rules need, in one vocabulary for the facts of all services.

A timeline event is made once, when the event is received, and stored beside it in a short form. Folding a worker again
then reads the short forms only, not the complete events.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import IntEnum
from uuid import UUID

import msgspec

from contracts.codes.recording import TimePrecision


class Kind(IntEnum):
    """The kind of an event on the timeline. The numbers are stored and never change their meaning."""

    OTHER = 0
    DEPARTURE = 1
    RETURN = 2
    DEPORTATION = 3
    OUT = 4
    IN = 5
    CONTRACT_REGISTERED = 10
    CONTRACT_RETURNED = 11
    CONTRACT_APPROVED = 12
    CONTRACT_AMENDED = 13
    CONTRACT_TERMINATED = 14
    CASE_OPENED = 20
    CASE_ACTED = 21
    CASE_CLOSED = 22
    CASE_HANDED_OVER = 23
    CALLER_IDENTIFIED = 24
    DEATH_RECORDED = 25
    PERMIT_RECORDED = 26
    PERMIT_LAPSED = 27
    REINTEGRATION_OPENED = 30
    PLACED = 31
    REINTEGRATION_CLOSED = 32
    COUNSELLED = 33
    RETURN_JOINED = 34
    RECOGNITION_APPLIED = 40
    RECOGNISED = 41
    RECOGNITION_REVOKED = 42
    ASSESSED = 43

    __hash__ = int.__hash__
    """Faster than the hash of an enumeration, which is computed in Python: the fold looks kinds up in sets for each event."""

    @property
    def exit(self) -> bool:
        """True if it is a crossing out of Cambodia."""
        return self in _EXITS

    @property
    def entry(self) -> bool:
        """True if it is a crossing into Cambodia."""
        return self in _ENTRIES


_EXITS = frozenset((Kind.DEPARTURE, Kind.OUT))
_ENTRIES = frozenset((Kind.RETURN, Kind.DEPORTATION, Kind.IN))
EXIT_NUMBERS, ENTRY_NUMBERS = frozenset(map(int, _EXITS)), frozenset(map(int, _ENTRIES))
CROSSING_NUMBERS = EXIT_NUMBERS | ENTRY_NUMBERS


class Shown(msgspec.Struct, array_like=True, gc=False, omit_defaults=True):
    """A document of the person's own that was shown, with its validity as far as it was stated."""

    kind: str
    issued_on: date | None = None
    expires_on: date | None = None
    issued_by: str | None = None


_EPOCH = datetime.min.replace(tzinfo=UTC)


class TimelineEvent(msgspec.Struct, array_like=True, gc=False):
    """The fields of an event that the rules need.

    ``shown`` is None if the event is no crossing, and empty if no document was shown. ``stated`` is what an office states:
    the ground of a deportation, or the legal status in a case. ``whom`` is who reported a case, or with whom a mission
    had contact. The last six fields are not part of the short form: they have columns of their own, or are computed.
    """

    kind: Kind = Kind.OTHER
    country: str | None = None
    code: str | None = None
    checkpoint: str | None = None
    shown: tuple[Shown, ...] | None = None
    sex: int = 0
    province: str | None = None
    youngest: int | None = None
    oldest: int | None = None
    precision: TimePrecision | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    sector: str | None = None
    occupation: str | None = None
    agency: str | None = None
    employer: str | None = None
    channel: str | None = None
    role: str | None = None
    companion: str | None = None
    stated: str | None = None
    whom: str | None = None
    worker_in: str | None = None
    mission: str | None = None
    level: int | None = None
    office: str | None = None
    about: UUID | None = None
    at: datetime = _EPOCH
    event_id: UUID = UUID(int=0)
    recorded_at: datetime = _EPOCH
    appended_at: datetime = _EPOCH
    stream: str = ""
    placed: datetime = _EPOCH
    """When it occurred, as rule J6 places it; equal to ``at`` if the time is known to the minute."""

    def brief(self) -> str:
        """Return the short form that is stored: a JSON list of all fields except the last six, in their order."""
        fields = [getattr(self, name) for name in _STORED]
        while fields and fields[-1] is None:
            fields.pop()
        return _write(fields).decode()


_STORED = TimelineEvent.__struct_fields__[:-6]
_write = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(TimelineEvent).decode


def timeline_event_from(
    at: datetime,
    event_id: UUID,
    recorded_at: datetime,
    stream: str,
    brief: str,
    appended_at: datetime | None = None,
) -> TimelineEvent:
    """Return a timeline event, read from its short form and the columns beside it."""
    event = _read(brief)
    event.at = event.placed = at
    event.event_id, event.recorded_at, event.stream = event_id, recorded_at, stream
    event.appended_at = appended_at or recorded_at
    return event
