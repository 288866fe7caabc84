"""A place on the road: where a process stands in one partition, and whether the road there is still the same.

The record before the place is read again and must be the one taken last. A road that was laid anew is taken
from its beginning: effects are keyed, so hearing something twice costs time and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from aiokafka import TopicPartition

from chassis.projections.offsets import Mark, Move, Record, incarnation_of


@dataclass(frozen=True, slots=True)
class ReaderTiming:
    """How patient a consumer is, in seconds."""

    session: float = 30.0
    heartbeat: float = 3.0
    wait: float = 0.25
    metadata: float = 5.0
    idle: float = 5.0
    """After so long without a record the last one is looked at again: the road may have been laid anew."""
    silence: float = 60.0
    """After so long without an answer from the broker the consumer is made anew."""


READER_TIMING = ReaderTiming()


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Records taken together, and the moves that they are."""

    records: Sequence[Record]
    moves: Sequence[Move]
    generation: int


class TopicRepublished(Exception):
    """The road is not the one on which we came this far: take it from its beginning."""

    def __init__(self, incarnation: int) -> None:
        super().__init__(incarnation)
        self.incarnation = incarnation


@dataclass(slots=True)
class PartitionPosition:
    """Where a process stands in a partition.

    ``mark`` is the row in the database once the pages under way are written, ``next`` the offset to be taken
    next, ``floor`` the highest incarnation whose beginning lies behind us.
    """

    mark: Mark
    next: int
    floor: int
    fresh: bool
    """Nothing was taken since the beginning: whatever comes first, we have missed nothing before it."""
    unproven: bool = False
    """The record before ``next`` was asked for, to be compared with the one taken last."""
    heard_at: float = field(default_factory=time.monotonic)

    @classmethod
    def at(cls, mark: Mark) -> Self:
        """The place that a row states."""
        return cls(mark, mark.next_offset, mark.incarnation, mark.next_offset == 0)

    def begin(self, incarnation: int) -> None:
        """Go back to the beginning of the road, to take this incarnation whole."""
        self.floor = max(self.floor, incarnation)
        self.next, self.fresh, self.unproven = 0, True, False

    def vet(self, records: Sequence[Record], id_of: Callable[[Record], UUID]) -> Sequence[Record]:
        """What of the next records is to be taken. Raises LaidAnew."""
        self.heard_at = time.monotonic()
        if self.unproven and records and records[0].offset < self.next:
            before, records = records[0], records[1:]
            if id_of(before) != self.mark.last_id or incarnation_of(before) > self.mark.incarnation:
                raise TopicRepublished(incarnation_of(before))
        self.unproven = False
        fresh = self.fresh
        for record in records:
            incarnation = incarnation_of(record)
            if incarnation > self.floor:
                # Lower ones met on the way are what an earlier laying left, and are taken like any other.
                if not fresh:
                    raise TopicRepublished(incarnation)
                self.floor = incarnation
            fresh = False
        return records

    def take(self, partition: TopicPartition, last: Record, last_id: UUID) -> Move:
        """Stand behind this record; returns the move to be written with what was taken."""
        now = Mark(self.floor, last.offset + 1, last_id)
        move = Move(partition, self.mark, now)
        self.mark, self.next, self.fresh = now, now.next_offset, False
        return move
