"""Persons as stored: the codec of personal data, and handles, the keyed hashes of documents that identify one person.

Whatever may hold personal data is stored and read with the codec of the process: person blocks, names in read models,
refused values of uploads, dead letters. For now everything is stored as it is. Sealing will be added here only.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from chassis.base.ids import named_id
from contracts.codes.recording import BirthPrecision
from contracts.envelope import Event, Fact, PersonFact
from contracts.organisation import words_of
from contracts.person import ClearPerson, Document, ErasedPerson, Person, SealedPerson

AnyPerson = ClearPerson | SealedPerson | ErasedPerson
_NAMESAKES = UUID("5b0f7a8e-6a0c-5c53-9d3e-1f2a7f4f6c11")
_ADAPTER: TypeAdapter[AnyPerson] = TypeAdapter(Person)


class RecordUnreadable(Exception):
    """A stored record does not match its type: an error of the system, not of the caller."""


class PersonCodec:
    """Writes and reads personal data.

    A codec that seals overrides the five methods below ``load``. It must seal the same content to the same result, since
    builds are compared by their rows, and it must read what was stored before it.
    """

    def dump(self, person: AnyPerson) -> str:
        """Return the block as it is stored and sent."""
        return self.seal_block(person.model_dump_json(exclude_none=True))

    def load(self, stored: str) -> AnyPerson:
        """Parse a block written by :meth:`dump`. Raises RecordUnreadable."""
        try:
            return _ADAPTER.validate_json(self.open_block(stored))
        except ValidationError as error:
            raise RecordUnreadable("a stored person block") from error

    def seal_block(self, block: str) -> str:
        """Return a person block in JSON as it is stored and sent: also a block in JSON. A sealed one stays as it is."""
        return block

    def open_block(self, stored: str) -> str:
        """Return a block in JSON with the person readable, if it is sealed and this process has the key."""
        return stored

    def seal(self, content: bytes) -> bytes:
        """Return other content that may hold personal data as it is stored. Sealed content is ASCII text."""
        return content

    def open(self, stored: bytes) -> bytes:
        """Return the content that :meth:`seal` stored."""
        return stored

    def search_key(self, key: str) -> str:
        """Return the key of a name or phone number by which a read model is searched: equal for equal keys."""
        return key

    def seal_text(self, text: str | None) -> str | None:
        """Return :meth:`seal` of a text; None stays None."""
        return None if text is None else self.seal(text.encode()).decode()

    def open_text(self, stored: str | None) -> str | None:
        """Return the text that :meth:`seal_text` stored."""
        return None if stored is None else self.open(stored.encode()).decode()


_CODEC: ContextVar[PersonCodec] = ContextVar("person_codec", default=PersonCodec())  # noqa: B039  # it has no state


def person_codec() -> PersonCodec:
    """Return the codec of this process."""
    return _CODEC.get()


@contextmanager
def using_codec(codec: PersonCodec) -> Iterator[None]:
    """Use another codec in this block and in the tasks that it starts."""
    token = _CODEC.set(codec)
    try:
        yield
    finally:
        _CODEC.reset(token)


class Handles:
    """Computes handles: HMAC-SHA-256 cut to 128 bits. Without the key, numbers cannot be found by trying them out.

    ``key`` is kept outside the database and is the same in all services.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the key of the handles needs at least 32 bytes")
        self._key = key

    def of(self, document: Document) -> str | None:
        """Return the handle of a document; None for one that does not identify the person who shows it."""
        key = document.key
        return None if key is None else hmac.digest(self._key, key.encode(), "sha256")[:16].hex()

    def of_all(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """Return the handles of the documents that identify one person, sorted, without duplicates."""
        if not documents:
            return ()
        return tuple(sorted({handle for document in documents if (handle := self.of(document)) is not None}))


def person_ids(standing: Sequence[Event[Fact]]) -> list[str]:
    """Return the ids by which a hint compares the person of a record, given by its valid events, with others.

    These are the documents, the record that it is about, and the name with sex and birth as stated; without a document
    also the record itself, under which the registry publishes the number of the worker. The id of a name ends with "+" if
    there is a document: two people with documents of their own may well have one name and one birth date.
    """
    found = {str(UUID(handle)) for event in standing for handle in event.handles}
    mark = "+" if found else ""
    if not found:
        found.add(standing[0].stream[-36:])
    for event in standing:
        facts = event.facts
        if "about" in type(facts).model_fields and facts.about is not None:  # type: ignore[attr-defined]
            found.add(facts.about[-36:])  # type: ignore[attr-defined]
        if isinstance(event.person, ClearPerson) and isinstance(facts, PersonFact):
            found |= {f"{each}{mark}" for each in _namesakes(event.person, facts)}
    return sorted(found)


def _namesakes(person: ClearPerson, facts: PersonFact) -> Iterator[UUID]:
    """Yield an id for the name in each script with sex and birth; a name without birth says too little."""
    if person.name is None or person.birth is None or person.birth.precision is BirthPrecision.UNKNOWN:
        return
    seal = person_codec().search_key
    for name in (person.name.khmer, person.name.latin):
        if name and (words := words_of(name)):
            stated = (str(int(facts.sex)), str(person.birth.on), person.birth.precision, *sorted(words))
            yield named_id(_NAMESAKES, seal(" ".join(stated)).encode())


def masked(number: str) -> str:
    """Return a document or phone number with all but its first and its last three characters masked."""
    return number[:1] + "••••" + number[-3:] if len(number) > 5 else "••••"
