"""Text that a person typed, checked so that it can be stored, sent and shown in any script.

Khmer text is stored as typed, because NFC would reorder its marks.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_SEPARATORS = re.compile(r"[\s\-‐-―./]+")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DIGIT = re.compile(r"\d")
_PLAIN_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\d]*(?<!\s)")


def readable(text: str) -> str:
    """Return ``text`` without surrounding space.

    Raises ValueError for characters that cannot be shown or stored: NUL, other control characters, lone surrogates.
    """
    found = _UNREADABLE.search(text)
    if found is not None:
        if "\ud800" <= found[0] <= "\udfff":
            raise ValueError("holds half of a character (a lone surrogate); send the text as UTF-8")
        raise ValueError(f"holds the control character U+{ord(found[0]):04X}; leave it out")
    return text.strip()


def _name(text: str) -> str:
    if text[:1].isalpha() and _PLAIN_NAME.fullmatch(text):  # a fast path for most names
        return text
    text = readable(text)
    if "\n" in text or "\t" in text:
        raise ValueError("a name is one line; put other text into a note")
    if _DIGIT.search(text):
        raise ValueError("a name has no digits; put a document number into the documents")
    if not any(map(str.isalpha, text)):
        raise ValueError("a name has at least one letter; leave it empty if none is known")
    return text


def _document_number(text: str) -> str:
    text = readable(text)
    if not normal_number(text):
        raise ValueError("a document number has letters or digits; leave the document out if it was not read")
    return text


def _phone(text: str) -> str:
    text = readable(text)
    latin = text.translate(_KHMER_DIGITS)
    if not re.fullmatch(r"\+?[0-9 ()\-.]{6,24}", latin) or not 6 <= len(re.sub(r"\D", "", latin)) <= 15:
        raise ValueError(
            "a phone number has 6 to 15 digits, with + and the country code if known, e.g. +855 12 345 678"
        )
    return text


def normal_number(text: str) -> str:
    """Return a document number in the form used for comparison: no spaces, hyphens, dots or slashes; upper case; Latin digits."""
    if text.isascii() and text.isalnum():  # a fast path for most numbers
        return text.upper()
    return _SEPARATORS.sub("", text.translate(_KHMER_DIGITS)).upper()


def normal_phone(text: str) -> str:
    """Return a phone number in the form used for comparison: only digits, with Cambodia's 855 in place of a leading 0."""
    digits = re.sub(r"\D", "", text.translate(_KHMER_DIGITS))
    return (
        "855" + digits[1:]
        if digits.startswith("0") and not digits.startswith("00")
        else digits.removeprefix("00")
    )


PersonName = Annotated[
    str, Field(min_length=1, max_length=120, description="A person's name as written."), AfterValidator(_name)
]
DocumentNumber = Annotated[
    str,
    Field(min_length=1, max_length=40, description="Number as printed; opaque text.", examples=["N0123456"]),
    AfterValidator(_document_number),
]
PhoneNumber = Annotated[
    str, Field(min_length=6, max_length=24, description="Phone number as given."), AfterValidator(_phone)
]
PlaceText = Annotated[
    str,
    Field(min_length=1, max_length=80, description="A place as printed on the document."),
    AfterValidator(readable),
]
Words = Annotated[str, Field(max_length=4000, description="Free text as typed."), AfterValidator(readable)]
