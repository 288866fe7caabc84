"""Acknowledgements of referrals by the offices that receive them, in a table of the service that refers.

The migration of such a service creates table ``referral_receipts``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.store.append import Statement
from chassis.store.database import Pool
from contracts.codes.assistance import RECEIVING_OFFICES, ReferralOffice


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of a referral by the office that received it."""

    caller: str
    office: str
    acknowledged_at: datetime


def office_of(caller: Caller) -> ReferralOffice | None:
    """Return the office for which a caller receives referrals; None if the caller's office receives none."""
    return RECEIVING_OFFICES.get(caller.office.partition("-")[0])


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


async def receipts_of(pool: Pool, event_ids: Iterable[UUID]) -> dict[tuple[UUID, ReferralOffice], Receipt]:
    """Return the acknowledgements of referrals by their events and offices, for those who see who was referred."""
    rows = await pool.fetch(
        "SELECT event_id, referred_to, caller, office, acknowledged_at FROM referral_receipts WHERE event_id = ANY($1::uuid[])",
        list(event_ids),
    )
    return {
        (row["event_id"], ReferralOffice(row["referred_to"])): Receipt(
            row["caller"], row["office"], row["acknowledged_at"]
        )
        for row in rows
    }
