"""Every field of every event has a description; facts contain codes, numbers, dates and ids, but no free text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.catalogue import catalogue, facts_of, modules, owner
from contracts.codes.places import Country
from contracts.envelope import Data, Fact
from contracts.frozen import Frozen
from contracts.person import ClearPerson, ErasedPerson, SealedPerson
from contracts.registry import WhoEntry
from domnaer.publishing.code_lists import list_of, patterns
from domnaer.publishing.schemas import sentence_of

FACTS = [pytest.param(fact, id=fact.wire) for fact in catalogue()]
FREE_TEXT = ("Sok Dara, born 1990, came by lorry.", "សុខ ដារ៉ា មកដល់ហើយ", "said: nothing at all")
UNITS = ("second", "minute", "hour", "rest days", "years", "months", "person", "place", "revision", "change")
_UNIONS = (Union, UnionType)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from models_in(inner)


def untagged_unions(annotation: Any, metadata: list[Any]) -> Iterator[Any]:
    """Yield unions of models without a discriminator."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from untagged_unions(get_args(annotation)[0], list(get_args(annotation)[1:]))
        return
    if origin in _UNIONS:
        members = [each for each in get_args(annotation) if list(models_in(each))]
        if len(members) > 1 and not any(getattr(each, "discriminator", None) for each in metadata):
            yield annotation
    for inner in get_args(annotation):
        yield from untagged_unions(inner, [])


def reachable(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> set[type[BaseModel]]:
    """Yield a model and the models inside it."""
    found = set() if seen is None else seen
    if model not in found:
        found.add(model)
        for field in model.model_fields.values():
            for inner in models_in(field.annotation):
                reachable(inner, found)
    return found


def undescribed(model: type[BaseModel]) -> Iterator[str]:
    """Fields without description; numbers without unit."""
    for name, field in model.model_fields.items():
        if not (field.description or "").strip():
            yield f"{name} has no description"
        numbers = {int, float, Decimal} & {field.annotation, *get_args(field.annotation)}
        if (
            numbers
            and not any(unit in (field.description or "").lower() for unit in UNITS)
            and name != "amount"
        ):
            yield f"{name} is a number without unit"


def broken_rules(model: type[BaseModel], *, free_text: bool = False) -> list[str]:
    """Return the rules that a model, or a model inside it, breaks."""
    found: list[str] = []
    for each in reachable(model):
        at = each.__name__
        if not each.model_config.get("frozen"):
            found.append(f"{at} is not frozen")
        if each.model_config.get("extra") == "forbid":
            found.append(f"{at} forbids fields that later versions add")
        found += [f"{at}.{words}" for words in undescribed(each)]
        for name, field in each.model_fields.items():
            metadata = [field, *field.metadata]
            found += [
                f"{at}.{name} is an untagged union" for _ in untagged_unions(field.annotation, metadata)
            ]
            if field.is_required() and type(None) in get_args(field.annotation):
                found.append(f"{at}.{name} is required and may be null, and nulls are not published")
    if not free_text:
        schema = TypeAdapter(model).json_schema()
        found += [f"{model.__name__} {words}" for words in free_texts("", schema)]
        found += [f"{model.__name__} {words}" for words in unlisted("", schema)]
    return sorted(found)


def free_texts(path: str, schema: Any) -> Iterator[str]:
    """Yield the paths of a schema that accept free text."""
    if isinstance(schema, list):
        for each in schema:
            yield from free_texts(path, each)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "string" and not {"enum", "const", "format"} & schema.keys():
        pattern = schema.get("pattern")
        if pattern is None or any(re.search(pattern, text) for text in FREE_TEXT):
            yield f"{path} takes free text"
    elif not {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"} & schema.keys():
        yield f"{path} takes anything"
    if schema.get("type") == "object" and "properties" not in schema:
        yield f"{path} has fields of any name"
    for name, each in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        yield from free_texts(f"{path}.{name}", each)
    for key in ("items", "anyOf", "oneOf", "allOf"):
        if key in schema:
            yield from free_texts(path, schema[key])


def unlisted(path: str, schema: dict[str, Any]) -> Iterator[str]:
    """Yield fields with codes of a list that the description does not name."""
    for name, each in schema.get("properties", {}).items():
        branches = [each, *each.get("anyOf", ())]
        coded = any(branch.get("pattern") in patterns() for branch in branches)
        if coded and list_of(each) is None:
            yield f"{path}.{name} does not say which code list it is written in"
    for name, each in schema.get("$defs", {}).items():
        yield from unlisted(f"{path}.{name}", each)


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_is_described_coded_tagged_and_frozen(fact: type[Fact]) -> None:
    assert broken_rules(fact) == []


@pytest.mark.parametrize("shape", [ClearPerson, SealedPerson, ErasedPerson, Data[Fact], WhoEntry])
def test_data_beside_the_facts_is_described_tagged_and_frozen(shape: type[BaseModel]) -> None:
    assert broken_rules(shape, free_text=True) == []


@pytest.mark.parametrize("fact", FACTS)
def test_every_event_has_a_sentence_and_the_name_of_its_service(fact: type[Fact]) -> None:
    assert sentence_of(fact).endswith(".")
    assert fact.__module__ == f"contracts.{owner(fact.wire)}"
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", re.sub(r"V[0-9]+$", "", fact.__name__)).lower()
    assert fact.wire.split(".")[2] == snake


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.__name__))
def test_a_correction_can_restate_every_fact_of_its_service(module: Any) -> None:
    facts = facts_of(module)
    restated = {
        get_args(each.model_fields["type"].annotation)[0]: each.model_fields["facts"].annotation
        for each in get_args(module.EventCorrected.model_fields["restated"].annotation)
    }
    rulings = (module.EventCorrected, module.EventVoided)
    assert restated == {fact.wire: fact for fact in facts if fact not in rulings}


