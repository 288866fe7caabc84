"""The position in a partition: how records show that a topic was published again. No broker is needed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from chassis.projections.offsets import Mark, Record, event_id
from chassis.projections.partition_position import PartitionPosition, TopicRepublished

PARTITION = TopicPartition("t", 0)


def record(offset: int, incarnation: int, event: int | None = None) -> Record:
    """Return a record whose event has the number of its offset, or the given one."""
    headers = [("ce_id", str(UUID(int=offset if event is None else event)).encode())]
    headers.append(("incarnation", b"%d" % incarnation))
    return ConsumerRecord("t", 0, offset, 0, 0, b"k", b"v", None, 1, 1, headers)


def records_at(incarnation: int, *offsets: int) -> Sequence[Record]:
    """Return records at these offsets."""
    return [record(offset, incarnation) for offset in offsets]


def position_behind(offset: int, incarnation: int) -> PartitionPosition:
    """Return a position behind the record at this offset, before that record was compared."""
    position = PartitionPosition.at(Mark(incarnation, offset + 1, UUID(int=offset)))
    position.unproven = True
    return position


def test_a_new_reader_accepts_any_incarnation() -> None:
    position = PartitionPosition.at(Mark(0, 0, None))
    assert len(position.new_records(records_at(3, 0, 1, 2), event_id)) == 3
    assert position.take(PARTITION, record(2, 3), UUID(int=2)).now == Mark(3, 3, UUID(int=2))


def test_the_last_processed_record_is_compared_and_not_processed_again() -> None:
    assert [each.offset for each in position_behind(4, 1).new_records(records_at(1, 4, 5, 6), event_id)] == [
        5,
        6,
    ]


def test_another_record_in_its_place_means_a_republished_topic() -> None:
    with pytest.raises(TopicRepublished) as republished:
        position_behind(4, 1).new_records([record(4, 2, event=9)], event_id)
    assert republished.value.incarnation == 2


def test_the_same_event_in_the_same_place_of_a_later_incarnation_means_a_republished_topic() -> None:
    with pytest.raises(TopicRepublished):
        position_behind(4, 1).new_records(records_at(2, 4, 5), event_id)


def test_a_later_incarnation_is_read_from_the_beginning_once() -> None:
    position = position_behind(4, 1)
    with pytest.raises(TopicRepublished) as republished:
        position.new_records([*records_at(1, 4, 5), *records_at(2, 6, 7)], event_id)
    position.begin(republished.value.incarnation)
    # The same topic from its beginning: records left over from the earlier publication, then those of the later one.
    assert len(position.new_records([*records_at(1, 0, 1, 2, 3, 4, 5), *records_at(2, 6, 7)], event_id)) == 8
    move = position.take(PARTITION, record(7, 2), UUID(int=7))
    assert (move.was, move.now) == (Mark(1, 5, UUID(int=4)), Mark(2, 8, UUID(int=7)))


def test_a_position_among_records_left_by_an_earlier_incarnation_stays_valid() -> None:
    position = PartitionPosition.at(Mark(2, 3, UUID(int=2)))
    position.unproven = True
    assert [
        each.offset for each in position.new_records([*records_at(1, 2, 3), *records_at(2, 4)], event_id)
    ] == [3, 4]


def test_a_record_that_was_compacted_away_proves_nothing_and_hides_nothing() -> None:
    assert [each.offset for each in position_behind(4, 1).new_records(records_at(1, 7, 8), event_id)] == [
        7,
        8,
    ]
    with pytest.raises(TopicRepublished):
        position_behind(4, 1).new_records(records_at(2, 7, 8), event_id)
