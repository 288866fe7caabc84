"""What a record tells about the road: the rules of incarnations, without a broker."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from chassis.projections.offsets import Mark, Record, event_id
from chassis.projections.partition_position import PartitionPosition, TopicRepublished

PARTITION = TopicPartition("t", 0)


def record(offset: int, incarnation: int, event: int | None = None) -> Record:
    """A record whose event is that of the same number, unless said otherwise."""
    headers = [("ce_id", str(UUID(int=offset if event is None else event)).encode())]
    headers.append(("incarnation", b"%d" % incarnation))
    return ConsumerRecord("t", 0, offset, 0, 0, b"k", b"v", None, 1, 1, headers)


def road(incarnation: int, *offsets: int) -> Sequence[Record]:
    """Records one after the other."""
    return [record(offset, incarnation) for offset in offsets]


def stood(offset: int, incarnation: int) -> PartitionPosition:
    """A place behind the record of this offset, about to be proven."""
    place = PartitionPosition.at(Mark(incarnation, offset + 1, UUID(int=offset)))
    place.unproven = True
    return place


def test_a_first_reader_takes_whatever_incarnation_it_finds() -> None:
    place = PartitionPosition.at(Mark(0, 0, None))
    assert len(place.vet(road(3, 0, 1, 2), event_id)) == 3
    assert place.take(PARTITION, record(2, 3), UUID(int=2)).now == Mark(3, 3, UUID(int=2))


def test_the_record_taken_last_is_compared_and_not_taken_again() -> None:
    assert [each.offset for each in stood(4, 1).vet(road(1, 4, 5, 6), event_id)] == [5, 6]


def test_another_record_in_its_place_means_another_road() -> None:
    with pytest.raises(TopicRepublished) as laid:
        stood(4, 1).vet([record(4, 2, event=9)], event_id)
    assert laid.value.incarnation == 2


def test_the_same_event_in_the_same_place_of_a_later_incarnation_means_another_road() -> None:
    with pytest.raises(TopicRepublished):
        stood(4, 1).vet(road(2, 4, 5), event_id)


def test_a_later_incarnation_met_on_the_way_is_taken_from_the_beginning_and_only_once() -> None:
    place = stood(4, 1)
    with pytest.raises(TopicRepublished) as laid:
        place.vet([*road(1, 4, 5), *road(2, 6, 7)], event_id)
    place.begin(laid.value.incarnation)
    # The same road from its beginning: what the earlier laying left, then the later one.
    assert len(place.vet([*road(1, 0, 1, 2, 3, 4, 5), *road(2, 6, 7)], event_id)) == 8
    move = place.take(PARTITION, record(7, 2), UUID(int=7))
    assert (move.was, move.now) == (Mark(1, 5, UUID(int=4)), Mark(2, 8, UUID(int=7)))


def test_a_place_among_the_leavings_of_an_earlier_incarnation_is_still_ours() -> None:
    place = PartitionPosition.at(Mark(2, 3, UUID(int=2)))
    place.unproven = True
    assert [each.offset for each in place.vet([*road(1, 2, 3), *road(2, 4)], event_id)] == [3, 4]


def test_a_record_that_was_compacted_away_proves_nothing_and_hides_nothing() -> None:
    assert [each.offset for each in stood(4, 1).vet(road(1, 7, 8), event_id)] == [7, 8]
    with pytest.raises(TopicRepublished):
        stood(4, 1).vet(road(2, 7, 8), event_id)
