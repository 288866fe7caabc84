"""The modules of the chassis that POST /border/crossings passes until its commit, traced."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import httpx2
import pytest
import pytest_asyncio

import chassis
from chassis.store.event_store import CommitConnections
from tests.border.post import recorded, returned

CHASSIS = str(Path(chassis.__file__).parent)
ARCHITECTURE = Path(chassis.__file__).parents[1] / "docs" / "architecture.md"
MOST = 13
pytestmark = pytest.mark.asyncio(loop_scope="session")


class Trace:
    """Collects the modules of the chassis in the order in which a call enters them, until the commit is sent."""

    def __init__(self) -> None:
        self.modules: list[str] = []
        self.reentered: set[str] = set()
        self.ended = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or self.ended:
            return
        module = _module(frame)
        if module is None:
            return
        if frame.f_code is CommitConnections.fetch.__code__:
            self.ended = True
        callers = _callers(frame)
        if module not in self.modules:
            self.modules.append(module)
        elif callers and callers[0] != module and module in callers:
            self.reentered.add(module)


def _module(frame: FrameType) -> str | None:
    name = frame.f_code.co_filename
    return name[len(CHASSIS) + 1 : -3] if name.startswith(CHASSIS) else None


def _callers(frame: FrameType) -> list[str]:
    found = []
    back = frame.f_back
    while back is not None:
        if (module := _module(back)) is not None:
            found.append(module)
        back = back.f_back
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def trace(http: httpx2.AsyncClient) -> Trace:
    """A crossing is recorded twice: what is made once per process is made by then."""
    await recorded(http, returned())
    found = Trace()
    sys.setprofile(found)
    try:
        await recorded(http, returned())
    finally:
        sys.setprofile(None)
    assert found.ended
    return found


async def test_the_modules_up_to_the_commit_are_those_of_the_architecture_document(trace: Trace) -> None:
    section = ARCHITECTURE.read_text("utf-8").partition("## What POST /border/crossings passes")[2]
    documented = re.findall(r"^\d+\. `chassis/([a-z_/]+)\.py`", section.partition("\n## ")[0], re.MULTILINE)
    assert documented == [module for module in trace.modules if not module.startswith("base/")]
    assert len(documented) <= MOST


async def test_control_returns_only_to_the_asgi_callables(trace: Trace) -> None:
    # The body is received through the middleware, which counts it.
    assert trace.reentered <= {"http/middleware"}


def _calling(module: str) -> Callable[[Callable[[], Any]], Any]:
    """A function that calls another, as if it stood in a module of the chassis."""
    source = compile("lambda function: function()", f"{CHASSIS}/{module}.py", "eval")
    found: Callable[[Callable[[], Any]], Any] = eval(source)  # noqa: S307 - a constant
    return found


async def test_a_module_that_is_entered_again_from_another_is_found() -> None:
    routes, execution = _calling("commands/routes"), _calling("commands/execution")
    found = Trace()
    sys.setprofile(found)
    try:
        routes(lambda: execution(lambda: routes(lambda: None)))
    finally:
        sys.setprofile(None)
    assert (found.modules, found.reentered) == (
        ["commands/routes", "commands/execution"],
        {"commands/routes"},
    )
