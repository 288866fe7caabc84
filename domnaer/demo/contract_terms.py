"""Uploads of agencies, employers and workplaces, and the terms of an employment contract beside work, wage and days.

Everything here is invented, and follows from the row alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domnaer.demo import wording
from domnaer.demo.employers import FISHING, HOUSEHOLDS, workplace_of
from domnaer.demo.lines import Line, Upload, act
from domnaer.demo.rows import AgencyRow, EmployerRow, EmploymentContractRow, WorkplaceRow

_KINDS: Final = {HOUSEHOLDS: "household", FISHING: "vessel", "01": "farm"}
_PHONES: Final = {
    "THA": "+66 2",
    "MYS": "+60 3",
    "KOR": "+82 2",
    "JPN": "+81 3",
    "SGP": "+65",
    "KHM": "+855 23",
}
_IN_KHMER: Final = {
    "Mekong Lotus": "ឈូកមេគង្គ",
    "Angkor Star": "ផ្កាយអង្គរ",
    "Tonle Blue": "ទន្លេខៀវ",
    "Romdoul": "រំដួល",
    "Golden Palm": "ត្នោតមាស",
    "Rumchang": "រំចង់",
    "Sovann Meas": "សុវណ្ណមាស",
}
LEVY_PAID_BY_WORKERS_SINCE: Final = 2013
"""Malaysia let employers deduct the levy from wages from 2013 on."""


def agencies(rows: Sequence[AgencyRow]) -> Iterator[Upload]:
    """Yield the recruitment agencies."""
    lines = [
        act(row) | {"name": {"latin": row.name}, "words": {"licence": row.licence_number}} for row in rows
    ]
    yield Upload("/recruitment/agencies/bulk", lines, rows)


def employers(rows: Sequence[EmployerRow]) -> Iterator[Upload]:
    """Yield the employers abroad, and those in Cambodia."""
    abroad = [row for row in rows if row.country != "KHM"]
    lines = [_employer(row) | {"country": row.country, "region": row.place} for row in abroad]
    yield Upload("/recruitment/employers/bulk", lines, abroad)
    at_home = [row for row in rows if row.country == "KHM"]
    lines = [_employer(row) | {"province": row.place} for row in at_home]
    yield Upload("/reintegration/employers/bulk", lines, at_home)


def _employer(row: EmployerRow) -> Line:
    name: Line = {"latin": row.name}
    if khmer := next((khmer for latin, khmer in _IN_KHMER.items() if row.name.startswith(latin)), None):
        name["khmer"] = f"{khmer} {row.name.rpartition(' ')[2]}"
    number = row.id.int % 10_000
    return act(row) | {
        "name": name,
        "kind": _KINDS.get(row.sector, "company"),
        "sector": row.sector,
        "address": f"No. {number % 300 + 1}",
        "phone": f"{_PHONES[row.country]} 555 {number:04}",
    }


def workplaces(rows: Sequence[WorkplaceRow]) -> Iterator[Upload]:
    """Yield the workplaces abroad."""
    lines = [
        act(row)
        | {
            "employer_id": row.employer_id,
            "name": {"latin": row.name},
            "country": row.country,
            "region": row.place,
        }
        for row in rows
    ]
    yield Upload("/recruitment/workplaces/bulk", lines, rows)


def terms(row: EmploymentContractRow) -> Line:
    """Return the pay and the further terms of a contract. Half of the fishers get a share of the catch and no wage."""
    money = row.wage_currency
    found: Line = {"food": "worker", "lodging": "employer", "hours_per_day": 8, "rest_days_per_month": 4}
    if row.sector == FISHING:
        found |= {"food": "employer", "hours_per_day": 14, "rest_days_per_month": 2}
        found["advance"] = {"amount": "5000", "currency": money}
    elif row.sector == HOUSEHOLDS:
        found |= {"food": "employer", "hours_per_day": 12}
    if row.sector == FISHING and row.id.int % 2:
        found["catch_share"] = str(8 + row.id.int // 2 % 5)
    else:
        found |= {"wage": {"amount": str(row.wage_amount), "currency": money}, "wage_period": row.wage_period}
    if row.destination == "THA":
        found["deductions"] = [_deduction("documents", "150", money)]
    if row.destination == "MYS":
        paid_by_worker = row.occurred_at.year >= LEVY_PAID_BY_WORKERS_SINCE and row.sector != HOUSEHOLDS
        found["levy"] = "worker" if paid_by_worker else "employer"
        if paid_by_worker:
            found["deductions"] = [_deduction("levy", "100", money)]
    if row.destination in wording.CHANNELS:
        found["channel"] = wording.CHANNELS[row.destination]
    if row.employer_id in workplace_of():
        found["workplace_id"] = workplace_of()[row.employer_id]
    return found


def _deduction(kind: str, amount: str, currency: str) -> Line:
    return {"kind": kind, "amount": {"amount": amount, "currency": currency}, "period": "month"}
