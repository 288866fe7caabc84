"""A child process that runs a projector. Tests stop it, or let it exit between effect and offsets, as in a power cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.base.settings import Settings
from chassis.projections.projector import Projector
from chassis.store.database import open_pool
from tests.chassis.projector.example import FAST, TODAY, things

if TYPE_CHECKING:
    from tests.chassis.projector.conftest import ServiceWithReader

DIED = 9
_ROOT = Path(__file__).parents[3]


@contextlib.asynccontextmanager
async def child(machine: ServiceWithReader, *, dies_after: int | None = None) -> AsyncIterator[Process]:
    """Run a child process that reads the topic of the service, and exits after this number of pages."""
    given = {
        "topic": machine.topic_writer.topic,
        "name": machine.name,
        "dsn": machine.dsn,
    }
    given["dies_after"] = dies_after
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chassis.projector.child", json.dumps(given)),
        cwd=_ROOT,
        env={**os.environ, **machine.settings.environ()},
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def main() -> None:
    """Read until killed, or exit in the page after ``dies_after`` pages."""
    given = json.loads(sys.argv[1])
    reader = things(given["topic"], given["name"])

    async def die() -> None:
        if given["dies_after"] is not None and len(reader.pages) > given["dies_after"]:
            os._exit(DIED)

    reader.before_commit = die
    pool = await open_pool(given["dsn"])
    await Projector(reader, pool, TODAY, Settings(), timing=FAST).run()


if __name__ == "__main__":
    asyncio.run(main())
