"""Planted changes to schemas of published events: incompatible and compatible ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

REGISTERED = "domnaer.recruitment.employment_contract_registered.v1"
COUNTED = "domnaer.border.handover_counted.v1"
CORRECTED = "domnaer.border.event_corrected.v1"
NEEDS = "domnaer.reintegration.needs_recorded.v1"
Schema = dict[str, Any]
Edit = Callable[[Schema], None]


def defs(schema: Schema, name: str) -> Schema:
    found: Schema = schema["$defs"][name]
    return found


def field(schema: Schema, shape: str, name: str) -> Schema:
    found: Schema = defs(schema, shape)["properties"][name]
    return found


def remove_destination(schema: Schema) -> None:
    del defs(schema, "Terms")["properties"]["destination"]
    defs(schema, "Terms")["required"].remove("destination")


def require_new(schema: Schema) -> None:
    defs(schema, "Terms")["properties"]["housing"] = {"type": "boolean"}
    defs(schema, "Terms")["required"].append("housing")


def stretch(limit: str, value: int) -> Edit:
    return lambda schema: field(schema, "HandoverCounted", "count_taken").update({limit: value})


def drop_alternative(schema: Schema) -> None:
    restated = field(schema, "EventCorrected", "restated")
    restated["oneOf"] = [each for each in restated["oneOf"] if not each["$ref"].endswith("WorkerReturned")]


def drop_erased(schema: Schema) -> None:
    person = schema["properties"]["person"]["anyOf"][0]
    person["oneOf"] = [each for each in person["oneOf"] if not each["$ref"].endswith("ErasedPerson")]


INCOMPATIBLE = [
    pytest.param(
        REGISTERED,
        remove_destination,
        ("facts.terms.destination", "the property is removed"),
        id="a property removed",
    ),
    pytest.param(
        REGISTERED,
        lambda s: field(s, "Terms", "starts_on").update(type="integer"),
        ("facts.terms.starts_on", "it was of type string and is now of type integer"),
        id="a property retyped",
    ),
    pytest.param(
        REGISTERED,
        lambda s: field(s, "Terms", "starts_on").update(format="date-time"),
        ("facts.terms.starts_on", "format changes from date to date-time"),
        id="a format changed",
    ),
    pytest.param(
        REGISTERED,
        lambda s: defs(s, "Terms")["properties"].update(starts_on={"$ref": "#/$defs/Money"}),
        ("facts.terms.starts_on", "it was of type string and is now of type object"),
        id="a value become a shape",
    ),
    pytest.param(
        REGISTERED,
        require_new,
        ("facts.terms.housing", "a new property is required"),
        id="a new required property",
    ),
    pytest.param(
        REGISTERED,
        lambda s: defs(s, "Terms")["required"].append("clauses"),
        ("facts.terms.clauses", "the property is now required"),
        id="an optional property become required",
    ),
    pytest.param(
        REGISTERED,
        lambda s: defs(s, "Terms")["required"].remove("ends_on"),
        ("facts.terms.ends_on", "the property may now be missing, and was always there"),
        id="a required property become optional",
    ),
    pytest.param(
        REGISTERED,
        lambda s: defs(s, "Terms")["properties"].update(
            ends_on={"anyOf": [field(s, "Terms", "ends_on"), {"type": "null"}]}
        ),
        ("facts.terms.ends_on", "it may now be null, and was always there"),
        id="a value that may now be null",
    ),
    pytest.param(
        REGISTERED,
        lambda s: field(s, "Document", "expires_on").update(anyOf=[{"type": "string", "format": "date"}]),
        ("person<clear>.documents[].expires_on", "null is no longer accepted"),
        id="a null no longer taken",
    ),
    pytest.param(
        REGISTERED,
        lambda s: defs(s, "WagePeriod")["enum"].remove("week"),
        ("facts.terms.wage_period", "the code week is removed"),
        id="a code removed",
    ),
    pytest.param(
        REGISTERED,
        lambda s: field(s, "Terms", "destination").update(enum=["THA", "MYS"]),
        ("facts.terms.destination", "it took any string and now takes only THA, MYS"),
        id="a code list where there was none",
    ),
    pytest.param(
        REGISTERED,
        lambda s: field(s, "Terms", "occupation").update(pattern="^[0-9]{4}$"),
        (
            "facts.terms.occupation",
            "the pattern changes from ^[0-9]{1,4}$ to ^[0-9]{4}$; if that is wider, say so in WIDENED",
        ),
        id="a pattern narrowed",
    ),
    pytest.param(
        REGISTERED,
        lambda s: field(s, "Terms", "starts_on").update(pattern="^20"),
        (
            "facts.terms.starts_on",
            "the pattern changes from none to ^20; if that is wider, say so in WIDENED",
        ),
        id="a pattern where there was none",
    ),
    pytest.param(
        COUNTED,
        stretch("maximum", 500),
        ("facts.count_taken", "maximum is narrowed from 10000 to 500"),
        id="a maximum lowered",
    ),
    pytest.param(
        COUNTED,
        stretch("minimum", 1),
        ("facts.count_taken", "minimum is narrowed from 0 to 1"),
        id="a minimum raised",
    ),
    pytest.param(
        COUNTED,
        stretch("exclusiveMaximum", 10_001),
        ("facts.count_taken", "exclusiveMaximum is narrowed from none to 10001"),
        id="a new limit",
    ),
    pytest.param(
        NEEDS,
        lambda s: field(s, "NeedsRecorded", "needs").update(minItems=2),
        ("facts.needs", "minItems is narrowed from 1 to 2"),
        id="a longer list wanted",
    ),
    pytest.param(
        NEEDS,
        lambda s: defs(s, "Need")["enum"].remove("debt"),
        ("facts.needs[]", "the code debt is removed"),
        id="a code removed inside a list",
    ),
    pytest.param(
        COUNTED,
        lambda s: field(s, "ClearPerson", "words")["additionalProperties"].update(maxLength=10),
        ("person<clear>.words.*", "maxLength is narrowed from 4000 to 10"),
        id="a limit inside the words",
    ),
    pytest.param(
        COUNTED,
        lambda s: field(s, "Recorded", "precision").update(default="day"),
        (
            "facts.recorded.precision",
            "the default changes from 'second' to 'day': data without this property would get another meaning",
        ),
        id="another default",
    ),
    pytest.param(
        CORRECTED,
        drop_alternative,
        ("facts.restated", "the alternative domnaer.border.worker_returned.v1 is removed"),
        id="an alternative removed",
    ),
    pytest.param(
        COUNTED,
        drop_erased,
        ("person", "the alternative erased is removed"),
        id="a form of the person removed",
    ),
    pytest.param(
        CORRECTED,
        lambda s: defs(s, "WorkerReturned")["required"].append("reason"),
        ("facts.restated<domnaer.border.worker_returned.v1>.facts.reason", "the property is now required"),
        id="a change inside what a correction restates",
    ),
    pytest.param(
        COUNTED,
        lambda s: s["properties"].pop("handles"),
        ("handles", "the property is removed"),
        id="a part of the data removed",
    ),
    pytest.param(
        COUNTED,
        lambda s: field(s, "HandoverCounted", "count_taken").update(
            anyOf=[{"type": "integer", "minimum": 0, "maximum": 10_000}, {"type": "string"}]
        ),
        ("facts.count_taken", "it may now also be of type string"),
        id="a further type",
    ),
]

COMPATIBLE = [
    pytest.param(
        REGISTERED,
        lambda s: defs(s, "Terms")["properties"].update(housing={"type": "boolean", "default": False}),
        id="a new optional property",
    ),
    pytest.param(
        REGISTERED,
        lambda s: defs(s, "EmploymentContractRegistered")["properties"].update(
            shelter={"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}]}
        ),
        id="a new optional shape",
    ),
    pytest.param(REGISTERED, lambda s: defs(s, "WagePeriod")["enum"].append("fortnight"), id="a new code"),
    pytest.param(
        REGISTERED, lambda s: field(s, "Terms", "wage").update(description="Pay."), id="other words"
    ),
    pytest.param(COUNTED, stretch("maximum", 50_000), id="a maximum raised"),
    pytest.param(
        COUNTED, lambda s: field(s, "HandoverCounted", "count_taken").pop("minimum"), id="a limit gone"
    ),
    pytest.param(REGISTERED, lambda s: field(s, "Terms", "occupation").pop("pattern"), id="a pattern gone"),
    pytest.param(
        COUNTED,
        lambda s: s["properties"]["person"]["anyOf"][0]["oneOf"].append(
            {"type": "object", "properties": {"form": {"const": "lent"}}, "required": ["form"]}
        ),
        id="a new alternative of a tagged union",
    ),
    pytest.param(
        REGISTERED, lambda s: s["$defs"].update(Unused={"type": "object"}), id="a shape that nothing uses"
    ),
]
