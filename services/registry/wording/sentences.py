"""A sentence of a page as a message id with its values, and the names of countries and checkpoints in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.pages.translation import N_
from contracts.codes.places import CHECKPOINTS, COUNTRIES

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id with its values, and further sentences about the same event.

    ``plain`` values are final, ``codes`` are message ids or lists of them, ``days`` are formatted by the page.
    """

    text: str
    plain: dict[str, str]
    codes: Mapping[str, str | Sequence[str]]
    days: dict[str, date] = field(default_factory=dict)
    notes: Sequence[Sentence] = ()


def country(code: str | None) -> str:
    """Return a country's name as a message id."""
    return COUNTRIES.get(code or "", code or N_("a country not known"))


def checkpoint(code: str) -> str:
    """Return a checkpoint's name."""
    found = CHECKPOINTS.get(code)
    return found.name if found else code
