"""What other services told of workers: their employment contracts, and of returnees who they are."""

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
from contracts import recruitment
from contracts.employment import experience_of
from contracts.envelope import Event, Fact
from contracts.reintegration import ReintegrationCaseOpened
from contracts.rulings import effective
from contracts.skills import Experience

CONTRACTS = "skills.contracts"
"""The reader that keeps employment contracts."""
REFERRALS = "skills.referrals"
"""The reader that hears referrals, and keeps with them the cases from which they come."""

RECEIVED = (
    recruitment.EmploymentContractRegistered,
    recruitment.EmploymentContractAmended,
    recruitment.EmploymentContractTerminated,
    recruitment.EventVoided,
    recruitment.EventCorrected,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the returnees of some cases: their experience, by the stream of the case."""

    experience: Mapping[str, tuple[Experience, ...]] = field(default_factory=dict)


def opening_in(standing: Sequence[Event[Any]]) -> Event[ReintegrationCaseOpened] | None:
    """The opening of a reintegration case."""
    return next((event for event in standing if isinstance(event.facts, ReintegrationCaseOpened)), None)


async def find_experience(
    runtime: Runtime, pool: Pool, nodes: Iterable[UUID], on: date
) -> tuple[Experience, ...]:
    """The work abroad of whom the nodes name, as who is who stands now."""
    log = Inbox(CONTRACTS, runtime.catalogue, runtime.store.persons)
    return experience_of(await log.standing_of(pool, await same_worker(pool, nodes)), on)


async def find_case(runtime: Runtime, stream: str) -> Event[ReintegrationCaseOpened] | None:
    """The opening of a reintegration case as heard, if it was."""
    log = Inbox(REFERRALS, runtime.catalogue, runtime.store.persons)
    return opening_in(effective((await log.load(runtime.pool, [stream]))[stream]))


async def known_of(runtime: Runtime, pool: Pool, streams: Mapping[str, Sequence[Event[Fact]]]) -> Known:
    """What is known of the returnees of the cases from which somebody is referred."""
    found: dict[str, tuple[Experience, ...]] = {}
    for stream, events in streams.items():
        standing = effective(events)
        opening = opening_in(standing)
        if opening is not None and len(standing) > 1:
            found[stream] = await find_experience(runtime, pool, nodes_of(opening), runtime.clock.today())
    return Known(found)
