"""Kinds of document, whether a document of a kind identifies one person, and by whom and where it is issued."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from contracts.codes.missions import MISSIONS
from contracts.codes.places import PROVINCES, province_named
from contracts.codes.titled import TitledCode
from contracts.document_number import normal_number
from contracts.text import readable


class DocumentKind(TitledCode):
    """Kind of document that a worker shows or is listed on."""

    PASSPORT = "passport", "Passport"
    BORDER_PASS = "border_pass", "Border pass"
    GROUP_LETTER = "group_letter", "Group letter"
    WORKER_CARD = "worker_card", "Overseas Cambodian Worker Card (OCWC)"
    TRAVEL_DOCUMENT = "travel_document", "Travel document (TD)"
    CERTIFICATE_OF_IDENTITY = "certificate_of_identity", "Certificate of identity (CI)"
    PINK_CARD = "pink_card", "Pink card (Thailand)"
    WORK_PERMIT = "work_permit", "Work permit"
    RE_ENTRY_PERMIT = "re_entry_permit", "Re-entry permit"
    SEAMANS_BOOK = "seamans_book", "Seaman's book"
    EMERGENCY_TRAVEL_DOCUMENT = "emergency_travel_document", "Emergency travel document"
    DEPORTATION_LIST = "deportation_list", "Deportation list"
    NATIONAL_ID = "national_id", "Khmer national identity card"
    BIRTH_CERTIFICATE = "birth_certificate", "Birth certificate"
    FAMILY_BOOK = "family_book", "Family book"
    OTHER = "other", "Other document"


class DocumentHolder(TitledCode):
    """The person to whom a document was issued, seen from the person who shows it."""

    OWN = "own", "The person"
    MOTHER = "mother", "Mother"
    FATHER = "father", "Father"
    SPOUSE = "spouse", "Husband or wife"
    OTHER_RELATIVE = "other_relative", "Other relative"
    OTHER_PERSON = "other_person", "Other person"


@dataclass(frozen=True, slots=True)
class KindOfDocument:
    """The properties of every document of a kind.

    ``names_one_person``: two records that show the same number are of the same person.
    ``numbers_repeat_between``: the places between which numbers repeat, so that the place belongs to the key; None if
    they do not.
    ``issuer``: the only country that issues the kind, ISO 3166-1 alpha-3; None if several do.
    ``usual_issuer``: the issuing country if none is stated; None if it is not known then.
    ``issued_abroad``: whether the country of work issues it, if no other country is stated.
    """

    title_en: str
    title_km: str
    names_one_person: bool
    numbers_repeat_between: Literal["provinces", "communes"] | None
    note: str
    issuer: str | None
    usual_issuer: str | None
    issued_abroad: bool


def _kind(
    kind: DocumentKind,
    title_km: str,
    note: str,
    *,
    one: bool = True,
    repeat: Literal["provinces", "communes"] | None = None,
    issuer: str | None = None,
    usual: str | None = None,
    abroad: bool = False,
) -> tuple[DocumentKind, KindOfDocument]:
    return kind, KindOfDocument(kind.title_en, title_km, one, repeat, note, issuer, issuer or usual, abroad)


KINDS: Mapping[DocumentKind, KindOfDocument] = MappingProxyType(
    dict(
        (
            _kind(
                DocumentKind.PASSPORT,
                "លិខិតឆ្លងដែន",
                "Passport, US$4 for workers (sub-decree 205); letter and digits (general knowledge).",
                usual="KHM",
            ),
            _kind(
                DocumentKind.BORDER_PASS,
                "ប័ណ្ណឆ្លងដែន",
                "For people of border provinces, signed by the governor, two years, stays up to seven days. "
                "Numbers repeat between provinces.",
                repeat="provinces",
                issuer="KHM",
            ),
            _kind(
                DocumentKind.GROUP_LETTER,
                "លិខិតឆ្លងដែនជាក្រុម",
                "One paper for ten people, back by 17:00 (O'Smach, 2014).",
                one=False,
                usual="KHM",
            ),
            _kind(
                DocumentKind.WORKER_CARD,
                "ប័ណ្ណពលករកម្ពុជានៅក្រៅប្រទេស",
                "Signed by the director-general of labour; needed to leave as a worker.",
                issuer="KHM",
            ),
            _kind(
                DocumentKind.TRAVEL_DOCUMENT,
                "ឯកសារធ្វើដំណើរ",
                "Issued abroad by the embassy to undocumented workers.",
                issuer="KHM",
            ),
            _kind(
                DocumentKind.CERTIFICATE_OF_IDENTITY,
                "លិខិតបញ្ជាក់អត្តសញ្ញាណ",
                'Paper of nationality verification, "equal to a passport" in 2012-13.',
                issuer="KHM",
            ),
            _kind(
                DocumentKind.PINK_CARD,
                "ប័ណ្ណពណ៌ផ្កាឈូក (ថៃ)",
                "Thai card for non-Thais from the one-stop centres (from 26 June 2014); numbers start 00 "
                "(general knowledge).",
                issuer="THA",
            ),
            _kind(
                DocumentKind.WORK_PERMIT,
                "លិខិតអនុញ្ញាតការងារ",
                "Issued by the country of work; in Thailand apart from the pink card.",
                abroad=True,
            ),
            _kind(
                DocumentKind.RE_ENTRY_PERMIT,
                "លិខិតអនុញ្ញាតចូលវិញ",
                "Lets a worker leave the country of work and come back to it (general knowledge).",
                abroad=True,
            ),
            _kind(
                DocumentKind.SEAMANS_BOOK,
                "សៀវភៅនាវិក",
                "Record of a seafarer's identity and service (general knowledge).",
                usual="KHM",
            ),
            _kind(
                DocumentKind.EMERGENCY_TRAVEL_DOCUMENT,
                "ឯកសារធ្វើដំណើរបន្ទាន់",
                "Issued by a mission for one journey home (general knowledge).",
                issuer="KHM",
            ),
            _kind(
                DocumentKind.DEPORTATION_LIST,
                "បញ្ជីជនត្រូវបានបណ្តេញចេញ",
                "The list of a handover: one number for all who are on it (general knowledge).",
                one=False,
                abroad=True,
            ),
            _kind(
                DocumentKind.NATIONAL_ID,
                "អត្តសញ្ញាណប័ណ្ណសញ្ជាតិខ្មែរ",
                "Card of the Ministry of Interior with a number of nine digits (general knowledge).",
                issuer="KHM",
            ),
            _kind(
                DocumentKind.BIRTH_CERTIFICATE,
                "សំបុត្រកំណើត",
                "Numbered by the civil registrar of each commune, so that numbers repeat between communes "
                "(general knowledge, to be confirmed).",
                repeat="communes",
                usual="KHM",
            ),
            _kind(
                DocumentKind.FAMILY_BOOK,
                "សៀវភៅគ្រួសារ",
                "One number for the whole household (general knowledge).",
                one=False,
                issuer="KHM",
            ),
            _kind(
                DocumentKind.OTHER,
                "ឯកសារផ្សេងទៀត",
                "Nothing is known of its numbers, so it links nobody.",
                one=False,
            ),
        )
    )
)
"""The properties of each kind.

