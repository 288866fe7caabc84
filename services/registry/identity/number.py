"""A worker's number: made from the evidence that was recorded first, with a check character, easy to read aloud.

Thirteen characters of Crockford's base 32 (65 bits of the SHA-256 of the evidence's id) and one check character. The
check is a weighted sum over GF(2^5): it detects every wrong character and every exchange of two characters.
"""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: its powers repeat after 31


class NotANumber(ValueError):
    """The text is not a worker's number."""


def mint(evidence: UUID) -> str:
    """Return the number of the worker with this first evidence: 14 characters, without hyphens."""
    bits = int.from_bytes(hashlib.sha256(evidence.bytes).digest()[:9], "big") >> 7
    body = "".join([ALPHABET[(bits >> offset) & 31] for offset in _OFFSETS])
    return body + _check(body)


def shown(number: str) -> str:
    """Return a number in groups, as it is printed: ``4K7M2-9QFXT-08DH``."""
    return f"{number[:5]}-{number[5:10]}-{number[10:]}"


def parse(text: str) -> str:
    """Return a number from typed text in any case, with hyphens or spaces, O for 0, I and L for 1.

    Raises NotANumber, with a text that names the mistake.
    """
    typed = re.sub(r"[\s\-]", "", text).upper()
    if len(typed) != 14:
        raise NotANumber(f"a worker's number has 14 characters, this has {len(typed)}")
    unknown = sorted({character for character in typed if character not in _VALUE})
    if unknown:
        raise NotANumber(f"a worker's number has no {', '.join(unknown)}")
    number = "".join(ALPHABET[_VALUE[character]] for character in typed)
    if number[-1] != _check(number[:-1]):
        raise NotANumber("the last character does not match the others: one is mistyped or two are exchanged")
    return number


_OFFSETS = range(60, -1, -5)


def _times_x(value: int, times: int) -> int:
    for _ in range(times):
        value <<= 1
        value ^= _POLYNOMIAL if value & 32 else 0
    return value


_WEIGHTED = [
    {character: _times_x(value, 13 - position) for character, value in _VALUE.items()}
    for position in range(13)
]
"""The summand of the check character, by position and character."""


def _check(body: str) -> str:
    total = 0
    for weighted, character in zip(_WEIGHTED, body, strict=True):
        total ^= weighted[character]
    return ALPHABET[total]
