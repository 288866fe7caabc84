"""The timeline projection: its builds, and the reader that writes the events of all topics into the evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chassis.projections.live_build import LiveBuild
from chassis.projections.reader import ExtractedEvent, ReceivedEntry, ReceivedEvent
from chassis.store.database import Connection, Pool
from chassis.store.decider import shape_of_tables
from contracts.catalogue import Catalogue, modules
from contracts.envelope import Ruling
from contracts.reference.current import reference_data
from services.registry.projections import evidence, settled, slices, sorting
from services.registry.projections.change_feed import ChangeFeed
from services.registry.projections.evidence import EventRows, EvidenceRows, rows_of_event

PROJECTION = "timeline"
READER = "registry.timeline"
DDL = evidence.DDL + settled.DDL + slices.DDL
FIRST_BUILD = DDL + evidence.INDEXES + settled.INDEXES
RULES = 7
"""The version of the rules: raise it when the reader, a fold or settled rows change, so that a new build is filled."""
NEXT_BUILD = DDL + sorting.DDL + slices.NO_AUTOVACUUM
"""The DDL of a build that is filled from the beginning of the topics: it gets its indexes when it is full."""


def shape() -> str:
    """Return the shape of the builds that this process uses, with the reference data that it read at its start.

    Indexes are no part of it: the settler adds those that are missing.
    """
    return shape_of_tables(DDL, RULES, reference_data().digest)


_LACKS_TIMES = "SELECT to_regclass('dirty') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('dirty') AND attname = 'marked_at')"


async def add_times_of_marks(pool: Pool) -> None:
    """Add the column of the time of a mark to a build that an earlier version created; its marks get the present time."""
    if await pool.fetchval(_LACKS_TIMES):
        await pool.execute("ALTER TABLE dirty ADD COLUMN IF NOT EXISTS marked_at timestamptz")
        await pool.execute("UPDATE dirty SET marked_at = $1 WHERE marked_at IS NULL", datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Timelines:
    """The live build of the timelines, for all queries, the reader that fills it, and the feed of its changes."""

    live: LiveBuild
    reader: TimelineReader
    changes: ChangeFeed


class TimelineReader:
    """Reader of all topics: inserts events about people into the evidence.

    ``marking`` is False while a build without indexes is filled: rows are then appended and no node is marked.
    """

    name = READER
    projection: str | None = PROJECTION
    entry_topics: Sequence[str] = ()
    ddl = FIRST_BUILD

    def __init__(self, catalogue: Catalogue, *, marking: bool = True) -> None:
        self.shape = shape()
        self.marking = marking
        self.touched = asyncio.Event()
        self.topics = sorted({module.TOPIC for module in modules() if hasattr(module, "TOPIC")})
        groups = {fact.wire for fact in catalogue if not (fact.one_person and fact.on_timeline)}
        self.event_types = frozenset(fact.wire for fact in catalogue if fact.wire not in groups)
        self._groups = groups

    def extract(self, received: ReceivedEvent) -> EventRows | None:
        """Return the rows of an event; None for a ruling on a record that is on no timeline."""
        facts = received.event.facts
        if facts.rules and isinstance(facts, Ruling) and facts.named_type in self._groups:
            return None
        return rows_of_event(received.event, received.value)

    async def prepare(
        self, pool: Pool, page: Sequence[ExtractedEvent], entries: Sequence[ReceivedEntry]
    ) -> EvidenceRows:
        """Collect the rows of a page of events, without reading the database."""
        return evidence.evidence_rows([each.essence for each in page if each.essence is not None])

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ExtractedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: Any,
    ) -> None:
        """Write the rows of a page, each once."""
        await (evidence.insert if self.marking else evidence.append)(connection, prepared)

    async def applied(self) -> None:
        """Wake the settler."""
        self.touched.set()
