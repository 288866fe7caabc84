"""The long code lists of forms: a search by words in English and Khmer, and the list by letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any
from unicodedata import normalize

from chassis.pages.translation import N_
from contracts.codes.issuers import OTHER_ISSUERS
from contracts.codes.missions import MISSIONS
from contracts.codes.places import CHECKPOINTS, COUNTRIES, PROVINCES, checkpoint_named, province_named
from contracts.codes.work import OCCUPATIONS, SECTORS
from contracts.organisation import first_letter

MOST = 20
"""Choices that a search returns."""
Translate = Callable[[str, str], str]
"""Translate a message into a language."""
_WORD = re.compile(r"[^\W_]+")
_CODE_BEHIND = re.compile(r"\(([A-Z0-9-]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list: its title (a message id), and its codes with titles as messages or with names in English and Khmer.

    ``named`` returns the code of another spelling.
    """

    title: str
    titles: Mapping[str, str | tuple[str, str]]
    named: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A code with its titles, and with what a search compares."""

    code: str
    english: str
    khmer: str
    words: tuple[str, ...]

    def title(self, language: str) -> str:
        """Return the title in a language."""
        return self.khmer if language == "km" else self.english

    def text(self, language: str) -> str:
        """Return the title with the code behind it, as a field shows it."""
        return f"{self.title(language)} ({self.code})"


def _titled(rows: Mapping[str, Any], title: str) -> Mapping[str, str]:
    return MappingProxyType({code: getattr(row, title) for code, row in rows.items()})


CODE_LISTS: Mapping[str, CodeList] = MappingProxyType(
    {
        "checkpoints": CodeList(N_("Checkpoints"), _titled(CHECKPOINTS, "name"), checkpoint_named),
        "countries": CodeList(N_("Countries"), COUNTRIES),
        "issuers": CodeList(N_("Issuers"), {**COUNTRIES, **OTHER_ISSUERS}),
        "missions": CodeList(N_("Missions"), _titled(MISSIONS, "title_en")),
        "occupations": CodeList(
            N_("Occupations"), {code: title for code, title in OCCUPATIONS.items() if len(code) == 4}
        ),
        "provinces": CodeList(N_("Provinces"), PROVINCES, province_named),
        "sectors": CodeList(N_("Sectors"), SECTORS),
    }
)
"""The lists by the name in the address of their search."""


class Choices:
    """The choices of the code lists in two languages."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self._of = cache(self._choices)

    def _choices(self, name: str) -> Mapping[str, Choice]:
        found = {}
        for code, title in CODE_LISTS[name].titles.items():
            english, khmer = title if isinstance(title, tuple) else (title, self._translate(title, "km"))
            words = tuple(_WORD.findall(_folded(english)))
            found[code] = Choice(code, english, khmer, words)
        return found

    def search(self, name: str, typed: str, language: str) -> list[Choice]:
        """Return the choices for a text: those whose code or title begins with it first, then those with its words."""
        text = _folded(typed)
        wanted = _WORD.findall(text)
        ranked = [
            (rank, choice.title(language), choice)
            for choice in self._of(name).values()
            if (rank := _rank(choice, text, wanted)) is not None
        ]
        return [choice for _, _, choice in sorted(ranked, key=lambda each: each[:2])[:MOST]]

    def code_of(self, name: str, typed: str) -> str | None:
        """Return the code that a text states: a code, a title in either language, or a title with its code behind it."""
        text = typed.strip()
        choices = self._of(name)
        behind = _CODE_BEHIND.search(text)
        for code in (text.upper(), behind[1] if behind else ""):
            if code in choices:
                return code
        folded = _folded(text)
        for choice in choices.values():
            if folded in (_folded(choice.english), _folded(choice.khmer)):
                return choice.code
        named = CODE_LISTS[name].named
        return named(text) if named is not None else None

    def text(self, name: str, value: str, language: str) -> str:
        """Return what a field shows for a code: its title with the code. Another text stays as it was typed, also of a list of records."""
        found = self._of(name).get(value) if name in CODE_LISTS else None
        return value if found is None else found.text(language)

    def title(self, name: str, code: str, language: str) -> str:
        """Return the title of a code; the code itself if the list has none."""
        found = self._of(name).get(code)
        return code if found is None else found.title(language)

    def by_letter(self, name: str, language: str) -> Mapping[str, Sequence[Choice]]:
        """Return the choices by the first letter of their titles, in alphabetical order."""
        letters: dict[str, list[Choice]] = {}
        for choice in sorted(self._of(name).values(), key=lambda each: each.title(language)):
            letters.setdefault(first_letter(choice.title(language)), []).append(choice)
        return letters


def address_of(name: str) -> str:
    """Return the address of the search of a list: a code list, or a list of records, which names its service."""
    service, _, short = name.rpartition("/")
    return f"/{service}/pages/choices/{short}" if service else f"/choices/{short}"


def _folded(text: str) -> str:
    return normalize("NFC", text).replace("\u200b", "").casefold().strip()


def _rank(choice: Choice, text: str, wanted: Sequence[str]) -> int | None:
    code = choice.code.casefold()
    if code == text:
        return 0
    if _folded(choice.english).startswith(text) or choice.khmer.startswith(text):
        return 1
    if code.startswith(text) or text in choice.khmer:  # Khmer is written without spaces between words
        return 2
    in_words = all(any(word.startswith(each) for word in choice.words) for each in wanted)
    return 2 if wanted and in_words else None
