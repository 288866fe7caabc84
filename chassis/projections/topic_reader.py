"""Reads the topics of a reader in one process: its partitions, and the position in each.

Each partition is read from the offset in the reader's database. The offsets committed to Kafka are for dashboards only.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import (
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    TopicAuthorizationFailedError,
)

from chassis.base.kafka import start_client
from chassis.base.logs import get_log
from chassis.base.settings import Settings
from chassis.projections.kafka_clients import find_partitions, make_consumer
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


class TopicReader:
    """The topics of a reader, shared with other processes by a consumer ``group`` or by a fixed ``share`` (index, of)."""

    def __init__(
        self,
        topics: Sequence[str],
        entry_topics: Sequence[str],
        settings: Settings,
        pool: Pool,
        offsets: Offsets,
        *,
        group: str | None,
        share: tuple[int, int] = (0, 1),
        timing: ReaderTiming = READER_TIMING,
        drained: Callable[[], Awaitable[None]],
    ) -> None:
        self._topics = [*topics, *entry_topics]
        self._entry_topics = frozenset(entry_topics)
        self._settings = settings
        self._service = offsets.reader.partition(".")[0]
        self._pool = pool
        self._offsets = offsets
        self._group = group
        self._share = share
        self._timing = timing
        self._drained = drained
        self._positions: dict[TopicPartition, PartitionPosition] = {}
        self._assigned: frozenset[TopicPartition] = frozenset()
        self._positioned = True
        self._generation = 0
        self._listed_at = 0.0
        self._polled_at = 0.0
        self._polling_since = 0.0
        self._consumer = make_consumer(settings, self._service, group, timing)

    async def start(self) -> None:
        """Connect. Raises KafkaError while the broker is away."""
        await start_client(self._consumer, self._settings, self._service)
        if self._group is not None:
            self._consumer.subscribe(self._topics, listener=_Listener(self))

    async def stop(self) -> None:
        """Leave the group and disconnect."""
        with contextlib.suppress(KafkaError):
            await self._consumer.stop()

    @property
    def generation(self) -> int:
        """Changes whenever the positions are read again."""
        return self._generation

    @property
    def partitions(self) -> frozenset[TopicPartition]:
        """The partitions that this process reads."""
        return self._assigned

    @property
    def lags(self) -> dict[str, int] | None:
        """The number of records not processed yet, by topic; None while it is unknown."""
        held, lags = self._consumer.assignment(), dict.fromkeys(self._topics, 0)
        for partition, position in self._positions.items():
            highwater = self._consumer.highwater(partition) if partition in held else None
            if highwater is None:
                return None
            lags[partition.topic] += max(0, highwater - position.next)
        return lags if self._positioned and self._generation else None

    @property
    def silent_for(self) -> float:
        """Seconds since the broker last answered for any partition of this process, while it was polled."""
        held = self._consumer.assignment()
        stamps = [self._consumer.last_poll_timestamp(each) or 0 for each in self._positions if each in held]
        if not stamps or not self._positioned:
            return 0.0
        return min(time.monotonic() - self._polling_since, max(0.0, time.time() - max(stamps) / 1000))

    def holds(self, batch: RecordBatch) -> bool:
        """Return whether this process still owns the partitions of a batch."""
        return batch.generation == self._generation

    def forget(self) -> None:
        """Read the offsets again before going on: another process moved them, or a page was lost."""
        self._generation += 1
        self._positioned = False

    async def take(self) -> RecordBatch | None:
        """Return the next records, or None if there are none now.

        Raises KafkaError or errors of the database; it may then be called again.
        """
        if self._group is None:
            await self._list_partitions()
        if not self._positioned:
            await self._drained()
            await self._read_positions()
        now = time.monotonic()
        if now - self._polled_at > 2:
            self._polling_since = now
        generation = self._generation
        # A group gets no partitions of a topic that its user must not read, and aiokafka only logs it.
        if refused := self._consumer._client.cluster.unauthorized_topics.intersection(self._topics):
            raise TopicAuthorizationFailedError(*sorted(refused))
        try:
            # Without a group coordinator, getmany would wait for an assignment for ever.
            async with asyncio.timeout(self._timing.wait + 1):
                fetched = await self._consumer.getmany(
                    timeout_ms=round(self._timing.wait * 1000), max_records=PAGE
                )
        except (NoOffsetForPartitionError, TimeoutError):  # the first: records were requested before the seek
            return None
        except OffsetOutOfRangeError as error:
            await self._seek(tuple(each for each in error.args[0] if each in self._positions))
            return None
        finally:
            self._polled_at = time.monotonic()
        if generation != self._generation or not self._positioned:
            return None
        records: list[Record] = []
        moves: list[Move] = []
        for partition, found in fetched.items():
            position = self._positions.get(partition)
            if position is None:
                continue
            try:
                kept = position.new_records(found, self._id)
            except TopicRepublished as republished:
                self._restart(partition, position, republished.incarnation)
                continue
            if kept:
                moves.append(position.take(partition, kept[-1], self._id(kept[-1])))
                records += kept
        self._check_idle()
        return RecordBatch(records, moves, generation) if moves else None

    async def acknowledge(self, moves: Sequence[Move]) -> None:
        """Commit the offsets to Kafka. Only dashboards read them."""
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

    def _restart(self, partition: TopicPartition, position: PartitionPosition, incarnation: int) -> None:
        reader, topic, number = self._offsets.reader, partition.topic, partition.partition
        _log.warning("topic_reread", reader=reader, topic=topic, partition=number, incarnation=incarnation)
        position.begin(incarnation)
        self._consumer.seek(partition, 0)

    def _check_idle(self) -> None:
        # If a topic was replaced by one of the same length, the broker does not report it: read the last record again.
        now, held = time.monotonic(), self._consumer.assignment()
        for partition, position in self._positions.items():
            if now - position.received_at > self._timing.idle and not position.fresh and partition in held:
                position.received_at, position.unproven = now, True
                self._consumer.seek(partition, position.next - 1)

    async def _list_partitions(self) -> None:
        now = time.monotonic()
        if self._listed_at and now - self._listed_at < self._timing.metadata:
            return
        self._listed_at = now
        index, of = self._share
        found = await find_partitions(self._settings, self._service, self._topics)
        mine = frozenset(e for e in found if (zlib.crc32(e.topic.encode()) + e.partition) % of == index)
        if mine and mine != self._assigned:
            await self._drained()
            self._consumer.assign(sorted(mine))
            self._pause(mine)

    def _pause(self, partitions: frozenset[TopicPartition]) -> None:
        """Take over partitions; read nothing from them before their positions are known."""
        self._assigned = partitions
        self._positions.clear()
        self.forget()
        for partition in partitions:
            self._consumer.seek(partition, 0)
            self._consumer.pause(partition)

    async def _read_positions(self) -> None:
        generation, partitions = self._generation, self._assigned
        marks = await self._offsets.open(self._pool, partitions)
        if generation != self._generation:
            return
        self._positions = {each: PartitionPosition.at(mark) for each, mark in marks.items()}
        await self._seek(partitions)
        if generation == self._generation:
            self._positioned = True
            self._consumer.resume(*partitions)

    async def _seek(self, partitions: Iterable[TopicPartition]) -> None:
        """Seek to the positions, or to the beginning of a topic that ends before them."""
        wanted = list(partitions)
        if not wanted:
            return
        generation = self._generation
        async with asyncio.timeout(5):
            ends = await self._consumer.end_offsets(wanted)
            beginnings = await self._consumer.beginning_offsets(wanted)
        if generation != self._generation:
            return
        for partition in wanted:
            position = self._positions[partition]
            position.received_at = time.monotonic()
            if not position.fresh and beginnings[partition] < position.next <= ends[partition]:
                position.unproven = True
                self._consumer.seek(partition, position.next - 1)
            else:
                if not position.fresh:
                    self._restart(partition, position, position.floor)
                position.next = beginnings[partition]
                self._consumer.seek(partition, position.next)

    async def revoked(self) -> None:
        """Give up all partitions, and wait until the pending page is written, so that the next owner sees its offsets."""
        self._pause(frozenset())
        await self._drained()

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Take over the assigned partitions."""
        self._pause(frozenset(partitions))


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, topic_reader: TopicReader) -> None:
        self._topic_reader = topic_reader

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._topic_reader.revoked()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._topic_reader.assigned(assigned)
