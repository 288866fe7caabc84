"""Numbers of documents: what is accepted, the form in which they are compared, and what says that there is no document.

A number is opaque text and kept as typed. Two numbers are of one document if they differ only in decoration: spaces, hyphens,
slashes, quotation marks, the filler ``<`` of machine-readable zones, invisible characters, full width, or the script of the
digits, or in a label before the number, such as *No.* or *Passport*. A number that a spreadsheet has damaged is refused,
because it would be the number of another person. Of a whole machine-readable line the number is kept, if its check digit
is right; a part of such a line is refused, because its letters and digits are more than the number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticKnownError

from contracts.codes.issuers import ISSUERS
from contracts.machine_readable import check_digit, number_in_line
from contracts.text import latin_digits, readable, refuse_symbols, shown

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Characters of full width -> ASCII."""
_DECORATION = re.compile(
    r"[\s/\u2044\u2215."
    r"\-\u058a\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63"  # hyphens, dashes and the minus sign
    r"'\"`\u00b4\u02b9-\u02bc\u2018-\u201f\u2032\u2033\u00ab\u00bb"  # quotation marks
    r"=<#\u2116\u17d6"  # of spreadsheets and machine-readable zones, and before a number
    r"\u00ad\u034f\u17b4\u17b5\u180e\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]+"  # invisible
)
_LABEL = re.compile(
    r"^(?:\W*(?:(?:passport|document|permit|card|number)\b[\s.:#\-]+|(?:no|nr)\s*[.:]"
    r"|(?:pp|no|nr)[\s#\-]+(?=[A-Z]{1,2}\s?\d)))+(?=.*\d)",
    re.IGNORECASE,
)
_WORD_FOR_NUMBER = re.compile(r"^(?:(?:លិខិតឆ្លងដែន|หนังสือเดินทาง)(?=.*\d)|លេខ|เลขที่|:)+")
SHORTEST = 5
"""Fewest characters of a complete number, of the kinds whose numbers do not repeat between places."""


def normal_number(text: str) -> str:
    """Return a document number in the form used for comparison: no decoration, upper case, Latin digits."""
    if text.isascii() and text.isalnum():  # a fast path for most numbers
        return text.upper()
    bare = _WORD_FOR_NUMBER.sub("", _DECORATION.sub("", _LABEL.sub("", _latin(text)).upper()))
    return bare if bare == text else normal_number(bare)


def _latin(text: str) -> str:
    return latin_digits(text.translate(_WIDE))


_PLACEHOLDERS = frozenset(
    normal_number(each)
    for each in (
        *(
            "none",
            "no",
            "nil",
            "null",
            "nan",
            "nat",
            "na",
            "unknown",
            "unk",
            "undefined",
            "nothing",
            "without",
        ),
        *("lost", "stolen", "missing", "pending", "later", "tba", "tbc", "tbd", "empty", "blank"),
        *("không", "không có", "khong co", "không rõ", "khong ro"),
        *("tiada", "tidak ada", "tak ada", "tidak diketahui"),
        *("없음", "없다", "모름", "なし", "無し", "不明", "無", "无", "沒有", "没有"),
    )
)
_NONE_IN_KHMER_THAI_LAO = re.compile(
    r"(?:គ្មាន|មិនមាន|អត់|មិនដឹង|មិនស្គាល់|មិនច្បាស់|មិនបាន|ไม่มี|ไม่ทราบ|ไม่รู้|ไม่ระบุ|ไม่พบ|ไม่ปรากฏ|ບໍ່ມີ|ບໍ່ຮູ້)\D*0*"
    r"|បាត់(?:ហើយ|(?:លិខិត|ឯកសារ|ប័ណ្ណ)\D*)?|(?:ทำ|สูญ)?หาย(?:แล้ว)?"
)
"""*There is none*, *not known* with whatever follows, and *lost*."""
_NEGATIONS = frozenset(
    ("no", "not", "none", "nil", "unknown", "nothing", "without", "lost", "stolen", "missing", "never")
)
_ABOUT_PAPERS = frozenset(
    (
        *(
            "document",
            "documents",
            "doc",
            "docs",
            "paper",
            "papers",
            "passport",
            "pass",
            "card",
            "id",
            "number",
        ),
        *("numbers", "border", "permit", "identity", "travel", "any", "the", "a", "available", "applicable"),
        *("known", "stated", "shown", "given", "provided", "issued", "recorded", "read", "seen", "carried"),
        *("held", "found", "yet", "has", "have", "had", "with", "her", "him", "at", "all", "now"),
    )
)
_FILLED = re.compile(r"[A-Z\u1780-\u17a2\u0e01-\u0e2e]{1,2}(\d)\1{5,}")
"""One or two letters and one repeated digit. Digits that count after a letter are a number that passports have."""
_COUNTED_UP = "01234567890123456789"
_COUNTED_DOWN = _COUNTED_UP[::-1]
_FEWEST_COUNTED = 6


