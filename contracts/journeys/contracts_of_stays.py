"""Rule J3: which employment contract belongs to which stay, and so to which journey.

Same country, and a term that overlaps the stay. A contract that was signed during a stay and starts after its end (while
the stay is open: after the running contract and the grace of the corridor) prepares the next journey.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from contracts.journeys.employment_contract import EmploymentContract
from contracts.journeys.stays import Stay, StayEnd
from contracts.reference.current import ReferenceData
from contracts.times import day_of, later

_SHORT = 7
"""Days of overlap with the end of a stay that may come from a date that was rounded."""


def assign(
    contracts: Sequence[EmploymentContract], stays: Sequence[Stay], reference: ReferenceData
) -> tuple[dict[int, list[EmploymentContract]], list[EmploymentContract]]:
    """Return the contracts of each stay by its place in ``stays``, and the contracts that belong to none.

    ``stays`` are those for work, in their order; ``contracts`` are sorted by their signing.
    """
    found: dict[int, list[EmploymentContract]] = {}
    unused: list[EmploymentContract] = []
    for contract in contracts:
        nth = _stay_of(contract, stays, found, reference)
        if nth is None:
            unused.append(contract)
        else:
            found.setdefault(nth, []).append(contract)
    return found, unused


def _stay_of(
    contract: EmploymentContract,
    stays: Sequence[Stay],
    found: dict[int, list[EmploymentContract]],
    reference: ReferenceData,
) -> int | None:
    first = contract.starts_on
    last = contract.ends_on if contract.withdrawn else contract.last_day
    if first is None or last is None:
        return None
    signed = contract.signed_at
    fallback: int | None = None
    for nth, stay in enumerate(stays):
        if stay.country != contract.country:
            continue
        begins = _first_day(stay)
        if begins > last:
            break
        ends = _last_day(stay, nth, first, signed >= stay.begins_at, found, reference)
        if ends is not None and first > ends:
            # Left before the term began, and came back before: unless a later stay fits.
            if fallback is None and signed <= stay.begins_at:
                fallback = nth
            continue
        if ends is not None and first > begins and stay.exit is not None and (ends - first).days < _SHORT:
            following = stays[nth + 1] if nth + 1 < len(stays) else None
            if (
                following is not None
                and following.country == contract.country
                and day_of(following.begins_at) <= last
            ):
                continue
        return nth
    return fallback


def _first_day(stay: Stay) -> date:
    """Return the first day on which the worker may have been there."""
    if stay.exit is not None or stay.moved_from is not None:
        return day_of(stay.begins_at)
    return date.min if stay.begins_after is None else day_of(stay.begins_after)


def _last_day(
    stay: Stay,
    nth: int,
    first: date,
    signed_during: bool,
    found: dict[int, list[EmploymentContract]],
    reference: ReferenceData,
) -> date | None:
    """Return the last day on which a contract may begin that still belongs to a stay; None if there is no limit."""
    if stay.end is StayEnd.ENTRY or stay.end is StayEnd.DEATH:
        assert stay.ended_at is not None
        return day_of(stay.ended_at)
    running = [
        contract.last_day for contract in found.get(nth, ()) if contract.last_day and not contract.withdrawn
    ]
    ends = None if stay.ended_at is None else day_of(stay.ended_at)
    if running and signed_during:
        grace = reference.corridor(stay.country, first).grace_days
        limit = later(max(running), timedelta(days=grace))
        return limit if ends is None else min(ends, limit)
    if ends is not None and stay.end is StayEnd.NOT_RECORDED:
        # The worker came back at an unknown time before the next exit: a contract that starts about then prepared it.
        leave = reference.corridor(stay.country, first).leave_days
        return max(day_of(stay.begins_at), later(ends, timedelta(days=-leave)))
    return ends
