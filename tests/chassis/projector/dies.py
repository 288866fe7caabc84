"""A process that reads and dies between effect and offsets, as in a power cut; run by the tests."""

from __future__ import annotations

import asyncio
import json
import os
import sys

from chassis.database import open_pool
from chassis.projector import Projector
from chassis.settings import Settings
from tests.chassis.projector.probe import FAST, TODAY, things

DIED = 9


async def main() -> None:
    """Read until the given number of pages has been written; die in the next."""
    given = json.loads(sys.argv[1])
    settings = Settings.model_validate(given["settings"])
    reader = things(given["topic"], given["name"])

    async def die() -> None:
        if len(reader.pages) > given["pages"]:
            os._exit(DIED)

    reader.before_commit = die
    pool = await open_pool(given["dsn"])
    await Projector(reader, pool, TODAY, settings, pace=FAST).run()


if __name__ == "__main__":
    asyncio.run(main())