def is_placeholder(number: str) -> bool:
    """Return whether the text in the place of a document number says that there is none, such as NONE or 000000000.

    Digits that are all the same or count, such as 123456789, are typed to fill a field.
    """
    normal, plain = normal_number(number), number.isascii() and number.isalnum()
    bare = normal if plain else "".join([each for each in normal if unicodedata.category(each)[0] in "LMN"])
    if len(set(bare)) <= 1:
        # A border pass may have the number 7 or 11.
        return not bare or bare[0] not in "123456789" or len(bare) > 3
    if bare.isdecimal():
        return len(bare) >= _FEWEST_COUNTED and (bare in _COUNTED_UP or bare in _COUNTED_DOWN)
    if (
        bare.rstrip("0") in _PLACEHOLDERS
        or _FILLED.fullmatch(bare)
        or _NONE_IN_KHMER_THAI_LAO.fullmatch(bare)
    ):
        return True
    if plain and not number.isalpha():  # one word with digits, as most numbers are
        return False
    words = set(re.findall(r"[^\W_]+", number.casefold()))
    return not words.isdisjoint(_NEGATIONS) and words <= _NEGATIONS | _ABOUT_PAPERS


_DECIMAL = re.compile(r"\d\s?[.,]\s?\d|\d[.,]?E\+\d|^\W*\d[.,]?E-\d{1,3}\W*$", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20|24|25)\d\d([/\-])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?:[T ].*)?"
    r"|(?:0?[1-9]|[12]\d|3[01])([/\-])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20|24|25)\d\d(?: .*)?"
)
_PATH = re.compile(r"\\|://|@|^[~.]*/[A-Z]{3,}|\.[A-Z]{2,5}$", re.IGNORECASE)
_CUT = re.compile(r"[*?•…]|__")
_FILLER_WITHIN = re.compile(r"[A-Z0-9]\s*<[\s<]*[A-Z0-9]", re.IGNORECASE)
_ISSUER = "(?:" + "|".join(sorted(ISSUERS)) + ")"
_PART_OF_LINE = re.compile(
    rf"P[A-Z]?\s*(?:{_ISSUER}\s+|KHM)[A-Z]{{0,2}}\s*\d.*|[A-Z0-9]{{9}}\d{_ISSUER}\d.*", re.IGNORECASE
)
"""The type letter and the issuer before a number, as in PKHM N0123456; or a number with what follows it in the line."""
_NUMBER_AND_ISSUER = re.compile(rf"([A-Z0-9]{{9}})(\d){_ISSUER}", re.IGNORECASE)
_LONGEST = 40
_LONGEST_LINES = 200
"""Characters of the lines of a machine-readable zone, with room for spaces between them. The patterns read no longer text."""
_LONGEST_PLAIN = 12
"""Letters and digits from which a text may also be a part of a machine-readable line."""
# Latin, Khmer, Thai, Lao, Japanese, Chinese and Korean. Greek and Cyrillic letters look like Latin ones.
_NOT_IN_NUMBERS = re.compile(
    r"[^A-Z0-9\u0110\u1780-\u17d3\u0e01-\u0e4e\u0e80-\u0ecd\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
)
_WORD = re.compile(r"(?<!\S)[A-Z]{3,}(?!\S)", re.IGNORECASE)
_BEGINS_WITH_LETTER = re.compile(r"(?<!\S)[A-Z]", re.IGNORECASE)
_AS_PRINTED = "give the number as printed on the document, or leave the document out if it was not read"


