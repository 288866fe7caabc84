"""The read model of screenings: which crossings were asked about, and the referrals that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
FROM {crossings}.crossings AS c WHERE c.kind IN ('return', 'deported_return')
AND c.checkpoint = ANY($1::text[]) AND c.occurred_at >= $2 AND c.occurred_at < $3
AND NOT EXISTS (SELECT FROM {screenings}.screenings AS s WHERE s.crossing_id = c.crossing_id AND s.ended <> $4)
"""


async def find_not_asked(
    pool: Pool, schemas: dict[str, str], period: Period, after: tuple[Any, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the returns of a period whose persons were not asked yet or left early, the latest first."""
    rows = await pool.fetch(
        f"SELECT c.* {_not_asked(schemas)} AND ($5::timestamptz IS NULL OR (c.occurred_at, c.crossing_id) < ($5, $6::uuid))"
        " ORDER BY c.occurred_at DESC, c.crossing_id DESC LIMIT $7",
        *_arguments(period),
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def count_not_asked(pool: Pool, schemas: dict[str, str], period: Period) -> int:
    """Return the number of returns of a period whose persons were not asked yet or left early."""
    found: int = await pool.fetchval(f"SELECT count(*) {_not_asked(schemas)}", *_arguments(period))
    return found


def _not_asked(schemas: dict[str, str]) -> str:
    return _NOT_ASKED.format(crossings=schemas["crossings"], screenings=schemas["screenings"])


def _arguments(period: Period) -> tuple[Any, ...]:
    return list(period.posts), period.since, period.until, ScreeningEnd.LEFT_EARLY.value
