"""Invented agencies, employers, vacancies and jobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final
from uuid import UUID

from domnaer.demo.moments import between, chance, id_at, in_daytime, midnight, pick, weighted, written_down
from domnaer.demo.published import FEMALE, MALE, Sex, minimum_wages
from domnaer.demo.rows import AgencyRow, EmployerRow, VacancyRow, WagePeriod, WorkplaceRow

# Domestic work in Malaysia was suspended in October 2011 (policy, 7.6).
SUSPENSION_OF_DOMESTIC_WORK: Final = date(2011, 10, 15)
FISHING: Final = "03"
CONSTRUCTION: Final = "41"
HOUSEHOLDS: Final = "97"


@dataclass(frozen=True, slots=True)
class Job:
    """An ISIC Rev. 4 division and an ISCO-08 unit group."""

    sector: str
    occupation: str


@dataclass(frozen=True, slots=True)
class Wage:
    """A wage and its period."""

    amount: int
    currency: str
    period: WagePeriod


_DOMESTIC: Final = {
    Job(HOUSEHOLDS, "9111"): 84,
    Job(HOUSEHOLDS, "5311"): 10,
    Job(HOUSEHOLDS, "5322"): 6,
}
_MALAYSIAN_FACTORIES: Final = {
    Job("26", "9329"): 40,
    Job("14", "8153"): 30,
    Job("22", "9329"): 20,
    Job("56", "9412"): 10,
}
_KOREAN_FACTORIES: Final = {
    Job("25", "9329"): 45,
    Job("22", "9329"): 25,
    Job("25", "7212"): 10,
    Job("13", "8153"): 8,
    Job("01", "9211"): 12,
}
JOBS: Final[dict[tuple[str, Sex], tuple[Job, ...]]] = {
    ("THA", MALE): weighted(
        {
            Job("41", "9313"): 30,
            Job("41", "7112"): 8,
            Job("03", "9216"): 14,
            Job("03", "6223"): 8,
            Job("10", "8160"): 12,
            Job("10", "9321"): 10,
            Job("01", "9211"): 14,
            Job("49", "8332"): 4,
        }
    ),
    ("THA", FEMALE): weighted(
        {
            Job("10", "8160"): 26,
            Job("10", "9321"): 22,
            Job("41", "9313"): 18,
            Job("01", "9211"): 16,
            Job("14", "8153"): 10,
            Job("56", "9412"): 8,
        }
    ),
    ("MYS", MALE): weighted(_MALAYSIAN_FACTORIES),
    ("MYS", FEMALE): weighted(_DOMESTIC | {Job("26", "9329"): 6, Job("14", "8153"): 4}),
    ("KOR", MALE): weighted(_KOREAN_FACTORIES),
    ("KOR", FEMALE): weighted(_KOREAN_FACTORIES),
    ("JPN", MALE): weighted({Job("25", "7212"): 40, Job("41", "9313"): 35, Job("01", "9211"): 25}),
    ("JPN", FEMALE): weighted({Job("14", "8153"): 60, Job("10", "8160"): 25, Job("01", "9211"): 15}),
    ("SGP", MALE): weighted({Job("41", "9313"): 1}),
    ("SGP", FEMALE): weighted(_DOMESTIC),
}
AFTER_THE_SUSPENSION: Final = weighted(_MALAYSIAN_FACTORIES)

_FIRST_WORDS: Final = {
    "THA": ("Sri Thong", "Rung Arun", "Chai Mongkol", "Fah Sai", "Pracha Ruam", "Thai Siri", "Nam Chok"),
    "MYS": ("Seri Utama", "Bintang Jaya", "Maju Sentosa", "Bukit Hijau", "Harum", "Cahaya Timur"),
    "KOR": ("Haneul", "Saebom", "Dongbit", "Mirae", "Pureun", "Hanbyeol", "Narae"),
    "JPN": ("Aozora", "Minamikawa", "Hoshino", "Kitamori", "Wakaba"),
    "SGP": ("Merlion Park", "Tanah Besar", "Pulau View", "East Garden"),
    "KHM": ("Mekong Lotus", "Angkor Star", "Tonle Blue", "Romdoul", "Golden Palm", "Rumchang", "Sovann Meas"),
}
_PLACES: Final = {
    "THA": ("Samut Sakhon", "Bangkok", "Rayong", "Chonburi", "Trat", "Pathum Thani", "Songkhla"),
    "MYS": ("Selangor", "Penang", "Johor", "Kuala Lumpur"),
    "KOR": ("Gyeonggi", "Gyeongnam", "Chungnam", "Daegu", "Incheon"),
    "JPN": ("Gifu", "Aichi", "Hiroshima", "Ibaraki"),
    "SGP": ("Singapore",),
    "KHM": ("12", "08", "01", "02", "17", "20", "18", "05"),
}
_TRADES: Final = {
    "01": "Farms", "03": "Fisheries", "10": "Foods", "13": "Textiles", "14": "Garments", "22": "Plastics",
    "25": "Metalworks", "26": "Electronics", "41": "Construction", "49": "Transport", "55": "Hotels",
    "56": "Kitchens", "97": "Household",
}  # fmt: skip
_WORK_AT_HOME: Final = (
    (Job("14", "8153"), 140),
    (Job("41", "9313"), 150),
    (Job("56", "9412"), 110),
    (Job("10", "8160"), 120),
    (Job("01", "9211"), 105),
    (Job("49", "8332"), 180),
    (Job("55", "5131"), 125),
)
_AGENCY_WORDS: Final = (
    "Vireak Mean Chey", "Phnom Romdoul", "Apsara Bridge", "Sovann Teuk", "Mekong Horizon", "Chaktomuk Link",
    "Samaki Borey", "Reaksmey Angkor", "Tonle Path", "Ponleu Thmey", "Rung Roeung", "Sam Heng Chey",
    "Kolap Sor", "Prey Lang", "Neary Kapea", "Trey Visay", "Bopha Meas", "Mlob Rom",
)  # fmt: skip
_SENT_TO: Final = (("THA",), ("THA", "MYS"), ("MYS",), ("THA", "JPN"), ("MYS", "SGP"), ("THA", "MYS", "JPN"))
_MONTHLY: Final = {
    "MYS": (900, "MYR", 400),
    "KOR": (1_015_740, "KRW", 160_000),
    "JPN": (115_000, "JPY", 30_000),
    "SGP": (450, "SGD", 150),
}
_FIRST_DAY: Final = date(2004, 7, 1)


@cache
def agencies() -> tuple[AgencyRow, ...]:
    """Return the agencies: eighteen private ones, and the public board, which is the only one that sends to Korea."""
    rng = chance("agencies")
    rows: list[AgencyRow] = []
    for number, word in enumerate(("Public Sending Board", *_AGENCY_WORDS)):
        public = number == 0
        licensed_on = _FIRST_DAY + timedelta(days=2 * number)
        at = midnight(licensed_on) + timedelta(hours=9)
        rows.append(
            AgencyRow(
                id=id_at(at, rng),
                occurred_at=at,
                recorded_at=written_down(at, rng),
                name=word if public else f"{word} Manpower Co., Ltd.",
                licence_number=f"MOLVT-{number:03d}/{licensed_on:%y}",
                licensed_on=licensed_on,
                kind="public" if public else "private",
                province="12",
                destinations=("KOR",) if public else _SENT_TO[number % len(_SENT_TO)],
                deposit_usd=0 if public else 100_000,
            )
        )
    return tuple(rows)


@cache
def agencies_to(destination: str) -> tuple[AgencyRow, ...]:
    """Return the agencies that send to a destination."""
    return tuple(agency for agency in agencies() if destination in agency.destinations)


@cache
def employers() -> tuple[EmployerRow, ...]:
    """Return the employers of every destination and sector that the jobs need, then those in Cambodia."""
    rng = chance("employers")
    wanted = {(country, job.sector) for (country, _), jobs in JOBS.items() for job in jobs}
    wanted |= {("MYS", job.sector) for job in AFTER_THE_SUSPENSION}
    wanted |= {("KHM", job.sector) for job, _ in _WORK_AT_HOME}
    rows: list[EmployerRow] = []
    for country, sector in sorted(wanted):
        for number in range(40 if sector == HOUSEHOLDS else 12):
            at = midnight(_FIRST_DAY) + timedelta(minutes=len(rows))
            rows.append(
                EmployerRow(
                    id=id_at(at, rng),
                    occurred_at=at,
                    recorded_at=written_down(at, rng),
                    name=f"{pick(rng, _FIRST_WORDS[country])} {_TRADES[sector]} {number + 1}",
                    country=country,
                    place=pick(rng, _PLACES[country]),
                    sector=sector,
                )
            )
    return tuple(rows)


@cache
def employers_in(country: str, sector: str) -> tuple[EmployerRow, ...]:
    """Return the employers of a sector in a country."""
    return tuple(e for e in employers() if e.country == country and e.sector == sector)


@cache
def workplaces() -> tuple[WorkplaceRow, ...]:
    """Return the piers and building sites abroad; other work is at the employer's own address."""
    rng = chance("workplaces")
    named = {FISHING: "Pier", CONSTRUCTION: "Site"}
    rows: list[WorkplaceRow] = []
    for employer in employers():
        if employer.country != "KHM" and employer.sector in named:
            at = midnight(_FIRST_DAY) + timedelta(hours=12, minutes=len(rows))
            place = pick(rng, _PLACES[employer.country])
            rows.append(
                WorkplaceRow(
                    id_at(at, rng),
                    at,
                    written_down(at, rng),
                    employer.id,
                    f"{named[employer.sector]} {between(rng, 1, 40)}, {place}",
                    employer.country,
                    place,
                )
            )
    return tuple(rows)


