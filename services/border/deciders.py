"""The deciders of the border service, each with the scope and the read model of its streams."""

from __future__ import annotations

from functools import cache

from chassis.store.decider import Decider, Scope
from contracts.border import (
    BorderCrossed,
    HandoverAnnounced,
    HandoverCounted,
    WorkerDeparted,
    WorkerDeported,
    WorkerReturned,
)
from services.border.domain import crossing, handover, screening
from services.border.projections.crossings import CROSSINGS
from services.border.projections.handovers import HANDOVERS
from services.border.projections.screenings import SCREENINGS


@cache
def at_post(checkpoint: str | None) -> Scope:
    """Return the scope of a record at a checkpoint: its post."""
    return Scope(posts=frozenset([checkpoint])) if checkpoint else Scope()


crossings = Decider(
    noun="crossing",
    initial=crossing.Crossing(),
    decide=crossing.decide,
    evolve=crossing.evolve,
    scope=lambda state: at_post(state.checkpoint),
    projection=CROSSINGS,
    commands={
        WorkerDeparted: crossing.RecordDeparture,
        WorkerReturned: crossing.RecordReturn,
        WorkerDeported: crossing.RecordDeportedReturn,
        BorderCrossed: crossing.RecordOtherCrossing,
    },
)


handovers = Decider(
    noun="handover",
    initial=handover.Handover(),
    decide=handover.decide,
    evolve=handover.evolve,
    scope=lambda state: at_post(state.checkpoint),
    projection=HANDOVERS,
    commands={
        HandoverAnnounced: handover.AnnounceHandover,
        HandoverCounted: handover.CountHandover,
    },
)


def _of_recorder(state: screening.Screening) -> Scope:
    """Return the scope of a screening: its post, and at that post only the person who recorded it."""
    if state.recorded_by is None:
        return at_post(state.checkpoint)
    return Scope(posts=at_post(state.checkpoint).posts, only=frozenset([state.recorded_by]))


screenings = Decider(
    noun="screening",
    initial=screening.Screening(),
    decide=screening.decide,
    evolve=screening.evolve,
    scope=_of_recorder,
    projection=SCREENINGS,
)
