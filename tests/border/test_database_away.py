"""While its database is away, the border answers 503 at once, and goes on by itself when the database is back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio
from pydantic import SecretStr

from chassis.base.settings import Settings
from chassis.store.database import is_away
from domnaer.embedded.folder import DataFolder
from domnaer.embedded.postgres import Postgres
from tests.border.post import departure, headers, ndjson, post, recorded, running_border


@pytest_asyncio.fixture(loop_scope="session")
async def postgres() -> AsyncIterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="domnaer-") as name:
        folder = DataFolder(Path(name))
        folder.create()
        found = Postgres(folder)
        await found.start()
        try:
            yield found
        finally:
            await found.stop()


async def test_commands_searches_and_uploads_are_answered_with_503_and_a_time_to_retry(
    postgres: Postgres, settings: Settings
) -> None:
    changed = {"postgres": SecretStr(postgres.dsn("").rstrip("/")), "postgres_passwords": {"border": "own"}}
    own = Settings.model_validate({**settings.model_dump(), **changed})
    async with running_border(own) as (_, http):
        await recorded(http, departure())
        await postgres.stop()
        upload = {**headers("poipet"), "Content-Type": "application/x-ndjson"}
        for _ in range(2):  # the first request finds connections that have ended, the second finds none
            for sending in (
                lambda: post(http, "/crossings", departure()),
                lambda: http.get("/crossings", headers=headers("poipet")),
                lambda: http.post("/crossings/bulk", content=ndjson([departure()]), headers=upload),
            ):
                answer = await sending()
                assert (answer.status_code, answer.headers.get("retry-after")) == (503, "2"), answer.text
                assert answer.json()["type"].endswith("/not-available")
        await postgres.start()
        async with asyncio.timeout(20):
            while (await post(http, "/crossings", departure())).status_code != 201:
                await asyncio.sleep(0.1)


async def test_a_full_disk_is_answered_like_an_absent_database() -> None:
    assert is_away(asyncpg.DiskFullError("could not extend file"))
    assert is_away(asyncpg.InternalClientError("cannot switch to state 15"))
    assert not is_away(asyncpg.CheckViolationError("a row violates a rule"))
