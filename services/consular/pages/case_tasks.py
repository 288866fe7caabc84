"""The task list of a case: what is usually done in cases of its subject, and what of it was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from contracts.codes.assistance import AssistanceAction, AssistanceCategory
from contracts.consular import AssistanceActionLogged
from services.consular.schemas import AssistanceStep

_DETENTION = (
    AssistanceAction.DETENTION_VISIT,
    AssistanceAction.INTERPRETER,
    AssistanceAction.LEGAL_AID_ARRANGED,
    AssistanceAction.CONTACT_WITH_FAMILY,
    AssistanceAction.DOCUMENT_ISSUED,
    AssistanceAction.REPATRIATION_ARRANGED,
)
_ABUSE = (
    AssistanceAction.VISIT,
    AssistanceAction.SHELTER_ARRANGED,
    AssistanceAction.HOSPITAL_VISIT,
    AssistanceAction.INTERPRETER,
    AssistanceAction.LEGAL_AID_ARRANGED,
    AssistanceAction.REPATRIATION_ARRANGED,
)
_WAGES = (
    AssistanceAction.CALL,
    AssistanceAction.CONTACT_WITH_EMPLOYER,
    AssistanceAction.LETTER,
    AssistanceAction.LEGAL_AID_ARRANGED,
)
_RETURN = (
    AssistanceAction.DOCUMENT_ISSUED,
    AssistanceAction.CONTACT_WITH_FAMILY,
    AssistanceAction.REPATRIATION_ARRANGED,
)
USUAL_ACTIONS: Mapping[AssistanceCategory, tuple[AssistanceAction, ...]] = MappingProxyType(
    {
        AssistanceCategory.DETAINED_OR_IMPRISONED: _DETENTION,
        AssistanceCategory.WHEREABOUTS: (
            AssistanceAction.CONTACT_WITH_FAMILY,
            AssistanceAction.CONTACT_WITH_EMPLOYER,
            AssistanceAction.LETTER,
            AssistanceAction.VISIT,
        ),
        AssistanceCategory.MORTAL_REMAINS: (
            AssistanceAction.CONTACT_WITH_FAMILY,
            AssistanceAction.CONTACT_WITH_EMPLOYER,
            AssistanceAction.DOCUMENT_ISSUED,
            AssistanceAction.REPATRIATION_ARRANGED,
        ),
        AssistanceCategory.ABUSE: _ABUSE,
        AssistanceCategory.SEXUAL_ABUSE: _ABUSE,
        AssistanceCategory.SHELTER: (AssistanceAction.SHELTER_ARRANGED, *_RETURN),
        AssistanceCategory.HEALTH: (
            AssistanceAction.HOSPITAL_VISIT,
            AssistanceAction.INTERPRETER,
            AssistanceAction.CONTACT_WITH_EMPLOYER,
            AssistanceAction.CONTACT_WITH_FAMILY,
        ),
        AssistanceCategory.WAGES: _WAGES,
        AssistanceCategory.COMPENSATION: _WAGES,
        AssistanceCategory.CONTRACT: _WAGES,
        AssistanceCategory.EMPLOYER: _WAGES,
        AssistanceCategory.AGENCY: _WAGES,
        AssistanceCategory.DOMESTIC_WORK: _WAGES,
        AssistanceCategory.DOCUMENTS: (AssistanceAction.LETTER, AssistanceAction.DOCUMENT_ISSUED),
        AssistanceCategory.REPATRIATION: _RETURN,
        AssistanceCategory.MARITAL: (AssistanceAction.CALL, AssistanceAction.LEGAL_AID_ARRANGED),
        AssistanceCategory.SCHOOLING_OF_CHILDREN: (AssistanceAction.CALL, AssistanceAction.LETTER),
        AssistanceCategory.OTHER: (AssistanceAction.CALL,),
    }
)
"""The usual tasks in cases of a subject, in their usual order (general knowledge of consular work; no rule demands it)."""


@dataclass(frozen=True, slots=True)
class Task:
    """An action that is usual in a case, and when it was done last; None if it was not."""

    action: AssistanceAction
    done_at: datetime | None


def tasks_of(category: str, steps: Iterable[AssistanceStep]) -> list[Task]:
    """Return the tasks of a case from its category and its log."""
    done: dict[AssistanceAction, datetime] = {}
    for step in steps:
        if isinstance(step.facts, AssistanceActionLogged):
            action = step.facts.action
            done[action] = max(step.occurred_at, done.get(action, step.occurred_at))
    return [Task(each, done.get(each)) for each in USUAL_ACTIONS[AssistanceCategory(category)]]


def usual_first(category: str) -> list[AssistanceAction]:
    """Return all actions, those that are usual in cases of a category first."""
    usual = USUAL_ACTIONS[AssistanceCategory(category)]
    return [*usual, *(each for each in AssistanceAction if each not in usual)]
