"""Commands as asked for a record, and what carrying them out would write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from chassis.store.decider import Decider, Scope, StreamProjection
from chassis.store.event_store import Write
from contracts.command import Command
from contracts.envelope import ClearPerson, Event, Fact
from contracts.refusal import Refusal
from contracts.rulings import effective


class StreamCommand(NamedTuple):
    """A command to be carried out on a record.

    ``opens`` says that the command begins the record: it rests on no state, so nothing is read before.
    ``event_id`` becomes the id of the first event; further ones derive from it. ``scope`` says where the record will
    belong, where that stands in the command; otherwise the decider says it from the state.
    """

    decider: Decider[Any]
    record_id: UUID
    event_id: UUID
    command: Command
    opens: bool = False
    scope: Scope | None = None


@dataclass(slots=True)
class Draft:
    """What carrying out asks would write; refusals by the position of the ask."""

    asked: int = 0
    events: list[Event[Fact]] = field(default_factory=list)
    of_ask: dict[int, list[Event[Fact]]] = field(default_factory=dict)
    refusals: dict[int, Refusal] = field(default_factory=dict)
    _histories: dict[str, tuple[Decider[Any], UUID, list[Event[Fact]]]] = field(default_factory=dict)

    def writes(self, schemas: Mapping[str, str]) -> list[Write]:
        """The rows of the read models, grouped by projection."""
        by_projection: dict[str, list[tuple[UUID, int, tuple[Any, ...] | None]]] = {}
        projections: dict[str, StreamProjection] = {}
        for decider, key, history in self._histories.values():
            if (projection := decider.projection) is None:
                continue
            projections[projection.name] = projection
            standing = effective(history)
            row = projection.row(standing) if standing else None
            by_projection.setdefault(projection.name, []).append((key, history[-1].version, row))
        writes: list[Write] = []
        for name, rows in by_projection.items():
            rows.sort(
                key=lambda row: row[0].int
            )  # in one order everywhere, so that two acts do not wait for each other
            writes += projections[name].writes(schemas[name], rows)
        return writes

    def history(self, stream: str) -> list[Event[Fact]] | None:
        """The whole history of a stream, with what was drafted; None where nothing was."""
        kept = self._histories.get(stream)
        return None if kept is None else kept[2]

    def remember(self, decider: Decider[Any], record_id: UUID, history: list[Event[Fact]]) -> None:
        """Keep the whole history of a stream, for its read model."""
        self._histories[history[-1].stream] = (decider, record_id, history)


def says_the_same(one: Event[Fact], other: Event[Fact]) -> bool:
    """Whether two events tell the same, apart from who wrote it down and when.

    Times are compared as the device stated them; of a person that is no longer readable, the handles.
    """
    readable = isinstance(one.person, ClearPerson) and isinstance(other.person, ClearPerson)
    return (
        one.stream == other.stream
        and _as_stated(one) == _as_stated(other)
        and one.facts.wire == other.facts.wire
        and one.facts.model_dump(exclude=_NOT_SAID) == other.facts.model_dump(exclude=_NOT_SAID)
        and one.handles == other.handles
        and (one.person == other.person if readable else (one.person is None) == (other.person is None))
    )


_NOT_SAID = {
    "recorded",
    "age_band",
}  # the age band follows from the birth and the time, and moves with a wrong clock


def _as_stated(event: Event[Fact]) -> datetime:
    return event.occurred_at - timedelta(seconds=event.facts.recorded.clock_difference_s or 0)
