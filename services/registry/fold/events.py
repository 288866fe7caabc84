"""Table of facts: for each class of fact, the function that fills its timeline event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.border import BorderCrossed, Direction, WorkerDeparted, WorkerDeported, WorkerReturned
from contracts.codes.documents import DocumentKind
from contracts.codes.missions import MISSIONS
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
)
from contracts.envelope import Correction, Event, Fact, PersonFact
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
    Terms,
)
from contracts.reintegration import ReintegrationCaseClosed, ReintegrationCaseOpened, WorkerPlaced
from contracts.skills import RecognitionApplied, RecognitionRevoked, SkillsRecognised
from services.registry.fold.timeline_event import Kind, Papers, TimelineEvent

_REGULARISING = {
    DocumentKind.PINK_CARD,
    DocumentKind.WORK_PERMIT,
    DocumentKind.CERTIFICATE_OF_IDENTITY,
    DocumentKind.RE_ENTRY_PERMIT,
}


def timeline_event_of(event: Event[Fact]) -> TimelineEvent:
    """Return the timeline event of an event; for a correction, the timeline event of the facts that it restates."""
    facts = event.facts
    if facts.rules and isinstance(facts, Correction):
        facts = facts.restated.facts
    made = TimelineEvent(
        at=event.occurred_at, event_id=event.id, recorded_at=event.recorded_at, stream=event.stream
    )
    fill = TIMELINE_EVENTS.get(type(facts))
    if fill is not None:
        fill(made, facts)
    elif isinstance(facts, PersonFact):
        _person(made, facts)
    return made


def _departed(event: TimelineEvent, facts: WorkerDeparted) -> None:
    _crossing(event, Kind.DEPARTURE, facts, facts.destination, facts.purpose)


def _returned(event: TimelineEvent, facts: WorkerReturned) -> None:
    _crossing(event, Kind.RETURN, facts, facts.returned_from, facts.reason)


def _deported(event: TimelineEvent, facts: WorkerDeported) -> None:
    _crossing(event, Kind.DEPORTATION, facts, facts.returned_from, facts.authority)


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
    shown = facts.documents_shown
    if not shown:
        event.papers = Papers.NONE
    else:
        event.papers = Papers.REGULARISING if _REGULARISING.intersection(shown) else Papers.SOME
    event.minor_alone = bool(facts.unaccompanied_minor)
    event.family = facts.family_id is not None


def _person(event: TimelineEvent, facts: PersonFact) -> None:
    event.sex, event.age_band, event.province = int(facts.sex), facts.age_band, facts.home_province


def _registered(event: TimelineEvent, facts: EmploymentContractRegistered) -> None:
    _person(event, facts)
    event.kind, event.agency = Kind.CONTRACT_REGISTERED, str(facts.agency_id)
    _terms(event, facts.terms)


def _amended(event: TimelineEvent, facts: EmploymentContractAmended) -> None:
    event.kind = Kind.CONTRACT_AMENDED
    _terms(event, facts.terms)


def _terms(event: TimelineEvent, terms: Terms) -> None:
    event.country, event.sector, event.occupation = terms.destination, terms.sector, terms.occupation
    event.starts_on, event.ends_on = terms.starts_on, terms.ends_on


def _contract_returned(event: TimelineEvent, _: EmploymentContractReturned) -> None:
    event.kind = Kind.CONTRACT_RETURNED


def _approved(event: TimelineEvent, _: EmploymentContractApproved) -> None:
    event.kind = Kind.CONTRACT_APPROVED


def _terminated(event: TimelineEvent, facts: EmploymentContractTerminated) -> None:
    event.kind, event.ends_on, event.code = Kind.CONTRACT_TERMINATED, facts.ended_on, facts.reason


def _case_opened(event: TimelineEvent, facts: AssistanceCaseOpened) -> None:
    _person(event, facts)
    event.kind, event.country, event.code = Kind.CASE_OPENED, facts.country, facts.category


def _acted(event: TimelineEvent, facts: AssistanceActionLogged) -> None:
    event.kind, event.code = Kind.CASE_ACTED, facts.action


def _handed_over(event: TimelineEvent, facts: AssistanceCaseHandedOver) -> None:
    event.kind = Kind.CASE_ACTED
    event.country = None if facts.to_mission is None else MISSIONS[facts.to_mission].country


def _identified(event: TimelineEvent, facts: AssistanceCallerIdentified) -> None:
    _person(event, facts)
    event.kind = Kind.CASE_ACTED


def _case_closed(event: TimelineEvent, facts: AssistanceCaseClosed) -> None:
    event.kind, event.code = Kind.CASE_CLOSED, facts.outcome


def _reintegration(event: TimelineEvent, facts: ReintegrationCaseOpened) -> None:
    _person(event, facts)
    event.kind, event.country = Kind.REINTEGRATION_OPENED, facts.returned_from


def _placed(event: TimelineEvent, facts: WorkerPlaced) -> None:
    event.kind, event.occupation = Kind.PLACED, facts.occupation


def _reintegration_closed(event: TimelineEvent, facts: ReintegrationCaseClosed) -> None:
    event.kind, event.code = Kind.REINTEGRATION_CLOSED, facts.outcome


def _applied(event: TimelineEvent, facts: RecognitionApplied) -> None:
    _person(event, facts)
    event.kind, event.occupation = Kind.RECOGNITION_APPLIED, facts.occupation


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
    ReintegrationCaseOpened: _reintegration,
    WorkerPlaced: _placed,
    ReintegrationCaseClosed: _reintegration_closed,
    RecognitionApplied: _applied,
    SkillsRecognised: _recognised,
    RecognitionRevoked: _revoked,
}
"""Facts that are not in this table become timeline events of the kind OTHER. A test names them."""
