"""The open work of each desk on the day that the demo is pinned to: invented, and apart from the published history.

Its dates are relative to that day. No worker here departs under an employment contract, so that the published figures
stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from domnaer.demo.lines import Upload
from domnaer.demo.today import border_post, counselling, mission, review


def uploads() -> Iterator[Upload]:
    """Yield the uploads of all desks, after those of the history: they name its agencies and employers."""
    yield from review.uploads()
    yield from border_post.uploads()
    yield from mission.uploads()
    yield from counselling.uploads()
