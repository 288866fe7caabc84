"""Code lists: those that are too long for a schema, published in a file of their own, and the short ones."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from contracts import codes
from contracts.catalogue import modules
from contracts.codes.missions import MISSIONS, MissionCode
from contracts.codes.money import CURRENCIES, Currency
from contracts.codes.places import CHECKPOINTS, COUNTRIES, PROVINCES, Checkpoint, Country, Province
from contracts.codes.titled import TitledCode, TitledNumber
from contracts.codes.work import (
    OCCUPATIONS,
    SECTORS,
    Occupation,
    OccupationWanted,
    Sector,
    UnitGroup,
)
from domnaer.publishing.paths import Json


@dataclass(frozen=True)
class CodeList:
    """A code list. The description of every field that holds its codes contains ``mark``; ``parts`` accept some of them."""

    name: str
    mark: str
    alias: Any
    titles: Mapping[str, str]
    parts: tuple[Any, ...] = ()

    @property
    def pattern(self) -> str:
        """Return the pattern of its codes."""
        return pattern_of(self.alias)


def pattern_of(alias: Any) -> str:
    """Return the pattern of the codes that a type accepts."""
    pattern: str = TypeAdapter(alias).json_schema()["pattern"]
    return pattern


CODE_LISTS = (
    CodeList("countries", "ISO 3166-1 alpha-3", Country, COUNTRIES),
    CodeList(
        "provinces",
        "Cambodian place code",
        Province,
        {code: f"{en} ({km})" for code, (en, km) in PROVINCES.items()},
    ),
    CodeList(
        "checkpoints",
        "list of checkpoints",
        Checkpoint,
        {code: post.name for code, post in CHECKPOINTS.items()},
    ),
    CodeList(
        "missions", "list of missions", MissionCode, {code: each.title_en for code, each in MISSIONS.items()}
    ),
    CodeList("currencies", "ISO 4217", Currency, CURRENCIES),
    CodeList("occupations", "ISCO-08", Occupation, OCCUPATIONS, (UnitGroup, OccupationWanted)),
    CodeList("sectors", "ISIC Rev. 4", Sector, SECTORS),
)


@cache
def patterns() -> frozenset[str]:
    """Return the patterns of all lists."""
    return frozenset(pattern_of(alias) for each in CODE_LISTS for alias in (each.alias, *each.parts))


def list_of(schema: Json) -> CodeList | None:
    """Return the list whose codes a field of this schema holds, or None."""
    branches = [schema, *schema.get("anyOf", ())]
    if isinstance(items := schema.get("items"), dict):
        branches.append(items)
    if not any(branch.get("pattern") in patterns() for branch in branches):
        return None
    descriptions = " ".join(branch.get("description", "") for branch in branches)
    return next((each for each in CODE_LISTS if each.mark in descriptions), None)


def code_document() -> Json:
    """Return all lists as one document."""
    return {
        each.name: {"list": each.mark, "pattern": each.pattern, "codes": dict(each.titles)}
        for each in CODE_LISTS
    }


def code_enums() -> list[type[Enum]]:
    """The short code lists: those of the modules of ``contracts.codes``, and those beside the events."""
    names = [each.name for each in pkgutil.iter_modules(codes.__path__, f"{codes.__name__}.")]
    homes = [importlib.import_module(name) for name in names]
    return [
        value
        for home in (*homes, *modules())
        for value in vars(home).values()
        if isinstance(value, type)
        and issubclass(value, Enum)
        and value.__module__ == home.__name__
        and value not in (TitledCode, TitledNumber)
    ]
