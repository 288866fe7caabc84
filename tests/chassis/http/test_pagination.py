"""Cursors: a list continues at its position, and an address never contains a name."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.pagination import CursorUnreadable, Page, decode_cursor, encode_cursor, link_next, page_of

WHEN = datetime(2017, 1, 12, 1, 30, 0, 123456, tzinfo=UTC)


def test_a_cursor_comes_back_as_it_was() -> None:
    some = uuid4()
    key = (WHEN, some, 7, -1.5, "KH-PPT", date(2017, 1, 12))

    assert decode_cursor(encode_cursor(*key), datetime, UUID, int, float, str, date) == key


def test_a_list_is_read_to_its_end_without_a_row_twice() -> None:
    rows, after = list(range(10)), -1
    seen: list[int] = []
    while True:
        behind = [row for row in rows if row > after]
        page = page_of(behind[:4], 3, lambda row: row, lambda row: (row,))
        seen += page.items
        if page.next is None:
            break
        (after,) = decode_cursor(page.next, int)

    assert seen == rows


def test_an_empty_list_has_one_page() -> None:
    assert page_of([], 3, lambda row: row, lambda row: (row,)) == Page(items=(), next=None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "\ud800",
        "W10",
        "eyJhIjoxfQ",
        "bnVsbA",
        encode_cursor("a", "b"),
        encode_cursor(True),
        "A" * 5_000,
    ]
    + [
        base64.urlsafe_b64encode(text).decode()
        for text in (b"[1e999]", b"[" * 5_000, b'["\\ud800"]', b"[99999999999999999999]")
    ],
)
def test_an_invalid_cursor_is_refused(cursor: str) -> None:
    for kind in (int, str, datetime, UUID, date):
        if kind is str and cursor == encode_cursor("a"):
            continue
        with pytest.raises(CursorUnreadable) as refused:
            decode_cursor(cursor, kind)
        assert refused.value.status == 422


def test_a_time_without_offset_is_not_allowed_in_a_cursor() -> None:
    with pytest.raises(CursorUnreadable):
        decode_cursor(encode_cursor("2017-01-12T01:30:00"), datetime)


def test_a_name_cannot_become_part_of_an_address() -> None:
    for name in ("Sok Chanthy", "ចន្ធី"):
        with pytest.raises(ValueError, match="codes, numbers, times and ids"):
            encode_cursor(name, uuid4())


def test_the_next_page_is_linked_with_the_query_kept() -> None:
    request = Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/crossings",
            "query_string": b"limit=3&cursor=old",
            "headers": [(b"host", b"x")],
            "scheme": "http",
        }
    )
    response = Response()
    link_next(request, response, Page(items=(1,), next="bmV3"))

    assert response.headers["link"] == '</crossings?limit=3&cursor=bmV3>; rel="next"'
    link_next(request, last := Response(), Page(items=(1,), next=None))
    assert "link" not in last.headers
