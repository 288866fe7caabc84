"""Every day and time of every command has a plausible range: a year of the Buddhist era is refused with the year meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from chassis.access.permissions import Caller, Reach
from chassis.commands.circumstances import TimeImplausible, circumstances_of
from chassis.commands.examples import example_of
from contracts.command import Command
from domnaer.all_services import find_services
from tests.system.test_every_field import leaves, variants, with_value, written

NOW = datetime(2017, 6, 1, 8, tzinfo=UTC)
CALLER = Caller("a", "A", "X", frozenset(), Reach(national=True), 4e9)
OWN_CLOCK = "device_clock"
"""The present time of a device, whose error is part of the record."""


def cases() -> list[Any]:
    found = []
    for service in find_services():
        for path, body in service.routes.bodies:
            adapter: TypeAdapter[Any] = TypeAdapter(body)
            if body is None or path in service.routes.bulks or path.startswith("/events/"):
                continue
            for nth, schema in enumerate(variants(adapter.json_schema())):
                for leaf in leaves(schema, schema):
                    kind = leaf.schema.get("format")
                    if kind in ("date", "date-time") and leaf.path != (OWN_CLOCK,):
                        name = f"{service.name}{path}-{nth}-{'.'.join(map(str, leaf.path))}"
                        found.append(pytest.param(adapter, schema, leaf.path, kind, id=name))
    return found


@pytest.mark.parametrize(("adapter", "schema", "path", "kind"), cases())
def test_a_year_of_the_buddhist_era_is_refused_with_the_year_that_was_meant(
    adapter: TypeAdapter[Any], schema: dict[str, Any], path: tuple[str | int, ...], kind: str
) -> None:
    example = example_of(schema) | {"occurred_at": "2017-01-12T08:30:00+07:00"}
    day = "2533-04-03" if path[-1] == "on" and "birth" in path else "2559-12-31"
    value = day if kind == "date" else f"{day}T08:30:00+07:00"
    example = with_missing(schema, example, path)
    if path == ("recorded_at",):
        example["how"] = "paper"
    body = written(with_value(example, path, value))
    command: Command = adapter.validate_json(body, strict=True)
    with pytest.raises(TimeImplausible) as refused:
        circumstances_of(command, uuid4(), CALLER, NOW, load_permission="x.history.load")
    assert refused.value.remedy is not None
    assert refused.value.remedy.startswith("did you mean 1990?" if day < "2550" else "did you mean 2016?")
    assert refused.value.field == "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in path
    ).removeprefix(".")


def with_missing(schema: dict[str, Any], example: Any, path: tuple[str | int, ...]) -> Any:
    """Return an example that has what a field within a list or an object of the command needs beside it."""
    for end in range(1, len(path)):
        inner = next((each for each in objects(schema, schema) if each[0] == path[:end]), None)
        if inner is not None and not _there(example, path[:end]):
            example = with_value(example, path[:end], example_of({**inner[1], "$defs": schema["$defs"]}))
    return example


def objects(
    whole: dict[str, Any], schema: dict[str, Any], path: tuple[str | int, ...] = ()
) -> list[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Return the objects of a schema by their paths."""
    if "$ref" in schema:
        return objects(whole, whole["$defs"][schema["$ref"].rpartition("/")[2]], path)
    if choices := schema.get("oneOf", schema.get("anyOf")):
        return [each for choice in choices for each in objects(whole, choice, path)]
    if "items" in schema:
        return objects(whole, schema["items"], (*path, 0))
    if "properties" not in schema:
        return []
    return [
        (path, schema),
        *(
            each
            for name, inner in schema["properties"].items()
            for each in objects(whole, inner, (*path, name))
        ),
    ]


def _there(example: Any, path: tuple[str | int, ...]) -> bool:
    for part in path:
        try:
            example = example[part]
        except (KeyError, IndexError, TypeError):
            return False
    return isinstance(example, dict)
