"""Streams of handovers in a store of their own, with the read model of the border and of other versions of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from uuid_utils.compat import uuid7

from chassis.projections.builds import begin_build, schema_of
from chassis.projections.follower import PAGE, Follower
from chassis.store.decider import Decider, record_of
from chassis.store.event_store import EventStore
from chassis.store.persons import PersonCodec
from contracts.border import EventVoided, HandoverAnnounced, HandoverCounted
from contracts.catalogue import catalogue
from contracts.codes.crossings import DeportingAuthority
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.envelope import Event, Fact, Recorded
from contracts.rulings import effective
from services.border.deciders import handovers
from services.border.projections.handovers import HANDOVERS
from tests.conftest import FreshService

RECORDED = Recorded(by="officer", office="KH-POI", how=HowRecorded.LIVE)
NOW = datetime(2014, 6, 12, 2, 0, tzinfo=UTC)

WITH_COLUMN = replace(
    handovers,
    projection=replace(
        HANDOVERS,
        ddl=HANDOVERS.ddl.replace(
            "count_taken     integer", "count_taken     integer,\n    events integer NOT NULL"
        ),
        columns=(*HANDOVERS.columns, ("events", "integer")),
        row=lambda events: None if (row := HANDOVERS.row(events)) is None else (*row, len(events)),
    ),
)
"""The next version: its rows have a further column."""

WITH_RULE = replace(
    handovers,
    projection=replace(
        HANDOVERS,
        rules=2,
        row=lambda events: (
            None if (row := HANDOVERS.row(events)) is None else (*row[:-2], 2 * row[-2], row[-1])
        ),
    ),
)
"""A version with another rule: it counts everybody twice."""


def announced(count: int = 40, stream: str | None = None) -> Event[Fact]:
    """The first event of a handover."""
    facts = HandoverAnnounced(
        recorded=RECORDED,
        checkpoint="KH-POI",
        authority=DeportingAuthority.IMMIGRATION,
        count_announced=count,
    )
    return event(stream or f"handover-{uuid4()}", 1, facts)


def event(stream: str, version: int, facts: Fact) -> Event[Fact]:
    """An event of a handover."""
    return Event(uuid7(), stream, version, NOW, NOW, facts, None, (), uuid4(), None, None)


def counted(stream: str, version: int, count: int) -> Event[Fact]:
    """The count of a handover."""
    return event(stream, version, HandoverCounted(recorded=RECORDED, count_taken=count))


def voided(stream: str, version: int, named: Event[Fact]) -> Event[Fact]:
    """The void of an event of a handover."""
    facts = EventVoided(
        recorded=RECORDED,
        names=named.id,
        named_type=named.facts.wire,
        first_recorded_at=NOW,
        reason=CorrectionReason.NEVER_HAPPENED,
    )
    return event(stream, version, facts)


@dataclass
class Handovers:
    """A store with a build of one version's read model."""

    store: EventStore
    decider: Decider[Any, Any, Any]
    build: int

    @classmethod
    async def of(cls, service: FreshService, decider: Decider[Any, Any, Any] = handovers) -> Handovers:
        """Begin a build of a version."""
        assert decider.projection is not None
        store = EventStore(service.pool, catalogue(), PersonCodec())
        projection = decider.projection
        return cls(
            store, decider, await begin_build(service.pool, projection.name, projection.ddl, projection.shape)
        )

    @property
    def schema(self) -> str:
        """The schema of the build."""
        return schema_of("handovers", self.build)

    @property
    def follower(self) -> Follower:
        """A follower of the build."""
        return Follower(self.store, self.decider, self.build)

    async def append(self, events: Sequence[Event[Fact]], *, rows: bool = False) -> None:
        """Append events; with ``rows`` as a command of this version does, otherwise as one of another version."""
        statements = []
        if rows:
            projection = self.decider.projection
            assert projection is not None
            for stream in {each.stream for each in events}:
                standing = effective(
                    [*await self.store.load(stream), *(e for e in events if e.stream == stream)]
                )
                row = projection.row(standing) if standing else None
                version = max(each.version for each in events if each.stream == stream)
                statements += projection.writes(self.schema, [(record_of(stream), version, row)])
        await self.store.commit(events, statements)

    async def follow(self, limit: int = PAGE) -> None:
        """Follow until level."""
        while (page := await self.follower.follow(limit)) is None or page.events:
            pass

    async def rows(self) -> dict[str, tuple[Any, ...]]:
        """The rows of the build, with the version."""
        found = await self.store.pool.fetch(f"SELECT * FROM {self.schema}.handovers")
        return {f"handover-{row['handover_id']}": tuple(sorted(dict(row).items())) for row in found}

    async def folded(self) -> dict[str, tuple[Any, ...]]:
        """The rows that follow from the streams."""
        projection = self.decider.projection
        assert projection is not None
        streams = [row[0] for row in await self.store.pool.fetch("SELECT DISTINCT stream FROM events")]
        names = [name for name, _ in projection.columns]
        found = {}
        for stream, events in (await self.store.load_many(streams)).items():
            standing = effective(events)
            row = projection.row(standing) if standing else None
            if row is not None:
                values = dict(zip(names, row, strict=True)) | {"stream_version": events[-1].version}
                found[stream] = tuple(sorted(values.items()))
        return found


async def append_at_random(one: Handovers, choice: random.Random, acts: int, *, rows: float) -> None:
    """Append openings, counts and voids; a share ``rows`` of them as commands of the build's own version do."""
    streams: dict[str, list[Event[Fact]]] = {}
    for _ in range(acts):
        act = choice.random()
        if act < 0.5 or not streams:
            new = announced(choice.randint(1, 99))
            streams[new.stream] = [new]
        else:
            stream = choice.choice(sorted(streams))
            history = streams[stream]
            if act < 0.8:
                new = counted(stream, len(history) + 1, choice.randint(1, 99))
            else:
                new = voided(stream, len(history) + 1, history[0])
                streams.pop(stream)
            history.append(new)
        await one.append([new], rows=choice.random() < rows)
