"""A dry run of an upload: each row is decided as if those before it were recorded, and nothing is recorded.

It holds the events of changes, because a later row may change the same record; so a dry run of many changes takes memory, up
to the limit of rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from chassis.commands.draft import Draft
from chassis.store.decider import Histories
from contracts.envelope import Event, Fact


class DryRun:
    """Holds what the rows of an upload would have recorded so far."""

    def __init__(self) -> None:
        self._events: dict[str, list[Event[Fact]]] = {}

    def extend(self, histories: Histories) -> Histories:
        """Return streams with the events that they would have."""
        return {
            stream: [*events, *self._events[stream]] if stream in self._events else events
            for stream, events in histories.items()
        }

    def add(self, histories: Mapping[str, object], draft: Draft) -> None:
        """Add what the rows of a draft would have recorded, on these streams."""
        for event in draft.events:
            if event.stream in histories:
                self._events.setdefault(event.stream, []).append(event)
