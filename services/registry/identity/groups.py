"""Groups of records about one person: records are joined over what they have in common, unless they contradict each other."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from uuid import UUID

MOST_YEARS_APART = 1
"""Years between the birth years of one person's records, at most: a slip of one year is common."""
ALWAYS = 10_000
"""A year after every other; its opposite is before every other."""


class Reason(StrEnum):
    """Why records with the same document are not joined, or joined and questioned."""

    OTHER_SEX = "other_sex"
    OTHER_BIRTH_YEAR = "other_birth_year"
    MANY_PERSONS = "many_persons"
    SEX_IN_DOUBT = "sex_in_doubt"


@dataclass(slots=True)
class Record:
    """The valid events of a stream: one record is about one person."""

    stream: str
    node: UUID
    """The node of the stream."""
    first: tuple[datetime, UUID]
    nodes: set[UUID] = field(default_factory=set)
    sex: int = 0
    first_year: int | None = None
    last_year: int | None = None
    name: str | None = None
    exact: str | None = None
    """The key of the name with the full birth date."""

    @property
    def informed(self) -> int:
        """The number of compared traits that are known."""
        return (self.sex != 0) + (self.first_year is not None)


@dataclass(slots=True, eq=False)
class Group:
    """Records about one worker, with what is known of the worker."""

    records: list[Record]
    keys: set[Hashable]
    """The nodes of the records; for a suspect node, the node with the exact key. Groups with a key in common may be joined."""
    first: tuple[datetime, UUID]
    sexes: set[int]
    names: set[str]
    exact: set[str]
    """The keys of names with full birth dates."""
    first_year: int
    last_year: int

    @classmethod
    def of(cls, record: Record, suspect: set[UUID]) -> Group:
        exact = {record.exact} if record.exact else set()
        keys: set[Hashable] = set(record.nodes - suspect)
        keys |= {(node, each) for node in record.nodes & suspect for each in exact}
        return cls(
            [record],
            keys,
            record.first,
            {record.sex} if record.sex else set(),
            {record.name} if record.name else set(),
            exact,
            -ALWAYS if record.first_year is None else record.first_year,
            ALWAYS if record.last_year is None else record.last_year,
        )

    def contradicts(self, other: Group) -> Reason | None:
        """Return why these records cannot be about one person, or None."""
        if max(self.first_year, other.first_year) - min(self.last_year, other.last_year) > MOST_YEARS_APART:
            return Reason.OTHER_BIRTH_YEAR
        known = self.sexes and other.sexes
        if known and self.sexes.isdisjoint(other.sexes) and self.exact.isdisjoint(other.exact):
            return Reason.OTHER_SEX
        return None

    def add(self, other: Group) -> None:
        """Add the records of a group that does not contradict this one."""
        self.records += other.records
        self.keys |= other.keys
        self.first = min(self.first, other.first)
        self.sexes |= other.sexes
        self.names |= other.names
        self.exact |= other.exact
        self.first_year = max(self.first_year, other.first_year)
        self.last_year = min(self.last_year, other.last_year)


def join_records(records: Sequence[Record], suspect: set[UUID]) -> list[Group]:
    """Join records, those with the most known traits first, so that a record with few finds the complete groups.

    Of several groups that a record fits, it joins the one with the most keys in common, then one with the same name, then
    the earliest.
    """
    having: dict[Hashable, set[Group]] = {}
    groups: set[Group] = set()
    for record in sorted(records, key=lambda each: (-each.informed, each.first)):
        group = Group.of(record, suspect)
        found = {other for key in group.keys for other in having.get(key, ())}
        in_common = {other: len(group.keys & other.keys) for other in found}
        for other in sorted(
            found, key=lambda each: (-in_common[each], record.name not in each.names, each.first)
        ):
            if group.contradicts(other) is None:
                group = _join(other, group, groups, having)
        groups.add(group)
        for key in group.keys:
            having.setdefault(key, set()).add(group)
    while _join_once_more(groups, having):
        pass
    return list(groups)


def _join_once_more(groups: set[Group], having: dict[Hashable, set[Group]]) -> bool:
    """Join two groups that did not fit before one of them grew; return whether there were any."""
    pairs = {
        (one, other) if one.first < other.first else (other, one)
        for sharing in having.values()
        for one, other in combinations(sharing, 2)
    }
    for one, other in sorted(pairs, key=lambda pair: (pair[0].first, pair[1].first)):
        if one.contradicts(other) is None:
            _join(one, other, groups, having)
            return True
    return False


def _join(one: Group, other: Group, groups: set[Group], having: dict[Hashable, set[Group]]) -> Group:
    """Join two groups; the one with fewer records is added to the other."""
    if len(one.records) < len(other.records):
        one, other = other, one
    for key in other.keys:
        sharing = having.setdefault(key, set())
        sharing.discard(other)
        sharing.add(one)
    groups.discard(other)
    groups.add(one)
    one.add(other)
    return one
