"""Employment contracts that wait for their review, most of them with a fault, and those returned to their agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random
from typing import Final
from uuid import UUID, uuid5

from contracts.codes.employment import ContractClause
from domnaer.demo import wording
from domnaer.demo.employers import agencies_to, employers_in
from domnaer.demo.lines import Line, Upload, person_line, words_about
from domnaer.demo.moments import chance
from domnaer.demo.people import DemoWorker
from domnaer.demo.today.people import TODAY, Newcomers, on_day, record

_DAILY_IN_THAILAND: Final = (300, "THB", "day")
_IN_MALAYSIA: Final = (900, "MYR", "month")
_IN_KOREA: Final = (1_015_740, "KRW", "month")
_NOBODY_S: Final = UUID("b7a51ce1-6a3f-4e0c-9d92-2f6f0a5f7c11")
"""Namespace of the UUIDs of employers that contracts name and that have no record."""
_OLDER: Final = {"MYS": 26, "SGP": 27}
"""Ages above the minimum age of the country; 24 elsewhere."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A contract to review, with its fault if it has one."""

    destination: str
    sector: str
    occupation: str
    wage: tuple[int, str, str]
    days_ago: int
    age: int | None = None
    without: tuple[str, ...] = ()
    same_worker_as: int | None = None
    """The number of the contract of the same worker, with which this one overlaps."""
    employer_known: bool = True
    returned_for: tuple[str, ...] = ()


_CONTRACTS: Final = (
    # The first agency of Thailand is that of the demo's clerk.
    _Asked("THA", "41", "9313", (260, "THB", "day"), 6),
    _Asked("THA", "10", "8160", _DAILY_IN_THAILAND, 5, without=("repatriation", "insurance")),
    _Asked("THA", "41", "7112", _DAILY_IN_THAILAND, 5, age=16),
    _Asked("THA", "10", "9321", _DAILY_IN_THAILAND, 4),
    _Asked("THA", "14", "8153", _DAILY_IN_THAILAND, 4, same_worker_as=3),
    _Asked("MYS", "26", "9329", (820, "MYR", "month"), 4),
    _Asked("MYS", "14", "8153", _IN_MALAYSIA, 3, age=19),
    _Asked("KOR", "25", "9329", (905_000, "KRW", "month"), 3),
    _Asked("KOR", "25", "7212", _IN_KOREA, 3),
    _Asked("THA", "56", "9412", (280, "THB", "day"), 2, without=("rest_day", "hours"), age=16),
    _Asked("MYS", "22", "9329", _IN_MALAYSIA, 2, employer_known=False),
    _Asked("JPN", "14", "8153", (118_000, "JPY", "month"), 2, without=("complaint_channel",)),
    _Asked("THA", "41", "9313", (320, "THB", "day"), 1),
    _Asked("MYS", "26", "9329", (950, "MYR", "month"), 1),
    _Asked("THA", "10", "8160", (310, "THB", "day"), 0),
    _Asked("THA", "41", "9313", (250, "THB", "day"), 9, returned_for=("wage_below_minimum",)),
    _Asked("THA", "10", "8160", _DAILY_IN_THAILAND, 8, without=("wage",), returned_for=("missing_clause",)),
    _Asked("THA", "14", "8153", _DAILY_IN_THAILAND, 8, returned_for=("missing_signature",)),
)


@cache
def _clerk_s_agency() -> UUID:
    return next(each.id for each in agencies_to("THA") if each.kind == "private")


def uploads() -> Iterator[Upload]:
    """Yield the contracts, and the returns of a few of them."""
    rng = chance("contracts up for review")
    newcomers = Newcomers("review", rng)
    lines: list[Line] = []
    returns: list[Line] = []
    workers: list[DemoWorker] = []
    for number, asked in enumerate(_CONTRACTS):
        worker = (
            newcomers.person(age=asked.age or _OLDER.get(asked.destination, 24))
            if asked.same_worker_as is None
            else workers[asked.same_worker_as]
        )
        workers.append(worker)
        line = _contract(asked, number, worker, rng)
        lines.append(line)
        if asked.returned_for:
            fields = {
                "contract_id": line["id"],
                "faults": asked.returned_for,
                "clauses_missing": asked.without,
            }
            returns.append(record(on_day(2 - asked.days_ago, 15, number)) | fields)
    yield Upload("/recruitment/employment-contracts/bulk", lines)
    yield Upload("/recruitment/employment-contracts/returns/bulk", returns)


def _contract(asked: _Asked, number: int, worker: DemoWorker, rng: Random) -> Line:
    amount, currency, period = asked.wage
    line = record(on_day(-asked.days_ago, 8 if asked.days_ago == 0 else 14, 2 * number), rng)
    begins = TODAY + timedelta(days=40 + 2 * number)
    agencies = agencies_to(asked.destination)
    of_own_agency = asked.destination == "THA" and (bool(asked.returned_for) or number % 4 == 0)
    employers = employers_in(asked.destination, asked.sector)
    line |= {
        "person": person_line(worker),
        "words": words_about(worker),
        "agency_id": _clerk_s_agency() if of_own_agency else agencies[number % len(agencies)].id,
        "employer_id": employers[number % len(employers)].id
        if asked.employer_known
        else uuid5(_NOBODY_S, asked.sector),
        "terms": {
            "destination": asked.destination,
            "sector": asked.sector,
            "occupation": asked.occupation,
            "wage": {"amount": str(amount), "currency": currency},
            "wage_period": period,
            "hours_per_day": 8,
            "rest_days_per_month": 4,
            "food": "worker",
            "lodging": "employer",
            "starts_on": begins,
            "ends_on": begins + timedelta(days=730),
            "clauses": [each.value for each in ContractClause if each.value not in asked.without],
        },
    }
    if asked.destination in wording.CHANNELS:
        line["terms"]["channel"] = wording.CHANNELS[asked.destination]
    return line
