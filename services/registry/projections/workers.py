"""Workers, folded from blocks of evidence: each with its number, its person records and its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from chassis.base.priority import REQUEST_PRIORITY
from chassis.store.persons import person_codec
from contracts.codes.missions import MISSIONS
from services.registry.fold.state import State, fold
from services.registry.fold.timeline_event import TimelineEvent, timeline_event_from
from services.registry.identity.evidence import components, part
from services.registry.identity.number import mint


class _Name(msgspec.Struct, gc=False):
    khmer: str | None = None
    latin: str | None = None


class _Birth(msgspec.Struct, gc=False):
    on: str | None = None
    precision: str | None = None


class PersonFields(msgspec.Struct):
    """The person block of an event. Its fields are set if ``form`` is clear; it is empty if sealed or erased."""

    form: str
    evidence_id: UUID
    name: _Name | None = None
    birth: _Birth | None = None
    phone: str | None = None
    shown: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"[]"), name="documents")

    @property
    def khmer(self) -> str | None:
        """The name in Khmer script."""
        return None if self.name is None else self.name.khmer

    @property
    def latin(self) -> str | None:
        """The name in Latin script."""
        return None if self.name is None else self.name.latin

    @property
    def born(self) -> str | None:
        """The date of birth."""
        return None if self.birth is None else self.birth.on

    @property
    def birth_precision(self) -> str | None:
        """The precision of the date of birth."""
        return None if self.birth is None else self.birth.precision


_read_person = msgspec.json.Decoder(PersonFields).decode


@dataclass(slots=True)
class Worker:
    """A worker folded from a block of evidence. The settled rows and the timeline are made from it."""

    number: str
    origin: UUID
    """The node of the evidence from which the number was made. It stays with the number if the block is split."""
    nodes: list[UUID]
    events: list[TimelineEvent]
    people: list[PersonFields]
    state: State
    withheld: list[str] = field(default_factory=list)
    """The forms of the person blocks that cannot be read: sealed or erased."""

    @property
    def sex(self) -> int:
        """The latest recorded sex that is known; 0 if there is none."""
        return next((m.sex for m in reversed(self.state.life.events) if m.sex in (1, 2)), 0)

    @property
    def home_province(self) -> str | None:
        """The latest recorded home province."""
        return next((m.province for m in reversed(self.state.life.events) if m.province), None)

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The documents that were shown, each with its details as often as they differ."""
        written = dict.fromkeys(bytes(person.shown) for person in self.people)
        return [document for each in written for document in msgspec.json.decode(each)]

    @property
    def person(self) -> PersonFields | None:
        """The latest person block that has a name."""
        return next((p for p in reversed(self.people) if p.khmer or p.latin), None)


def workers_of(rows: Iterable[asyncpg.Record], blocks: Sequence[Sequence[UUID]]) -> list[Worker]:
    """Return the workers of blocks, folded from rows that begin with :data:`FOLD_COLUMNS`."""
    return [worker for found in _each_block(rows, blocks) for worker in found]


async def workers_in_steps(rows: Iterable[asyncpg.Record], blocks: Sequence[Sequence[UUID]]) -> list[Worker]:
    """Do the same as :func:`workers_of`, and pause between blocks while a request is waiting in this process."""
    workers: list[Worker] = []
    for nth, found in enumerate(_each_block(rows, blocks), 1):
        workers += found
        if nth % 10 == 0:
            await REQUEST_PRIORITY.give_way()
    return workers


def _each_block(rows: Iterable[asyncpg.Record], blocks: Sequence[Sequence[UUID]]) -> Iterator[list[Worker]]:
    index = {node: nth for nth, block in enumerate(blocks) for node in block}
    evidence: list[list[asyncpg.Record]] = [[] for _ in blocks]
    for row in rows:
        evidence[index[row[0]]].append(row)
    for block, facts in zip(blocks, evidence, strict=True):
        found = (_worker(share, list(block)) for share in part(facts))
        yield [worker for worker in found if worker is not None]


def workers_within(rows: Iterable[asyncpg.Record], low: UUID, high: UUID) -> list[Worker]:
    """Return the workers of the blocks whose largest node is from ``low`` to ``high``, from rows of :data:`BLOCKS_WITHIN`."""
    members: set[UUID] = set()
    links: list[tuple[UUID, UUID]] = []
    facts: list[asyncpg.Record] = []
    for row in rows:
        node, member, linked = row[0], row[9], row[10]
        if linked is not None:
            links.append((member, linked))
            continue
        members.add(member)
        if node is not None:
            facts.append(row)
    blocks = [block for block in components(members, links) if low <= block[-1] <= high]
    within = {node for block in blocks for node in block}
    return workers_of((row for row in facts if row[0] in within), blocks)


def _worker(rows: Sequence[asyncpg.Record], nodes: list[UUID]) -> Worker | None:
    events: list[TimelineEvent] = []
    person_blocks: dict[UUID, tuple[int, str]] = {}
    first: tuple[datetime, UUID, UUID] | None = None
    for row in rows:
        node, at, recorded_at, names, version, stream, brief, person_block, overruled = row[:9]
        if not overruled:
            events.append(timeline_event_from(at, names, recorded_at, stream, brief))
            if first is None or (recorded_at, names, node) < first:
                first = (recorded_at, names, node)
        # A correction that does not change the person has no person block: the earlier version's is still valid. A
        # correction with a person block replaces the earlier version's, even if it is sealed or erased.
        if person_block is not None and (names not in person_blocks or person_blocks[names][0] < version):
            person_blocks[names] = (version, person_block)
    if first is None:
        return None
    state = fold(events)
    people: list[PersonFields] = []
    withheld: list[str] = []
    codec = person_codec()
    for event in state.life.events:
        if event.event_id in person_blocks:
            person = _read_person(codec.open_block(person_blocks[event.event_id][1]))
            if person.form == "clear":
                people.append(person)
            else:
                withheld.append(person.form)
    return Worker(mint(first[1]), first[2], nodes, events, people, state, withheld)


def reach_keys(worker: Worker) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the keys that decide who may see a worker: posts crossed, countries worked in, home provinces, agencies.

    A worker without any of these is within every caller's reach: no other office could help.
    """
    posts: set[str] = set()
    countries: set[str] = set()
    provinces: set[str] = set()
    agencies: set[str] = set()
    for event in worker.events:
        if event.checkpoint:
            posts.add(event.checkpoint)
        if event.country and event.country in _MISSION_COUNTRIES:
            countries.add(event.country)
        if event.province:
            provinces.add(event.province)
        if event.agency:
            agencies.add(event.agency)
    return sorted(posts), sorted(countries), sorted(provinces), sorted(agencies)


_MISSION_COUNTRIES = {mission.country for mission in MISSIONS.values()}
