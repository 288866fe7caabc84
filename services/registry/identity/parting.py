"""Between a block and its workers: which records of a block are about one person. Pure functions.

Records that show the same document, or of which one was made from the other, are about one person, unless they contradict
each other: another sex, or years of birth that are too far apart. A contradiction stops the link, because a wrong link joins
two lives, and a missing one only separates one. The same name with the same full birth date outweighs another sex, which
is then questioned. Names alone decide nothing: SOK DARA and SOK DANA are two people.

The result depends on the set of the evidence only. Decisions of the registrar will be a further argument of :func:`part`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.registry.identity.groups import ALWAYS, MOST_YEARS_APART, Group, Reason, Record, join_records
from services.registry.identity.traits import Traits, read_traits

MOST_PERSONS = 50
"""Persons that records of one document describe, at most, if they are more than a tenth of its records.

A document with more, such as an invented number, is not one person's. A commuter with thousands of records has more
spellings of a name, but few for the number of records.
"""


class Evidence(NamedTuple):
    """An event as :func:`part` compares it. ``valid`` is False if a correction or a void overruled it."""

    node: UUID
    stream: str
    names: UUID
    version: int
    valid: bool
    appended_at: datetime
    has_person: bool
    traits: str


class Question(NamedTuple):
    """A question to the registrar about a document, or a record, with which a worker is not joined to another."""

    node: UUID
    reason: Reason
    since: datetime


@dataclass(slots=True)
class Share:
    """The evidence of a block that is about one worker."""

    streams: set[str]
    nodes: set[UUID]
    """The nodes that lead to this worker: its documents, without those that belong to another, and its records."""
    questions: list[Question]


def one_person(stored: Collection[str], records: int) -> bool:
    """Return whether the distinct stored traits of a block with so many records do not contradict each other.

    This is true of nearly all blocks: they are one worker each.
    """
    if len(stored) < 2:
        return True
    sex, first_year, last_year = 0, -ALWAYS, ALWAYS
    for each in map(read_traits, stored):
        if each.sex:
            if each.sex == 3 - sex:
                return False
            sex = each.sex
        if each.first_year is not None and each.last_year is not None:
            if each.first_year > first_year:
                first_year = each.first_year
            if each.last_year < last_year:
                last_year = each.last_year
    if first_year - last_year > MOST_YEARS_APART:
        return False
    return len(stored) <= MOST_PERSONS or not _too_many(map(read_traits, stored), records)


def part(evidence: Sequence[Evidence]) -> list[Share]:
    """Divide the evidence of a block by worker; the worker whose evidence was appended first comes first."""
    records, overruled = _records(evidence)
    suspect = _suspect(records)
    groups = sorted(join_records(records, suspect), key=lambda group: group.first)
    shares = [Share({record.stream for record in group.records}, set(), []) for group in groups]
    _assign_nodes(groups, shares, suspect)
    owner = {node: share for share in shares for node in share.nodes}
    for stream, node in overruled.items():
        if shares:
            owner.get(node, shares[0]).streams.add(stream)
    return shares


def _records(evidence: Sequence[Evidence]) -> tuple[list[Record], dict[str, UUID]]:
    """Return the records with valid events, and the node of the last event of each stream without any.

    The latest version of an event that has a person block describes its person. Of several events of a stream, the latest
    one that states a trait decides; a corrected event keeps its position.
    """
    persons: dict[UUID, tuple[int, Traits]] = {}
    position: dict[UUID, int] = {}
    for each in evidence:
        position[each.names] = min(each.version, position.get(each.names, each.version))
        if each.has_person and (each.names not in persons or persons[each.names][0] < each.version):
            persons[each.names] = (each.version, read_traits(each.traits))
    records: dict[str, Record] = {}
    for each in sorted((each for each in evidence if each.valid), key=lambda each: position[each.names]):
        stated = read_traits(each.traits)
        first = (each.appended_at, each.names)
        record = records.get(each.stream)
        if record is None:
            record = records[each.stream] = Record(each.stream, UUID(each.stream[-36:]), first)
            record.nodes.add(record.node)
        record.first = min(record.first, first)
        record.nodes.add(each.node)
        record.nodes.update(stated.others)
        person = persons[each.names][1] if each.names in persons else stated
        years = person if person.first_year is not None else stated
        record.sex = stated.sex or record.sex
        if years.first_year is not None:
            record.first_year, record.last_year = years.first_year, years.last_year
        record.name, record.exact = person.name or record.name, person.exact or record.exact
    overruled = sorted(
        (each for each in evidence if each.stream not in records), key=lambda each: each.version
    )
    return list(records.values()), {each.stream: each.node for each in overruled}


def _too_many(described: Iterable[Traits | Record], records: int) -> bool:
    persons = {
        (each.name, each.first_year, each.last_year)
        for each in described
        if each.name is not None or each.first_year is not None
    }
    return len(persons) > MOST_PERSONS and 10 * len(persons) > records


def _suspect(records: Sequence[Record]) -> set[UUID]:
    """Return the nodes whose records describe more persons than one document can have."""
    if len(records) <= MOST_PERSONS:
        return set()
    showing: dict[UUID, list[Record]] = {}
    for record in records:
        for node in record.nodes:
            showing.setdefault(node, []).append(record)
    return {node for node, found in showing.items() if _too_many(found, len(found))}


def _assign_nodes(groups: Sequence[Group], shares: Sequence[Share], suspect: set[UUID]) -> None:
    """Assign each node to one worker, and ask about those that several workers have.

    A record is its own worker's. A document is that of the worker with further documents of their own, then of the one whose
    record of it was appended first.
    """
    streams = {record.node: nth for nth, group in enumerate(groups) for record in group.records}
    showing: dict[UUID, dict[int, tuple[datetime, UUID]]] = {}
    for nth, group in enumerate(groups):
        for record in group.records:
            for node in record.nodes:
                since = showing.setdefault(node, {})
                since[nth] = min(since.get(nth, record.first), record.first)
    supported = {
        nth for node, since in showing.items() if len(since) == 1 and node not in streams for nth in since
    }
    for node, since in sorted(showing.items()):
        owner = streams.get(node)
        if owner is None:
            owner = min(since, key=lambda nth: (nth not in supported, since[nth]))
        shares[owner].nodes.add(node)
        for nth in sorted(since):
            if nth == owner:
                continue
            when = max(since[nth], since.get(owner, since[nth]))[0]
            why = None if node in suspect else groups[owner].contradicts(groups[nth])
            shares[nth].questions.append(Question(node, why or Reason.MANY_PERSONS, when))
    for group, share in zip(groups, shares, strict=True):
        if len(group.sexes) > 1:
            node = min(share.nodes - streams.keys() or share.nodes)
            share.questions.append(Question(node, Reason.SEX_IN_DOUBT, group.first[0]))
