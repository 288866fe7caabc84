"""What reintegration does when it hears that a worker came back, and what it keeps of what others tell of workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.commands.runtime import Runtime
from chassis.projections.reader import Reader
from chassis.reactions.effects import Effect, Handler, HandlerContext
from chassis.reactions.inbox import InboxReader
from chassis.reactions.reactor import Reactor
from chassis.reactions.worker_numbers import WorkerNumberReader
from contracts import border, recruitment, skills
from contracts.envelope import Event, Fact
from services.reintegration.deciders import cases
from services.reintegration.domain.case import case_of, closed_with_its_return, opened
from services.reintegration.projections.background import EXPERIENCE, RECEIVED

OFFICE = "NEA"


def open_reintegration_case(returned: Event[Any], around: HandlerContext) -> Effect:
    """A case for the returnee, with the evidence of who it is; a voided return closes it, a corrected one corrects it."""
    return Effect(
        decider=cases,
        record_id=case_of(returned.id),
        decide=opened,
        person=returned.person,
        handles=returned.handles,
        withdraw=closed_with_its_return,
    )


TABLE: Mapping[type[Fact], Handler] = {
    border.WorkerReturned: open_reintegration_case,
    border.WorkerDeported: open_reintegration_case,
}


def readers(runtime: Runtime) -> Sequence[Reader]:
    """Who hears what in this service."""
    return (
        Reactor(runtime, "reintegration.returns", [border.TOPIC], TABLE, office=OFFICE),
        InboxReader(runtime, EXPERIENCE, [recruitment.TOPIC, skills.TOPIC], RECEIVED),
        WorkerNumberReader("reintegration"),
    )
