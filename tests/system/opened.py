"""The type of the fixture ``opens``, and the sizes of the windows that it opens."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Opens = Callable[..., Page]
"""``opens(who, viewport, language)`` returns a browser page, signed in as that person of the demo, or not signed in if ``who`` is None."""
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 360, "height": 740}
