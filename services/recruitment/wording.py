"""The texts that the pages of recruitment show. Every text is a message id, to be translated."""

from __future__ import annotations

from typing import Any

from chassis.pages.translation import N_
from contracts.codes.employment import TerminationReason
from contracts.codes.money import WagePeriod
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.codes.work import OCCUPATIONS, SECTORS
from services.recruitment.domain.employment_contract import Status
from services.recruitment.schemas import EmploymentContractRow

STATUSES = {
    Status.REGISTERED: N_("Up for review"),
    Status.RETURNED: N_("Returned for correction"),
    Status.APPROVED: N_("Approved"),
    Status.TERMINATED: N_("Ended"),
}

NOT_REGISTERED = N_("Not registered")
NOT_WITHIN_REACH = N_("No record within your reach")


def shown(row: EmploymentContractRow) -> dict[str, Any]:
    """Return an employment contract as the templates show it, codes replaced by message ids."""
    return {
        "id": row.contract_id,
        "status": STATUSES[row.status],
        "country": COUNTRIES[row.destination],
        "occupation": OCCUPATIONS[row.occupation],
        "sector": SECTORS[row.sector],
        "wage": row.wage,
        "wage_in_kind": row.wage_in_kind,
        "catch_share": row.catch_share,
        "period": None if row.wage_period is None else WagePeriod(row.wage_period).title_en,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "ended_on": row.ended_on,
        "end_reason": TerminationReason(row.end_reason).title_en if row.end_reason else None,
        "faults": [fault.title_en for fault in row.faults],
        "sex": Sex(row.sex).title_en,
        "age_band": row.age_band,
        "age": row.age,
        "minimum_age": row.minimum_age,
        "under_age": row.under_age,
        "home": PROVINCES[row.home_province] if row.home_province else None,
        "agency": row.agency_id,
        "employer_id": row.employer_id,
        "registered_at": row.registered_at,
        "submitted_at": row.submitted_at,
    }
