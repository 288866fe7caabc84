"""Writes an .xlsx workbook of one sheet, whose columns are text, so that a spreadsheet changes nothing that is typed into it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
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


def workbook_of(rows: Mapping[int, Sequence[Any]]) -> bytes:
    """Return a workbook with these rows by their numbers, of which the first names the columns.

    A cell is text, a number, a truth value, a date, a time, a duration or None; any other value is an error such as #N/A.
    """
    first, columns = min(rows), max(len(row) for row in rows.values())
    parts = {
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
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}>"
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{first}" topLeftCell="A{first + 1}" state="frozen"/>'
        "</sheetView></sheetViews>"
        f'<cols><col min="1" max="{columns}" width="24" style="1" customWidth="1"/></cols>'
        f"<sheetData>{''.join(_rows(rows))}</sheetData></worksheet>",
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, _HEAD + text)
    return written.getvalue()


def _rows(rows: Mapping[int, Sequence[Any]]) -> Iterator[str]:
    for number in sorted(rows):
        yield f'<row r="{number}">'
        for nth, value in enumerate(rows[number]):
            if value is not None and value != "":
                yield _cell(f"{letters(nth)}{number}", value)
        yield "</row>"


def _cell(place: str, value: Any) -> str:
    match value:
        case str():
            text = escape(_NOT_IN_XML.sub("\ufffd", value))
            return f'<c r="{place}" s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        case bool():
            return f'<c r="{place}" s="1" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{place}" s="1"><v>{value!r}</v></c>'
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
