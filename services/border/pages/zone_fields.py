"""From the machine-readable zone that a document reader typed to the fields of the booth's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chassis.pages.error_texts import PageError
from chassis.pages.form import FormErrors
from chassis.pages.translation import N_
from contracts.codes.documents import DocumentKind
from contracts.codes.issuers import ISSUERS
from contracts.codes.places import HOME
from contracts.machine_readable_zone import Zone, ZoneField, read_zone
from services.border.wording import WRONG

_SEAMANS_CODE = "AC"
_COPY = N_("compare it with the document and enter it by hand")


def fields_of_zone(
    typed: str, given: Mapping[str, str], today: date
) -> tuple[dict[str, str], FormErrors | None]:
    """Return the fields of the form with what the zone says, and the errors of the zone.

    Fields whose check digit is wrong stay empty; the others are filled in, so that the officer enters only what is missing.
    """
    zone = read_zone(typed, today)
    if zone is None:
        text = "".join(typed.split())
        problem = PageError(
            "zone",
            N_(
                "this is not a whole machine-readable zone: it has %(count)s characters instead of 88, 90 or 72"
            ),
            N_("read the document again, or leave this empty and enter the person by hand"),
            {"count": len(text)},
        )
        return {**given}, FormErrors(422, (problem,), given)
    if zone.is_visa:
        problem = PageError(
            "zone",
            N_("this is the zone of a visa"),
            N_("read the page of the passport with the photograph"),
        )
        return {**given, "zone": ""}, FormErrors(422, (problem,), given)
    filled = {**given, "zone": "", "by": "zone"} | _filled(zone)
    if not zone.wrong:
        return filled, None
    problems = tuple(PageError(_FIELDS[each], WRONG[each], _COPY) for each in zone.wrong)
    return filled, FormErrors(422, problems, filled)


_FIELDS: Mapping[ZoneField, str] = {
    ZoneField.NUMBER: "document_number",
    ZoneField.BIRTH: "born",
    ZoneField.EXPIRY: "document_expires_on",
    ZoneField.PERSONAL_NUMBER: "document_number",
    ZoneField.WHOLE: "document_number",
}
"""The field of the form at which a wrong check digit is shown."""


def _filled(zone: Zone) -> dict[str, str]:
    birth = zone.birth
    digits = 0 if birth is None else {"year": 4, "month": 7}.get(birth.precision, 10)
    return {
        "name": zone.name,
        "sex": str(int(zone.sex)) if zone.sex else "",
        "born": "" if birth is None else birth.on.isoformat()[:digits],
        "document_kind": _kind(zone),
        "document_number": zone.number,
        "document_issued_by": zone.issuer if zone.issuer in ISSUERS or zone.issuer == "D" else "",
        "document_expires_on": "" if zone.expires_on is None else zone.expires_on.isoformat(),
        "name_is_cut": "yes" if zone.name_is_cut else "",
    }


def _kind(zone: Zone) -> str:
    """Return the kind of a document; a card of another country is of the kind other, which identifies nobody."""
    if zone.code.startswith("P"):
        return DocumentKind.PASSPORT
    if zone.code == _SEAMANS_CODE:
        return DocumentKind.SEAMANS_BOOK
    if zone.code.startswith("I") and zone.issuer == HOME:
        return DocumentKind.NATIONAL_ID
    return DocumentKind.OTHER
