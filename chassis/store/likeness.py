"""The search for records that are probably the same, by the columns that :class:`StreamProjection` keeps for it.

What it finds is a hint to the officer who records, and no evidence: nothing is refused, joined or counted by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from chassis.store.append import columns, unnested
from chassis.store.decider import LIKENESS_COLUMNS, StreamProjection, likeness_cells
from contracts.envelope import Event, Fact

MOST = 3
"""The most records that are named as probably the same as another one."""
Drafted = Mapping[UUID, Sequence[Event[Fact]]]
"""Records that are not in the read model, given by their events, as in a dry run."""
_STORED = """(
    SELECT {key} AS record, likely_persons, likely_group, likely_since, likely_until FROM {schema}.{table}
    WHERE {key} = ANY($1::uuid[]) AND likely_group IS NOT NULL
) AS own"""
_KINDS = ("uuid", *(kind for _, kind in LIKENESS_COLUMNS))
_DRAFTED = f"{unnested(_KINDS)} AS own(record, {', '.join(name for name, _ in LIKENESS_COLUMNS)})"
# A name of a record with a document ends with "+": only records without a document look for it.
_FIND = f"""
SELECT own.record, other.record FROM {{own}}
CROSS JOIN LATERAL (
    SELECT string_to_array(replace(own.likely_persons, '+', ''), ' ') AS ids
) AS one
CROSS JOIN LATERAL (
    SELECT one.ids || coalesce((
        SELECT array_agg(same.node::text) FROM who AS known JOIN who AS same USING (number)
        WHERE known.node = ANY(one.ids::uuid[])
        AND NOT (known.retracted OR known.shared OR same.retracted OR same.shared)
    ), '{{{{}}}}') || CASE
        WHEN strpos(own.likely_persons, '+') = 0
        THEN string_to_array(replace(own.likely_persons, ' ', '+ ') || '+', ' ') ELSE '{{{{}}}}'
    END AS ids
) AS person
CROSS JOIN LATERAL (
    SELECT r.{{key}} AS record FROM {{schema}}.{{table}} AS r
    WHERE string_to_array(r.likely_persons, ' ') && person.ids AND r.likely_group = own.likely_group
    AND r.likely_since <= own.likely_until AND r.likely_until >= own.likely_since AND r.{{key}} <> own.record
    ORDER BY r.likely_since DESC, r.{{key}} LIMIT {MOST}
) AS other
"""


@cache
def search_statement(projection: StreamProjection, schema: str, *, drafted: bool = False) -> str:
    """Return the query of :func:`find_alike`, for records of the read model or for drafted ones."""
    names = {"schema": schema, "table": projection.name, "key": projection.key}
    return _FIND.format(own=_DRAFTED if drafted else _STORED.format(**names), **names)


async def find_alike(
    fetch: Callable[..., Awaitable[Sequence[Any]]],
    projection: StreamProjection,
    schema: str,
    records: Sequence[UUID] | Drafted,
) -> dict[UUID, list[UUID]]:
    """Return for each of some records the others that are probably the same, the latest first, by one query.

    Records of the read model are given by their ids and are also compared with each other.
    """
    arguments: list[Any] = [records]
    drafted = isinstance(records, Mapping)
    if isinstance(records, Mapping):
        rows = []
        for record_id, events in records.items():
            if projection.likeness is not None and (likeness := projection.likeness(events)) is not None:
                rows.append((record_id, *likeness_cells(likeness, events)))
        if not rows:
            return {}
        arguments = columns(_KINDS, rows)
    found: dict[UUID, list[UUID]] = {}
    for record_id, other in await fetch(search_statement(projection, schema, drafted=drafted), *arguments):
        found.setdefault(record_id, []).append(other)
    return found


class SharedSearch:
    """Searches for single records together: those asked for while a search runs share the next one.

    A query for each recorded crossing would take as much processor time as recording it (measured with ``bench.capture``).
    ``search`` finds what is the same as some records; ``patience`` is the longest time in seconds that it may take.
    """

    def __init__(
        self, search: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, list[UUID]]]], patience: float
    ) -> None:
        self._search, self._patience = search, patience
        self._waiting: list[tuple[UUID, asyncio.Future[list[UUID]]]] = []
        self._running: asyncio.Task[None] | None = None

    async def find(self, record_id: UUID) -> list[UUID]:
        """Return the records that are probably the same as one record. Raises what the search raises."""
        answer: asyncio.Future[list[UUID]] = asyncio.get_running_loop().create_future()
        self._waiting.append((record_id, answer))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                try:
                    async with asyncio.timeout(self._patience):
                        found = await self._search([record_id for record_id, _ in asked])
                except Exception as error:
                    for _, answer in asked:
                        if not answer.done():  # its request was given up meanwhile
                            answer.set_exception(error)
                    continue
                for record_id, answer in asked:
                    if not answer.done():
                        answer.set_result(found.get(record_id, []))
        finally:
            self._running = None
