"""Fifteen faults of every kind under load: nothing acknowledged is lost and nothing exists twice."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from tests.chaos.faults import DECK, TARGETS, draw
from tests.chaos.installation import Installation
from tests.chaos.oracle import Oracle
from tests.chaos.run import run_chaos

SEED = 15
PLANTED = {
    "border": (
        (
            "DELETE FROM events WHERE position = (SELECT max(position) FROM events WHERE type LIKE '%departed%')",
            ("the store of border lacks", "the topic of border has events of no store", "rows of crossings"),
        ),
        (
            "INSERT INTO events (event_id, stream, version, type, occurred_at, recorded_at, facts, person, handles,"
            " correlation_id) SELECT gen_random_uuid(), replace(stream, left(stream, 12), 'crossing-fff'), 1, type,"
            " occurred_at, recorded_at, facts, person, handles, correlation_id FROM events"
            " WHERE type LIKE '%returned%' LIMIT 1",
            ("events that nobody was told of",),
        ),
    ),
    "registry": (
        (
            "DELETE FROM timeline_2.facts WHERE event_id = (SELECT event_id FROM timeline_2.facts"
            " WHERE type LIKE '%worker_returned%' LIMIT 1)",
            ("the timelines lack events",),
        ),
    ),
    "reintegration": (
        (
            "DELETE FROM who WHERE node = (SELECT node FROM who LIMIT 1)",
            ("the worker numbers of reintegration",),
        ),
        (
            "DELETE FROM events WHERE position = (SELECT min(position) FROM events WHERE type LIKE '%case_opened%'"
            " AND stream NOT IN (SELECT stream FROM events WHERE type LIKE '%voided%'))",
            ("reintegration cases that do not follow their returns",),
        ),
    ),
}
"""Damage by service: a statement of the superuser, and the differences that the oracle must then report."""


def test_fifteen_faults_in_a_row_have_every_kind() -> None:
    drawn = draw(SEED, 2 * len(DECK), longest=2)
    assert draw(SEED, 2 * len(DECK), longest=2) == drawn, "a seed always gives the same faults"
    for half in (drawn[: len(DECK)], drawn[len(DECK) :]):
        assert {fault.kind for fault in half} == set(TARGETS)


@pytest.mark.timeout(600)
async def test_no_fault_loses_or_repeats_what_was_acknowledged_and_the_oracle_finds_damage(
    tmp_path: Path,
) -> None:
    lines: list[str] = []
    inspected: list[str] = []

    async def inspect(at: Installation, oracle: Oracle) -> None:
        assert await oracle.differences() == []
        for service, planted in PLANTED.items():
            for statement, _ in planted:
                await damage(at, service, statement)
        inspected.extend(await oracle.differences())

    result = await run_chaos(
        tmp_path / "data",
        seed=SEED,
        faults=len(DECK),
        seconds=300,
        longest=2,
        report=lines.append,
        inspect=inspect,
    )
    assert result.differences == [], "\n".join([f"seed {SEED}", *lines])
    assert result.injected.total() + result.impossible.total() == len(DECK)
    assert set(result.impossible) <= {"fill disk"}, "only a full disk needs a right that a machine may refuse"
    for planted in PLANTED.values():
        for _, expected in planted:
            for words in expected:
                assert any(words in difference for difference in inspected), (words, inspected)


async def damage(at: Installation, service: str, statement: str) -> None:
    connection = await asyncpg.connect(at.settings.database(service, owner=True))
    try:
        await connection.execute("SET ROLE NONE; SET session_replication_role = replica")
        assert (await connection.execute(statement)).endswith(" 1")
    finally:
        await connection.close()