@cache
def workplace_of() -> dict[UUID, UUID]:
    """Return the workplace of each employer that has one, by the ids of both."""
    return {row.employer_id: row.id for row in workplaces()}


@cache
def _minimum_in_thailand() -> int:
    return next(wage.amount for wage in minimum_wages() if wage.country == "THA")


def wage(destination: str, sector: str, year: int, luck: float) -> Wage:
    """Return the wage of a contract, never below a known minimum wage of that time."""
    if destination == "THA":
        if sector in ("01", "03"):
            return Wage(6_000 + int(luck * 8) * 500, "THB", "month")
        return Wage(
            (_minimum_in_thailand() if year >= 2013 else 190 + 5 * (year - 2005)) + int(luck * luck * 6) * 10,
            "THB",
            "day",
        )
    least, currency, spread = _MONTHLY[destination]
    if sector == HOUSEHOLDS and destination == "MYS":
        return Wage(500 + int(luck * 5) * 50, currency, "month")
    if year < 2013:
        least = least * 8 // 10
    return Wage(least + int(luck * luck * 20) * spread // 20, currency, "month")


def vacancies(scale: int) -> Iterator[VacancyRow]:
    """Return twelve vacancies for every month after the mass return, with openings scaled like the replay."""
    rng = chance("vacancies")
    months = [date(2014 + (5 + n) // 12, (5 + n) % 12 + 1, 1) for n in range(18)]
    for month in months:
        for _ in range(12):
            job, least = pick(rng, _WORK_AT_HOME)
            employer = pick(rng, employers_in("KHM", job.sector))
            at = in_daytime(midnight(month + timedelta(days=between(rng, 0, 19))), rng)
            yield VacancyRow(
                id=id_at(at, rng),
                occurred_at=at,
                recorded_at=written_down(at, rng),
                employer_id=employer.id,
                province=employer.place,
                sector=job.sector,
                occupation=job.occupation,
                openings=between(rng, 1, 4) + 400 // scale,
                wage_usd=least + int(rng.random() * 9) * 5,
                closes_on=at.date() + timedelta(days=60),
            )
