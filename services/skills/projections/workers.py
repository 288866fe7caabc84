"""Received events about workers: crossings, employment contracts and permits, and reintegration cases with their returnees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from chassis.commands.runtime import Runtime
from chassis.reactions.inbox import Inbox, nodes_of
from chassis.reactions.worker_numbers import same_worker
from chassis.store.database import Pool
from contracts.employment import experience_of
from contracts.envelope import Event, Fact
from contracts.reintegration import ReintegrationCaseOpened
from contracts.rulings import effective
from contracts.skills import Experience

CONTRACTS = "skills.contracts"
"""The name of the reader that keeps what journeys are made from."""
REFERRALS = "skills.referrals"
"""The name of the reader that reacts to referrals and keeps their reintegration cases."""


@dataclass(frozen=True, slots=True)
class Known:
    """The known experience of the returnees of some cases, by the stream of the case."""

    experience: Mapping[str, tuple[Experience, ...]] = field(default_factory=dict)


def opening_in(events: Sequence[Event[Any]]) -> Event[ReintegrationCaseOpened] | None:
    """Return the opening of a reintegration case, or None."""
    return next((event for event in events if isinstance(event.facts, ReintegrationCaseOpened)), None)


async def find_experience(
    runtime: Runtime, pool: Pool, nodes: Iterable[UUID], on: date
) -> tuple[Experience, ...]:
    """Return the work abroad of the worker to whom the nodes belong, as the worker numbers are now."""
    log = Inbox(CONTRACTS, runtime.catalogue, runtime.store.persons)
    return experience_of(await log.standing_of(pool, await same_worker(pool, nodes)), on)


async def find_case(runtime: Runtime, stream: str) -> Event[ReintegrationCaseOpened] | None:
    """Return the opening of a reintegration case, if it was received."""
    log = Inbox(REFERRALS, runtime.catalogue, runtime.store.persons)
    return opening_in(effective((await log.load(runtime.pool, [stream]))[stream]))


async def known_of(runtime: Runtime, pool: Pool, streams: Mapping[str, Sequence[Event[Fact]]]) -> Known:
    """Return the known experience of the returnees of cases that hold a referral."""
    found: dict[str, tuple[Experience, ...]] = {}
    for stream, events in streams.items():
        events = effective(events)
        opening = opening_in(events)
        if opening is not None and len(events) > 1:
            found[stream] = await find_experience(runtime, pool, nodes_of(opening), runtime.clock.today())
    return Known(found)
