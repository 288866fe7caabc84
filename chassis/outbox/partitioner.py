"""Chooses the partitions of keys like Kafka's default partitioner, for a whole page at once.

A plain loop over aiokafka's ``murmur2`` would be shorter but takes 5.5 us per key instead of 0.65 us. With it the relay
published 77,400 events/s instead of 121,500 (medians of five alternating runs of 150,000 events on two cores).
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence


def partitions_of(keys: Sequence[bytes], count: int) -> list[int]:
    """Return the partition of each key, as Kafka's own clients choose it."""
    by_length: dict[int, list[int]] = {}
    for nth, key in enumerate(keys):
        by_length.setdefault(len(key), []).append(nth)
    found = [0] * len(keys)
    for numbers in by_length.values():
        hashes = murmur2([keys[nth] for nth in numbers])
        for nth, hashed in zip(numbers, hashes, strict=True):
            found[nth] = (hashed & 0x7FFFFFFF) % count
    return found


def murmur2(keys: Sequence[bytes]) -> Sequence[int]:
    """Compute Kafka's hash (murmur2) of keys of equal length, all at once.

    One long integer holds a lane of 64 bits for each key, so that each arithmetic operation processes all keys.
    """
    length, lanes = len(keys[0]), len(keys)
    padding = bytes(-length % 4)
    words = array("I", padding.join(keys) + padding)
    stride = (length + 3) // 4
    if sys.byteorder == "big":
        words.byteswap()
    ones = int.from_bytes(array("Q", [1]).tobytes() * lanes, sys.byteorder)
    low = ones * 0xFFFFFFFF

    def word(nth: int) -> int:
        return int.from_bytes(array("Q", words[nth::stride]).tobytes(), sys.byteorder)

    h = ones * (0x9747B28C ^ length)
    for nth in range(length // 4):
        k = word(nth) * 0x5BD1E995 & low
        k ^= k >> 24 & ones * 0xFF
        h = (h * 0x5BD1E995 & low) ^ (k * 0x5BD1E995 & low)
    if padding:
        h = (h ^ word(stride - 1)) * 0x5BD1E995 & low
    h = (h ^ (h >> 13 & ones * 0x7FFFF)) * 0x5BD1E995 & low
    h ^= h >> 15 & ones * 0x1FFFF
    return array("Q", h.to_bytes(8 * lanes, sys.byteorder))