In doubt, a kind does not identify a person: a wrong link joins two people, a missing link only separates one.
"""


def issuer_of(kind: DocumentKind, stated: str | None, abroad: str | None = None) -> str | None:
    """Return the country that issued a document, or None if it is not known.

    It is the only country that issues the kind, whatever is stated, else the country stated, else the usual one; a kind
    that the country of work issues was issued ``abroad``, in the country that the record is about.
    """
    properties = KINDS[kind]
    return (
        properties.issuer
        or stated
        or properties.usual_issuer
        or (abroad if properties.issued_abroad else None)
    )


_CODE_OF_COMMUNE = re.compile(r"(\d\d)\d{4}")
_MISSIONS_BY_NAME = {
    name.casefold(): mission.code for mission in MISSIONS.values() for name in (mission.code, mission.city)
}


def issuing_place(text: str) -> str:
    """Return the code of an issuing place: a province, a commune or a mission. Raises ValueError for any other place."""
    digits = normal_number(readable(text))
    commune = _CODE_OF_COMMUNE.fullmatch(digits)
    if commune is not None and commune[1] in PROVINCES:
        return digits
    code = province_named(text) or _MISSIONS_BY_NAME.get(text.strip().casefold())
    if code is None:
        raise ValueError(
            "is not an issuing place; give the code or the name of a province such as 01 or Banteay Meanchey, the code"
            " of a commune (six digits) or that of a mission such as BKK, or leave it out"
        )
    return code


IssuingPlace = Annotated[
    str,
    Field(min_length=1, max_length=80, examples=["01"]),
    AfterValidator(issuing_place),
]
