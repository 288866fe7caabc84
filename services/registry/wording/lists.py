"""The columns of the lists of workers as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chassis.exports.columns import Column
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.journeys.whereabouts import Certainty, Location
from services.registry.identity.number import shown
from services.registry.projections.reading import Reading
from services.registry.projections.ticks import Tick
from services.registry.wording.flags import FLAGS
from services.registry.wording.worker import born_shown

PLACES = {
    Location.HOME: N_("At home"),
    Location.ABROAD: N_("Abroad"),
    Location.DIED: N_("Died"),
    Location.UNKNOWN: N_("being worked out"),
}

CERTAINTIES = {
    Certainty.SURE: N_("Sure"),
    Certainty.LIKELY: N_("Likely"),
    Certainty.UNCERTAIN: N_("Uncertain"),
}
FLAG_TITLES = {name: words[0] for name, words in FLAGS.items()}

WORKERS_LIST = ExportedList(
    "workers",
    N_("Workers"),
    (
        Column(N_("Number"), lambda row: shown(row["number"])),
        Column(N_("Name in Khmer script"), "khmer"),
        Column(N_("Name in Latin script"), "latin"),
        Column(N_("Year of birth"), lambda row: row["born"] and row["born"].year),
        Column(N_("Sex"), "sex", Sex),
        Column(N_("Home"), "home_province", PROVINCES),
        Column(N_("Where"), "place", PLACES),
        Column(N_("Country"), "country", COUNTRIES),
        Column(N_("Since"), "since", time=True),
        Column(N_("Flags"), "flags", FLAG_TITLES),
    ),
)


REACHED = {"reached": N_("Reached"), "not_reached": N_("Not reached")}


@dataclass(frozen=True, slots=True)
class TickedReading:
    """A worker of the list of a country with the latest tick there, if there is one."""

    reading: Reading
    tick: Tick | None

    @property
    def worker(self) -> Any:
        """The worker."""
        return self.reading.worker

    @property
    def place(self) -> Any:
        """The place where the worker is believed to be."""
        return self.reading.view.whereabouts


def _born_in(row: TickedReading) -> int | None:
    birth = born_shown(row.reading)
    return None if birth is None else int(birth["on"].year)


def _reached(row: TickedReading) -> str | None:
    return None if row.tick is None else "reached" if row.tick.reached else "not_reached"


def _of_tick(name: str) -> Callable[[TickedReading], Any]:
    """Return the function that reads an attribute of the tick of a row, None without a tick."""
    return lambda row: None if row.tick is None else getattr(row.tick, name)


ABROAD_LIST = ExportedList(
    "workers-abroad",
    N_("Workers in a country"),
    (
        Column(N_("Number"), lambda row: shown(row.worker.number)),
        Column(N_("Name in Khmer script"), lambda row: getattr(row.worker.person, "khmer", None)),
        Column(N_("Name in Latin script"), lambda row: getattr(row.worker.person, "latin", None)),
        Column(N_("Year of birth"), _born_in),
        Column(N_("Sex"), lambda row: row.worker.sex, Sex),
        Column(N_("Home"), lambda row: row.worker.home_province, PROVINCES),
        Column(N_("Country"), lambda row: row.place.country, COUNTRIES),
        Column(N_("There since"), lambda row: row.place.since, time=True),
        Column(N_("How sure"), lambda row: row.place.certainty, CERTAINTIES),
        Column(N_("Last heard of"), lambda row: row.place.last_heard_at, time=True),
        Column(N_("Flags"), lambda row: [flag.name for flag in row.reading.view.flags], FLAG_TITLES),
        Column(N_("Reached"), _reached, REACHED),
        Column(N_("Ticked"), _of_tick("ticked_at"), time=True),
        Column(N_("Ticked by"), _of_tick("caller"), officers=True),
        Column(N_("Office that ticked"), _of_tick("office"), offices=True),
    ),
    long=300,  # each worker is read by itself, with the records that the reader may see
)
