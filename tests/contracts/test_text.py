"""Typed text: every script is accepted; characters that a screen, a log or a database cannot hold are refused."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.envelope import Document, Name
from contracts.text import (
    DocumentNumber,
    PersonName,
    PhoneNumber,
    PlaceText,
    Words,
    normal_number,
    normal_phone,
    readable,
)

TYPES = [
    pytest.param(PersonName, "សុខ ដារ៉ា", id="PersonName"),
    pytest.param(DocumentNumber, "N0123456", id="DocumentNumber"),
    pytest.param(PlaceText, "Banteay Meanchey", id="PlaceText"),
    pytest.param(Words, "ឈឺ គ្មានលុយ", id="Words"),
]
KHMER_DIGITS = "០១២៣៤៥៦៧៨៩"


def read(alias: Any, text: str) -> str:
    found: str = TypeAdapter(Annotated[alias, None]).validate_python(text)
    return found


def refusal(alias: Any, text: str) -> str:
    with pytest.raises(ValidationError) as refused:
        read(alias, text)
    return str(refused.value.errors(include_url=False)[0]["msg"])


@pytest.mark.parametrize(("alias", "text"), TYPES)
def test_text_is_kept_as_typed_without_the_space_around_it(alias: Any, text: str) -> None:
    assert read(alias, f"  {text} ") == text


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\r", "\x7f", "\x85"])
@pytest.mark.parametrize(("alias", "text"), TYPES)
def test_nul_and_other_control_characters_are_refused_by_their_number(
    alias: Any, text: str, character: str
) -> None:
    assert f"U+{ord(character):04X}" in refusal(alias, text[:2] + character + text[2:])


@pytest.mark.parametrize("half", ["\ud800", "\udbff", "\udc00", "\udfff"])
def test_a_lone_surrogate_is_refused(half: str) -> None:
    with pytest.raises(ValueError, match="lone surrogate"):
        readable(f"Sok{half}Dara")


@pytest.mark.parametrize(("alias", "text"), TYPES)
def test_a_lone_surrogate_is_refused_from_json_too(alias: Any, text: str) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(alias)
    with pytest.raises(ValidationError):
        adapter.validate_json(f'"{text[:1]}\\ud83d"')
    with pytest.raises(ValidationError):
        adapter.validate_python(f"{text[:1]}\ud83d")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_whatever_is_readable_survives_json_and_utf8(text: str) -> None:
    kept = readable(text)
    assert kept == text.strip()
    assert json.loads(json.dumps(kept).encode()) == kept
    assert kept.encode().decode() == kept


def test_lines_and_tabs_are_for_words_alone() -> None:
    assert read(Words, "one\n\ttwo") == "one\n\ttwo"
    assert "one line" in refusal(PersonName, "Sok\nDara")
    assert "one line" in refusal(PersonName, "Sok\tDara")


def test_khmer_is_not_normalised() -> None:
    """NFC would reorder the marks of some syllables, and the name would no longer be as written."""
    name = "ស្រីមុំ ម៉ៅ ច័ន្ទ\u200bតារា"
    assert read(PersonName, name) == name


@pytest.mark.parametrize("name", ["N0123456", "Sok Dara 2", "សុខ ១២៣", "Chan ２"])
def test_a_name_has_no_digits_in_any_script(name: str) -> None:
    message = refusal(PersonName, name)
    assert "no digits" in message
    assert "documents" in message
    assert name not in message, "what was typed is not repeated"


@pytest.mark.parametrize("name", ["-", "...", "?", "  "])
def test_a_name_has_letters(name: str) -> None:
    assert "letter" in refusal(PersonName, name)


@pytest.mark.parametrize(
    "name", ["O'Neill", "Jean-Pierre", "សុខ ដារ៉ា", "ឧ", "Nguyễn Văn A", "ณัฐพล", "Mr. Sok"]
)
def test_a_name_may_be_in_any_script(name: str) -> None:
    assert read(PersonName, name) == name


def test_a_name_may_be_in_one_script() -> None:
    assert Name(khmer="សុខ ដារ៉ា").latin is None
    assert Name(latin="Sok Dara").khmer is None


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("N0123456", "N0123456"),
        ("n0123456", "N0123456"),
        ("N 0123 456", "N0123456"),
        ("N-0123-456", "N0123456"),
        ("N\u20110123\u2013456", "N0123456"),
        ("N0123456.", "N0123456"),
        ("00/1234/567", "001234567"),
        ("N០១២៣៤៥៦", "N0123456"),
        (f"{KHMER_DIGITS}", "0123456789"),
        ("០១១ ២២៣ ៣៤៤", "011223344"),
        ("N\u00a00123456", "N0123456"),
        ("OCWC-00481516", "OCWC00481516"),
        ("ក-០១២", "ក012"),
    ],
)
def test_a_document_number_is_compared_without_spaces_hyphens_and_script(typed: str, normal: str) -> None:
    assert normal_number(typed) == normal
    assert read(DocumentNumber, typed) == typed, "it is kept as printed"


@given(st.text(st.sampled_from("aBc019 -./០៩\u2013\u00a0ក"), max_size=20))
def test_normalising_a_number_twice_changes_nothing(typed: str) -> None:
    once = normal_number(typed)
    assert normal_number(once) == once
    assert normal_number(typed.lower()) == once
    assert normal_number(" ".join(typed)) == once
    assert not set(once) & set(" -./\u2013\u00a0" + KHMER_DIGITS)


@pytest.mark.parametrize("number", ["-", " - ", "...", "/"])
def test_a_document_number_has_letters_or_digits(number: str) -> None:
    assert "letters or digits" in refusal(DocumentNumber, number)


def test_a_document_without_readable_number_is_left_out() -> None:
    with pytest.raises(ValidationError):
        Document.model_validate({"kind": "passport", "number": ""})


@pytest.mark.parametrize("phone", ["012 345 678", "+855 12 345 678", "(097) 555-0142", "០១២ ៣៤៥ ៦៧៨"])
def test_a_phone_number_is_kept_as_given(phone: str) -> None:
    assert read(PhoneNumber, phone) == phone


@pytest.mark.parametrize(
    "phone", ["12345", "my brother", "012 345 678 ext 9", "+++855", "------", "0123456789 01234567"]
)
def test_the_refusal_of_a_phone_number_shows_a_right_one(phone: str) -> None:
    message = refusal(PhoneNumber, phone)
    assert "6 to 15 digits" in message or "at least 6" in message


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("012 345 678", "85512345678"),
        ("+855 12 345 678", "85512345678"),
        ("00855 12 345 678", "85512345678"),
        ("០១២ ៣៤៥ ៦៧៨", "85512345678"),
        ("+60 12-345 6789", "60123456789"),
    ],
)
def test_phone_numbers_are_compared_as_digits_with_the_country(typed: str, normal: str) -> None:
    assert normal_phone(typed) == normal


def test_words_are_at_most_four_thousand_characters() -> None:
    assert read(Words, "ក" * 4000) == "ក" * 4000
    assert "4000" in refusal(Words, "ក" * 4001)
