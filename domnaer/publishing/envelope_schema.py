"""The schema of the Kafka headers of an event: CloudEvents' attributes and Domnaer's extensions."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from contracts.envelope import EventType, StreamName
from domnaer.publishing.paths import Json

_STREAM: Json = TypeAdapter[Any](StreamName).json_schema()
_TYPE: Json = TypeAdapter[Any](EventType).json_schema()
STREAM_KEY = {key: value for key, value in _STREAM.items() if key != "description"} | {
    "description": "The stream: all events of one record are in one partition, in order."
}
_UUID = {"type": "string", "format": "uuid"}
_TIME = {"type": "string", "format": "date-time"}

ATTRIBUTES: dict[str, Json] = {
    "specversion": {"const": "1.0", "description": "Version of CloudEvents."},
    "id": {
        **_UUID,
        "description": "The event's id: a UUIDv7, or a UUIDv5 if it is derived from its cause. Readers recognise a repeated event by it.",
    },
    "type": _TYPE,
    "source": {
        "type": "string",
        "pattern": "^/[a-z]+$",
        "description": "The publishing service, such as /border.",
    },
    "subject": {**_STREAM, "description": "The stream: the record that the event belongs to."},
    "time": {**_TIME, "description": "Time at which it occurred, RFC 3339 in UTC."},
    "partitionkey": {**_STREAM, "description": "The key of the Kafka record: the stream again."},
    "recordedtime": {**_TIME, "description": "Time at which an office first recorded it, RFC 3339 in UTC."},
    "appendedtime": {
        **_TIME,
        "description": "Time at which the publishing service stored it, by its own clock, RFC 3339 in UTC. Time limits count"
        " from it.",
    },
    "streamversion": {
        "type": "string",
        "pattern": "^[1-9][0-9]*$",
        "description": "The event's position in its stream, from 1 without gaps.",
    },
    "correlationid": {**_UUID, "description": "Shared by all events that follow from one request."},
    "causationid": {
        **_UUID,
        "description": "Id of the event that caused this one; absent if a person acted.",
    },
    "traceparent": {
        "type": "string",
        "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "Trace of the request as W3C Trace Context, if there is one.",
    },
}
OPTIONAL = ("appendedtime", "causationid", "traceparent")

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
            "description": "Number of times that the topic was published from its beginning. It is not an attribute of the event.",
        },
    },
    "required": ["content-type", *(f"ce_{name}" for name in ATTRIBUTES if name not in OPTIONAL)],
}
