"""An officer at the pages of the border, as a browser without JavaScript would send and see them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx2

from chassis.access.sessions import SESSION_COOKIE

PAGES = "/border/pages"


class Desk:
    """A signed-in user who fills in the forms of the pages."""

    def __init__(self, http: httpx2.AsyncClient, who: str) -> None:
        self.http, self.who = http, who
        self.kept: dict[str, str] = {}

    def cookies(self) -> dict[str, str]:
        """Return the header with the session and with what the booth keeps."""
        cookies = {SESSION_COOKIE: self.who, **self.kept}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    async def page(self, path: str = "", status: int = 200) -> str:
        """Open a page."""
        answer = await self.http.get(f"{PAGES}{path}", headers=self.cookies())
        assert answer.status_code == status, answer.text
        return answer.text

    async def posts(self, path: str, data: dict[str, str]) -> httpx2.Response:
        """Send fields to an address, and keep the cookies of the answer."""
        answer = await self.http.post(path, data=data, headers=self.cookies())
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            if name == "domnaer_booth":
                self.kept[name] = value.strip('"')
        return answer

    async def sends(self, page: str, form: str, /, **fields: str) -> httpx2.Response:
        """Fill in the form of a page whose address ends with ``form``, and send it with what it already contains."""
        action, filled = form_of(page, form)
        return await self.posts(action, {**filled, **fields})


def form_of(page: str, form: str) -> tuple[str, dict[str, str]]:
    """Return the address of a form and the values of its fields, as a browser would send them."""
    found = re.search(rf'<form method="post" action="([^"]*{form})".*?</form>', page, re.DOTALL)
    assert found is not None, page
    html, filled = found[0], {}
    for field in re.findall(r"<input [^>]*>", html):
        name, value = _attribute(field, "name"), _attribute(field, "value")
        if 'type="checkbox"' not in field or " checked" in field:
            filled[name] = value
    for name, inner in re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>(.*?)</textarea>', html, re.DOTALL):
        filled[name] = unescape(inner)
    for name, inner in re.findall(r'<select [^>]*name="([\w.]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', inner)
        filled[name] = chosen[1] if chosen else ""
    return found[1], filled


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def text_of(page: str) -> str:
    """Return the words of the page's main part, with single spaces."""
    html = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


async def crossings_of(http: httpx2.AsyncClient, who: str = "poipet", **query: Any) -> list[dict[str, Any]]:
    """Return the crossings of today that a caller reads through the API."""
    answer = await http.get(
        "/border/crossings", params={"limit": 200, **query}, headers={"Authorization": f"Bearer {who}"}
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found
