"""Record batches built byte by byte, and sent as they are: with content that no client library writes, but Kafka accepts."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import NoError, NotLeaderForPartitionError, for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.util import calc_crc32c, encode_varint


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record; the name of a header is bytes, and the last fields are encoded as given."""

    value: bytes | None
    headers: Sequence[tuple[bytes, bytes | None]] = ()
    key: bytes | None = b"key"
    attributes: bytes = b"\0"
    key_length: bytes | None = None


def varint(number: int) -> bytes:
    """Encode an integer as Kafka does."""
    encoded = bytearray()
    encode_varint(number, encoded.append)
    return bytes(encoded)


def raw_batch(
    records: Iterable[RawRecord], codec: int = 0, compress: Callable[[bytes], bytes] = bytes
) -> bytes:
    """Return a batch in format version 2, whose records are compressed with the codec of this number."""
    encoded = [_encode(nth, record) for nth, record in enumerate(records)]
    count, time = len(encoded), 1_400_000_000_000
    checked = struct.pack(">hiqqqhii", codec, count - 1, time, time, -1, -1, -1, count)
    checked += compress(b"".join(encoded))
    return struct.pack(">qiibI", 0, len(checked) + 9, -1, 2, calc_crc32c(checked)) + checked


async def send_raw(producer: AIOKafkaProducer, topic: str, partition: int, batch: bytes) -> None:
    """Send a batch. Raises KafkaError if the broker refuses it."""
    await producer.partitions_for(topic)
    client, where = producer.client, TopicPartition(topic, partition)
    async with asyncio.timeout(20):
        while True:
            request = ProduceRequest(None, -1, 10_000, [(topic, [(partition, batch)])])
            answer = await client.send(client.cluster.leader_for_partition(where), request)
            error = for_code(answer.topics[0][1][0][1])
            if error is not NotLeaderForPartitionError:  # as just after the topic was created
                break
            await client.force_metadata_update()
    if error is not NoError:
        raise error(topic)


def _encode(nth: int, record: RawRecord) -> bytes:
    length = varint(-1 if record.key is None else len(record.key))
    body = record.attributes + varint(0) + varint(nth) + (record.key_length or length) + (record.key or b"")
    body += _nullable(record.value) + varint(len(record.headers))
    for name, value in record.headers:
        body += varint(len(name)) + name + _nullable(value)
    return varint(len(body)) + body


def _nullable(data: bytes | None) -> bytes:
    return varint(-1) if data is None else varint(len(data)) + data
