"""The first page of everybody: their own work, as a link per list and the counts of its queues.

A list names in its :class:`~chassis.pages.rendering.NavItem` the address at which its service answers the counts. The page
loads them from there, since services run in processes of their own; without JavaScript it shows the links alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from chassis.access.permissions import Caller, page_caller
from chassis.pages.rendering import pages_of

HOME = "/"


@dataclass(frozen=True, slots=True)
class WorkCount:
    """The count of a queue; ``title`` is a message id, and ``pressing`` counts are emphasised if they are not 0."""

    title: str
    number: int
    url: str
    pressing: bool = False


def render_counts(request: Request, caller: Caller, counts: Sequence[WorkCount]) -> Response:
    """Return the counts of a list, as the part of the first page that its script loads."""
    return pages_of(request).render(request, "work_counts.html", caller=caller, counts=counts)


async def home_page(request: Request) -> Response:
    """Show the first page. Raises SignInFirst."""
    return pages_of(request).render(request, "home.html", caller=page_caller(request), home=HOME)
