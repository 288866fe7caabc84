"""The condition of queries that a record is within the caller's reach: its agency, or the country of its work."""

from __future__ import annotations

from uuid import UUID

from chassis.access.permissions import Reach

WITHIN = "($1 OR agency_id = ANY($2::text[]) OR {country} = ANY($3::text[]))"
"""SQL with the column of the country as its only field; :func:`bounds` gives its parameters."""
WITHIN_OR_OFFICIAL = f"({WITHIN} OR agency_id IS NULL AND cardinality($2::text[]) > 0)"
"""The same for employers and workplaces: every agency reads those that the ministry or a mission registered."""


def bounds(reach: Reach) -> tuple[bool, list[str], list[str]]:
    """Return the first three parameters of a query with one of the conditions."""
    return reach.national, sorted(reach.agencies), sorted(reach.countries)


def may_read(reach: Reach, agency_id: UUID | None, country: str | None) -> bool:
    """Return :data:`WITHIN_OR_OFFICIAL` for the state of one employer or workplace."""
    if agency_id is None and reach.agencies:
        return True
    return reach.national or country in reach.countries or str(agency_id) in reach.agencies
