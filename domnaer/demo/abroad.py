"""Uploads of history for recruitment, border and consular: from the employment contract to the return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from domnaer.demo import wording
from domnaer.demo.lines import Line, Upload, act, later, person_line, words_about
from domnaer.demo.moments import LAST_MOMENT
from domnaer.demo.people import DemoWorker
from domnaer.demo.rows import (
    AssistanceRow,
    DepartureRow,
    DeportedReturnRow,
    EmploymentContractRow,
    HandoverRow,
    ReturnRow,
)

GROWN_UP = 18
_UNREVIEWED = 97
"""One of this number of contracts of the last year still waits for its review."""


def contracts(rows: Sequence[EmploymentContractRow]) -> Iterator[Upload]:
    """Yield the employment contracts, and the ministry's approval of nearly all."""
    lines = [
        {
            **act(row),
            "person": person_line(row.person),
            "words": words_about(row.person),
            "agency_id": row.agency_id,
            "employer_id": row.employer_id,
            "terms": {
                "destination": row.destination,
                "sector": row.sector,
                "occupation": row.occupation,
                "wage": {"amount": str(row.wage_amount), "currency": row.wage_currency},
                "wage_period": row.wage_period,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
                "clauses": wording.CLAUSES,
            },
        }
        for row in rows
    ]
    yield Upload("/recruitment/employment-contracts/bulk", lines, rows)
    approvals = [
        # The approval is before the departure, which is 20 days or more after the signature.
        later(row, row.recorded_at + timedelta(days=1 + row.id.int % 5)) | {"contract_id": row.id}
        for row in rows
        if row.occurred_at.year < 2014 or row.id.int % _UNREVIEWED
    ]
    yield Upload("/recruitment/employment-contracts/approvals/bulk", approvals)


def departures(rows: Sequence[DepartureRow]) -> Iterator[Upload]:
    """Yield the departures for work."""
    lines = [
        {
            **_crossing(row, row.person, row.checkpoint),
            "kind": "departure",
            "destination": row.destination,
            "purpose": row.purpose,
        }
        for row in rows
    ]
    yield Upload("/border/crossings/bulk", lines, rows)


def returns(rows: Sequence[ReturnRow]) -> Iterator[Upload]:
    """Yield the returns, alone or on a lorry."""
    lines = [
        {
            **_crossing(row, row.person, row.checkpoint),
            **_together(row),
            "kind": "return",
            "returned_from": row.origin,
            "reason": wording.RETURNED[row.reason],
        }
        for row in rows
    ]
    yield Upload("/border/crossings/bulk", lines, rows)


def handovers(rows: Sequence[HandoverRow]) -> Iterator[Upload]:
    """Yield the handovers of deportees and their counts."""
    lines = [
        {
            **act(row),
            "checkpoint": row.checkpoint,
            "handed_over_by": "THA",
            "authority": "immigration",
            "vehicle": "lorry",
            "vehicle_id": row.vehicle_id,
            "count_announced": row.announced,
            "words": {"authority": row.authority, "place": row.place},
        }
        for row in rows
    ]
    yield Upload("/border/handovers/bulk", lines, rows)
    counts = [later(row, row.occurred_at) | {"handover_id": row.id, "count_taken": row.taken} for row in rows]
    yield Upload("/border/handovers/counts/bulk", counts)


def deported(rows: Sequence[DeportedReturnRow]) -> Iterator[Upload]:
    """Yield the returns of deportees."""
    lines = [
        {
            **_crossing(row, row.person, row.checkpoint),
            **_together(row),
            "kind": "deported_return",
            "returned_from": row.origin,
            "authority": "immigration",
            "handover_id": row.handover_id,
        }
        for row in rows
    ]
    yield Upload("/border/crossings/bulk", lines, rows)


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
            "words": {"action": step.action.replace("_", " ").capitalize()},
        }
        for row in rows
        for step in row.actions
    ]
    yield Upload("/consular/cases/actions/bulk", actions)
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


def _crossing(row: DepartureRow | ReturnRow | DeportedReturnRow, person: DemoWorker, checkpoint: str) -> Line:
    return act(row) | {
        "person": person_line(person),
        "words": words_about(person),
        "checkpoint": checkpoint,
        "vehicle": "aircraft" if checkpoint in wording.AIRPORTS else "bus",
    }


def _together(row: ReturnRow | DeportedReturnRow) -> Line:
    line: Line = {}
    if row.vehicle_id is not None:
        line |= {"vehicle": "lorry", "vehicle_id": row.vehicle_id}
    if row.family_id is not None:
        line["family_id"] = row.family_id
    if row.occurred_at.year - row.person.birth.on.year < GROWN_UP:
        line["unaccompanied_minor"] = row.family_id is None
    return line
