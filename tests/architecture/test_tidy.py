"""No leftovers: debugging code, TODO comments without an issue, modules that are too long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("contracts", "chassis", "services", "domnaer", "bench", "tests")
LONGEST = 300
TOO_LONG: frozenset[str] = frozenset()
"""Modules that may be longer, each with a reason; there should be none."""
_NOBODY_KNOWS_WHAT = {"common", "utils", "util", "helpers", "helper", "misc", "manager", "managers"}
_TODO = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b(?!\s*\(?(#\d+|issue \d+))")


def modules(*folders: str) -> Iterator[Path]:
    """Yield the modules of the project in some folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    """Return the name of a module in a finding."""
    return str(path.relative_to(ROOT))


def leftovers(source: str) -> list[str]:
    """Return the leftovers in a module."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("print", "breakpoint")
        ):
            found.append(f"line {node.lineno}: {node.func.id}()")
        elif isinstance(node, ast.Import) and any(alias.name in ("pdb", "ipdb") for alias in node.names):
            found.append(f"line {node.lineno}: a debugger")
    found += [
        f"line {n}: a promise without an issue"
        for n, line in enumerate(source.splitlines(), 1)
        if _TODO.search(line)
    ]
    return found


def test_there_are_no_leftovers() -> None:
    here = Path(__file__)
    found = {
        name(path): rest
        for path in modules(*OURS)
        if path != here and (rest := leftovers(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted", ["print('here')", "breakpoint()", "import pdb", "x = 1  # TODO tidy this up"]
)
def test_a_planted_leftover_is_found(planted: str) -> None:
    assert leftovers(planted)


def test_a_promise_with_an_issue_may_stay() -> None:
    assert leftovers("x = 1  # TODO (#7): tidy this up") == []


def test_no_module_is_longer_than_it_should_be() -> None:
    found = {
        name(path): length
        for path in modules("contracts", "chassis", "services", "domnaer", "bench")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
        and name(path) not in TOO_LONG
    }
    assert found == {}


def test_every_module_in_the_list_of_long_ones_is_long() -> None:
    shorter = [
        each for each in TOO_LONG if len((ROOT / each).read_text(encoding="utf-8").splitlines()) <= LONGEST
    ]
    assert shorter == []


def test_no_module_is_named_utils_or_helpers() -> None:
    assert [name(path) for path in modules(*OURS) if path.stem in _NOBODY_KNOWS_WHAT] == []
