"""Uploads of history for recruitment and border: from the employment contract to the return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from domnaer.demo import wording
from domnaer.demo.contract_terms import terms
from domnaer.demo.lines import Line, Upload, act, later, person_line, words_about
from domnaer.demo.people import DemoWorker
from domnaer.demo.rows import (
    DepartureRow,
    DeportedReturnRow,
    EmploymentContractRow,
    HandoverRow,
    ReturnRow,
)

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
                **terms(row),
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
            "channel": wording.CHANNELS.get(row.destination),
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
            "ground": _ground(row),
            "handover_id": row.handover_id,
        }
        for row in rows
    ]
    yield Upload("/border/crossings/bulk", lines, rows)


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
    if row.role != "worker":
        line["role"] = row.role
    if row.role == "child":
        line |= {"accompanied_by": row.accompanied_by, "unaccompanied_minor": row.accompanied_by == "nobody"}
    if row.adult_crossing is not None:
        line["adult_crossing"] = row.adult_crossing
    return line


def _ground(row: DeportedReturnRow) -> str:
    """Return the ground of a deportation: overstay for a worker with a passport or a border pass."""
    kinds = {document.kind for document in row.person.documents}
    if kinds & {"passport", "border_pass"}:
        return "overstay"
    if "pink_card" in kinds:
        return "work_without_permit"
    return ("irregular_stay", "irregular_stay", "irregular_entry", "not_stated")[row.id.int % 4]
