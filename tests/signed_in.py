"""A client that is signed in to the pages of one service."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.permissions import Caller, Verifier
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.rendering import NavItem, add_pages
from chassis.service import Role, RunningService, Service

SERVICES = Path(__file__).parents[1] / "services"


@dataclass(frozen=True, slots=True)
class _JustIssued:
    """Verifies the tokens of a test as if each was issued a moment ago, so that its session is not over."""

    tokens: Verifier

    def caller(self, token: str) -> Caller:
        return replace(self.tokens.caller(token), issued_at=time.time())


def just_issued(tokens: Verifier) -> Verifier:
    """Return a verifier whose tokens are as of now, so that no session is over."""
    return _JustIssued(tokens)


@asynccontextmanager
async def signed_in(
    service: Service, settings: Settings, nav: NavItem, *, tokens: Any, session: str
) -> AsyncIterator[httpx2.AsyncClient]:
    """Run a service with its pages; ``tokens`` verifies the ``session`` in the client's cookie."""
    async with RunningService(service, settings, Role.API) as running:
        running.app.state.tokens = _JustIssued(tokens)
        add_pages(running.app, settings, [SERVICES / service.name / "templates"], [nav])
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(Starlette(routes=[Mount(f"/{service.name}", running.app)])),
            base_url="http://desk.example",
            cookies={SESSION_COOKIE: session},
            headers={"Accept": "text/html"},
        ) as client:
            yield client
