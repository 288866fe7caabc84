"""The columns of a sheet for an upload, as the model of its commands states them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter

_LISTED = 20
_ID = "Empty for a new record. The id that came back from an upload, to change the record of the row."


class TemplateColumn(NamedTuple):
    """A column: its name, when it has to be filled in, the right values, and what it means."""

    name: str
    needed: str
    values: str
    meaning: str


def template_columns(adapter: TypeAdapter[Any]) -> list[TemplateColumn]:
    """Return the columns of an upload; of a list the first item, of remarks one by the name of ``remark``."""
    schema = adapter.json_schema()
    commands = [_resolved(schema, each) for each in schema.get("oneOf", [schema])]
    found: dict[str, TemplateColumn] = {}
    needed: dict[str, list[str]] = {}
    values: dict[str, dict[str, None]] = {}
    for command in commands:
        kind = str(command["properties"].get("kind", {}).get("const", ""))
        for column in _columns(schema, command, "", ""):
            kinds = needed.setdefault(column.name, [])
            if column.needed:
                kinds.append(kind or column.needed)
            values.setdefault(column.name, {})[column.values] = None
            found.setdefault(column.name, column)
    found["id"] = found["id"]._replace(meaning=_ID)
    return [
        column._replace(
            needed=_when(column, needed[column.name], len(commands)), values=", ".join(values[column.name])
        )
        for column in found.values()
    ]


def _when(column: TemplateColumn, kinds: Sequence[str], commands: int) -> str:
    if "." in column.name or len(kinds) == commands == 1:
        return column.needed
    return "always" if len(kinds) == commands else f"for {', '.join(kinds)}" if kinds else ""


def _columns(
    whole: dict[str, Any], schema: dict[str, Any], name: str, needed: str
) -> Iterator[TemplateColumn]:
    about = schema.get("description", "")
    schema = _resolved(whole, schema)
    choices = [
        each
        for choice in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        if (each := _resolved(whole, choice)).get("type") != "null"
    ]
    if choices:
        for choice in choices[:1] if all("properties" not in each for each in choices) else choices:
            yield from _columns(whole, {**choice, "description": about}, name, needed)
        return
    within = f"{name}." if name else ""
    if "properties" in schema:
        group = f"with {name}" if name else "always"
        for inner, field in schema["properties"].items():
            yield from _columns(
                whole, field, f"{within}{inner}", group if inner in schema.get("required", ()) else ""
            )
    elif schema.get("type") == "array":
        yield from _columns(whole, schema["items"], f"{within}0", needed)
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from _columns(
            whole, {"description": about, **schema["additionalProperties"]}, f"{within}remark", ""
        )
    elif schema.get("type") != "object":
        yield TemplateColumn(name, needed, _values(schema), about or schema.get("description", ""))


def _resolved(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    referred: dict[str, Any] = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    return {**referred, **{key: value for key, value in schema.items() if key != "$ref"}}


def _values(schema: dict[str, Any]) -> str:
    listed = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if listed:
        return ", ".join(map(str, listed[:_LISTED])) + (", ..." if len(listed) > _LISTED else "")
    if schema.get("type") == "boolean":
        return "TRUE, FALSE"
    if schema.get("type") == "integer":
        return "a whole number"
    match schema.get("format"):
        case "date":
            return "a date, such as 2014-06-12"
        case "date-time":
            return "a time, such as 2014-06-12T09:00:00+07:00"
        case "uuid":
            return "an id (UUID)"
    return f"text, such as {schema['examples'][0]}" if "examples" in schema else "text"
