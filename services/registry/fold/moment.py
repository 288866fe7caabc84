"""A moment: what the fold needs of an event, in one vocabulary for the facts of all services.

Moments are made once, when an event is heard, and kept beside it in a short form, so that folding a worker anew does
not read all that every event says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

import orjson

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
)
from contracts.reintegration import ReintegrationCaseClosed, ReintegrationCaseOpened, WorkerPlaced
from contracts.skills import RecognitionApplied, RecognitionRevoked, SkillsRecognised


class Kind(IntEnum):
    """What kind of moment it is. The numbers are stored and never change their meaning."""

    OTHER = 0
    DEPARTURE = 1
    RETURN = 2
    DEPORTATION = 3
    OUT = 4
    IN = 5
    CONTRACT_REGISTERED = 10
    CONTRACT_RETURNED = 11
    CONTRACT_APPROVED = 12
    CONTRACT_AMENDED = 13
    CONTRACT_TERMINATED = 14
    CASE_OPENED = 20
    CASE_ACTED = 21
    CASE_CLOSED = 22
    REINTEGRATION_OPENED = 30
    PLACED = 31
    REINTEGRATION_CLOSED = 32
    RECOGNITION_APPLIED = 40
    RECOGNISED = 41
    RECOGNITION_REVOKED = 42


class Papers(IntEnum):
    """What documents were shown at a crossing."""

    NOT_A_CROSSING = 0
    NONE = 1
    SOME = 2
    REGULARISING = 3
    """A document that makes a stay abroad regular by itself: pink card, work permit, certificate of identity."""


_REGULARISING = {
    DocumentKind.PINK_CARD,
    DocumentKind.WORK_PERMIT,
    DocumentKind.CERTIFICATE_OF_IDENTITY,
    DocumentKind.RE_ENTRY_PERMIT,
}


@dataclass(slots=True)
class Moment:
    """What the fold needs of an event that stands."""

    at: datetime
    event_id: UUID
    recorded_at: datetime
    stream: str
    kind: Kind = Kind.OTHER
    country: str | None = None
    code: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    sector: str | None = None
    occupation: str | None = None
    checkpoint: str | None = None
    papers: Papers = Papers.NOT_A_CROSSING
    minor_alone: bool = False
    family: bool = False
    agency: str | None = None
    level: int | None = None
    sex: int = 0
    age_band: str | None = None
    province: str | None = None

    def brief(self) -> str:
        """The short form that is kept: a list of all fields but the first four, in their order."""
        return orjson.dumps(
            (
                int(self.kind),
                self.country,
                self.code,
                self.starts_on,
                self.ends_on,
                self.sector,
                self.occupation,
                self.checkpoint,
                int(self.papers),
                self.minor_alone,
                self.family,
                self.agency,
                self.level,
                self.sex,
                self.age_band,
                self.province,
            )
        ).decode()


_KINDS = {int(kind): kind for kind in Kind}
_PAPERS = {int(papers): papers for papers in Papers}


def moment_from(at: datetime, event_id: UUID, recorded_at: datetime, stream: str, brief: str) -> Moment:
    """A moment from its short form."""
    kind, country, code, starts, ends, sector, occupation, checkpoint, papers, *rest = orjson.loads(brief)
    return Moment(
        at,
        event_id,
        recorded_at,
        stream,
        _KINDS[kind],
        country,
        code,
        starts and date.fromisoformat(starts),
        ends and date.fromisoformat(ends),
        sector,
        occupation,
        checkpoint,
        _PAPERS[papers],
        *rest,
    )


def moment_of(event: Event[Fact]) -> Moment:
    """The moment of an event; of a correction, the moment of what it restates."""
    facts = event.facts.restated.facts if isinstance(event.facts, Correction) else event.facts
    moment = Moment(event.occurred_at, event.id, event.recorded_at, event.stream)
    if isinstance(facts, PersonFact):
        moment.sex = int(facts.sex)
        moment.age_band = facts.age_band
        moment.province = facts.home_province
    match facts:
        case WorkerDeparted():
            _crossing(moment, Kind.DEPARTURE, facts, facts.destination, facts.purpose)
        case WorkerReturned():
            _crossing(moment, Kind.RETURN, facts, facts.returned_from, facts.reason)
        case WorkerDeported():
            _crossing(moment, Kind.DEPORTATION, facts, facts.returned_from, facts.authority)
        case BorderCrossed():
            kind = Kind.OUT if facts.direction is Direction.OUT else Kind.IN
            _crossing(moment, kind, facts, facts.country, facts.purpose)
        case EmploymentContractRegistered() | EmploymentContractAmended():
            registered = isinstance(facts, EmploymentContractRegistered)
            moment.kind = Kind.CONTRACT_REGISTERED if registered else Kind.CONTRACT_AMENDED
            moment.country, moment.sector = facts.terms.destination, facts.terms.sector
            moment.occupation = facts.terms.occupation
            moment.starts_on, moment.ends_on = facts.terms.starts_on, facts.terms.ends_on
            if isinstance(facts, EmploymentContractRegistered):
                moment.agency = str(facts.agency_id)
        case EmploymentContractReturned():
            moment.kind = Kind.CONTRACT_RETURNED
        case EmploymentContractApproved():
            moment.kind = Kind.CONTRACT_APPROVED
        case EmploymentContractTerminated():
            moment.kind, moment.ends_on, moment.code = Kind.CONTRACT_TERMINATED, facts.ended_on, facts.reason
        case AssistanceCaseOpened():
            moment.kind, moment.country, moment.code = Kind.CASE_OPENED, facts.country, facts.category
        case AssistanceActionLogged():
            moment.kind, moment.code = Kind.CASE_ACTED, facts.action
        case AssistanceCaseHandedOver():
            moment.kind = Kind.CASE_ACTED
            moment.country = None if facts.to_mission is None else MISSIONS[facts.to_mission].country
        case AssistanceCallerIdentified():
            moment.kind = Kind.CASE_ACTED
        case AssistanceCaseClosed():
            moment.kind, moment.code = Kind.CASE_CLOSED, facts.outcome
        case ReintegrationCaseOpened():
            moment.kind, moment.country = Kind.REINTEGRATION_OPENED, facts.returned_from
        case WorkerPlaced():
            moment.kind, moment.occupation = Kind.PLACED, facts.occupation
        case ReintegrationCaseClosed():
            moment.kind, moment.code = Kind.REINTEGRATION_CLOSED, facts.outcome
        case RecognitionApplied():
            moment.kind, moment.occupation = Kind.RECOGNITION_APPLIED, facts.occupation
        case SkillsRecognised():
            moment.kind, moment.occupation, moment.level = Kind.RECOGNISED, facts.occupation, int(facts.level)
        case RecognitionRevoked():
            moment.kind, moment.code = Kind.RECOGNITION_REVOKED, facts.reason
    return moment


def _crossing(
    moment: Moment,
    kind: Kind,
    facts: WorkerDeparted | WorkerReturned | WorkerDeported | BorderCrossed,
    country: str,
    code: str,
) -> None:
    moment.kind, moment.country, moment.code, moment.checkpoint = kind, country, code, facts.checkpoint
    shown = facts.documents_shown
    if not shown:
        moment.papers = Papers.NONE
    else:
        moment.papers = Papers.REGULARISING if _REGULARISING.intersection(shown) else Papers.SOME
    moment.minor_alone = bool(facts.unaccompanied_minor)
    moment.family = facts.family_id is not None
