"""The identity of the rows of an upload: which rows of a file, and of the files before it, are one record.

A row with an ``id`` is the record of that id. Another row is recognised by its content, by everybody in one office. A row
that names nobody, neither by name, document nor phone, is no other row's person: it is one of its sheet, by its number among
the equal rows there.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import orjson

from chassis.access.permissions import Caller
from chassis.base.ids import named_id, read_id
from chassis.http.validation_errors import FieldError
from chassis.uploads.rows import FileRow, Line, RowRefused
from contracts.codes.documents import KINDS, DocumentKind
from contracts.document_number import is_placeholder

_BY_OFFICE = UUID("0f6a3d5e-7c1b-5e48-9a57-2d8e4b90c613")
_BY_UPLOADER = UUID("3c1f0a52-94c8-5f3e-8d2b-5a0c7be1d9a4")
"""The namespace of the ids before uploads were noted: by content and uploader alone."""
_OF_CLIENTS, _OF_UPLOADS = 7, 5
"""Versions of ids: those that clients make, and those that uploads derive from the content of rows and return."""


class Naming:
    """Ids of the rows of one file, read in order.

    A retry, or the complete corrected file, then finds the rows that are already recorded, also if a colleague of the same
    office sends it. The clock of a device is no content: each retry reads it anew. With ``persons`` each row begins the record
    of a person, who may be unknown.
    """

    def __init__(self, caller: Caller, path: str, *, persons: bool = False) -> None:
        self._space = uuid5(_BY_OFFICE, f"{caller.office}\0{path}")
        self._former_space = uuid5(_BY_UPLOADER, caller.id)
        self._persons = persons
        self._again: dict[UUID, int] = {}
        self._rows: dict[UUID, int] = {}
        self._sum = 0

    def line(self, row: FileRow) -> Line:
        """Return the line of a row that could be read, with its id. Raises RowRefused if an earlier row has the same ``id``."""
        try:
            sent = orjson.loads(row.text)
            if not isinstance(sent, dict):
                return Line(row.number, None, row.text)
            given = _given(sent)
            content = orjson.dumps(_content(sent), option=orjson.OPT_SORT_KEYS)
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the latter where it is nested too deeply
            return Line(row.number, None, row.text)
        if given is not None:
            return self._given(row, given, sent, content)
        if sent.get("id") is not None:  # no id that can be right: the command refuses it
            return Line(row.number, None, row.text)
        named = named_id(self._space, content)
        if named in self._again:
            nth = self._again[named] = self._again[named] + 1
            content += b"\0%d" % nth
            named = named_id(self._space, content)
        else:
            self._again[named] = 0
        self._add(named)
        of_sheet = self._persons and names_nobody(sent.get("person"))
        former = named_id(self._former_space, content)
        return Line(row.number, named, row.text, of_sheet=of_sheet, former=former)

    @property
    def digest(self) -> UUID:
        """The digest of the rows so far, whatever their order, format and number in the file."""
        return named_id(self._space, self._sum.to_bytes(16))

    def _given(self, row: FileRow, given: UUID, sent: dict[str, Any], content: bytes) -> Line:
        first = self._rows.setdefault(given, row.number)
        if first != row.number:
            raise RowRefused([_repeated(given, first)])
        self._add(named_id(given, content))
        text = row.text
        if given.version == _OF_UPLOADS:  # the command takes ids of clients only
            text = orjson.dumps({name: value for name, value in sent.items() if name != "id"})
        return Line(row.number, given, text, given=True, cleared=row.cleared)

    def _add(self, row_id: UUID) -> None:
        self._sum = (self._sum + row_id.int) % 2**128


def in_sheet(line: Line, sheet: UUID) -> Line:
    """Return the line of a row about an unknown person, with an id that is derived from its sheet."""
    assert line.id is not None
    return line._replace(id=named_id(sheet, line.id.bytes))


def names_nobody(person: Any) -> bool:
    """Return whether the person of a row, as sent, has no name, no phone and no document that names one person."""
    if not isinstance(person, dict):
        return True
    name, documents = person.get("name"), person.get("documents")
    if person.get("phone") or (isinstance(name, dict) and any(name.values())):
        return False
    return not (isinstance(documents, list) and any(map(_names_one_person, documents)))


def of_upload(row_id: UUID) -> bool:
    """Return whether an id was derived by an upload, which returned it with the outcome of the row."""
    return row_id.version == _OF_UPLOADS


def _names_one_person(document: Any) -> bool:
    if not isinstance(document, dict) or not isinstance(document.get("number"), str):
        return False
    try:
        kind = KINDS[DocumentKind(str(document.get("kind")))]
    except ValueError:  # the command refuses it
        return True
    return kind.names_one_person and not is_placeholder(document["number"])


def _given(sent: dict[str, Any]) -> UUID | None:
    """Return the id of a row, if it can be right."""
    try:
        found = read_id(str(UUID(sent["id"])))
    except (KeyError, TypeError, ValueError, AttributeError):  # the last for a value that is no text
        return None
    return found if found.version in (_OF_CLIENTS, _OF_UPLOADS) else None


def _content(sent: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if name not in ("id", "device_clock")}


def _repeated(row_id: UUID, first: int) -> FieldError:
    return FieldError(
        field="id",
        value=str(row_id),
        reason=f"row {first} of this file has the same id, and an id is that of one record",
        remedy="delete the row if it repeats the other, or clear its id if it is another record",
    )
