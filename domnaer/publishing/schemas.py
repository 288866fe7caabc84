"""JSON Schemas (draft 2020-12) of the data of every event, one document for each event type."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import TypeAdapter

from contracts.catalogue import Catalogue
from contracts.envelope import Correction, Fact
from contracts.frozen import Frozen
from contracts.registry import WHO_TOPIC, WhoEntry
from domnaer.publishing.paths import Json

DRAFT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://domnaer.gov.kh/schemas/"
ENTRIES: dict[str, type[Frozen]] = {WHO_TOPIC: WhoEntry}
"""The topics of read models, with the model of their entries."""

_WITHIN = ("properties", "$defs")
_MAPPED = ("items", "additionalProperties")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")


def sentence_of(model: type) -> str:
    """Return the first sentence of a docstring."""
    text = " ".join((inspect.getdoc(model) or "").split())
    found = re.match(r"(.+?\.)(?:\s+[A-Z]|$)", text)
    return found[1] if found else text


def is_superseded(fact: type[Fact]) -> bool:
    """Return whether this fact has a later version, to which it is converted when it is read."""
    return fact.latest not in (Fact.latest, Correction.latest)


def event_schema(fact: type[Fact]) -> Json:
    """Return the schema of the data of an event: facts, person, handles."""
    made = Catalogue([fact]).data(fact.wire).json_schema(ref_template="#/$defs/{model}")
    return _document(fact.wire, fact, made)


def entry_schema(topic: str) -> Json:
    """Return the schema of the entries of a read model's topic."""
    model = ENTRIES[topic]
    return _document(topic, model, TypeAdapter(model).json_schema(ref_template="#/$defs/{model}"))


def all_schemas(facts: Iterable[type[Fact]]) -> dict[str, Json]:
    """Return the schemas of events by event type, and those of read models by topic."""
    found = {fact.wire: event_schema(fact) for fact in facts}
    return found | {topic: entry_schema(topic) for topic in ENTRIES}


def _document(name: str, model: type, made: Json) -> Json:
    names = {f"#/$defs/{old}": f"#/$defs/{new}" for old, new in _plain_names(made).items()}
    body = rewritten(made, lambda ref: names.get(ref, ref))
    defs = {
        names[f"#/$defs/{old}"].removeprefix("#/$defs/"): body["$defs"][old] for old in body.get("$defs", {})
    }
    head = {
        "$schema": DRAFT,
        "$id": f"{BASE}{name}.json",
        "title": model.__name__,
        "description": sentence_of(model),
    }
    rest = {key: value for key, value in body.items() if key not in (*head, "$defs")}
    return head | rest | ({"$defs": dict(sorted(defs.items()))} if defs else {})


def _plain_names(made: Json) -> dict[str, str]:
    """Return readable names of the shapes; pydantic names those in corrections ``Restated_Literal_v1___X_``."""
    found = {}
    for name, shape in made.get("$defs", {}).items():
        fields = shape.get("properties", {})
        restates = name.startswith("Restated") and "const" in fields.get("type", {})
        found[name] = "Restated" + fields["facts"]["$ref"].rpartition("/")[2] if restates else name
    return found


def rewritten(schema: Json, ref: Callable[[str], str]) -> Json:
    """Return a schema with its references renamed, without the titles and nulls that pydantic adds.

    A field with only one possible value is required, because it identifies the shape.
    """
    found: Json = {}
    for key, value in schema.items():
        if key == "title" or (key == "default" and value is None):
            continue
        if key == "$ref":
            found[key] = ref(value)
        elif key == "discriminator":
            found[key] = {**value, "mapping": {tag: ref(to) for tag, to in value["mapping"].items()}}
        elif key in _WITHIN:
            found[key] = {name: rewritten(each, ref) for name, each in value.items()}
        elif key in _MAPPED and isinstance(value, dict):
            found[key] = rewritten(value, ref)
        elif key in _LISTED:
            found[key] = [rewritten(each, ref) for each in value]
        else:
            found[key] = value
    tags = [name for name, each in found.get("properties", {}).items() if "const" in each]
    if tags:
        found["required"] = list(dict.fromkeys([*tags, *found.get("required", ())]))
    return found


def shape(schema: Json, root: Json) -> Json:
    """Return the schema that a reference into ``$defs`` names; keywords beside the reference replace those of the schema."""
    while "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema
