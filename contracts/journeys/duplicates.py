"""Rule J5, duplicates: two records of one crossing count once.

They have the same direction and country, were recorded at one post or at neighbouring posts within hours, and nothing lies
in between. The more precise record counts, then the one that was appended first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from contracts.journeys.placing import interval
from contracts.journeys.timeline_event import EXIT_NUMBERS, TimelineEvent
from contracts.reference.current import ReferenceData
from contracts.times import day_of


class Duplicate(NamedTuple):
    """A record that does not count, and the record of the same crossing that does."""

    event: TimelineEvent
    counted: TimelineEvent


def without_duplicates(
    crossings: Sequence[TimelineEvent], reference: ReferenceData
) -> tuple[list[TimelineEvent], list[Duplicate]]:
    """Return the crossings that count, in their order, and the duplicates."""
    if len(crossings) < 2:
        return list(crossings), []
    counted: list[TimelineEvent] = []
    groups: list[list[TimelineEvent]] = []
    for event in crossings:
        if counted and _one_crossing(groups[-1][-1], event, reference):
            groups[-1].append(event)
            counted[-1] = min(counted[-1], event, key=_precedence)
        else:
            counted.append(event)
            groups.append([event])
    if len(counted) == len(crossings):
        return counted, []
    return counted, [
        Duplicate(event, kept)
        for kept, group in zip(counted, groups, strict=True)
        for event in group
        if event is not kept
    ]


def _precedence(event: TimelineEvent) -> tuple[object, ...]:
    first, last = interval(event)
    return last - first, event.appended_at, event.event_id


def _one_crossing(before: TimelineEvent, event: TimelineEvent, reference: ReferenceData) -> bool:
    if (before.kind in EXIT_NUMBERS) is not (event.kind in EXIT_NUMBERS):
        return False
    if None not in (before.country, event.country) and before.country != event.country:
        return False
    gap = event.placed - before.placed
    if before.precision is not None or event.precision is not None:
        gap = max(timedelta(), interval(event)[0] - interval(before)[1])
    day = day_of(event.placed)
    if gap > timedelta(hours=reference.corridor(event.country, day).duplicate_hours):
        return False
    posts = before.checkpoint, event.checkpoint
    return posts[0] == posts[1] or (None not in posts and reference.neighbours(*posts, day))  # type: ignore[arg-type]
