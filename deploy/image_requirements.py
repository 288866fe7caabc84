"""The part of requirements.lock that the production image installs: what the package needs at work, and nothing else.

``python deploy/image_requirements.py`` says whether ``deploy/requirements.txt`` is up to date; ``--write`` writes it anew.
It asks the installed packages what they need, so it is run where the whole lock is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOME = Path(__file__).parents[1]
LOCK, PART = HOME / "requirements.lock", HOME / "deploy" / "requirements.txt"
_IMAGE = {
    "platform_system": "Linux",
    "sys_platform": "linux",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
}


def needed(roots: Iterable[str]) -> set[str]:
    """The names of all packages that these need on Linux, themselves included."""
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) in found:
                continue
            found.add((name, extra))
            for text in requires(name) or ():
                further = Requirement(text)
                if further.marker is None or further.marker.evaluate({**_IMAGE, "extra": extra}):
                    waiting.append(further)
    return {name for name, _ in found}


def entries(lock: str) -> dict[str, str]:
    """The entries of a lock by package, each with its hashes."""
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?(==.*(?:\n[ \t]+.*)*)", lock, re.MULTILINE)
    return {canonicalize_name(name): name + extras + rest for name, extras, rest in found}


def part_of_lock() -> str:
    """What ``deploy/requirements.txt`` should hold. Raises KeyError for a package that the lock lacks."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    roots = [each for each in project["dependencies"] if _wanted(each)]
    locked = entries(LOCK.read_text(encoding="utf-8"))
    return "".join(f"{locked[name].rstrip()}\n" for name in sorted(needed(roots)))


def _wanted(root: str) -> bool:
    marker = Requirement(root).marker
    return marker is None or marker.evaluate(dict(_IMAGE))


def main() -> int:
    """Compare, or write."""
    wanted = part_of_lock()
    if "--write" in sys.argv[1:]:
        PART.write_text(wanted, encoding="utf-8")
        return 0
    if PART.exists() and PART.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write(
        "deploy/requirements.txt is not what the lock says: python deploy/image_requirements.py --write\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
