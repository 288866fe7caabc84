"""Contradictions in the published figures: they are reported and never corrected."""

from dataclasses import dataclass
from typing import Literal

from domnaer.demo.published import ALL_DESTINATIONS, deployment


@dataclass(frozen=True, slots=True)
class Finding:
    """A printed number that the numbers around it contradict."""

    rule: Literal["total_is_male_plus_female", "all_is_sum_of_destinations"]
    destination: str
    year: int
    column: Literal["total", "male", "female"]
    printed: int
    computed: int


def findings() -> tuple[Finding, ...]:
    """Return every row of the deployment table that does not add up, with the printed and the computed number."""
    found: list[Finding] = []
    columns: tuple[Literal["total", "male", "female"], ...] = ("total", "male", "female")
    for f in deployment():
        if f.total is None or f.male is None or f.female is None:
            continue
        if f.total != f.male + f.female:
            found.append(
                Finding(
                    "total_is_male_plus_female", f.destination, f.year, "total", f.total, f.male + f.female
                )
            )
        if f.destination != ALL_DESTINATIONS:
            continue
        parts = [p for p in deployment() if p.year == f.year and p.destination != ALL_DESTINATIONS]
        for column in columns:
            printed: int = getattr(f, column)
            computed = sum(getattr(p, column) or 0 for p in parts)
            if printed != computed:
                found.append(
                    Finding("all_is_sum_of_destinations", ALL_DESTINATIONS, f.year, column, printed, computed)
                )
    return tuple(found)
