"""Machine-readable lines of travel documents (ICAO 9303, parts 3 to 6), typed or scanned into a field or a search."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LENGTHS_WITH_CODE = (36, 44)
"""Characters of a line that begins with a document code and a country and then has the name: of a visa, ID or passport."""
_LENGTHS = (30, 31, *_LENGTHS_WITH_CODE)
_CODE = re.compile(r"[A-Z][A-Z<](?:[A-Z]{3}|[A-Z]<<)(?=[A-Z])")
_PASSPORT_CODE = re.compile(r"P(?:<[A-Z]{3}|[A-Z]KHM)(?=[A-Z])")
_NUMBER = re.compile(
    r"(?:^|[\s<A-Z])(?P<number>[A-Z0-9][A-Z0-9<]{8})(?P<check>\d)(?P<country>[A-Z]{3}|[A-Z]<<)\d{6}\d[MFX<]\d{6}\d"
)
_NUMBER_OF_CARD = re.compile(
    r"^[ACI][A-Z<](?P<country>[A-Z]{3})(?P<number>[A-Z0-9][A-Z0-9<]{8})(?P<check>\d)[A-Z0-9<]*\s*$"
)
_WEIGHTS = (7, 3, 1)


def name_in_line(text: str) -> str:
    """Return the name in a machine-readable line, with spaces; other text is unchanged.

    The last word of a line without fillers may have been cut: it is left out.
    """
    if "<" not in text:
        return text
    line = text.strip().upper()
    code = (_CODE if len(line) in _LENGTHS_WITH_CODE else _PASSPORT_CODE).match(line)
    name = line[code.end() :] if code else line
    words = name.replace("<", " ").split()
    if len(line) in _LENGTHS and not line.endswith("<") and len(words) > 2:
        words.pop()
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class NumberInLine:
    """A document number in a machine-readable line; ``right`` is False if its check digit does not match."""

    number: str
    right: bool


def number_in_line(text: str) -> NumberInLine | None:
    """Return the document number in the machine-readable lines of a passport or a card; None for other text."""
    line = text.strip().upper()
    found = _NUMBER.search(line) or _NUMBER_OF_CARD.search(line)
    if found is None:
        return None
    return NumberInLine(found["number"].rstrip("<"), check_digit(found["number"]) == int(found["check"]))


def check_digit(field: str) -> int:
    """Return the check digit of a field: the sum of its values with the weights 7, 3, 1, modulo 10."""
    values = (0 if each == "<" else int(each, 36) for each in field)
    return sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10
