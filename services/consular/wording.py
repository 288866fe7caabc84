"""The texts of a case or a permit on a page: titles of codes, the due date relative to the mission's day, and the person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from chassis.exports.columns import Column, name_in
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
from contracts.consular import AssistanceCallerIdentified, AssistanceCaseOpened
from contracts.person import ClearPerson, Person
from contracts.times import day_of
from services.consular.projections.category_groups import CategoryGroup
from services.consular.schemas import AssistanceCaseRow, PermitRow

GROUP_TITLES: Mapping[CategoryGroup, str] = {
    CategoryGroup.DETENTION: N_("Detention"),
    CategoryGroup.MISSING: N_("Missing people"),
    CategoryGroup.DEATH: N_("Death"),
    CategoryGroup.ABUSE: N_("Abuse and shelter"),
    CategoryGroup.HEALTH: N_("Health"),
    CategoryGroup.WAGES: N_("Wages and work"),
    CategoryGroup.PAPERS: N_("Documents and return"),
    CategoryGroup.OTHER: N_("Other matters"),
}
"""The titles of the groups of categories, in the order of pages."""


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
        "danger": row.urgency == Urgency.LIFE_IN_DANGER,
        "pressing": row.urgency == Urgency.URGENT,
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


class Stated(Protocol):
    """An event of a case, or a step of its log."""

    @property
    def facts(self) -> Any: ...
    @property
    def person(self) -> Person | None: ...


def person_of(stated: Iterable[Stated]) -> Person | None:
    """Return the person of a case as recorded last, from its events, the oldest first.

    An identification with remarks only is ignored. None if nothing was recorded that tells who it is.
    """
    events = list(stated)
    for kind in (AssistanceCallerIdentified, AssistanceCaseOpened):
        known = [
            event.person
            for event in events
            if isinstance(event.facts, kind) and event.person is not None and not _remarks_only(event.person)
        ]
        if known:
            return known[-1]
    return None


def _remarks_only(person: Person) -> bool:
    return isinstance(person, ClearPerson) and not (
        person.documents or person.name or person.phone or person.birth
    )


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
        Column(N_("Name in Khmer script"), name_in("khmer")),
        Column(N_("Name in Latin script"), name_in("latin")),
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

BOARD_LIST = ExportedList(
    "case-board",
    N_("People in detention and missing people"),
    (
        *CASES_LIST.columns,
        Column(N_("Visited last"), lambda row: row["contacts"].visited_at, time=True),
        Column(N_("In contact last"), lambda row: row["contacts"].in_contact_at, time=True),
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
