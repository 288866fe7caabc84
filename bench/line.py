"""A client that costs little, since what is measured shares the machine with it: HTTP/1.1 over connections kept open."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import orjson


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content: bytes

    def json(self) -> Any:
        """The content read as JSON. Raises RuntimeError with the answer where it is no success."""
        if self.status >= 300:
            raise RuntimeError(f"{self.status}: {self.content.decode()}")
        return orjson.loads(self.content)


class Lines:
    """As many connections to a port as are needed at once, used by turns."""

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

    async def get(self, path: str) -> Answer:
        """Ask for a path."""
        return await self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())

    async def post(self, path: str, content: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Send JSON, or what the headers say."""
        given = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        return await self._ask(f"POST {path} HTTP/1.1\r\n{self._head}{lines}\r\n".encode() + content)

    async def _ask(self, request: bytes) -> Answer:
        reader, writer = (
            self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        )
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        size = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        content = await reader.readexactly(size)
        self._free.append((reader, writer))
        return Answer(status, content)
