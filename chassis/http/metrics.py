"""The route ``/metrics``, which Prometheus reads on the port of the process and never through the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from chassis.access.permissions import Everyone
from chassis.base.metrics import READ_WITHIN, REGISTRY

_Open = Annotated[
    None,
    Depends(
        Everyone("Prometheus has no token, the gateway does not serve it, it holds codes and numbers alone")
    ),
]


def metrics_routes(measures: Iterable[Callable[[], Awaitable[None]]]) -> APIRouter:
    """Serve the registry of this process; each of ``measures`` is called first, to read what is not counted."""
    router = APIRouter()
    called = tuple(measures)

    @router.get("/metrics")
    async def metrics(_: _Open) -> Response:
        measuring = [asyncio.ensure_future(measure()) for measure in called]
        if measuring:
            # A query to a hanging database ends long after it was cancelled: the other metrics do not wait for it.
            done, late = await asyncio.wait(measuring, timeout=READ_WITHIN)
            for each in late:
                each.cancel()
            for each in done:
                each.result()
        return Response(generate_latest(REGISTRY), headers={"content-type": CONTENT_TYPE_LATEST})

    return router
