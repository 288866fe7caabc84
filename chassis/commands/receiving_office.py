"""The office to which people are referred: which one a caller acts for, and its acknowledgement, for every service that refers."""

from __future__ import annotations

from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import OutOfReach, Runtime
from chassis.store.referral_receipts import acknowledge, office_of
from contracts.codes.assistance import ReferralOffice


def receiving_office(caller: Caller) -> ReferralOffice:
    """Return the office for which the caller receives referrals. Raises OutOfReach."""
    office = office_of(caller)
    if office is None:
        raise OutOfReach("nobody is referred to your office", remedy="ask for a token that names your office")
    return office


async def acknowledge_receipt(
    runtime: Runtime, caller: Caller, office: ReferralOffice, event_id: UUID, action: str
) -> None:
    """Record that the caller's office received a referral, with an entry of the audit. The first acknowledgement stays."""
    logged = runtime.audit.write(caller, action, evidence=[event_id], correlation=correlation())
    await acknowledge(runtime.pool, caller, office, event_id, runtime.clock.now(), logged)
