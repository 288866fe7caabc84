"""The fields of a form that name a person, and of a day of unknown precision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.pages.form import SubmittedForm
from chassis.pages.typed import Unclear, period_typed
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES

PERSON_FIELDS: Mapping[str, str] = {
    "person.name.latin": "person_latin",
    "person.birth.on": "person_born",
    "person.sex": "person_sex",
    "person.documents[0].kind": "document_kind",
    "person.documents[0].number": "document_number",
    "person.documents[0].issued_by": "document_issued_by",
    "person.documents[0].place": "document_place",
    "person.documents": "document_number",
    "person.phone": "person_phone",
    "person.home_province": "person_home",
    "words": "who_note",
}
"""The fields of a form that names a person, by field of the command."""
_DOCUMENT = ("document_kind", "document_number", "document_issued_by", "document_place")
_WITH_PLACE = {kind for kind, of in KINDS.items() if of.numbers_repeat_between is not None}


def person_fields(form: SubmittedForm) -> Mapping[str, str]:
    """Return :data:`PERSON_FIELDS`, with the field at which an error of the whole person is shown."""
    return {**PERSON_FIELDS, "person": "person_born" if form.text("person_born") else "person_khmer"}


def person_typed(form: SubmittedForm) -> dict[str, Any]:
    """Return the person that was typed; a year alone is a birth date known to the year."""
    person: dict[str, Any] = {}
    if names := form.given("person_khmer", "person_latin"):
        person["name"] = {name.removeprefix("person_"): typed for name, typed in names.items()}
    if sex := form.text("person_sex"):
        person["sex"] = int(sex) if sex.isdecimal() and len(sex) == 1 else sex
    if form.text("person_born"):
        on, precision = day_typed(form, "person_born")
        person["birth"] = {"on": on, "precision": precision}
    if form.given(*_DOCUMENT):
        shown = {name.removeprefix("document_"): typed for name, typed in form.given(*_DOCUMENT).items()}
        if shown.get("kind") in _WITH_PLACE:
            shown.setdefault("place", "")
        person["documents"] = [{"kind": "", "number": "", "issued_by": ""} | shown]
    further = {"phone": form.text("person_phone"), "home_province": form.text("person_home")}
    return person | {name: typed for name, typed in further.items() if typed}


def day_typed(form: SubmittedForm, name: str) -> tuple[str, str]:
    """Return the day that was typed, with its precision: 2014 is known to the year, 2014-05 to the month."""
    typed = form.text(name)
    try:
        found = period_typed(typed)
    except Unclear:
        return typed, "day"  # which the form asks back
    return (typed, "day") if found is None else (found[0].isoformat(), found[1])


def choices_of_person() -> dict[str, Any]:
    """Return the choices of the fields of a person."""
    return {
        "sexes": [Sex.FEMALE, Sex.MALE],
        "issuers": COUNTRIES,
        "kinds": [kind for kind in DocumentKind if KINDS[kind].names_one_person],
        "countries": COUNTRIES,
        "provinces": PROVINCES,
    }
