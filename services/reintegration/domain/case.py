"""A reintegration case: a returnee's needs, counselling, matches and new job, from the return to an outcome.

Things that happened (needs stated, a session held, an answer given, a job begun) are recorded whatever the state of the
case, also late. Decisions of a counsellor (to assign, propose, refer, close) need an open case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID, uuid5

from contracts.codes.reintegration import CaseMark, DeclineReason, Need, ReintegrationOutcome
from contracts.envelope import Event
from contracts.reference.current import reference_data
from contracts.reintegration import (
    CounsellingSessionHeld,
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    NeedsRecorded,
    PlacementFollowedUp,
    ReferredForRecognition,
    ReintegrationCaseAssigned,
    ReintegrationCaseClosed,
    ReintegrationCaseFact,
    ReintegrationCaseMarked,
    ReintegrationCaseMoved,
    ReintegrationCaseOpened,
    ReturnJoined,
    VacancyRuledOut,
    WorkerPlaced,
)
from contracts.times import day_of
from services.reintegration.domain.follow_up import months_later
from services.reintegration.domain.match import Answer, Match, answered


def case_of(return_event_id: UUID) -> UUID:
    """Return the id of the case of a return; it is derived from the id of the event that recorded the return."""
    return uuid5(return_event_id, "reintegration.case")


@dataclass(frozen=True, slots=True)
class Case:
    """The state of a reintegration case."""

    opened: bool = False
    counsellor: str | None = None
    needs: tuple[Need, ...] = ()
    referred_for: tuple[str, ...] = ()
    matches: Mapping[UUID, Match] = field(default_factory=dict)
    ruled_out: Mapping[UUID, DeclineReason] = field(default_factory=dict)
    """Vacancies that are not offered again, with the reason."""
    placed: bool = False
    contacted: bool = False
    """Whether a counsellor spoke with the returnee."""
    came_back_at: datetime | None = None
    outcome: ReintegrationOutcome | None = None
    mark: CaseMark | None = None
    province: str | None = None
    """Province whose counsellors are in charge; None for the national desk."""
    returns: tuple[UUID, ...] = ()
    """The events of the returns on the case."""

    @property
    def not_offered(self) -> frozenset[UUID]:
        """The vacancies that are not offered: proposed and not answered, accepted, or not suitable."""
        proposed = {
            match.vacancy_id
            for match in self.matches.values()
            if match.answer is not Answer.DECLINED or match.rules_out
        }
        return frozenset(proposed | self.ruled_out.keys())

    @property
    def is_open(self) -> bool:
        """Return whether the case was opened and is not closed."""
        return self.opened and self.outcome is None


def aged_before(day: date) -> date:
    """Return the day before which a return is so long ago, on a day, that nobody is contacted for the first time."""
    return months_later(day, -reference_data().uncontacted_months(day))


def ages_out(state: Case, day: date) -> bool:
    """Return whether a case ends because nobody contacted the returnee, by the rule that holds on a day."""
    if state.came_back_at is None or state.contacted or state.placed or not state.is_open:
        return False
    return day_of(state.came_back_at) < aged_before(day)


def evolve(state: Case, event: Event[ReintegrationCaseFact]) -> Case:
    """Return the state after an event."""
    match event.facts:
        case ReintegrationCaseOpened() as facts:
            return replace(
                state,
                opened=True,
                province=facts.province or facts.home_province,
                returns=(*state.returns, facts.return_event_id),
                came_back_at=max(state.came_back_at or event.occurred_at, event.occurred_at),
            )
        case ReturnJoined() as facts:
            return replace(
                state,
                returns=(*state.returns, facts.return_event_id),
                came_back_at=max(state.came_back_at or event.occurred_at, event.occurred_at),
            )
        case ReintegrationCaseMarked() as facts:
            return replace(state, mark=facts.mark)
        case ReintegrationCaseAssigned() as facts:
            return replace(state, counsellor=facts.counsellor)
        case NeedsRecorded() as facts:
            return replace(state, needs=facts.needs, contacted=True)
        case ReferredForRecognition() as facts:
            return replace(state, referred_for=(*state.referred_for, facts.occupation))
        case MatchProposed() as facts:
            ruled_out = {key: reason for key, reason in state.ruled_out.items() if key != facts.vacancy_id}
            matches = {**state.matches, facts.match_id: Match(facts.vacancy_id)}
            return replace(state, matches=matches, ruled_out=ruled_out)
        case VacancyRuledOut() as facts:
            return replace(state, ruled_out={**state.ruled_out, facts.vacancy_id: facts.reason})
        case ReintegrationCaseMoved() as facts:
            return replace(state, province=facts.province, counsellor=None)
        case MatchAccepted() as facts:
            return replace(state, matches=answered(state.matches, facts.match_id, Answer.ACCEPTED))
        case MatchDeclined() as facts:
            return replace(
                state, matches=answered(state.matches, facts.match_id, Answer.DECLINED, facts.reason)
            )
        case WorkerPlaced():
            return replace(state, placed=True)
        case ReintegrationCaseClosed() as facts:
            return replace(state, outcome=facts.outcome)
        case CounsellingSessionHeld():
            return replace(state, contacted=True)
        case PlacementFollowedUp():
            return state
        case _ as unknown:
            assert_never(unknown)
