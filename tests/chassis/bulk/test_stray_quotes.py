"""A stray double quote costs its own row; the rows after it are read under their own numbers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from chassis.uploads.csv_file import CsvFile
from chassis.uploads.rows import FileRow, adapter_of
from services.border.domain.crossing import RecordCrossing

ADAPTER: TypeAdapter[Any] = adapter_of(RecordCrossing, None)
NAMES = ("kind", "checkpoint", "returned_from", "words.remark", "words.note")


def lines(count: int = 40) -> list[str]:
    return [",".join(NAMES), *(f"return,KH-POI,THA,remark {nth},note {nth}" for nth in range(2, count + 2))]


def rows_of(content: bytes, piece: int = 1 << 20) -> list[FileRow]:
    file = CsvFile(ADAPTER)
    found = [row for at in range(0, len(content), piece) for row in file.feed(content[at : at + piece])]
    return [*found, *file.end()]


def numbers(content: list[str]) -> tuple[list[int], list[int]]:
    """Return the numbers of the rows that are read and of those that are refused."""
    rows = rows_of("\r\n".join(content).encode())
    return [row.number for row in rows if not row.errors], [row.number for row in rows if row.errors]


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (6, ("THA", '"THA')),
        (6, ("return,", '"return,')),
        (6, ("note 6", '"note 6')),
        (6, ("THA", '"TH"A')),
        (6, ("THA", '"""THA')),
        (41, ("THA", '"THA')),
    ],
)
def test_a_stray_quote_refuses_its_row_alone(number: int, change: tuple[str, str]) -> None:
    content = lines()
    content[number - 1] = content[number - 1].replace(*change)
    read, refused = numbers(content)
    assert refused == [number]
    assert read == [each for each in range(2, 42) if each != number]


def test_two_stray_quotes_do_not_join_the_rows_between_them() -> None:
    content = lines()
    content[5] = content[5].replace("THA", '"THA')
    content[9] = content[9].replace("THA", 'THA"')
    read, refused = numbers(content)
    assert refused == [6] and read == [2, 3, 4, 5, *range(7, 42)]


def test_a_quote_within_an_unquoted_cell_is_text() -> None:
    content = lines()
    content[5] = content[5].replace("remark 6", 'remark 6" long')
    assert numbers(content) == ([*range(2, 42)], [])


def test_a_text_of_several_lines_is_one_row_also_after_a_stray_quote() -> None:
    content = lines(4)
    content[1] = content[1].replace("THA", '"THA')
    content[2] = content[2].replace("remark 3", '"one\r\n\r\ntwo ""2"", with a comma"')
    content[3] = content[3].replace("note 4", '"a\nb"')
    assert numbers(content) == ([3, 4, 5], [2])


def test_a_file_of_stray_quotes_is_read_in_time_and_each_line_is_accounted_for() -> None:
    content = [",".join(NAMES), *['x","y'] * 30_000]
    read, refused = numbers(content)
    assert (read, refused) == ([], [*range(2, 30_002)])


@pytest.mark.parametrize("piece", [1, 7, 64])
def test_pieces_of_the_body_make_no_difference(piece: int) -> None:
    content = "\r\n".join([*lines(4), 'return,KH-POI,THA,"ចាន់\r\nសុភាព",x']).encode()
    for encoded in (content, content.decode().encode("utf-16")):
        assert rows_of(encoded, piece) == rows_of(content)
