"""The compatibility check: each kind of change to a published event is planted, and accepted or refused."""

from __future__ import annotations

import copy

import pytest

from contracts.catalogue import catalogue
from domnaer.publishing.code_lists import code_document
from domnaer.publishing.compatibility import changes, codes_removed
from domnaer.publishing.schemas import event_schema
from tests.contracts.planted_changes import (
    COMPATIBLE,
    INCOMPATIBLE,
    REGISTERED,
    Edit,
    Schema,
    defs,
    field,
    remove_destination,
)


def told(wire: str, edit: Edit, widened: frozenset[tuple[str, str]] = frozenset()) -> list[tuple[str, str]]:
    """Path and words of what is refused when the schema of a type is edited."""
    old = event_schema(catalogue().fact(wire))
    new = copy.deepcopy(old)
    edit(new)
    assert new != old
    return [(change.path, change.what) for change in changes(wire, old, new, widened)]


@pytest.mark.parametrize(("wire", "edit", "expected"), INCOMPATIBLE)
def test_a_change_that_would_break_readers_is_refused(
    wire: str, edit: Edit, expected: tuple[str, str]
) -> None:
    assert expected in told(wire, edit)


@pytest.mark.parametrize(("wire", "edit"), COMPATIBLE)
def test_a_compatible_change_is_accepted(wire: str, edit: Edit) -> None:
    assert told(wire, edit) == []


@pytest.mark.parametrize("wire", [fact.wire for fact in catalogue()])
def test_an_event_is_compatible_with_itself(wire: str) -> None:
    schema = event_schema(catalogue().fact(wire))
    assert changes(wire, schema, copy.deepcopy(schema)) == []


def test_a_change_is_reported_with_type_and_path() -> None:
    old = event_schema(catalogue().fact(REGISTERED))
    new = copy.deepcopy(old)
    remove_destination(new)
    assert [str(change) for change in changes(REGISTERED, old, new)] == [
        f"{REGISTERED}: facts.terms.destination: the property is removed"
    ]


def test_a_pattern_listed_as_wider_is_accepted() -> None:
    def widen(schema: Schema) -> None:
        field(schema, "Terms", "occupation")["pattern"] = "^[0-9]{1,5}$"

    assert told(REGISTERED, widen)
    assert told(REGISTERED, widen, frozenset({("^[0-9]{1,4}$", "^[0-9]{1,5}$")})) == []


def test_a_schema_may_refer_to_itself() -> None:
    person: Schema = {
        "$ref": "#/$defs/Person",
        "$defs": {
            "Person": {
                "type": "object",
                "properties": {
                    "age": {"type": "integer"},
                    "mother": {"anyOf": [{"$ref": "#/$defs/Person"}, {"type": "null"}]},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/Person"}},
                },
            }
        },
    }
    changed = copy.deepcopy(person)
    defs(changed, "Person")["properties"]["age"]["type"] = "string"
    assert changes("person", person, copy.deepcopy(person)) == []
    assert {change.path for change in changes("person", person, changed)} >= {"age"}


def test_a_code_taken_off_a_long_list_is_refused_and_a_new_one_passes() -> None:
    old = code_document()
    new = copy.deepcopy(old)
    new["countries"]["codes"]["XKX"] = "Kosovo"
    assert codes_removed(old, new) == []
    del new["checkpoints"]["codes"]["KH-POI"]
    del new["sectors"]
    found = [str(change) for change in codes_removed(old, new)]
    assert "codes: checkpoints: the code KH-POI is removed" in found
    assert "codes: sectors: the code F is removed" in found
