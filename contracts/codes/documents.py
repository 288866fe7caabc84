"""Kinds of document, and whether a document of a kind identifies one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.codes.titled import TitledCode


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


@dataclass(frozen=True, slots=True)
class KindOfDocument:
    """The properties of every document of a kind.

    ``names_one_person``: two records that show the same number are of the same person.
    ``place_belongs_to_key``: the number is unique only together with the place that issued it.
    """

    title_en: str
    title_km: str
    names_one_person: bool
    place_belongs_to_key: bool
    note: str


def _kind(
    kind: DocumentKind, title_km: str, note: str, *, one: bool = True, place: bool = False
) -> tuple[DocumentKind, KindOfDocument]:
    return kind, KindOfDocument(kind.title_en, title_km, one, place, note)


KINDS: Mapping[DocumentKind, KindOfDocument] = MappingProxyType(
    dict(
        (
            _kind(
                DocumentKind.PASSPORT,
                "លិខិតឆ្លងដែន",
                "Passport, US$4 for workers (sub-decree 205); letter and digits (general knowledge).",
            ),
            _kind(
                DocumentKind.BORDER_PASS,
                "ប័ណ្ណឆ្លងដែន",
                "For people of border provinces, signed by the governor, two years, stays up to seven days. "
                "Numbers repeat between provinces.",
                place=True,
            ),
            _kind(
                DocumentKind.GROUP_LETTER,
                "លិខិតឆ្លងដែនជាក្រុម",
                "One paper for ten people, back by 17:00 (O'Smach, 2014).",
                one=False,
            ),
            _kind(
                DocumentKind.WORKER_CARD,
                "ប័ណ្ណពលករកម្ពុជានៅក្រៅប្រទេស",
                "Signed by the director-general of labour; needed to leave as a worker.",
            ),
            _kind(
                DocumentKind.TRAVEL_DOCUMENT,
                "ឯកសារធ្វើដំណើរ",
                "Issued abroad by the embassy to undocumented workers.",
            ),
            _kind(
                DocumentKind.CERTIFICATE_OF_IDENTITY,
                "លិខិតបញ្ជាក់អត្តសញ្ញាណ",
                'Paper of nationality verification, "equal to a passport" in 2012-13.',
            ),
            _kind(
                DocumentKind.PINK_CARD,
                "ប័ណ្ណពណ៌ផ្កាឈូក (ថៃ)",
                "Thai card for non-Thais from the one-stop centres (from 26 June 2014); numbers start 00 "
                "(general knowledge).",
            ),
            _kind(
                DocumentKind.WORK_PERMIT,
                "លិខិតអនុញ្ញាតការងារ",
                "Issued by the country of work; in Thailand apart from the pink card.",
            ),
            _kind(
                DocumentKind.RE_ENTRY_PERMIT,
                "លិខិតអនុញ្ញាតចូលវិញ",
                "Lets a worker leave the country of work and come back to it (general knowledge).",
            ),
            _kind(
                DocumentKind.SEAMANS_BOOK,
                "សៀវភៅនាវិក",
                "Record of a seafarer's identity and service (general knowledge).",
            ),
            _kind(
                DocumentKind.EMERGENCY_TRAVEL_DOCUMENT,
                "ឯកសារធ្វើដំណើរបន្ទាន់",
                "Issued by a mission for one journey home (general knowledge).",
            ),
            _kind(
                DocumentKind.DEPORTATION_LIST,
                "បញ្ជីជនត្រូវបានបណ្តេញចេញ",
                "The list of a handover: one number for all who are on it (general knowledge).",
                one=False,
            ),
            _kind(
                DocumentKind.NATIONAL_ID,
                "អត្តសញ្ញាណប័ណ្ណសញ្ជាតិខ្មែរ",
                "Card of the Ministry of Interior with a number of nine digits (general knowledge).",
            ),
            _kind(
                DocumentKind.BIRTH_CERTIFICATE,
                "សំបុត្រកំណើត",
                "Numbered by the civil registrar of each commune, so that numbers repeat between communes "
                "(general knowledge, to be confirmed).",
                place=True,
            ),
            _kind(
                DocumentKind.FAMILY_BOOK,
                "សៀវភៅគ្រួសារ",
                "One number for the whole household (general knowledge).",
                one=False,
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
