"""The rows of an upload: lines cut from a stream in constant memory, read strictly, each with an id of its own."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple, get_args, get_origin
from uuid import UUID, uuid5

import orjson
from pydantic import Field, TypeAdapter, ValidationError, create_model

from chassis.base.ids import named_id
from chassis.http.validation_errors import FieldError, field_path, printable, untagged, validation_errors
from contracts.command import Command
from contracts.refusal import Refusal

LINE_LIMIT = 64 * 1024
_ERRORS_OF_A_ROW = 10
_BY_UPLOADER = UUID("3c1f0a52-94c8-5f3e-8d2b-5a0c7be1d9a4")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


class HeaderUnreadable(Refusal):
    """The first line of a CSV upload names its columns"""

    code = "header-unreadable"
    status = 422


class RowRefused(Exception):
    """A row that is refused, with its errors by field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = errors


class Line(NamedTuple):
    """A line of JSON with its number in the file, and an id derived from its content if it has none of its own."""

    number: int
    id: UUID | None
    text: bytes


@dataclass(slots=True)
class Chunk:
    """Lines of an upload that are carried out together; ``refused`` are those that are too long or not readable as JSON."""

    lines: list[Line] = field(default_factory=list)
    refused: list[tuple[int, FieldError]] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A row. ``given`` is True if the client chose the id, so that the content must be compared."""

    number: int
    id: UUID
    given: bool
    record_id: UUID
    command: Command


class Lines:
    """Splits the body into lines. A line over the limit is discarded, and reported as None.

    With ``quoted``, a line break between double quotes belongs to the line (CSV).
    """

    def __init__(self, *, quoted: bool = False) -> None:
        self._quoted = quoted
        self._rest = b""
        self._too_long = False
        self._quotes = 0

    def feed(self, piece: bytes) -> Iterator[bytes | None]:
        """Return the lines that end in this piece, without line breaks; None for a line over the limit."""
        first, *others = piece.split(b"\n")
        self._add(first)
        for other in others:
            if self._quotes % 2 and not self._too_long:
                self._add(b"\n" + other)
                continue
            yield from self.end()
            self._add(other)

    def end(self) -> Iterator[bytes | None]:
        """Return the last line, if the body ends without a line break."""
        line, too_long, self._rest, self._too_long, self._quotes = self._rest, self._too_long, b"", False, 0
        if too_long:
            yield None
        else:
            yield line.removesuffix(b"\r")

    def _add(self, part: bytes) -> None:
        if len(self._rest) + len(part) > LINE_LIMIT:
            self._rest, self._too_long = b"", True
        elif not self._too_long:
            self._rest = self._rest + part if self._rest else part
            if self._quoted:
                self._quotes += part.count(b'"')


class Naming:
    """Ids of rows without an id of their own: derived from uploader, content and number of repetitions in the file.

    A retry, or the complete corrected file, then finds the rows that are already recorded.
    """

    def __init__(self, uploader: str) -> None:
        self._space = uuid5(_BY_UPLOADER, uploader)
        self._seen: set[UUID] = set()
        self._again: dict[UUID, int] = {}

    def name(self, text: bytes) -> UUID | None:
        """Return the id of a line; None for a line that has its own id or is not JSON."""
        try:
            sent = orjson.loads(text)
            if isinstance(sent, dict) and sent.get("id") is not None:
                return None
            canonical = orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the latter where it is nested too deeply
            return None
        named = named_id(self._space, canonical)
        if named in self._seen:
            nth = self._again[named] = self._again.get(named, 0) + 1
            return named_id(self._space, canonical + b"\0%d" % nth)
        self._seen.add(named)
        return named


class RowReader:
    """Makes rows from lines. ``record`` is the name of the field with the record's UUID, for commands that change a record."""

    def __init__(self, body: Any, record: str | None) -> None:
        self._adapter, self._record = adapter_of(body, record), record

    def read(self, line: Line) -> Row:
        """Return the row of a line. Raises RowRefused."""
        try:
            command: Command = self._adapter.validate_json(line.text, strict=True, extra="forbid")
        except ValidationError as error:
            raise RowRefused(untagged(self._adapter, validation_errors(error)[:_ERRORS_OF_A_ROW])) from None
        row_id = command.id or line.id
        if row_id is None:
            raise RowRefused([_NOT_STRICT])
        return Row(
            line.number,
            row_id,
            command.id is not None,
            row_id if self._record is None else getattr(command, self._record),
            command,
        )


_NOT_STRICT = FieldError(field="", reason="the line is not strict JSON", remedy="send JSON in UTF-8")


