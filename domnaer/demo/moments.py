"""Times, random choices and ids of the replay; they are the same on every machine and every Python version.

Only `Random.random` and `Random.getrandbits` are used: Python guarantees their sequence, but not that of `choice`,
`shuffle` or `sample`.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Final, TypeVar
from uuid import UUID

from contracts.times import PHNOM_PENH
from domnaer.demo.published import last_day

SEED: Final = "domnaer-demo-1"
LAST_MOMENT: Final = datetime.combine(last_day(), time(23, 59, 59), PHNOM_PENH)

Thing = TypeVar("Thing")


def chance(cell: str) -> Random:
    """Return the random generator of one cell, seeded by its name."""
    return Random(int.from_bytes(sha256(f"{SEED}:{cell}".encode()).digest()[:8]))


def pick(rng: Random, things: Sequence[Thing]) -> Thing:
    """Return one of the items, all with the same probability."""
    return things[int(rng.random() * len(things))]


def between(rng: Random, low: int, high: int) -> int:
    """Return a whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def weighted(weights: dict[Thing, int]) -> tuple[Thing, ...]:
    """Return a table for `pick` that holds each item as often as its weight."""
    return tuple(thing for thing, weight in weights.items() for _ in range(weight))


def midnight(day: date) -> datetime:
    """Return the beginning of a day in Phnom Penh."""
    return datetime.combine(day, time(), PHNOM_PENH)


def in_daytime(day: datetime, rng: Random) -> datetime:
    """Return a time between 06:00 and 20:00 of the day with this beginning."""
    return day + timedelta(seconds=21_600 + int(rng.random() * 50_400))


def written_down(occurred_at: datetime, rng: Random, prompt: float = 0.9) -> datetime:
    """Return the time at which an office recorded it: mostly minutes later, sometimes hours or days.

    `prompt` is the share recorded within half an hour; a quarter of the rest takes days. A fact of the last day is
    recorded on the last day, so that the replay ends on that day.
    """
    luck = rng.random()
    if luck < prompt:
        late = 60 + int(luck / prompt * 1_740)
    else:
        luck = (luck - prompt) / (1 - prompt)
        late = 1_800 + int(luck * 40_000) if luck < 0.75 else 86_400 + int((luck - 0.75) * 4 * 10 * 86_400)
    recorded_at = occurred_at + timedelta(seconds=late)
    return recorded_at if recorded_at <= LAST_MOMENT else max(occurred_at, LAST_MOMENT)


def id_at(occurred_at: datetime, rng: Random) -> UUID:
    """Return a UUIDv7 with the milliseconds of the occurrence and random bits of the cell's generator."""
    tail = rng.getrandbits(74)
    milliseconds = int(occurred_at.timestamp() * 1000)
    return UUID(
        int=milliseconds << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & 0x3FFF_FFFF_FFFF_FFFF
    )
