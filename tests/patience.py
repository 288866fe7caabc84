"""A client that sends a request again when the server is busy, as its answer 503 asks for: the machine runs other tests as well."""

from __future__ import annotations

import asyncio

import httpx2

_TIMES = 20


class PatientTransport(httpx2.AsyncBaseTransport):
    """Sends requests by another transport, and those that are answered with 503 again, for ten seconds at most."""

    def __init__(self, transport: httpx2.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._transport.handle_async_request(request)
        for _ in range(_TIMES):
            if answer.status_code != 503:
                break
            await answer.aclose()
            await asyncio.sleep(0.5)
            answer = await self._transport.handle_async_request(request)
        return answer
