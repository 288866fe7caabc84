"""Figures and the list of flags: kept as workers are settled or read by an index, equal to what a scan of everything finds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from services.registry.projections import figures, lists
from services.registry.projections.epochs import begin_epoch
from services.registry.projections.figures import count_figures, figures_by_year
from tests.registry.events import Record, after, new_passport, passport
from tests.registry.office import Office, number_of
from tests.registry.registry import Build, empty_registry


@pytest_asyncio.fixture(loop_scope="session")
async def build(settings: Settings) -> AsyncIterator[Build]:
    async with empty_registry(settings) as registry:
        yield await registry.build()


AT = datetime(2030, 1, 1, tzinfo=UTC)


async def scanned(build: Build) -> list[dict[str, object]]:
    """Return the departures by a scan of all journeys."""
    rows = await build.pool.fetch(figures._COUNTS.format(where="true"))
    departures = [dict(row) for row in rows if row["figure"] == "departures"]
    return sorted(({k: v for k, v in row.items() if k != "figure"} for row in departures), key=str)


async def counted(build: Build) -> list[dict[str, object]]:
    """Return the departures as they are kept."""
    return sorted(await figures_by_year(build.pool, "departures", AT), key=str)


async def test_departures_are_counted_in_slices_and_kept_equal_to_the_journeys(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_COUNTED_AT_ONCE", 3)
    record = Record()
    documents = [passport(f"N00009{nth:02}") for nth in range(10)]
    for nth, document in enumerate(documents):
        await build.receive(
            record.contract(document, days=nth),
            record.departure(document, days=20 + 90 * nth, destination="MYS"),
        )
    await build.settle_all()
    assert len(await scanned(build)) > 1
    assert await counted(build) == await scanned(build)

    killed = await begin_epoch(build.pool)
    assert await count_figures(build.pool, killed)
    # While only some workers are counted, others change, come and go.
    late = record.departure(documents[3], days=1200, destination="MYS")
    await build.receive(
        record.contract(documents[3], days=1190), late, record.contract(new_passport(), days=5)
    )
    await build.settle_all()
    epoch = await begin_epoch(build.pool)
    while await count_figures(build.pool, epoch):
        pass
    await build.receive(record.void(late, days=1300))
    await build.settle_all()

    assert await build.pool.fetchval(figures._COUNTED_TO) == "~"
    assert await counted(build) == await scanned(build)
    assert await build.pool.fetchval(
        "SELECT sum(workers) FROM public.figures WHERE figure = 'departures'"
    ) == sum(
        row["workers"]  # type: ignore[misc]
        for row in await scanned(build)
    )


async def test_the_list_of_flags_looks_through_a_bounded_number_for_a_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SCANNED", 7)
    record = Record(salt="flags")
    left = [record.departure(new_passport(), days=nth) for nth in range(30)]
    await office.knows(*left)
    found: list[str] = []
    cursor, pages = None, 0
    while cursor is not None or not pages:
        answer = await office.get("/flags", limit=5, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        found += [each["number"] for each in answer.json()["items"]]
        cursor, pages = answer.json()["next"], pages + 1
    assert {number_of(event) for event in left} <= set(found)
    assert len(found) == len({*found}) or len(found) == await office.build.pool.fetchval(
        "SELECT count(*) FROM flags"
    )

    distant = office.token("distant", countries=["JPN"])
    first = (await office.get("/flags", distant, limit=5)).json()
    assert (first["items"], first["next"] is not None) == ([], True), "a page of flags that others may see"

    async with office.build.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_sort = off")
        plan = "\n".join(
            row[0]
            for row in await connection.fetch(
                "EXPLAIN SELECT number FROM flags WHERE since <= now() AND (since, number, name) < (now(), '~', '~')"
                " ORDER BY since DESC, number DESC, name DESC LIMIT 10"
            )
        )
    assert "flags_since" in plan and "Sort" not in plan, plan


async def test_an_office_lists_the_flags_that_are_for_it(office: Office) -> None:
    record = Record(salt="addressees")
    agency, child = (
        record.departure(new_passport(), days=5),
        record.back(new_passport(), days=5, role="child"),
    )
    await office.knows(agency, child)
    office.runtime.clock = SimpleNamespace(now=lambda: after(6))  # type: ignore[assignment]

    async def listed(**query: str) -> set[tuple[str, str, str]]:
        items = (await office.get("/flags", limit=200, **query)).json()["items"]
        return {(each["number"], each["name"], each["severity"]) for each in items}

    left = (number_of(agency), "no_contract", "task")
    alone = (number_of(child), "child_alone", "alarm")
    assert {left, alone} <= await listed()
    assert left in await listed(addressee="agency_inspection") and alone not in await listed(severity="task")
    assert alone in await listed(addressee="child_protection", severity="alarm")
    assert await listed(name="no_contract", addressee="mission") == set()
