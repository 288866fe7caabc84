"""The answer to a file of many records: the page arrives in parts, and says meanwhile how many were taken in.

It needs no script. Records are taken in to the end also if the reader leaves the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.pages.rendering import language_of, pages_of
from services.border.offline.messages import RecordOutcome
from services.border.offline.uploads import OpenedExport

FROM = 100
"""The number of records from which the page arrives in parts."""
EVERY = 50
_HERE = "<!-- progress -->"
"""The place of the template at which the page is divided."""
_running: set[asyncio.Task[Any]] = set()
_log = get_log()

Shown = Callable[[Sequence[RecordOutcome] | None], Response]
"""Renders the page with the outcomes; with None, those of an interrupted file."""


def answer_in_parts(request: Request, export: OpenedExport, shown: Shown) -> Response:
    """Return the page in parts, while the records are taken in."""
    begun = shown(())
    answer = StreamingResponse(_parts(request, export, begun, shown), begun.status_code)
    kept = [(name, value) for name, value in begun.raw_headers if name != b"content-length"]
    answer.raw_headers = [
        *kept,
        (b"content-encoding", b"identity"),
    ]  # a compressed part would wait in a buffer
    return answer


async def _parts(
    request: Request, export: OpenedExport, begun: Response, shown: Shown
) -> AsyncIterator[bytes]:
    yield _divided(begun)[0]
    counted: asyncio.Queue[int] = asyncio.Queue()
    taking = asyncio.create_task(export.take(counted.put_nowait))
    _running.add(taking)
    taking.add_done_callback(_running.discard)
    taking.add_done_callback(lambda _: counted.put_nowait(-1))
    line = pages_of(request).environment(language_of(request)).get_template("offline_import_progress.html")
    while (done := await counted.get()) >= 0:
        if done % EVERY == 0 or done == len(export.records):
            yield line.render(done=done, total=len(export.records)).encode()
    try:
        yield _divided(shown(await taking))[1]
    except Exception as error:
        _log.error(
            "offline_import_interrupted", device=export.device.device, failure=describe_exception(error)
        )
        yield _divided(shown(None))[1]


def _divided(page: Response) -> tuple[bytes, bytes]:
    before, _, after = bytes(page.body).partition(_HERE.encode())
    return before, after
