"""Timeline events: the fields of an event that the fold needs, in one vocabulary for the facts of all services.

A timeline event is made once, when the event is received, and stored beside it in a short form. Folding a worker again
then reads the short forms only, not the complete events.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import IntEnum
from uuid import UUID

import msgspec
import orjson


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
    REINTEGRATION_OPENED = 30
    PLACED = 31
    REINTEGRATION_CLOSED = 32
    RECOGNITION_APPLIED = 40
    RECOGNISED = 41
    RECOGNITION_REVOKED = 42


class Papers(IntEnum):
    """The documents shown at a crossing."""

    NOT_A_CROSSING = 0
    NONE = 1
    SOME = 2
    REGULARISING = 3
    """A document that makes a stay abroad regular by itself: pink card, work permit, certificate of identity."""


class TimelineEvent(msgspec.Struct, array_like=True, gc=False):
    """The fields of an event that the fold needs.

    The last four fields are not part of the short form: they have columns of their own.
    """

    kind: Kind = Kind.OTHER
    country: str | None = None
    code: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    sector: str | None = None
    occupation: str | None = None
    checkpoint: str | None = None
    papers: Papers = Papers.NOT_A_CROSSING
    minor_alone: bool = False
    family: bool = False
    agency: str | None = None
    level: int | None = None
    sex: int = 0
    age_band: str | None = None
    province: str | None = None
    at: datetime = datetime.min.replace(tzinfo=UTC)
    event_id: UUID = UUID(int=0)
    recorded_at: datetime = datetime.min.replace(tzinfo=UTC)
    stream: str = ""

    def brief(self) -> str:
        """Return the short form that is stored: a JSON list of all fields except the last four, in their order."""
        return orjson.dumps(
            (
                int(self.kind),
                self.country,
                self.code,
                self.starts_on,
                self.ends_on,
                self.sector,
                self.occupation,
                self.checkpoint,
                int(self.papers),
                self.minor_alone,
                self.family,
                self.agency,
                self.level,
                self.sex,
                self.age_band,
                self.province,
            )
        ).decode()


_read = msgspec.json.Decoder(TimelineEvent).decode


def timeline_event_from(
    at: datetime, event_id: UUID, recorded_at: datetime, stream: str, brief: str
) -> TimelineEvent:
    """Return a timeline event, read from its short form and the columns beside it."""
    event = _read(brief)
    event.at, event.event_id, event.recorded_at, event.stream = at, event_id, recorded_at, stream
    return event
