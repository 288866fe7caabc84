"""Names as they are searched: however they were romanised, ordered and spaced; and two people stay two."""

from __future__ import annotations

import pytest

from services.registry.identity.names import keys_of, latin_key, search_keys

ALIKE = [
    ("CHHOEUN", "CHOEUN"),
    ("CHHOEUN", "CHHOEURN"),
    ("KEO", "KEV"),
    ("SOK", "SOKH"),
    ("NGUON", "NGUN"),
    ("VUTHY", "VUTHI"),
    ("CHAN", "CHHAN"),
    ("KIM", "KHIM"),
    ("PEAP", "PHEAP"),
    ("SOTEA", "SOTHEA"),
    ("VEASNA", "WEASNA"),
    ("RITHY", "RITHI"),
    ("CHEA", "CHIA"),
    ("KEO", "KEOV"),
    ("CHANTHOU", "CHANTHU"),
    ("SOEUN", "SOEN"),
    ("VANA", "VANNA"),
    ("SOM", "SORM"),
    ("MEA", "MEAS"),
]
"""DOMAIN.md, section 4: the pairs that it names, and one or more of each way of writing."""


def finds(
    asked: str, *, khmer: str | None = None, latin: str | None = None, phone: str | None = None
) -> bool:
    """Return whether a searched name finds a person with a recorded name."""
    keys = set(keys_of(khmer, latin, phone))
    return all(keys & set(alternatives) for alternatives in search_keys(asked))


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_name_is_found_under_its_other_romanisations(one: str, other: str) -> None:
    assert latin_key(one) == latin_key(other)
    assert finds(f"{one} Dara", latin=f"{other} DARA")
    assert finds(f"{other} Dara", latin=f"{one} DARA")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DARA", "DANA"),
        ("SOK", "SOM"),
        ("CHAN", "CHEA"),
        ("VUTHY", "VANNY"),
        ("KEO", "KIM"),
        ("SOPHEAP", "SOPHAL"),
    ],
)
def test_names_of_different_people_stay_apart(one: str, other: str) -> None:
    assert latin_key(one) != latin_key(other)


def test_sok_dara_and_sok_dana_are_two_people() -> None:
    assert finds("SOK DARA", latin="SOK Dara")
    assert not finds("SOK DANA", latin="SOK Dara")
    assert not finds("SOKDANA", latin="SOK Dara")


def test_a_flipped_name_is_found() -> None:
    assert finds("Chanthy SOK", latin="SOK Chanthy")
    assert finds("SOK Chanthy", latin="Chanthy SOK")
    assert finds("ចន្ធី សុខ", khmer="សុខ ចន្ធី")


def test_a_name_is_found_by_one_of_its_words() -> None:
    assert finds("Chanthy", latin="SOK Chanthy")
    assert finds("ចន្ធី", khmer="សុខ ចន្ធី")


def test_all_words_asked_for_must_fit() -> None:
    assert not finds("SOK Chanthy Dara", latin="SOK Chanthy")


def test_a_name_without_spaces_is_found_and_finds() -> None:
    assert finds("សុខចន្ធី", khmer="សុខ ចន្ធី")
    assert finds("សុខ ចន្ធី", khmer="សុខចន្ធី")
    assert finds("SOKCHANTHY", latin="SOK Chanthy")
    assert finds("SOK Chanthy", latin="SOKCHANTHY")


def test_invisible_joiners_in_khmer_text_do_not_count() -> None:
    assert finds("សុខ\u200bចន្ធី", khmer="សុខចន្ធី")


@pytest.mark.parametrize(
    "titled", ["Lok SOK Dara", "Neak Srey SOK Dara", "Mr. SOK Dara", "lok srey Sok Dara"]
)
def test_a_title_in_the_name_field_does_not_count(titled: str) -> None:
    assert finds(titled, latin="SOK Dara")
    assert finds("SOK Dara", latin=titled)


@pytest.mark.parametrize("titled", ["លោក សុខ ដារ៉ា", "លោកស្រី សុខ ដារ៉ា", "អ្នកស្រី សុខ ដារ៉ា"])
def test_a_title_in_khmer_does_not_count_either(titled: str) -> None:
    assert finds(titled, khmer="សុខ ដារ៉ា")
    assert finds("សុខ ដារ៉ា", khmer=titled)


def test_case_accents_and_hyphens_do_not_count() -> None:
    assert finds("sok-dara", latin="SOK DARÁ")


def test_khmer_is_kept_as_it_was_typed() -> None:
    assert "k:ដារ៉ា" in keys_of("សុខ ដារ៉ា", None, None)


def test_a_phone_number_is_a_key_with_its_country() -> None:
    assert keys_of(None, None, "012 345 678") == keys_of(None, None, "+855 12 345 678") == ["p:85512345678"]


def test_a_person_without_data_has_no_search_keys() -> None:
    assert keys_of(None, None, None) == []
    assert keys_of("លោក", "Mr", None) == []
