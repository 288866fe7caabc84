"""The words with which the assessor's pages show applications: codes become titles, which are message ids."""

from __future__ import annotations

from typing import Any

from chassis.pages.translation import N_
from contracts.codes.people import Sex
from contracts.codes.places import PROVINCES
from contracts.codes.skills import AssessmentMethod, AssessmentResult
from contracts.codes.work import OCCUPATIONS, QualificationLevel
from services.skills.schemas import ApplicationRow

STATUSES = {
    "applied": N_("Waiting for an assessment"),
    "booked": N_("Assessment booked"),
    "decided": N_("Assessed"),
    "recognised": N_("Recognised"),
    "revoked": N_("Taken back"),
}


def application_shown(row: ApplicationRow) -> dict[str, Any]:
    """Return an application as the templates show it, codes replaced by message ids."""
    return {
        "id": row.application_id,
        "status": STATUSES[row.status],
        "occupation": OCCUPATIONS[row.occupation],
        "contracts": row.contracts,
        "sex": Sex(row.sex).title_en,
        "age_band": row.age_band,
        "home": PROVINCES[row.home_province] if row.home_province else None,
        "applied_at": row.applied_at,
        "method": AssessmentMethod(row.method).title_en if row.method else None,
        "assessed_on": row.assessed_on,
        "assessed_in": PROVINCES[row.assessed_in] if row.assessed_in else None,
        "result": AssessmentResult(row.result).title_en if row.result else None,
        "appeal_until": row.appeal_until,
        "recognised_for": OCCUPATIONS[row.recognised_for] if row.recognised_for else None,
        "level": QualificationLevel(row.level)
        if row.level and row.status in ("recognised", "revoked")
        else None,
        "case": row.about[-36:] if row.about else None,
    }
