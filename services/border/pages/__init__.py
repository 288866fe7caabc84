"""The border officer's pages: the booth and the undo of its last record.

A form sends the same command as the API, with an idempotency key of its own.
"""

from __future__ import annotations

from fastapi import APIRouter

from services.border.pages import booth, undo

NAV = (booth.NAV,)

# The booth has the address of the pages itself, which include_router refuses to add to a router without a prefix.
router = APIRouter(routes=[*booth.router.routes, *undo.router.routes])
