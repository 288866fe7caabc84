"""The controls of a form for the facts and the person of any event, made from their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

from contracts.codes.issuers import OTHER_ISSUERS
from contracts.codes.missions import MISSIONS, MissionCode
from contracts.codes.money import CURRENCIES, Currency
from contracts.codes.places import CHECKPOINTS, COUNTRIES, PROVINCES, Checkpoint, Country, Province
from contracts.codes.work import OCCUPATIONS, SECTORS, Occupation, OccupationWanted, Sector, UnitGroup
from contracts.command import PersonGiven
from contracts.envelope import RecorderId, StreamName
from contracts.person import Issuer
from contracts.titles import CODES, field_title

Kind = Literal[
    "choice", "listed", "choices", "yes_no", "day", "number", "text", "people", "id", "group", "rows"
]
_DERIVED = ("age", "age_band", "documents_shown")
"""Fields that follow from the person: they are shown, and a form has no control for them."""
_OF_THE_FACTS = ("sex", "home_province")
"""Fields of a person that facts state too; the form has them once."""
_MOST_CHOICES = 60
"""Codes in a list from which one is chosen; of a longer list the title is typed, with suggestions."""


@dataclass(frozen=True, slots=True)
class Control:
    """The control of a field. ``choices`` are titles by code, as message ids, or in English and Khmer.

    ``listed`` is the code list whose titles are suggested, ``parts`` are the controls of a group or of each of several rows.
    """

    name: str
    kind: Kind
    optional: bool = False
    whole: bool = False
    choices: Mapping[str, str | tuple[str, str]] = field(default_factory=dict)
    listed: str = ""
    parts: tuple[Control, ...] = ()
    derived: bool = False

    @property
    def title(self) -> str:
        """The title of the field, as a message id."""
        return field_title(self.name)


_LISTS: tuple[tuple[Any, str, Mapping[str, str | tuple[str, str]]], ...] = (
    (Country, "countries", COUNTRIES),
    (Issuer, "issuers", {**COUNTRIES, **OTHER_ISSUERS}),
    (Province, "provinces", PROVINCES),
    (Checkpoint, "checkpoints", {code: post.name for code, post in CHECKPOINTS.items()}),
    (MissionCode, "missions", {code: each.title_en for code, each in MISSIONS.items()}),
    (Currency, "currencies", {code: code for code in CURRENCIES}),
    *((alias, "occupations", OCCUPATIONS) for alias in (Occupation, OccupationWanted, UnitGroup)),
    (Sector, "sectors", SECTORS),
)


@cache
def controls_of(model: type[BaseModel]) -> tuple[Control, ...]:
    """Return the controls of the fields of facts, or of a part of them, in their order.

    Names of other records (streams) have none: they may be records that the caller must not learn of.
    """
    hints = get_type_hints(model, include_extras=True)
    found = (
        _control(name, hints[name], derived=name in _DERIVED)
        for name in model.model_fields
        if name != "recorded"
    )
    return tuple(each for each in found if each is not None)


@cache
def person_controls() -> tuple[Control, ...]:
    """Return the controls of a person, without those that facts have too."""
    return tuple(each for each in controls_of(PersonGiven) if each.name not in _OF_THE_FACTS)


def find_control(controls: tuple[Control, ...], path: str) -> Iterator[Control]:
    """Yield the controls on a path such as ``terms.wage.amount``, from the outermost on."""
    for name in path.split("."):
        found = next((each for each in controls if each.name == name), None)
        if found is None:
            return
        yield found
        controls = found.parts


def _control(name: str, hint: Any, *, optional: bool = False, derived: bool = False) -> Control | None:
    for alias, listed, choices in _LISTS:
        if hint is alias:
            kind: Kind = "choice" if len(choices) <= _MOST_CHOICES else "listed"
            return Control(
                name, kind, optional or alias is Issuer, choices=choices, listed=listed, derived=derived
            )
    if hint is StreamName:
        return None
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _control(name, arguments[0], optional=optional, derived=derived)
    if origin in (Union, UnionType):
        (inner,) = (each for each in arguments if each is not NoneType)
        return _control(name, inner, optional=True, derived=derived)
    if origin is tuple:
        return _several(name, arguments[0], derived=derived)
    if origin is Literal:
        return Control(name, "choice", optional, choices={code: CODES[code] for code in arguments})
    return _plain(name, hint, optional=optional, derived=derived)


def _several(name: str, hint: Any, *, derived: bool) -> Control | None:
    if hint is RecorderId:
        return Control(name, "people", True)
    one = _control(name, hint)
    if one is None or one.kind not in ("choice", "group"):
        raise TypeError(f"no control for several of {hint} in {name}")
    kind: Kind = "choices" if one.kind == "choice" else "rows"
    return Control(name, kind, True, one.whole, one.choices, parts=one.parts, derived=derived)


def _plain(name: str, kind: type, *, optional: bool, derived: bool) -> Control:
    if issubclass(kind, BaseModel):
        return Control(name, "group", optional, parts=controls_of(kind), derived=derived)
    if issubclass(kind, Enum):
        choices = {str(each.value): getattr(each, "title_en", None) or CODES[each.value] for each in kind}
        return Control(name, "choice", optional, issubclass(kind, int), choices, derived=derived)
    if issubclass(kind, bool):
        return Control(name, "yes_no", optional)
    if issubclass(kind, date) and not issubclass(kind, datetime):
        return Control(name, "day", optional)
    if issubclass(kind, int | Decimal):
        return Control(name, "number", optional, issubclass(kind, int))
    if issubclass(kind, UUID):
        return Control(name, "id", optional)
    if issubclass(kind, str):
        return Control(name, "text", optional)
    raise TypeError(f"no control for {kind} in {name}")
