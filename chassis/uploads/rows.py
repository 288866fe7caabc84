"""The rows of an upload: read strictly as commands, each with an id of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError, create_model

from chassis.http.validation_errors import FieldError, untagged, validation_errors
from contracts.command import Command

LINE_LIMIT = 64 * 1024
ERRORS_OF_A_ROW = 10


class RowRefused(Exception):
    """A row that is refused, with its errors by field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = errors


class FileRow(NamedTuple):
    """A row of a file under the file's own number: as JSON, or why it cannot be read.

    ``cleared`` names the empty cells of a row of a sheet that has an ``id``: they remove what the record states there.
    ``cells`` are the cells of a sheet as they were read; of a row of CSV that cannot be read, its first line.
    """

    number: int
    text: bytes
    errors: tuple[FieldError, ...] = ()
    cleared: tuple[str, ...] = ()
    cells: Sequence[Any] = ()


class Line(NamedTuple):
    """A line of JSON with its number in the file and its id; None for one that has no id and is not JSON.

    ``given`` is True if the row states its id, so that it may change the record. ``of_sheet`` is True for a row that names
    nobody, until its id is that of a row of its sheet. ``former`` is the id that earlier versions of uploads derived.
    """

    number: int
    id: UUID | None
    text: bytes
    given: bool = False
    cleared: tuple[str, ...] = ()
    of_sheet: bool = False
    former: UUID | None = None


@dataclass(slots=True)
class Chunk:
    """Lines of an upload that are carried out together; ``refused`` are those that cannot be read."""

    lines: list[Line] = field(default_factory=list)
    refused: list[tuple[int, FieldError]] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A row: its line as a command, for a record."""

    line: Line
    id: UUID
    record_id: UUID
    command: Command

    @property
    def number(self) -> int:
        """The number of the row in its file."""
        return self.line.number


class RowReader:
    """Makes rows from lines. ``record`` is the name of the field with the record's UUID, for commands that change a record."""

    def __init__(self, body: Any, record: str | None) -> None:
        self._adapter, self._record = adapter_of(body, record), record

    def read(self, line: Line) -> Row:
        """Return the row of a line. Raises RowRefused."""
        try:
            command: Command = self._adapter.validate_json(line.text, strict=True, extra="forbid")
        except ValidationError as error:
            raise RowRefused(untagged(self._adapter, validation_errors(error)[:ERRORS_OF_A_ROW])) from None
        if line.id is None:
            raise RowRefused([_NOT_STRICT])
        record_id = line.id if self._record is None else getattr(command, self._record)
        return Row(line, line.id, record_id, command)


_NOT_STRICT = FieldError(field="", reason="the line is not strict JSON", remedy="send JSON in UTF-8")


def commands_of(body: Any) -> tuple[type[Command], ...]:
    """Return the commands of an upload: the one, or those of a union."""
    union = get_args(body)[0] if get_origin(body) is not None and not isinstance(body, type) else body
    return get_args(union) or (union,)


@cache
def adapter_of(body: Any, record: str | None) -> TypeAdapter[Any]:
    """The reader of a row: the command, and beside it the id of the record where the command changes one."""
    if record is None:
        return TypeAdapter(body)
    members = commands_of(body)
    fields: Any = {record: (UUID, Field(description="The record that the row is about."))}
    rows = [create_model(f"{member.__name__}Row", __base__=member, **fields) for member in members]
    if len(rows) == 1:
        return TypeAdapter(rows[0])
    joined: Any = Annotated[tuple(rows), *get_args(body)[1:]]
    return TypeAdapter(joined)
