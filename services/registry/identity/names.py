"""Search keys of names: in any script, in any order and spacing, for any romanisation and any way of typing Khmer.

A key is never shown and never links two people: SOK DARA and SOK DANA are two people, KEO and KEV may be one name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from contracts.khmer import khmer_key
from contracts.machine_readable import name_in_line
from contracts.text import latin_digits, normal_phone

_COURTESY = frozenset({"mr", "mrs", "ms", "miss", "mister", "madam", "oknha"}) | {
    *("លោក", "លោកស្រី", "លោកជំទាវ", "អ្នកស្រី", "ឧកញ៉ា"),
    *("นาย", "นาง", "นางสาว"),
}
"""Titles that are no names: they are never keys."""
_TITLES = _COURTESY | {
    *("lok", "loksrey", "neak", "neaksrey", "srey", "neang", "kanha"),
    *("អ្នក", "ស្រី", "នាង", "កញ្ញា"),
}
"""With those that are names, too: a person may be called Srey or Neak. They are titles only before another word."""
_WRITTEN_TOGETHER = re.compile("(?:លោកស្រី|លោកជំទាវ|លោក|អ្នកស្រី|អ្នក|นางสาว|นาย|นาง)\u200b?(?=[ក-ឳก-ฮเ-ไ])(?=.{2})")
"""A title without a space before the name."""
_BREAKS = re.compile(r"[\s,.;/()_<\-‐-―]+")
_ZERO_WIDTH_SPACE = "\u200b"
_JOINERS = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_KHMER = re.compile("[\u1780-\u17ff]")
_TONE_MARKS = re.compile("[\u0e47-\u0e4e\u0ec8-\u0ecd]")
_YEAR = re.compile(r"(?<!\d)(?:19|20|24|25)\d\d(?!\d)")
_BUDDHIST_ERA = 543
_FURTHER_LETTERS = str.maketrans(
    {"đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE"}
)
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
_WITHIN = (
    (re.compile(r"e?o?[vw](?=[^aeiou]|$)|eo"), "o"),
    (re.compile(r"(?<=[aeiou])[hrs](?=[^aeiou]|$)"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
"""Further rules of a search: the same for a word within a name that is written without spaces as for a word alone."""


@lru_cache(maxsize=100_000)
def latin_key(word: str) -> str:
    """Return the key of a word in Latin script: CHHOEUN, CHOEUN and CHHOEURN have the same key, as do VUTHY and VUTHI."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z]", "", plain)
    for pattern, alike in _ALIKE:
        key = pattern.sub(alike, key)
    return key or plain


@lru_cache(maxsize=100_000)
def _key(word: str) -> str:
    """Return the search key of a word, or of a name without spaces, with a prefix for its script."""
    if _KHMER.search(word):
        return "k:" + khmer_key(word)
    key = latin_key(word.translate(_FURTHER_LETTERS))
    if key.isalpha():
        for pattern, alike in _WITHIN:
            key = pattern.sub(alike, key)
        return "l:" + key
    plain = _TONE_MARKS.sub("", unicodedata.normalize("NFKC", word)).casefold().replace("เเ", "แ")
    return "o:" + "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LM")


def _words(name: str) -> list[str]:
    """Return the words of a name, without courtesy titles and without numbers. Zero-width spaces are kept."""
    words = _BREAKS.split(name_in_line(name))
    found = [_without_digits(word) for word in words if any(map(str.isalpha, word))]
    return [word for word in found if word and _JOINERS.sub("", word).lower() not in _COURTESY]


def _without_digits(word: str) -> str:
    """Return a word without a digit typed into it; what has few letters beside its digits is a number, and no word."""
    letters = sum(map(str.isalpha, word))
    digits = sum(map(str.isdigit, word))
    if digits and (letters < 3 or letters <= digits):
        return ""
    return "".join(character for character in word if not character.isdigit())


def _without_titles(words: list[str]) -> list[str]:
    """Return words without the titles before a name; a name that is only titles is unchanged."""
    first = next((nth for nth, word in enumerate(words) if word.lower() not in _TITLES), 0)
    named = words[first:]
    glued = _WRITTEN_TOGETHER.match(named[0]) if named else None
    return named if glued is None else [named[0][glued.end() :], *named[1:]]


def _wholes(words: Sequence[str]) -> Iterator[str]:
    """Yield the keys of a name without spaces: as given, and with the first word last or the last one first."""
    yield _key("".join(words))
    if len(words) > 1:
        yield _key("".join((*words[1:], words[0])))
        yield _key("".join((words[-1], *words[:-1])))


def _keys_of_name(name: str) -> Iterator[str]:
    words = _words(name)
    untitled = _without_titles(words)
    for named in (words,) if untitled == words else (words, untitled):
        for word in named:
            yield _key(word)
            if _ZERO_WIDTH_SPACE in word:
                yield from map(_key, word.split(_ZERO_WIDTH_SPACE))
        if named:
            yield from _wholes(named)
        if len(named) > 2:  # a given name of several words
            yield _key("".join(named[1:]))
            yield _key("".join(named[:-1]))


def keys_of(khmer: str | None, latin: str | None, phone: str | None) -> list[str]:
    """Return the keys by which a person is found: words, the whole name without spaces, the phone number.

    The script of a word decides on its key, not the field: names in Thai script are recorded among those in Latin script.
    """
    keys = {key for name in (khmer, latin) if name for key in _keys_of_name(name)}
    if phone:
        keys.add("p:" + normal_phone(phone))
    return sorted([key for key in keys if len(key) > 2])


@lru_cache(maxsize=100_000)
def name_key(khmer: str | None, latin: str | None) -> str | None:
    """Return a key that is equal for two spellings of a name, in any order of its words; None if there is no name.

    The Latin spelling decides if there is one: a name in Khmer script alone has another key than in Latin script.
    """
    if latin and (keys := sorted(map(latin_key, _without_titles(_words(latin))))):
        return "n:" + " ".join(keys)
    words = sorted(map(khmer_key, _without_titles(_words(khmer)))) if khmer else []
    return "n:" + " ".join(words) if words else None


def search_keys(text: str) -> list[list[str]]:
    """Return the keys that a searched name must match: at least one key of every inner list. Nobody matches a text without a name.

    Names typed without spaces or in another order are found too, with a title, a year of birth, or as a machine-readable
    line.
    """
    words = _words(text)
    named = _without_titles(words)
    wholes = [*_wholes(named), *_wholes(words)] if words else []
    found: list[list[str]] = []
    for nth, word in enumerate(named):
        whole_word = [_key(word), *([_key(words[-len(named)])] if nth == 0 else [])]
        for piece in word.split(_ZERO_WIDTH_SPACE):
            keys = dict.fromkeys((_key(piece), *whole_word, *wholes))
            if any(map(str.isalpha, piece)):
                found.append([key for key in keys if len(key) > 2])
    return [keys for keys in found if keys] or [[]]


def birth_year(text: str) -> int | None:
    """Return the year of birth that was typed with a name, also of the Buddhist era; None if there is none."""
    found = _YEAR.search(latin_digits(text))
    if found is None:
        return None
    year = int(found[0])
    return year - _BUDDHIST_ERA if year > 2400 else year
