"""Sends the screenings of the demo one by one, as the officer at the desk, and the acknowledgements, as the offices that receive them.

A second start sends the same commands with the same ids, so that nothing is recorded twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

import httpx2
import orjson

from domnaer.demo.today.screenings import OFFICER, Screening, screenings

_LIST = "/border/pages/screenings"
_REFERRALS = "/border/pages/referrals"
_CHANGED_SINCE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
"""The answers about a crossing or a screening that somebody corrected or voided after the first start."""
_FORM_TOKEN = re.compile(r'action="[^"]*/acknowledgement".*?name="csrf" value="([^"]+)"', re.DOTALL)


class NotAsked(Exception):
    """The border did not record a screening or an acknowledgement of the demo."""


@dataclass(slots=True)
class Asked:
    """The numbers of people who were asked, of their referrals, and of those that an office has acknowledged."""

    people: int = 0
    referrals: int = 0
    acknowledged: int = 0


async def ask_returnees(client_of: Callable[[str], httpx2.AsyncClient]) -> Asked:
    """Record the screenings of today and yesterday with some acknowledgements.

    ``client_of`` returns a client with the token of a person of the demo, in the header for the API and in the cookie for
    pages. Raises NotAsked.
    """
    asked, planned = Asked(), list(screenings())
    people = sorted({OFFICER, *(person for each in planned for person in each.acknowledged_by)})
    clients = {person: client_of(person) for person in people}
    try:
        # Whoever opens a page is known there by name from then on.
        _check(await clients[OFFICER].get(_LIST))
        for each in planned:
            await _ask(clients, each, asked)
    finally:
        for client in clients.values():
            await client.aclose()
    return asked


async def _ask(clients: dict[str, httpx2.AsyncClient], screening: Screening, asked: Asked) -> None:
    answer = await clients[OFFICER].post(
        "/border/screenings",
        content=orjson.dumps(screening.command),
        headers={"Content-Type": "application/json", "Idempotency-Key": str(uuid4())},
    )
    if answer.status_code in _CHANGED_SINCE:
        return
    _check(answer)
    asked.people += 1
    asked.referrals += len(screening.command["referrals"])
    for person in screening.acknowledged_by:
        asked.acknowledged += await _acknowledge(clients[person], screening)


async def _acknowledge(client: httpx2.AsyncClient, screening: Screening) -> bool:
    """Acknowledge a referral by the form of its page; return False if somebody took the referral back."""
    path = f"{_REFERRALS}/{screening.id}"
    page = await client.get(path, headers={"Accept": "text/html"})
    if page.status_code in _CHANGED_SINCE:
        return False
    _check(page)
    form = _FORM_TOKEN.search(page.text)
    if form is not None:  # without it the referral is acknowledged already
        _check(await client.post(f"{path}/acknowledgement", data={"csrf": form[1]}))
    return True


def _check(answer: httpx2.Response) -> None:
    if answer.is_error:
        raise NotAsked(f"{answer.request.url.path}: {answer.status_code} {answer.text[:500]}")
