"""The page of samples: each component of the pages once, with invented values; docs/look.md describes them.

It is served where the demo runs, and screenshots are taken from it.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from chassis.pages.error_texts import EMPTY, PageError
from chassis.pages.home import WorkCount
from chassis.pages.rendering import pages_of
from chassis.pages.translation import N_

SAMPLES = "/pages/samples"


async def samples_page(request: Request) -> Response:
    """Show the components."""
    return pages_of(request).render(
        request,
        "samples.html",
        counts=(WorkCount(N_("Overdue"), 3, SAMPLES, pressing=True), WorkCount(N_("All"), 1234, SAMPLES)),
        errors=(PageError("sample_choice", *EMPTY),),
        day=date(2014, 6, 12),
        key=uuid4,
    )
