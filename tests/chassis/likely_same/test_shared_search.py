"""Searches that concurrent requests share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest

from chassis.store.likeness import SharedSearch

FIRST, SECOND, THIRD, FOUND = (uuid4() for _ in range(4))


class Searches:
    """A search that waits until it is let go, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[UUID]] = []
        self.go = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, records: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
        self.asked.append(list(records))
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return {SECOND: [FOUND]}


async def started(shared: SharedSearch, *records: UUID) -> list[asyncio.Task[list[UUID]]]:
    tasks = [asyncio.create_task(shared.find(each)) for each in records]
    await asyncio.sleep(0.01)
    return tasks


async def test_records_asked_for_while_a_search_runs_share_the_next_one() -> None:
    searches = Searches()
    shared = SharedSearch(searches, patience=5)
    asked = [*await started(shared, FIRST), *await started(shared, SECOND, THIRD)]
    searches.go.set()
    assert await asyncio.gather(*asked) == [[], [FOUND], []]
    assert searches.asked == [[FIRST], [SECOND, THIRD]]
    assert await shared.find(SECOND) == [FOUND]


async def test_a_search_that_fails_is_told_to_all_who_asked_and_the_next_one_runs() -> None:
    searches = Searches()
    shared = SharedSearch(searches, patience=5)
    searches.error = OSError("the database is away")
    asked = await started(shared, FIRST, SECOND)
    searches.go.set()
    assert [type(each) for each in await asyncio.gather(*asked, return_exceptions=True)] == [OSError, OSError]
    searches.error = None
    assert await shared.find(SECOND) == [FOUND]


async def test_a_search_that_hangs_is_given_up() -> None:
    searches = Searches()
    shared = SharedSearch(searches, patience=0.01)
    with pytest.raises(TimeoutError):
        await shared.find(FIRST)
    searches.go.set()
    assert await shared.find(SECOND) == [FOUND]


async def test_a_request_that_ends_while_it_waits_harms_no_other() -> None:
    searches = Searches()
    shared = SharedSearch(searches, patience=5)
    _, ended, waiting = [*await started(shared, FIRST), *await started(shared, THIRD, SECOND)]
    ended.cancel()
    searches.go.set()
    assert await waiting == [FOUND]
