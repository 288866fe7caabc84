"""Kafka records as CloudEvents 1.0: Kafka protocol binding, binary mode.

Attributes are ``ce_`` headers; the value is JSON with the parts ``facts``, ``person`` and ``handles``. This module does
not use the CloudEvents SDK, which takes twenty times as long; the tests read the same records with the SDK. The
additional header ``incarnation`` counts how often the topic was published from the beginning
(docs/decisions/store-and-topics.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import orjson
from asyncpg.pgproto.pgproto import (
    UUID,  # asyncpg's own: equal to the standard library's, and six times as fast
)

from contracts.catalogue import Catalogue
from contracts.envelope import Data, Event, Fact

INCARNATION = "incarnation"

FIXED = [("ce_specversion", b"1.0"), ("content-type", b"application/json")]


class RecordMalformed(ValueError):
    """The record is not an event: an attribute is missing or cannot be parsed."""


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
        appended = attributes.get("ce_appendedtime")
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
            appended_at=None if appended is None else _moment(appended),
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
