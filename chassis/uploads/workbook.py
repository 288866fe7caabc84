"""An .xlsx workbook as rows. It is held as a whole, up to a limit, by a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter

from chassis.http.validation_errors import FieldError, printable
from chassis.uploads.columns import Columns, Header, letters
from chassis.uploads.rows import ERRORS_OF_A_ROW, LINE_LIMIT, FileRow, RowRefused
from contracts.refusal import Refusal

WORKBOOK_LIMIT = 10 * 1024 * 1024
_LONGEST_ROW = 16 * 1024 * 1024
_READERS = asyncio.Semaphore(2)
"""Workbooks that are read at a time in this process, since each takes up to a gigabyte."""


class WorkbookUnreadable(Refusal):
    """This workbook cannot be read"""

    code = "workbook-unreadable"
    status = 422


async def read_workbook(
    pieces: AsyncIterator[bytes], adapter: TypeAdapter[Any], header: Header | None = None
) -> AsyncGenerator[FileRow]:
    """Return the rows of a workbook, by their numbers in its sheet. Raises WorkbookUnreadable and HeaderUnreadable."""
    columns, header = None, header or Header()
    async with _READERS, contextlib.aclosing(_cells(pieces)) as rows:
        async for number, cells in rows:
            if columns is not None:
                if (row := _row(number, cells, columns)) is not None:
                    yield row
            elif any(cell != "" for cell in cells):
                columns = Columns([str(cell) for cell in cells], adapter, header.zone)
                header.number, header.names = number, columns.names


def _row(number: int, cells: Sequence[Any], columns: Columns) -> FileRow | None:
    if errors := [_error(nth) for nth, cell in enumerate(cells) if isinstance(cell, dict)]:
        return FileRow(number, b"", tuple(errors[:ERRORS_OF_A_ROW]), cells=cells)
    try:
        text = columns.json(cells)
    except RowRefused as refusal:
        return FileRow(number, b"", tuple(refusal.errors), cells=cells)
    if text is None:
        return None
    errors = [_TOO_LONG] if len(text) > LINE_LIMIT else []
    return FileRow(number, text, tuple(errors), columns.cleared(cells), cells)


async def _cells(pieces: AsyncIterator[bytes]) -> AsyncGenerator[tuple[int, list[Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "chassis.uploads.workbook_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST_ROW,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        with contextlib.suppress(ConnectionError):
            async for piece in pieces:
                process.stdin.write(piece)
                await process.stdin.drain()
        process.stdin.close()
        while line := await process.stdout.readline():
            found = orjson.loads(line)
            if isinstance(found, dict):
                raise WorkbookUnreadable(printable(found["refused"]), remedy=found["remedy"])
            number, cells = found
            yield number, [_cell(cell) for cell in cells]
        if await process.wait():
            raise WorkbookUnreadable(
                "it takes too much memory or time: it has too many cells, or a cell far away from the others",
                remedy="delete the empty rows and columns after the last one, or save it as CSV UTF-8",
            )
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _cell(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\r\n", "\n").replace("\r", "\n").strip()
        case int() if not isinstance(value, bool):
            return float(value)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"time": text}:
            return datetime.fromisoformat(text)
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case None:
            return ""
        case _:
            return value


_TOO_LONG = FieldError(
    field="", reason=f"the row is longer than {LINE_LIMIT // 1024} KiB", remedy="shorten its texts"
)


def _error(nth: int) -> FieldError:
    return FieldError(
        field="",
        reason=f"the cell in column {letters(nth)} has an error such as #N/A",
        remedy="correct the formula, or clear the cell",
    )
