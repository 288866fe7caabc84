"""Asks a service for its health: ``probe.py border`` ends with 0 where it is alive and ready, for the container's health check."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request

PROBES = ("live", "ready")


def main(service: str, port: int = 8080) -> int:
    """Ask; what a probe answers with 503, or not at all, is told on standard error."""
    for probe in PROBES:
        address = f"http://127.0.0.1:{port}/{service}/health/{probe}"
        try:
            urllib.request.urlopen(address, timeout=3).close()
        except (urllib.error.URLError, OSError) as error:
            sys.stderr.write(f"{probe}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:3])))
