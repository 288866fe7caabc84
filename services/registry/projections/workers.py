"""Workers, folded from blocks of evidence: each with its number, its person records and its state.

A block is one worker, unless its records contradict each other: then ``identity.parting`` divides it, here and nowhere else.
"""

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
from contracts.codes.documents import KINDS
from contracts.codes.missions import MISSIONS
from contracts.document_number import normal_number
from contracts.journeys.state import State, fold
from contracts.journeys.timeline_event import TimelineEvent, timeline_event_from
from services.registry.identity.evidence import components
from services.registry.identity.groups import Reason
from services.registry.identity.number import mint
from services.registry.identity.parting import Evidence, one_person, part


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
    """The nodes that lead to this worker. In a parted block they include all its records."""
    events: list[TimelineEvent]
    people: list[PersonFields]
    state: State
    withheld: list[str] = field(default_factory=list)
    """The forms of the person blocks that cannot be read: sealed or erased."""
    streams: frozenset[str] | None = None
    """The records of this worker in a parted block; None if all records of the block are about this worker."""
    shared: set[UUID] = field(default_factory=set)
    """Those of its nodes that records of other workers have, too."""
    questions: list[DocumentQuestion] = field(default_factory=list)

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


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    """A question about a worker, with the kinds of the documents that the records in question share."""

    node: UUID
    reason: Reason
    since: datetime
    documents: list[str]


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
        yield _workers(facts, block)


def _workers(rows: Sequence[asyncpg.Record], block: Sequence[UUID]) -> list[Worker]:
    if one_person({row[8] for row in rows}, len(rows)):
        worker = worker_of(rows, list(block))
        return [] if worker is None else [worker]
    shares = part(
        [
            Evidence(row[0], row[6], row[4], row[5], not row[10], row[3], row[9] is not None, row[8])
            for row in rows
        ]
    )
    left = set(block).difference(*(share.nodes for share in shares))
    workers = []
    for share in shares:
        # Of a block that is one worker after all, its own nodes are enough.
        nodes = sorted(share.nodes | left) if len(shares) > 1 else list(block)
        worker = worker_of([row for row in rows if row[6] in share.streams], nodes)
        assert worker is not None, "a share has valid evidence"
        worker.streams = frozenset(share.streams) if len(shares) > 1 else None
        workers.append(worker)
        left = set()
    owners = {node: worker for worker in workers for node in worker.nodes}
    for worker, share in zip(workers, shares, strict=True):
        for asked in share.questions:
            owner = owners.get(asked.node, worker)
            if owner is not worker:
                owner.shared.add(asked.node)
            worker.questions.append(
                DocumentQuestion(asked.node, asked.reason, asked.since, _in_common(worker, owner))
            )
    return workers


def _in_common(worker: Worker, other: Worker) -> list[str]:
    """Return the kinds of the documents that both workers showed, or that one worker showed."""
    shown = _numbers_shown(worker) & _numbers_shown(other)
    return sorted({kind for kind, *_ in shown})


def _numbers_shown(worker: Worker) -> set[tuple[str, ...]]:
    return {
        (
            each["kind"],
            each.get("issued_by", ""),
            normal_number(each.get("place") or ""),
            normal_number(each["number"]),
        )
        for each in worker.documents
        if KINDS[each["kind"]].names_one_person
    }


def worker_with(workers: Sequence[Worker], number: str | None, node: UUID) -> Worker | None:
    """Return the worker of a block who has a number, else whose evidence it was made from, else to whom a node leads."""
    if len(workers) < 2:
        return workers[0] if workers else None
    if number is not None:
        for worker in workers:
            if worker.number == number:
                return worker
        for worker in workers:
            if any(mint(event.event_id) == number for event in worker.events):
                return worker
    return next((worker for worker in workers if node in worker.nodes), workers[0])


def workers_within(rows: Iterable[asyncpg.Record], low: UUID, high: UUID) -> list[Worker]:
    """Return the workers of the blocks whose largest node is from ``low`` to ``high``, from rows of :data:`BLOCKS_WITHIN`."""
    members: set[UUID] = set()
    links: list[tuple[UUID, UUID]] = []
    facts: list[asyncpg.Record] = []
    for row in rows:
        node, member, linked = row[0], row[11], row[12]
        if linked is not None:
            links.append((member, linked))
            continue
        members.add(member)
        if node is not None:
            facts.append(row)
    blocks = [block for block in components(members, links) if low <= block[-1] <= high]
    within = {node for block in blocks for node in block}
    return workers_of((row for row in facts if row[0] in within), blocks)


def worker_of(rows: Sequence[asyncpg.Record], nodes: list[UUID]) -> Worker | None:
    """Return the worker of the records of one person; None if none of them is valid."""
    events: list[TimelineEvent] = []
    person_blocks: dict[UUID, tuple[int, str]] = {}
    first: tuple[datetime, UUID, UUID] | None = None
    for row in rows:
        node, at, recorded_at, appended_at, names, version, stream, brief, _, person_block, overruled = row[
            :11
        ]
        if not overruled:
            events.append(timeline_event_from(at, names, recorded_at, stream, brief, appended_at))
            if first is None or (appended_at, names, node) < first:
                first = (appended_at, names, node)
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

    They select candidates only: :mod:`services.registry.projections.reach` decides, on who said what.
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
