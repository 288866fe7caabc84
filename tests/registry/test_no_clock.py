"""Fold, view and identity receive the time as an argument and never read a clock, nor does the SQL that settles workers."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REGISTRY = Path(__file__).parents[2] / "services" / "registry"
PURE = sorted(
    [*(REGISTRY.parents[1] / "contracts" / "journeys").glob("*.py"), *(REGISTRY / "identity").glob("*.py")]
)
SETTLING = sorted((REGISTRY / "projections").glob("*.py"))
_CLOCKS = {
    "now",
    "today",
    "utcnow",
    "fromtimestamp",
    "localtime",
    "gmtime",
    "monotonic",
    "time_ns",
    "perf_counter",
}
_MODULES = {"time", "chassis.base.clock", "chassis", "asyncio", "random"}
_SQL_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\bcurrent_(date|time|timestamp)\b",
    re.IGNORECASE,
)


def clocks(source: str) -> list[str]:
    """Return the lines of a module that read a clock or import something that can."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [f"line {node.lineno}: {a.name}" for a in node.names if a.name.split(".")[0] in _MODULES]
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "") in _MODULES or (node.module or "").split(".")[0] in _MODULES:
                found.append(f"line {node.lineno}: {node.module}")
        elif isinstance(node, ast.Attribute) and node.attr in _CLOCKS:
            found.append(f"line {node.lineno}: .{node.attr}")
    return found


def sql_clocks(source: str) -> list[str]:
    """SQL of a module that reads a clock."""
    texts = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return [f"line {text.lineno}" for text in texts if _SQL_CLOCK.search(str(text.value))]


def test_there_is_something_to_look_at() -> None:
    assert {path.name for path in PURE} >= {
        "state.py",
        "flags.py",
        "journeys.py",
        "timeline_event.py",
        "number.py",
        "names.py",
    }


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_no_pure_module_reads_a_clock(path: Path) -> None:
    assert clocks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SETTLING, ids=lambda path: path.name)
def test_no_statement_of_the_projections_reads_a_clock(path: Path) -> None:
    assert sql_clocks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import time",
        "from time import monotonic",
        "from datetime import datetime\nat = datetime.now()",
        "from datetime import date\non = date.today()",
        "import datetime as d\nread = d.datetime.utcnow",
        "from chassis.base.clock import Clock",
    ],
)
def test_a_planted_clock_is_found(planted: str) -> None:
    assert clocks(planted)


@pytest.mark.parametrize(
    "planted", ["'SELECT now()'", "'WHERE at < CURRENT_TIMESTAMP'", "f'SELECT clock_timestamp() - {x}'"]
)
def test_a_planted_clock_in_sql_is_found(planted: str) -> None:
    assert sql_clocks(planted)


def test_the_class_of_a_time_of_day_is_no_clock() -> None:
    assert clocks("from datetime import datetime, time\nat = datetime.combine(day, time())") == []
