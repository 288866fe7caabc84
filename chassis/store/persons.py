"""The one codec by which person blocks are read and written, wherever they are kept.

For now a block is kept as it is: clear, sealed or erased. Sealing comes to this place and to no other.
"""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from contracts.envelope import ClearPerson, ErasedPerson, Person, SealedPerson

AnyPerson = ClearPerson | SealedPerson | ErasedPerson
_ADAPTER: TypeAdapter[AnyPerson] = TypeAdapter(Person)


class RecordUnreadable(Exception):
    """A stored record does not have the shape of its type: an error of ours, never of the caller."""


class PersonCodec:
    """Reads and writes person blocks."""

    def dump(self, person: AnyPerson) -> str:
        """The block as it is stored and sent."""
        return person.model_dump_json(exclude_none=True)

    def load(self, stored: str | bytes) -> AnyPerson:
        """The block from what :meth:`dump` made. Raises RecordUnreadable."""
        try:
            return _ADAPTER.validate_json(stored)
        except ValidationError as error:
            raise RecordUnreadable("a stored person block") from error


def masked(number: str) -> str:
    """A number of a document or a phone with all but its beginning and its last three characters covered."""
    return number[:1] + "••••" + number[-3:] if len(number) > 5 else "••••"
