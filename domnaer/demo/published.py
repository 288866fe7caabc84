"""The published figures as typed rows, and the numbers that the demo loads from them.

The files are copied as printed. An empty cell means that the channel did not exist (`None`); 0 means that it existed
without workers. `domnaer.demo.findings` reports totals that do not add up; they are never corrected.
"""

import csv
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

from domnaer.demo.scaling import scale_table

FIGURES: Final = Path(__file__).with_name("figures")
ALL_DESTINATIONS: Final = "KH-ALL"
DEFAULT_SCALE: Final = 20

Sex = Literal[1, 2]
"""The codes of ISO 5218: 1 male, 2 female."""
MALE: Final[Sex] = 1
FEMALE: Final[Sex] = 2


@dataclass(frozen=True, slots=True)
class DeploymentFigure:
    """Workers deployed through regular channels to one destination in one year."""

    destination: str
    year: int
    total: int | None
    male: int | None
    female: int | None


@dataclass(frozen=True, slots=True)
class MassReturnFigure:
    """People who came back from Thailand through a checkpoint, up to and including a day."""

    checkpoint: str
    through: date
    persons: int
    female: int
    children: int


@dataclass(frozen=True, slots=True)
class DeportationFigure:
    """Deportees handed over at Poipet in a month; `transfers` counts lorries and may be missing."""

    month: date
    persons: int
    men: int
    women: int
    boys: int
    girls: int
    transfers: int | None


@dataclass(frozen=True, slots=True)
class CheckpointName:
    """A border post, with the spellings used in official documents and the press."""

    code: str
    name: str
    aliases: tuple[str, ...]
    province: str
    opposite: str
    country_opposite: str | None
    note: str


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """A minimum wage of a destination, valid from a day on."""

    country: str
    sectors_excluded: tuple[str, ...]
    amount: int
    currency: str
    per: str
    usd_per_month_as_printed: int
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True)
class SurveyShare:
    """The share of the returnees interviewed in 2014 who gave an answer."""

    indicator: str
    share_percent: float
    base: int


@dataclass(frozen=True, slots=True)
class NationalityFigure:
    """A count of one nationality in Thailand: recruited under an MOU, or registered in 2014."""

    nationality: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Expected:
    """The number that the statistics must show for one destination, year and sex after the demo is loaded.

    `published_total` is the printed total of both sexes, `published` the printed figure of this sex;
    `to_load` is how many are replayed. All three are None where the channel did not exist.
    """

    destination: str
    year: int
    sex: Sex
    published_total: int | None
    published: int | None
    to_load: int | None


def _rows(name: str) -> list[dict[str, str]]:
    with (FIGURES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _count(text: str) -> int | None:
    return int(text) if text else None


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@cache
def deployment() -> tuple[DeploymentFigure, ...]:
    """Return every row of the deployment table, including the published total of all destinations."""
    return tuple(
        DeploymentFigure(
            r["destination"], int(r["year"]), _count(r["total"]), _count(r["male"]), _count(r["female"])
        )
        for r in _rows("deployment_by_year")
    )


@cache
def mass_return() -> tuple[MassReturnFigure, ...]:
    """Return the returns until 20 June 2014 at Poipet and at the other posts."""
    return tuple(
        MassReturnFigure(
            r["checkpoint"],
            date.fromisoformat(r["through"]),
            int(r["persons"]),
            int(r["female"]),
            int(r["children"]),
        )
        for r in _rows("mass_return_june_2014")
    )


@cache
def deportations() -> tuple[DeportationFigure, ...]:
    """Return the deportees handed over at Poipet, month by month."""
    return tuple(
        DeportationFigure(
            date.fromisoformat(f"{r['month']}-01"),
            int(r["persons"]),
            int(r["men"]),
            int(r["women"]),
            int(r["boys"]),
            int(r["girls"]),
            _count(r["transfers"]),
        )
        for r in _rows("deportations_poipet_2015")
    )


@cache
def checkpoints() -> tuple[CheckpointName, ...]:
    """Return every post with its codes and spellings."""
    return tuple(
        CheckpointName(
            r["code"],
            r["name"],
            _names(r["aliases"]),
            r["province"],
            r["opposite"],
            r["country_opposite"] or None,
            r["note"],
        )
        for r in _rows("checkpoints")
    )


@cache
def minimum_wages() -> tuple[MinimumWage, ...]:
    """Return the minimum wages of destinations, with the day from which they were valid."""
    return tuple(
        MinimumWage(
            r["country"],
            _names(r["sector_excluded"]),
            int(r["amount"]),
            r["currency"],
            r["per"],
            int(r["usd_per_month_as_printed"]),
            date.fromisoformat(r["valid_from"]),
            r["source"],
        )
        for r in _rows("minimum_wages_2014")
    )


@cache
def survey_of_returnees() -> tuple[SurveyShare, ...]:
    """Return the answers of the 667 returnees interviewed in 2014."""
    return tuple(
        SurveyShare(r["indicator"], float(r["share_percent"]), int(r["base"]))
        for r in _rows("survey_of_returnees_2014")
    )


def survey_share(indicator: str) -> float:
    """Return the share of one answer, between 0 and 1."""
    return next(s.share_percent for s in survey_of_returnees() if s.indicator == indicator) / 100


def _by_nationality(name: str) -> tuple[NationalityFigure, ...]:
    return tuple(
        NationalityFigure(r["nationality"], {k: int(v) for k, v in r.items() if k != "nationality"})
        for r in _rows(name)
    )


@cache
def recruited_by_thailand() -> tuple[NationalityFigure, ...]:
    """Return the workers recruited under the MOUs with Thailand, 2003 to June 2014, as Thailand counted them."""
    return _by_nationality("mou_recruited_by_thailand_2003_2014")


@cache
def registered_in_thailand() -> tuple[NationalityFigure, ...]:
    """Return the workers and dependents registered at Thai one-stop centres, 26 June to 31 October 2014."""
    return _by_nationality("registered_in_thailand_2014")


def last_day() -> date:
    """Return the last day replayed, which is the end of the last published month."""
    month = max(figure.month for figure in deportations())
    return month.replace(day=monthrange(month.year, month.month)[1])


def expected(scale: int = DEFAULT_SCALE) -> tuple[Expected, ...]:
    """Return the table that the loaded history must give, by destination, year and sex.

    Only printed male and female cells are scaled; a printed total is never loaded and never adjusted.
    """
    printed = [
        (figure, sex, figure.male if sex == MALE else figure.female)
        for figure in deployment()
        if figure.destination != ALL_DESTINATIONS
        for sex in (MALE, FEMALE)
    ]
    cells = {(f.destination, f.year, sex): count for f, sex, count in printed if count is not None}
    to_load = scale_table(cells, scale)
    return tuple(
        Expected(f.destination, f.year, sex, f.total, count, to_load.get((f.destination, f.year, sex)))
        for f, sex, count in printed
    )
