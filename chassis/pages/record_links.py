"""The addresses of the page of a record, and of the page that shows who looked at it."""

from __future__ import annotations

from chassis.access.permissions import Caller

_PAGES: dict[str, tuple[str, str]] = {}
"""The permission and the list of each page of a record, by the noun of its streams."""


def add_record_page(noun: str, permission: str, list_url: str) -> None:
    """Register the pages of a kind of record: the permission to open one, and the address of the list above it."""
    _PAGES[noun] = (permission, list_url)


def page_of_record(stream: str, caller: Caller) -> str | None:
    """Return the URL of the page of a record, by its stream; None if it has none that the caller may open."""
    needed, list_url = _PAGES.get(stream[:-37], ("", ""))
    return f"{list_url}/{stream[-36:]}" if caller.may(needed) else None


def audit_of_record(service: str, stream: str, caller: Caller) -> str | None:
    """Return the URL of the page that shows who looked at a record; None if the caller may not open it."""
    return f"/{service}/pages/audit/{stream}" if caller.may(f"{service}.audit.read") else None
