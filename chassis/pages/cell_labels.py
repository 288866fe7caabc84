"""Names the column of each cell that holds a bare number, for narrow screens.

There each row of a table is a block without the heads of its columns, so that "3" alone says nothing. The style sheet shows the
attribute ``data-label`` before the number. It is set here for the tables of all pages, so that no template has to.
"""

from __future__ import annotations

import re
from html import unescape

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_SPAN = re.compile(r'colspan="(\d+)"')
_TAG = re.compile(r"<[^>]*>")
_BARE = re.compile(r"[-+−–]?[0-9០-៩][0-9០-៩\s.,:/%–−-]*|[–—-]")
"""A number, a part of numbers, a time, a day in digits, or the dash of an empty cell."""


def label_cells(html: str) -> str:
    """Return a page whose cells with bare numbers have the head of their column in ``data-label``."""
    return _TABLE.sub(_labelled, html) if "<thead" in html else html


def _labelled(found: re.Match[str]) -> str:
    table = found[0]
    head = _HEAD.search(table)
    if head is None:
        return table
    heads: list[str] = []
    for cell in _CELL.finditer(head[0]):
        heads += [_words(cell[3])] * _columns(cell[2])
    rows = _ROW.sub(lambda row: _row(row[0], heads), table[head.end() :])
    return table[: head.end()] + rows


def _row(row: str, heads: list[str]) -> str:
    column = 0

    def labelled(cell: re.Match[str]) -> str:
        nonlocal column
        at, column = column, column + _columns(cell[2])
        bare = cell[1] == "td" and "data-label" not in cell[2] and _BARE.fullmatch(unescape(_words(cell[3])))
        if not bare or at >= len(heads) or not heads[at]:
            return cell[0]
        label = heads[at].replace('"', "&#34;")
        return f'<td data-label="{label}"{cell[2]}>{cell[3]}</td>'

    return _CELL.sub(labelled, row)


def _columns(attributes: str) -> int:
    span = _SPAN.search(attributes)
    return 1 if span is None else int(span[1])


def _words(content: str) -> str:
    return " ".join(_TAG.sub(" ", content).split())
