"""The columns of the lists of workers as files."""

from __future__ import annotations

from chassis.exports.columns import Column
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.journeys.whereabouts import Location
from services.registry.identity.number import shown
from services.registry.wording.flags import FLAGS

PLACES = {
    Location.HOME: N_("At home"),
    Location.ABROAD: N_("Abroad"),
    Location.DIED: N_("Died"),
    Location.UNKNOWN: N_("being worked out"),
}

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
        Column(N_("Flags"), "flags", {name: words[0] for name, words in FLAGS.items()}),
    ),
)