class CsvRows:
    """Converts the lines of a CSV file to JSON by its header: dotted field names; an empty cell is left out.

    Cells of number and boolean fields are converted, so that a row is equal to its line of NDJSON.
    """

    def __init__(self, header: bytes, adapter: TypeAdapter[Any]) -> None:
        schema = adapter.json_schema()
        try:
            names = [name.strip() for name in self._cells(header.removeprefix(b"\xef\xbb\xbf"))]
        except (UnicodeDecodeError, csv.Error):
            names = []
        if not any(names) or len(set(names)) != len(names):
            raise HeaderUnreadable(
                "it is empty, is not UTF-8, or names a column twice",
                remedy="name each column once, e.g. person.name.khmer",
            )
        self._columns: list[tuple[str, ...]] = []
        self._convert: list[Callable[[str], Any]] = []
        for name in names:
            kinds = _kinds(schema, schema, name.split("."))
            if not kinds:
                shown = field_path([printable(name)])[:80]
                raise HeaderUnreadable(
                    f"there is no field {shown!r}",
                    remedy="name columns as the fields of the command, dotted, e.g. person.documents.0.number",
                    field=shown,
                )
            self._columns.append(tuple(name.split(".")))
            self._convert.append(_conversion(kinds))

    def json(self, line: bytes) -> bytes:
        """Return the row of a line as JSON. Raises RowRefused."""
        try:
            cells = self._cells(line)
        except (UnicodeDecodeError, csv.Error) as error:
            reason = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"is not CSV: {error}"
            raise RowRefused(
                [FieldError(field="", reason=f"the line {reason}", remedy="save it as CSV UTF-8")]
            ) from None
        if len(cells) != len(self._columns):
            reason = f"the row has {len(cells)} cells and the header {len(self._columns)}"
            raise RowRefused(
                [
                    FieldError(
                        field="", reason=reason, remedy="put text with commas or quotes between double quotes"
                    )
                ]
            )
        tree: dict[str, Any] = {}
        for path, convert, cell in zip(self._columns, self._convert, cells, strict=True):
            if cell := cell.strip():
                *above, last = path
                place = tree
                for name in above:
                    place = place.setdefault(name, {})
                place[last] = convert(cell)
        return orjson.dumps(_with_lists(tree))

    @staticmethod
    def _cells(line: bytes) -> list[str]:
        return next(csv.reader([line.decode()], strict=True), [])


def adapter_of(body: Any, record: str | None) -> TypeAdapter[Any]:
    """The reader of a row: the command, and beside it the id of the record where the command changes one."""
    if record is None:
        return TypeAdapter(body)
    union = get_args(body)[0] if get_origin(body) is not None and not isinstance(body, type) else body
    members = get_args(union) or (union,)
    fields: Any = {record: (UUID, Field(description="The record that the row is about."))}
    rows = [create_model(f"{member.__name__}Row", __base__=member, **fields) for member in members]
    if len(rows) == 1:
        return TypeAdapter(rows[0])
    joined: Any = Annotated[tuple(rows), *get_args(body)[1:]]
    return TypeAdapter(joined)


def _with_lists(tree: dict[str, Any]) -> Any:
    """Return a tree in which the branches with numbers as names are lists."""
    found = {name: _with_lists(value) if isinstance(value, dict) else value for name, value in tree.items()}
    return (
        [found[name] for name in sorted(found, key=int)]
        if all(map(str.isdecimal, found)) and found
        else found
    )


def _kinds(whole: dict[str, Any], schema: dict[str, Any], path: Sequence[str]) -> set[str]:
    """The JSON types (and ``time``) that a field may have, by its path; empty where there is no such field."""
    if "$ref" in schema:
        return _kinds(whole, whole["$defs"][schema["$ref"].rpartition("/")[2]], path)
    choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if choices:
        return set[str]().union(*(_kinds(whole, choice, path) for choice in choices))
    if not path:
        plain = (
            {"string"} if isinstance(schema.get("const", schema.get("enum", [""])[0]), str) else {"integer"}
        )
        kind = schema.get("type")
        if schema.get("format") in ("date", "date-time"):
            return {"time"}
        return {kind} - {"null", "object", "array"} if kind is not None else plain
    first, *rest = path
    inner = schema.get("properties", {}).get(first)
    if inner is None and isinstance(schema.get("additionalProperties"), dict):
        inner = schema["additionalProperties"]
    if inner is None and "items" in schema and first.isdecimal() and len(first) <= 2:
        inner = schema["items"]
    return set() if inner is None else _kinds(whole, inner, rest)


def _conversion(kinds: set[str]) -> Callable[[str], Any]:
    if "string" in kinds:
        return str
    if "boolean" in kinds:
        return lambda cell: {"true": True, "false": False}.get(cell.lower(), cell)
    # For a time too: as text a number would be read as seconds since 1970, as a number it is refused.
    return lambda cell: (
        int(cell) if _WHOLE.fullmatch(cell) else float(cell) if _NUMBER.fullmatch(cell) else cell
    )
