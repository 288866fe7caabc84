"""Text that a person typed, checked so that it can be stored, sent and shown in any script.

Khmer text is stored as typed, because NFC would reorder its marks. In names, marks that cannot belong to a syllable are
mended where only one syllable can be meant, and refused elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from pydantic import AfterValidator, Field

from contracts.khmer import mended

_OTHER_DIGITS = re.compile(r"[^\D0-9]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_INNER_ZERO = re.compile(r"^(855|66|60|62|65|673|81|82|84|856|886|95)0+")
"""Codes of countries whose numbers have a 0 in calls within the country only."""
_DIGIT = re.compile(r"\d")
_PLAIN_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u061c\u200e-\u2bff\ud800-\U0010ffff\d\\@:]*(?<!\s)")
_DIRECTION_MARK = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SYMBOLS = frozenset(("So", "Cn", "Co"))
"""Unicode categories of emoji and other symbols, and of characters without a meaning."""
_ADDRESS = re.compile(r"\\|://|@")


def readable(text: str) -> str:
    """Return ``text`` without surrounding space, with the line breaks of Windows and of forms as line feeds.

    Raises ValueError for characters that cannot be shown or stored (NUL, other control characters, lone surrogates) and
    for U+FFFD, which decoders write for bytes that are not UTF-8: a form or an address was damaged before it was read.
    """
    text = text.replace("\r\n", "\n")
    found = _UNREADABLE.search(text)
    if found is not None:
        if "\ud800" <= found[0] <= "\udfff":
            raise ValueError("holds half of a character (a lone surrogate); send the text as UTF-8")
        if found[0] == "\ufffd":
            raise ValueError(
                "holds U+FFFD, which stands for a character that was lost on the way; type the text again, or have the program"
                " that sent it encode it anew"
            )
        raise ValueError(f"holds the control character U+{ord(found[0]):04X}; leave it out")
    return text.strip()


def latin_digits(text: str) -> str:
    """Return ``text`` with the digits of every script, such as Khmer and Thai, as Latin digits."""
    return text if text.isascii() else _OTHER_DIGITS.sub(lambda digit: str(int(digit[0])), text)


def shown(character: str) -> str:
    """Return a character as an error shows it: its code point, behind the character itself if it is visible."""
    code = f"U+{ord(character):04X}"
    return f"{character} ({code})" if character.isprintable() and not character.isspace() else code


def refuse_marks_of_direction(text: str) -> None:
    """Raise ValueError for invisible marks of the direction of writing, which show text in another order."""
    if (mark := _DIRECTION_MARK.search(text)) is not None:
        raise ValueError(
            f"has an invisible mark of the direction of writing (U+{ord(mark[0]):04X}); type the text again instead of"
            " copying it"
        )


def refuse_symbols(text: str) -> None:
    """Raise ValueError for emoji and other symbols, and for invisible marks of the direction of writing."""
    if text.isascii():
        return
    refuse_marks_of_direction(text)
    for each in text:
        if each != "\u2116" and unicodedata.category(each) in _SYMBOLS:
            raise ValueError(f"has an emoji or another symbol (U+{ord(each):04X}); leave it out")


def _name(text: str) -> str:
    if text[:1].isalpha() and _PLAIN_NAME.fullmatch(text):  # a fast path for most names
        return mended(text)
    text = readable(text)
    if "\n" in text or "\t" in text:
        raise ValueError("a name is one line; put other text into a note")
    if _DIGIT.search(text):
        raise ValueError("a name has no digits; put a document number into the documents")
    if not any(map(str.isalpha, text)):
        raise ValueError("a name has at least one letter; leave it empty if none is known")
    refuse_symbols(text)
    text = mended(text)
    if _ADDRESS.search(text):
        raise ValueError(
            "is the name of a file or an address and not a person's name; leave it empty if none is known"
        )
    return text


def _phone(text: str) -> str:
    text = readable(text)
    refuse_symbols(text)
    latin = latin_digits(text)
    if _DECIMAL_PHONE.fullmatch(latin):
        raise ValueError(
            "has a decimal point, as a spreadsheet writes numbers, and digits may be lost or added; format the column as"
            " text, and give the number as stated"
        )
    if not re.fullmatch(r"\+?[0-9 ()\-.]{6,24}", latin) or not 6 <= len(re.sub(r"\D", "", latin)) <= 15:
        raise ValueError(
            "a phone number has 6 to 15 digits, with + and the country code if known, e.g. +855 12 345 678"
        )
    return text


_DECIMAL_PHONE = re.compile(r"\+?\d{6,}\.\d{1,2}")


@lru_cache(maxsize=100_000)
def normal_phone(text: str) -> str:
    """Return a phone number in the form used for comparison: the digits of its international form.

    A number without its country code is Cambodian, or else of a Thai mobile phone, if it is valid as such.
    """
    latin = latin_digits(text)
    digits = re.sub(r"\D", "", latin)
    readings: list[tuple[str, str | None]] = [("+" + digits, None)] if latin.lstrip().startswith("+") else []
    if digits.startswith("00"):
        readings.append(("+" + digits[2:], None))
    readings += [(digits, "KH"), ("+" + digits, None), (digits, "TH")]
    for number, region in readings:
        try:
            found = phonenumbers.parse(number, region)
        except NumberParseException:
            continue
        kind = phonenumbers.number_type(found)
        if kind == PhoneNumberType.MOBILE if region == "TH" else kind != PhoneNumberType.UNKNOWN:
            return phonenumbers.format_number(found, PhoneNumberFormat.E164).removeprefix("+")
    if re.match(r"0[1-9]", digits):
        return "855" + digits[1:]
    return _INNER_ZERO.sub(r"\1", digits.removeprefix("00"))


PersonName = Annotated[
    str, Field(min_length=1, max_length=120, description="A person's name as written."), AfterValidator(_name)
]
PhoneNumber = Annotated[
    str, Field(min_length=6, max_length=24, description="Phone number as given."), AfterValidator(_phone)
]
Words = Annotated[str, Field(max_length=4000, description="Free text as typed."), AfterValidator(readable)]
