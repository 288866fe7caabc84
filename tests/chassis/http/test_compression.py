"""Responses are compressed as the caller accepts it, and a secret of a page cannot be guessed from its length."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import brotli
import httpx2
import pytest
import zstandard
from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Scope

from chassis.access.sessions import SESSION_COOKIE
from chassis.http.middleware import RequestMiddleware
from domnaer.local.issuer import LocalIssuer
from tests.chassis.http.example import OFFICER
from tests.chassis.http.test_sign_in import sign_in, token_in

pytestmark = pytest.mark.asyncio
STYLE = "/static/domnaer.css"


@pytest.fixture
def signed_in(http: httpx2.AsyncClient, issuer: LocalIssuer) -> httpx2.AsyncClient:
    http.cookies.set(SESSION_COOKIE, issuer.token(OFFICER.id), domain="desk.example")
    return http


def _decoded(content: bytes) -> str:
    return zstandard.ZstdDecompressor().decompressobj().decompress(content).decode()


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip", "gzip"), ("zstd;q=0", None), (None, None)],
)
async def test_a_page_is_compressed_as_the_browser_accepts_it(
    signed_in: httpx2.AsyncClient, accepted: str | None, encoding: str | None
) -> None:
    signed_in.headers["accept-encoding"] = accepted or "identity"
    answer = await signed_in.get("/totals")

    assert answer.headers.get("content-encoding") == encoding
    text = _decoded(answer.content) if encoding == "zstd" else answer.text  # httpx knows no zstd
    assert "Rath Visal, Officer at Poipet" in text
    assert {"Accept-Encoding", "Cookie"} <= set(re.split(", ?", answer.headers["vary"]))


async def test_a_request_that_another_site_caused_is_answered_uncompressed(
    signed_in: httpx2.AsyncClient,
) -> None:
    signed_in.headers["accept-encoding"] = "br"
    own = await signed_in.get("/totals", headers={"sec-fetch-site": "same-origin"})
    assert own.headers["content-encoding"] == "br"
    for site in ("cross-site", "same-site"):
        answer = await signed_in.get("/totals", headers={"sec-fetch-site": site})
        assert "content-encoding" not in answer.headers
        assert answer.status_code == 200


async def test_the_secrets_in_a_page_differ_on_every_page_and_all_of_them_are_valid(
    http: httpx2.AsyncClient,
) -> None:
    await sign_in(http)
    pages = [(await http.get("/totals")).text for _ in range(2)]

    for secret in ('name="csrf" value="([0-9a-f]{128})"', 'data-key="([0-9a-f]{128})"'):
        one, other = (set(re.findall(secret, page)) for page in pages)
        assert len(one) == len(other) == 1
        assert not one & other
    for page in pages:
        assert (await http.post("/totals", data={"csrf": token_in(page)})).status_code == 200


async def test_a_token_of_which_one_half_was_changed_or_left_out_is_refused(
    signed_in: httpx2.AsyncClient,
) -> None:
    right = token_in((await signed_in.get("/totals")).text)
    other = "0" if right[-1] != "0" else "1"

    for wrong in (right[:-1] + other, right[64:], right[:64], "0" * 128, "", "ខ្មែរ"):
        answer = await signed_in.post("/totals", data={"csrf": wrong})
        assert answer.status_code == 403, wrong


async def test_a_compressed_file_has_a_weak_tag_with_which_a_browser_need_not_fetch_it_again(
    http: httpx2.AsyncClient,
) -> None:
    plain = await http.get(STYLE, headers={"accept-encoding": "identity"})
    compressed = await http.get(STYLE, headers={"accept-encoding": "zstd"})

    assert compressed.headers["etag"] == "W/" + plain.headers["etag"]
    assert "accept-ranges" in plain.headers and "accept-ranges" not in compressed.headers
    assert _decoded(compressed.content) == plain.text
    assert int(compressed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    again = await http.get(
        STYLE, headers={"accept-encoding": "zstd", "if-none-match": compressed.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_head_states_no_length_that_get_would_not_have(http: httpx2.AsyncClient) -> None:
    plain = await http.head(STYLE, headers={"accept-encoding": "identity"})
    got = await http.get(STYLE, headers={"accept-encoding": "identity"})
    assert plain.headers.get("content-length") in (None, got.headers["content-length"])

    for accepted in ("zstd", "br", "gzip"):
        head = await http.head(STYLE, headers={"accept-encoding": accepted})
        assert head.status_code == 200
        assert "content-length" not in head.headers


async def test_what_is_compressed_already_and_parts_of_files_are_sent_as_they_are(
    app: FastAPI, http: httpx2.AsyncClient
) -> None:
    content = brotli.compress(b"compressed before " * 100)

    async def before(_: object) -> Response:
        return PlainTextResponse(content, headers={"content-encoding": "br"})

    app.router.routes.append(Route("/before", before))
    http.headers["accept-encoding"] = "zstd, br"
    answer = await http.get("/before")
    assert (answer.headers["content-encoding"], answer.text) == ("br", "compressed before " * 100)
    part = await http.get(STYLE, headers={"range": "bytes=0-999"})
    assert (part.status_code, len(part.content)) == (206, 1000)
    assert "content-encoding" not in part.headers


async def _parts(media_type: str, accepted: bytes, parts: list[bytes]) -> tuple[dict[bytes, bytes], bytes]:
    """Send parts as a response; return its headers and body, once each part is known to have left before the next one was made."""
    sent: list[Message] = []
    left_before: list[int] = []

    async def made() -> AsyncIterator[bytes]:
        for part in parts:
            left_before.append(sum(bool(message.get("body")) for message in sent))
            yield part

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: Scope = {
        "type": "http",
        "asgi": {"spec_version": "2.4"},
        "method": "GET",
        "path": "/list",
        "headers": [(b"accept-encoding", accepted)],
    }
    app = RequestMiddleware(StreamingResponse(made(), media_type=media_type))
    await app(scope, receive, send)
    assert left_before == list(range(len(parts)))
    return dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    ("accepted", "opened"),
    [
        (b"br", lambda content: brotli.decompress(content).decode()),
        (b"zstd", _decoded),
    ],
)
async def test_an_exported_list_is_sent_part_by_part_and_compressed(
    accepted: bytes, opened: Callable[[bytes], str]
) -> None:
    parts = [b"name,post\r\n" * 50, b"Sok Chanthy,KH-PPT\r\n" * 50, b"end\r\n"]
    headers, content = await _parts("text/csv; charset=utf-8", accepted, parts)

    assert headers[b"content-encoding"] == accepted
    assert opened(content) == b"".join(parts).decode()
    assert len(content) < 200


async def test_a_stream_of_events_and_the_outcomes_of_an_upload_are_sent_at_once_and_as_they_are() -> None:
    for media_type in ("text/event-stream; charset=utf-8", "application/x-ndjson"):
        parts = [b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n" * 100]
        headers, content = await _parts(media_type, b"zstd, br, gzip", parts)
        assert b"content-encoding" not in headers
        assert content == b"".join(parts)
