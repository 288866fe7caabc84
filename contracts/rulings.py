"""The valid version of an event: applies corrections and voids, in the same way for every reader.

Of an event and all rulings that name it, the one with the highest stream version is valid. The event keeps its id, its
position and the time of its first recording; a correction changes its content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from contracts.envelope import Correction, Event, Fact, Ruling


def effective(events: Iterable[Event[Fact]]) -> list[Event[Fact]]:
    """Return the valid events of a stream: rulings are applied and removed.

    ``events`` may have any order and repetitions. A ruling whose original is not among them has no effect here.
    """
    events = list(events)
    if len(events) == 1:  # most streams
        return [] if events[0].facts.rules else events
    originals: dict[UUID, Event[Fact]] = {}
    rulings: dict[UUID, list[Event[Fact]]] = {}
    for event in sorted(
        {event.id: event for event in events}.values(), key=lambda event: (event.stream, event.version)
    ):
        if isinstance(event.facts, Ruling):
            rulings.setdefault(event.facts.names, []).append(event)
        else:
            originals[event.id] = event
    if not rulings:
        return list(originals.values())
    valid: list[Event[Fact]] = []
    for original in originals.values():
        named = rulings.get(original.id)
        if named is None:
            valid.append(original)
        elif (corrected := _restate(original, named)) is not None:
            valid.append(corrected)
    return valid


def _restate(original: Event[Fact], rulings: list[Event[Fact]]) -> Event[Fact] | None:
    last = rulings[-1]
    if not isinstance(last.facts, Correction):
        return None
    person, handles = original.person, original.handles
    for ruling in rulings:
        if isinstance(ruling.facts, Correction) and not ruling.facts.keeps_person:
            person, handles = ruling.person, ruling.handles
    return replace(
        original,
        facts=last.facts.restated.facts,
        occurred_at=last.occurred_at,
        person=person,
        handles=handles,
    )
