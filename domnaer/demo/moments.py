"""Time, chance and identity in the replay: the same on every machine and every Python version.

Only `Random.random` and `Random.getrandbits` are used: the language promises their sequence, not that of
`choice`, `shuffle` or `sample`.
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
    """The generator of one cell, seeded by its name."""
    return Random(int.from_bytes(sha256(f"{SEED}:{cell}".encode()).digest()[:8]))


def pick(rng: Random, things: Sequence[Thing]) -> Thing:
    """One of the things, each as likely."""
    return things[int(rng.random() * len(things))]


def between(rng: Random, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def weighted(weights: dict[Thing, int]) -> tuple[Thing, ...]:
    """A table to `pick` from: each thing as often as its weight."""
    return tuple(thing for thing, weight in weights.items() for _ in range(weight))


def midnight(day: date) -> datetime:
    """The beginning of a day in Phnom Penh."""
    return datetime.combine(day, time(), PHNOM_PENH)


def in_daytime(day: datetime, rng: Random) -> datetime:
    """A moment between six in the morning and eight in the evening of a day given by its beginning."""
    return day + timedelta(seconds=21_600 + int(rng.random() * 50_400))


def written_down(occurred_at: datetime, rng: Random, prompt: float = 0.9) -> datetime:
    """When an office first wrote it down: mostly minutes later, sometimes hours, sometimes days.

    `prompt` is the share written down within half an hour; a quarter of the rest takes days. A fact of the
    last day is written down on the last day, so that the replay ends when it says.
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
    """A UUID of version 7: the milliseconds of the occurrence, the rest from the cell's generator."""
    tail = rng.getrandbits(74)
    milliseconds = int(occurred_at.timestamp() * 1000)
    return UUID(
        int=milliseconds << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & 0x3FFF_FFFF_FFFF_FFFF
    )
