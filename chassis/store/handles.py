"""Handles: keyed hashes of documents that name one person, computed at capture."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from contracts.codes.documents import KINDS
from contracts.envelope import Document
from contracts.text import normal_number


class Handles:
    """Computes handles: HMAC-SHA-256 cut to 128 bits, so that who has the store cannot try out numbers.

    ``key`` is kept outside the database and is the same in all services.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the key of the handles has at least 32 bytes")
        self._key = key

    def of(self, document: Document) -> str | None:
        """The handle of a document; None for one that does not name one person.

        Where numbers repeat between places, one without its place names nobody: it would join strangers.
        """
        kind = KINDS[document.kind]
        place = normal_number(document.place or "") if kind.place_belongs_to_key else ""
        if not kind.names_one_person or (kind.place_belongs_to_key and not place):
            return None
        text = f"{document.kind}|{document.issued_by}|{place}|{normal_number(document.number)}"
        return hmac.digest(self._key, text.encode(), "sha256")[:16].hex()

    def of_all(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """The handles of the documents that name one person, sorted, each once."""
        if not documents:
            return ()
        return tuple(sorted({handle for document in documents if (handle := self.of(document)) is not None}))
