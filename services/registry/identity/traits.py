"""Traits: what an event states of its person that distinguishes two persons, and the further nodes that it links.

They are made once, when the event is received, and stored beside it, so that no person block is parsed to compare persons.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from uuid import UUID

import msgspec
import orjson

from contracts.codes.recording import BirthPrecision
from contracts.envelope import Event, Fact
from services.registry.identity.evidence import Node
from services.registry.identity.names import name_key


class Traits(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The traits that an event states of its person. ``others`` are the nodes that it links with its own node."""

    sex: int = 0
    """1 or 2; 0 if it is not known."""
    first_year: int | None = None
    """The first year in which the person can have been born, and the last one. An estimated year may be wrong by one."""
    last_year: int | None = None
    name: str | None = None
    """The key of the whole name."""
    exact: str | None = None
    """The key of the whole name with the birth date, if that is known to the day and no filler."""
    others: tuple[UUID, ...] = ()


read_traits = msgspec.json.Decoder(Traits).decode


def traits_of(event: Event[Fact], states: Fact, others: Sequence[Node], sealed: Callable[[str], str]) -> str:
    """Return the traits of an event as they are stored.

    ``states`` are its facts, restated in a correction. ``sealed`` returns the stored form of a key of a name.
    """
    sex, first, last, name, exact = 0, None, None, None, None
    if _describes(type(states)):
        sex = int(states.sex)  # type: ignore[attr-defined]
        if states.age is not None:  # type: ignore[attr-defined]
            year = event.occurred_at.year
            first, last = year - states.age.at_most - 1, year - states.age.at_least  # type: ignore[attr-defined]
    person = event.person
    if person is not None and person.form == "clear":  # isinstance with a pydantic class takes longer
        given, birth = person.name, person.birth
        key = None if given is None else name_key(given.khmer, given.latin)
        name = None if key is None else sealed(key)
        if birth is not None and birth.precision is not BirthPrecision.UNKNOWN:
            first, last, born = _born(birth.on, birth.precision)
            exact = None if key is None or born is None else sealed(f"{key} {born}")
    return orjson.dumps((sex if sex in (1, 2) else 0, first, last, name, exact, others)).decode()


@cache
def _describes(fact: type[Fact]) -> bool:
    return "sex" in fact.model_fields


_BUDDHIST_ERA = 543
"""The years between the Buddhist era and the common one. A year of birth after 2400 is a year of the Buddhist era."""


@lru_cache(maxsize=50_000)
def _born(on: date, precision: BirthPrecision) -> tuple[int, int, date | None]:
    """Return the first and the last possible year of birth, and the day if it is known.

    1 January stands for an unknown day. A year alone is often an estimate, or counted as Khmer ages are: it may be wrong by
    one.
    """
    if on.year > 2400:
        year = on.year - _BUDDHIST_ERA
        on = date(year, on.month, min(on.day, calendar.monthrange(year, on.month)[1]))
    if precision is BirthPrecision.MONTH:
        return on.year, on.year, None
    if precision is BirthPrecision.DAY and not on.month == on.day == 1:
        return on.year, on.year, on
    return on.year - 1, on.year + (10 if precision is BirthPrecision.DECADE else 1), None
