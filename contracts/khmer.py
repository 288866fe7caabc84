"""Khmer words for comparison: one form for all orders and variants in which the marks of a syllable are typed.

Several sequences of characters look the same on screen, and keyboards produce all of them. The order here is that of the
Unicode Standard, chapter 16, "Khmer: Ordering of Syllable Components", and of Unicode Technical Note 61: base, robat,
subscripts, shifter, vowel, signs. NFC must not be used: it separates a subscript sign from its consonant. The form is for
search keys only and is never shown: it also joins characters that are confused although they look different.
"""

from __future__ import annotations

import re
from functools import lru_cache

COENG, _RO = "\u17d2", "\u179a"
_INVISIBLE = re.compile("[\u00ad\u034f\u17b4\u17b5\u200b-\u200f\u2060\ufeff]")
_VARIANTS = str.maketrans(
    {
        "ឣ": "អ",
        "ឤ": "អា",
        "ឝ": "ស",
        "ឞ": "ស",  # obsolete
        "ឥ": "អិ",
        "ឦ": "អី",
        "ឧ": "អុ",
        "ឨ": "អុក",
        "ឩ": "អូ",
        "ឪ": "អូវ",
        "ឯ": "អែ",
        "ឰ": "អៃ",
        "ឱ": "អោ",
        "ឲ": "អោ",
        "ឳ": "អៅ",
        "ឫ": "រឹ",
        "ឬ": "រឺ",
        "ឭ": "លឹ",
        "ឮ": "លឺ",
        "\u17c8": "\u17c7",  # yuukaleapintu is typed as reahmuk
        "\u17dd": None,  # atthacan, obsolete
    }
)
"""Independent vowels are spelled with the consonant អ, រ or ល and a vowel sign, as many people type them."""
_SUBSCRIPT_DA = COENG + "\u178a"
_SUBSCRIPT_TA = COENG + "\u178f"
_SYLLABLE = re.compile("(?P<base>[\u1780-\u17b3])(?P<marks>(?:\u17d2+[\u1780-\u17b3]|[\u17b6-\u17d2])*)")
_SUBSCRIPT = re.compile("\u17d2+([\u1780-\u17b3])")
_SPLIT_SUBSCRIPT = re.compile("\u17d2+([\u17b6-\u17d1]+)([\u1780-\u17b3])")
_VOWEL_FIRST = re.compile("^([\u17c1-\u17c3])([\u1780-\u17b3](?:\u17d2+[\u1780-\u17b3])*)")
_SHIFTERS = frozenset("\u17c9\u17ca")
_U = "\u17bb"
_ABOVE = frozenset("\u17b7\u17b8\u17b9\u17ba\u17be")
_IN_TWO_PARTS = (("\u17c1", "\u17b8", "\u17be"), ("\u17c1", "\u17b6", "\u17c4"))
_TWICE_AU = ("\u17c1", "\u17c5")
_BASE, _INVISIBLE_MARK = "[\u1780-\u17b3]", "[\u00ad\u034f\u17b4\u17b5\u200b-\u200d\u2060\ufeff]"
_MARK = "[\u17b6-\u17d1\u17d3\u17dd]"
_VOWELS_OF_SYLLABLE = re.compile(
    f"[\u17b6-\u17c5](?:[\u17c6-\u17d1]|\u17d2{_BASE}|{_INVISIBLE_MARK})*[\u17b6-\u17c5]"
)
_TWICE = re.compile("([\u17b6-\u17d3\u17dd])\\1+")
_SUBSCRIPT_OF_NOTHING = re.compile(f"\u17d2(?!{_INVISIBLE_MARK}*{_BASE})")
_MARK_OF_NOTHING = re.compile(
    f"(?:^|[^\u1780-\u17d3\u17dd\u00ad\u034f\u200b-\u200d\u2060\ufeff])({_MARK}|\u17d2)"
)
_ODD = re.compile(
    "|".join(each.pattern for each in (_SUBSCRIPT_OF_NOTHING, _MARK_OF_NOTHING, _VOWELS_OF_SYLLABLE))
    + "|([\u17b6-\u17d3\u17dd])\\2"
)
_VOWEL_BEFORE = re.compile(
    "(?<![\u1780-\u17d3\u17dd])([\u17c1-\u17c3])([\u1780-\u17b3](?:\u17d2+[\u1780-\u17b3])*)(?![\u17b6-\u17c5\u17d2])"
)
_TYPE_AGAIN = "type the syllable again, the consonant first"
_ORDER = {
    mark: place
    for place, mark in enumerate(
        "\u17cc\u17c9\u17ca\u17b6\u17b7\u17b8\u17b9\u17ba\u17bb\u17bc\u17bd\u17be\u17bf\u17c0\u17c1\u17c2\u17c3\u17c4\u17c5"
        "\u17cb\u17cd\u17ce\u17cf\u17d0\u17d1\u17c6\u17c7"
    )
}


