"""The type of the fixture ``opens``, and the sizes of the windows that it opens."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Opens = Callable[..., Page]
"""``opens(who, viewport, language)``: a page with the session of a person of the demo, or of nobody."""
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 360, "height": 740}
