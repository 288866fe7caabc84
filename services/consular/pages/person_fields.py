"""The fields of the attaché's forms that name a person, with their choices, and people who may see a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chassis.access.permissions import Caller
from chassis.pages.form import SubmittedForm
from chassis.pages.person_fields import choices_of_person, day_typed, person_fields, person_typed
from contracts.codes.missions import MISSIONS, Mission
from contracts.codes.places import COUNTRIES

__all__ = [
    "choices_about_person",
    "day_typed",
    "missions_of",
    "names_of_people",
    "people_typed",
    "person_fields",
    "person_typed",
]


def choices_about_person(mission: str | None) -> dict[str, Any]:
    """Return the choices of the fields of a person, for a form of a mission."""
    issuers = ("KHM", MISSIONS[mission].country) if mission else tuple(COUNTRIES)
    return choices_of_person() | {"issuers": {code: COUNTRIES[code] for code in issuers}}


def missions_of(caller: Caller) -> list[Mission]:
    """Return the missions within a caller's reach."""
    reach = caller.reach
    return [each for each in MISSIONS.values() if reach.national or each.country in reach.countries]


def people_typed(form: SubmittedForm, name: str) -> list[str]:
    """Return the user names in a field, separated by spaces or commas."""
    return form.text(name).replace(",", " ").split()


def names_of_people(name: str) -> Iterator[tuple[str, str]]:
    """Yield the field of a form for each user name of a command's ``restricted_to``."""
    yield "restricted_to", name
    for nth in range(50):
        yield f"restricted_to[{nth}]", name