# The rules themselves are tried on facts that break them.


class Loose(BaseModel):
    """A value that changes."""

    country: Country


class Undescribed(Fact):
    wire: ClassVar[str] = "domnaer.test.undescribed.v1"
    seen: date


class Unitless(Fact):
    wire: ClassVar[str] = "domnaer.test.unitless.v1"
    much: int = Field(description="How much.")


class BareText(Fact):
    wire: ClassVar[str] = "domnaer.test.bare_text.v1"
    remark: str = Field(description="What was said.")


class TextInList(Fact):
    wire: ClassVar[str] = "domnaer.test.text_in_list.v1"
    remarks: tuple[str | None, ...] = Field((), description="What was said.")


class TextWithPattern(Fact):
    wire: ClassVar[str] = "domnaer.test.text_with_pattern.v1"
    remark: str = Field(pattern="^.{1,40}$", description="What was said.")


class AnyNames(Fact):
    wire: ClassVar[str] = "domnaer.test.any_names.v1"
    counts: dict[str, UUID] = Field(description="Counts by name.")


class Anything(Fact):
    wire: ClassVar[str] = "domnaer.test.anything.v1"
    value: Any = Field(description="Whatever.")


class Left(Frozen):
    """Left."""

    on: date = Field(description="The day.")


class Right(Frozen):
    """Right."""

    at: datetime = Field(description="The time.")


class Untagged(Fact):
    wire: ClassVar[str] = "domnaer.test.untagged.v1"
    side: Left | Right = Field(description="Which side.")


class UntaggedInList(Fact):
    wire: ClassVar[str] = "domnaer.test.untagged_in_list.v1"
    sides: tuple[Left | Right, ...] = Field((), description="Which sides.")


class Thawed(Fact):
    wire: ClassVar[str] = "domnaer.test.thawed.v1"
    place: Loose = Field(description="Where.")


class Strict(Fact):
    wire: ClassVar[str] = "domnaer.test.strict.v1"
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unlisted(Fact):
    wire: ClassVar[str] = "domnaer.test.unlisted.v1"
    where: str = Field(pattern="^[A-Z]{3}$", description="Where.")


class NullButRequired(Fact):
    wire: ClassVar[str] = "domnaer.test.null_but_required.v1"
    on: date | None = Field(description="The day.")


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (Undescribed, "seen has no description"),
        (Unitless, "without unit"),
        (BareText, "takes free text"),
        (TextInList, "takes free text"),
        (TextWithPattern, "takes free text"),
        (AnyNames, "fields of any name"),
        (Anything, "takes anything"),
        (Untagged, "untagged union"),
        (UntaggedInList, "untagged union"),
        (Thawed, "Loose is not frozen"),
        (Strict, "forbids fields"),
        (Unlisted, "which code list"),
        (NullButRequired, "may be null"),
    ],
)
def test_a_fact_that_breaks_a_rule_is_found(fact: type[Fact], words: str) -> None:
    assert any(words in found for found in broken_rules(fact))


class Kind(Enum):
    A = "a"


class Sound(Fact):
    """A fact that follows all rules."""

    wire: ClassVar[str] = "domnaer.test.sound.v1"
    kind: Kind = Field(description="Which kind.")
    which: Literal["one", "other"] = Field("one", description="Which of two.")
    where: Country | None = Field(None, description="Where.")
    lasted: timedelta | None = Field(None, description="How long.")
    minutes: int = Field(0, description="Length in minutes.")


def test_a_fact_that_keeps_the_rules_passes() -> None:
    assert broken_rules(Sound) == []
