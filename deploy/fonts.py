"""The fonts of the pages: two files of pinned npm packages, copied into the static files together with their licences.

``python deploy/fonts.py`` compares the copies with the packages of the npm registry; ``--write`` copies them anew, after a new
version or integrity was written below. The names of the copies hold the version, because browsers never ask for them again.
"""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

FOLDER = Path(__file__).parents[1] / "chassis" / "pages" / "static" / "fonts"
_REGISTRY = "https://registry.npmjs.org/@fontsource-variable"


@dataclass(frozen=True, slots=True)
class Font:
    """A file of an npm package with the characters of one script; ``integrity`` is the package's, as npm states it."""

    package: str
    version: str
    script: str
    integrity: str

    def copies(self, archive: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the names and contents of the copies: the font with all its weights, and its licence."""
        if self.integrity != "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode():
            raise ValueError(f"{self.package} {self.version} is not the package that was pinned")
        with tarfile.open(fileobj=io.BytesIO(archive)) as package:
            for name, member in (
                (
                    f"{self.package}-{self.version}.woff2",
                    f"files/{self.package}-{self.script}-wght-normal.woff2",
                ),
                (f"{self.package}-LICENSE.txt", "LICENSE"),
            ):
                found = package.extractfile(f"package/{member}")
                assert found is not None, member
                yield name, found.read()


FONTS = (
    Font(
        "noto-sans",
        "5.3.0",
        "latin",
        "sha512-e3ZuxzY9AL2psXPZlhwhnYrHUHv6PMoyK9MQ7croF0CUgURLqu9EMjW7q2FgVLwij1tjLsIHQrnwQ8aUcg4BiA==",
    ),
    Font(
        "noto-sans-khmer",
        "5.3.0",
        "khmer",
        "sha512-txz2DghB/vQXnfnQ3IdkKQgqUAE+wxR0e4oa47/ssrx7PSsrfXzpe0rIu9RxdVzN8VFvxCx2nbXHCkxCmyqyNw==",
    ),
)


def main() -> int:
    """Compare or write the copies; the exit code is 1 if a copy differs."""
    differ = 0
    for font in FONTS:
        address = f"{_REGISTRY}/{font.package}/-/{font.package}-{font.version}.tgz"
        for name, content in font.copies(httpx2.get(address, timeout=60).raise_for_status().content):
            copy = FOLDER / name
            if "--write" in sys.argv[1:]:
                copy.write_bytes(content)
            elif not copy.is_file() or copy.read_bytes() != content:
                sys.stderr.write(f"{name} differs from the package\n")
                differ = 1
    return differ


if __name__ == "__main__":
    sys.exit(main())
