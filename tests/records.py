"""Kafka records as the relay publishes them, built in Python for tests that run without a relay.

A test of the relay compares them with the records that PostgreSQL renders
(``tests/chassis/relay/test_topics.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.outbox.cloudevents import FIXED, INCARNATION
from chassis.store.event_store import encode_facts
from chassis.store.persons import PersonCodec
from contracts.catalogue import owner
from contracts.envelope import Event, Fact


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a row of the store; facts, person and handles are JSON."""

    event_id: UUID
    stream: str
    version: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    facts: str
    person: str | None
    handles: str
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None
    appended_at: datetime | None = None


def row_of(event: Event[Fact]) -> EventRow:
    """Return the row of an event."""
    return EventRow(
        event_id=event.id,
        stream=event.stream,
        version=event.version,
        type=event.type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        facts=encode_facts(event.facts),
        person=None if event.person is None else PersonCodec().dump(event.person),
        handles="[" + ",".join(f'"{handle}"' for handle in event.handles) + "]",
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        traceparent=event.traceparent,
        appended_at=event.appended_at,
    )


def headers(row: EventRow, incarnation: int) -> list[tuple[str, bytes]]:
    """Return the headers of a record."""
    attributes = {
        "id": str(row.event_id),
        "type": row.type,
        "source": "/" + owner(row.type),
        "subject": row.stream,
        "time": _rfc3339(row.occurred_at),
        "partitionkey": row.stream,
        "recordedtime": _rfc3339(row.recorded_at),
        **({} if row.appended_at is None else {"appendedtime": _rfc3339(row.appended_at)}),
        "streamversion": str(row.version),
        "correlationid": str(row.correlation_id),
    }
    found = [*FIXED, *((f"ce_{name}", value.encode()) for name, value in attributes.items())]
    found.append((INCARNATION, b"%d" % incarnation))
    if row.causation_id is not None:
        found.append(("ce_causationid", str(row.causation_id).encode()))
    if row.traceparent is not None:
        found.append(("ce_traceparent", row.traceparent.encode()))
    return found


def value(row: EventRow) -> bytes:
    """Return the value of a record."""
    person = "" if row.person is None else f',"person":{row.person}'
    return f'{{"facts":{row.facts}{person},"handles":{row.handles}}}'.encode()


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
