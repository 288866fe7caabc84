"""A sentence of a page as a message id with its values, and the names of countries and checkpoints in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chassis.pages.translation import N_
from contracts.codes.places import CHECKPOINTS, COUNTRIES
from contracts.times import day_of

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id with its values, and further sentences about the same event.

    ``plain`` values are final, ``codes`` are message ids or lists of them, ``names`` are in English and Khmer, ``days`` are
    formatted by the page, and ``parts`` are sentences in the sentence.
    """

    text: str
    plain: dict[str, str] = field(default_factory=dict)
    codes: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    notes: Sequence[Sentence] = ()
    parts: Mapping[str, Sentence] = field(default_factory=dict)
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def in_english(sentence: Sentence) -> str:
    """Return a sentence in English, with days of Asia/Phnom_Penh, for answers of the API."""
    values: dict[str, str] = dict(sentence.plain)
    values |= {
        name: text if isinstance(text, str) else ", ".join(text) for name, text in sentence.codes.items()
    }
    values |= {name: english for name, (english, _) in sentence.names.items()}
    values |= {name: _day(value) for name, value in sentence.days.items()}
    values |= {name: in_english(part) for name, part in sentence.parts.items()}
    return "; ".join([sentence.text % values, *map(in_english, sentence.notes)])


def _day(value: date) -> str:
    day = day_of(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%B %Y}"


def country(code: str | None) -> str:
    """Return a country's name as a message id."""
    return COUNTRIES.get(code or "", code or N_("a country not known"))


def checkpoint(code: str) -> str:
    """Return a checkpoint's name as a message id."""
    found = CHECKPOINTS.get(code)
    return found.name if found else code
