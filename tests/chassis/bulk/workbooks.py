"""Workbooks for the tests: the least that a spreadsheet program writes, with cells of each type."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from chassis.uploads.columns import letters

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DAY_ZERO = datetime(1899, 12, 30)


def workbook(
    *rows: Sequence[Any], sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None, hidden: str = ""
) -> bytes:
    """Return a workbook with one sheet of these rows, or with several sheets.

    A cell is a text, a number, a truth value, a time, an error such as ``#N/A``, or None for no cell.
    """
    named = {"Sheet1": rows} if sheets is None else sheets
    state = ' state="hidden"'
    listed = "".join(
        f'<sheet name="{name}" sheetId="{nth}" r:id="r{nth}"{state if name == hidden else ""}/>'
        for nth, name in enumerate(named, 1)
    )
    related = "".join(
        f'<Relationship Id="r{nth}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{nth}.xml"/>'
        for nth, _ in enumerate(named, 1)
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_WORKBOOK_TYPE}"/></Types>',
        )
        parts.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_TYPES}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        parts.writestr(
            "xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_TYPES}/relationships">{related}<Relationship Id="styles"'
            f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        )
        parts.writestr(
            "xl/styles.xml",
            f'<styleSheet {_MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        for nth, sheet in enumerate(named.values(), 1):
            parts.writestr(f"xl/worksheets/sheet{nth}.xml", _sheet(sheet))
    return written.getvalue()


def _sheet(rows: Sequence[Sequence[Any]]) -> str:
    written = "".join(
        f'<row r="{number}">'
        + "".join(_cell(f"{letters(nth)}{number}", cell) for nth, cell in enumerate(row) if cell is not None)
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    return f"<worksheet {_MAIN}><sheetData>{written}</sheetData></worksheet>"


def _cell(place: str, cell: Any) -> str:
    match cell:
        case bool():
            return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
        case datetime():
            serial = (cell - _DAY_ZERO).total_seconds() / 86_400
            return f'<c r="{place}" s="1"><v>{serial}</v></c>'
        case str() if cell.startswith("#"):
            return f'<c r="{place}" t="e"><v>{cell}</v></c>'
        case str():
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        case _:
            return f'<c r="{place}"><v>{cell!r}</v></c>'
