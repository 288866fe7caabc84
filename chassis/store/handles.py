"""Handles: keyed hashes of documents that identify one person, computed when a document is recorded."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from contracts.codes.documents import KINDS
from contracts.envelope import Document
from contracts.text import normal_number


class Handles:
    """Computes handles: HMAC-SHA-256 cut to 128 bits. Without the key, nobody can find numbers by trying them out.

    ``key`` is kept outside the database and is the same in all services.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the key of the handles needs at least 32 bytes")
        self._key = key

    def of(self, document: Document) -> str | None:
        """Return the handle of a document; None for one that does not identify one person.

        If numbers of a kind repeat between places, a document without its place has no handle: it would match strangers.
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