def _is_part_of_line(latin: str) -> bool:
    """Return whether a text has more of a machine-readable line than the number."""
    if _FILLER_WITHIN.search(latin) or _PART_OF_LINE.fullmatch(latin):
        return True
    found = _NUMBER_AND_ISSUER.fullmatch(latin)
    return found is not None and check_digit(found[1].upper()) == int(found[2])


def _document_number(text: str) -> str:
    plain = text.isascii() and text.isalnum() and not text.isalpha()
    if plain and (len(text) < _LONGEST_PLAIN or (text.isdecimal() and len(text) <= _LONGEST)):  # most numbers
        return text
    text = readable(text)
    if not text:
        raise ValueError("a document number is not empty; leave the document out if it was not read")
    if len(text) > _LONGEST_LINES:
        raise PydanticKnownError("string_too_long", {"max_length": _LONGEST})
    refuse_symbols(text)
    latin, normal = _latin(text), normal_number(text)
    if (line := number_in_line(latin)) is not None:
        if not line.right:
            raise ValueError(
                "the check digit of the machine-readable line does not match: a character is wrong; compare it with the"
                " document"
            )
        return line.number
    if _is_part_of_line(latin):
        raise ValueError(
            f"is a part of the machine-readable zone, with more than the number; {_AS_PRINTED}, or all of the line that has it"
        )
    if len(text) > _LONGEST:
        raise PydanticKnownError("string_too_long", {"max_length": _LONGEST})
    if _DECIMAL.search(latin):
        raise ValueError(
            "has a decimal point, a comma or an exponent, as a spreadsheet writes numbers, and digits may be lost or added;"
            " format the column as text, and give the number as printed on the document"
        )
    if is_placeholder(text):
        return text
    if _DATE.fullmatch(latin):
        raise ValueError(f"is a date and not a document number; {_AS_PRINTED}")
    if _PATH.search(latin):
        raise ValueError(f"is the name of a file or an address and not a document number; {_AS_PRINTED}")
    if _CUT.search(latin):
        raise ValueError(
            "is not complete, because a character stands for digits that are missing; give all letters and digits as"
            " printed on the document, or leave the document out"
        )
    if (other := _NOT_IN_NUMBERS.search(normal)) is not None:
        raise ValueError(
            f"has the character {shown(other[0])}, which is not part of a document number; give one number with its"
            " letters and digits as printed on the document, Latin letters typed as such"
        )
    bare = _LABEL.sub("", latin)
    words = _WORD.findall(bare)
    if (
        not any(map(str.isdecimal, normal))
        or len(words) > 1
        or any(len(word) > 4 for word in words)
        or (bare != latin and len(_BEGINS_WITH_LETTER.findall(bare)) > 1)
    ):
        raise ValueError(
            "is words and not a document number; put names and remarks into their own fields, and"
            f" {_AS_PRINTED}"
        )
    return text


DocumentNumber = Annotated[
    str,
    Field(
        min_length=1,
        json_schema_extra={"maxLength": _LONGEST},
        description="Number as printed; opaque text, compared without spaces, hyphens and other decoration. Of a whole"
        " machine-readable line only its number is kept.",
        examples=["N0123456"],
    ),
    AfterValidator(_document_number),
]
