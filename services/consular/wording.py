"""The texts of a case or a permit on a page: titles of codes, the due date relative to the mission's day, and the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from chassis.exports.columns import Column
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    LegalStatus,
    PermitEnd,
    ReportedBy,
    Urgency,
)
from contracts.codes.documents import DocumentKind
from contracts.codes.missions import MISSIONS
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.person import ClearPerson, ErasedPerson, SealedPerson
from contracts.times import day_of
from services.consular.schemas import AssistanceCaseRow, AssistanceCaseView, PermitRow


@dataclass(frozen=True, slots=True)
class Due:
    """The due date of the next step, relative to a day; ``days`` is never negative."""

    when: Literal["nothing", "overdue", "today", "later"]
    days: int = 0

    @classmethod
    def of(cls, due_on: date | None, today: date) -> Due:
        """Return a due date relative to a day."""
        if due_on is None:
            return cls("nothing")
        days = (due_on - today).days
        return cls("overdue" if days < 0 else "later" if days else "today", abs(days))


def shown(row: AssistanceCaseRow, now: datetime) -> dict[str, Any]:
    """Return a case as the templates show it at a time, codes replaced by message ids."""
    return {
        "id": row.case_id,
        "mission": MISSIONS[row.mission].title_en,
        "country": COUNTRIES[row.country],
        "accredited": row.accredited,
        "worker_in": COUNTRIES[row.worker_in] if row.worker_in else None,
        "worker_in_code": row.worker_in or row.country,
        "reported_by": ReportedBy(row.reported_by).title_en if row.reported_by != "not_stated" else None,
        "died_on": row.died_on,
        "died_precision": row.died_precision,
        "restricted_to": row.restricted_to,
        "category": AssistanceCategory(row.category).title_en,
        "urgency": Urgency(row.urgency).title_en,
        "pressing": row.urgency in (Urgency.URGENT, Urgency.LIFE_IN_DANGER),
        "status_abroad": LegalStatus(row.status_abroad).title_en,
        "due_on": row.due_on,
        "due": Due.of(row.due_on, day_of(now, MISSIONS[row.mission].zone)),
        "attache": row.attache,
        "identified": row.identified,
        "sex": Sex(row.sex).title_en,
        "age_band": row.age_band,
        "home": PROVINCES[row.home_province] if row.home_province else None,
        "opened_at": row.opened_at,
        "actions": row.actions,
        "last_action": AssistanceAction(row.last_action).title_en if row.last_action else None,
        "last_acted_at": row.last_acted_at,
        "closed_at": row.closed_at,
        "outcome": AssistanceOutcome(row.outcome).title_en if row.outcome else None,
    }


PERMIT_KINDS = (
    DocumentKind.PINK_CARD,
    DocumentKind.WORK_PERMIT,
    DocumentKind.CERTIFICATE_OF_IDENTITY,
    DocumentKind.RE_ENTRY_PERMIT,
    DocumentKind.OTHER,
)
"""The kinds of document that the form of a permit offers; the API accepts every kind."""


def permit_shown(row: PermitRow) -> dict[str, Any]:
    """Return a permit as the templates show it, codes replaced by message ids."""
    return {
        "id": row.permit_id,
        "mission": MISSIONS[row.mission].title_en,
        "country": COUNTRIES[row.country],
        "accredited": row.accredited,
        "kind": DocumentKind(row.kind).title_en,
        "regularisation": row.regularisation,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "lapsed_on": row.lapsed_on,
        "lapse_reason": PermitEnd(row.lapse_reason).title_en if row.lapse_reason else None,
        "holds": row.holds,
        "sex": Sex(row.sex).title_en,
        "age_band": row.age_band,
        "home": PROVINCES[row.home_province] if row.home_province else None,
        "issued_at": row.issued_at,
    }


def person_of(case: AssistanceCaseView) -> ClearPerson | SealedPerson | ErasedPerson | None:
    """Return the person of a case as recorded last; events with remarks only are ignored."""
    said = ("assistance_caller_identified", "assistance_case_opened")
    blocks = {one.type.split(".")[2]: one.person for one in reversed(case.steps)}
    for kind in said:
        block = blocks.get(kind)
        if isinstance(block, ClearPerson) and not (
            block.documents or block.name or block.phone or block.birth
        ):
            continue
        if block is not None:
            return block
    return None


CASES_LIST = ExportedList(
    "assistance-cases",
    N_("Assistance cases"),
    (
        Column(N_("Case"), "case_id"),
        Column(N_("Subject"), "category", AssistanceCategory),
        Column(N_("Urgency"), "urgency", Urgency),
        Column(N_("Mission"), "mission", MISSIONS),
        Column(N_("Country that the case concerns"), "country", COUNTRIES),
        Column(N_("Where the worker is"), "worker_in", COUNTRIES),
        Column(N_("Legal status there"), "status_abroad", LegalStatus),
        Column(N_("Reported by"), "reported_by", ReportedBy),
        Column(N_("Identified"), "identified"),
        Column(N_("Sex"), "sex", Sex),
        Column(N_("Age"), "age_band"),
        Column(N_("Home"), "home_province", PROVINCES),
        Column(N_("In charge"), "attache", officers=True),
        Column(N_("Named people only"), "restricted_to", officers=True),
        Column(N_("Opened"), "opened_at", time=True),
        Column(N_("Next step by"), "due_on"),
        Column(N_("Overdue"), "overdue"),
        Column(N_("Actions"), "actions"),
        Column(N_("Last done"), "last_action", AssistanceAction),
        Column(N_("Last done at"), "last_acted_at", time=True),
        Column(N_("Died on"), "died_on"),
        Column(N_("Closed"), "closed_at", time=True),
        Column(N_("How it ended"), "outcome", AssistanceOutcome),
    ),
)

PERMITS_LIST = ExportedList(
    "permits",
    N_("Permits"),
    (
        Column(N_("Permit"), "permit_id"),
        Column(N_("Kind"), "kind", DocumentKind),
        Column(N_("Mission"), "mission", MISSIONS),
        Column(N_("Country"), "country", COUNTRIES),
        Column(N_("Regularisation"), "regularisation"),
        Column(N_("Valid from"), "valid_from"),
        Column(N_("Valid until"), "valid_until"),
        Column(N_("Holds today"), "holds"),
        Column(N_("Lapsed"), "lapsed_on"),
        Column(N_("Why it lapsed"), "lapse_reason", PermitEnd),
        Column(N_("Sex"), "sex", Sex),
        Column(N_("Age"), "age_band"),
        Column(N_("Home"), "home_province", PROVINCES),
        Column(N_("Issued"), "issued_at", time=True),
    ),
)
