"""Referrals of persons to other offices, as the receiving office lists them.

An office sees the referrals to it of persons of its provinces, or of all with a reach of the whole country. A restricted case
is listed by no other office: only the people whom it names may know of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from contracts.codes.assistance import ReferralOffice

ReferralState = Literal["waiting", "acknowledged"]
_REFERRED = """
SELECT case_id, mission, category, referral.at AS referred_at, referral.id AS event_id, r.caller, r.office, r.acknowledged_at
FROM {schema}.assistance_cases,
LATERAL (SELECT split_part(each, ':', 2)::uuid AS id, to_timestamp(split_part(each, ':', 3)::double precision) AS at
    FROM unnest(string_to_array(referrals, ' ')) AS each WHERE split_part(each, ':', 1) = $3) AS referral
LEFT JOIN referral_receipts AS r ON r.event_id = referral.id
WHERE referrals <> '' AND readers = '' AND ($1 OR home_province = ANY($2::text[]))
"""


async def find_referrals(
    pool: Pool,
    schema: str,
    caller: Caller,
    office: ReferralOffice,
    state: ReferralState,
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the referrals to an office that the caller may see, those that wait or are acknowledged, the latest first."""
    at, event_id = (None, None) if after is None else after
    rows = await pool.fetch(
        _REFERRED.format(schema=schema)
        + f" AND r.event_id IS {'NOT ' if state == 'acknowledged' else ''}NULL"
        " AND ($4::timestamptz IS NULL OR (referral.at, referral.id) < ($4, $5::uuid))"
        " ORDER BY referral.at DESC, referral.id DESC LIMIT $6",
        caller.reach.national,
        sorted(caller.reach.provinces),
        office.value,
        at,
        event_id,
        limit,
    )
    return [dict(row) for row in rows]


async def find_referral(
    pool: Pool, schema: str, caller: Caller, office: ReferralOffice, event_id: UUID
) -> dict[str, Any] | None:
    """Return one referral to an office, if the caller may see it."""
    row = await pool.fetchrow(
        _REFERRED.format(schema=schema) + " AND referral.id = $4",
        caller.reach.national,
        sorted(caller.reach.provinces),
        office.value,
        event_id,
    )
    return None if row is None else dict(row)


async def count_referrals(
    pool: Pool, schema: str, caller: Caller, office: ReferralOffice
) -> Mapping[ReferralState, int]:
    """Return the numbers of referrals to an office that wait, and that are acknowledged."""
    row = await pool.fetchrow(
        "SELECT count(*) FILTER (WHERE acknowledged_at IS NULL) AS waiting, count(acknowledged_at) AS acknowledged"
        f" FROM ({_REFERRED.format(schema=schema)}) AS found",
        caller.reach.national,
        sorted(caller.reach.provinces),
        office.value,
    )
    return {"waiting": row["waiting"], "acknowledged": row["acknowledged"]} if row is not None else {}
