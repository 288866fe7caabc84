"""A worker's number: easy to read aloud, and no slip of the pen makes it another worker's."""

from __future__ import annotations

from itertools import combinations
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.identity.number import ALPHABET, NotANumber, mint, parse, shown

EVIDENCE = UUID("0190b2a4-0000-7000-8000-000000000001")
NUMBERS = [mint(uuid5(EVIDENCE, str(nth))) for nth in range(40)]


def refused(text: str) -> str:
    """Why a text is no number."""
    with pytest.raises(NotANumber) as found:
        parse(text)
    return str(found.value)


def test_a_number_never_changes_once_it_is_minted() -> None:
    assert shown(mint(EVIDENCE)) == "TA6SY-09SMS-GDPZ"


def test_a_number_has_thirteen_characters_and_a_check_character_in_groups() -> None:
    for number in NUMBERS:
        assert len(number) == 14
        assert set(number) <= set(ALPHABET)
        assert [len(group) for group in shown(number).split("-")] == [5, 5, 4]
        assert parse(shown(number)) == number


def test_the_alphabet_has_no_letters_that_look_like_others() -> None:
    assert not set("ILOU") & set(ALPHABET)


@given(st.uuids())
def test_every_number_minted_can_be_read(evidence: UUID) -> None:
    assert parse(mint(evidence)) == mint(evidence)


def test_different_evidence_has_different_numbers() -> None:
    assert len(set(NUMBERS)) == len(NUMBERS)


def test_every_single_wrong_character_is_found() -> None:
    for number in NUMBERS:
        for place in range(14):
            for wrong in set(ALPHABET) - {number[place]}:
                assert "mistyped" in refused(number[:place] + wrong + number[place + 1 :])


def test_every_exchange_of_two_characters_is_found() -> None:
    for number in NUMBERS:
        for one, other in combinations(range(14), 2):
            if number[one] != number[other]:
                typed = list(number)
                typed[one], typed[other] = typed[other], typed[one]
                assert "exchanged" in refused("".join(typed))


def test_a_number_is_read_however_it_was_typed() -> None:
    number = next(number for number in NUMBERS if "0" in number and "1" in number)
    for typed in (
        number.lower(),
        shown(number),
        shown(number).lower(),
        f"  {shown(number)}\n",
        shown(number).replace("-", " "),
        " ".join(number),
        number.replace("0", "O"),
        number.replace("0", "o"),
        number.replace("1", "I"),
        number.replace("1", "l"),
    ):
        assert parse(typed) == number


def test_the_refusal_of_a_number_names_the_mistake() -> None:
    number = NUMBERS[0]
    assert "14 characters, this has 13" in refused(number[:-1])
    assert "14 characters, this has 15" in refused(number + "0")
    assert "14 characters, this has 0" in refused("")
    assert "has no U" in refused("U" + number[1:])
    assert "has no !, U" in refused("U!" + number[2:])
    assert "has no ក" in refused("ក" + number[1:])
