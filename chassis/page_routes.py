"""The pages of a service: those of its events, of its audit and of the files of its lists, which every service has, and its own."""

from __future__ import annotations

from types import ModuleType

from fastapi import APIRouter, FastAPI

from chassis.audits.pages import audit_pages
from chassis.exports.pages import export_pages
from chassis.pages.choosing import ListWanted, show_list
from chassis.pages.event_pages import event_pages


def add_page_routes(
    app: FastAPI,
    service: str,
    publishes: ModuleType | None,
    own: APIRouter | None,
    coarse_audit: bool = False,
) -> None:
    """Add the pages of a service to its application."""
    pages = [audit_pages(service, records=publishes is not None, coarse=coarse_audit), export_pages()]
    if publishes is not None:
        pages.insert(0, event_pages(service, publishes))
    if own is not None:
        pages.append(own)
        app.add_exception_handler(ListWanted, show_list)
    for each in pages:
        app.include_router(each, prefix="/pages", include_in_schema=False)
