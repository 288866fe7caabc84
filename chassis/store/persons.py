"""The codec of person blocks: everything that stores or reads a block uses it.

For now a block is stored as it is: clear, sealed or erased. Sealing will be added here only.
"""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from contracts.envelope import ClearPerson, ErasedPerson, Person, SealedPerson

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


def masked(number: str) -> str:
    """Return a document or phone number with all but its first and its last three characters masked."""
    return number[:1] + "••••" + number[-3:] if len(number) > 5 else "••••"
