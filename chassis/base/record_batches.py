"""Decodes Kafka's record batches, also those at which aiokafka's parser raises, so that no record stops a consumer.

Kafka accepts from a producer what the parser refuses: a header's name that is not UTF-8, a length with surplus bits,
or bytes after the compressed data. A consumer could not seek past such a record, since a batch is parsed from its
first one. Therefore a batch that aiokafka cannot parse is decoded here, by the rules of Kafka's own client.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from operator import lt
from typing import Any, NamedTuple

from aiokafka import codec
from aiokafka.record.memory_records import MemoryRecords

UNDECODABLE = "undecodable_batch"
"""The header of a record that replaces a batch which cannot be decoded. The value of the header is the class of the error."""

_LENGTH = slice(8, 12)
_BEFORE_LENGTH_ENDS = 12
_COUNT = struct.Struct(">i")
_COUNT_AT = 57
_RECORDS_AT = 61
_LOG_APPEND_TIME = 1
_DECOMPRESS = {1: codec.gzip_decode, 2: codec.snappy_decode, 3: codec.lz4_decode, 4: codec.zstd_decode}


class DecodedRecord(NamedTuple):
    """A record as aiokafka's consumer expects it from a batch."""

    offset: int
    timestamp: int
    timestamp_type: int | None
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    checksum: None = None


class RecordBatches:
    """The batches of one partition in a fetch response; takes the place of aiokafka's ``MemoryRecords``."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._batches = MemoryRecords(data)
        self.has_next = self._batches.has_next
        self.size_in_bytes = self._batches.size_in_bytes

    def next_batch(self) -> RecordBatch:
        """Return the next batch; there must be one."""
        batch = self._batches.next_batch()
        end = _BEFORE_LENGTH_ENDS + int.from_bytes(self._data[_LENGTH])
        data, self._data = self._data[:end], self._data[end:]
        return RecordBatch(batch, data)


class RecordBatch:
    """A batch of aiokafka whose iteration never raises; ``data`` are the batch's bytes."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        """Return the records of the batch, or one record with all its bytes if they cannot be decoded."""
        try:
            return iter(_in_order(self._batch, list(self._batch)))
        except Exception:  # aiokafka and the compression libraries raise errors of many classes
            return iter(self._decoded())

    def _decoded(self) -> list[DecodedRecord]:
        try:
            return list(decode_records(self._batch, self._data))
        except Exception as error:
            headers = [(UNDECODABLE, type(error).__name__.encode())]
            last = self._batch.next_offset - 1
            return [DecodedRecord(last, -1, None, None, self._data.tobytes(), headers)]


def _in_order(batch: Any, records: list[Any]) -> list[Any]:
    """Return the records. Raises ValueError for offsets that show that aiokafka misread a field: records would be skipped."""
    offsets = [batch.base_offset - 1, *(record.offset for record in records), batch.next_offset]
    if not all(map(lt, offsets, offsets[1:])):
        raise ValueError("the offsets of a batch do not ascend")
    return records


def decode_records(batch: Any, data: memoryview) -> Iterator[DecodedRecord]:
    """Decode the records of a batch; bytes of a header's name that are not UTF-8 are replaced by U+FFFD.

    Raises ValueError, IndexError or the error of the compression library for data that Kafka would not have accepted,
    and for bytes after compressed data.
    """
    (count,) = _COUNT.unpack_from(data, _COUNT_AT)
    decompress = _DECOMPRESS.get(batch.compression_type, bytes)
    fields = _Fields(decompress(data[_RECORDS_AT:].tobytes()))
    for _ in range(count):
        fields.varint()  # the length of the record
        fields.position += 1  # the attributes of the record, which have no meaning yet
        timestamp = batch.first_timestamp + fields.varint(64)
        if batch.timestamp_type == _LOG_APPEND_TIME:
            timestamp = batch.max_timestamp
        offset = batch.base_offset + fields.varint()
        key, value = fields.data(), fields.data()
        headers = [
            ((fields.data() or b"").decode(errors="replace"), fields.data()) for _ in range(fields.varint())
        ]
        yield DecodedRecord(offset, timestamp, batch.timestamp_type, key, value, headers)


class _Fields:
    """Reads the fields of records one after the other."""

    def __init__(self, buffer: bytes) -> None:
        self._buffer = buffer
        self.position = 0

    def varint(self, bits: int = 32) -> int:
        """Read a signed integer of variable length (zigzag). Surplus bits are ignored, as by Kafka."""
        value = place = 0
        while True:
            byte = self._buffer[self.position]
            self.position += 1
            value |= (byte & 0x7F) << place
            if byte < 0x80:
                break
            place += 7
            if place > bits:
                raise ValueError("an integer is too long")
        value &= (1 << bits) - 1
        return (value >> 1) ^ -(value & 1)

    def data(self) -> bytes | None:
        """Read bytes that follow their length; a negative length means null."""
        length = self.varint()
        if length < 0:
            return None
        self.position += length
        if self.position > len(self._buffer):
            raise ValueError("a length exceeds the batch")
        return self._buffer[self.position - length : self.position]
