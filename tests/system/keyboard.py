"""A person at a page who has no mouse: everything is reached by Tab and done by keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

_HERE = "selector => document.activeElement?.matches(selector) ?? false"
_SEEN = """() => { const e = document.activeElement, s = getComputedStyle(e);
const seen = e === document.body || e.closest("svg") || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2);
return seen ? "" : e.outerHTML.slice(0, 200); }"""
_MOST_TABS = 150
_KHMER = re.compile(r"[\u1780-\u17ff]")


@dataclass
class Keyboard:
    """Presses keys on a page. Selectors name fields and addresses, so that a story is the same in each language."""

    page: Page
    language: str

    def to(self, selector: str) -> None:
        """Press Tab until an element has the focus, which must be visible on the way."""
        for _ in range(_MOST_TABS):
            if self.page.evaluate(_HERE, selector):
                return
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(_SEEN)
            assert here == "", f"the focus cannot be seen on the way to {selector}: {here}"
        raise AssertionError(f"no way to {selector} by Tab on {self.page.url}")

    def write(self, selector: str, text: str) -> None:
        """Type in a field, in place of what it has."""
        self.to(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, selector: str, value: str) -> None:
        """Choose from a list with the arrow keys."""
        self.to(selector)
        self.page.keyboard.press("Home")
        options = self.page.locator(f"{selector} option").count()
        for _ in range(options):
            if self.page.locator(selector).input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} has no {value}")

    def look_up(self, selector: str, text: str) -> None:
        """Type a part of a name, and take the first that is found."""
        self.write(selector, text)
        expect(self.page.locator(selector)).to_have_attribute("aria-expanded", "true")
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(selector)).to_have_attribute("aria-expanded", "false")

    def press(self, selector: str) -> None:
        """Go to a button, a link or the title of a folded part, and press Enter."""
        self.to(selector)
        self.page.keyboard.press("Enter")

    def sends(self, selector: str) -> None:
        """Press the button of a form, and wait for the answer."""
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfolds(self, summary: str, field: str) -> None:
        """Open a folded part, if the page does not show it open."""
        if not self.page.locator(field).is_visible():
            self.press(summary)
        expect(self.page.locator(field)).to_be_visible()

    def tick(self, selector: str) -> None:
        """Go to a box and tick it, if it is not ticked."""
        self.to(selector)
        if not self.page.locator(selector).is_checked():
            self.page.keyboard.press("Space")
        expect(self.page.locator(selector)).to_be_checked()

    def opens(self, path: str) -> None:
        """Follow the link to a path from where the focus is."""
        self.press(f'a[href="{path}"]')
        self.arrived(path)

    def arrived(self, path: str | re.Pattern[str]) -> None:
        """Wait for a page, and see that it is in the person's language."""
        self.page.wait_for_url(re.compile(re.escape(path) + "$") if isinstance(path, str) else path)
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        words = self.page.locator("header nav").inner_text()
        assert bool(_KHMER.search(words)) == (self.language == "km"), words

    def sees(self, selector: str, text: str = "") -> Locator:
        """Wait until something is shown, with a text."""
        found = self.page.locator(selector).filter(has_text=text).first
        expect(found).to_be_visible()
        return found
