"""Table of facts: for each class of fact, the function that fills its timeline event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts import border, consular, recruitment
from contracts.border import BorderCrossed, Direction, WorkerDeparted, WorkerDeported, WorkerReturned
from contracts.codes.documents import DocumentHolder
from contracts.codes.people import PersonRole
from contracts.codes.recording import TimePrecision
from contracts.codes.skills import AssessmentResult
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    PermitLapsed,
    PermitRecorded,
    WorkerDeathRecorded,
)
from contracts.envelope import Correction, Event, Fact, PersonFact
from contracts.journeys.timeline_event import Kind, Shown, TimelineEvent
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
    Terms,
)
from contracts.reintegration import (
    CounsellingSessionHeld,
    ReintegrationCaseClosed,
    ReintegrationCaseOpened,
    ReturnJoined,
    WorkerPlaced,
)
from contracts.skills import AssessmentDecided, RecognitionApplied, RecognitionRevoked, SkillsRecognised

_EXACT = frozenset((TimePrecision.SECOND, TimePrecision.MINUTE))


def timeline_event_of(event: Event[Fact]) -> TimelineEvent:
    """Return the timeline event of an event; for a correction, the timeline event of the facts that it restates."""
    facts = event.facts
    if facts.rules and isinstance(facts, Correction):
        facts = facts.restated.facts
    made = TimelineEvent(
        at=event.occurred_at,
        placed=event.occurred_at,
        event_id=event.id,
        recorded_at=event.recorded_at,
        appended_at=event.appended_at or event.recorded_at,
        stream=event.stream,
    )
    recorded = facts.recorded
    made.office = recorded.office
    if recorded.precision not in _EXACT:
        made.precision = recorded.precision
    fill = TIMELINE_EVENTS.get(type(facts))
    if fill is not None:
        fill(made, facts)
    elif isinstance(facts, PersonFact):
        _person(made, facts)
    return made


def _departed(event: TimelineEvent, facts: WorkerDeparted) -> None:
    _crossing(event, Kind.DEPARTURE, facts, facts.destination, facts.purpose)
    event.channel = facts.channel


def _returned(event: TimelineEvent, facts: WorkerReturned) -> None:
    _crossing(event, Kind.RETURN, facts, facts.returned_from, facts.reason)


def _deported(event: TimelineEvent, facts: WorkerDeported) -> None:
    _crossing(event, Kind.DEPORTATION, facts, facts.returned_from, facts.authority)
    event.stated = facts.ground


def _crossed(event: TimelineEvent, facts: BorderCrossed) -> None:
    kind = Kind.OUT if facts.direction is Direction.OUT else Kind.IN
    _crossing(event, kind, facts, facts.country, facts.purpose)


def _crossing(
    event: TimelineEvent,
    kind: Kind,
    facts: WorkerDeparted | WorkerReturned | WorkerDeported | BorderCrossed,
    country: str,
    code: str,
) -> None:
    _person(event, facts)
    event.kind, event.country, event.code, event.checkpoint = kind, country, code, facts.checkpoint
    event.shown = tuple(
        Shown(each.kind, each.issued_on, each.expires_on, each.issued_by)
        for each in facts.documents_shown
        if each.holder is DocumentHolder.OWN
    )
    if facts.role is not PersonRole.WORKER:
        event.role = facts.role
    if facts.unaccompanied_minor:
        event.companion = "nobody"
    elif facts.accompanied_by is not None:
        event.companion = facts.accompanied_by
    elif facts.adult_crossing is not None or facts.family_id is not None:
        event.companion = "family"
    elif facts.unaccompanied_minor is False:
        event.companion = "other_adult"


def _person(event: TimelineEvent, facts: PersonFact) -> None:
    event.sex, event.province = int(facts.sex), facts.home_province
    if facts.age is not None:
        event.youngest, event.oldest = facts.age.at_least, facts.age.at_most


def _registered(event: TimelineEvent, facts: EmploymentContractRegistered) -> None:
    _person(event, facts)
    event.kind, event.agency = Kind.CONTRACT_REGISTERED, str(facts.agency_id)
    event.employer = str(facts.employer_id)
    _terms(event, facts.terms)


def _amended(event: TimelineEvent, facts: EmploymentContractAmended) -> None:
    event.kind = Kind.CONTRACT_AMENDED
    _terms(event, facts.terms)


def _terms(event: TimelineEvent, terms: Terms) -> None:
    event.country, event.sector, event.occupation = terms.destination, terms.sector, terms.occupation
    event.starts_on, event.ends_on, event.channel = terms.starts_on, terms.ends_on, terms.channel


def _contract_returned(event: TimelineEvent, _: EmploymentContractReturned) -> None:
    event.kind = Kind.CONTRACT_RETURNED


def _approved(event: TimelineEvent, _: EmploymentContractApproved) -> None:
    event.kind = Kind.CONTRACT_APPROVED


def _terminated(event: TimelineEvent, facts: EmploymentContractTerminated) -> None:
    event.kind, event.ends_on, event.code = Kind.CONTRACT_TERMINATED, facts.ended_on, facts.reason


def _case_opened(event: TimelineEvent, facts: AssistanceCaseOpened) -> None:
    _person(event, facts)
    event.kind, event.country, event.code = Kind.CASE_OPENED, facts.country, facts.category
    event.whom, event.worker_in, event.mission = facts.reported_by, facts.worker_in, facts.mission
    event.stated = facts.status_abroad


def _acted(event: TimelineEvent, facts: AssistanceActionLogged) -> None:
    event.kind, event.code, event.whom, event.worker_in = (
        Kind.CASE_ACTED,
        facts.action,
        facts.with_whom,
        facts.worker_in,
    )


def _handed_over(event: TimelineEvent, facts: AssistanceCaseHandedOver) -> None:
    event.kind, event.mission = Kind.CASE_HANDED_OVER, facts.to_mission


def _identified(event: TimelineEvent, facts: AssistanceCallerIdentified) -> None:
    _person(event, facts)
    event.kind = Kind.CALLER_IDENTIFIED


def _case_closed(event: TimelineEvent, facts: AssistanceCaseClosed) -> None:
    event.kind, event.code = Kind.CASE_CLOSED, facts.outcome


def _died(event: TimelineEvent, facts: WorkerDeathRecorded) -> None:
    event.kind, event.country, event.code = Kind.DEATH_RECORDED, facts.died_in, facts.cause
    event.starts_on = facts.died_on


def _permit(event: TimelineEvent, facts: PermitRecorded) -> None:
    _person(event, facts)
    event.kind, event.country, event.code = Kind.PERMIT_RECORDED, facts.country, facts.kind
    event.starts_on, event.ends_on, event.mission = facts.valid_from, facts.valid_until, facts.mission
    event.stated = "regularisation" if facts.regularisation else None


def _permit_lapsed(event: TimelineEvent, facts: PermitLapsed) -> None:
    event.kind, event.starts_on, event.code = Kind.PERMIT_LAPSED, facts.lapsed_on, facts.reason


def _reintegration(event: TimelineEvent, facts: ReintegrationCaseOpened) -> None:
    _person(event, facts)
    event.kind, event.country, event.about = (
        Kind.REINTEGRATION_OPENED,
        facts.returned_from,
        facts.return_event_id,
    )


def _return_joined(event: TimelineEvent, facts: ReturnJoined) -> None:
    event.kind, event.about = Kind.RETURN_JOINED, facts.return_event_id


def _counselled(event: TimelineEvent, _: CounsellingSessionHeld) -> None:
    event.kind = Kind.COUNSELLED


def _placed(event: TimelineEvent, facts: WorkerPlaced) -> None:
    event.kind, event.occupation = Kind.PLACED, facts.occupation


def _reintegration_closed(event: TimelineEvent, facts: ReintegrationCaseClosed) -> None:
    event.kind, event.code = Kind.REINTEGRATION_CLOSED, facts.outcome


def _applied(event: TimelineEvent, facts: RecognitionApplied) -> None:
    _person(event, facts)
    event.kind, event.occupation = Kind.RECOGNITION_APPLIED, facts.occupation


def _assessed(event: TimelineEvent, facts: AssessmentDecided) -> None:
    event.code = facts.result
    if facts.result is not AssessmentResult.ABSENT:
        event.kind = Kind.ASSESSED


def _recognised(event: TimelineEvent, facts: SkillsRecognised) -> None:
    event.kind, event.occupation, event.level = Kind.RECOGNISED, facts.occupation, int(facts.level)


def _revoked(event: TimelineEvent, facts: RecognitionRevoked) -> None:
    event.kind, event.code = Kind.RECOGNITION_REVOKED, facts.reason


TIMELINE_EVENTS: dict[type[Fact], Callable[[TimelineEvent, Any], None]] = {
    WorkerDeparted: _departed,
    WorkerReturned: _returned,
    WorkerDeported: _deported,
    BorderCrossed: _crossed,
    EmploymentContractRegistered: _registered,
    EmploymentContractReturned: _contract_returned,
    EmploymentContractApproved: _approved,
    EmploymentContractAmended: _amended,
    EmploymentContractTerminated: _terminated,
    AssistanceCaseOpened: _case_opened,
    AssistanceActionLogged: _acted,
    AssistanceCaseHandedOver: _handed_over,
    AssistanceCallerIdentified: _identified,
    AssistanceCaseClosed: _case_closed,
    WorkerDeathRecorded: _died,
    PermitRecorded: _permit,
    PermitLapsed: _permit_lapsed,
    ReintegrationCaseOpened: _reintegration,
    ReturnJoined: _return_joined,
    CounsellingSessionHeld: _counselled,
    WorkerPlaced: _placed,
    ReintegrationCaseClosed: _reintegration_closed,
    RecognitionApplied: _applied,
    AssessmentDecided: _assessed,
    SkillsRecognised: _recognised,
    RecognitionRevoked: _revoked,
}
"""Facts that are not in this table become timeline events of the kind OTHER. A test names them."""

_OWNERS = (border, recruitment, consular)
JOURNEY_TOPICS = tuple(owner.TOPIC for owner in _OWNERS)
"""The topics of the facts from which journeys are made."""
JOURNEY_FACTS: tuple[type[Fact], ...] = (
    *(fact for fact in TIMELINE_EVENTS if fact.__module__ in {owner.__name__ for owner in _OWNERS}),
    *(ruling for owner in _OWNERS for ruling in (owner.EventVoided, owner.EventCorrected)),
)
"""The facts from which journeys are made, and the corrections and voids of them: what a service keeps to read journeys."""
