"""Decodes Kafka records into the events that a reader receives.

The header ``ce_type`` selects the model before anything is parsed. Known types that the reader does not handle are
skipped without parsing. Records that cannot be decoded and unknown types become dead letters; the reason names the
invalid field, never its value.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from uuid import UUID

from pydantic import ValidationError

from chassis.outbox import cloudevents
from chassis.projections.dead_letters import DeadLetter, Known, is_known
from chassis.projections.offsets import Record, entry_id, event_id
from chassis.projections.reader import ExtractedEvent, Extracting, Reader, ReceivedEntry, ReceivedEvent
from chassis.store.persons import person_codec
from contracts.catalogue import Catalogue
from contracts.person import SealedPerson

_SLICE = 100  # records decoded before the event loop may run other tasks


class EventInterest(Enum):
    """The treatment of events of a type."""

    RECEIVE = auto()
    SKIP = auto()
    UNKNOWN = auto()


@dataclass(slots=True)
class DecodedPage:
    """A page of records, decoded for a reader."""

    events: list[ReceivedEvent | ExtractedEvent] = field(default_factory=list)
    entries: list[ReceivedEntry] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    origins: dict[UUID, Record] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Return whether the reader receives nothing from this page."""
        return not self.events and not self.entries

    def without(self, poison: UUID, detail: str) -> bool:
        """Turn an event that the reader called poison into a dead letter. Return False if the page does not hold it."""
        origin = self.origins.get(poison)
        if origin is None:
            return False
        self.events = [each for each in self.events if each.id != poison]
        self.entries = [each for each in self.entries if each.id != poison]
        self.letters.append(DeadLetter.of(origin, poison, "poison", detail))
        del self.origins[poison]
        return True


class Decoder:
    """Decodes records for one reader: the types that it handles, in every known version."""

    def __init__(self, reader: Reader, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entry_topics = frozenset(reader.entry_topics)
        self._facts = frozenset(fact_name(each) for each in reader.event_types)
        self._extract = reader.extract if isinstance(reader, Extracting) else None
        self._interests: dict[bytes, EventInterest] = {}

    def interest(self, header: bytes) -> EventInterest:
        """Return the treatment of events of this type."""
        known = self._interests.get(header)
        if known is None:
            type_ = header.decode(errors="replace")
            if type_ not in self._catalogue:
                known = EventInterest.UNKNOWN
            else:
                known = EventInterest.RECEIVE if fact_name(type_) in self._facts else EventInterest.SKIP
            if len(self._interests) < 10_000:
                self._interests[header] = known
        return known

    async def page(self, records: Sequence[Record], known: Known) -> DecodedPage:
        """Decode a page of records, each event once, without the ``known`` dead letters; pause so that other tasks can run."""
        page = DecodedPage()
        for nth, record in enumerate(records):
            if nth % _SLICE == _SLICE - 1:
                await asyncio.sleep(0)
            self._decode(record, page, known)
        return page

    def _decode(self, record: Record, page: DecodedPage, known: Known) -> None:
        if record.topic in self._entry_topics:
            self._entry(record, page, known)
            return
        attributes = dict(record.headers)
        type_ = attributes.get("ce_type") or b""
        interest = self.interest(type_) if type_ else EventInterest.RECEIVE
        if interest is EventInterest.SKIP:
            return
        if known and is_known(known, event_id(record), record):
            return
        if interest is EventInterest.UNKNOWN:
            detail = "this version of the service does not know the type"
            page.letters.append(DeadLetter.of(record, event_id(record), "unknown_type", detail))
            return
        position = (record.topic, record.partition, record.offset)
        decoded = self.decode(*position, attributes, record.value or b"")
        if isinstance(decoded, str):
            page.letters.append(DeadLetter.of(record, event_id(record), "poison", decoded))
        elif decoded.id not in page.origins:
            page.events.append(decoded)
            page.origins[decoded.id] = record

    def decode(
        self, topic: str, partition: int, offset: int, attributes: Mapping[str, bytes], body: bytes
    ) -> ReceivedEvent | ExtractedEvent | str:
        """Return an event as the reader receives it, or why it cannot be decoded, in words without any of its values."""
        event = decode(topic, partition, offset, attributes, body, self._catalogue)
        if self._extract is None or isinstance(event, str):
            return event
        try:
            return ExtractedEvent(event.id, self._extract(event))
        except Exception as error:  # a record may hold what no reader expected
            return f"extracting failed: {type(error).__name__}"

    def _entry(self, record: Record, page: DecodedPage, known: Known) -> None:
        id_ = entry_id(record.key, record.value)
        if is_known(known, id_, record):
            return
        try:
            key = (record.key or b"").decode()
        except UnicodeDecodeError:
            page.letters.append(DeadLetter.of(record, id_, "poison", "the key is not UTF-8"))
            return
        if id_ not in page.origins:
            page.entries.append(
                ReceivedEntry(key, record.value or b"", record.topic, record.partition, record.offset, id_)
            )
            page.origins[id_] = record

    def ids_of(self, records: Iterable[Record]) -> list[UUID]:
        """Return the ids of the records that may be dead letters: those of skipped types never are."""
        return [
            entry_id(record.key, record.value) if record.topic in self._entry_topics else event_id(record)
            for record in records
            if record.topic in self._entry_topics or not self._skips(record)
        ]

    def _skips(self, record: Record) -> bool:
        type_ = next((value for name, value in record.headers if name == "ce_type"), None)
        return bool(type_) and self.interest(type_ or b"") is EventInterest.SKIP


def fact_name(type_: str) -> str:
    """Return an event type without its version: a reader of a fact receives every known version of it."""
    return type_.rpartition(".v")[0] or type_


def decode(
    topic: str,
    partition: int,
    offset: int,
    attributes: Mapping[str, bytes],
    body: bytes,
    catalogue: Catalogue,
) -> ReceivedEvent | str:
    """Decode an event, or return why it cannot be decoded, in words without any of its values."""
    try:
        event = cloudevents.event(attributes, body, catalogue)
        if isinstance(event.person, SealedPerson):
            event = replace(event, person=person_codec().load(event.person.model_dump_json()))
        return ReceivedEvent(event, topic, partition, offset, body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(sorted({f"{_where(each['loc'])}: {each['type']}" for each in found}))
    except cloudevents.RecordMalformed as error:
        missing = isinstance(error.__cause__, KeyError) and str(error.__cause__.args[0]).startswith("ce_")
        return str(error) if missing else "an attribute cannot be parsed"
    except Exception as error:  # a failing upcaster is poison, like data that does not fit the model
        return f"decoding failed: {type(error).__name__}"


def _where(location: Sequence[int | str]) -> str:
    # Keys inside a person block may be free text.
    depth = 3 if location[:1] == ("person",) else 8
    return ".".join(str(each) for each in location[:depth]) or "data"
