"""Kafka records as CloudEvents 1.0: Kafka protocol binding, binary mode.

Attributes are ``ce_`` headers; the value is JSON with the parts ``facts``, ``person`` and ``handles``. This module does
not use the CloudEvents SDK, which takes twenty times as long; the tests read the same records with the SDK. The
additional header ``incarnation`` counts how often the topic was published from the beginning
(docs/decisions/store-and-topics.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import orjson
from asyncpg.pgproto.pgproto import (
    UUID,  # asyncpg's own: equal to the standard library's, and six times as fast
)

from chassis.store.event_store import Stored
from contracts.catalogue import Catalogue, owner
from contracts.envelope import Data, Event, Fact

INCARNATION = "incarnation"
Headers = Sequence[tuple[str, bytes]]

FIXED = [("ce_specversion", b"1.0"), ("content-type", b"application/json")]


class RecordMalformed(ValueError):
    """The record is not an event: an attribute is missing or cannot be parsed."""


def instant(moment: datetime) -> str:
    """Format a time as RFC 3339 in UTC, always with microseconds, so that the texts sort by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def headers(stored: Stored, incarnation: int) -> list[tuple[str, bytes]]:
    """The headers of an event."""
    stream = stored.stream.encode()
    found = [
        *FIXED,
        ("ce_id", str(stored.event_id).encode()),
        ("ce_type", stored.type.encode()),
        ("ce_source", b"/" + owner(stored.type).encode()),
        ("ce_subject", stream),
        ("ce_time", instant(stored.occurred_at).encode()),
        ("ce_partitionkey", stream),
        ("ce_recordedtime", instant(stored.recorded_at).encode()),
        ("ce_streamversion", b"%d" % stored.version),
        ("ce_correlationid", str(stored.correlation_id).encode()),
        (INCARNATION, b"%d" % incarnation),
    ]
    if stored.causation_id is not None:
        found.append(("ce_causationid", str(stored.causation_id).encode()))
    if stored.traceparent is not None:
        found.append(("ce_traceparent", stored.traceparent.encode()))
    return found


def value(stored: Stored) -> bytes:
    """The data of an event, put together from what the store keeps without parsing it."""
    person = "" if stored.person is None else f',"person":{stored.person}'
    return f'{{"facts":{stored.facts}{person},"handles":{stored.handles}}}'.encode()


def event(attributes: Mapping[str, bytes], body: bytes, catalogue: Catalogue) -> Event[Fact]:
    """Convert a record to an event.

    ``ce_type`` selects the model before anything is parsed. Raises UnknownEventType if the catalogue does not contain
    the type, pydantic's ValidationError if the data does not fit the type, and RecordMalformed for invalid attributes.
    """
    try:
        wire = attributes["ce_type"].decode()
        data: Data[Fact] = catalogue.decode(wire, body)
        cause = attributes.get("ce_causationid")
        trace = attributes.get("ce_traceparent")
        return Event(
            id=UUID(attributes["ce_id"].decode()),
            stream=attributes["ce_subject"].decode(),
            version=int(attributes["ce_streamversion"]),
            occurred_at=_moment(attributes["ce_time"]),
            recorded_at=_moment(attributes["ce_recordedtime"]),
            facts=data.facts,
            person=data.person,
            handles=data.handles,
            correlation_id=UUID(attributes["ce_correlationid"].decode()),
            causation_id=None if cause is None else UUID(cause.decode()),
            traceparent=None if trace is None else trace.decode(),
        )
    except KeyError as missing:
        raise RecordMalformed(f"the attribute {missing} is missing") from missing
    except UnicodeDecodeError as broken:
        raise RecordMalformed(f"an attribute is not UTF-8: {broken}") from broken


def _moment(text: bytes) -> datetime:
    try:
        moment = datetime.fromisoformat(text.decode())
    except ValueError as broken:
        raise RecordMalformed(f"{text!r} is not a time") from broken
    if moment.tzinfo is None:
        raise RecordMalformed(f"{text!r} has no UTC offset")
    return moment


def parts(body: bytes) -> tuple[str, str | None]:
    """Return the facts and the person block of an event's data as the JSON text that was sent.

    Data written by a relay is cut at the boundaries of its parts without parsing. This is safe: facts hold no free
    text, and a quotation mark inside a person block is escaped. Data in any other format is parsed and encoded again.
    """
    end = body.rfind(b',"handles":[')
    if body.startswith(_FACTS) and end > 0 and body.find(b"}", end) == len(body) - 1:
        person = body.find(_PERSON, 0, end)
        if person < 0:
            return body[len(_FACTS) : end].decode(), None
        return body[len(_FACTS) : person].decode(), body[person + len(_BLOCK) : end].decode()
    data = orjson.loads(body)
    block = data.get("person")
    return orjson.dumps(data["facts"]).decode(), None if block is None else orjson.dumps(block).decode()


_FACTS = b'{"facts":'
_BLOCK = b',"person":'
_PERSON = _BLOCK + b'{"form":"'
