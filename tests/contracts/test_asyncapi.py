"""The AsyncAPI 3 document: it is complete, its references resolve, and every message has a valid example."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from jsonschema.validators import validator_for  # type: ignore[import-untyped]

from contracts.catalogue import catalogue, modules, owner
from contracts.registry import WHO_TOPIC
from domnaer.all_services import find_services
from domnaer.publishing import paths
from domnaer.publishing.samples import sample
from domnaer.publishing.schemas import ENTRIES, sentence_of

DOCUMENT: dict[str, Any] = json.loads(paths.ASYNCAPI.read_text("utf-8"))
MESSAGES: dict[str, dict[str, Any]] = DOCUMENT["components"]["messages"]
NAME = re.compile(r"^[A-Za-z0-9._-]+$")


def resolve(reference: str) -> Any:
    """Return the object that a reference names."""
    assert reference.startswith("#/"), f"{reference} leads out of the document"
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def references(node: Any) -> Iterator[str]:
    """All references below a node, those of discriminators too."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            elif key == "mapping" and isinstance(value, dict):
                yield from (each for each in value.values() if isinstance(each, str))
            else:
                yield from references(value)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def with_schemas(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of the document with all schemas that it refers to."""
    return {**schema, "components": {"schemas": DOCUMENT["components"]["schemas"]}}


def test_it_has_the_parts_of_an_asyncapi_3_document() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    known = {
        "asyncapi",
        "id",
        "info",
        "servers",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    }
    assert DOCUMENT.keys() == known
    assert re.fullmatch(r"urn:[a-z0-9:]+", DOCUMENT["id"])
    for server in DOCUMENT["servers"].values():
        assert {"host", "protocol"} <= server.keys()
        for variable in re.findall(r"\{(\w+)\}", server["host"]):
            assert "default" in server["variables"][variable]


def test_every_reference_resolves() -> None:
    found = list(references(DOCUMENT))
    assert len(found) > 500
    for reference in found:
        assert isinstance(resolve(reference), dict)


def test_names_of_components_and_operations_are_such_as_the_specification_allows() -> None:
    for part in DOCUMENT["components"].values():
        assert all(NAME.match(name) for name in part)
    assert all(NAME.match(name) for name in (*DOCUMENT["operations"], *DOCUMENT["channels"]))


def test_extensions_are_marked_as_such() -> None:
    fields = {
        "channel": {"address", "title", "summary", "description", "servers", "messages", "parameters", "tags", "bindings"},
        "operation": {"action", "channel", "title", "summary", "description", "tags", "bindings", "messages", "traits"},
        "message": {
            "headers", "payload", "correlationId", "contentType", "name", "title", "summary", "description", "tags",
            "bindings", "examples", "traits",
        },
    }  # fmt: skip
    for kind, nodes in (
        ("channel", DOCUMENT["channels"]),
        ("operation", DOCUMENT["operations"]),
        ("message", MESSAGES),
    ):
        for name, node in nodes.items():
            strangers = {key for key in node if key not in fields[kind] and not key.startswith("x-")}
            assert not strangers, f"{kind} {name}"


def test_a_channel_is_a_topic_with_its_bindings() -> None:
    topics = {str(module.TOPIC) for module in modules()} | ENTRIES.keys()
    assert DOCUMENT["channels"].keys() == topics
    for topic, channel in DOCUMENT["channels"].items():
        binding = channel["bindings"]["kafka"]
        assert channel["address"] == binding["topic"] == topic
        assert binding["partitions"] >= 1
        assert binding["topicConfiguration"]["retention.ms"] == -1
        assert "DOMNAER_PARTITIONS" in channel["x-partitions"]
        assert resolve(channel["servers"][0]["$ref"]) == DOCUMENT["servers"]["kafka"]


def test_every_event_is_one_message_on_its_services_topic() -> None:
    assert MESSAGES.keys() == {fact.wire for fact in catalogue()} | ENTRIES.keys()
    for fact in catalogue():
        holding = [
            topic for topic, channel in DOCUMENT["channels"].items() if fact.wire in channel["messages"]
        ]
        assert holding == [f"domnaer.{owner(fact.wire)}.v1"]


@pytest.mark.parametrize("fact", [pytest.param(fact, id=fact.wire) for fact in catalogue()])
def test_a_message_has_name_title_and_owner(fact: Any) -> None:
    message = MESSAGES[fact.wire]
    assert message["name"] == fact.wire
    assert message["title"] == fact.__name__
    assert message["summary"] == sentence_of(fact)
    assert message["contentType"] == "application/json"
    assert message["x-owner"] == owner(fact.wire)
    assert message["tags"] == [{"name": owner(fact.wire)}]
    assert message["bindings"]["kafka"]["key"]["type"] == "string"
    location = resolve(message["correlationId"]["$ref"])["location"]
    assert location == "$message.header#/ce_correlationid"


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_has_its_sample_as_an_example_of_its_own_shape(name: str) -> None:
    (example,) = MESSAGES[name]["examples"]
    assert example["payload"] == sample(name)["data"]
    payload = with_schemas(resolve(MESSAGES[name]["payload"]["$ref"]))
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(payload, format_checker=checker).validate(example["payload"])
    if "headers" in MESSAGES[name]:
        headers = with_schemas(MESSAGES[name]["headers"])
        jsonschema.Draft202012Validator(headers, format_checker=checker).validate(example["headers"])
        other = {**example["headers"], "ce_type": "domnaer.border.something_else.v1"}
        assert not jsonschema.Draft202012Validator(headers).is_valid(other)


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_schema_is_one_by_draft_7_too_which_asyncapi_asks_for(name: str) -> None:
    schema = DOCUMENT["components"]["schemas"][name]
    assert validator_for(schema, default=jsonschema.Draft7Validator) is jsonschema.Draft7Validator
    jsonschema.Draft7Validator.check_schema(schema)


def test_every_service_sends_all_that_it_publishes() -> None:
    for service in find_services():
        if service.publishes is None:
            continue
        operation = DOCUMENT["operations"][f"{service.name}.publish"]
        topic = service.publishes.TOPIC
        assert operation["action"] == "send"
        assert operation["channel"]["$ref"] == f"#/channels/{topic}"
        sent = {reference["$ref"].rpartition("/")[2] for reference in operation["messages"]}
        assert sent == DOCUMENT["channels"][topic]["messages"].keys()
    assert DOCUMENT["operations"]["registry.who.publish"]["channel"]["$ref"] == f"#/channels/{WHO_TOPIC}"


def test_readers_are_taken_from_the_services_declarations() -> None:
    receiving = {
        name: {reference["$ref"].rpartition("/")[2] for reference in operation["messages"]}
        for name, operation in DOCUMENT["operations"].items()
        if operation["action"] == "receive"
    }
    assert receiving["reintegration.returns.from.border"] == {
        "domnaer.border.worker_departed.v1",
        "domnaer.border.worker_returned.v1",
        "domnaer.border.worker_deported.v1",
        "domnaer.border.border_crossed.v1",
        "domnaer.border.event_voided.v1",
        "domnaer.border.event_corrected.v1",
    }
    for service in ("border", "consular", "recruitment", "reintegration", "skills"):
        assert f"registry.timeline.from.{service}" in receiving
    assert receiving["skills.who.from.registry.who"] == {WHO_TOPIC}


def test_a_reader_has_its_consumer_group_retry_and_dead_letters() -> None:
    for name, operation in DOCUMENT["operations"].items():
        messages = [resolve(reference["$ref"]) for reference in operation["messages"]]
        channel = resolve(operation["channel"]["$ref"])
        assert messages, name
        assert all(each in channel["messages"].values() for each in messages), name
        assert operation["x-owner"] in {service.name for service in find_services()}
        assert "at least once" in operation["x-delivery"]["guarantee"]
        if operation["action"] == "receive":
            (group,) = operation["bindings"]["kafka"]["groupId"]["enum"]
            assert name.startswith(f"{group}.from.")
            assert group.startswith(f"{operation['x-owner']}.")
            assert operation["x-dead-letters"]["reasons"] == ["poison", "unknown_type"]
            assert operation["x-retry"]
