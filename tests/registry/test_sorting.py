"""The facts of a filled build are stored in the order of their nodes, each once, in short transactions."""

from __future__ import annotations

import itertools

from contracts.envelope import Event, Fact
from services.registry.projections import evidence, sorting
from services.registry.projections.sorting import sort_facts
from tests.registry.events import Record, passport
from tests.registry.registry import Build

_STORED = "SELECT node, occurred_at, event_id FROM facts ORDER BY ctid"


def crossings() -> list[Event[Fact]]:
    """Return the crossings of several workers in the order of time."""
    record = Record()
    return [record.departure(passport(f"N00000{nth % 40:02}"), days=nth) for nth in range(400)]


async def test_each_fact_is_stored_once_beside_those_of_its_node(build: Build) -> None:
    await build.empty()
    await build.pool.execute(sorting.DDL + evidence.FACTS_INDEXES)
    events = crossings()
    await build.receive(*events, marking=False)
    await build.receive(*events[::3], marking=False)

    bounds = await sort_facts(build.pool, every=10, at_once=15)

    stored = [tuple(row) for row in await build.pool.fetch(_STORED)]
    assert len(stored) == len(events)
    assert {each[2] for each in stored} == {event.id for event in events}
    runs = 1 + sum(one[0] != other[0] for one, other in itertools.pairwise(stored))
    assert runs < 80, "the events of a node lie together, but for pages that two tasks fill"
    assert bounds == sorted(bounds)
    assert 10 <= len(bounds) <= 40, "about every tenth"
    assert await build.pool.fetchval("SELECT to_regclass($1)", sorting.TABLE) is None
