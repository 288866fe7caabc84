"""The mass return of June 2014: 250,000 people come back from Thailand within three weeks.

The published figures are the counts until 20 June at Poipet and at all other posts together, and "more than 250,000"
for the month. Their distribution over days and other posts is invented around the only known day: 37,744 at Poipet on
13 June.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from domnaer.demo import people
from domnaer.demo.deployment import cells, journeys
from domnaer.demo.lorries import Heads, Load, Passenger, Serials, even_loads, fill
from domnaer.demo.moments import chance, id_at, midnight, written_down
from domnaer.demo.people import DemoWorker
from domnaer.demo.published import FEMALE, MALE, Sex, mass_return
from domnaer.demo.rows import ReturnRow
from domnaer.demo.scaling import apportion, scale_table

PEOPLE_IN_JUNE: Final = 250_000
A_LORRY: Final = 100
SERIALS_FROM: Final = 1_000_000
POIPET: Final = "KH-POI"
_DAYS_AT_POIPET: Final = (
    1_500, 2_600, 4_500, 9_000, 14_500, 25_000, 37_744, 26_000, 20_000, 16_000, 10_500, 6_500, 4_500, 2_427,
)  # fmt: skip
_DAYS_AFTER: Final = (20, 17, 15, 12, 10, 8, 6, 5, 4, 3)
_FIRST_DAY: Final = date(2014, 6, 7)
_OTHER_POSTS: Final = {
    "KH-OSM": 30, "KH-DNG": 16, "KH-PPR": 14, "KH-CHO": 12, "KH-CHY": 10, "KH-BTK": 6, "KH-MAL": 5,
    "KH-PDY": 4, "KH-STB": 3,
}  # fmt: skip
_KINDS: Final = ("men", "women", "boys", "girls")
# Share of the single passengers who have a contract from the regular channel.
_SHARE_KNOWN: Final = 0.12


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The arrivals at one post on one day."""

    day: date
    checkpoint: str
    load: Load


def _published_cells() -> dict[tuple[str, str, str], int]:
    """Return the month by post, period and kind of person; half of the children are girls."""
    early: dict[tuple[str, str], int] = {}
    for figure in mass_return():
        girls = figure.children // 2
        boys = figure.children - girls
        men = figure.persons - figure.female - boys
        counts = (men, figure.female - girls, boys, girls)
        early |= {(figure.checkpoint, kind): count for kind, count in zip(_KINDS, counts, strict=True)}
    late = apportion(PEOPLE_IN_JUNE - sum(early.values()), list(early.values()))
    table = {(post, "early", kind): count for (post, kind), count in early.items()}
    return table | {(post, "late", kind): n for (post, kind), n in zip(early, late, strict=True)}


def arrivals(scale: int) -> list[Arrivals]:
    """Return the plan of the month by day and post; the cells add up to the scaled figures."""
    table = scale_table(_published_cells(), scale)
    plan: dict[tuple[date, str], dict[str, int]] = {}
    for (post, period, kind), count in table.items():
        days = _DAYS_AT_POIPET if period == "early" else _DAYS_AFTER
        first = _FIRST_DAY if period == "early" else _FIRST_DAY + timedelta(days=len(_DAYS_AT_POIPET))
        posts = {POIPET: 1} if post == "Poipet" else _OTHER_POSTS
        slots = [
            (first + timedelta(days=n), code, a * b) for n, a in enumerate(days) for code, b in posts.items()
        ]
        for (day, code, _), share in zip(slots, apportion(count, [w for _, _, w in slots]), strict=True):
            cell = plan.setdefault((day, code), {})
            cell[kind] = cell.get(kind, 0) + share
    return [Arrivals(day, code, Load(**kinds)) for (day, code), kinds in sorted(plan.items())]


def regular_workers_who_fled(scale: int, sex: Sex) -> Iterator[DemoWorker]:
    """Return the workers of the regular Thai cells who were abroad in June 2014 and fled."""
    for cell in cells(scale):
        if cell.destination == "THA" and cell.sex == sex and 2011 <= cell.year <= 2014:
            for journey in journeys(cell):
                if journey.fled:
                    yield journey.departure.person


def returns(scale: int) -> Iterator[ReturnRow]:
    """Yield all returns, lorry by lorry."""
    workers = {sex: regular_workers_who_fled(scale, sex) for sex in (MALE, FEMALE)}
    for cell, serials_from in _with_serials(scale):
        rng = chance(f"mass return rows {cell.day} {cell.checkpoint}")
        for at, aboard in _lorries_of(cell, serials_from, _seat_workers(cell, workers, rng)):
            vehicle_id = id_at(at, rng)
            heads = Heads()
            for place, passenger in enumerate(aboard):
                passed_at = at + timedelta(seconds=12 * place)
                crossing = id_at(passed_at, rng)
                yield ReturnRow(
                    crossing,
                    passed_at,
                    written_down(passed_at, rng, 0.65),
                    passenger.person,
                    cell.checkpoint,
                    "THA",
                    "mass_return",
                    vehicle_id,
                    passenger.family_id,
                    passenger.family_role,
                    passenger.role,
                    passenger.accompanied_by,
                    heads.of(passenger, crossing),
                )


def irregular_people_of(scale: int, day: date, checkpoint: str) -> Iterator[DemoWorker]:
    """Yield the people of one post and day who were never regular workers; some are deported again in 2015."""
    for cell, serials_from in _with_serials(scale):
        if (cell.day, cell.checkpoint) == (day, checkpoint):
            for _, aboard in _lorries_of(cell, serials_from, _leave_their_places_empty(cell)):
                for passenger in aboard:
                    yield passenger.person


def _with_serials(scale: int) -> Iterator[tuple[Arrivals, int]]:
    serials = SERIALS_FROM
    for cell in arrivals(scale):
        yield cell, serials
        serials += cell.load.persons


def _places_of_workers(cell: Arrivals) -> Iterator[bool]:
    """Return the seats of single people that a regular worker takes."""
    rng = chance(f"known among mass return {cell.day} {cell.checkpoint}")
    while True:
        yield rng.random() < _SHARE_KNOWN


def _seat_workers(
    cell: Arrivals, workers: dict[Sex, Iterator[DemoWorker]], rng: Random
) -> Callable[[DemoWorker], DemoWorker]:
    places = _places_of_workers(cell)

    def seated(newcomer: DemoWorker) -> DemoWorker:
        worker = next(workers[newcomer.sex], None) if next(places) else None
        if worker is None:
            return newcomer
        kept_by_employer = rng.random() < 0.4
        return people.seen_again(worker, rng, () if kept_by_employer else worker.documents[:1])

    return seated


def _leave_their_places_empty(cell: Arrivals) -> Callable[[DemoWorker], DemoWorker | None]:
    places = _places_of_workers(cell)
    return lambda newcomer: None if next(places) else newcomer


def _lorries_of(
    cell: Arrivals, serials_from: int, seated: Callable[[DemoWorker], DemoWorker | None]
) -> Iterator[tuple[datetime, Iterator[Passenger]]]:
    """Yield the lorries of a cell; read the passengers of a lorry before the next lorry."""
    rng = chance(f"mass return {cell.day} {cell.checkpoint}")
    serials = Serials(serials_from)
    lorries = max(1, round(cell.load.persons / A_LORRY))
    opening = midnight(cell.day) + timedelta(hours=6)
    for number, load in enumerate(even_loads(cell.load, lorries)):
        at = opening + timedelta(seconds=int((number + rng.random()) * 57_600 / lorries))
        yield at, fill(load, at, rng, serials, people.papers_of_the_irregular, seated)
