"""A small HTTP/1.1 client with open connections. It needs little processor time, which it shares with the servers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import orjson


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and body of an answer."""

    status: int
    content: bytes

    def json(self) -> Any:
        """Return the body parsed as JSON. Raises RuntimeError if the status is 300 or more."""
        if self.status >= 300:
            raise RuntimeError(f"{self.status}: {self.content.decode()}")
        return orjson.loads(self.content)


class HttpClient:
    """A pool of connections to one port; it opens a connection when none is free."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = f"Host: bench\r\nAuthorization: Bearer {token}\r\n"
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, writer in self._free:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def get(self, path: str) -> HttpAnswer:
        """Send a GET request."""
        return await self._send(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())

    async def post(self, path: str, content: bytes, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Send a POST request; the content is JSON unless the headers name another type."""
        given = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        return await self._send(f"POST {path} HTTP/1.1\r\n{self._head}{lines}\r\n".encode() + content)

    async def _send(self, request: bytes) -> HttpAnswer:
        reader, writer = (
            self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        )
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        size = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        content = await reader.readexactly(size)
        self._free.append((reader, writer))
        return HttpAnswer(status, content)
