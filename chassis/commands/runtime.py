"""A service at work: carries commands out, from the rows as asked to the act as committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from starlette.requests import HTTPConnection

from chassis.access.permissions import Caller
from chassis.base.clock import PHNOM_PENH, Clock
from chassis.base.settings import Settings
from chassis.commands.draft import Draft, StreamCommand, says_the_same
from chassis.store.audit import Audit
from chassis.store.database import Pool
from chassis.store.decider import Decider
from chassis.store.event_store import Act, EventStore
from chassis.store.handles import Handles
from contracts.catalogue import Catalogue
from contracts.codes.reasons import HowRecorded, TimePrecision
from contracts.command import Circumstances, PersonCommand, PersonGiven
from contracts.envelope import Event, Fact, Recorded
from contracts.refusal import Refusal
from contracts.rulings import effective

CLOCK_TOLERANCE = timedelta(seconds=60)


class OccurrenceInTheFuture(Refusal):
    """A live record cannot be of the future"""

    code = "occurrence-in-the-future"
    status = 422


class BeyondTheCalendar(Refusal):
    """This time lies outside of the calendar"""

    code = "beyond-the-calendar"
    status = 422


class HistoryLoadNotAllowed(Refusal):
    """Only a history load may state when a migrated record was first written down"""

    code = "history-load-not-allowed"
    status = 403


class OutOfReach(Refusal):
    """This record is beyond what your post may work on"""

    code = "out-of-reach"
    status = 403


class RecordNotFound(Refusal):
    """There is no such record"""

    code = "record-not-found"
    status = 404


class OtherContentUnderThisId(Refusal):
    """This id was used before for other content"""

    code = "other-content-under-this-id"
    status = 409


@dataclass
class Runtime:
    """What a service works with, once it is running."""

    service: str
    settings: Settings
    pool: Pool
    catalogue: Catalogue
    store: EventStore
    handles: Handles
    audit: Audit
    clock: Clock
    deciders: Mapping[str, Decider[Any]]
    module: str | None = None
    schemas: dict[str, str] = field(default_factory=dict)
    wake: Callable[[], None] = lambda: None
    extras: dict[str, Any] = field(default_factory=dict)

    def decider_of(self, stream: str) -> Decider[Any] | None:
        """The decider of a stream by its name."""
        return self.deciders.get(stream[:-37])

    async def histories(self, asks: Sequence[StreamCommand]) -> dict[str, list[Event[Fact]]]:
        """What is read before the first write: the streams of the asks that rest on a state."""
        streams = {ask.decider.stream(ask.record_id) for ask in asks if not ask.opens}
        if not streams:
            return {}
        if len(streams) == 1:
            stream = next(iter(streams))
            return {stream: await self.store.load(stream)}
        return await self.store.load_many(streams)

    def draft(
        self,
        asks: Sequence[StreamCommand],
        histories: Mapping[str, list[Event[Fact]]],
        caller: Caller,
        correlation_id: UUID,
        *,
        causation_id: UUID | None = None,
        traceparent: str | None = None,
        after: Draft | None = None,
    ) -> Draft:
        """Decide all asks in their order; those refused are told apart and the others stand.

        With ``after``, the asks follow those that were drafted there, and are drafted into it.
        """
        drafted = Draft() if after is None else after
        now = self.clock.now()
        for nth, ask in enumerate(asks, drafted.asked):
            stream = ask.decider.stream(ask.record_id)
            history = drafted.history(stream)
            if history is None:
                history = list(histories.get(stream, ()))
            try:
                if not ask.opens and not history:
                    raise RecordNotFound(f"there is no {ask.decider.noun.replace('-', ' ')} of this id")
                circumstances = self.circumstances(ask, caller, now)
                state = ask.decider.fold(effective(history)) if history else ask.decider.initial
                bound = ask.decider.scope(state) if ask.scope is None and history else ask.scope
                if bound is not None and not caller.reach.covers(bound):
                    raise OutOfReach("it belongs to another post, country, province or agency")
                facts = ask.decider.decide(ask.command, state, circumstances)
            except Refusal as refusal:
                drafted.refusals[nth] = refusal
                continue
            cause = (correlation_id, causation_id, traceparent)
            events = drafted.of_ask[nth] = self._events(
                ask, facts, stream, len(history), circumstances, cause
            )
            if events:
                drafted.events += events
                drafted.remember(ask.decider, ask.record_id, [*history, *events])
        drafted.asked += len(asks)
        return drafted

    def _events(
        self,
        ask: StreamCommand,
        facts: Sequence[Fact],
        stream: str,
        behind: int,
        at: Circumstances,
        cause: tuple[UUID, UUID | None, str | None],
    ) -> list[Event[Fact]]:
        """The events of an ask; the first carries the person."""
        given = ask.command.person if isinstance(ask.command, PersonCommand) else _UNKNOWN
        person = None
        handles: tuple[str, ...] = ()
        if ask.command.words or not given.is_unknown:
            person = given.evidence(ask.event_id, ask.command.words)
            handles = self.handles.of_all(given.documents)
        events: list[Event[Fact]] = []
        for nth, fact in enumerate(facts):
            event_id = uuid5(ask.event_id, str(nth)) if nth else ask.event_id
            version = behind + nth + 1
            events.append(
                Event(
                    event_id, stream, version, at.occurred_at, at.recorded_at, fact, person, handles, *cause
                )
            )
            person, handles = None, ()
        return events

    def circumstances(self, ask: StreamCommand, caller: Caller, now: datetime) -> Circumstances:
        """When and by whom, with an offline device's clock set right.

        Raises OccurrenceInTheFuture for a live record of the future, HistoryLoadNotAllowed for a migrated record of
        a caller who may not load history. What is implausible otherwise is recorded, and flagged by the registry.
        """
        command, difference = ask.command, None
        occurred = in_utc(command.occurred_at, "occurred_at")
        recorded = now if command.recorded_at is None else in_utc(command.recorded_at, "recorded_at")
        if command.how is HowRecorded.MIGRATED and f"{self.service}.history.load" not in caller.permissions:
            raise HistoryLoadNotAllowed(
                "how = migrated is for history loads",
                remedy="record it as live, offline or paper",
                field="how",
            )
        if command.device_clock is not None:
            gap = now - command.device_clock
            if abs(gap) > CLOCK_TOLERANCE:
                difference = round(gap.total_seconds())
                shift = timedelta(seconds=difference)
                occurred = in_utc(occurred, "device_clock", shift)
                if command.recorded_at is not None:
                    recorded = in_utc(recorded, "device_clock", shift)
        if command.how is HowRecorded.LIVE and occurred > now + CLOCK_TOLERANCE:
            raise OccurrenceInTheFuture(
                f"occurred_at is after now, {now.isoformat(timespec='seconds')}",
                remedy="give the time when it occurred; for a device with a wrong clock, send how = offline and device_clock",
                field="occurred_at",
            )
        return Circumstances(
            record_id=ask.record_id,
            recorded=_recorded(
                caller.id,
                caller.office,
                command.device,
                command.how,
                command.device_clock,
                difference,
                command.precision,
            ),
            occurred_at=occurred,
            recorded_at=recorded,
            today=_day(now),
            caller=caller.id,
        )

    def act(self, drafted: Draft) -> Act:
        """The act of what was drafted: events and read models."""
        return Act(events=drafted.events, writes=drafted.writes(self.schemas))

    async def repeated(self, ask: StreamCommand, known: Event[Fact], caller: Caller) -> Sequence[Event[Fact]]:
        """The events of an ask whose id is recorded already, decided again on what stood before it.

        Raises OtherContentUnderThisId where what was recorded then says something else.
        """
        stream = ask.decider.stream(ask.record_id)
        if known.stream == stream:
            before = (
                [] if ask.opens else [e for e in await self.store.load(stream) if e.version < known.version]
            )
            drafted = self.draft([ask], {stream: before}, caller, known.correlation_id)
            if drafted.refusals:
                raise drafted.refusals[0]
            events = drafted.of_ask[0]
            if events and says_the_same(known, events[0]):
                return events
        raise OtherContentUnderThisId(
            "it was recorded with other content", remedy="make a new UUIDv7", field="id"
        )


def runtime_of(request: HTTPConnection) -> Runtime:
    """What the service works with that a request came to."""
    runtime: Runtime = request.app.state.runtime
    return runtime


_UNKNOWN = PersonGiven()


@lru_cache(maxsize=1024)
def _recorded(
    by: str,
    office: str,
    device: str | None,
    how: HowRecorded,
    device_clock: datetime | None,
    difference: int | None,
    precision: TimePrecision,
) -> Recorded:
    return Recorded.model_construct(
        by=by,
        office=office,
        device=device,
        how=how,
        device_clock=device_clock,
        clock_difference_s=difference,
        precision=precision,
    )


def in_utc(moment: datetime, field: str, shift: timedelta = timedelta()) -> datetime:
    """A time as it is kept, set right by ``shift``. Raises BeyondTheCalendar for one before the year 1 or after 9999."""
    try:
        return moment.astimezone(UTC) + shift if shift else moment.astimezone(UTC)
    except OverflowError:
        raise BeyondTheCalendar(
            f"{field} leads before the year 1 or after the year 9999 in UTC",
            remedy="correct the year",
            field=field,
        ) from None


@lru_cache(maxsize=8)
def _day(moment: datetime) -> date:
    return moment.astimezone(PHNOM_PENH).date()
