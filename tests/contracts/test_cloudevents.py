"""Published records are CloudEvents 1.0 in Kafka's binary mode, which a generic SDK can read."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from chassis.outbox import cloudevents
from contracts.catalogue import catalogue
from domnaer.publishing.samples import headers_of, sample
from tests.contracts.samples import TYPES, stored
from tests.records import EventRow, headers, value

EXTENSIONS = ("partitionkey", "recordedtime", "streamversion", "correlationid")


def message(row: EventRow) -> KafkaMessage:
    """The record of a row."""
    return KafkaMessage(dict(headers(row, incarnation=3)), row.stream.encode(), value(row))


@pytest.mark.parametrize("wire", TYPES)
def test_a_generic_sdk_reads_an_event(wire: str) -> None:
    row, given = stored(wire), sample(wire)
    read = from_binary(message(row), JSONFormat())
    assert isinstance(read, CloudEvent)
    attributes = {**given["attributes"], "streamversion": str(given["attributes"]["streamversion"])}
    found = read.get_attributes()
    assert found.pop("time") == datetime.fromisoformat(attributes.pop("time"))
    assert found == attributes
    assert read.get_specversion() == "1.0"
    assert read.get_type() == wire
    assert read.get_subject() == row.stream
    assert read.get_datacontenttype() == "application/json"
    for name in EXTENSIONS:
        assert read.get_extension(name) == attributes[name]
    assert read.get_extension("causationid") == attributes.get("causationid")
    assert read.get_extension("traceparent") == attributes.get("traceparent")
    assert read.get_data() == given["data"]


@pytest.mark.parametrize("wire", TYPES)
def test_headers_are_those_that_the_asyncapi_document_shows(wire: str) -> None:
    sent = {name: text.decode() for name, text in message(stored(wire)).headers.items()}
    assert sent.pop("incarnation") == "3"
    assert sent == headers_of(sample(wire)["attributes"])


@pytest.mark.parametrize("wire", TYPES)
def test_what_a_generic_sdk_writes_is_an_event_for_us(wire: str) -> None:
    row = stored(wire)
    written = to_binary(from_binary(message(row), JSONFormat()), JSONFormat())
    assert written.key == row.stream
    ours = cloudevents.event(dict(message(row).headers), value(row), catalogue())
    theirs = cloudevents.event(written.headers, written.value, catalogue())
    assert theirs == ours


@pytest.mark.parametrize("wire", TYPES)
def test_the_projector_decodes_the_same_event(wire: str) -> None:
    row, given = stored(wire), sample(wire)
    event = cloudevents.event(message(row).headers, value(row), catalogue())
    assert (event.id, event.stream, event.version) == (row.event_id, row.stream, row.version)
    assert (event.occurred_at, event.recorded_at) == (row.occurred_at, row.recorded_at)
    assert (event.correlation_id, event.causation_id) == (row.correlation_id, row.causation_id)
    assert event.traceparent == row.traceparent
    assert event.handles == tuple(given["data"]["handles"])
    assert event.facts == catalogue().decode(wire, json.dumps(given["data"])).facts


def test_no_event_is_sent_without_data() -> None:
    """A record without value would be a tombstone."""
    for wire in TYPES:
        assert json.loads(value(stored(wire)))["facts"]
