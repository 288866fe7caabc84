"""The border officer's pages: the booth, the crossings of a day, handovers with their persons,
the undo of a record, the private questions with their referrals, and the devices of offline booths.

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
    referrals,
    screenings,
    undo,
    uploads,
)

NAV = (booth.NAV, crossings.NAV, handovers.NAV, screenings.NAV, referrals.NAV, devices.NAV)

# The booth has the address of the pages itself, which include_router refuses to add to a router without a prefix.
_PARTS = (
    booth, undo, crossings, screenings, handovers, lorry, uploads, offline, offline_booth, offline_import, devices,
    referrals,
)  # fmt: skip
router = APIRouter(routes=[route for part in _PARTS for route in part.router.routes])
