"""Read applications within the caller's reach, and add the known experience of a worker to a new application.

A read of a person's record is answered only after its entry in the audit has been committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.reactions.inbox import nodes_of
from chassis.reactions.worker_numbers import numbers_of
from chassis.store.decider import Scope
from chassis.store.persons import AnyPerson
from contracts.codes.skills import WorkProof
from contracts.command import PersonGiven
from contracts.envelope import Event
from contracts.person import ClearPerson
from contracts.reintegration import ReintegrationCaseOpened
from contracts.rulings import effective
from contracts.skills import RecognitionApplied
from services.skills.deciders import applications
from services.skills.domain.application import ApplyForRecognition, ApplyKnowing, province_of
from services.skills.projections.applications import Status, find_application, find_applications
from services.skills.projections.workers import find_case, find_experience
from services.skills.schemas import ApplicationRow, ApplicationView, ListedApplication


async def look_at_applications(
    runtime: Runtime,
    caller: Caller,
    status: Status | None,
    limit: int,
    cursor: str | None,
    action: str = "list_applications",
    *,
    persons: bool = False,
) -> Page[ApplicationRow]:
    """Return a page of the applications within the caller's reach, the longest waiting first.

    With ``persons`` each is a ListedApplication, which names the worker.
    """
    rows = await find_applications(
        runtime.pool,
        runtime.schemas["applications"],
        caller.reach,
        status,
        None if cursor is None else decode_cursor(cursor, *ApplicationRow.SORT),
        limit + 1,
    )
    shown = [row["application_id"] for row in rows[:limit]]
    people = await _people(runtime, shown) if persons else {}
    seen = [people[each].evidence_id if each in people else each for each in shown]
    await runtime.audit.look(caller, action, evidence=seen, correlation=correlation())
    if persons:
        rows = [{**row, "person": people.get(row["application_id"])} for row in rows]
    kind = ListedApplication if persons else ApplicationRow
    return page_of(rows, limit, kind.of, lambda row: (row["applied_at"], row["application_id"]))


async def _people(runtime: Runtime, application_ids: Sequence[UUID]) -> dict[UUID, AnyPerson]:
    """Return the person blocks of applications, by id."""
    histories = await runtime.store.load_many(applications.stream(each) for each in application_ids)
    found = {}
    for each in application_ids:
        for event in effective(histories[applications.stream(each)]):
            if isinstance(event.facts, RecognitionApplied) and event.person is not None:
                found[each] = event.person
    return found


async def look_at_application(
    runtime: Runtime, caller: Caller, application_id: UUID, action: str = "read_application"
) -> ApplicationView:
    """Return an application within the caller's reach. Raises RecordNotFound."""
    row = await find_application(runtime.pool, runtime.schemas["applications"], caller.reach, application_id)
    if row is None:
        raise RecordNotFound("there is no application of this id within your reach")
    steps = effective(await runtime.store.load(applications.stream(application_id)))
    nodes = nodes_of(next(event for event in steps if isinstance(event.facts, RecognitionApplied)))
    numbers = sorted(set((await numbers_of(runtime.pool, nodes)).values()))
    today = runtime.clock.today()
    known_now = await find_experience(runtime, runtime.pool, nodes, today)
    await runtime.log_read(caller, action, application_id, steps, numbers)
    return ApplicationView.of_steps(row, steps, numbers[0] if numbers else None, known_now, today)


async def with_known_experience(
    runtime: Runtime, caller: Caller, command: ApplyForRecognition
) -> ApplyKnowing:
    """Add the experience of the worker to the command, and the person of the case if the command names none.

    A command that is sent again under its own id gets the experience recorded the first time. Raises RecordNotFound for
    a case beyond the caller's reach: otherwise an application would show its person.
    """
    before = None if command.id is None else await runtime.store.find(command.id)
    case = (
        None if command.case_id is None else await find_case(runtime, f"reintegration-case-{command.case_id}")
    )
    province = None if case is None else province_of(case.facts)
    if case is not None and not caller.reach.covers(Scope.at_home(province)):
        raise RecordNotFound("there is no reintegration case of this id within your reach", field="case_id")
    person = command.person
    if person == PersonGiven() and case is not None:
        person = _person_of(case)
    if before is not None and isinstance(before.facts, RecognitionApplied):
        experience = tuple(work for work in before.facts.experience if work.proof is not WorkProof.STATED)
    else:
        nodes = {UUID(handle) for handle in runtime.handles.of_all(person.documents)}
        if command.case_id is not None:
            nodes |= {command.case_id}
        if case is not None:
            nodes |= nodes_of(case)
        experience = await find_experience(runtime, runtime.pool, nodes, runtime.clock.today())
    known = {"person": person, "province": province, "experience": experience}
    return ApplyKnowing.model_construct(**{**dict(command), **known})


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
