"""Persons as stored: the codec of person blocks, and handles, the keyed hashes of documents that identify one person.

Everything that stores or reads a block uses the codec. For now a block is stored as it is: clear, sealed or erased.
Sealing will be added here only.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from contracts.codes.documents import KINDS
from contracts.envelope import ClearPerson, Document, ErasedPerson, Person, SealedPerson
from contracts.text import normal_number

AnyPerson = ClearPerson | SealedPerson | ErasedPerson
_ADAPTER: TypeAdapter[AnyPerson] = TypeAdapter(Person)


class RecordUnreadable(Exception):
    """A stored record does not match its type: an error of the system, not of the caller."""


class PersonCodec:
    """Reads and writes person blocks."""

    def dump(self, person: AnyPerson) -> str:
        """Return the block as it is stored and sent."""
        return person.model_dump_json(exclude_none=True)

    def load(self, stored: str | bytes) -> AnyPerson:
        """Parse a block written by :meth:`dump`. Raises RecordUnreadable."""
        try:
            return _ADAPTER.validate_json(stored)
        except ValidationError as error:
            raise RecordUnreadable("a stored person block") from error


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
