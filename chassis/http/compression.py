"""Compression of responses, for all services: zstd, brotli or gzip, as the caller accepts it.

BREACH: who reads the lengths of encrypted responses, and lets a browser send requests with guesses, can find a secret that
is compressed together with a guess. Two things prevent it. A request that another site caused is answered uncompressed. And
secrets of a page are masked with a random pad, different on every page (chassis.access.masking).
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

add_compress_type("application/problem+json")
add_compress_type("text/csv", streaming=True)  # a long list is sent a page of records at a time
remove_compress_type("text/event-stream")  # an event is a few bytes, and must not wait in a buffer

_LEVEL = 7
"""Level of zstd: Khmer pages are a tenth smaller than at the usual level 4, in the same time; above 8 the time grows."""
_OF_FILES = frozenset({b"accept-ranges", b"last-modified"})
"""Headers that a compressed file does not have: its byte ranges are not served, and a browser checks by its ETag whether it changed."""
_OWN_SITES = (b"same-origin", b"none")


class Compression:
    """ASGI middleware that compresses responses.

    Streams of events, responses that are compressed already, parts of files and short responses are sent as they are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = CompressMiddleware(app, zstd_level=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        if _from_another_site(scope):
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD" and any(name == b"accept-encoding" for name, _ in scope["headers"])

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _right_headers(message["headers"], head)}
            await send(message)

        await self._compressing(scope, receive, sending)


def _from_another_site(scope: Scope) -> bool:
    return any(name == b"sec-fetch-site" and value not in _OWN_SITES for name, value in scope["headers"])


def _right_headers(headers: list[tuple[bytes, bytes]], head: bool) -> list[tuple[bytes, bytes]]:
    """Return the headers with a weak ETag alone if the body is compressed, and without the length that only GET knows.

    A file answers HEAD with the length of the file, which is not that of the compressed file. A strong ETag would say that
    the bytes are the same in each encoding.
    """
    compressed = any(name.lower() == b"content-encoding" for name, _ in headers)
    if compressed:
        return [
            (name, b"W/" + value)
            if name.lower() == b"etag" and not value.startswith(b"W/")
            else (name, value)
            for name, value in headers
            if name.lower() not in _OF_FILES
        ]
    if head:
        return [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return headers


__all__ = ["Compression"]
