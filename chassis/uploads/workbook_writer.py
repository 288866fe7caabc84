"""Writes an .xlsx workbook of one sheet, whose columns are text, so that a spreadsheet changes nothing that is typed into it.

Every text is written as text: a cell that begins with ``=`` is no formula.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from chassis.uploads.columns import letters

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FORMATS = (49, 14, 22, 46)
"""The numbers that every spreadsheet has for the formats text, date, date with time, and duration; styles 1 to 4."""
_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - the times of spreadsheets have no zone
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


class WorkbookWriter:
    """Writes a workbook row by row. Take out what was written now and then: no more than that is held in memory."""

    def __init__(self, columns: int, header_row: int = 1) -> None:
        self._written = _Written()
        self._archive = zipfile.ZipFile(self._written, "w", zipfile.ZIP_DEFLATED)
        for name, text in _parts().items():
            self._archive.writestr(_entry(name), _HEAD + text)
        self._sheet = self._archive.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True)
        self._write(
            f"{_HEAD}<worksheet {_MAIN}>"
            f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{header_row}" topLeftCell="A{header_row + 1}" state="frozen"/>'
            "</sheetView></sheetViews>"
            f'<cols><col min="1" max="{columns}" width="24" style="1" customWidth="1"/></cols><sheetData>'
        )

    def add(self, number: int, row: Sequence[Any]) -> None:
        """Write a row.

        A cell is text, a number, a truth value, a date, a time, a duration or None; any other value is an error such as #N/A.
        """
        cells = (
            _cell(f"{letters(nth)}{number}", value)
            for nth, value in enumerate(row)
            if value is not None and value != ""
        )
        self._write(f'<row r="{number}">{"".join(cells)}</row>')

    def taken(self) -> bytes:
        """Return the bytes written since the last call."""
        return self._written.taken()

    def end(self) -> bytes:
        """End the workbook and return the bytes written since the last call of :meth:`taken`."""
        self._write("</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()
        return self._written.taken()

    def _write(self, text: str) -> None:
        self._sheet.write(text.encode())


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an entry without the time of writing, so that equal rows make equal workbooks."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def workbook_of(rows: Mapping[int, Sequence[Any]]) -> bytes:
    """Return a workbook with these rows by their numbers, of which the first names the columns."""
    writer = WorkbookWriter(max(len(row) for row in rows.values()), min(rows))
    for number in sorted(rows):
        writer.add(number, rows[number])
    return writer.end()


class _Written:
    """A file to which is only appended; it forgets what was taken out."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, data: bytes, /) -> int:
        self._bytes += data
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def taken(self) -> bytes:
        found = bytes(self._bytes)
        self._bytes.clear()
        return found


def _parts() -> Mapping[str, str]:
    """Return the parts of a workbook without its sheet."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": _relationships(("rows", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Rows" sheetId="1" r:id="rows"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships(
            ("rows", "worksheet", "worksheets/sheet1.xml"), ("styles", "styles", "styles.xml")
        ),
        "xl/styles.xml": f'<styleSheet {_MAIN}><fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{len(_FORMATS) + 1}"><xf/>{"".join(map(_style, _FORMATS))}</cellXfs></styleSheet>',
    }


def _cell(place: str, value: Any) -> str:
    match value:
        case str():
            text = escape(_NOT_IN_XML.sub("\ufffd", value))
            return f'<c r="{place}" s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        case bool():
            return f'<c r="{place}" s="1" t="b"><v>{int(value)}</v></c>'
        case int() | float() | Decimal():
            return f'<c r="{place}" s="1"><v>{value}</v></c>'
        case datetime():
            return f'<c r="{place}" s="3"><v>{(value - _ZERO) / timedelta(days=1)!r}</v></c>'
        case date():
            return f'<c r="{place}" s="2"><v>{(value - _ZERO.date()).days}</v></c>'
        case timedelta():
            return f'<c r="{place}" s="4"><v>{value / timedelta(days=1)!r}</v></c>'
        case _:
            return f'<c r="{place}" t="e"><v>#N/A</v></c>'


def _style(number: int) -> str:
    return f'<xf numFmtId="{number}" applyNumberFormat="1"/>'


def _relationships(*related: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in related
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
