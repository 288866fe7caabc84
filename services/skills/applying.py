"""Applying for a worker: what is known of them is added to what the counsellor says."""

from __future__ import annotations

from chassis.commands.runtime import Runtime
from chassis.reactions.inbox import nodes_of
from contracts.command import PersonGiven
from contracts.envelope import ClearPerson, Event
from contracts.reintegration import ReintegrationCaseOpened
from contracts.skills import RecognitionApplied
from services.skills.domain.application import ApplyForRecognition, ApplyKnowing
from services.skills.projections.workers import find_case, find_experience, handle_nodes


async def with_what_is_known(runtime: Runtime, command: ApplyForRecognition) -> ApplyKnowing:
    """The command with the experience of the worker, and with the person of the case where none was given.

    Sent again under its own id it is the same command, also where more is known by now.
    """
    before = None if command.id is None else await runtime.store.find(command.id)
    case = (
        None if command.case_id is None else await find_case(runtime, f"reintegration-case-{command.case_id}")
    )
    person = command.person
    if person == PersonGiven() and case is not None:
        person = _person_of(case)
    if before is not None and isinstance(before.facts, RecognitionApplied):
        experience = before.facts.experience
    else:
        nodes = handle_nodes(runtime.handles.of_all(person.documents))
        if command.case_id is not None:
            nodes |= {command.case_id}
        if case is not None:
            nodes |= nodes_of(case)
        experience = await find_experience(runtime, runtime.pool, nodes, runtime.clock.today())
    return ApplyKnowing.model_construct(**{**dict(command), "person": person, "experience": experience})


def _person_of(case: Event[ReintegrationCaseOpened]) -> PersonGiven:
    facts, person = case.facts, case.person
    if not isinstance(
        person, ClearPerson
    ):  # sealed or erased: the application is linked to the case and needs no more
        return PersonGiven(sex=facts.sex, home_province=facts.home_province)
    return PersonGiven(
        sex=facts.sex,
        documents=person.documents,
        name=person.name,
        birth=person.birth,
        phone=person.phone,
        home_province=facts.home_province,
        relatives=person.relatives,
    )
