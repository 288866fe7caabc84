"""The records that a field of a form offers, and the query for them (chassis.pages.record_lists)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

MOST = 20
"""Records that a search returns while a name is typed."""


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """A record that can be chosen: its id, its names as written (Khmer, then Latin), and the code of its place or an empty text."""

    id: UUID
    names: tuple[str | None, str | None]
    place: str = ""

    @property
    def reference(self) -> str:
        """Return the last eight digits of the id, by which users tell records of the same name apart."""
        return self.id.hex[-8:].upper()


@dataclass(frozen=True, slots=True)
class Sought:
    """The records that are asked for.

    ``name`` is a text of which each word is a word of the name, or its beginning; ``letter`` is the first letter of the name.
    """

    name: str = ""
    letter: str = ""
    reference: str = ""
    limit: int = MOST
