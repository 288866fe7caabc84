"""Why something is believed: the rule that infers it, and the records on which it rests."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from contracts.journeys.timeline_event import TimelineEvent


class Basis(NamedTuple):
    """The rule of the timeline (J1 to J14), and the events on which an inference rests."""

    rule: str
    events: tuple[UUID, ...]


def basis(rule: str, *events: TimelineEvent | None) -> Basis:
    """Return the basis of an inference; absent events are left out."""
    return Basis(rule, tuple(event.event_id for event in events if event is not None))
