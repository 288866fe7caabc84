"""The hint that a record is probably there already: told with the answer, never a reason to refuse, stored nowhere.

It is computed after the commit, so that no crossing waits for it before it is safe, and records that two officers make
at the same moment are found as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.access.permissions import Caller
from chassis.base.failures import describe_exception
from chassis.base.logs import correlation, get_log
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.runtime import Runtime
from chassis.store.decider import Decider, Likeness, StreamProjection
from chassis.store.event_store import SLICE
from chassis.store.likeness import Drafted, SharedSearch, find_alike
from contracts.envelope import Event, Fact
from contracts.rulings import effective

PATIENCE = 2.0
"""Seconds after which a record is answered without a hint, as when the database stops answering after the commit."""

_log = get_log()


class LikelySame(BaseModel):
    """Another record that is probably the same. Beyond your reach it is said only that there is one."""

    model_config = ConfigDict(frozen=True)

    seen: bool = Field(description="Whether the other record is within your reach; if not, the rest is null.")
    words: str = Field(
        description="The hint in words.", examples=["return at KH-POI, 2 hours before this record"]
    )
    id: UUID | None = Field(None, description="The other record.")
    kind: str | None = Field(None, description="Its kind, such as return.")
    place: str | None = Field(None, description="Its post, mission or agency.")
    occurred_at: datetime | None = Field(None, description="The time of its occurrence.")


BEYOND_REACH = LikelySame(seen=False, words="already recorded")


async def find_likely_same(
    runtime: Runtime, caller: Caller, decider: Decider[Any, Any, Any], records: Sequence[UUID] | Drafted
) -> dict[UUID, tuple[LikelySame, ...]]:
    """Return for each of some records the others that are probably the same, as far as the caller may know of them.

    It costs one query, which concurrent commands share, and if there are any, one more and an audit entry. It never fails: an error is logged, and the
    hint is then missing.
    """
    if decider.projection is None or decider.projection.likeness is None or not records:
        return {}
    try:
        async with asyncio.timeout(PATIENCE):
            return await _find(runtime, caller, decider, records)
    # The records are committed: whatever happens here must not look like a failure of them.
    except Exception as error:
        _log.warning("likely_same_failed", service=runtime.service, error=describe_exception(error))
        return {}


async def _find(
    runtime: Runtime, caller: Caller, decider: Decider[Any, Any, Any], records: Sequence[UUID] | Drafted
) -> dict[UUID, tuple[LikelySame, ...]]:
    projection = decider.projection
    assert projection is not None
    alike = await _alike(runtime, projection, records)
    drafted: Drafted = records if isinstance(records, Mapping) else {}
    found: dict[UUID, tuple[LikelySame, ...]] = {}
    own = list(alike)
    for start in range(0, len(own), SLICE):  # an upload may have many such rows: their events take memory
        if start:  # not for a single command, which is a request that waits itself
            await REQUEST_PRIORITY.give_way()
        part = {record_id: alike[record_id] for record_id in own[start : start + SLICE]}
        found |= await _hints(runtime, caller, decider, part, drafted)
    return found


async def _alike(
    runtime: Runtime, projection: StreamProjection, records: Sequence[UUID] | Drafted
) -> Mapping[UUID, Sequence[UUID]]:
    """Return the ids of the others for each of some records; single records share a query with other requests."""
    schema = runtime.schemas[projection.name]
    search = partial(find_alike, runtime.store.fetch, projection, schema)
    if isinstance(records, Mapping) or len(records) > 1:
        return await search(records)
    build = f"{schema}.{projection.name}"
    shared = runtime.shared_searches.setdefault(build, SharedSearch(search, PATIENCE))
    return {record_id: others for record_id in records if (others := await shared.find(record_id))}


async def _hints(
    runtime: Runtime,
    caller: Caller,
    decider: Decider[Any, Any, Any],
    alike: Mapping[UUID, Sequence[UUID]],
    drafted: Drafted,
) -> dict[UUID, tuple[LikelySame, ...]]:
    """Return for each of some records the hints about those that are probably the same, and log those that are shown."""
    projection = decider.projection
    assert projection is not None and projection.likeness is not None
    others = list(dict.fromkeys(other for those in alike.values() for other in those))
    loaded = await runtime.store.load_many(decider.stream(each) for each in {*alike, *others})
    valid = {each: effective(drafted.get(each) or loaded[decider.stream(each)]) for each in {*alike, *others}}
    hints: dict[UUID, _Known] = {}
    for other in others:
        standing = valid[other]
        likeness = projection.likeness(standing) if standing else None
        scope = decider.scope(decider.fold(standing))
        if likeness is None or (scope.only and caller.id not in scope.only):
            continue  # it was voided meanwhile, or only the people named may learn of it
        seen = caller.reach.covers(scope)
        if seen or likeness.beyond_reach:
            hints[other] = _Known(other, seen, likeness, standing[0].occurred_at)
    if seen_ones := [known.record_id for known in hints.values() if known.seen]:
        await runtime.audit.look(caller, "likely_same", evidence=seen_ones, correlation=correlation())
    return {
        # Several beyond reach are one hint.
        record_id: tuple(
            dict.fromkeys(hints[other].hint(valid[record_id]) for other in those if other in hints)
        )
        for record_id, those in alike.items()
        if valid[record_id] and any(other in hints for other in those)
    }


class _Known(NamedTuple):
    """A record that is probably the same as another one."""

    record_id: UUID
    seen: bool
    likeness: Likeness
    occurred_at: datetime

    def hint(self, than: Sequence[Event[Fact]]) -> LikelySame:
        """Return the hint for the record with these valid events."""
        if not self.seen:
            return BEYOND_REACH
        kind, place = self.likeness.kind, self.likeness.place
        return LikelySame(
            seen=True,
            words=f"{kind.replace('_', ' ')}{f' at {place}' if place else ''}, {_apart(than[0].occurred_at - self.occurred_at)}",
            id=self.record_id,
            kind=kind,
            place=place,
            occurred_at=self.occurred_at,
        )


def _apart(difference: timedelta) -> str:
    """Return a difference of time in words, in whole hours or, from two days on, in days."""
    hours = round(abs(difference) / timedelta(hours=1))
    if hours == 0:
        return "at the same time"
    number, unit = (hours, "hour") if hours < 48 else (hours // 24, "day")
    side = "before" if difference > timedelta() else "after"
    return f"{number} {unit}{'s' if number != 1 else ''} {side} this record"


async def likely_same_as(
    runtime: Runtime, caller: Caller, decider: Decider[Any, Any, Any], record_id: UUID
) -> tuple[LikelySame, ...]:
    """Return the records that are probably the same as one record, for its page."""
    return (await find_likely_same(runtime, caller, decider, [record_id])).get(record_id, ())
