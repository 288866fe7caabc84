"""The position of a process in one partition, and the check that the topic there was not published again.

The record before the position is read again and must be the one that was processed last. A topic that was published
again is read from its beginning. Effects are keyed by their cause, so reading an event twice only costs time.
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
    """Timeouts and intervals of a consumer, in seconds."""

    session: float = 30.0
    heartbeat: float = 3.0
    wait: float = 0.25
    metadata: float = 5.0
    idle: float = 5.0
    """Time without a record after which the last one is read again: the topic may have been replaced unnoticed."""
    silence: float = 60.0
    """Time without an answer from the broker after which the consumer is created again."""


READER_TIMING = ReaderTiming()


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Records that are processed together, and the resulting moves of the offsets."""

    records: Sequence[Record]
    moves: Sequence[Move]
    generation: int


class TopicRepublished(Exception):
    """The topic was published again: read it from its beginning."""

    def __init__(self, incarnation: int) -> None:
        super().__init__(incarnation)
        self.incarnation = incarnation


@dataclass(slots=True)
class PartitionPosition:
    """The position of a process in a partition.

    ``mark`` is the row in the database after the pending pages are written, ``next`` the offset to be read next, and
    ``floor`` the highest incarnation that was read from its beginning.
    """

    mark: Mark
    next: int
    floor: int
    fresh: bool
    """Nothing was read yet: the first record that arrives cannot show that earlier records were missed."""
    unproven: bool = False
    """The record before ``next`` was requested, to be compared with the one processed last."""
    received_at: float = field(default_factory=time.monotonic)

    @classmethod
    def at(cls, mark: Mark) -> Self:
        """Return the position that a row states."""
        return cls(mark, mark.next_offset, mark.incarnation, mark.next_offset == 0)

    def begin(self, incarnation: int) -> None:
        """Return to the beginning of the topic, to read this incarnation completely."""
        self.floor = max(self.floor, incarnation)
        self.next, self.fresh, self.unproven = 0, True, False

    def new_records(self, records: Sequence[Record], id_of: Callable[[Record], UUID]) -> Sequence[Record]:
        """Skip the record that was processed already; return the others. Raises TopicRepublished."""
        self.received_at = time.monotonic()
        if self.unproven and records and records[0].offset < self.next:
            before, records = records[0], records[1:]
            if id_of(before) != self.mark.last_id or incarnation_of(before) > self.mark.incarnation:
                raise TopicRepublished(incarnation_of(before))
        self.unproven = False
        fresh = self.fresh
        for record in records:
            incarnation = incarnation_of(record)
            if incarnation > self.floor:
                # Records of lower incarnations are left over from an earlier publication and are processed like any other.
                if not fresh:
                    raise TopicRepublished(incarnation)
                self.floor = incarnation
            fresh = False
        return records

    def take(self, partition: TopicPartition, last: Record, last_id: UUID) -> Move:
        """Move behind this record; return the move to be written with the effect."""
        now = Mark(self.floor, last.offset + 1, last_id)
        move = Move(partition, self.mark, now)
        self.mark, self.next, self.fresh = now, now.next_offset, False
        return move
