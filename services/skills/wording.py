"""The words with which the assessor's pages show applications: codes become titles, which are message ids."""

from __future__ import annotations

from typing import Any

from chassis.exports.columns import Column
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.people import Sex
from contracts.codes.places import PROVINCES
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason
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
        "person": getattr(row, "person", None),
    }


APPLICATIONS_LIST = ExportedList(
    "applications",
    N_("Recognition of skills"),
    (
        Column(N_("Application"), "application_id"),
        Column(N_("State"), "status", STATUSES),
        Column(N_("Work"), "occupation", OCCUPATIONS),
        Column(N_("Employment contracts known"), "contracts"),
        Column(N_("Sex"), "sex", Sex),
        Column(N_("Age"), "age_band"),
        Column(N_("Home"), "home_province", PROVINCES),
        Column(N_("Applied"), "applied_at", time=True),
        Column(N_("Assessment"), "method", AssessmentMethod),
        Column(N_("Day of the assessment"), "assessed_on"),
        Column(N_("Province of the assessment"), "assessed_in", PROVINCES),
        Column(N_("What was found"), "result", AssessmentResult),
        Column(N_("Appeal until"), "appeal_until"),
        Column(N_("Recognised for"), "recognised_for", OCCUPATIONS),
        Column(N_("Level"), "level", QualificationLevel),
        Column(N_("Recognised at"), "recognised_at", time=True),
        Column(N_("Taken back at"), "revoked_at", time=True),
        Column(N_("Why it was taken back"), "revoked_for", RevocationReason),
    ),
)
