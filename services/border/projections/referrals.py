"""Referrals by border posts, as the receiving office lists them: of screenings, and of children who came back alone.

An office sees the referrals to it of persons of its provinces, or of all with a reach of the whole country, and of each what it
is asked itself. A child who comes back without a responsible adult is referred by the crossing alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from contracts.codes.assistance import ReferralOffice
from contracts.codes.screening import HelpWanted

ReferralState = Literal["waiting", "acknowledged"]
FOR_CHILDREN = ReferralOffice.MOSVY
"""The office to which a child who comes back alone is referred."""
_REFERRED = """
SELECT found.*, r.caller, r.office, r.acknowledged_at FROM (
    SELECT screening_id AS event_id, crossing_id, checkpoint, screened_at AS referred_at, recorded_by, home_province,
        referrals, false AS alone
    FROM {screenings}.screenings WHERE referrals <> '' AND ' ' || referrals LIKE '% ' || $3 || ':%'
    UNION ALL
    SELECT crossing_id, crossing_id, checkpoint, occurred_at, recorded_by, home_province, $3 || ':' || $5, true
    FROM {crossings}.crossings WHERE child_alone AND $3 = $4
) AS found LEFT JOIN referral_receipts AS r ON r.event_id = found.event_id AND r.referred_to = $3
WHERE ($1 OR found.home_province = ANY($2::text[]))
"""


async def find_referrals(
    pool: Pool,
    schemas: dict[str, str],
    caller: Caller,
    office: ReferralOffice,
    state: ReferralState,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the referrals to an office that the caller may see, those that wait or are acknowledged, the latest first."""
    rows = await pool.fetch(
        _referred(schemas) + f" AND r.event_id IS {'NOT ' if state == 'acknowledged' else ''}NULL"
        " AND ($6::timestamptz IS NULL OR (found.referred_at, found.event_id) < ($6, $7::uuid))"
        " ORDER BY found.referred_at DESC, found.event_id DESC LIMIT $8",
        *_arguments(caller, office),
        *(after or (None, None)),
        limit,
    )
    return [_of_office(row, office) for row in rows]


async def find_referral(
    pool: Pool, schemas: dict[str, str], caller: Caller, office: ReferralOffice, event_id: UUID
) -> dict[str, Any] | None:
    """Return one referral to an office, if the caller may see it."""
    row = await pool.fetchrow(
        _referred(schemas) + " AND found.event_id = $6", *_arguments(caller, office), event_id
    )
    return None if row is None else _of_office(row, office)


async def count_referrals(
    pool: Pool, schemas: dict[str, str], caller: Caller, office: ReferralOffice
) -> Mapping[ReferralState, int]:
    """Return the numbers of referrals to an office that wait, and that are acknowledged."""
    row = await pool.fetchrow(
        "SELECT count(*) FILTER (WHERE acknowledged_at IS NULL) AS waiting, count(acknowledged_at) AS acknowledged"
        f" FROM ({_referred(schemas)}) AS counted",
        *_arguments(caller, office),
    )
    return {"waiting": row["waiting"], "acknowledged": row["acknowledged"]} if row is not None else {}


def _referred(schemas: dict[str, str]) -> str:
    return _REFERRED.format(crossings=schemas["crossings"], screenings=schemas["screenings"])


def _arguments(caller: Caller, office: ReferralOffice) -> tuple[Any, ...]:
    reach = caller.reach
    child = HelpWanted.CARE_OF_A_CHILD.value
    return reach.national, sorted(reach.provinces), office.value, FOR_CHILDREN.value, child


def _of_office(row: Any, office: ReferralOffice) -> dict[str, Any]:
    """Return a referral with what the office is asked, and nothing that others are."""
    own = [each.partition(":")[2] for each in row["referrals"].split() if each.startswith(f"{office}:")]
    found = dict(row)
    del found["referrals"]
    return found | {"help": own}
