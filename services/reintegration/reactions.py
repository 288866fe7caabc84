"""What reintegration does when it hears that a worker came back, and what it keeps of what others tell of workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.heard import KeepHeard
from chassis.reactions import Around, Effect, Handler, Reactions
from chassis.reader import Reader
from chassis.runtime import Runtime
from chassis.who import WhoIsWho
from contracts import border, recruitment, skills
from contracts.envelope import Event, Fact
from services.reintegration.domain.case import case_of, closed_with_its_return, opened
from services.reintegration.projections.experience import EXPERIENCE, TOLD
from services.reintegration.streams import cases

OFFICE = "NEA"


def open_reintegration_case(returned: Event[Any], around: Around) -> Effect:
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
        Reactions(runtime, "reintegration.returns", [border.TOPIC], TABLE, office=OFFICE),
        KeepHeard(runtime, EXPERIENCE, [recruitment.TOPIC, skills.TOPIC], TOLD),
        WhoIsWho("reintegration"),
    )
