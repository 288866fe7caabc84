"""The file of an upload with the ids of its records and the outcomes of its rows: the sheet that an office keeps and mends."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson

from chassis.access.permissions import Caller
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.uploads.columns import OUTCOME, Header
from chassis.uploads.lines import NDJSON, XLSX
from chassis.uploads.naming import Naming, in_sheet
from chassis.uploads.outcomes import UploadedRow, find_rows
from chassis.uploads.refusals import RefusedRow, find_refusals
from chassis.uploads.rows import FileRow, Line, RowRefused
from chassis.uploads.workbook_writer import workbook_of
from contracts.refusal import Refusal

ROWS = 20_000
"""Rows of a file that is returned: it is held in memory. The ids of a longer one are listed."""
_NOTED = "SELECT sheet, utc_offset FROM uploads WHERE upload_id = $1 AND office = $2 AND path = $3"


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The words of the column with the outcomes. Programs get the English ones, officers those of their language.

    ``reason`` returns the text of one error of a refused row.
    """

    results: Mapping[str, str] = field(
        default_factory=lambda: {
            "taken": "recorded",
            "tried": "would be recorded",
            "changed": "changed",
            "already_known": "recorded before",
            "refused": "refused",
        }
    )
    reason: Callable[[RefusedRow], str] = lambda row: row.reason


ENGLISH = SheetWords()


class OtherFile(Refusal):
    """This is not the file of that upload"""

    code = "other-file"
    status = 422


@dataclass(slots=True)
class Outcomes:
    """The outcomes of the rows of an upload, with the reasons of the refused ones, the id of its sheet, and its offset.

    ``tried`` is True after a dry run, which recorded nothing.
    """

    sheet: UUID
    utc_offset: str
    rows: Mapping[int, UploadedRow]
    reasons: Mapping[int, str] = field(default_factory=dict)
    tried: bool = False
    words: SheetWords = ENGLISH


async def find_outcomes(
    runtime: Runtime, caller: Caller, path: str, upload_id: UUID, words: SheetWords = ENGLISH
) -> Outcomes:
    """Return the outcomes of an upload of a caller, while they are stored. Raises RecordNotFound, and OtherFile for too many rows."""
    noted = await runtime.pool.fetchrow(_NOTED, upload_id, caller.office, path)
    rows = await find_rows(runtime, caller, upload_id, 0, ROWS + 1)
    if noted is None or not rows:
        raise RecordNotFound("there is no upload of yours of this id, or it is older than a day")
    if len(rows) > ROWS:
        raise OtherFile(
            f"a file of at most {ROWS:,} rows is returned", remedy="take the ids from the list at rows_url"
        )
    reasons = await find_reasons(runtime, caller, upload_id, words)
    found = {row.row: row for row in rows}
    return Outcomes(noted["sheet"], noted["utc_offset"], found, reasons, words=words)


async def find_reasons(
    runtime: Runtime, caller: Caller, upload_id: UUID, words: SheetWords = ENGLISH
) -> dict[int, str]:
    """Return why rows of an upload were refused, by their numbers."""
    reasons: dict[int, str] = {}
    for one in await find_refusals(runtime, caller, upload_id, 0, ROWS):
        reason = words.reason(one)
        text = f"{one.field}: {reason}" if one.field else reason
        reasons[one.row] = f"{reasons[one.row]} | {text}" if one.row in reasons else text
    return reasons


async def returned_file(
    rows: AsyncIterator[FileRow], media_type: str, header: Header, naming: Naming, outcomes: Outcomes
) -> bytes:
    """Return the file with the ids of its rows. Raises OtherFile if a row is not the one that the upload had there."""
    found: dict[int, FileRow] = {}
    async for row in rows:
        found[row.number] = row
        _check(row, naming, outcomes)
        if len(found) % 50 == 0:
            await REQUEST_PRIORITY.give_way()
    if missing := outcomes.rows.keys() - found.keys():
        raise OtherFile(f"the upload had a row {min(missing)}", remedy="send the file as it was uploaded")
    if media_type == NDJSON:
        return b"".join(_lines(found, outcomes))
    sheet = _sheet(found, header, outcomes, padded=media_type == XLSX)
    return await asyncio.to_thread(workbook_of, sheet) if media_type == XLSX else _csv(sheet, header)


def _check(row: FileRow, naming: Naming, outcomes: Outcomes) -> None:
    outcome = outcomes.rows.get(row.number)
    line = None
    if not row.errors:
        try:
            line = naming.line(row)
        except RowRefused:  # it has the id of an earlier row
            pass
    if outcome is None or (outcome.id is not None and outcome.id not in _ids(line, outcomes.sheet)):
        raise OtherFile(
            f"row {row.number} is not the row that the upload had there",
            remedy="send the file as it was uploaded",
        )


def _ids(line: Line | None, sheet: UUID) -> tuple[UUID | None, ...]:
    if line is None or line.id is None:
        return ()
    return (in_sheet(line, sheet).id if line.of_sheet else line.id, line.former)


def _lines(rows: Mapping[int, FileRow], outcomes: Outcomes) -> list[bytes]:
    """Return the lines of NDJSON, with blank ones where the file had such lines."""
    found: list[bytes] = []
    for before, number in pairwise([0, *sorted(rows)]):
        text, row_id = rows[number].text.strip(), outcomes.rows[number].id
        if row_id is not None:
            text = orjson.dumps({"id": str(row_id)} | orjson.loads(text) | {"id": str(row_id)})
        found.append(b"\n" * (number - before - 1) + text + b"\n")
    return found


def _sheet(
    rows: Mapping[int, FileRow], header: Header, outcomes: Outcomes, *, padded: bool
) -> dict[int, list[Any]]:
    """Return the cells of a sheet, with the columns ``id`` and ``upload.outcome`` behind the others if it has none.

    A row with too few cells is not ``padded`` in CSV: its cells may stand in the wrong columns, so that it must stay refused.
    """
    cells = {number: _trimmed(row.cells, len(header.names)) for number, row in rows.items()}
    width = max(len(header.names), *(len(each) for each in cells.values()))
    new = [name for name in ("id", OUTCOME) if name not in header.names]
    names = [*header.names, *[""] * (width - len(header.names)), *new]
    found: dict[int, list[Any]] = {header.number: names}
    for number, row in cells.items():
        outcome = outcomes.rows[number]
        words = outcomes.words.results
        result = "tried" if outcomes.tried and outcome.result == "taken" else outcome.result
        stated = {"id": None if outcome.id is None else str(outcome.id), OUTCOME: words[result]}
        if number in outcomes.reasons:
            stated[OUTCOME] = f"{words['refused']}: {outcomes.reasons[number]}"
        if padded or len(row) >= len(header.names):
            row = [*row, *[""] * (width - len(row))]
        row = [*row, *[""] * len(new)]
        for name, value in stated.items():
            at = (
                names.index(name)
                if len(row) == len(names)
                else len(row) - len(new) + new.index(name)
                if name in new
                else None
            )
            if at is not None and value is not None:
                row[at] = value
        found[number] = row
    return found


def _trimmed(cells: Sequence[Any], columns: int) -> list[Any]:
    """Return cells without the empty ones behind the columns that the header names."""
    found = list(cells)
    while len(found) > columns and found[-1] in ("", None):
        found.pop()
    return found


def _csv(sheet: Mapping[int, Sequence[Any]], header: Header) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=header.delimiter)
    for before, number in pairwise([0, *sorted(sheet)]):
        written.write("\r\n" * (number - before - 1))
        writer.writerow(sheet[number])
    return written.getvalue().encode("utf-8-sig", "replace")
