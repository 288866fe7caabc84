"""Persons as stored: the codec of personal data, and handles, the keyed hashes of documents that identify one person.

Whatever may hold personal data is stored and read with the codec of the process: person blocks, names in read models,
refused values of uploads, dead letters. For now everything is stored as it is. Sealing will be added here only.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import TypeAdapter, ValidationError

from contracts.codes.documents import KINDS
from contracts.envelope import ClearPerson, Document, ErasedPerson, Person, SealedPerson
from contracts.text import normal_number

AnyPerson = ClearPerson | SealedPerson | ErasedPerson
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
        """Return the handle of a document; None for one that does not identify one person.

        If numbers of a kind repeat between places, a document without its place has no handle: it would match other people's documents.
        """
        kind = KINDS[document.kind]
        place = normal_number(document.place or "") if kind.place_belongs_to_key else ""
        if not kind.names_one_person or (kind.place_belongs_to_key and not place):
            return None
        text = f"{document.kind}|{document.issued_by}|{place}|{normal_number(document.number)}"
        return hmac.digest(self._key, text.encode(), "sha256")[:16].hex()

    def of_all(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """Return the handles of the documents that identify one person, sorted, without duplicates."""
        if not documents:
            return ()
        return tuple(sorted({handle for document in documents if (handle := self.of(document)) is not None}))


def masked(number: str) -> str:
    """Return a document or phone number with all but its first and its last three characters masked."""
    return number[:1] + "••••" + number[-3:] if len(number) > 5 else "••••"
