"""Invalid uploads: too large, truncated, unreadable, of another type. Each refusal names the exceeded limit."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import AsyncIterator

import httpx2
import pytest

from chassis.uploads import body_reader, scheduler
from chassis.uploads.rows import LINE_LIMIT
from tests.border.post import counts, headers, ndjson, person, returned, send, uploaded


async def outcome_of(
    http: httpx2.AsyncClient, *lines: bytes
) -> tuple[tuple[int, int, int], list[tuple[int, str]]]:
    answer = await send(http, b"".join(lines))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return counts(found), [(one["row"], one["reason"]) for one in found["refusals"]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"kind":"return","occurred_at":"2014-06-12T0', "EOF"),
        (b"\x00\x00\x00", "JSON"),
        (b'{"kind":"return","checkpoint":"\xff\xfe"}', "JSON"),
        (b'{"words":{"note":"\\ud800"}}', "JSON"),
        (b"[]", "object"),
        (b"null", "object"),
        (b'"return"', "object"),
        (b"NaN", ""),
        (b'{"kind":"arrival"}', "arrival"),
        (b"{" * 500, "JSON"),
    ],
)
async def test_an_unreadable_line_is_refused_and_others_are_not(
    http: httpx2.AsyncClient, line: bytes, reason: str
) -> None:
    before, after = ndjson([returned()]), ndjson([returned()])
    found, refusals = await outcome_of(http, before, line + b"\n", after)
    assert found == (2, 0, 1)
    assert [row for row, _ in refusals] == [2]
    assert reason in refusals[0][1]


async def test_a_line_that_is_cut_off_at_the_end_of_the_file_is_refused(http: httpx2.AsyncClient) -> None:
    content = ndjson([returned(), returned()])
    found, refusals = await outcome_of(http, content[:-40])
    assert (found, [row for row, _ in refusals]) == ((1, 0, 1), [2])


async def test_a_last_line_without_its_line_break_is_a_line(http: httpx2.AsyncClient) -> None:
    found, _ = await outcome_of(http, ndjson([returned(), returned()])[:-1])
    assert found == (2, 0, 0)


async def test_empty_lines_and_windows_line_breaks_are_passed_over(http: httpx2.AsyncClient) -> None:
    row = ndjson([returned()])
    found, _ = await outcome_of(http, b"\n\r\n", row.replace(b"\n", b"\r\n"), b"   \n", ndjson([returned()]))
    assert found == (2, 0, 0)


@pytest.mark.parametrize("character", ["\u0000", "\u001b", "\u0085"])
async def test_a_control_character_in_a_text_refuses_its_row(
    http: httpx2.AsyncClient, character: str
) -> None:
    wrong = returned(person=person(name={"latin": f"SOK{character}DARA"}))
    found, refusals = await outcome_of(http, ndjson([wrong, returned()]))
    assert found == (1, 0, 1)
    assert "control character" in refusals[0][1]


async def test_a_line_of_50_mb_is_refused_and_never_held_in_memory(http: httpx2.AsyncClient) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield ndjson([returned()])
        yield b'{"words":{"note":"'
        for _ in range(50):
            yield b"x" * 1_000_000
        yield b'"}}\n' + ndjson([returned()])

    tracemalloc.start()
    try:
        answer = await send(http, content())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert counts(answer.json()) == (2, 0, 1)
    assert answer.json()["refusals"][0]["row"] == 2
    assert f"longer than {LINE_LIMIT // 1024} KiB" in answer.json()["refusals"][0]["reason"]
    assert peak < 15_000_000, peak


async def test_memory_stays_the_same_however_long_the_file_is(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One chunk at a time, in this process: how many chunks overlap depends on the machine, and each takes some 12 MB.
    monkeypatch.setattr(scheduler, "PLACES", 1)
    monkeypatch.setattr(scheduler, "LONG", sys.maxsize)
    reached: list[int] = []

    async def content() -> AsyncIterator[bytes]:
        for nth in range(90):
            yield ndjson([returned() for _ in range(100)])
            if nth in (29, 59, 89):
                reached.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.reset_peak()

    tracemalloc.start()
    try:
        answer = await send(http, content())
    finally:
        tracemalloc.stop()
    assert answer.status_code == 200, answer.text
    assert counts(answer.json()) == (9_000, 0, 0)
    assert reached[2] - reached[1] < 7_500_000, reached  # 3,000 rows themselves are 15 MB


async def test_an_upload_of_300_mb_is_refused_before_it_is_read(http: httpx2.AsyncClient) -> None:
    read = 0

    async def content() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"x"

    answer = await send(http, content(), **{"Content-Length": str(300 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "256 MiB" in answer.json()["detail"]
    assert read == 0


async def test_the_refusal_of_a_too_large_upload_says_what_was_recorded(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_reader, "SIZE_LIMIT", 4 * 1024 * 1024)

    async def content() -> AsyncIterator[bytes]:
        yield ndjson([returned() for _ in range(1_500)])
        for _ in range(8):
            yield b"x" * 1024 * 1024

    answer = await send(http, content())
    assert answer.status_code == 413
    assert "4 MiB" in answer.json()["detail"]
    assert "1,500 were recorded" in answer.json()["detail"]


async def test_the_refusal_of_too_many_rows_says_which_row_comes_next(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert body_reader.ROW_LIMIT == 200_000
    monkeypatch.setattr(body_reader, "ROW_LIMIT", 1_200)
    sent = [returned() for _ in range(1_300)]
    sent[3] = returned(returned_from="ATL")
    answer = await send(http, ndjson(sent))
    assert answer.status_code == 413
    assert "more than 1,200 rows" in answer.json()["detail"]
    assert "1,199 were recorded, 0 were known already and 1 refused" in answer.json()["detail"]
    assert "line 1201" in answer.json()["remedy"]
    assert counts(await uploaded(http, sent[1_200:])) == (100, 0, 0)


async def test_an_upload_without_rows_is_refused(http: httpx2.AsyncClient) -> None:
    for content in (b"", b"\n\n"):
        answer = await send(http, content)
        assert answer.status_code == 422
        assert "no rows" in answer.json()["title"]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "application/x-ndjsonx"])
async def test_the_refusal_of_another_file_type_names_the_right_types(
    http: httpx2.AsyncClient, kind: str
) -> None:
    answer = await send(http, ndjson([returned()]), kind=kind)
    assert answer.status_code == 415
    assert "application/x-ndjson" in answer.json()["remedy"] and "text/csv" in answer.json()["remedy"]


async def test_a_compressed_file_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await send(http, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert answer.status_code == 415
    assert "uncompressed" in answer.json()["remedy"]


async def test_an_upload_needs_the_permission_to_record(http: httpx2.AsyncClient) -> None:
    assert (await send(http, ndjson([returned()]), who="reader")).status_code == 403
    without_key = headers("poipet") | {"Idempotency-Key": "", "Content-Type": "application/x-ndjson"}
    assert (await http.post("/crossings/bulk", content=b"", headers=without_key)).status_code == 400
