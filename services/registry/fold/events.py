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


def moment_of(event: Event[Fact]) -> TimelineEvent:
    """The moment of an event; of a correction, the moment of what it restates."""
    facts = event.facts
    if facts.rules and isinstance(facts, Correction):
        facts = facts.restated.facts
    moment = TimelineEvent(
        at=event.occurred_at, event_id=event.id, recorded_at=event.recorded_at, stream=event.stream
    )
    fill = TIMELINE_EVENTS.get(type(facts))
    if fill is not None:
        fill(moment, facts)
    elif isinstance(facts, PersonFact):
        _person(moment, facts)
    return moment


def _departed(moment: TimelineEvent, facts: WorkerDeparted) -> None:
    _crossing(moment, Kind.DEPARTURE, facts, facts.destination, facts.purpose)


def _returned(moment: TimelineEvent, facts: WorkerReturned) -> None:
    _crossing(moment, Kind.RETURN, facts, facts.returned_from, facts.reason)


def _deported(moment: TimelineEvent, facts: WorkerDeported) -> None:
    _crossing(moment, Kind.DEPORTATION, facts, facts.returned_from, facts.authority)


def _crossed(moment: TimelineEvent, facts: BorderCrossed) -> None:
    kind = Kind.OUT if facts.direction is Direction.OUT else Kind.IN
    _crossing(moment, kind, facts, facts.country, facts.purpose)


def _crossing(
    moment: TimelineEvent,
    kind: Kind,
    facts: WorkerDeparted | WorkerReturned | WorkerDeported | BorderCrossed,
    country: str,
    code: str,
) -> None:
    _person(moment, facts)
    moment.kind, moment.country, moment.code, moment.checkpoint = kind, country, code, facts.checkpoint
    shown = facts.documents_shown
    if not shown:
        moment.papers = Papers.NONE
    else:
        moment.papers = Papers.REGULARISING if _REGULARISING.intersection(shown) else Papers.SOME
    moment.minor_alone = bool(facts.unaccompanied_minor)
    moment.family = facts.family_id is not None


def _person(moment: TimelineEvent, facts: PersonFact) -> None:
    moment.sex, moment.age_band, moment.province = int(facts.sex), facts.age_band, facts.home_province


def _registered(moment: TimelineEvent, facts: EmploymentContractRegistered) -> None:
    _person(moment, facts)
    moment.kind, moment.agency = Kind.CONTRACT_REGISTERED, str(facts.agency_id)
    _terms(moment, facts.terms)


def _amended(moment: TimelineEvent, facts: EmploymentContractAmended) -> None:
    moment.kind = Kind.CONTRACT_AMENDED
    _terms(moment, facts.terms)


def _terms(moment: TimelineEvent, terms: Terms) -> None:
    moment.country, moment.sector, moment.occupation = terms.destination, terms.sector, terms.occupation
    moment.starts_on, moment.ends_on = terms.starts_on, terms.ends_on


def _contract_returned(moment: TimelineEvent, _: EmploymentContractReturned) -> None:
    moment.kind = Kind.CONTRACT_RETURNED


def _approved(moment: TimelineEvent, _: EmploymentContractApproved) -> None:
    moment.kind = Kind.CONTRACT_APPROVED


def _terminated(moment: TimelineEvent, facts: EmploymentContractTerminated) -> None:
    moment.kind, moment.ends_on, moment.code = Kind.CONTRACT_TERMINATED, facts.ended_on, facts.reason


def _case_opened(moment: TimelineEvent, facts: AssistanceCaseOpened) -> None:
    _person(moment, facts)
    moment.kind, moment.country, moment.code = Kind.CASE_OPENED, facts.country, facts.category


def _acted(moment: TimelineEvent, facts: AssistanceActionLogged) -> None:
    moment.kind, moment.code = Kind.CASE_ACTED, facts.action


def _handed_over(moment: TimelineEvent, facts: AssistanceCaseHandedOver) -> None:
    moment.kind = Kind.CASE_ACTED
    moment.country = None if facts.to_mission is None else MISSIONS[facts.to_mission].country


def _identified(moment: TimelineEvent, facts: AssistanceCallerIdentified) -> None:
    _person(moment, facts)
    moment.kind = Kind.CASE_ACTED


def _case_closed(moment: TimelineEvent, facts: AssistanceCaseClosed) -> None:
    moment.kind, moment.code = Kind.CASE_CLOSED, facts.outcome


def _reintegration(moment: TimelineEvent, facts: ReintegrationCaseOpened) -> None:
    _person(moment, facts)
    moment.kind, moment.country = Kind.REINTEGRATION_OPENED, facts.returned_from


def _placed(moment: TimelineEvent, facts: WorkerPlaced) -> None:
    moment.kind, moment.occupation = Kind.PLACED, facts.occupation


def _reintegration_closed(moment: TimelineEvent, facts: ReintegrationCaseClosed) -> None:
    moment.kind, moment.code = Kind.REINTEGRATION_CLOSED, facts.outcome


def _applied(moment: TimelineEvent, facts: RecognitionApplied) -> None:
    _person(moment, facts)
    moment.kind, moment.occupation = Kind.RECOGNITION_APPLIED, facts.occupation


def _recognised(moment: TimelineEvent, facts: SkillsRecognised) -> None:
    moment.kind, moment.occupation, moment.level = Kind.RECOGNISED, facts.occupation, int(facts.level)


def _revoked(moment: TimelineEvent, facts: RecognitionRevoked) -> None:
    moment.kind, moment.code = Kind.RECOGNITION_REVOKED, facts.reason


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
