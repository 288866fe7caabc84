"""The counsellor's queues: the cases within a reach that fit a filter, in an order, page by page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.organisation_keys import keys_asked
from services.reintegration.domain.case import aged_before
from services.reintegration.domain.follow_up import LAST, months_later

Queue = Literal["unassigned", "mine", "open", "overdue", "closed"]
PageQueue = Queue | Literal["aged"]
"""With those who were never contacted, and came back so long ago that a case may be closed so."""
Order = Literal["due", "newest", "waiting"]
WayBack = Literal["border", "mission"]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """The features that the cases of a list have in common; None does not restrict."""

    province: str | None = None
    """The province in charge."""
    back_since: date | None = None
    back_until: date | None = None
    need: str | None = None
    """A need, or an empty text for cases of which the needs were not asked yet."""
    deported: bool | None = None
    way_back: WayBack | None = None
    """Whether the border recorded the return, or a mission that sent the worker home."""
    name: str | None = None
    """Words of the returnee's name, or their beginnings."""


EVERY_CASE = CaseFilter()

_WITHIN = "($1 OR province = ANY($2::text[]))"
_UNCONTACTED = "outcome IS NULL AND mark IS NULL AND last_contact_at IS NULL AND starts_on IS NULL"
_QUEUES: Mapping[str, str] = {
    "aged": _UNCONTACTED,
    "unassigned": "outcome IS NULL AND counsellor IS NULL",
    "mine": "outcome IS NULL AND counsellor = $3",
    "open": "outcome IS NULL",
    "overdue": "outcome IS NULL AND queue_on < $4",
    "closed": "outcome IS NOT NULL",
    "all": "true",
}
_FITS = (
    " $3::text IS NOT NULL AND $4::date IS NOT NULL"
    " AND ($5::text IS NULL OR province = $5)"
    " AND ($6::date IS NULL OR came_back_on >= $6) AND ($7::date IS NULL OR came_back_on <= $7)"
    " AND ($8::text IS NULL OR CASE $8 WHEN '' THEN needs = '' ELSE string_to_array(needs, ' ') @> ARRAY[$8] END)"
    " AND ($9::boolean IS NULL OR deported = $9)"
    " AND ($10::text IS NULL OR starts_with(about, $10))"
    " AND (cardinality($11::text[]) = 0 OR string_to_array(keys, ' ') @> $11)"
)
_ABOUT: Mapping[str, str] = {"border": "crossing-", "mission": "assistance-case-"}
_ORDERS: Mapping[str, tuple[str, str, str, str]] = {
    "due": ("queue_on", "date", ">", "ASC"),
    "newest": ("came_back_on", "date", "<", "DESC"),
    "waiting": ("waits_since", "date", ">", "ASC"),
    "closed": ("closed_at", "timestamptz", "<", "DESC"),
}


def order_key(queue: str, order: Order) -> str:
    """Return the column by which a queue is sorted: closed cases always by the time of their closing."""
    return _ORDERS["closed" if queue == "closed" else order][0]


def _arguments(reach: Reach, caller: str, today: date, fits: CaseFilter) -> tuple[Any, ...]:
    return (
        reach.national,
        sorted(reach.provinces),
        caller,
        today,
        fits.province,
        fits.back_since,
        fits.back_until,
        fits.need,
        fits.deported,
        None if fits.way_back is None else _ABOUT[fits.way_back],
        keys_asked(fits.name),
    )


async def find_queue(
    pool: Pool,
    schema: str,
    reach: Reach,
    queue: PageQueue | Literal["all"],
    caller: str,
    today: date,
    fits: CaseFilter,
    order: Order,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the cases of a queue within the caller's reach that fit, after the key ``after``, in an order."""
    if queue == "aged":
        last = aged_before(today) - timedelta(days=1)
        fits = replace(fits, back_until=min(fits.back_until or last, last))
    key, kind, way, direction = _ORDERS["closed" if queue == "closed" else order]
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.cases WHERE {_WITHIN} AND {_QUEUES[queue]} AND {_FITS}"
        f" AND ($12::{kind} IS NULL OR ({key}, case_id) {way} ($12, $13::uuid))"
        f" ORDER BY {key} {direction}, case_id {direction} LIMIT $14",
        *_arguments(reach, caller, today, fits),
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def find_cases(
    pool: Pool, schema: str, reach: Reach, case_ids: Collection[UUID]
) -> list[dict[str, Any]]:
    """Return the cases of some ids that are within the caller's reach, those who came back last first."""
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.cases WHERE {_WITHIN} AND case_id = ANY($3::uuid[])"
        " ORDER BY came_back_on DESC, case_id DESC",
        reach.national,
        sorted(reach.provinces),
        list(case_ids),
    )
    return [dict(row) for row in rows]


async def count_queues(
    pool: Pool, schema: str, reach: Reach, caller: str, today: date, fits: CaseFilter = EVERY_CASE
) -> dict[str, int]:
    """Count the open cases of each queue within the caller's reach that fit."""
    row = await pool.fetchrow(
        "SELECT count(*) AS open, count(*) FILTER (WHERE counsellor IS NULL) AS unassigned,"
        " count(*) FILTER (WHERE counsellor = $3) AS mine, count(*) FILTER (WHERE queue_on < $4) AS overdue,"
        f" count(*) FILTER (WHERE {_UNCONTACTED} AND came_back_on < $12::date) AS aged"
        f" FROM {schema}.cases WHERE {_WITHIN} AND outcome IS NULL AND {_FITS}",
        *_arguments(reach, caller, today, fits),
        aged_before(today),
    )
    assert row is not None
    return dict(row)


_GRACE_MONTHS = 3
"""A follow-up that nobody made is not due for ever: so long after the last of them."""


async def find_follow_ups(
    pool: Pool,
    schema: str,
    reach: Reach,
    caller: str | None,
    until: date,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the cases within the caller's reach whose new job is to be followed up until a day, the earliest first.

    With ``caller`` only those of which this counsellor is in charge.
    """
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.cases WHERE {_WITHIN} AND follow_up_on <= $4 AND starts_on >= $5"
        " AND ($3::text IS NULL OR counsellor = $3)"
        " AND ($6::date IS NULL OR (follow_up_on, case_id) > ($6, $7::uuid))"
        " ORDER BY follow_up_on, case_id LIMIT $8",
        reach.national,
        sorted(reach.provinces),
        caller,
        until,
        months_later(until, -(LAST + _GRACE_MONTHS)),
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]
