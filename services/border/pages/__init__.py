"""The border officer's pages: the booth, the crossings of a day, handovers with their persons,
the undo of a record, and the devices of offline booths.

A form sends the same command as the API, with an idempotency key of its own.
"""

from __future__ import annotations

from fastapi import APIRouter

from services.border.pages import (
    booth,
    crossings,
    devices,
    handovers,
    lorry,
    offline,
    offline_booth,
    offline_import,
    undo,
    uploads,
)

NAV = (booth.NAV, crossings.NAV, handovers.NAV, devices.NAV)

# The booth has the address of the pages itself, which include_router refuses to add to a router without a prefix.
_PARTS = (booth, undo, crossings, handovers, lorry, uploads, offline, offline_booth, offline_import, devices)
router = APIRouter(routes=[route for part in _PARTS for route in part.router.routes])
