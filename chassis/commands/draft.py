"""Commands on streams, and the draft of the events that they append, before the commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID, uuid5

from chassis.access.permissions import Caller
from chassis.store.append import Statement
from chassis.store.decider import Decider, Histories, Scope, StreamProjection, StreamRow
from contracts.command import Circumstances, Command
from contracts.envelope import Event, Fact
from contracts.person import ClearPerson, Document
from contracts.refusal import Refusal
from contracts.rulings import effective
from contracts.times import later


class StreamCommand(NamedTuple):
    """A command with the record that it is for.

    ``opens`` is True if the command begins the record: it needs no state, so no stream is loaded. ``event_id`` becomes
    the id of the first event; the ids of further events derive from it. ``scope`` is the scope of the
    record if the command determines it; otherwise the decider derives it from the state.
    """

    decider: Decider[Any, Any, Any]
    record_id: UUID
    event_id: UUID
    command: Command
    opens: bool = False
    scope: Scope | None = None

    @property
    def stream(self) -> str:
        """The name of the record's stream."""
        return self.decider.stream(self.record_id)


_NEXT_COUNTS = "INSERT INTO count_versions (counted, version) SELECT * FROM unnest($1::uuid[], $2::integer[])"


Complete = Callable[[Any, Sequence[StreamCommand], Histories], Awaitable[Sequence[Command]]]
"""Adds to commands what the service knows beside their records; the first argument is the runtime."""


class Completes(Protocol):
    """The runtime of a service, as far as it completes commands."""

    @property
    def completes(self) -> Mapping[type[Command], Complete]:
        """The functions of :attr:`chassis.service.Service.completes`."""


async def completed(
    runtime: Completes, commands: Sequence[StreamCommand], histories: Histories
) -> Sequence[StreamCommand]:
    """Return commands with what the service knows beside their records, such as the offer of a vacancy, read now."""
    if not runtime.completes:
        return commands
    found = list(commands)
    for kind, complete in runtime.completes.items():
        positions = [nth for nth, each in enumerate(commands) if isinstance(each.command, kind)]
        asked = [commands[nth] for nth in positions]
        added = await complete(runtime, asked, histories) if asked else ()
        for nth, command in zip(positions, added, strict=True):
            found[nth] = commands[nth]._replace(command=command)
    return found


@dataclass(frozen=True, slots=True)
class Origin:
    """The caller of commands, and the request or upload that they belong to.

    ``received_at`` is the time at which an upload began, with which the clock of its device is compared for every row; for
    a single command that is the time of the decision. ``ruling_id`` is the id of a correction, if it is not a new UUIDv7.
    """

    caller: Caller
    correlation_id: UUID
    traceparent: str | None = None
    received_at: datetime | None = None
    ruling_id: UUID | None = None


@dataclass(slots=True)
class Draft:
    """The events of decided commands, not committed yet. ``of_command`` and ``refusals`` go by a command's position."""

    count: int = 0
    events: list[Event[Fact]] = field(default_factory=list)
    of_command: dict[int, list[Event[Fact]]] = field(default_factory=dict)
    refusals: dict[int, Refusal] = field(default_factory=dict)
    counts: dict[UUID, int] = field(default_factory=dict)
    """The counts on which decisions of the draft rest, with the versions that were read."""
    _histories: dict[str, tuple[Decider[Any, Any, Any], UUID, list[Event[Fact]]]] = field(
        default_factory=dict
    )

    def add(
        self, position: int, command: StreamCommand, history: list[Event[Fact]], events: list[Event[Fact]]
    ) -> None:
        """Add the events of the command at a position."""
        self.of_command[position] = events
        if events:
            self.append(command.decider, command.record_id, history, events)
            self.counts.update(command.command.counts)

    def append(
        self,
        decider: Decider[Any, Any, Any] | None,
        record_id: UUID,
        history: list[Event[Fact]],
        events: list[Event[Fact]],
    ) -> None:
        """Add events that follow ``history`` on a stream; without a decider the stream has no read model."""
        self.events += events
        if decider is not None:
            self._histories[events[-1].stream] = (decider, record_id, [*history, *events])

    def history(self, stream: str) -> list[Event[Fact]] | None:
        """Return the complete history of a stream, including the events of this draft; None if the draft has none of it."""
        kept = self._histories.get(stream)
        return None if kept is None else kept[2]

    def next_counts(self) -> list[Statement]:
        """Return the statement that adds the next version of each count; it fails if a transaction added it meanwhile."""
        if not self.counts:
            return []
        counted = sorted(self.counts)
        return [Statement(_NEXT_COUNTS, (counted, [self.counts[each] + 1 for each in counted]))]

    def read_models(self, schemas: Mapping[str, str]) -> list[Statement]:
        """Return the statements that update the read models of the draft's streams, one for each projection."""
        by_projection: dict[str, list[StreamRow]] = {}
        projections: dict[str, StreamProjection] = {}
        for decider, key, history in self._histories.values():
            if (projection := decider.projection) is None:
                continue
            projections[projection.name] = projection
            standing = effective(history)
            row = projection.row(standing) if standing else None
            by_projection.setdefault(projection.name, []).append((key, history[-1].version, row))
        statements: list[Statement] = []
        for name, rows in by_projection.items():
            statements += projections[name].writes(schemas[name], rows)
        return statements


def events_of(
    asked: StreamCommand,
    facts: Sequence[Fact],
    version: int,
    at: Circumstances,
    origin: Origin,
    handles_of: Callable[[Sequence[Document]], tuple[str, ...]],
) -> list[Event[Fact]]:
    """Return the events of a command's facts, after ``version``; the first has the person block and the handles."""
    person = asked.command.evidence(asked.event_id)
    if person is not None and facts:
        person = person.recorded_about(facts[0].abroad)
    handles = () if person is None else handles_of(person.documents)
    events: list[Event[Fact]] = []
    for ordinal, fact in enumerate(facts):
        events.append(
            Event(
                uuid5(asked.event_id, str(ordinal)) if ordinal else asked.event_id,
                asked.stream,
                version + ordinal + 1,
                at.occurred_at,
                at.recorded_at,
                fact,
                person,
                handles,
                origin.correlation_id,
                None,
                origin.traceparent,
            )
        )
        person, handles = None, ()
    return events


def says_the_same(one: Event[Fact], other: Event[Fact]) -> bool:
    """Return whether two events state the same, apart from the recorder and the time of recording.

    Times are compared as the device stated them. If a person block is sealed or erased, the handles decide.
    """
    readable = isinstance(one.person, ClearPerson) and isinstance(other.person, ClearPerson)
    return (
        one.stream == other.stream
        and _as_stated(one) == _as_stated(other)
        and one.facts.wire == other.facts.wire
        and one.facts.model_dump(exclude=_NOT_COMPARED) == other.facts.model_dump(exclude=_NOT_COMPARED)
        and one.handles == other.handles
        and (one.person == other.person if readable else (one.person is None) == (other.person is None))
    )


# The age follows from birth and time, and so changes with a wrong clock.
_NOT_COMPARED = {"recorded", "age_band", "age"}


def _as_stated(event: Event[Fact]) -> datetime:
    return later(event.occurred_at, -timedelta(seconds=event.facts.recorded.clock_difference_s or 0))
