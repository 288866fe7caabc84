"""The attaché's pages: the inbox, one case with its log and its forms, and permits.

A form sends the same command as the API, with an idempotency key of its own.
"""

from __future__ import annotations

from fastapi import APIRouter

from services.consular.pages import boards, cases, inbox, permits, receipts, referrals

NAV = (inbox.NAV, referrals.NAV, permits.NAV)

router = APIRouter()
router.include_router(inbox.router)
router.include_router(boards.router)
router.include_router(cases.router)
router.include_router(permits.router)
router.include_router(receipts.router)
router.include_router(referrals.router)
