"""The table of the numbers published, loaded and counted, and their differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.table import Table

from domnaer.demo.findings import Finding
from domnaer.demo.published import FEMALE, MALE, Sex, expected

Cell = tuple[str, int, int]
"""A cell: destination, year and sex."""
Counts = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers of a destination in a year: None if the channel did not exist, 0 if it existed without workers."""

    destination: str
    year: int
    total: int | None
    published: Mapping[Sex, int | None]
    to_load: Mapping[Sex, int | None]
    loaded: Mapping[Sex, int]
    counted: Mapping[Sex, int]

    def differences(self) -> list[str]:
        """Return the numbers that were not loaded or counted completely."""
        found = []
        for sex, word in ((MALE, "male"), (FEMALE, "female")):
            asked, loaded, counted = self.to_load[sex] or 0, self.loaded[sex], self.counted[sex]
            if not asked == loaded == counted:
                found.append(
                    f"{self.destination} {self.year} {word}: {asked:,} to load, {loaded:,} loaded,"
                    f" {counted:,} counted by the registry"
                )
        return found


def lines(scale: int, loaded: Counts, counted: Counts) -> list[Line]:
    """Return one line for each destination and year that was published, loaded or counted."""
    cells = {(each.destination, each.year, each.sex): each for each in expected(scale)}
    years = sorted({(destination, year) for destination, year, _ in (*cells, *loaded, *counted)})
    found = []
    for destination, year in years:
        of = {sex: cells.get((destination, year, sex)) for sex in (MALE, FEMALE)}
        first = of[MALE] or of[FEMALE]
        found.append(
            Line(
                destination,
                year,
                first.published_total if first else None,
                {sex: each.published if each else None for sex, each in of.items()},
                {sex: each.to_load if each else None for sex, each in of.items()},
                {sex: loaded.get((destination, year, sex), 0) for sex in of},
                {sex: counted.get((destination, year, sex), 0) for sex in of},
            )
        )
    return found


def shown(lines: Iterable[Line], scale: int) -> Table:
    """Return the table to print."""
    table = Table(title=f"Workers deployed, at 1:{scale}", box=None, pad_edge=False)
    for head in ("destination", "year"):
        table.add_column(head, vertical="bottom")
    for head in (
        "published\ntotal",
        "\nmale",
        "\nfemale",
        "loaded\nmale",
        "\nfemale",
        "counted\nmale",
        "\nfemale",
        "",
    ):
        table.add_column(head, justify="right", no_wrap=True)
    for line in lines:
        numbers = [line.total, *_both(line.published)]
        ours = [*_both(line.loaded), *_both(line.counted)]
        closed = line.total is None and not any(ours)
        table.add_row(
            line.destination,
            str(line.year),
            *(_number(each) for each in (*numbers, *([None] * 4 if closed else ours))),
            "differs" if line.differences() else "",
        )
    return table


def _both(by_sex: Mapping[Sex, int | None] | Mapping[Sex, int]) -> list[int | None]:
    return [by_sex[MALE], by_sex[FEMALE]]


def _number(count: int | None) -> str:
    return "-" if count is None else f"{count:,}"


def in_words(finding: Finding) -> str:
    """Return a contradiction of the published figures as one sentence."""
    where = f"{finding.destination} {finding.year} {finding.column}: printed {finding.printed:,}"
    match finding.rule:
        case "total_is_male_plus_female":
            return f"{where}, male and female add up to {finding.computed:,}"
        case "all_is_sum_of_destinations":
            return f"{where}, the destinations add up to {finding.computed:,}"
