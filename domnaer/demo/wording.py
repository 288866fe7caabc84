"""Maps the words of the replayed history to the codes of the events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

AIRPORTS: Final = frozenset({"KH-PNH", "KH-REP"})
CHANNELS: Final = {"THA": "memorandum_agency", "KOR": "eps", "JPN": "trainee"}
CLAUSES: Final = (
    "parties", "employer", "workplace", "job", "duration", "wage", "payment", "hours", "rest_day", "repatriation",
)  # fmt: skip
ATTACHES: Final[Mapping[str, str]] = MappingProxyType(
    {"BKK": "attache-bangkok", "KUL": "attache-kuala-lumpur", "SEL": "attache-seoul"}
)
COUNSELLORS: Final[Mapping[str, str]] = MappingProxyType(
    {"01": "counsellor-poipet", "02": "counsellor-battambang"}
)
RETURNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "contract_completed": "contract_completed",
        "contract_ended_early": "contract_ended_early",
        "dispute_with_employer": "contract_ended_early",
        "illness": "illness_or_injury",
        "family": "family",
        "mass_return": "mass_return",
        "remains": "remains",
    }
)
URGENCY: Final[Mapping[str, str]] = MappingProxyType(
    {"routine": "routine", "urgent": "urgent", "emergency": "life_in_danger"}
)
ACTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agency_asked": "call",
        "agreement_signed": "contact_with_employer",
        "detention_visited": "detention_visit",
        "document_issued": "document_issued",
        "employer_called": "contact_with_employer",
        "employer_changed": "contact_with_employer",
        "escorted_to_departure": "repatriation_arranged",
        "family_informed": "contact_with_family",
        "hospital_visited": "hospital_visit",
        "insurer_asked": "letter",
        "interpreter_provided": "interpreter",
        "labour_office_visited": "visit",
        "legal_counsel_found": "legal_aid_arranged",
        "nationality_confirmed": "letter",
        "police_informed": "referral",
        "remains_repatriated": "repatriation_arranged",
        "shelter_given": "shelter_arranged",
        "ticket_arranged": "repatriation_arranged",
        "wage_claim_filed": "legal_aid_arranged",
        "wages_received": "other",
        "worker_interviewed": "visit",
    }
)
CONTACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agency_asked": "agency",
        "agreement_signed": "employer",
        "detention_visited": "worker_in_person",
        "document_issued": "worker_in_person",
        "employer_called": "employer",
        "employer_changed": "worker_in_person",
        "escorted_to_departure": "worker_in_person",
        "family_informed": "family",
        "hospital_visited": "worker_in_person",
        "insurer_asked": "other",
        "interpreter_provided": "worker_in_person",
        "labour_office_visited": "authority",
        "legal_counsel_found": "organisation",
        "nationality_confirmed": "authority",
        "police_informed": "authority",
        "remains_repatriated": "family",
        "shelter_given": "worker_in_person",
        "ticket_arranged": "other",
        "wage_claim_filed": "authority",
        "wages_received": "worker_remotely",
        "worker_interviewed": "worker_in_person",
    }
)
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "document_issued": "resolved",
        "employer_changed": "resolved",
        "found": "found",
        "not_found": "not_resolved",
        "referred": "referred",
        "released": "released",
        "remains_repatriated": "remains_repatriated",
        "repatriated": "repatriated",
        "resolved": "resolved",
        "sentenced": "not_resolved",
        "wages_recovered": "resolved",
        "withdrawn": "withdrawn",
    }
)
NEEDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "finding_a_job": "finding_a_job",
        "vocational_training": "vocational_training",
        "wage_claim": "legal",
        "health_care": "health",
        "credit": "credit",
        "documents": "documents",
    }
)
DECLINED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "wage": "wage_too_low",
        "place": "too_far",
        "going_abroad_again": "going_abroad_again",
        "vacancy_filled": "vacancy_filled",
    }
)
