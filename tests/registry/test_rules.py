"""A change of what the registry tells about the same events needs a new version of the rules.

Builds are filled anew only if their shape changes. A fold that changes without it would settle the workers with new events
by the new rules and leave all others as they were.
"""

from __future__ import annotations

from hashlib import sha256

import orjson

from contracts.envelope import Event, Fact
from contracts.reference.current import ReferenceData, reference_data, use
from services.registry.projections import settled
from services.registry.projections.timeline import RULES, shape
from tests.registry.events import Record, birth, passport
from tests.registry.registry import Build

TOLD = (7, "dafca17bb45acb71")
"""The version of the rules, and a digest of the rows that they settle for :func:`lives`."""


def lives() -> list[Event[Fact]]:
    """Return events of every kind that the fold distinguishes, of a few workers."""
    record = Record()
    first, second, third = (passport(f"N000000{nth}") for nth in (1, 2, 3))
    contract = record.contract(first, days=-20)
    record.approved(contract.stream, days=-10)
    record.departure(first, days=40)
    case = record.case(first, days=90)
    record.acted(case.stream, days=91)
    record.terminated(contract.stream, days=200)
    returned = record.back(first, second, days=210)
    record.reintegration(returned.stream, days=211)
    record.departure(third, days=3)
    mistake = record.deported(third, days=500, name="KEO Dara")
    record.correct(mistake, person=record.person((third,), "KEO Sophea"), days=490)
    record.crossed(third, days=600)
    record.void(record.crossed(third, days=610), days=611)
    record.departure(days=5)
    fourth, fifth = passport("N0000003"), passport("N0000004")
    record.departure(fourth, fifth, days=7, born=birth("1990-04-03"))
    record.departure(fourth, days=60, name="SOK Sophea", born=birth("1996-02-01"))
    record.back(fifth, days=90, born=birth("1990-04-03"))
    return record.made


async def test_rows_of_the_same_events_change_only_with_the_version_of_the_rules(build: Build) -> None:
    await build.receive(*lives())
    await build.settle_all()
    rows = {
        table: sorted(
            (
                orjson.loads(row[0])
                for row in await build.pool.fetch(f"SELECT to_jsonb(t)::text FROM {table} AS t")
            ),
            key=orjson.dumps,
        )
        for table in settled.TABLES
    }
    told = sha256(orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    assert (RULES, told) == TOLD, (
        "raise RULES and put the new digest here: the rows of the same events have changed"
    )


def test_the_shape_changes_with_what_the_reference_data_says() -> None:
    release, before = reference_data(), shape()
    corridors = release.texts["corridors"]
    try:
        use(ReferenceData(release.texts | {"corridors": corridors.replace("general knowledge", "a letter")}))
        assert shape() == before
        use(
            ReferenceData(
                release.texts | {"corridors": corridors.replace("THA,1990-01-01,,60", "THA,1990-01-01,,90")}
            )
        )
        assert shape() != before
    finally:
        use(release)
