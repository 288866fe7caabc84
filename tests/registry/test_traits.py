"""Traits: what an event states of its person, by which its record is compared with others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from contracts.envelope import Event, Fact
from contracts.person import Age, ErasedPerson, Name
from services.registry.identity.evidence import stated
from services.registry.identity.names import name_key
from services.registry.identity.traits import Traits, read_traits, traits_of
from tests.registry.events import Record, birth, node, passport

MINE, YOURS = passport("N0000001"), passport("N0000002")
KEY = name_key(None, "SOK Chanthy")


def traits(event: Event[Fact]) -> Traits:
    return read_traits(traits_of(event, stated(event), (), lambda key: "sealed " + key))


def erased(**how: Any) -> Event[Fact]:
    """A departure whose person block was erased."""
    record = Record()
    return replace(record.departure(MINE, **how), person=ErasedPerson(evidence_id=record.uuid("erased")))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("on", "precision", "first", "last"),
    [
        ("1990-04-03", "day", 1990, 1990),
        ("1990-01-02", "day", 1990, 1990),
        ("1990-02-01", "day", 1990, 1990),
        ("1990-01-01", "day", 1989, 1991),  # 1 January stands for an unknown day
        ("1990-01-01", "month", 1990, 1990),
        ("1990-01-01", "year", 1989, 1991),
        ("1990-01-01", "decade", 1989, 2000),
        ("1990-04-03", "unknown", None, None),
        ("2533-04-03", "day", 1990, 1990),  # 2533 of the Buddhist era is 1990
        ("2533-01-01", "year", 1989, 1991),
    ],
)
def test_the_possible_years_of_birth_follow_from_the_precision(
    on: str, precision: str, first: int | None, last: int | None
) -> None:
    found = traits(Record().departure(MINE, born=birth(on, precision)))
    assert (found.first_year, found.last_year) == (first, last)


@pytest.mark.parametrize(
    ("at_least", "at_most", "first", "last"), [(18, 18, 1995, 1996), (18, 20, 1993, 1996)]
)
def test_the_years_of_birth_of_an_erased_person_follow_from_the_age(
    at_least: int, at_most: int, first: int, last: int
) -> None:
    """A person who is 18 on a day of 2014 was born in 1996, or in 1995 if the birthday is still to come."""
    found = traits(erased(age=Age(at_least=at_least, at_most=at_most)))
    assert (found.first_year, found.last_year) == (first, last)
    assert (found.sex, found.name, found.exact) == (2, None, None)


def test_a_birth_date_counts_more_than_the_age() -> None:
    found = traits(
        Record().departure(MINE, born=birth("1990-04-03"), age=Age(at_least=18, at_most=18), sex=1)
    )
    assert (found.sex, found.first_year, found.last_year) == (1, 1990, 1990)


def test_names_are_compared_by_sealed_keys_and_with_the_full_birth_date_only() -> None:
    record = Record()
    exact = traits(record.departure(MINE, born=birth("2533-04-03")))
    assert (exact.name, exact.exact) == (f"sealed {KEY}", f"sealed {KEY} 1990-04-03")
    for born in (birth("1990-01-01"), birth("1990-04-03", "month"), birth("1990-04-03", "unknown"), None):
        found = traits(record.departure(MINE, born=born))
        assert (found.name, found.exact) == (f"sealed {KEY}", None)
    nameless = traits(record.departure(MINE, name=None, born=birth("1990-04-03")))
    assert (nameless.name, nameless.exact, nameless.first_year) == (None, None, 1990)
    titled = traits(record.departure(MINE, name="Mr", born=birth("1990-04-03")))
    assert (titled.name, titled.exact) == (None, None)


def test_a_name_in_khmer_script_alone_is_compared_too() -> None:
    record = Record()
    person = record.person([MINE]).model_copy(update={"name": Name(khmer="សុខ ចន្ធី")})  # type: ignore[call-arg]
    found = traits(replace(record.departure(MINE), person=person))
    assert found.name == f"sealed {name_key('សុខ ចន្ធី', None)}"


@pytest.mark.parametrize(("recorded", "known"), [(1, 1), (2, 2), (0, 0), (9, 0)])
def test_only_a_known_sex_is_compared(recorded: int, known: int) -> None:
    assert traits(Record().departure(MINE, sex=recorded)).sex == known


def test_an_event_that_describes_nobody_states_no_trait() -> None:
    record = Record()
    assert traits(record.approved(record.contract(MINE).stream)) == Traits()


def test_a_correction_states_what_it_restates() -> None:
    record = Record()
    crossing = record.departure(MINE, sex=2)
    corrected = traits(record.correct(crossing, sex=1, age=Age(at_least=18, at_most=18)))
    assert (corrected.sex, corrected.first_year, corrected.last_year) == (1, 1995, 1996)


def test_the_nodes_that_an_event_links_are_stored_with_its_traits() -> None:
    event = Record().departure(MINE, YOURS)
    others = (node(YOURS).hex,)
    assert read_traits(traits_of(event, stated(event), others, str)).others == (UUID(others[0]),)
