"""The template of an upload as a workbook: its columns, the choices of a column as a list, and what a column means."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from xml.sax.saxutils import escape

from chassis.uploads.columns import letters
from chassis.uploads.workbook_writer import workbook_of

_LISTS = "Lists"
_ROWS = 20_000
"""Rows in which choices are offered."""
_LONGEST_PROMPT = 255
_SHEET, _OWN = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def template_workbook(
    columns: Sequence[str], lists: Mapping[str, Sequence[str]], prompts: Mapping[str, str]
) -> bytes:
    """Return a workbook of which the first row names the columns.

    ``lists`` are the choices of columns: they are offered in the cells, and kept on a hidden sheet. Another value may be
    typed, since the upload decides. ``prompts`` are shown beside the cells of a column.
    """
    offered = list(dict.fromkeys(tuple(each) for each in lists.values() if each))
    book = _parts(workbook_of({1: list(columns)}))
    checks = list(_checks(columns, lists, prompts, offered))
    if checks:
        checked = f'<dataValidations count="{len(checks)}">{"".join(checks)}</dataValidations>'
        _insert(book, _SHEET, checked, "</worksheet>")
    if offered:
        book[_OWN] = _parts(workbook_of(dict(enumerate(zip_longest(*offered), 1))))[_SHEET]
        _insert(
            book,
            "[Content_Types].xml",
            f'<Override PartName="/{_OWN}" ContentType="{_TYPE}"/>',
            "</Types>",
        )
        _insert(
            book,
            "xl/workbook.xml",
            f'<sheet name="{_LISTS}" sheetId="2" state="hidden" r:id="lists"/>',
            "</sheets>",
        )
        _insert(
            book,
            "xl/_rels/workbook.xml.rels",
            f'<Relationship Id="lists" Type="{_RELATION}" Target="worksheets/sheet2.xml"/>',
            "</Relationships>",
        )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in book.items():
            archive.writestr(name, part)
    return written.getvalue()


def _checks(
    columns: Sequence[str],
    lists: Mapping[str, Sequence[str]],
    prompts: Mapping[str, str],
    offered: Sequence[tuple[str, ...]],
) -> Iterator[str]:
    for nth, name in enumerate(columns):
        choices, prompt = tuple(lists.get(name, ())), prompts.get(name, "")[:_LONGEST_PROMPT]
        if not choices and not prompt:
            continue
        shown = escape(_NOT_IN_XML.sub("\ufffd", prompt), {'"': "&quot;"})
        told = f' showInputMessage="1" prompt="{shown}"' if shown else ""
        cells = f"{letters(nth)}2:{letters(nth)}{_ROWS}"
        if choices:
            at = letters(offered.index(choices))
            formula = f"<formula1>{_LISTS}!${at}$1:${at}${len(choices)}</formula1>"
            yield f'<dataValidation type="list" allowBlank="1"{told} sqref="{cells}">{formula}</dataValidation>'
        else:
            yield f'<dataValidation allowBlank="1"{told} sqref="{cells}"/>'


def _parts(workbook: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _insert(parts: dict[str, str], name: str, text: str, before: str) -> None:
    begin, end, rest = parts[name].rpartition(before)
    parts[name] = begin + text + end + rest
