"""Reactions of the recognition of skills: referrals open applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from chassis.commands.runtime import Runtime
from chassis.projections.reader import Reader
from chassis.reactions.effects import Effect, Handler, HandlerContext
from chassis.reactions.inbox import InboxReader
from chassis.reactions.reactor import Reactor
from chassis.reactions.worker_numbers import WorkerNumberReader
from contracts import reintegration
from contracts.envelope import Event, Fact
from contracts.journeys.events import JOURNEY_FACTS, JOURNEY_TOPICS
from services.skills.deciders import applications
from services.skills.domain.application import application_of, referred
from services.skills.projections.workers import CONTRACTS, REFERRALS, Known, known_of, opening_in

OFFICE = "NEA"


def open_application(referral: Event[Any], around: HandlerContext) -> Effect:
    """Open an application for the returnee of a case, with the known experience; the person comes from the case.

    A corrected case corrects the person, and leaves the experience as it was known when the application was opened. A voided referral voids the application, unless an assessor worked on it.
    """
    opening = opening_in(around.standing)
    known: Known = around.known
    return Effect(
        decider=applications,
        record_id=application_of(referral.id),
        decide=referred(opening.facts if opening else None, known.experience.get(referral.stream, ())),
        person=opening.person if opening else None,
        handles=opening.handles if opening else (),
        stays=lambda application: application.touched,
        keeps=("experience",),
    )


TABLE: Mapping[type[Fact], Handler] = {
    reintegration.ReferredForRecognition: open_application,
}


class JourneyReader(InboxReader):
    """The reader that keeps what journeys are made from."""

    edition = 1
    """1: crossings and permits too. The edition before kept employment contracts alone."""


def readers(runtime: Runtime) -> Sequence[Reader]:
    """Return the readers of this service."""
    return (
        Reactor(
            runtime,
            REFERRALS,
            [reintegration.TOPIC],
            TABLE,
            office=OFFICE,
            beside=[reintegration.ReintegrationCaseOpened],
            gather=partial(known_of, runtime),
        ),
        JourneyReader(runtime, CONTRACTS, JOURNEY_TOPICS, JOURNEY_FACTS),
        WorkerNumberReader("skills"),
    )
