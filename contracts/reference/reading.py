"""The reading of a file of the reference data: rows with their periods, or every fault with its remedy."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from pydantic import ValidationError

from contracts.reference.row import EVERY, Key, Row, what_is_right
from contracts.reference.tables import TABLES


class Fault(NamedTuple):
    """A fault of a file: its line, the field, the value as given, and what would be right. Line 1 has the columns."""

    file: str
    line: int
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: {self.value!r} is not valid; {self.remedy}"


class ReferenceDataInvalid(ValueError):
    """Files of the reference data cannot be used. The text has a line for each fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def read_table(name: str, text: str) -> tuple[Row, ...]:
    """Return the rows of a file, ordered by key and first day. Raises ReferenceDataInvalid with all faults of the file."""
    model, file = TABLES[name], f"{name}.csv"
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    try:
        columns = [cell.strip() for cell in next(reader, [])]
        if sorted(columns) != sorted(model.model_fields):
            remedy = f"give the columns {','.join(model.model_fields)}, in any order, separated by commas"
            raise ReferenceDataInvalid([Fault(file, 1, "columns", ",".join(columns)[:200], remedy)])
        for cells in reader:
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != len(columns):
                remedy = f"give {len(columns)} cells; put a cell that contains a comma into double quotes"
                faults.append(Fault(file, reader.line_num, "cells", f"{len(cells)} cells", remedy))
                continue
            given = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
            try:
                row = model.model_validate(given)
            except ValidationError as error:
                wrong = dict.fromkeys(str(each["loc"][0]) for each in error.errors())
                remedies = [(field, f"give {what_is_right(model, field)}") for field in wrong]
            else:
                found.append((reader.line_num, row))
                remedies = list(row.contradictions())
            faults += [
                Fault(file, reader.line_num, field, given[field], remedy) for field, remedy in remedies
            ]
    except csv.Error as error:
        remedy = "close the double quotes, and save the file as comma-separated values"
        raise ReferenceDataInvalid([Fault(file, reader.line_num, "line", str(error), remedy)]) from None
    # Periods are compared once each row can be read: the row before a gap may be one that cannot.
    if not (faults := faults or list(_periods(file, model, found))):
        return tuple(row for _, row in _in_order(found))
    raise ReferenceDataInvalid(faults)


def _in_order(found: Sequence[tuple[int, Row]]) -> list[tuple[int, Row]]:
    return sorted(found, key=lambda each: (each[1].key, each[1].valid_from))


def _periods(file: str, model: type[Row], found: Sequence[tuple[int, Row]]) -> Iterator[Fault]:
    """Yield the faults of the periods: rows with one key that overlap, days without a row that must have one."""
    if not found:
        yield Fault(file, 1, "rows", "no rows", "give at least one row")
    by_key: dict[Key, list[tuple[int, Row]]] = {}
    for line, row in _in_order(found):
        by_key.setdefault(row.key, []).append((line, row))
    for missing in sorted(model.always - by_key.keys()):
        name = ", ".join(missing)
        yield Fault(file, 1, "rows", f"no row of {name}", f"give a row of {name}: one must hold on every day")
    for key, rows in by_key.items():
        for (_, earlier), (line, row) in pairwise(rows):
            follows = None if earlier.valid_to is None else earlier.valid_to + timedelta(days=1)
            if follows is None or row.valid_from < follows:
                remedy = (
                    f"end the row of {', '.join(key)} from {earlier.valid_from} before this one begins:"
                    " the two overlap"
                )
                yield Fault(file, line, "valid_from", str(row.valid_from), remedy)
            elif row.valid_from > follows and (key in model.always or EVERY in key):
                remedy = f"give {follows}: no row of {', '.join(key)} holds on the days before"
                yield Fault(file, line, "valid_from", str(row.valid_from), remedy)
        line, last = rows[-1]
        if key in model.always and last.valid_to is not None:
            remedy = f"leave it empty: a row of {', '.join(key)} must hold on every later day"
            yield Fault(file, line, "valid_to", str(last.valid_to), remedy)
