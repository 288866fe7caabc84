"""Which of the events that reintegration receives are of one worker, and how their cases follow them one after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from chassis.reactions.causes import ReactionRecorder
from chassis.reactions.inbox import nodes_of
from chassis.store.decider import record_of
from contracts.border import BorderCrossed, WorkerDeported, WorkerReturned
from contracts.consular import AssistanceCaseClosed
from contracts.envelope import Correction, Event, Fact
from contracts.journeys.events import timeline_event_of
from contracts.journeys.journeys import Life, life_of
from contracts.reintegration import ReintegrationCaseOpened
from contracts.rulings import effective
from services.reintegration.domain.episodes import returns_of
from services.reintegration.reactions.following import Histories
from services.reintegration.reactions.steps import Source, sources_of

Streams = Mapping[str, Sequence[Event[Fact]]]
_MOST_STEPS = 64
_MOST_PASSES = 8
"""Which returns a closed case ended depends on the returns that joined it: the cases are followed until nothing changes."""
_RETURNS = (WorkerReturned, WorkerDeported, BorderCrossed, AssistanceCaseClosed)
"""The facts that may state a return."""


def of_one_worker(
    streams: Streams, numbers: Mapping[UUID, str], shared: Mapping[UUID, str]
) -> list[dict[str, Sequence[Event[Fact]]]]:
    """Return the streams of each worker.

    The number of a record counts before the ``numbers`` of its documents, and those before the numbers of documents that
    records of several workers ``shared``; records without any number belong together if they have a document in common.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for stream, events in streams.items():
        valid = effective(events) or [event for event in events if not event.facts.rules] or events
        nodes = frozenset(chain.from_iterable(map(nodes_of, valid)))
        number = numbers.get(record_of(stream))
        if number is not None:
            joined = {number}
        elif any(node in numbers for node in nodes):
            joined = {numbers.get(node, str(node)) for node in nodes - shared.keys()}
        else:
            joined = {shared.get(node, str(node)) for node in nodes}
        for key in sorted(joined):
            one, other = sorted((root(stream), root(key)))
            parent[other] = one
    found: dict[str, dict[str, Sequence[Event[Fact]]]] = {}
    for stream in sorted(streams):
        found.setdefault(root(stream), {})[stream] = streams[stream]
    return list(found.values())


class Group(NamedTuple):
    """Workers who are decided together, with the keys that they have in common: nodes and cases."""

    keys: set[UUID]
    workers: list[Streams]


def in_groups(workers: Iterable[Streams], followed: Mapping[UUID, Sequence[UUID]]) -> list[Group]:
    """Return workers in groups: those whose records share a node, as after a correction to another person, or a case.

    ``followed`` holds the cases of returns. What is noted of a worker is about all of the group.
    """
    of_key: dict[UUID, Group] = {}
    for worker in workers:
        events = [event for each in worker.values() for event in each]
        found = Group({node for event in events for node in nodes_of(event)}, [worker])
        found.keys.update(case_id for event in events for case_id in followed.get(event.id, ()))
        for joined in {id(group): group for key in found.keys if (group := of_key.get(key))}.values():
            found.keys.update(joined.keys)
            found.workers.extend(joined.workers)
        of_key.update(dict.fromkeys(found.keys, found))
    return list({id(group): group for group in of_key.values()}.values())


def may_have_returned(streams: Streams) -> bool:
    """Return whether a record states a return, or stated one before it was corrected: no other worker has a case."""
    return any(
        isinstance(
            event.facts.restated.facts if isinstance(event.facts, Correction) else event.facts, _RETURNS
        )
        for events in streams.values()
        for event in events
    )


def event_ids(streams: Streams) -> list[UUID]:
    """Return the ids of the events of a worker, without those of corrections and voids."""
    return [event.id for events in streams.values() for event in events if not event.facts.rules]


def opened_for(streams: Streams, histories: Mapping[str, list[Event[Fact]]]) -> dict[UUID, list[Event[Fact]]]:
    """Return, by id, the cases that a return of this worker opened: another may have joined or left with its return."""
    ids = set(event_ids(streams))
    return {
        record_of(stream): events
        for stream, events in histories.items()
        if any(
            isinstance(event.facts, ReintegrationCaseOpened) and event.facts.return_event_id in ids
            for event in events
        )
    }


def follow_worker(
    streams: Streams,
    fresh: Iterable[UUID],
    cases: Mapping[UUID, list[Event[Fact]]],
    recorder: ReactionRecorder,
    now: datetime,
) -> tuple[Histories, datetime | None]:
    """Let the cases of a worker follow the events of ``streams``, those in ``fresh`` one by one as they were recorded.

    So the cases say at each past instant what was known then, however the events were received. Also returns the
    instant at which the last return stops counting as home leave.
    """
    new = set(fresh)
    histories = Histories(cases, recorder)
    events = list(chain.from_iterable(streams.values()))
    known = [event for event in events if event.id not in new]
    steps = sorted(
        (event for event in events if event.id in new),
        key=lambda each: (each.recorded_at, each.stream, each.version),
    )
    size = -(-len(steps) // _MOST_STEPS) or 1
    life: Life | None = None
    sources: Mapping[UUID, Source] = {}
    for nth in range(0, len(steps), size):
        known += steps[nth : nth + size]
        life, sources = _lived(known)
        at = min(now, max(event.recorded_at for event in known))
        histories.follow(returns_of(life, at, histories.closings()), sources, known[-1], now)
    if life is None:
        life, sources = _lived(known)
    for _ in range(_MOST_PASSES):
        before = histories.events
        found = returns_of(life, now, histories.closings())
        histories.follow(found, sources, None, now)
        if histories.events == before:
            break
    return histories, found.leave_until


def _lived(events: Iterable[Event[Fact]]) -> tuple[Life, Mapping[UUID, Source]]:
    streams: dict[str, list[Event[Fact]]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    standing = [effective(each) for each in streams.values()]
    sources: dict[UUID, Source] = {}
    for each in standing:
        sources |= sources_of(each)
    return life_of(timeline_event_of(event) for each in standing for event in each), sources
