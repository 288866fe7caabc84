"""Take pictures of the pages in Debian's Chromium: ``make screenshots``.

The README's picture is written to ``docs/images``. Then every page that a person of the demo can reach from the first page is opened,
and written to ``.build/screenshots`` at 360, 1280 and 1920 pixels in both languages. The table at the end names pages that are
heavier than 60 kB without fonts, or that the server needs more than 100 ms for.
"""

from __future__ import annotations

import sys

from tests.browser import CHROMIUM
from tests.screenshots.desks import desks_pictures
from tests.screenshots.readme import readme_picture


def main(chosen: list[str]) -> int:
    """Take the pictures; with names, only those of these people of the demo. Returns 1 if Chromium is not installed."""
    if not CHROMIUM.exists():
        sys.stderr.write(
            "Chromium is not installed: apt-get install chromium fonts-khmeros fonts-noto-core\n"
        )
        return 1
    if not chosen:
        sys.stdout.write(f"{readme_picture()}\n")
    sys.stdout.write(desks_pictures(chosen))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
