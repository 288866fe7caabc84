"""Pages of a worker's records: which records of a block a request shows, chosen from the rows that a fold has read.

The contents of records (facts, person) are then read for these alone, so a request with thousands of records reads as
much as one with a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

Rows = Sequence[asyncpg.Record]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a page; ``before`` and ``after`` name the first records of the pages beside it, None if there are none."""

    rows: Rows
    before: UUID | None = None
    after: UUID | None = None


Choose = Callable[[Rows], Chosen]


def in_order(limit: int | None = None, after: tuple[datetime, UUID] | None = None) -> Choose:
    """Choose records in the order in which they occurred, those that follow ``after``; all if there is no limit."""

    def choose(rows: Rows) -> Chosen:
        ordered = sorted(rows, key=_time)
        if after is not None:
            ordered = [row for row in ordered if _time(row) > after]
        if limit is None or len(ordered) <= limit:
            return Chosen(ordered)
        return Chosen(ordered[:limit], after=ordered[limit]["event_id"])

    return choose


def latest_first(limit: int, begin: UUID | None = None) -> Choose:
    """Choose the latest events with their corrections and voids, or ``limit`` events from the event ``begin`` on.

    An event is at the time of its first version that this worker has.
    """

    def choose(rows: Rows) -> Chosen:
        originals: dict[UUID, asyncpg.Record] = {}
        for row in rows:
            known = originals.setdefault(row["names"], row)
            if row["version"] < known["version"]:
                originals[row["names"]] = row
        times = [(row["occurred_at"], event) for event, row in originals.items()]
        order = [event for _, event in sorted(times, reverse=True)]
        first = order.index(begin) if begin in originals else 0
        page = {event: nth for nth, event in enumerate(order[first : first + limit])}
        shown = [row for row in rows if row["names"] in page]
        return Chosen(
            sorted(shown, key=lambda row: (page[row["names"]], row["version"])),
            order[max(0, first - limit)] if first else None,
            order[first + limit] if first + limit < len(order) else None,
        )

    return choose


def _time(row: asyncpg.Record) -> tuple[datetime, UUID]:
    return row["occurred_at"], row["event_id"]
