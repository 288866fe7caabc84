"""Counts the rows of a list by the query that finds them, so that the count and the list cannot differ."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from chassis.store.database import Pool

Finding = Callable[[Pool, int], Awaitable[object]]
"""Run the query of a list from its beginning, on a pool and for at most so many rows: the first statement is counted."""


class _Counted(Exception):
    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows


class _Counting:
    """Counts the rows of the first statement instead of returning them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def fetch(self, sql: str, *values: Any) -> None:
        rows = await self._pool.fetchval(f"SELECT count(*) FROM ({sql}) AS listed", *values)
        raise _Counted(rows)


async def count_rows(pool: Pool, finding: Finding, most: int) -> int:
    """Return the number of rows of a list, counted up to a number."""
    try:
        await finding(cast(Pool, _Counting(pool)), most)
    except _Counted as counted:
        return counted.rows
    return 0  # the list is empty without a query
