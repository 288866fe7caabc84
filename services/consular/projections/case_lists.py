"""Lists of assistance cases within a caller's reach, and their counts, from the read model of the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from contracts.codes.assistance import AssistanceCategory
from contracts.codes.missions import MISSIONS
from contracts.times import day_of
from services.consular.projections.assistance_cases import HANDED_OVER, IN_CHARGE, VISIBLE, bounds
from services.consular.projections.category_groups import GROUPS, CategoryGroup

Whose = Literal["mine", "unassigned", "all"]
"""The cases of a list: the caller's own, those without an attaché, or all."""
State = Literal["open", "closed"]
_LIST_KEYS = {"open": ("urgency_rank", "queue_on", "case_id"), "closed": ("closed_at", "case_id")}
"""The columns by which a list is sorted, ascending for open cases and descending for closed ones."""
_KEY_TYPES = {"open": ("smallint", "date", "uuid"), "closed": ("timestamptz", "uuid")}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """The cases that a list shows; ``attache`` keeps the cases of one attaché."""

    whose: Whose = "all"
    state: State = "open"
    group: CategoryGroup | None = None
    attache: str | None = None
    mission: str | None = None

    def conditions(self, values: list[Any]) -> str:
        """Return the SQL conditions, the first three parameters being the caller's bounds; further ones are added."""
        found = [IN_CHARGE, VISIBLE, f"closed_at IS {'NOT ' if self.state == 'closed' else ''}NULL"]
        if self.whose == "mine":
            found.append("attache = $3")
        elif self.whose == "unassigned":
            found.append("attache IS NULL")
        if self.attache is not None:
            values.append(self.attache)
            found.append(f"attache = ${len(values)}")
        if self.mission is not None:
            values.append(self.mission)
            found.append(f"mission = ${len(values)}")
        if self.group is not None:
            values.append(sorted(GROUPS[self.group]))
            died = " OR died_on IS NOT NULL" if self.group is CategoryGroup.DEATH else ""
            found.append(f"(category = ANY(${len(values)}::text[]){died})")
        return " AND ".join(found)


def list_key(state: State, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the place of a row in its list."""
    return tuple(str(row[name]) if name == "case_id" else row[name] for name in _LIST_KEYS[state])


async def find_cases(
    pool: Pool,
    schema: str,
    caller: Caller,
    chosen: CaseFilter,
    *,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the cases within the caller's reach after the key ``after``.

    Open cases come by urgency, danger to life first, then by due date; closed ones by the closing, the latest first.
    """
    values = list[Any](bounds(caller))
    conditions = chosen.conditions(values)
    keys, opposite = _LIST_KEYS[chosen.state], chosen.state == "closed"
    if after is not None:
        first = len(values) + 1
        values += after
        given = ", ".join(f"${first + n}::{kind}" for n, kind in enumerate(_KEY_TYPES[chosen.state]))
        conditions += f" AND ({', '.join(keys)}) {'<' if opposite else '>'} ({given})"
    values.append(limit)
    order = ", ".join(f"{key} DESC" if opposite else key for key in keys)
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.assistance_cases WHERE {conditions} ORDER BY {order} LIMIT ${len(values)}",
        *values,
    )
    return [dict(row) for row in rows]


async def find_handed_over(
    pool: Pool, schema: str, caller: Caller, *, after: UUID | None = None, limit: int
) -> list[UUID]:
    """Return the cases that missions within the caller's reach handed over to others, the latest opened first."""
    rows = await pool.fetch(
        f"SELECT case_id FROM {schema}.assistance_cases WHERE {HANDED_OVER}"
        f" AND NOT {IN_CHARGE} AND {VISIBLE} AND ($4::uuid IS NULL OR case_id < $4) ORDER BY case_id DESC LIMIT $5",
        *bounds(caller),
        after,
        limit,
    )
    return [row["case_id"] for row in rows]


async def count_open_cases(pool: Pool, schema: str, caller: Caller, now: datetime) -> dict[str, int]:
    """Return the number of open cases within reach: all, dangerous to life, overdue, the caller's own, and unassigned."""
    found = await pool.fetchrow(
        "SELECT count(*) AS all, count(*) FILTER (WHERE urgency_rank = 0) AS danger,"
        " count(*) FILTER (WHERE due_on < ($5::date[])[array_position($4::text[], mission)]) AS overdue,"
        " count(*) FILTER (WHERE due_on = ($5::date[])[array_position($4::text[], mission)]) AS today,"
        " count(*) FILTER (WHERE attache = $3) AS mine, count(*) FILTER (WHERE attache IS NULL) AS unassigned"
        f" FROM {schema}.assistance_cases WHERE {IN_CHARGE} AND {VISIBLE} AND closed_at IS NULL",
        *bounds(caller),
        list(MISSIONS),
        [day_of(now, each.zone) for each in MISSIONS.values()],
    )
    return dict(found) if found is not None else {}


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """The numbers of cases of a list, by the group of their category, and by attaché (None: without an attaché)."""

    groups: Mapping[CategoryGroup, int]
    attaches: Mapping[str | None, int]


async def count_by_choice(pool: Pool, schema: str, caller: Caller, chosen: CaseFilter) -> CaseCounts:
    """Return the numbers of cases that each further choice of group or attaché would show."""
    values = list[Any](bounds(caller))
    conditions = chosen.conditions(values)
    rows = await pool.fetch(
        "SELECT category, attache, died_on IS NOT NULL AS died, count(*) AS cases"
        f" FROM {schema}.assistance_cases WHERE {conditions} GROUP BY 1, 2, 3",
        *values,
    )
    groups, attaches = dict.fromkeys(CategoryGroup, 0), dict[str | None, int]()
    for row in rows:
        own = next(
            group for group, categories in GROUPS.items() if AssistanceCategory(row["category"]) in categories
        )
        for group in {own} | ({CategoryGroup.DEATH} if row["died"] else set()):
            groups[group] += row["cases"]
        attaches[row["attache"]] = attaches.get(row["attache"], 0) + row["cases"]
    return CaseCounts(groups, attaches)


async def count_for_digest(pool: Pool, schema: str, mission: str, now: datetime) -> dict[str, int]:
    """Return the counts of a mission's open cases for its digest. Restricted cases are left out: a mailbox has many readers."""
    found = await pool.fetchrow(
        "SELECT count(*) FILTER (WHERE urgency_rank = 0) AS danger, count(*) FILTER (WHERE due_on < $2) AS overdue,"
        " count(*) FILTER (WHERE due_on = $2) AS today, count(*) FILTER (WHERE due_on = $2 + 1) AS tomorrow,"
        " count(*) FILTER (WHERE attache IS NULL) AS unassigned,"
        " count(*) FILTER (WHERE recorded_at > $3::timestamptz - interval '1 day') AS opened"
        f" FROM {schema}.assistance_cases WHERE mission = $1 AND readers = '' AND closed_at IS NULL",
        mission,
        day_of(now, MISSIONS[mission].zone),
        now,
    )
    return dict(found) if found is not None else {}