def mended(text: str) -> str:
    """Return text in which every mark of the Khmer script belongs to a syllable.

    A mark typed twice, a vowel typed before its consonant, and a mark between a subscript sign and its consonant are mended:
    only one syllable can be meant. Other text is unchanged. Raises ValueError where it is not certain what is meant: for a
    mark without a consonant, a subscript sign without one, or two vowels on one syllable.
    """
    if _ODD.search(text) is None:
        return text
    text = _TWICE.sub(r"\1", text)
    text = _SPLIT_SUBSCRIPT.sub(COENG + r"\2\1", text)
    text = _VOWEL_BEFORE.sub(r"\2\1", text)
    if (found := _SUBSCRIPT_OF_NOTHING.search(text)) is not None:
        raise ValueError(f"has the Khmer subscript sign U+17D2 without a consonant after it; {_TYPE_AGAIN}")
    if (found := _MARK_OF_NOTHING.search(text)) is not None:
        raise ValueError(
            f"has the Khmer mark U+{ord(found[1]):04X} without a consonant before it; {_TYPE_AGAIN}"
        )
    for found in _VOWELS_OF_SYLLABLE.finditer(text):
        if not _are_one_vowel(found[0][0], found[0][-1]):
            first, second = ord(found[0][0]), ord(found[0][-1])
            raise ValueError(
                f"has two Khmer vowels on one syllable (U+{first:04X}, U+{second:04X}); {_TYPE_AGAIN}"
            )
    return text


def _are_one_vowel(one: str, other: str) -> bool:
    """Return whether two vowel signs are typed for one: in its two parts, or u for the shifter below a vowel above."""
    both = {one, other}
    return (
        any(both == {first, second} for first, second, _ in _IN_TWO_PARTS)
        or both == set(_TWICE_AU)
        or (_U in both and not both.isdisjoint(_ABOVE))
    )


@lru_cache(maxsize=100_000)
def khmer_key(word: str) -> str:
    """Return the form of a word in Khmer script in which it is compared; text in other scripts is unchanged."""
    text = _INVISIBLE.sub("", word).translate(_VARIANTS)
    # A sign between a subscript sign and its consonant belongs behind them.
    text = _SPLIT_SUBSCRIPT.sub(COENG + r"\2\1", text)
    text = _VOWEL_FIRST.sub(r"\2\1", text)  # typed as it is seen, before its consonant
    return _SYLLABLE.sub(_in_order, text)


def _in_order(syllable: re.Match[str]) -> str:
    marks = syllable["marks"]
    if not marks:
        return syllable["base"]
    # The subscripts of ta and da have the same shape.
    typed = [COENG + each for each in _SUBSCRIPT.findall(marks)]
    stack = list(dict.fromkeys(_SUBSCRIPT_TA if each == _SUBSCRIPT_DA else each for each in typed))
    stack.sort(key=lambda each: each.endswith(_RO))
    signs = set(_SUBSCRIPT.sub("", marks)) - {COENG}
    for first, second, whole in _IN_TWO_PARTS:
        if first in signs and second in signs:
            signs = (signs - {first, second}) | {whole}
    if signs.issuperset(_TWICE_AU):
        signs.discard("\u17c1")
    if not signs.isdisjoint(_ABOVE) and not signs.isdisjoint(_SHIFTERS | {_U}):
        # Below a vowel that stands above, both shifters take the shape of u, and u is typed for them.
        signs = (signs - _SHIFTERS - {_U}) | {"\u17ca"}
    return syllable["base"] + "".join(stack) + "".join(sorted(signs, key=lambda each: _ORDER.get(each, 0)))
