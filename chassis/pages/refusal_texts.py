"""The texts of refusals in the language of a page.

A refusal states title, detail and remedy as English sentences, which programs get too. The catalogues have these sentences
(domnaer.publishing.refusal_texts) with placeholders for the values in them. A page finds the sentence that a text was made of by
its fixed words, and puts the values into the translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

CONTEXT = "refusal"
"""The context of these sentences in the catalogues."""
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ENGLISH = ("title", "detail", "reason", "remedy")
"""The values of errors that are texts of refusals (chassis.pages.error_texts)."""


class RefusalTexts:
    """Translates the texts of refusals.

    ``translations`` are pairs of an English sentence and its translation; ``translate`` translates other texts of pages.
    """

    def __init__(
        self,
        translations: Iterable[tuple[str, str]],
        translate: Callable[[str], str],
        show_day: Callable[[date], str],
    ) -> None:
        known = dict(translations)
        self._fixed = {text: found for text, found in known.items() if not PLACEHOLDER.search(text)}
        with_values = sorted(known.keys() - self._fixed.keys(), key=_fixed_letters, reverse=True)
        self._with_values = [(_pattern(text), known[text]) for text in with_values]
        self._translate, self._show_day = translate, show_day

    def text(self, english: str) -> str:
        """Return the text in the language of the page; a text that no sentence fits stays English.

        Values are translated if they are texts of the catalogue, such as names of countries, and days by ``show_day``.
        Two texts may be joined: a title and a detail by a colon, and a remedy after a semicolon.
        """
        if not english:
            return ""
        return self._known(english) or self._joined(english) or english

    def values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of an error's placeholders, with the texts of refusals among them translated."""
        return {
            name: self.text(value) if name in _ENGLISH and isinstance(value, str) else value
            for name, value in values.items()
        }

    def _known(self, english: str) -> str | None:
        if (fixed := self._fixed.get(english)) is not None:
            return fixed
        for pattern, translation in self._with_values:
            if (found := pattern.fullmatch(english)) is not None:
                return translation % {name: self._value(value) for name, value in found.groupdict().items()}
        other = self._translate(english)
        return None if other == english else other

    def _joined(self, english: str) -> str | None:
        for mark in ("; ", ": "):
            one, found, other = english.partition(mark)
            if found and (first := self._known(one) or self._joined(one)) is not None:
                return f"{first}{mark}{self.text(other)}"
        return None

    def _value(self, value: str) -> str:
        if _DAY.fullmatch(value):
            try:
                return self._show_day(date.fromisoformat(value))
            except ValueError:
                return value
        return self._fixed.get(value) or self._translate(value)


def _fixed_letters(text: str) -> int:
    return len(PLACEHOLDER.sub("", text))


def _pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of the texts that a sentence becomes with values; a semicolon or a colon ends a text."""
    fixed = PLACEHOLDER.split(text)  # fixed text and names of placeholders in turn
    return re.compile(
        "".join(
            f"(?P<{each}>(?:(?![;:] ).)+?)" if nth % 2 else re.escape(each.replace("%%", "%"))
            for nth, each in enumerate(fixed)
        ),
        re.DOTALL,
    )


__all__ = ["CONTEXT", "PLACEHOLDER", "RefusalTexts"]
