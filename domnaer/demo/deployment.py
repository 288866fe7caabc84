"""Regular workers from 2005 to 2014: employment contract, departure, and for most of them the return.

A cell is a destination, a year and a sex. Its journeys are generated one at a time in the order of departure, and are
always the same: the mass return generates the Thai cells again to find the workers who were abroad in June 2014.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from domnaer.demo import people
from domnaer.demo.employers import (
    AFTER_THE_SUSPENSION,
    JOBS,
    SUSPENSION_OF_DOMESTIC_WORK,
    agencies_to,
    employers_in,
    wage,
)
from domnaer.demo.moments import (
    LAST_MOMENT,
    between,
    chance,
    id_at,
    in_daytime,
    midnight,
    pick,
    weighted,
    written_down,
)
from domnaer.demo.people import DemoWorker, Document
from domnaer.demo.published import FEMALE, Expected, Sex, expected
from domnaer.demo.rows import DepartureRow, EmploymentContractRow, ReturnReason, ReturnRow

AIRPORT: Final = "KH-PNH"
_POSTS_TO_THAILAND: Final = weighted({"KH-POI": 70, "KH-PPR": 10, "KH-CHY": 10, "KH-OSM": 5, "KH-DNG": 5})
# The figures of 2014 end on 18 November, those of Korea on 29 September.
_LAST_DEPARTURE: Final = {("KOR", 2014): date(2014, 9, 29)}
_LAST_DEPARTURE_2014: Final = date(2014, 11, 18)
_MONTHS_OF_CONTRACT: Final = {
    "THA": (24, 24, 24, 12),
    "MYS": (24, 24, 36),
    "KOR": (36, 36, 36, 58),
    "JPN": (36, 36, 12),
    "SGP": (24,),
}
_EARLY_REASONS: Final[tuple[ReturnReason, ...]] = (
    "contract_ended_early",
    "contract_ended_early",
    "illness",
    "family",
    "dispute_with_employer",
)
FLIGHT_BEGAN: Final = midnight(date(2014, 6, 6))
SHARE_THAT_FLED: Final = 0.35


@dataclass(frozen=True, slots=True)
class Journey:
    """One deployment. If `fled` is true, the worker came back in the mass return and `returned` is not used."""

    contract: EmploymentContractRow
    departure: DepartureRow
    returned: ReturnRow | None
    fled: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """The number of workers of a cell, and the serial number before the first of them."""

    destination: str
    year: int
    sex: Sex
    count: int
    serials_from: int


def cells(scale: int) -> Iterator[Cell]:
    """Return the cells in the order of years; serial numbers do not depend on the scale."""
    serial = 0
    for cell in sorted(expected(scale), key=_by_year):
        if cell.to_load is not None and cell.published is not None:
            yield Cell(cell.destination, cell.year, cell.sex, cell.to_load, serial)
            serial += cell.published + 1


def _by_year(cell: Expected) -> tuple[int, str, int]:
    return cell.year, cell.destination, cell.sex


def journeys(cell: Cell) -> Iterator[Journey]:
    """Yield the journeys of a cell in the order of departure."""
    rng = chance(f"deployment {cell.destination} {cell.year} {cell.sex}")
    for number in range(cell.count):
        share = (number + rng.random()) / cell.count
        yield _journey(cell, cell.serials_from + 1 + number, _departure_day(cell, share), rng)


def _departure_day(cell: Cell, share: float) -> datetime:
    first = date(cell.year, 1, 3)
    last = date(cell.year, 12, 29)
    if cell.year == 2014:
        last = _LAST_DEPARTURE.get((cell.destination, 2014), _LAST_DEPARTURE_2014)
    if (cell.destination, cell.year, cell.sex) == ("MYS", 2011, FEMALE):
        # Nearly all departures were before domestic work was suspended.
        if share < 0.96:
            share, last = share / 0.96, SUSPENSION_OF_DOMESTIC_WORK - timedelta(days=1)
        else:
            share, first = (share - 0.96) / 0.04, SUSPENSION_OF_DOMESTIC_WORK
    return midnight(first + timedelta(days=int(share * ((last - first).days + 1))))


def _journey(cell: Cell, who: int, day: datetime, rng: Random) -> Journey:
    destination = cell.destination
    jobs = JOBS[destination, cell.sex]
    if destination == "MYS" and day.date() >= SUSPENSION_OF_DOMESTIC_WORK:
        jobs = AFTER_THE_SUSPENSION
    job = pick(rng, jobs)
    papers = _papers(destination, cell.year, who, rng)
    worker = people.person(rng, who, cell.sex, people.born_for(rng, cell.year), papers[:1], phones=0.6)
    signed_at = in_daytime(day - timedelta(days=between(rng, 20, 70)), rng)
    left_at = in_daytime(day, rng)
    months = pick(rng, _MONTHS_OF_CONTRACT[destination])
    ends_on = day.date() + timedelta(days=months * 30 + months // 2)
    promised = wage(destination, job.sector, cell.year, rng.random())
    contract = EmploymentContractRow(
        id_at(signed_at, rng),
        signed_at,
        written_down(signed_at, rng, 0.8),
        worker,
        pick(rng, agencies_to(destination)).id,
        pick(rng, employers_in(destination, job.sector)).id,
        destination,
        job.sector,
        job.occupation,
        promised.amount,
        promised.currency,
        promised.period,
        day.date() + timedelta(days=2),
        ends_on,
    )
    departure = DepartureRow(
        id_at(left_at, rng),
        left_at,
        written_down(left_at, rng, 0.93),
        people.seen_again(worker, rng, papers),
        pick(rng, _POSTS_TO_THAILAND) if destination == "THA" else AIRPORT,
        destination,
        "work",
        contract.id,
    )
    back_at, reason = _way_back(day, ends_on, rng)
    fled = (
        destination == "THA"
        and left_at < FLIGHT_BEGAN
        and (back_at is None or back_at > FLIGHT_BEGAN)
        and rng.random() < SHARE_THAT_FLED
    )
    returned = None
    if back_at is not None and not fled and back_at <= LAST_MOMENT:
        returned = _return(worker, departure, back_at, reason, rng)
    return Journey(contract, departure, returned, fled)


def _papers(destination: str, year: int, who: int, rng: Random) -> tuple[Document, ...]:
    """Return the documents shown at departure; the employment contract names the first of them."""
    if destination == "THA" and year <= 2013 and rng.random() < 0.25:
        return (people.certificate_of_identity(who), people.worker_card(who))
    return (people.passport_of(who, year), people.worker_card(who))


def _way_back(day: datetime, ends_on: date, rng: Random) -> tuple[datetime | None, ReturnReason]:
    """Return time and reason of a return, or None for a worker whose return is not known."""
    luck = rng.random()
    if luck < 0.10:
        stay = (midnight(ends_on) - day).days
        return in_daytime(day + timedelta(days=between(rng, 30, stay - 30)), rng), pick(rng, _EARLY_REASONS)
    if luck < 0.88:
        return in_daytime(midnight(ends_on) + timedelta(days=between(rng, 1, 40)), rng), "contract_completed"
    return None, "contract_completed"


def _return(
    worker: DemoWorker, departure: DepartureRow, back_at: datetime, reason: ReturnReason, rng: Random
) -> ReturnRow:
    shown = worker.documents
    luck = rng.random()
    if shown[0].kind == "passport" and luck < 0.03:
        # The passport was renewed abroad: showing both links the two numbers.
        shown = (people.next_passport(worker.who), *shown)
    elif luck < 0.10:
        # Without a passport, which employers often kept, the worker returns with the embassy's travel document.
        shown = (people.travel_document(worker.who),)
    elif luck < 0.30:
        shown = (*shown, people.worker_card(worker.who))
    return ReturnRow(
        id_at(back_at, rng),
        back_at,
        written_down(back_at, rng, 0.93),
        people.seen_again(worker, rng, shown),
        departure.checkpoint,
        departure.destination,
        reason,
    )
