"""Reach over a worker: decided on the records that stand now, and never on what the caller's own office recorded.

An office has reach over a worker if records of other offices name one of its places: a checkpoint, the country of a
mission, a home province, an agency. What the office recorded itself is left out, with everything on records that it
began, and with all links that these records made. If the remaining records fall apart, because only the office itself
joined them (two passports on one crossing, a case about another record), it needs reach over each part. A worker whose
records name no place is for national callers only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import orjson

from chassis.access.permissions import Reach
from chassis.store.database import Connection, Pool
from contracts.codes.missions import MISSIONS
from services.registry.identity.evidence import components
from services.registry.projections.blocks import CLOSURE, MOST_EVENTS, MOST_NODES, STANDS

K = TypeVar("K", bound=Hashable)
Link = tuple[UUID, UUID, UUID]
"""Two nodes, and the event that joins them."""

_FACTS = (
    "SELECT f.node, f.stream, f.version, f.names, f.facts, NOT f.void AND "
    + STANDS.format("f")
    + " AS stands"
    " FROM facts f WHERE f.node = ANY($1::uuid[]) LIMIT $2"
)
_LINKS = (
    "SELECT l.a, l.b, l.names FROM links l WHERE l.a = ANY($1::uuid[]) AND "
    + STANDS.format("l")
    + " LIMIT $2"
)
_MISSION_COUNTRIES = frozenset(mission.country for mission in MISSIONS.values())
_COUNTRIES = ("destination", "returned_from", "country", "worker_in")
_BY_REACTION = frozenset({"reintegration", "skills"})
"""The recorders of records that a service makes by itself when it learns of another record."""


@dataclass(frozen=True, slots=True)
class Places:
    """The posts, countries of missions, provinces and agencies that some records name."""

    posts: frozenset[str]
    countries: frozenset[str]
    provinces: frozenset[str]
    agencies: frozenset[str]

    @property
    def none(self) -> bool:
        """True if no place is named."""
        return not (self.posts or self.countries or self.provinces or self.agencies)


@dataclass(frozen=True, slots=True)
class Said:
    """A record of a worker, as far as reach rests on it. ``began`` is the office that began its stream."""

    node: UUID
    stream: str
    names: UUID
    office: str
    began: str
    facts: Mapping[str, Any]


def places_of(records: Iterable[Said]) -> Places:
    """Return the places that records name."""
    posts, countries, provinces, agencies = set[str](), set[str](), set[str](), set[str]()
    for record in records:
        facts = record.facts
        named = (*(facts.get(field) for field in _COUNTRIES), (facts.get("terms") or {}).get("destination"))
        missions = [mission for field in ("mission", "to_mission") if (mission := facts.get(field))]
        countries |= {country for country in named if country in _MISSION_COUNTRIES}
        countries |= {MISSIONS[mission].country for mission in missions if mission in MISSIONS}
        for found, field in ((posts, "checkpoint"), (provinces, "home_province"), (agencies, "agency_id")):
            if facts.get(field):
                found.add(facts[field])
    return Places(frozenset(posts), frozenset(countries), frozenset(provinces), frozenset(agencies))


def has_reach(reach: Reach, office: str, records: Sequence[Said], links: Iterable[Link]) -> bool:
    """Return whether an office with a reach may see the worker of some records."""
    if reach.national:
        return True
    others = [record for record in records if office not in (record.office, record.began)]
    made = {record.names for record in others}
    parts = components({record.node for record in others}, ((a, b) for a, b, names in links if names in made))
    by_node: dict[UUID, list[Said]] = defaultdict(list)
    for record in others:
        by_node[record.node].append(record)
    said = [[record for node in part for record in by_node.get(node, ())] for part in parts]
    named = [places_of(part) for part in said if part]
    return bool(named) and all(not places.none and reach.covers(places) for places in named)


async def covered(
    pool: Pool | Connection, reach: Reach, office: str, blocks: Mapping[K, Collection[UUID]]
) -> set[K]:
    """Return the keys of the blocks over which an office has reach; each block is given by all its nodes.

    Of a block with too many records only national callers see anything.
    """
    if reach.national:
        return set(blocks)
    evidence = await _evidence(pool, [node for block in blocks.values() for node in block])
    if evidence is None:
        return set()
    key_of = {node: key for key, block in blocks.items() for node in block}
    records, joins = defaultdict(list), defaultdict(list)
    for record in evidence[0]:
        records[key_of[record.node]].append(record)
    for link in evidence[1]:
        joins[key_of[link[0]]].append(link)
    return {key for key in blocks if has_reach(reach, office, records[key], joins[key])}


async def in_reach(
    pool: Pool | Connection,
    reach: Reach,
    office: str,
    nodes: Sequence[UUID],
    streams: Collection[str] | None,
    as_of: datetime | None = None,
    streams_then: Collection[str] | None = None,
) -> bool:
    """Return whether an office has reach over the worker of nodes, on the records that stand now.

    ``streams`` are the worker's, if the block has several workers. With ``as_of`` the office also needs reach over what was
    then joined to the worker and is not any more: the records of ``streams_then``, or all.
    """
    if reach.national:
        return True
    if as_of is not None:
        nodes = [row["node"] for row in await pool.fetch(CLOSURE, nodes, as_of)]
    nodes = [row["node"] for row in await pool.fetch(CLOSURE, nodes, None)]
    evidence = await _evidence(pool, nodes)
    if evidence is None:
        return False
    records, links = evidence
    own = [record for record in records if streams is None or record.stream in streams]
    before = [
        record
        for record in records
        if as_of is not None
        and not (streams is None or record.stream in streams)
        and (streams_then is None or record.stream in streams_then)
    ]
    return all(has_reach(reach, office, some, links) for some in (own, *([before] if before else [])))


async def _evidence(pool: Pool | Connection, nodes: Sequence[UUID]) -> tuple[list[Said], list[Link]] | None:
    """Return the records and links of nodes that stand; None if there are too many."""
    if len(nodes) > MOST_NODES:
        return None
    facts = await pool.fetch(_FACTS, nodes, MOST_EVENTS + 1)
    links = await pool.fetch(_LINKS, nodes, MOST_NODES + 1)
    if len(facts) > MOST_EVENTS or len(links) > MOST_NODES:
        return None
    return _said(facts), [(link["a"], link["b"], link["names"]) for link in links]


def _said(rows: Sequence[asyncpg.Record]) -> list[Said]:
    """Return the records that stand. What a service recorded by itself was said by the office of the record before it."""
    contents = [orjson.loads(row["facts"]) for row in rows]
    began: dict[str, str] = {}
    about: dict[str, str] = {}
    for row, facts in zip(rows, contents, strict=True):
        if row["version"] == 1:
            began[row["stream"]] = facts["recorded"]["office"]
            if facts["recorded"]["by"] in _BY_REACTION and facts.get("about"):
                about[row["stream"]] = facts["about"]
    for stream, before in about.items():
        began[stream] = began.get(before, began[stream])
    found = []
    for row, facts in zip(rows, contents, strict=True):
        if not row["stands"]:
            continue
        recorded, office = facts["recorded"], facts["recorded"]["office"]
        if recorded["by"] in _BY_REACTION:
            office = began.get(row["stream"], office)
        stated = (facts.get("restated") or {}).get("facts", facts)
        found.append(
            Said(row["node"], row["stream"], row["names"], office, began.get(row["stream"], office), stated)
        )
    return found
