"""Typed text: every script is accepted; characters that a screen, a log or a database cannot hold are refused."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.document_number import DocumentNumber
from contracts.khmer import khmer_key, mended
from contracts.organisation import NameText
from contracts.person import Name
from contracts.text import PersonName, PhoneNumber, Words, normal_phone, readable

TYPES = [
    pytest.param(PersonName, "សុខ ដារ៉ា", id="PersonName"),
    pytest.param(DocumentNumber, "N0123456", id="DocumentNumber"),
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


@pytest.mark.parametrize(("alias", "text"), TYPES)
def test_the_sign_of_a_lost_character_is_refused(alias: Any, text: str) -> None:
    assert "U+FFFD" in refusal(alias, text[:2] + "\ufffd" + text[2:])


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd"), max_size=200))
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
    ("name", "words"),
    [
        ("Sok \u202eDara", "direction of writing (U+202E)"),
        ("\u200fសុខ ដារ៉ា", "direction of writing (U+200F)"),
        ("Sok Dara 🙂", "emoji"),
        ("C:\\scans\\Sok", "name of a file"),
        ("https://dara", "address"),
        ("dara@sok", "address"),
    ],
)
def test_a_name_is_no_address_and_has_no_emoji_or_mark_of_direction(name: str, words: str) -> None:
    assert words in refusal(PersonName, name)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("សុុខ", "សុខ"),
        ("ក្្រ", "ក្រ"),
        ("េកម ចន្ធី", "កេម ចន្ធី"),
    ],
)
def test_a_khmer_mark_that_can_mean_one_syllable_only_is_mended_in_a_name(typed: str, stored: str) -> None:
    assert read(PersonName, typed) == stored == read(NameText, typed)
    assert read(Words, typed) == typed, "a remark is kept as typed"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("សុខ ស្", "U+17D2 without a consonant after it"),
        ("្រី", "U+17D2 without a consonant before it"),
        ("ុសខ", "U+17BB without a consonant before it"),
        ("Sok \u17c6", "U+17C6 without a consonant before it"),
        ("កាិ", "two Khmer vowels on one syllable (U+17B6, U+17B7)"),
        ("េស្រី", "U+17C1 without a consonant before it"),
        ("ស្រីា", "two Khmer vowels on one syllable (U+17B8, U+17B6)"),
    ],
)
def test_a_khmer_mark_without_a_syllable_is_refused_in_a_name(name: str, words: str) -> None:
    for alias in (PersonName, NameText):
        message = refusal(alias, name)
        assert words in message and "type the syllable again" in message and name not in message


@given(st.text(st.sampled_from("កខសរិុាេីៅ្ំ់៉\u200b a"), min_size=1, max_size=8))
def test_a_mended_name_is_mended_once(text: str) -> None:
    try:
        once = mended(text)
    except ValueError:
        return
    assert mended(once) == once
    assert khmer_key(once) == khmer_key(text) or once != text


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
        ("855 12 345 678", "85512345678"),
        ("12345678", "85512345678"),
        ("+855 (0)12 345 678", "85512345678"),
        ("００１ 855 12 345 678", "85512345678"),
        ("+66 81 234 5678", "66812345678"),
        ("0066812345678", "66812345678"),
        ("66 81 234 5678", "66812345678"),
        ("081 234 5678", "66812345678"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "66812345678"),
        ("0961234567", "855961234567"),
        ("000000", "0000"),
    ],
)
def test_phone_numbers_are_compared_as_digits_with_the_country(typed: str, normal: str) -> None:
    assert normal_phone(typed) == normal
    assert normal_phone(f"+{normal}") == normal or typed == "000000"


@pytest.mark.parametrize("phone", ["12345678.0", "855123456.00", "០១២៣៤៥៦៧៨.០"])
def test_a_phone_number_with_a_decimal_point_is_refused(phone: str) -> None:
    assert "decimal point" in refusal(PhoneNumber, phone)
    assert read(PhoneNumber, "012.345.678") == "012.345.678"


@given(st.from_regex(r"[+0]?[0-9]{6,13}", fullmatch=True))
def test_what_separates_the_digits_of_a_phone_number_is_no_difference(digits: str) -> None:
    khmer = digits.translate(str.maketrans("0123456789", KHMER_DIGITS))
    apart = digits[:1] + " -".join(digits[1:])
    assert normal_phone(digits) == normal_phone(khmer) == normal_phone(apart)


def test_words_are_at_most_four_thousand_characters() -> None:
    assert read(Words, "ក" * 4000) == "ក" * 4000
    assert "4000" in refusal(Words, "ក" * 4001)
