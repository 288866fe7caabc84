"""The fields of a form that name the person who crosses: as few as possible, and each may be empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chassis.pages.form import SubmittedForm
from chassis.pages.typed import Unclear, period_typed
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Companion, PersonRole, Sex
from contracts.codes.places import PROVINCES
from contracts.text import latin_digits

PERSON_FIELDS: Mapping[str, str] = {
    "person.name.latin": "name",
    "person.name.khmer": "name",
    "person.name": "name",
    "person.birth.on": "born",
    "person.birth.precision": "born",
    "person.birth": "born",
    "person": "born",
    "person.sex": "sex",
    "person.home_province": "home",
    "person.documents[0].kind": "document_kind",
    "person.documents[0].number": "document_number",
    "person.documents[0].issued_by": "document_issued_by",
    "person.documents[0].place": "document_place",
    "person.documents[0].expires_on": "document_expires_on",
    "person.documents": "document_number",
}
"""The fields of a form that names a person, by field of the command."""
_DOCUMENT = ("number", "issued_by", "place", "expires_on")
_KHMER = re.compile("[\u1780-\u17ff]")
_DECADE = re.compile(r"(\d{3})0s")


def person_typed(form: SubmittedForm) -> dict[str, Any]:
    """Return the person that was typed; what was left empty is not known."""
    person: dict[str, Any] = {}
    if name := name_typed(form.text("name")):
        person["name"] = name
    if sex := form.text("sex"):
        person["sex"] = int(sex) if sex.isdecimal() and len(sex) == 1 else sex
    if born := form.text("born"):
        on, precision = born_typed(born)
        person["birth"] = {"on": on, "precision": precision}
    if home := form.text("home"):
        person["home_province"] = home
    shown = {name: typed for name in _DOCUMENT if (typed := form.text(f"document_{name}"))}
    if "number" in shown:
        person["documents"] = [{"kind": form.text("document_kind")} | shown]
    return person


def name_typed(typed: str) -> dict[str, str]:
    """Return a name by script: words in Khmer letters, and all others."""
    words = typed.split()
    by_script = {
        "khmer": " ".join(each for each in words if _KHMER.search(each)),
        "latin": " ".join(each for each in words if not _KHMER.search(each)),
    }
    return {script: name for script, name in by_script.items() if name}


def born_typed(typed: str) -> tuple[str, str]:
    """Return a date of birth with its precision, as people type it.

    1990 is a year, 1980s a decade, 3/4/1990 the third of April; digits may be Khmer.
    """
    if found := _DECADE.fullmatch(latin_digits(typed)):
        return f"{found[1]}0-01-01", "decade"
    try:
        period = period_typed(typed)
    except Unclear:
        return typed, "day"  # which the form asks back
    return (typed, "day") if period is None else (period[0].isoformat(), period[1])


def choices_about_person() -> dict[str, Any]:
    """Return the choices of the fields of a person."""
    return {
        "sexes": [Sex.FEMALE, Sex.MALE, Sex.NOT_KNOWN],
        "provinces": PROVINCES,
        "document_kinds": list(DocumentKind),
        "roles": list(PersonRole),
        "companions": list(Companion),
    }
