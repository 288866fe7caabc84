"""Real servers: one pair for the reading tests, others where a test kills them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from domnaer.embedded.folder import DataFolder, FolderInUse
from domnaer.embedded.infrastructure import Infrastructure, RunningInfrastructure

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]

_CHILD = """
import asyncio, sys
from domnaer.embedded.infrastructure import Infrastructure
async def main():
    async with Infrastructure(sys.argv[1]):
        sys.stdout.write("up\\n")
        sys.stdout.flush()
        await asyncio.sleep(3600)
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return DataFolder(tmp_path_factory.mktemp("domnaer"))


# pytest-asyncio's own decorator would do as well; with asyncio_mode = "auto" this is one of its fixtures.
@pytest.fixture(scope="module", loop_scope="module")
async def running(folder: DataFolder) -> AsyncIterator[RunningInfrastructure]:
    async with Infrastructure(folder) as running:
        yield running
