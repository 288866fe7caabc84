"""Batches at which aiokafka's parser raises, or which it misreads, stop no reader and hide no event."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Sequence

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.default_records import DefaultRecordBatch

from chassis.base.kafka import client_arguments
from chassis.base.record_batches import UNDECODABLE, RecordBatches, decode_records
from chassis.projections.dead_letters import DeadLetter, discard, list_letters
from chassis.projections.offsets import Offsets
from chassis.projections.replay import replay
from tests.chassis.projector.conftest import ServiceWithReader
from tests.chassis.projector.example import TODAY, counted, running, taken, things, until
from tests.raw_batches import RawRecord, raw_batch, send_raw, varint
from tests.records import EventRow, headers, value

NOT_UTF8 = b"ce_\xff\xfe"
Compress = Callable[[bytes], bytes]
CODECS: list[tuple[int, Compress]] = [
    (0, bytes),
    (1, gzip_encode),
    (2, snappy_encode),
    (3, lz4_encode),
    (4, zstd_encode),
]
ODD = {
    "a name is not UTF-8": RawRecord(b"odd", [(NOT_UTF8, b"1"), (b"", None)]),
    "a length has surplus bits": RawRecord(b"odd", key=b"k", key_length=b"\x82\x80\x80\x80\x70"),
    # aiokafka reads the byte of the attributes as the first of an integer, then the key's length as the offset, and parts of
    # the key as the lengths of key (-1) and value (52): it would skip the records that follow.
    "an attribute is set": RawRecord(b"odd", key=varint(-1) + varint(52) + bytes(48), attributes=b"\x80"),
}
NOT_COMPRESSED_AS_USUAL: list[tuple[int, Compress]] = [
    (1, lambda data: gzip.compress(data) + b"more"),
    (2, lambda data: snappy_encode(data)[:8] + b"\0\0\0\2\0\0\0\1" + snappy_encode(data)[16:]),
    (3, lambda data: lz4_encode(data) + b"more"),
]


def as_raw(event: EventRow, *more: tuple[bytes, bytes | None]) -> RawRecord:
    """Return the record that the relay publishes for an event, with more headers."""
    known = [(name.encode(), given) for name, given in headers(event, 1)]
    return RawRecord(value(event), [*known, *more], event.stream.encode())


async def send(machine: ServiceWithReader, batches: Sequence[bytes]) -> None:
    """Send batches to one partition."""
    async with AIOKafkaProducer(**client_arguments(machine.settings, machine.service)) as producer:
        for batch in batches:
            await send_raw(producer, machine.topic_writer.topic, 1, batch)


@pytest.mark.parametrize("why", ODD)
async def test_a_record_that_aiokafka_cannot_parse_becomes_a_dead_letter_and_those_beside_it_are_processed(
    machine: ServiceWithReader, why: str
) -> None:
    events = counted(range(len(CODECS) * 2 + 1))
    batches = [
        raw_batch([as_raw(events[2 * nth]), ODD[why], as_raw(events[2 * nth + 1])], *codec)
        for nth, codec in enumerate(CODECS)
    ]
    await send(machine, [*batches, raw_batch([as_raw(events[-1])])])
    expected = {each.event_id for each in events}
    # Another process reads the topic from its beginning, as a rebuild does.
    for reader in (machine.reader(), things(machine.topic_writer.topic, f"{machine.name}.again")):
        async with running(machine.projector(reader, share=(0, 1))):
            await until(lambda reader=reader: _passed(machine, reader.name, 3 * len(CODECS) + 1))
            assert await taken(machine.pool) == expected
            [letter] = await list_letters(machine.pool, reader.name)  # the same content, and so one letter
        assert (letter.body, letter.partition) == (b"odd", 1)
        await machine.pool.execute("DELETE FROM things")
    again = await replay(machine.reader(), machine.pool, TODAY)
    assert (again.taken, again.stayed) == (0, 1)
    assert await discard(machine.pool, machine.name, letter.event_id, by="registrar", reason="a test")


async def test_an_event_is_processed_although_the_name_of_another_header_is_not_utf8(
    machine: ServiceWithReader,
) -> None:
    [event] = counted([1])
    await send(machine, [raw_batch([as_raw(event, (NOT_UTF8, b"trace"))])])
    async with running(machine.projector()):
        await until(lambda: _passed(machine, machine.name, 1))
    assert await taken(machine.pool) == {event.event_id}
    assert not await list_letters(machine.pool, machine.name)


async def test_a_batch_that_cannot_be_decompressed_becomes_one_dead_letter_with_all_its_bytes(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(len(NOT_COMPRESSED_AS_USUAL)))
    inside, batches = counted(range(2)), []
    for event, codec in zip(events, NOT_COMPRESSED_AS_USUAL, strict=True):
        batches += [raw_batch(map(as_raw, inside), *codec), raw_batch([as_raw(event)])]
    await send(machine, batches)
    async with running(machine.projector()):
        await until(lambda: _passed(machine, machine.name, 3 * len(events)))
    assert await taken(machine.pool) == {each.event_id for each in events}
    letters = sorted(await list_letters(machine.pool, machine.name), key=_offset)
    assert [letter.at_offset for letter in letters] == [1, 4, 7]
    # The header of a batch, of 61 bytes, has the broker's offset and time by now.
    assert [letter.body[61:] for letter in letters] == [batch[61:] for batch in batches[::2]]
    assert [letter.attributes()[UNDECODABLE] for letter in letters] == [
        b"BadGzipFile",
        b"DecompressionError",
        b"DecompressionError",
    ]


def test_records_are_decoded_as_aiokafka_decodes_them() -> None:
    chance = random.Random(8)

    def data(least: int = -1) -> bytes | None:
        length = chance.choice([least, 0, 1, 63, 64, 200, 9_000])
        return None if length < 0 else chance.randbytes(length)

    for codec, compress in CODECS * 20:
        records = [
            RawRecord(
                data(),
                [(chance.choice([b"", b"ce_id", "ឈ្មោះ".encode()]), data())] * chance.choice([0, 1, 70]),
                data(),
            )
            for _ in range(chance.randint(1, 90))
        ]
        batch = raw_batch(records, codec, compress)
        theirs, ours = DefaultRecordBatch(batch), DefaultRecordBatch(batch)
        fields = ("offset", "timestamp", "timestamp_type", "key", "value", "headers", "checksum")
        expected = [tuple(getattr(record, field) for field in fields) for record in theirs]
        decoded = list(decode_records(ours, memoryview(batch)))
        assert [tuple(getattr(record, field) for field in fields) for record in decoded] == expected
        batches = RecordBatches(batch * 2 + batch[:-1])
        for _ in range(2):
            assert batches.has_next()
            assert [record.key for record in batches.next_batch()] == [record.key for record in records]
        assert not batches.has_next()


async def _passed(machine: ServiceWithReader, reader: str, offset: int) -> bool:
    marks = await Offsets(reader, 0).read(machine.pool)
    return any(partition.partition == 1 and mark.next_offset == offset for partition, mark in marks.items())


def _offset(letter: DeadLetter) -> int:
    return letter.at_offset
