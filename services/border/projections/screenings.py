"""The read model of screenings: which crossings were asked about, and the referrals that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from contracts.border import ScreeningRecorded
from contracts.codes.screening import ScreeningEnd
from contracts.envelope import Event, Fact
from services.border.projections.periods import Period

DDL = """
CREATE TABLE screenings (
    screening_id   uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    crossing_id    uuid        NOT NULL,
    checkpoint     text        NOT NULL,
    screened_at    timestamptz NOT NULL,
    ended          text        NOT NULL,
    home_province  text,
    recorded_by    text        NOT NULL,
    referrals      text        NOT NULL
);
CREATE INDEX screenings_of_crossing ON screenings (crossing_id);
CREATE INDEX screenings_with_referrals ON screenings (screened_at) WHERE referrals <> '';
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of a screening. A referral is written as office, colon, help."""
    event, facts = events[0], events[0].facts
    if not isinstance(facts, ScreeningRecorded):
        return None
    return (
        record_of(event.stream),
        record_of(facts.about),
        facts.checkpoint,
        event.occurred_at,
        str(facts.ended),
        facts.home_province,
        facts.recorded.by,
        " ".join(f"{each.office}:{each.help}" for each in facts.referrals),
    )


SCREENINGS = StreamProjection(
    name="screenings",
    columns=(
        ("screening_id", "uuid"),
        ("crossing_id", "uuid"),
        ("checkpoint", "text"),
        ("screened_at", "timestamptz"),
        ("ended", "text"),
        ("home_province", "text"),
        ("recorded_by", "text"),
        ("referrals", "text"),
    ),
    ddl=DDL,
    row=row,
)
_NOT_ASKED = """
FROM {crossings}.crossings AS c WHERE c.kind IN ('return', 'deported_return') AND c.checkpoint = ANY($1::text[])
AND NOT EXISTS (SELECT FROM {screenings}.screenings AS s WHERE s.crossing_id = c.crossing_id AND s.ended <> $2)
"""


class Group(NamedTuple):
    """The persons of a handover at the posts of a caller."""

    posts: Sequence[str]
    handover_id: UUID


Returnees = Period | Group
"""The returns that are asked for: those of a period, or of a handover."""


async def find_not_asked(
    pool: Pool, schemas: dict[str, str], of: Returnees, after: tuple[Any, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the returns whose persons were not asked yet or left early, the latest first."""
    query, values = _not_asked(schemas, of)
    first = len(values) + 1
    rows = await pool.fetch(
        f"SELECT c.* {query}"
        f" AND (${first}::timestamptz IS NULL OR (c.occurred_at, c.crossing_id) < (${first}, ${first + 1}::uuid))"
        f" ORDER BY c.occurred_at DESC, c.crossing_id DESC LIMIT ${first + 2}",
        *values,
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def count_not_asked(pool: Pool, schemas: dict[str, str], of: Returnees) -> int:
    """Return the number of returns whose persons were not asked yet or left early."""
    query, values = _not_asked(schemas, of)
    found: int = await pool.fetchval(f"SELECT count(*) {query}", *values)
    return found


async def find_groups_not_asked(
    pool: Pool, schemas: dict[str, str], period: Period, limit: int
) -> list[dict[str, Any]]:
    """Return the handovers of which persons who came back in a period were not asked yet, with how many."""
    query, values = _not_asked(schemas, period)
    rows = await pool.fetch(
        f"SELECT h.*, counted.persons FROM {schemas['handovers']}.handovers AS h JOIN ("
        f"SELECT c.handover_id, count(*) AS persons {query} AND c.handover_id IS NOT NULL GROUP BY 1"
        f") AS counted USING (handover_id) ORDER BY h.announced_at DESC, h.handover_id DESC LIMIT ${len(values) + 1}",
        *values,
        limit,
    )
    return [dict(row) for row in rows]


def _not_asked(schemas: dict[str, str], of: Returnees) -> tuple[str, tuple[Any, ...]]:
    """Return the query from its tables on, and its values."""
    query = _NOT_ASKED.format(crossings=schemas["crossings"], screenings=schemas["screenings"])
    values = (list(of.posts), ScreeningEnd.LEFT_EARLY.value)
    if isinstance(of, Group):
        return f"{query} AND c.handover_id = $3", (*values, of.handover_id)
    return f"{query} AND c.occurred_at >= $3 AND c.occurred_at < $4", (*values, of.since, of.until)
