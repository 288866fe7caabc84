"""The columns of a sheet (CSV or .xlsx): fields of the command by their dotted names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any

import orjson
from pydantic import TypeAdapter

from chassis.http.validation_errors import FieldError, field_path, printable
from chassis.uploads.cells import Cell, CellRefused, Column
from chassis.uploads.rows import ERRORS_OF_A_ROW, RowRefused
from contracts.refusal import Refusal
from contracts.times import PHNOM_PENH

DELIMITERS = ",;\t|"
OUTCOME = "upload.outcome"
"""The column of a returned sheet that says what became of each row."""
_PASSED_OVER = "upload."
_SHOWN = 80


class HeaderUnreadable(Refusal):
    """The first line of a sheet names its columns"""

    code = "header-unreadable"
    status = 422


@dataclass(slots=True)
class Header:
    """The row of a sheet that names its columns: its number, the names, and the separator of CSV.

    ``zone`` is the time zone of the times in the sheet that state no offset.
    """

    zone: tzinfo = PHNOM_PENH
    number: int = 0
    names: Sequence[str] = ()
    delimiter: str = ","


class Columns:
    """The columns that the first row of a sheet names. Raises HeaderUnreadable.

    A column without a name is allowed while its cells are empty: spreadsheets save such columns after a cell was deleted.
    A column such as ``upload.outcome`` is passed over, so that a returned sheet can be loaded again.
    """

    def __init__(self, names: Sequence[str], adapter: TypeAdapter[Any], zone: tzinfo = PHNOM_PENH) -> None:
        schema = _schema_of(adapter)
        names = [name.strip() for name in names]
        named = [name for name in names if name]
        if not named:
            raise HeaderUnreadable(
                "the first line names no column", remedy="name each column once, e.g. person.name.khmer"
            )
        if twice := next((name for name in named if named.count(name) > 1), None):
            raise HeaderUnreadable(
                f"it names the column {printable(twice)[:_SHOWN]!r} twice",
                remedy="name each column once, e.g. person.name.khmer",
            )
        self._columns: list[Column | None] = []
        for name in names:
            passed_over = name.startswith(_PASSED_OVER)
            leaves = leaves_at(schema, schema, name.split(".")) if name else ()
            if name and not leaves and not passed_over:
                shown = field_path([printable(name)])[:_SHOWN]
                raise HeaderUnreadable(
                    f"there is no field {shown!r}",
                    remedy="name columns as the fields of the command, dotted, e.g. person.documents.0.number",
                    field=shown,
                )
            self._columns.append(Column(name, leaves, zone) if leaves else None)
        self.names = names

    def __len__(self) -> int:
        return len(self._columns)

    def json(self, cells: Sequence[Cell]) -> bytes | None:
        """Return a row as JSON; None if all its cells are empty. Raises RowRefused."""
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
        if all(cell == "" for cell in self._without_passed_over(cells)):
            return None
        errors = [
            self._nameless(nth, cell) for nth, cell in enumerate(cells[len(self) :], len(self)) if cell != ""
        ]
        if len(cells) < len(self):
            errors = [_wrong_number_of_cells(len(cells), len(self))]
        tree: dict[str, Any] = {}
        for nth, (column, cell) in enumerate(zip(self._columns, cells, strict=False)):
            if cell == "" or self.names[nth].startswith(_PASSED_OVER):
                continue
            if column is None:
                errors.append(self._nameless(nth, cell))
                continue
            try:
                value = column.value(cell)
            except CellRefused as refused:
                errors.append(
                    FieldError(
                        field=column.field,
                        value=str(cell) if len(str(cell)) <= _SHOWN else None,
                        reason=refused.reason,
                        remedy=refused.remedy,
                    )
                )
                continue
            *above, last = column.path
            place = tree
            for name in above:
                place = place.setdefault(name, {})
            place[last] = value
        if errors:
            raise RowRefused(errors[:ERRORS_OF_A_ROW])
        return orjson.dumps(_with_lists(tree))

    def cleared(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        """Return the names of the columns whose cells are empty, of a row that states its id; of another row none."""
        named = [(column.name, cell) for column, cell in zip(self._columns, cells, strict=False) if column]
        if not any(name == "id" and cell != "" for name, cell in named):
            return ()
        return tuple([name for name, cell in named if cell == ""])

    def _without_passed_over(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the cells, without those of columns that are passed over."""
        passed = [nth for nth, name in enumerate(self.names) if name.startswith(_PASSED_OVER)]
        return [cell for nth, cell in enumerate(cells) if nth not in passed] if passed else list(cells)

    def _nameless(self, nth: int, cell: Cell) -> FieldError:
        if nth >= len(self):
            return FieldError(
                field="",
                reason=f"the row has a cell in column {letters(nth)}, and the first line names {len(self)} columns",
                remedy="clear the cell; put text that contains the separator or quotes between double quotes",
            )
        return FieldError(
            field="",
            reason=f"column {letters(nth)} has a cell here and no name in the first line",
            remedy="name the column as a field of the command, or clear it",
        )


def _wrong_number_of_cells(cells: int, columns: int) -> FieldError:
    return FieldError(
        field="",
        reason=f"the row has {cells} cells and the header {columns}",
        remedy="fill in the separators of empty cells; put text with line breaks between double quotes",
    )


@lru_cache(maxsize=256)
def _schema_of(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    return adapter.json_schema()


def letters(nth: int) -> str:
    """Return the letters of a column as spreadsheets show them: A for 0, AA for 26."""
    text = ""
    nth += 1
    while nth:
        nth, rest = divmod(nth - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def leaves_at(whole: dict[str, Any], schema: dict[str, Any], path: Sequence[str]) -> list[dict[str, Any]]:
    """Return the schemas of the values that a field may have, by its path; none if there is no such field."""
    if "$ref" in schema:
        return leaves_at(whole, whole["$defs"][schema["$ref"].rpartition("/")[2]], path)
    if choices := [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        return [leaf for choice in choices for leaf in leaves_at(whole, choice, path)]
    if not path:
        return [] if schema.get("type") in ("null", "object", "array") else [schema]
    first, *rest = path
    inner = schema.get("properties", {}).get(first)
    if inner is None and isinstance(schema.get("additionalProperties"), dict):
        inner = schema["additionalProperties"]
    if inner is None and "items" in schema and first.isdecimal() and len(first) <= 2:
        inner = schema["items"]
    return [] if inner is None else leaves_at(whole, inner, rest)


def _with_lists(tree: dict[str, Any]) -> Any:
    """Return a tree in which the branches with numbers as names are lists."""
    found = {name: _with_lists(value) if isinstance(value, dict) else value for name, value in tree.items()}
    return (
        [found[name] for name in sorted(found, key=int)]
        if all(map(str.isdecimal, found)) and found
        else found
    )
