"""The headers of an event on Kafka, as a schema: CloudEvents' attributes and Domnaer's extensions."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from contracts.envelope import EventType, StreamName
from domnaer.publishing.places import Json

_STREAM: Json = TypeAdapter[Any](StreamName).json_schema()
_TYPE: Json = TypeAdapter[Any](EventType).json_schema()
STREAM_KEY = {key: value for key, value in _STREAM.items() if key != "description"} | {
    "description": "The stream: all events of one record lie on one partition, in order."
}
_UUID = {"type": "string", "format": "uuid"}
_TIME = {"type": "string", "format": "date-time"}

ATTRIBUTES: dict[str, Json] = {
    "specversion": {"const": "1.0", "description": "Version of CloudEvents."},
    "id": {
        **_UUID,
        "description": "The event's id: a UUIDv7, or a UUIDv5 where it is derived from its cause. Readers tell repetition by it.",
    },
    "type": _TYPE,
    "source": {
        "type": "string",
        "pattern": "^/[a-z]+$",
        "description": "The publishing service, such as /border.",
    },
    "subject": {**_STREAM, "description": "The stream: the record that the event belongs to."},
    "time": {**_TIME, "description": "When it occurred, RFC 3339 in UTC."},
    "partitionkey": {**_STREAM, "description": "The key of the Kafka record: the stream again."},
    "recordedtime": {**_TIME, "description": "When an office first wrote it down, RFC 3339 in UTC."},
    "streamversion": {
        "type": "string",
        "pattern": "^[1-9][0-9]*$",
        "description": "The event's place in its stream, from 1 without gaps.",
    },
    "correlationid": {**_UUID, "description": "Shared by all events that follow from one request."},
    "causationid": {
        **_UUID,
        "description": "Id of the event that this one follows from; absent where a person acted.",
    },
    "traceparent": {
        "type": "string",
        "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "Trace of the request, W3C Trace Context, where there is one.",
    },
}
OPTIONAL = ("causationid", "traceparent")

HEADERS: Json = {
    "title": "CloudEventHeaders",
    "description": "CloudEvents 1.0, Kafka protocol binding, binary mode.",
    "type": "object",
    "properties": {
        "content-type": {"const": "application/json", "description": "Type of the data (datacontenttype)."},
        **{f"ce_{name}": schema for name, schema in ATTRIBUTES.items()},
        "incarnation": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "Which laying of the topic the record belongs to. No attribute of the event.",
        },
    },
    "required": ["content-type", *(f"ce_{name}" for name in ATTRIBUTES if name not in OPTIONAL)],
}
