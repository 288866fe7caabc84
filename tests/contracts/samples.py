"""The samples in the forms that tests use."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from domnaer.publishing.samples import sample, sample_names
from domnaer.publishing.schemas import ENTRIES
from tests.records import EventRow

TYPES = [name for name in sample_names() if name not in ENTRIES]


def data_of(wire: str) -> dict[str, Any]:
    """Return a copy of the data of a sample."""
    data: dict[str, Any] = sample(wire)["data"]
    return data


def stored(wire: str) -> EventRow:
    """Return a sample as a row of the event store."""
    found = sample(wire)
    attributes, data = found["attributes"], found["data"]
    person = data.get("person")
    return EventRow(
        event_id=UUID(attributes["id"]),
        stream=attributes["subject"],
        version=attributes["streamversion"],
        type=attributes["type"],
        occurred_at=datetime.fromisoformat(attributes["time"]),
        recorded_at=datetime.fromisoformat(attributes["recordedtime"]),
        facts=json.dumps(data["facts"], ensure_ascii=False),
        person=None if person is None else json.dumps(person, ensure_ascii=False),
        handles=json.dumps(data["handles"]),
        correlation_id=UUID(attributes["correlationid"]),
        causation_id=UUID(attributes["causationid"]) if "causationid" in attributes else None,
        traceparent=attributes.get("traceparent"),
    )
