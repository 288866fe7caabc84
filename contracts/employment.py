"""Work abroad by rule J12, for every service that shows a worker's experience."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.codes.skills import WorkProof
from contracts.envelope import Event, Fact
from contracts.journeys import experience
from contracts.journeys.events import JOURNEY_FACTS, timeline_event_of
from contracts.journeys.journeys import life_of
from contracts.skills import Experience


def experience_of(streams: Iterable[Sequence[Event[Fact]]], on: date) -> tuple[Experience, ...]:
    """Return the work abroad of one worker as known on a day, the earliest first.

    ``streams`` are the events of the worker's records, corrections and voids applied
    (:func:`contracts.rulings.effective`); facts from which no journeys are made are ignored.
    """
    life = life_of(
        timeline_event_of(event)
        for events in streams
        for event in events
        if isinstance(event.facts, JOURNEY_FACTS)
    )
    return tuple(
        _shown(worked, on) for worked in experience.experience_of(life, on) if worked.country is not None
    )


def verified_days(works: Iterable[Experience], on: date) -> int:
    """Return the days of work that a certificate may state: those verified and certain, each once."""
    return experience.days_in(
        (work.started_on, work.ended_on or on) for work in works if work.proof is WorkProof.VERIFIED
    )


def _shown(worked: experience.Worked, on: date) -> Experience:
    goes_on = worked.last_on >= on
    open_end = goes_on or worked.at_most_on == worked.last_on
    return Experience(
        proof=WorkProof(worked.proof),
        employment_contract=worked.employment_contract,
        destination=worked.country,
        sector=worked.sector,
        occupation=worked.occupation,
        started_on=worked.first_on,
        ended_on=None if goes_on else worked.last_on,
        at_most_on=None if open_end else worked.at_most_on,
    )
