"""The published history as a stream of rows, always the same, generated lazily in batches of one channel.

    for batch in batches(scale=20):
        post(BULK_URL[batch.channel], batch.rows)

A batch never refers to a row that no earlier batch has carried.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from domnaer.demo import deportation, mass_return
from domnaer.demo.assistance import MissionDesks
from domnaer.demo.deployment import cells, journeys
from domnaer.demo.desks import ReturneeDesks
from domnaer.demo.employers import agencies, employers, vacancies, workplaces
from domnaer.demo.permits import OneStopCentres
from domnaer.demo.published import DEFAULT_SCALE, expected, last_day
from domnaer.demo.rows import (
    AgencyRow,
    AssistanceRow,
    CounsellingRow,
    DepartureRow,
    DeportedReturnRow,
    EmployerRow,
    EmploymentContractRow,
    HandoverRow,
    MatchRow,
    NeedsRow,
    PermitRow,
    PlacementRow,
    RecognitionRow,
    ReturnRow,
    Row,
    VacancyRow,
    WorkplaceRow,
)

__all__ = ["CHANNELS", "Batch", "Channel", "batches", "expected", "history", "last_day"]

Channel = Literal[
    "agencies",
    "employers",
    "workplaces",
    "vacancies",
    "contracts",
    "departures",
    "returns",
    "handovers",
    "deported_returns",
    "assistance",
    "permits",
    "needs",
    "counselling",
    "matches",
    "placements",
    "recognitions",
]

# In the order of references: rows of a channel refer only to rows of the same channel or of those above it.
CHANNELS: Final[dict[type[Row], Channel]] = {
    AgencyRow: "agencies",
    EmployerRow: "employers",
    WorkplaceRow: "workplaces",
    VacancyRow: "vacancies",
    EmploymentContractRow: "contracts",
    DepartureRow: "departures",
    ReturnRow: "returns",
    HandoverRow: "handovers",
    DeportedReturnRow: "deported_returns",
    AssistanceRow: "assistance",
    PermitRow: "permits",
    NeedsRow: "needs",
    CounsellingRow: "counselling",
    MatchRow: "matches",
    PlacementRow: "placements",
    RecognitionRow: "recognitions",
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one channel, to be sent together."""

    channel: Channel
    rows: tuple[Row, ...]


def history(scale: int = DEFAULT_SCALE) -> Iterator[Row]:
    """Yield every row; the contract, departure and return of a person follow each other.

    A scale of 20 replays one of twenty published persons; 1 replays all of them.
    """
    offered = list(vacancies(scale))
    missions, centres = MissionDesks(), OneStopCentres()
    desks = ReturneeDesks(offered)
    yield from agencies()
    yield from employers()
    yield from workplaces()
    yield from offered
    for cell in cells(scale):
        for journey in journeys(cell):
            yield journey.contract
            yield journey.departure
            if journey.returned is not None:
                yield journey.returned
            helped = list(missions.during(journey))
            yield from helped
            if not any(isinstance(row, AssistanceRow) and row.death is not None for row in helped):
                yield from centres.during(journey)
    for back in mass_return.returns(scale):
        yield back
        yield from desks.after(back)
    for row in deportation.handovers(scale):
        yield row
        if isinstance(row, DeportedReturnRow):
            yield from missions.before(row)
            yield from desks.after(row)


def batches(scale: int = DEFAULT_SCALE, size: int = 500) -> Iterator[Batch]:
    """Yield the history in batches of one channel; batches that a batch may refer to come before it."""
    waiting: dict[type[Row], list[Row]] = {kind: [] for kind in CHANNELS}
    for row in history(scale):
        rows = waiting[type(row)]
        rows.append(row)
        if len(rows) >= size:
            yield from _up_to(type(row), waiting)
    yield from _up_to(RecognitionRow, waiting)


def _up_to(last: type[Row], waiting: dict[type[Row], list[Row]]) -> Iterator[Batch]:
    for kind, channel in CHANNELS.items():
        if rows := waiting[kind]:
            waiting[kind] = []
            yield Batch(channel, tuple(rows))
        if kind is last:
            return
