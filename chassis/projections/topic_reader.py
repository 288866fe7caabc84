"""The road as one process hears it: its partitions, and where it stands in each.

Each partition is read from the place that the database states; what Kafka keeps of it is for dashboards
alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from chassis.base.logs import get_log
from chassis.projections.offsets import Move, Offsets, Record, entry_id, event_id
from chassis.projections.partition_position import (
    READER_TIMING,
    PartitionPosition,
    ReaderTiming,
    RecordBatch,
    TopicRepublished,
)
from chassis.store.database import Pool

_log = get_log()

PAGE = 2_000
_DAY_MS = 86_400_000  # who waits for the database keeps its partitions; sessions end by heartbeats alone


class TopicReader:
    """The topics of a reader, shared with other processes by ``group`` or else by ``share`` (index, of)."""

    def __init__(
        self,
        topics: Sequence[str],
        entry_topics: Sequence[str],
        brokers: str,
        pool: Pool,
        offsets: Offsets,
        *,
        group: str | None,
        share: tuple[int, int] = (0, 1),
        pace: ReaderTiming = READER_TIMING,
        drained: Callable[[], Awaitable[None]],
    ) -> None:
        self._topics = [*topics, *entry_topics]
        self._entry_topics = frozenset(entry_topics)
        self._brokers = brokers
        self._pool = pool
        self._offsets = offsets
        self._group = group
        self._share = share
        self._pace = pace
        self._drained = drained
        self._places: dict[TopicPartition, PartitionPosition] = {}
        self._assigned: frozenset[TopicPartition] = frozenset()
        self._placed = True
        self._generation = 0
        self._looked_at = 0.0
        self._asked_at = 0.0
        self._asking_since = 0.0
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=brokers,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=4 << 20,
            fetch_max_wait_ms=round(pace.wait * 1000),
            metadata_max_age_ms=round(pace.metadata * 1000),
            session_timeout_ms=round(pace.session * 1000),
            heartbeat_interval_ms=round(pace.heartbeat * 1000),
            rebalance_timeout_ms=round(max(pace.session, 30.0) * 1000),
            max_poll_interval_ms=_DAY_MS,
            request_timeout_ms=15_000,
        )

    async def start(self) -> None:
        """Connect. Raises KafkaError while the broker is away."""
        await self._consumer.start()
        if self._group is not None:
            self._consumer.subscribe(self._topics, listener=_Listener(self))

    async def stop(self) -> None:
        """Leave the group and disconnect."""
        with contextlib.suppress(KafkaError):
            await self._consumer.stop()

    @property
    def generation(self) -> int:
        """Changes whenever places are read anew."""
        return self._generation

    @property
    def partitions(self) -> frozenset[TopicPartition]:
        """What this process reads."""
        return self._assigned

    @property
    def lag(self) -> int | None:
        """Records not yet taken; None while it is not known."""
        total, held = 0, self._consumer.assignment()
        for partition, place in self._places.items():
            highwater = self._consumer.highwater(partition) if partition in held else None
            if highwater is None:
                return None
            total += max(0, highwater - place.next)
        return total if self._placed and self._generation else None

    @property
    def silent_for(self) -> float:
        """Seconds for which we have been asking and the broker has not answered for any of our partitions."""
        held = self._consumer.assignment()
        stamps = [self._consumer.last_poll_timestamp(each) or 0 for each in self._places if each in held]
        if not stamps or not self._placed:
            return 0.0
        return min(time.monotonic() - self._asking_since, max(0.0, time.time() - max(stamps) / 1000))

    def holds(self, haul: RecordBatch) -> bool:
        """Whether a haul is still ours to give effect to."""
        return haul.generation == self._generation

    def forget(self) -> None:
        """The offsets were moved by somebody else, or a page was lost: read them again before going on."""
        self._generation += 1
        self._placed = False

    async def take(self) -> RecordBatch | None:
        """The next records, or None where there are none for now.

        Raises KafkaError or the database's errors; it may then be called again.
        """
        if self._group is None:
            await self._look_for_partitions()
        if not self._placed:
            await self._drained()
            await self._take_places()
        now = time.monotonic()
        if now - self._asked_at > 2:
            self._asking_since = now
        generation = self._generation
        try:
            # getmany waits for an assignment without end while the group has no coordinator.
            async with asyncio.timeout(self._pace.wait + 1):
                fetched = await self._consumer.getmany(
                    timeout_ms=round(self._pace.wait * 1000), max_records=PAGE
                )
        except (NoOffsetForPartitionError, TimeoutError):  # the former: fetched before we had sought
            return None
        except OffsetOutOfRangeError as error:
            await self._stand(tuple(each for each in error.args[0] if each in self._places))
            return None
        finally:
            self._asked_at = time.monotonic()
        if generation != self._generation or not self._placed:
            return None
        records: list[Record] = []
        moves: list[Move] = []
        for partition, found in fetched.items():
            place = self._places.get(partition)
            if place is None:
                continue
            try:
                kept = place.vet(found, self._id)
            except TopicRepublished as laid:
                self._begin(partition, place, laid.incarnation)
                continue
            if kept:
                moves.append(place.take(partition, kept[-1], self._id(kept[-1])))
                records += kept
        self._prove_idle()
        return RecordBatch(records, moves, generation) if moves else None

    async def acknowledge(self, moves: Sequence[Move]) -> None:
        """Tell Kafka where we stand, for dashboards; nothing rests on it."""
        if self._group is None:
            return
        held = self._consumer.assignment()
        offsets = {move.partition: move.now.next_offset for move in moves if move.partition in held}
        if offsets:
            with contextlib.suppress(KafkaError, ValueError, TimeoutError):
                async with asyncio.timeout(5):
                    await self._consumer.commit(offsets)

    def _id(self, record: Record) -> UUID:
        return entry_id(record.key, record.value) if record.topic in self._entry_topics else event_id(record)

    def _begin(self, partition: TopicPartition, place: PartitionPosition, incarnation: int) -> None:
        reader, topic, number = self._offsets.reader, partition.topic, partition.partition
        _log.warning("road taken anew", reader=reader, topic=topic, partition=number, incarnation=incarnation)
        place.begin(incarnation)
        self._consumer.seek(partition, 0)

    def _prove_idle(self) -> None:
        # A log exchanged for one of the same length says nothing by itself.
        now, held = time.monotonic(), self._consumer.assignment()
        for partition, place in self._places.items():
            if now - place.heard_at > self._pace.idle and not place.fresh and partition in held:
                place.heard_at, place.unproven = now, True
                self._consumer.seek(partition, place.next - 1)

    async def _look_for_partitions(self) -> None:
        now = time.monotonic()
        if self._looked_at and now - self._looked_at < self._pace.metadata:
            return
        self._looked_at = now
        index, of = self._share
        found = await find_partitions(self._topics, self._brokers)
        mine = frozenset(e for e in found if (zlib.crc32(e.topic.encode()) + e.partition) % of == index)
        if mine and mine != self._assigned:
            await self._drained()
            self._consumer.assign(sorted(mine))
            self._hold(mine)

    def _hold(self, partitions: frozenset[TopicPartition]) -> None:
        """Take partitions over without reading them before their places are known."""
        self._assigned = partitions
        self._places.clear()
        self.forget()
        for partition in partitions:
            self._consumer.seek(partition, 0)
            self._consumer.pause(partition)

    async def _take_places(self) -> None:
        generation, partitions = self._generation, self._assigned
        marks = await self._offsets.open(self._pool, partitions)
        if generation != self._generation:
            return
        self._places = {each: PartitionPosition.at(mark) for each, mark in marks.items()}
        await self._stand(partitions)
        if generation == self._generation:
            self._placed = True
            self._consumer.resume(*partitions)

    async def _stand(self, partitions: Iterable[TopicPartition]) -> None:
        """Seek to our places, or to the beginning of a road that does not reach them."""
        wanted = list(partitions)
        if not wanted:
            return
        generation = self._generation
        async with asyncio.timeout(5):
            ends = await self._consumer.end_offsets(wanted)
            begins = await self._consumer.beginning_offsets(wanted)
        if generation != self._generation:
            return
        for partition in wanted:
            place = self._places[partition]
            place.heard_at = time.monotonic()
            if not place.fresh and begins[partition] < place.next <= ends[partition]:
                place.unproven = True
                self._consumer.seek(partition, place.next - 1)
            else:
                if not place.fresh:
                    self._begin(partition, place, place.floor)
                place.next = begins[partition]
                self._consumer.seek(partition, place.next)

    async def revoked(self) -> None:
        """Partitions go to others: first let the page under way be written, so that they find our place."""
        self._hold(frozenset())
        await self._drained()

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Partitions come to us."""
        self._hold(frozenset(partitions))


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, road: TopicReader) -> None:
        self._road = road

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._road.revoked()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._road.assigned(assigned)


async def find_partitions(topics: Sequence[str], brokers: str) -> list[TopicPartition]:
    """The partitions that topics have; none for a topic that is not there yet. Raises KafkaError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    try:
        await admin.start()
        described = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    return sorted(
        TopicPartition(one["topic"], part["partition"]) for one in described for part in one["partitions"]
    )
