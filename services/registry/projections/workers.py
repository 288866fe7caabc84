"""Workers as they are folded: blocks of evidence parted into workers, each with its number, its people and its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from chassis.base.priority import REQUEST_PRIORITY
from chassis.store.database import Connection
from contracts.codes.missions import MISSIONS
from services.registry.fold.state import State, fold
from services.registry.fold.timeline_event import TimelineEvent, moment_from
from services.registry.identity.evidence import components, part
from services.registry.identity.number import mint
from services.registry.projections.evidence import CLOSURE, LINKS_AMONG


class _Name(msgspec.Struct, gc=False):
    khmer: str | None = None
    latin: str | None = None


class _Birth(msgspec.Struct, gc=False):
    on: str | None = None
    precision: str | None = None


class PersonFields(msgspec.Struct):
    """The person in a piece of evidence, if its block is clear; ``form`` says whether it is."""

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

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The documents that were shown."""
        found: list[dict[str, Any]] = msgspec.json.decode(self.shown)
        return found


_read_person = msgspec.json.Decoder(PersonFields).decode


@dataclass(slots=True)
class Worker:
    """A worker folded from a block: what the settled rows and the timeline are made of."""

    number: str
    origin: UUID
    """The node under which the evidence lies that the number is minted from: it stays with the number in a split."""
    nodes: list[UUID]
    moments: list[TimelineEvent]
    people: list[PersonFields]
    state: State
    withheld: list[str] = field(default_factory=list)
    """The forms of evidence that cannot be read: sealed, erased."""

    @property
    def sex(self) -> int:
        """The sex recorded last that is known; 0 where none is."""
        return next((m.sex for m in reversed(self.state.life.moments) if m.sex in (1, 2)), 0)

    @property
    def home_province(self) -> str | None:
        """The home province recorded last."""
        return next((m.province for m in reversed(self.state.life.moments) if m.province), None)

    @property
    def person(self) -> PersonFields | None:
        """The name recorded last."""
        return next((p for p in reversed(self.people) if p.khmer or p.latin), None)


def workers_of(rows: Iterable[asyncpg.Record], blocks: Sequence[Sequence[UUID]]) -> list[Worker]:
    """The workers of blocks, folded from rows that begin with what is :data:`TOLD`."""
    return [worker for found in _each_block(rows, blocks) for worker in found]


async def workers_by_and_by(rows: Iterable[asyncpg.Record], blocks: Sequence[Sequence[UUID]]) -> list[Worker]:
    """The same, a few blocks at a time: whoever waits for an answer of this process goes first."""
    workers: list[Worker] = []
    for nth, found in enumerate(_each_block(rows, blocks), 1):
        workers += found
        if nth % 10 == 0:
            await REQUEST_PRIORITY.give_way()
    return workers


def _each_block(rows: Iterable[asyncpg.Record], blocks: Sequence[Sequence[UUID]]) -> Iterator[list[Worker]]:
    place = {node: nth for nth, block in enumerate(blocks) for node in block}
    evidence: list[list[asyncpg.Record]] = [[] for _ in blocks]
    for row in rows:
        evidence[place[row[0]]].append(row)
    for block, facts in zip(blocks, evidence, strict=True):
        found = (_worker(share, list(block)) for share in part(facts))
        yield [worker for worker in found if worker is not None]


def workers_within(rows: Iterable[asyncpg.Record], low: UUID, high: UUID) -> list[Worker]:
    """The workers of :data:`BLOCKS_WITHIN`: of blocks whose smallest node lies between these two."""
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
    blocks = [block for block in components(members, links) if low <= block[0] <= high]
    within = {node for block in blocks for node in block}
    return workers_of((row for row in facts if row[0] in within), blocks)


def _worker(rows: Sequence[asyncpg.Record], nodes: list[UUID]) -> Worker | None:
    moments: list[TimelineEvent] = []
    said: dict[UUID, tuple[int, str]] = {}
    first: tuple[datetime, UUID, UUID] | None = None
    for row in rows:
        node, at, recorded_at, names, version, stream, brief, block, overruled = row[:9]
        if not overruled:
            moments.append(moment_from(at, names, recorded_at, stream, brief))
            if first is None or (recorded_at, names, node) < first:
                first = (recorded_at, names, node)
        # A correction that keeps the person carries none: the earlier version's still holds. One that carries a person
        # replaces the earlier version's, also where it is sealed or erased.
        if block is not None and (names not in said or said[names][0] < version):
            said[names] = (version, block)
    if first is None:
        return None
    state = fold(moments)
    people: list[PersonFields] = []
    withheld: list[str] = []
    for moment in state.life.moments:
        if moment.event_id in said:
            person = _read_person(said[moment.event_id][1])
            if person.form == "clear":
                people.append(person)
            else:
                withheld.append(person.form)
    return Worker(mint(first[1]), first[2], nodes, moments, people, state, withheld)


async def closure(
    connection: Connection, nodes: Sequence[UUID], as_of: datetime | None = None
) -> list[list[UUID]]:
    """The blocks to which nodes belong, each with all its nodes."""
    reached = [row["node"] for row in await connection.fetch(CLOSURE, nodes, as_of)]
    links = await connection.fetch(LINKS_AMONG, reached, as_of) if len(reached) > 1 else []
    return components(reached, ((row["a"], row["b"]) for row in links))


def reach_keys(worker: Worker) -> tuple[list[str], list[str], list[str], list[str]]:
    """The keys by which reach is decided: posts crossed, countries worked in, home provinces, agencies.

    A record that has none of these is within everybody's: there is nobody else to help.
    """
    posts: set[str] = set()
    countries: set[str] = set()
    provinces: set[str] = set()
    agencies: set[str] = set()
    for moment in worker.moments:
        if moment.checkpoint:
            posts.add(moment.checkpoint)
        if moment.country and moment.country in _MISSION_COUNTRIES:
            countries.add(moment.country)
        if moment.province:
            provinces.add(moment.province)
        if moment.agency:
            agencies.add(moment.agency)
    return sorted(posts), sorted(countries), sorted(provinces), sorted(agencies)


_MISSION_COUNTRIES = {mission.country for mission in MISSIONS.values()}
