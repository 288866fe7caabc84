"""Uploads of history for the consular service: assistance cases and permits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from domnaer.demo import wording
from domnaer.demo.lines import Upload, act, later, person_line, words_about
from domnaer.demo.moments import LAST_MOMENT
from domnaer.demo.rows import AssistanceRow, PermitRow


def assistance(rows: Sequence[AssistanceRow]) -> Iterator[Upload]:
    """Yield the assistance cases, their actions and their outcomes."""
    opened = []
    for row in rows:
        line = act(row) | {
            "person": person_line(row.person),
            "words": words_about(row.person),
            "mission": row.mission,
            "country": row.country,
            "category": row.category,
            "urgency": wording.URGENCY[row.urgency],
            "reported_by": row.reported_by,
            "worker_in": row.worker_in,
        }
        if row.contract_id is not None:
            line |= {"about": f"employment-contract-{row.contract_id}", "status_abroad": "regular"}
        if row.outcome is None:
            line["due_on"] = _due(row)
        # Every third open case is not yet assigned to an attaché.
        if row.mission in wording.ATTACHES and (row.outcome is not None or row.id.int % 3):
            line["attache"] = wording.ATTACHES[row.mission]
        opened.append(line)
    yield Upload("/consular/cases/bulk", opened, rows)
    actions = [
        later(row, step.occurred_at)
        | {
            "case_id": row.id,
            "action": wording.ACTIONS[step.action],
            "with_whom": wording.CONTACTS[step.action],
            "worker_in": step.worker_in,
            "words": {"action": step.action.replace("_", " ").capitalize()},
        }
        for row in rows
        for step in row.actions
    ]
    yield Upload("/consular/cases/actions/bulk", actions)
    deaths = [
        later(row, row.occurred_at)
        | {
            "case_id": row.id,
            "died_on": row.death.died_on,
            "died_in": row.country,
            "cause": row.death.cause,
        }
        for row in rows
        if row.death is not None
    ]
    yield Upload("/consular/cases/deaths/bulk", deaths)
    closings = [
        later(row, row.closed_at)
        | {
            "case_id": row.id,
            "outcome": wording.OUTCOMES[row.outcome],
            "words": {"outcome": row.outcome.replace("_", " ").capitalize()},
        }
        for row in rows
        if row.outcome is not None and row.closed_at is not None
    ]
    yield Upload("/consular/cases/closings/bulk", closings)


def _due(row: AssistanceRow) -> date:
    """Return the due date of an open case, in the weeks around the pinned day of the demo."""
    return max(row.occurred_at.date(), LAST_MOMENT.date() + timedelta(days=row.id.int % 36 - 14))


def permits(rows: Sequence[PermitRow]) -> Iterator[Upload]:
    """Yield the cards of the one-stop centres, and those that lapsed before their last day."""
    lines = [
        {
            **act(row),
            "person": person_line(row.person),
            "words": words_about(row.person),
            "mission": row.mission,
            "country": row.country,
            "kind": "pink_card",
            "regularisation": True,
            "valid_from": row.occurred_at.date(),
            "valid_until": row.valid_until,
        }
        for row in rows
    ]
    yield Upload("/consular/permits/bulk", lines, rows)
    lapses = [
        later(row, row.lapsed_at)
        | {"permit_id": row.id, "lapsed_on": row.lapsed_at.date(), "reason": row.lapse_reason}
        for row in rows
        if row.lapsed_at is not None
    ]
    yield Upload("/consular/permits/lapses/bulk", lapses)
