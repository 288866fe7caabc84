"""Names as they are searched: however they were romanised, ordered and spaced; and two people stay two."""

from __future__ import annotations

import pytest

from services.registry.identity.names import keys_of, latin_key, name_key, search_keys

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
    ("DARA", "DARAH"),
    ("DARA", "DHARA"),
    ("KEO", "KEOW"),
    ("NUT", "NUOT"),
    ("PHEA", "PHEAR"),
    ("RAI", "REI"),
    ("RAI", "REY"),
    ("REY", "REEY"),
    ("SOEUN", "SEUN"),
    ("SOK", "SORK"),
    ("VUTHY", "VUTHTHY"),
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


@pytest.mark.parametrize("joiner", ["\u200b", "\u200c", "\u200d", "\u2060"])
def test_invisible_joiners_in_khmer_text_do_not_count(joiner: str) -> None:
    assert finds(f"សុខ{joiner}ចន្ធី", khmer="សុខចន្ធី")


@pytest.mark.parametrize("written", ["SOK,Dara", "SOK-Dara", "SOK.Dara", "SOK\tDara"])
def test_words_of_a_name_are_separated_by_more_than_spaces(written: str) -> None:
    assert finds("Dara SOK", latin=written)


@pytest.mark.parametrize(
    "titled",
    ["Lok SOK Dara", "Neak Srey SOK Dara", "Mr. SOK Dara", "Mrs SOK Dara", "Ms. SOK Dara", "Miss SOK Dara"],
)
def test_a_title_in_the_name_field_does_not_count(titled: str) -> None:
    assert finds(titled, latin="SOK Dara")
    assert finds("SOK Dara", latin=titled)


@pytest.mark.parametrize("titled", ["លោក សុខ ដារ៉ា", "លោកស្រី សុខ ដារ៉ា", "អ្នក សុខ ដារ៉ា", "អ្នកស្រី សុខ ដារ៉ា"])
def test_a_title_in_khmer_does_not_count_either(titled: str) -> None:
    assert finds(titled, khmer="សុខ ដារ៉ា")
    assert finds("សុខ ដារ៉ា", khmer=titled)


def test_case_accents_and_hyphens_do_not_count() -> None:
    assert finds("sok-dara", latin="SOK DARÁ")


@pytest.mark.parametrize("spelt", ["SO'PHEAP", "SO’PHEAP", "Sopheap2"])
def test_apostrophes_and_digits_in_a_name_do_not_count(spelt: str) -> None:
    assert finds("Sopheap", latin=f"SOK {spelt}")
    assert finds(spelt, latin="SOK Sopheap")


def test_a_flipped_name_with_a_word_of_one_letter_is_found() -> None:
    assert finds("A Ly", latin="LY A")
    assert finds("កក", khmer="សុខ កក")
    assert finds("ក សុខ", khmer="សុខ ក")


@pytest.mark.parametrize("nothing", ["", "Mr", "លោក"])
def test_a_search_without_a_name_finds_nobody(nothing: str) -> None:
    assert not finds(nothing, khmer="សុខ ដារ៉ា", latin="SOK Dara")


def test_a_khmer_word_in_its_usual_order_is_its_own_key() -> None:
    assert "k:ដារ៉ា" in keys_of("សុខ ដារ៉ា", None, None)


def test_a_phone_number_is_a_key_with_its_country() -> None:
    assert keys_of(None, None, "012 345 678") == keys_of(None, None, "+855 12 345 678") == ["p:85512345678"]
    assert keys_of(None, None, "081 234 5678") == keys_of(None, None, "+66 81 234 5678") == ["p:66812345678"]


def test_a_person_without_data_has_no_search_keys() -> None:
    assert keys_of(None, None, None) == []
    assert keys_of("លោក", "Mr", None) == []


def test_the_stored_key_of_a_name_never_changes() -> None:
    """Keys are stored when an event is received: a key that changes is another name until the registry is rebuilt."""
    assert name_key(None, "CHHOEUN Vuthy") == "n:cun vuti"
    assert name_key("សុខ ចន្ធី", None) == "n:ចន្ធី សុខ"
    assert name_key("សុខ ចន្ធី", "SOK Chanthy") == name_key(None, "SOK Chanthy") == "n:canti sok"
    assert name_key("សុខ ចន្ធី", "Mr") == "n:ចន្ធី សុខ"
    assert keys_of("សុខ ចន្ធី", "SOK Chanthy", None) == [
        "k:ចន្ធី",
        "k:ចន្ធីសុខ",
        "k:សុខ",
        "k:សុខចន្ធី",
        "l:canti",
        "l:cantisok",
        "l:sok",
        "l:sokcanti",
    ]


def test_names_in_khmer_script_of_two_people_have_two_keys() -> None:
    assert name_key("សុខ ចន្ធី", None) != name_key("សុខ ដារ៉ា", None)
