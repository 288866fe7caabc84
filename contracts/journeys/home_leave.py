"""Rule J2, home leave: whether a worker who came home goes on with the same journey.

Some returns end the journey. Any other return is leave if the next exit for work to the same country comes while a contract
of the journey runs, or within the corridor's number of days, unless that exit has a new contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts.journeys.employment_contract import EmploymentContract
from contracts.journeys.stays import Stay, StayEnd
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.reference.current import ReferenceData
from contracts.times import day_of, later

FINAL = frozenset(
    ("remains", "mass_return", "fear_of_arrest", "contract_completed", "contract_ended_early", "deported")
)


def is_final(entry: TimelineEvent) -> bool:
    """Return whether a return ends the journey whatever follows."""
    return entry.kind is Kind.DEPORTATION or (entry.kind is Kind.RETURN and entry.code in FINAL)


def continues(
    before: Stay,
    stay: Stay,
    running: Sequence[EmploymentContract],
    new: Sequence[EmploymentContract],
    reference: ReferenceData,
) -> bool:
    """Return whether a stay continues the journey of the stay before it.

    ``running`` are the contracts of that journey, ``new`` those that belong to the stay.
    """
    if before.end is StayEnd.MOVED_ON:
        return stay.moved_from is before
    if before.end in (StayEnd.DEATH, StayEnd.REPATRIATED, None) or before.country != stay.country:
        return False
    if before.entry is not None and is_final(before.entry):
        return False
    if any(not contract.withdrawn for contract in new):
        return False
    left = stay.begins_at
    if any(contract.runs_on(day_of(left)) and not contract.withdrawn for contract in running):
        return True
    # Over a gap (J5) the days count from exit to exit, since nobody knows when the worker came back.
    since = before.begins_at if before.end is StayEnd.NOT_RECORDED else before.ended_at
    assert since is not None
    days = reference.corridor(stay.country, day_of(left)).leave_days
    return left - since <= timedelta(days=days)


def on_leave_until(stay: Stay, reference: ReferenceData) -> datetime | None:
    """Return the instant until which a return counts as leave, although no exit has followed yet; None if it looks final.

    These count as leave for the corridor's days: a home visit, a re-entry permit shown, a return with a border pass.
    """
    entry = stay.entry
    if entry is None or is_final(entry):
        return None
    shown = {each.kind for each in entry.shown or ()}
    if entry.code != "visit_home" and not shown & {"re_entry_permit", "border_pass"}:
        return None
    days = reference.corridor(stay.country, day_of(entry.placed)).leave_days
    return later(entry.placed, timedelta(days=days))
