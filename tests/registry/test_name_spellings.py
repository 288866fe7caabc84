"""The shares of spellings that find a recorded name, by kind; different people stay apart, and keys stay few."""

from __future__ import annotations

import pytest

from contracts.khmer import khmer_key
from services.registry.identity.names import birth_year, keys_of, name_key, search_keys
from tests.registry.name_spellings import Spelling, alike, finds, keys_per_person, shares, spellings

LEAST = {"romanisation: two at once": 0.98}
"""Shares below 1 that are accepted: an h or a vowel at the seam of two words written together."""


def test_each_kind_of_spelling_finds_its_record() -> None:
    counted = shares()
    found = {kind: hits / total for kind, (hits, total) in counted.items()}
    assert {kind: share for kind, share in found.items() if share < LEAST.get(kind, 1.0)} == {}
    assert sum(total for _, total in counted.values()) > 2_000


def test_no_kind_of_spelling_is_empty() -> None:
    assert [kind for kind, each in spellings().items() if not each] == []


def test_different_words_of_names_do_not_find_each_other() -> None:
    assert alike() == [("CHHOEUN", "CHHOEURN"), ("OUK", "UK")]  # each is one name in two spellings


def test_the_keys_of_a_person_are_few() -> None:
    counts = keys_per_person()
    assert counts[-1] <= 12
    assert len(keys_of("លោក សុខ ចន្ធី ដារ៉ា", "Neak Srey SOK Chan Thy", "012345678")) <= 24


@pytest.mark.parametrize(
    ("one", "other"),
    [("ដារ៉ា", "ដាណា"), ("សុខ", "សុក"), ("ចន្ធី", "ចន្ទី"), ("ស្រីមុំ", "ស្រីម៉ៅ"), ("ប៊ុន", "ប៉ុន"), ("កែវ", "កៅ")],
)
def test_different_khmer_words_have_different_keys(one: str, other: str) -> None:
    assert khmer_key(one) != khmer_key(other)
    assert not finds(Spelling(one, khmer=other))


@pytest.mark.parametrize("name", ["KEO Srey", "SREY Keo", "CHEA Neak", "LOK Dara"])
def test_a_name_that_is_a_title_too_is_found_by_each_of_its_words(name: str) -> None:
    for word in name.split():
        assert finds(Spelling(word, latin=name))


def test_a_title_before_a_name_is_not_asked_for() -> None:
    assert finds(Spelling("Neak Srey SOK Dara", latin="SOK Dara"))
    assert not finds(Spelling("SOK Srey", latin="SOK Dara"))


def test_a_name_without_letters_finds_nobody() -> None:
    assert search_keys("1990") == search_keys("<<<") == search_keys("%") == [[]]


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("SOK Chanthy 1990", 1990),
        ("SOK Chanthy (2533)", 1990),
        ("សុខ ចន្ធី ១៩៩០", 1990),
        ("SOK Chanthy 03/04/1990", 1990),
        ("SOK Chanthy", None),
        ("SOK Chanthy 012345678", None),
    ],
)
def test_a_year_of_birth_is_read(typed: str, year: int | None) -> None:
    assert birth_year(typed) == year


def test_one_name_with_its_marks_in_another_order_is_one_name() -> None:
    assert name_key("សុខ សិទិ្ធ", None) == name_key("សុខ សិទ្ធិ", None) != name_key("សុខ សុទ្ធិ", None)


def test_a_key_does_not_depend_on_the_field_of_the_name() -> None:
    assert keys_of("SOK Dara", "សុខ ដារ៉ា", None) == keys_of("សុខ ដារ៉ា", "SOK Dara", None)
