"""Reactions of reintegration: returns open cases. Also the readers that keep events of other services."""

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
    """Open a case for the returnee. A voided return closes the case, a corrected return corrects its opening."""
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
    """Return the readers of this service."""
    return (
        Reactor(runtime, "reintegration.returns", [border.TOPIC], TABLE, office=OFFICE),
        InboxReader(runtime, EXPERIENCE, [recruitment.TOPIC, skills.TOPIC], RECEIVED),
        WorkerNumberReader("reintegration"),
    )
