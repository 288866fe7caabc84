"""Search keys of names: in either script, in any order and spacing, for any romanisation.

A key is never shown and never links two people: SOK DARA and SOK DANA are two people, KEO and KEV may be one name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from contracts.text import normal_phone

_TITLES = frozenset({"lok", "neak", "srey", "mr", "mrs", "ms", "miss", "លោក", "លោកស្រី", "អ្នក", "អ្នកស្រី"})
_BREAKS = re.compile(r"[\s,.\-]+")
_JOINERS = re.compile("[\u200b\u200c\u200d\u2060]")
# Romanisation of Khmer is conventional and inconsistent (DOMAIN.md, section 4): spellings with the same sound get the same key.
_ALIKE = (
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"ch+h"), "c"),
    (re.compile(r"ch"), "c"),
    (re.compile(r"kh"), "k"),
    (re.compile(r"ph"), "p"),
    (re.compile(r"th"), "t"),
    (re.compile(r"dh"), "d"),
    (re.compile(r"(?:o?eu|oe|uo|ou)(?=r?n|r?m|r?$|[^aeiou])"), "u"),
    (re.compile(r"ea|ia|ya"), "ia"),
    (re.compile(r"ey|ei|ay|ai"), "ai"),
    (re.compile(r"[eo][vw]$"), "o"),
    (re.compile(r"eo$"), "o"),
    (re.compile(r"w"), "v"),
    (re.compile(r"y"), "i"),
    (re.compile(r"r(?=[nmk]?$)"), ""),
    (re.compile(r"[hs]$"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=100_000)
def latin_key(word: str) -> str:
    """Return the key of a word in Latin script: CHHOEUN, CHOEUN and CHHOEURN have the same key, as do VUTHY and VUTHI."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z]", "", plain)
    for pattern, alike in _ALIKE:
        key = pattern.sub(alike, key)
    return key or plain


def words_of(name: str) -> list[str]:
    """Return the words of a name without titles; Khmer text is unchanged except for invisible joiners."""
    words = _BREAKS.split(_JOINERS.sub("", name))
    return [word for word in words if word and word.lower() not in _TITLES]


def keys_of(khmer: str | None, latin: str | None, phone: str | None) -> list[str]:
    """Return the keys by which a person is found: words, the whole name without spaces, the phone number."""
    keys: set[str] = set()
    if khmer:
        words = words_of(khmer)
        keys.update(["k:" + word for word in words])
        keys.add("k:" + "".join(words))
    if latin:
        words = words_of(latin)
        keys.update(["l:" + latin_key(word) for word in words])
        keys.add("l:" + latin_key("".join(words)))
    if phone:
        keys.add("p:" + normal_phone(phone))
    return sorted([key for key in keys if len(key) > 2])


def search_keys(text: str) -> list[list[str]]:
    """Return the keys that a searched name must match: at least one key of every inner list.

    Names typed without spaces or in another order are found too.
    """
    words = words_of(text)
    khmer = any("\u1780" <= character <= "\u17ff" for character in text)
    prefix = "k:" if khmer else "l:"
    whole = prefix + ("".join(words) if khmer else latin_key("".join(words)))
    each = [prefix + (word if khmer else latin_key(word)) for word in words]
    return [[key, whole] for key in each] if len(each) > 1 else [[whole]]
