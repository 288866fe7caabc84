"""The registry's pages: the search with the searches that an officer keeps, a page per worker, and the workers in a country."""

from __future__ import annotations

from fastapi import APIRouter

from services.registry.pages import abroad, audit, news, saved_searches, workers

NAV = (workers.NAV, audit.NAV)

router = APIRouter()
router.include_router(workers.router)
router.include_router(news.router)
router.include_router(saved_searches.router)
router.include_router(abroad.router)
router.include_router(audit.router)
