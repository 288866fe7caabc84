"""Events as :func:`services.registry.identity.parting.part` compares them, by the definition of valid events."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from contracts.envelope import Event, Fact, Ruling, Voiding
from services.registry.identity.evidence import node_of
from services.registry.identity.parting import Evidence
from services.registry.projections.evidence import rows_of_event
from tests.registry.events import received


def named(event: Event[Fact]) -> UUID:
    """The original event on which this one is a ruling, or itself."""
    return event.facts.names if isinstance(event.facts, Ruling) else event.id


def evidence(events: Sequence[Event[Fact]]) -> list[Evidence]:
    """Return events with their traits; of an event and its rulings the last one is valid, unless it is a void."""
    last: dict[UUID, int] = {}
    for event in events:
        last[named(event)] = max(event.version, last.get(named(event), 0))
    return [
        Evidence(
            UUID(node_of(event)),
            event.stream,
            named(event),
            event.version,
            last[named(event)] == event.version and not isinstance(event.facts, Voiding),
            rows_of_event(taken.event, taken.value).fact[5],
            event.person is not None,
            rows_of_event(taken.event, taken.value).fact[12],
        )
        for event, taken in zip(events, received(events), strict=True)
    ]
