"""Health probes for Kubernetes, Compose and operators: is the process alive, and can it serve?

The API is ready when its database answers and its read models are filled; an unreachable broker does not make it
unready, so that border posts can still record. Relays and projectors have probes of their own. A liveness probe fails only if a loop is blocked: a
process that waits for a broker or a database is alive, since a restart would not help.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from chassis.access.permissions import Everyone
from chassis.base.checks import AnyCheck, Check
from chassis.base.failures import describe_exception

ANSWER_WITHIN = 1.0
_Open = Annotated[None, Depends(Everyone("probes have no token and return only codes and numbers"))]
_PROBES = {
    "ready": (
        "database",
        "Return whether the API can serve: its database answers, and its read models can be used.",
    ),
    "read-models": (
        "read_models",
        "Return whether the read models written with commands follow the store and no stream is set aside.",
    ),
    "relay": ("relay", "Return whether the relay publishes and is not far behind."),
    "relay/live": ("relay_live", "Return whether the loop of the relay runs."),
    "projector": ("projector", "Return whether the projectors read and are not far behind."),
    "projector/live": ("projector_live", "Return whether the loops of the projectors run."),
    "background": (
        "background",
        "Return 503 if background work waits out an error or its oldest entry is too old.",
    ),
    "background/live": ("background_live", "Return 503 if background work makes no progress."),
}
"""Path, name of the check, and description of the probes that run one check each."""


class Health:
    """The probes of an application, from checks by name.

    ``database`` is the readiness of the API; ``read_models``, ``relay``, ``projector`` and ``background`` that of their
    work, and the names ending in ``_live`` its liveness. A probe without a check succeeds.
    """

    def __init__(self, checks: Mapping[str, AnyCheck], *, within: float = ANSWER_WITHIN) -> None:
        self._checks = checks
        self._within = within
        self._started = False
        self.router = APIRouter(prefix="/health", tags=["health"])
        self.router.get("/live", name="live")(self.live)
        self.router.get("/startup", name="startup")(self.startup)
        for path, (check, description) in _PROBES.items():
            name = path.replace("/", "_").replace("-", "_")
            self.router.get(f"/{path}", name=name, description=description)(self._probe(check))

    async def live(self, _: _Open) -> Response:
        """Return whether the process responds."""
        before = time.perf_counter()
        await asyncio.sleep(0)
        return _answer({"loop": Check(True, {"turn_ms": round((time.perf_counter() - before) * 1000, 3)})})

    async def startup(self, _: _Open) -> Response:
        """Return whether the process has started; after the first success it always succeeds."""
        if self._started:
            return _answer({})
        found = await self._run("database")
        self._started = all(check.ok for check in found.values())
        return _answer(found)

    def _probe(self, check: str) -> Any:
        async def probe(_: _Open) -> Response:
            return _answer(await self._run(check))

        return probe

    async def _run(self, name: str) -> dict[str, Check]:
        check = self._checks.get(name)
        if check is None:
            return {}
        try:
            async with asyncio.timeout(self._within):
                return {name: await check()}
        except Exception as error:  # a probe always answers
            return {name: Check(False, {"error": describe_exception(error, places=False).partition("\n")[0]})}


def _answer(found: Mapping[str, Check]) -> Response:
    ok = all(check.ok for check in found.values())
    content: dict[str, Any] = {
        "status": "ok" if ok else "unavailable",
        "checks": {name: {"ok": check.ok, **check.codes} for name, check in found.items()},
    }
    return Response(orjson.dumps(content), 200 if ok else 503, media_type="application/json")
