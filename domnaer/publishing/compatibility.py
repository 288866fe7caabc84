"""Checks that a changed schema accepts all data that is valid under the committed schema, and guarantees as much.

Refused: a property is removed or gets another type, a new property is required, a property that was always present may
be missing or null, a code is removed, a limit is narrower, a pattern or a default is changed. Allowed: a new optional
property, a new code, a new alternative of a tagged union, a wider limit. A changed pattern counts as narrower, because
patterns cannot be compared reliably; patterns that a person has checked to be wider are in :data:`WIDENED`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domnaer.publishing.paths import Json
from domnaer.publishing.schemas import shape

WIDENED: frozenset[tuple[str, str]] = frozenset()
"""Pairs of an old pattern and a new one that accepts everything that the old one accepts."""

REMEDY = (
    "keep the old class as ...V1 with its type and an upcaster (latest) beside it, and give the new shape the next version;"
    " see CONTRIBUTING.md"
)
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


@dataclass(frozen=True, slots=True)
class Change:
    """An incompatible change: the event, the path in its data, and the change."""

    name: str
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.name}: {self.path or 'the data'}: {self.what}"


def changes(name: str, old: Json, new: Json, widened: frozenset[tuple[str, str]] = WIDENED) -> list[Change]:
    """Return the incompatible changes between two schemas."""
    return list(dict.fromkeys(_Comparison(name, old, new, widened).compare("", old, new)))


def codes_removed(old: Json, new: Json) -> list[Change]:
    """Return the codes that are no longer on the published lists."""
    found = []
    for name, listed in old.items():
        kept = new.get(name, {"codes": {}})["codes"]
        found += [
            Change("codes", name, f"the code {code} is removed")
            for code in listed["codes"]
            if code not in kept
        ]
    return found


class _Comparison:
    def __init__(self, name: str, old: Json, new: Json, widened: frozenset[tuple[str, str]]) -> None:
        self._name = name
        self._roots = old, new
        self._widened = widened
        self._under_way: set[str] = set()

    def _change(self, path: str, what: str) -> Change:
        return Change(self._name, path, what)

    def compare(self, path: str, old: Json, new: Json) -> Iterator[Change]:
        step = json.dumps([old, new], sort_keys=True)
        if step in self._under_way:  # a schema that refers to itself
            return
        self._under_way.add(step)
        old, new = shape(old, self._roots[0]), shape(new, self._roots[1])
        if old.get("default") != new.get("default"):
            said = f"from {old.get('default')!r} to {new.get('default')!r}"
            yield self._change(
                path, f"the default changes {said}: data without this property would get another meaning"
            )
        yield from self._alternatives(path, old, new)
        self._under_way.discard(step)

    def _alternatives(self, path: str, old: Json, new: Json) -> Iterator[Change]:
        before, after = self._keyed(old, 0), self._keyed(new, 1)
        for key, branch in before.items():
            if key not in after:
                yield self._change(path, self._gone(key, list(after)))
            elif key == ("null", ""):
                continue
            else:
                yield from self._values(path + (f"<{key[1]}>" if key[1] else ""), branch, after[key])
        for key in after.keys() - before.keys():
            if key == ("null", ""):
                yield self._change(path, "it may now be null, and was always there")
            elif not key[1] and all(kind == "null" for kind, _ in before):
                yield self._change(path, f"it may now be a value ({key[0]}), and was always null")
            elif not key[1] and not any(kept in after for kept in before if kept[0] != "null"):
                continue  # reported already as another type
            elif not key[1]:
                yield self._change(path, f"it may now also be of type {key[0]}")

    @staticmethod
    def _gone(key: tuple[str, str], after: list[tuple[str, str]]) -> str:
        kind, tag = key
        if tag:
            return f"the alternative {tag} is removed"
        if kind == "null":
            return "null is no longer accepted"
        left = " or ".join(sorted({each for each, _ in after if each != "null"})) or "nothing"
        return f"it was of type {kind} and is now of type {left}"

    def _keyed(self, schema: Json, side: int) -> dict[tuple[str, str], Json]:
        """Return the alternatives of a schema by type and, in a tagged union, by tag."""
        found: dict[tuple[str, str], Json] = {}
        branches = schema.get("anyOf") or schema.get("oneOf")
        if branches is None:
            return {(_kind(schema), _tag(schema)): schema}
        beside = {key: value for key, value in schema.items() if key in ("pattern", *_LOWER, *_UPPER)}
        for branch in branches:
            found |= self._keyed(beside | shape(branch, self._roots[side]), side)
        return found

    def _values(self, path: str, old: Json, new: Json) -> Iterator[Change]:
        yield from self._codes(path, old, new)
        yield from self._limits(path, old, new)
        yield from self._properties(path, old, new)
        items = old.get("items"), new.get("items")
        if isinstance(items[0], dict) and isinstance(items[1], dict):
            yield from self.compare(f"{path}[]", items[0], items[1])
        elif isinstance(items[1], dict):
            yield self._change(path, "its items were of any kind and are now of one")
        rest = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if isinstance(rest[0], dict) and isinstance(rest[1], dict):
            yield from self.compare(f"{path}.*", rest[0], rest[1])
        elif rest[0] is not False and rest[0] != rest[1] and rest[1] is not True:
            yield self._change(path, "it no longer takes every further property")

    def _codes(self, path: str, old: Json, new: Json) -> Iterator[Change]:
        before, after = _enum(old), _enum(new)
        if after is None:
            return
        if before is None:
            yield self._change(
                path, f"it took any {_kind(old)} and now takes only {', '.join(map(str, after))}"
            )
            return
        gone = [code for code in before if code not in after]
        if gone:
            yield self._change(path, f"the code {', '.join(map(str, gone))} is removed")

    def _limits(self, path: str, old: Json, new: Json) -> Iterator[Change]:
        for key in (*_LOWER, *_UPPER):
            if key not in new:
                continue
            limit = new[key]
            if key not in old or (limit > old[key] if key in _LOWER else limit < old[key]):
                yield self._change(path, f"{key} is narrowed from {old.get(key, 'none')} to {limit}")
        patterns = old.get("pattern", ""), new.get("pattern", "")
        if patterns[1] and patterns[0] != patterns[1] and patterns not in self._widened:
            said = f"from {patterns[0] or 'none'} to {patterns[1]}"
            yield self._change(path, f"the pattern changes {said}; if that is wider, say so in WIDENED")
        for key in ("format", "multipleOf", "contentEncoding"):
            if old.get(key) != new.get(key):
                yield self._change(
                    path, f"{key} changes from {old.get(key, 'none')} to {new.get(key, 'none')}"
                )
        if new.get("uniqueItems") and not old.get("uniqueItems"):
            yield self._change(path, "items must now differ")

    def _properties(self, path: str, old: Json, new: Json) -> Iterator[Change]:
        before: Mapping[str, Any] = old.get("properties", {})
        after: Mapping[str, Any] = new.get("properties", {})
        needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
        for name, was in before.items():
            at = f"{path}.{name}" if path else name
            if name not in after:
                yield self._change(at, "the property is removed")
                continue
            if name in needed_after - needed_before:
                yield self._change(at, "the property is now required")
            if name in needed_before - needed_after:
                yield self._change(at, "the property may now be missing, and was always there")
            yield from self.compare(at, was, after[name])
        for name in needed_after - before.keys():
            yield self._change(f"{path}.{name}" if path else name, "a new property is required")


def _enum(schema: Json) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _kind(schema: Json) -> str:
    kind = schema.get("type", "anything")
    return kind if isinstance(kind, str) else "|".join(sorted(kind))


def _tag(schema: Json) -> str:
    tags = [each["const"] for each in schema.get("properties", {}).values() if "const" in each]
    return str(tags[0]) if tags else ""
