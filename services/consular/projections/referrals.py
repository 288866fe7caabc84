"""Referrals of persons to other offices, as the receiving office lists them, and its acknowledgements.

An office sees the referrals to it of persons of its provinces, or of all with a reach of the whole country. A restricted case
is listed by no other office: only the people whom it names may know of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.store.append import Statement
from chassis.store.database import Pool
from contracts.codes.assistance import ReferralOffice

ReferralState = Literal["waiting", "acknowledged"]
_OFFICES: Mapping[str, ReferralOffice] = MappingProxyType(
    {
        "NEA": ReferralOffice.NEA,
        "MOI": ReferralOffice.MOI,
        "MOLVT": ReferralOffice.MOLVT,
        "MOSVY": ReferralOffice.MOSVY,
    }
)
"""The office to which a mission refers, by the code of an office in tokens; ``NEA-02`` is one of the agency."""
_REFERRED = """
SELECT case_id, mission, category, referral.at AS referred_at, referral.id AS event_id, r.caller, r.office, r.acknowledged_at
FROM {schema}.assistance_cases,
LATERAL (SELECT split_part(each, ':', 2)::uuid AS id, to_timestamp(split_part(each, ':', 3)::double precision) AS at
    FROM unnest(string_to_array(referrals, ' ')) AS each WHERE split_part(each, ':', 1) = $3) AS referral
LEFT JOIN referral_receipts AS r ON r.event_id = referral.id
WHERE referrals <> '' AND readers = '' AND ($1 OR home_province = ANY($2::text[]))
"""


def office_of(caller: Caller) -> ReferralOffice | None:
    """Return the office for which a caller receives referrals; None if the caller's office receives none."""
    return _OFFICES.get(caller.office.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of a referral by the office that received it."""

    caller: str
    office: str
    acknowledged_at: datetime


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


async def acknowledge(
    pool: Pool, caller: Caller, office: ReferralOffice, event_id: UUID, now: datetime, logged: Statement
) -> None:
    """Store that an office received a referral, with the audit entry; the first acknowledgement stays."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(logged.sql, *logged.args)
        await connection.execute(
            "INSERT INTO referral_receipts (event_id, referred_to, caller, office, acknowledged_at)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            event_id,
            office.value,
            caller.id,
            caller.office,
            now,
        )


async def receipts_of(pool: Pool, event_ids: Iterable[UUID]) -> dict[UUID, Receipt]:
    """Return the acknowledgements of referrals by their events, for those who see the case."""
    rows = await pool.fetch(
        "SELECT event_id, caller, office, acknowledged_at FROM referral_receipts WHERE event_id = ANY($1::uuid[])",
        list(event_ids),
    )
    return {row["event_id"]: Receipt(row["caller"], row["office"], row["acknowledged_at"]) for row in rows}
