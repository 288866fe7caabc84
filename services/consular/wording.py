"""The texts of a case on a page: titles of codes, the due date relative to today, and the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    LegalStatus,
    Urgency,
)
from contracts.codes.missions import MISSIONS
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.envelope import ClearPerson, ErasedPerson, SealedPerson
from services.consular.schemas import AssistanceCaseRow, AssistanceCaseView


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


def shown(row: AssistanceCaseRow, today: date) -> dict[str, Any]:
    """Return a case as the templates show it, codes replaced by message ids."""
    return {
        "id": row.case_id,
        "mission": MISSIONS[row.mission].title_en,
        "country": COUNTRIES[row.country],
        "category": AssistanceCategory(row.category).title_en,
        "urgency": Urgency(row.urgency).title_en,
        "pressing": row.urgency in (Urgency.URGENT, Urgency.LIFE_IN_DANGER),
        "status_abroad": LegalStatus(row.status_abroad).title_en,
        "due_on": row.due_on,
        "due": Due.of(row.due_on, today),
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
