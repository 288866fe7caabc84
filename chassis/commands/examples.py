"""Examples for the OpenAPI document, made from the schemas: the required fields, and those with an example of their own.

Without them, the documentation pages would show placeholders that the service refuses. A test sends every example to its
route (tests/system/test_interfaces.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import orjson

_NOTHING = object()
_PLAIN: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "number": 1,
    "string": "text",
    "object": {},
    "array": [],
}
_FORMATS = {
    "date-time": "2017-01-12T08:30:00+07:00",
    "date": "2017-01-12",
    "uuid": "0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10",
}


def example_of(schema: dict[str, Any]) -> Any:
    """Return a value that is valid for a JSON Schema."""
    return _example(schema, schema, needed=True)


def ndjson(example: Any) -> str:
    """Return an example as a line of NDJSON."""
    return orjson.dumps(example).decode() + "\n"


def csv_of(example: Any) -> str:
    """Return an example as a CSV file: a header of dotted names and one row."""
    cells = dict(_flat(example, ""))
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([cells.keys(), cells.values()])
    return written.getvalue()


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    else:
        yield name, str(value).lower() if isinstance(value, bool) else value


def _example(whole: dict[str, Any], schema: dict[str, Any], *, needed: bool) -> Any:
    if "$ref" in schema:
        return _example(whole, whole["$defs"][schema["$ref"].rpartition("/")[2]], needed=needed)
    if "examples" in schema:
        return schema["examples"][0]
    if choices := schema.get("oneOf", schema.get("anyOf")):
        return _example(whole, next(one for one in choices if one.get("type") != "null"), needed=needed)
    found = _inner(whole, schema)
    if found or not needed:
        return found or _NOTHING
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    return _FORMATS.get(schema.get("format", ""), _PLAIN[schema.get("type", "string")])


def _inner(whole: dict[str, Any], schema: dict[str, Any]) -> Any:
    if schema.get("type") == "array" and "items" in schema:
        item = _example(whole, schema["items"], needed=schema.get("minItems", 0) > 0)
        return [] if item is _NOTHING else [item]
    required = schema.get("required", ())
    inner = {
        name: _example(whole, field, needed=name in required)
        for name, field in schema.get("properties", {}).items()
        if name in required or not isinstance(field.get("default"), str | int | float)
    }
    return {name: value for name, value in inner.items() if value is not _NOTHING}
