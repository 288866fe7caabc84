"""From records to what a reader is given: the model is chosen by the header before anything is parsed.

A known type that nobody listens to is passed over unparsed. What cannot be read, and what nobody here knows
yet, becomes a dead letter; its reason says where it is broken and never what stands there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from pydantic import ValidationError

from chassis.outbox import cloudevents
from chassis.projections.dead_letters import DeadLetter, Known
from chassis.projections.offsets import Record, entry_id, event_id
from chassis.projections.reader import ExtractedEvent, Extracting, Reader, ReceivedEntry, ReceivedEvent
from contracts.catalogue import Catalogue

_SLICE = 100  # records read before the event loop may turn to others


class EventInterest(Enum):
    """What is done with events of a type."""

    HEAR = auto()
    PASS = auto()
    UNKNOWN = auto()


@dataclass(slots=True)
class DecodedPage:
    """What a page of records says to a reader."""

    heard: list[ReceivedEvent | ExtractedEvent] = field(default_factory=list)
    entries: list[ReceivedEntry] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    origins: dict[UUID, Record] = field(default_factory=dict)

    @property
    def says_nothing(self) -> bool:
        """Whether all of it was passed over."""
        return not self.heard and not self.entries

    def without(self, buried: UUID, detail: str) -> bool:
        """Take out what a reader called poison and make it a dead letter; False where the page lacks it."""
        origin = self.origins.get(buried)
        if origin is None:
            return False
        self.heard = [each for each in self.heard if each.id != buried]
        self.entries = [each for each in self.entries if each.id != buried]
        self.letters.append(DeadLetter.of(origin, buried, "poison", detail))
        del self.origins[buried]
        return True


class Decoder:
    """How one reader hears: which types it listens to, in whatever version."""

    def __init__(self, reader: Reader, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entry_topics = frozenset(reader.entry_topics)
        self._facts = frozenset(fact_name(each) for each in reader.hears)
        self._distil = reader.distil if isinstance(reader, Extracting) else None
        self._attention: dict[bytes, EventInterest] = {}

    def attention(self, header: bytes) -> EventInterest:
        """What is done with events of this type."""
        known = self._attention.get(header)
        if known is None:
            type_ = header.decode(errors="replace")
            if type_ not in self._catalogue:
                known = EventInterest.UNKNOWN
            else:
                known = EventInterest.HEAR if fact_name(type_) in self._facts else EventInterest.PASS
            if len(self._attention) < 10_000:
                self._attention[header] = known
        return known

    async def page(self, records: Sequence[Record], known: Known) -> DecodedPage:
        """Read a page of records, each event once; slices leave room for what else the event loop carries."""
        page = DecodedPage()
        for nth, record in enumerate(records):
            if nth % _SLICE == _SLICE - 1:
                await asyncio.sleep(0)
            self._read(record, page, known)
        return page

    def _read(self, record: Record, page: DecodedPage, known: Known) -> None:
        if record.topic in self._entry_topics:
            self._entry(record, page, known)
            return
        attributes = dict(record.headers)
        type_ = attributes.get("ce_type") or b""
        attention = self.attention(type_) if type_ else EventInterest.HEAR
        if attention is EventInterest.PASS:
            return
        if known and self._known(record, event_id(record), page, known):
            return
        if attention is EventInterest.UNKNOWN:
            detail = "no version of this service knows the type yet"
            page.letters.append(DeadLetter.of(record, event_id(record), "unknown_type", detail))
            return
        place = (record.topic, record.partition, record.offset)
        read = heard(*place, attributes, record.value or b"", self._catalogue)
        if isinstance(read, str):
            page.letters.append(DeadLetter.of(record, event_id(record), "poison", read))
        elif read.id not in page.origins:
            page.heard.append(self.given(read))
            page.origins[read.id] = record

    def given(self, heard: ReceivedEvent) -> ReceivedEvent | ExtractedEvent:
        """What the reader is given of an event."""
        return heard if self._distil is None else ExtractedEvent(heard.id, self._distil(heard))

    def _entry(self, record: Record, page: DecodedPage, known: Known) -> None:
        id_ = entry_id(record.key, record.value)
        if known and self._known(record, id_, page, known):
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

    def _known(self, record: Record, id_: UUID, page: DecodedPage, known: Known) -> bool:
        """Whether this lies with the dead letters, or was discarded: only a replay takes it from there."""
        if id_ in known.discarded:
            return True
        letter = known.buried.get(id_)
        if letter is None:
            return False
        if known.again:
            page.letters.append(DeadLetter.of(record, id_, *letter))
        return True


def fact_name(type_: str) -> str:
    """A type on the wire without its version: who listens to a fact hears each version that is known."""
    return type_.rpartition(".v")[0] or type_


def heard(
    topic: str,
    partition: int,
    offset: int,
    attributes: Mapping[str, bytes],
    body: bytes,
    catalogue: Catalogue,
) -> ReceivedEvent | str:
    """An event as heard, or why it cannot be read, in words without anything that it says."""
    try:
        return ReceivedEvent(cloudevents.event(attributes, body, catalogue), topic, partition, offset, body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(sorted({f"{_where(each['loc'])}: {each['type']}" for each in found}))
    except cloudevents.RecordMalformed as error:
        missing = isinstance(error.__cause__, KeyError) and str(error.__cause__.args[0]).startswith("ce_")
        return str(error) if missing else "an attribute has no meaning"
    except Exception as error:  # an upcaster that fails is poison like a shape that does not fit
        return f"it cannot be read: {type(error).__name__}"


def _where(location: Sequence[int | str]) -> str:
    # Keys below a person block may be anybody's words.
    depth = 3 if location[:1] == ("person",) else 8
    return ".".join(str(each) for each in location[:depth]) or "data"
