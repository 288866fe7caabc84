"""The border officer's pages: the booth, the crossings of a day, handovers with their persons, and the undo of a record.

A form sends the same command as the API, with an idempotency key of its own.
"""

from __future__ import annotations

from fastapi import APIRouter

from services.border.pages import booth, crossings, handovers, lorry, undo, uploads

NAV = (booth.NAV, crossings.NAV, handovers.NAV)

# The booth has the address of the pages itself, which include_router refuses to add to a router without a prefix.
_PARTS = (booth, undo, crossings, handovers, lorry, uploads)
router = APIRouter(routes=[route for part in _PARTS for route in part.router.routes])
