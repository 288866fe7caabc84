"""The persons of a handover are counted once, whatever way two counts come in at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx2
import pytest

from chassis.base.settings import Settings
from tests.border.post import handover, post, recorded, uploaded
from tests.commits import commits_together

pytestmark = pytest.mark.asyncio(loop_scope="session")
COUNT = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 38, "women": 12}


async def counted(http: httpx2.AsyncClient, group: str, taken: int) -> bool:
    answer = await post(http, f"/handovers/{group}/count", COUNT | {"count_taken": taken})
    assert answer.status_code == 200 or answer.json()["type"].endswith("handover-counted-already")
    return bool(answer.status_code == 200)


async def counted_in_bulk(http: httpx2.AsyncClient, group: str, taken: int) -> bool:
    row = COUNT | {"handover_id": group, "count_taken": taken}
    outcome = await uploaded(http, [row], path="/handovers/counts/bulk")
    assert outcome["taken"] == 1 or "already counted" in outcome["refusals"][0]["reason"], outcome
    return bool(outcome["taken"] == 1)


Count = Callable[[httpx2.AsyncClient, str, int], Coroutine[Any, Any, bool]]
WAYS: tuple[Count, ...] = (counted, counted_in_bulk)


@pytest.mark.parametrize("other", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("one", WAYS, ids=lambda way: way.__name__)
async def test_of_two_counts_at_the_same_moment_one_is_recorded(
    http: httpx2.AsyncClient, settings: Settings, one: Count, other: Count
) -> None:
    group = (await recorded(http, handover(), path="/handovers"))["id"]
    async with commits_together(settings, "border", 2):
        asked = [asyncio.create_task(one(http, group, 38)), asyncio.create_task(other(http, group, 39))]
    assert sorted(await asyncio.gather(*asked)) == [False, True]
