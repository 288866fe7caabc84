"""The agency's and the reviewer's pages: employment contracts, their terms as a form, employers, and uploads.

A form sends the same command as the API, with an idempotency key of its own.
"""

from __future__ import annotations

from fastapi import APIRouter

from services.recruitment.pages import approvals, choices, contracts, employers, registration, uploads

NAV = (contracts.NAV, employers.NAV)

router = APIRouter()
router.include_router(approvals.router)
router.include_router(uploads.router)
router.include_router(registration.router)
router.include_router(contracts.router)
router.include_router(employers.router)
router.include_router(choices.router)
