"""The registry's pages: the search with the searches that an officer keeps, and a page per worker."""

from __future__ import annotations

from fastapi import APIRouter

from services.registry.pages import saved_searches, workers

NAV = workers.NAV

router = APIRouter()
router.include_router(workers.router)
router.include_router(saved_searches.router)
