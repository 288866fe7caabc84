"""Reach: the places whose records a caller may see and change, and the test whether a record is among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Bound(Protocol):
    """The places that a record belongs to; without any place, the record is within every reach."""

    @property
    def posts(self) -> frozenset[str]: ...
    @property
    def countries(self) -> frozenset[str]: ...
    @property
    def provinces(self) -> frozenset[str]: ...
    @property
    def agencies(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """The records that a caller works with: all, or those of some posts, countries, provinces or agencies."""

    national: bool = False
    posts: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()

    def covers(self, bound: Bound) -> bool:
        """Return whether a record is within reach: it has no place, or one of its places is covered."""
        if self.national:
            return True
        if not (bound.posts or bound.countries or bound.provinces or bound.agencies):
            return True
        return not (
            self.posts.isdisjoint(bound.posts)
            and self.countries.isdisjoint(bound.countries)
            and self.provinces.isdisjoint(bound.provinces)
            and self.agencies.isdisjoint(bound.agencies)
        )
