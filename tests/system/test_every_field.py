"""Values that cannot be stored or published, sent in every field of every command: each is refused, and the field is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice, pairwise
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from chassis.commands.examples import example_of
from chassis.commands.restating import Correct
from chassis.uploads.rows import adapter_of
from contracts.border import WorkerDeparted
from contracts.consular import AssistanceCaseOpened
from contracts.envelope import Fact
from contracts.recruitment import EmploymentContractRegistered
from contracts.reintegration import VacancyRegistered
from contracts.skills import RecognitionApplied
from domnaer.all_services import find_services
from tests.system.journey import Records, Traveller, record_journey
from tests.system.running_system import RunningSystem

Schema = dict[str, Any]
Path = tuple[str | int, ...]
pytestmark = pytest.mark.timeout(400)


class Raw(NamedTuple):
    """JSON that Python does not write: a number without an end, half of a character, an object that is too deep."""

    text: str


DEEP = Raw("[" * 150 + "]" * 150)
OF_ANY_FIELD = (Raw("NaN"), Raw("-Infinity"), Raw("1e999"), Raw('"\\ud800"'), DEEP, {"a": "b"}, 10**40)
OF_TEXT = ("a\x00b", "a\ufffdb", "x" * 60_000)
OF_NUMBERS = (2**31, -(2**63), 1.5)
OF_TIMES = ("infinity", "10000-01-01T00:00:00+07:00", "0000-01-01", "2014-06-12T09:00:00+07:00\x00", 1e300)


class Leaf(NamedTuple):
    """A field that holds one value, with its schema."""

    path: Path
    schema: Schema


def leaves(whole: Schema, schema: Schema, path: Path = ()) -> Iterator[Leaf]:
    """Yield the fields of a schema; a list by its first item, remarks by one name."""
    if "$ref" in schema:
        yield from leaves(whole, whole["$defs"][schema["$ref"].rpartition("/")[2]], path)
    elif choices := schema.get("oneOf", schema.get("anyOf")):
        for choice in choices:
            yield from leaves(whole, choice, path)
    elif "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from leaves(whole, inner, (*path, name))
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from leaves(whole, schema["additionalProperties"], (*path, "remark"))
    elif "items" in schema:
        yield from leaves(whole, schema["items"], (*path, 0))
    elif schema.get("type") not in ("null", "object") and path:
        yield Leaf(path, schema)


def wrong_values(leaf: Leaf) -> Iterator[Any]:
    """Yield the values that a field must refuse."""
    yield from OF_ANY_FIELD
    schema = leaf.schema
    if schema.get("format") in ("date", "date-time"):
        yield from OF_TIMES
    elif schema.get("type") == "string":
        yield from OF_TEXT
    elif schema.get("type") in ("integer", "number"):
        yield from OF_NUMBERS


def variants(schema: Schema) -> Iterator[Schema]:
    """Yield the schema of each kind of a command: one, or those of its discriminated union."""
    for choice in schema.get("oneOf", [schema]):
        yield {**choice, "$defs": schema.get("$defs", {})}


def with_value(example: Any, path: Path, value: Any) -> Any:
    """Return an example with a value at a path."""
    changed = deepcopy(example)
    place = changed
    for part, following in pairwise(path):
        inner: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int):
            if not place:
                place.append(inner)
            place = place[0]
        else:
            if not isinstance(place.get(part), dict | list):
                place[part] = inner
            place = place[part]
    last = path[-1]
    if isinstance(last, int):
        place[:] = [value]
    else:
        place[last] = value
    return changed


def written(body: Any) -> bytes:
    """Return a body as JSON, with raw parts as they are."""
    raw: dict[str, str] = {}

    def mark(value: Any) -> Any:
        if isinstance(value, Raw):
            raw[token := f"raw-{uuid4()}"] = value.text
            return token
        if isinstance(value, dict):
            return {name: mark(inner) for name, inner in value.items()}
        return [mark(inner) for inner in value] if isinstance(value, list) else value

    text = json.dumps(mark(body))
    for token, instead in raw.items():
        text = text.replace(f'"{token}"', instead)
    return text.encode()


def wrong_bodies(adapter: TypeAdapter[Any]) -> Iterator[tuple[Path, Any, bytes]]:
    """Yield each field of a command with each value that it must refuse, and the whole body."""
    for schema in variants(adapter.json_schema()):
        example = example_of(schema)
        for leaf in dict.fromkeys(each.path for each in leaves(schema, schema)):
            found = [each for each in leaves(schema, schema) if each.path == leaf]
            values = list({repr(value): value for each in found for value in wrong_values(each)}.values())
            for value in values:
                if not any(_takes(each.schema, value) for each in found):
                    yield leaf, value, written(with_value(example, leaf, value))


def _takes(schema: Schema, value: Any) -> bool:
    """Return whether a field takes a value by its schema: a text may have any length that is allowed."""
    return isinstance(value, float) and schema.get("type") == "number"


COMMANDS = [
    pytest.param(f"/{service.name}{path}", TypeAdapter(body), id=f"{service.name}{path}")
    for service in find_services()
    for path, body in service.routes.bodies
    if body is not None
    and path not in service.routes.bulks
    and path
    != "/offline/records"  # a body without its device's signature gets 401 (tests/border/test_offline_upload.py)
]
UPLOADS = [
    pytest.param(f"/{service.name}{path}", adapter_of(bulk.body, bulk.record), id=f"{service.name}{path}")
    for service in find_services()
    for path, bulk in service.routes.bulks.items()
]


def not_refused(
    system: RunningSystem, address: str, sent: list[tuple[Path, Any, bytes]]
) -> list[tuple[Any, ...]]:
    """Return the fields and values of bodies that a route does not refuse as it should, with the answers."""
    answers = system.at_once(
        (
            "POST",
            address,
            {"content": body, "headers": system.headers(**{"Content-Type": "application/json"})},
        )
        for *_, body in sent
    )
    return [
        (field, str(value)[:30], answer.status_code, answer.text[:300])
        for (field, value, _), answer in zip(sent, answers, strict=True)
        if not refused_by_its_field(answer, field)
    ]


def refused_by_its_field(answer: Any, path: Path) -> bool:
    """Return whether an answer is a refusal that names the field, or that the body is no JSON."""
    if answer.status_code == 400:
        return bool(answer.json()["type"].endswith("not-json"))
    if answer.status_code != 422:
        return False
    fields = [error["field"] for error in answer.json()["errors"]]
    return any(field == "" or field.partition(".")[0].partition("[")[0] == path[0] for field in fields)


@pytest.mark.parametrize(("path", "adapter"), COMMANDS)
def test_a_command_refuses_what_cannot_be_stored(
    path: str, adapter: TypeAdapter[Any], system: RunningSystem
) -> None:
    """Each field gets some of the values in turn, and all of them in the rows of uploads below."""
    before = system.stored()
    address = "/".join(str(uuid4()) if part.startswith("{") else part for part in path.split("/"))
    assert not_refused(system, address, list(islice(wrong_bodies(adapter), None, None, 4))) == []
    assert system.stored() == before
    assert system.failures() == []


@pytest.mark.parametrize(("path", "adapter"), UPLOADS)
def test_a_row_of_an_upload_refuses_what_cannot_be_stored(
    path: str, adapter: TypeAdapter[Any], system: RunningSystem
) -> None:
    sent = wrong_bodies(adapter)
    while rows := list(islice(sent, 900)):
        headers = system.headers(**{"Content-Type": "application/x-ndjson"})
        content = b"\n".join(body for *_, body in rows)
        outcome = system.http.post(path, content=content, headers=headers).json()
        refused = {each["row"] for each in outcome["refusals"]}
        taken = [
            (field, str(value)[:30]) for row, (field, value, _) in enumerate(rows, 1) if row not in refused
        ]
        assert taken == []
        assert (outcome["rows"], outcome["refused"]) == (len(rows), len(rows))
    assert system.failures() == []


CORRECTED: dict[str, type[Fact]] = {
    "border": WorkerDeparted,
    "consular": AssistanceCaseOpened,
    "recruitment": EmploymentContractRegistered,
    "reintegration": VacancyRegistered,
    "skills": RecognitionApplied,
}


@pytest.fixture(scope="module")
def records(system: RunningSystem) -> Records:
    """Records that corrections can name."""
    return record_journey(system, Traveller("CHEA VICHEKA", "ជា វិច្ឆិកា"))


@pytest.mark.parametrize("service", CORRECTED)
def test_a_correction_refuses_what_cannot_be_stored(
    service: str, system: RunningSystem, records: Records
) -> None:
    event_id = records.by_service[service]["event_id"]
    facts = TypeAdapter(CORRECTED[service])
    bodies = [
        (("facts", *field), value, b'{"reason": "mistyped", "facts": ' + written(only(field, value)) + b"}")
        for field, value, _ in wrong_bodies(facts)
        if field[0] != "recorded"
    ]
    bodies += [
        (field, value, body)
        for field, value, body in wrong_bodies(TypeAdapter(Correct))
        if field[0] in ("occurred_at", "person", "words", "reason")
    ]
    before = system.events_of(service)
    assert not_refused(system, f"/{service}/events/{event_id}/correction", bodies) == []
    assert system.events_of(service) == before
    assert system.failures() == []


def only(path: Path, value: Any) -> Any:
    """Return an object with nothing but a value at a path."""
    return with_value({}, path, value)
