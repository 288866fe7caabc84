"""Figures are recounted from the timelines that the API answers, and every number is found equal."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from chassis.base.settings import Settings
from contracts.envelope import Event, Fact
from contracts.times import day_of
from services.registry.identity.number import shown
from tests.conftest import Tokens
from tests.registry.events import Record, new_passport
from tests.registry.office import Office, open_office

NOW = datetime(2016, 6, 1, tzinfo=UTC)
Cell = tuple[str, int, int]


def lives() -> Iterator[list[Event[Fact]]]:
    """Yield the events of workers: with and without contracts, on leave, twice recorded, dependants, dead, voided."""
    chance = random.Random(16)
    for nth in range(40):
        record, passport = Record(salt=str(uuid4())), new_passport()
        country = chance.choice(["THA", "MYS", "KOR"])
        terms = {
            "destination": country,
            "sector": "F",
            "occupation": "9313",
            "wage": {"amount": "300.00", "currency": "USD"},
            "wage_period": "month",
            "starts_on": date(2014, 1, 20),
            "ends_on": date(2016, 1, 19),
        }
        sex = chance.choice([0, 1, 2])
        if chance.random() < 0.7:
            record.contract(passport, days=-20, terms=terms, sex=sex)
        left = record.departure(passport, days=25, destination=country, sex=sex)
        match nth % 8:
            case 0:  # home leave, and then the end
                record.back(passport, days=200, returned_from=country, reason="visit_home", sex=sex)
                record.departure(passport, days=215, destination=country, sex=sex)
                record.back(passport, days=700, returned_from=country, reason="contract_completed", sex=sex)
            case 1:  # recorded twice
                record.departure(passport, days=25.01, destination=country, sex=sex)
            case 2:
                record.deported(passport, days=500, returned_from=country, sex=sex)
            case 3:
                record.departure(passport, days=900, destination=country, role="dependant", sex=sex)
            case 4:
                record.back(passport, days=300, returned_from=country, reason="remains", sex=sex)
            case 5:
                record.void(left, days=30)
            case 6:  # on leave today
                record.back(passport, days=875, returned_from=country, reason="visit_home", sex=sex)
            case 7:  # came back from elsewhere, and left for another country
                record.back(passport, days=400, returned_from="VNM", reason="contract_ended_early", sex=sex)
                record.departure(passport, days=470, destination="MYS", sex=sex)
        yield record.made


def recounted(timelines: list[dict[str, Any]]) -> dict[str, Counter[Cell]]:
    """Return the figures as a reader of timelines would count them."""
    found: dict[str, Counter[Cell]] = {"departures": Counter(), "returns": Counter(), "remains": Counter()}
    for timeline in timelines:
        sex, where = timeline["sex"], timeline["whereabouts"]
        for journey in timeline["journeys"]:
            if not journey["work"]:
                continue
            if journey["departed_at"] is not None and journey["employment_contracts"]:
                found["departures"][journey["stays"][0]["country"], _year(journey["departed_at"]), sex] += 1
            if journey["returned_at"] is not None and journey["ended"]:
                found["returns"][journey["country"], _year(journey["returned_at"]), sex] += 1
        if where["remains_home_at"] is not None:
            found["remains"][where["country"], _year(where["remains_home_at"]), sex] += 1
    return found


def _year(instant: str) -> int:
    return day_of(datetime.fromisoformat(instant)).year


async def test_every_figure_is_what_the_timelines_say(settings: Settings, token_of: Tokens) -> None:
    async with open_office(settings, token_of) as office:
        office.runtime.clock = SimpleNamespace(now=lambda: NOW)  # type: ignore[assignment]
        for events in lives():
            await office.knows(*events)
        numbers = [row["number"] for row in await office.build.pool.fetch("SELECT number FROM workers")]
        timelines = [(await office.get(f"/workers/{shown(number)}/timeline")).json() for number in numbers]
        expected = recounted(timelines)
        assert all(expected.values()), "each figure counts somebody"
        for figure, cells in expected.items():
            assert await _answered(office, figure) == cells, figure


async def _answered(office: Office, figure: str) -> Counter[Cell]:
    reads = office.token(permissions=("registry.figures.read",))
    answer = await office.get(f"/figures/{figure}", reads)
    assert answer.status_code == 200, answer.text
    country = "destination" if figure == "departures" else "country"
    return Counter({(row[country], row["year"], row["sex"]): row["workers"] for row in answer.json()})
