"""The columns of the lists of workers as files."""

from __future__ import annotations

from chassis.exports.columns import Column
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.journeys.whereabouts import Certainty, Location
from services.registry.identity.number import shown
from services.registry.projections.reading import Reading
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


def _born_in(reading: Reading) -> int | None:
    birth = born_shown(reading)
    return None if birth is None else int(birth["on"].year)


ABROAD_LIST = ExportedList(
    "workers-abroad",
    N_("Workers in a country"),
    (
        Column(N_("Number"), lambda reading: shown(reading.worker.number)),
        Column(N_("Name in Khmer script"), lambda reading: getattr(reading.worker.person, "khmer", None)),
        Column(N_("Name in Latin script"), lambda reading: getattr(reading.worker.person, "latin", None)),
        Column(N_("Year of birth"), _born_in),
        Column(N_("Sex"), lambda reading: reading.worker.sex, Sex),
        Column(N_("Home"), lambda reading: reading.worker.home_province, PROVINCES),
        Column(N_("Country"), lambda reading: reading.view.whereabouts.country, COUNTRIES),
        Column(N_("There since"), lambda reading: reading.view.whereabouts.since, time=True),
        Column(N_("How sure"), lambda reading: reading.view.whereabouts.certainty, CERTAINTIES),
        Column(N_("Last heard of"), lambda reading: reading.view.whereabouts.last_heard_at, time=True),
        Column(N_("Flags"), lambda reading: [flag.name for flag in reading.view.flags], FLAG_TITLES),
    ),
)
