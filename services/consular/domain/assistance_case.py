"""An assistance case at a mission: opened, worked on, handed over, closed; its person may become known later.

An action may be recorded late, even after the case was closed, if it was done before. The caller may be identified,
a death recorded and a case restricted to named people at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import assert_never

from contracts.codes.assistance import Urgency
from contracts.codes.missions import MISSIONS
from contracts.command import Circumstances
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseFact,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    AssistanceCaseRestricted,
    AssistanceDueDateSet,
    WorkerDeathRecorded,
)
from contracts.envelope import Event
from contracts.times import day_of, later
from services.consular.domain.commands import (
    Asked,
    CloseAssistanceCase,
    HandOverAssistanceCase,
    IdentifyCaller,
    LogAssistanceAction,
    OpenAssistanceCase,
    RecordWorkerDeath,
    RestrictAssistanceCase,
    SetAssistanceDueDate,
)
from services.consular.domain.refusals import (
    CallerIdentifiedAlready,
    CaseClosed,
    CaseTakenBack,
    ConsentMissing,
    DeathRecordedAlready,
    DiedAfterItWasKnown,
    DueBeforeToday,
    HandedOverToTheSame,
    NobodyWouldSeeTheCase,
    NothingToKnowThemBy,
    TakenMeanwhile,
)

DUE_WITHIN_DAYS: Mapping[Urgency, int] = MappingProxyType(
    {Urgency.LIFE_IN_DANGER: 0, Urgency.URGENT: 1, Urgency.SOON: 7, Urgency.ROUTINE: 30}
)
"""Days after the opening by which the next step is due if the attaché gives no day."""

SAME_WITHIN = timedelta(days=14)
"""Two cases of one person that a mission opened within this time, and that are open, are probably one case."""


@dataclass(frozen=True, slots=True)
class AssistanceCase:
    """The state of a case. Its mission is None if the case was not opened, or if its opening was voided.

    ``identified`` is True if the case has a document or a record of the same person; a name alone is not enough.
    ``handed_over`` holds, for each mission that handed the case over to another, the version of that event.
    """

    mission: str | None = None
    attache: str | None = None
    due_on: date | None = None
    identified: bool = False
    closed_at: datetime | None = None
    died_on: date | None = None
    restricted_to: frozenset[str] = frozenset()
    handed_over: Mapping[str, int] = field(default_factory=dict)

    @property
    def readers(self) -> frozenset[str]:
        """The only people who may see a restricted case; empty if it is not restricted."""
        in_charge = {self.attache} if self.restricted_to and self.attache else set()
        return self.restricted_to | in_charge


def due_by(urgency: Urgency, opened_at: datetime, mission: str) -> date:
    """Return the day by which the next step is due if the attaché gives no day."""
    return later(_day_at(mission, opened_at), timedelta(days=DUE_WITHIN_DAYS[urgency]))


def _day_at(mission: str, moment: datetime) -> date:
    """Return the day of an instant where the mission is: it works by the days of its place."""
    return day_of(moment, MISSIONS[mission].zone)


def decide(asked: Asked, state: AssistanceCase, at: Circumstances) -> Sequence[AssistanceCaseFact]:
    """Return the facts that a command records. Raises a refusal of :mod:`services.consular.domain.refusals`."""
    if isinstance(asked, OpenAssistanceCase):
        return [_opened(asked, at)]
    if state.mission is None:
        raise CaseTakenBack("nothing can be recorded about it", remedy="open a new case")
    match asked:
        case IdentifyCaller():
            return [_identified(asked, state, at)]
        case LogAssistanceAction():
            if state.closed_at is None or at.occurred_at > state.closed_at:
                _must_be_open(state)
            return _logged(asked, state.mission, state, at)
        case RecordWorkerDeath():
            return [_died(asked, state.mission, state, at)]
        case SetAssistanceDueDate():
            _must_be_open(state)
            _must_not_have_passed(asked.due_on, state.mission, at)
            return [AssistanceDueDateSet(recorded=at.recorded, due_on=asked.due_on, urgency=asked.urgency)]
        case HandOverAssistanceCase():
            _must_be_open(state)
            return [_handed_over(asked, state, at)]
        case RestrictAssistanceCase():
            named = _named(asked.restricted_to, at)
            if frozenset(named) == state.restricted_to:
                return []
            return [AssistanceCaseRestricted(recorded=at.recorded, restricted_to=named)]
        case CloseAssistanceCase():
            _must_be_open(state)
            return [AssistanceCaseClosed(recorded=at.recorded, outcome=asked.outcome)]
        case _:
            assert_never(asked)


def _opened(asked: OpenAssistanceCase, at: Circumstances) -> AssistanceCaseFact:
    _must_not_have_passed(asked.due_on, asked.mission, at)
    return AssistanceCaseOpened(
        recorded=at.recorded,
        **asked.person.attributes(at),
        mission=asked.mission,
        country=asked.country or MISSIONS[asked.mission].country,
        worker_in=asked.worker_in,
        reported_by=asked.reported_by,
        category=asked.category,
        urgency=asked.urgency,
        status_abroad=asked.status_abroad,
        due_on=asked.due_on or due_by(asked.urgency, at.occurred_at, asked.mission),
        attache=asked.attache,
        about=asked.about,
        restricted_to=_named(asked.restricted_to, at),
    )


def _named(people: Iterable[str], at: Circumstances) -> tuple[str, ...]:
    """Return the people who may read a restricted case: those named and the caller. Empty if no one is named: not restricted."""
    named = {*people}
    return tuple(sorted(named | {at.caller})) if named else ()


def _logged(
    asked: LogAssistanceAction, mission: str, state: AssistanceCase, at: Circumstances
) -> Sequence[AssistanceCaseFact]:
    logged = AssistanceActionLogged(
        recorded=at.recorded,
        action=asked.action,
        with_whom=asked.with_whom,
        worker_in=asked.worker_in,
        referred_to=asked.referred_to,
        consent=asked.consent,
    )
    if asked.referred_to is not None and asked.consent is None:
        raise ConsentMissing(
            f"the person has not consented that {asked.referred_to.title_en} learns of the matter",
            remedy="ask the person, and state how they consented",
            field="consent",
        )
    if asked.due_on is None:
        return [logged]
    _must_be_open(state)
    _must_not_have_passed(asked.due_on, mission, at)
    return [logged, AssistanceDueDateSet(recorded=at.recorded, due_on=asked.due_on)]


def _died(
    asked: RecordWorkerDeath, mission: str, state: AssistanceCase, at: Circumstances
) -> AssistanceCaseFact:
    if state.died_on is not None:
        raise DeathRecordedAlready(
            f"it is recorded as of {state.died_on}",
            remedy="correct that event if the day or the cause is wrong",
        )
    if asked.died_on > (day := _day_at(mission, at.occurred_at)):
        raise DiedAfterItWasKnown(
            f"{asked.died_on} is after {day} in {MISSIONS[mission].city}, the day on which the mission learnt of it",
            remedy="correct the day that is wrong",
            field="died_on",
        )
    return WorkerDeathRecorded(
        recorded=at.recorded,
        died_on=asked.died_on,
        precision=asked.day_precision,
        died_in=asked.died_in,
        cause=asked.cause,
    )


def _identified(asked: IdentifyCaller, state: AssistanceCase, at: Circumstances) -> AssistanceCaseFact:
    if state.identified:
        raise CallerIdentifiedAlready(
            "the case has a document or a record of the person",
            remedy="if it was another person, correct the event that identified the person",
        )
    if not (asked.person.identifies or asked.about):
        raise NothingToKnowThemBy(
            "there is no document, no name and no record of the same person",
            remedy="give at least one of them",
            field="person",
        )
    return AssistanceCallerIdentified(recorded=at.recorded, **asked.person.attributes(at), about=asked.about)


def _handed_over(
    asked: HandOverAssistanceCase, state: AssistanceCase, at: Circumstances
) -> AssistanceCaseFact:
    moves = asked.to_mission is not None and asked.to_mission != state.mission
    if not moves and asked.to_attache in (None, state.attache):
        raise HandedOverToTheSame(
            "the attaché and the mission would not change",
            remedy="name another attaché or another mission",
            field="to_attache",
        )
    if "instead_of" in asked.model_fields_set and asked.instead_of != state.attache:
        raise TakenMeanwhile("it was handed over after you read it", remedy="read it again, and decide again")
    if moves and state.restricted_to and asked.to_attache is None:
        raise NobodyWouldSeeTheCase(
            "the case is restricted to named people, and no attaché of the other mission is named",
            remedy="name the attaché who takes it",
            field="to_attache",
        )
    return AssistanceCaseHandedOver(
        recorded=at.recorded, to_attache=asked.to_attache, to_mission=asked.to_mission if moves else None
    )


def _must_be_open(state: AssistanceCase) -> None:
    if state.closed_at is not None and state.mission is not None:
        raise CaseClosed(
            f"it was closed on {_day_at(state.mission, state.closed_at)}",
            remedy="open a new case, or void the closing if it was a mistake",
        )


def _must_not_have_passed(due_on: date | None, mission: str, at: Circumstances) -> None:
    if due_on is not None and due_on < (day := _day_at(mission, at.occurred_at)):
        raise DueBeforeToday(
            f"{due_on} is before {day} in {MISSIONS[mission].city}",
            remedy="give that day or a later one",
            field="due_on",
        )


def evolve(state: AssistanceCase, event: Event[AssistanceCaseFact]) -> AssistanceCase:
    """Return the state after an event; a case without an opening keeps the empty state."""
    if isinstance(event.facts, AssistanceCaseOpened):
        opened = event.facts
        known = bool(event.handles) or opened.about is not None
        named = frozenset(opened.restricted_to)
        return AssistanceCase(opened.mission, opened.attache, opened.due_on, known, restricted_to=named)
    if state.mission is None:
        return state
    match event.facts:
        case AssistanceCallerIdentified():
            known = bool(event.handles) or event.facts.about is not None
            return replace(state, identified=state.identified or known)
        case AssistanceDueDateSet() as facts:
            return replace(state, due_on=facts.due_on)
        case AssistanceCaseHandedOver() as facts:
            return _taken_over(state, facts, event.version)
        case AssistanceCaseRestricted() as facts:
            return replace(state, restricted_to=frozenset(facts.restricted_to))
        case WorkerDeathRecorded() as facts:
            return replace(state, died_on=facts.died_on)
        case AssistanceCaseClosed():
            return replace(state, closed_at=event.occurred_at)
        case AssistanceActionLogged():
            return state
        case _ as unknown:
            assert_never(unknown)


def _taken_over(state: AssistanceCase, facts: AssistanceCaseHandedOver, version: int) -> AssistanceCase:
    handed_over = state.handed_over
    if facts.to_mission is not None and facts.to_mission != state.mission and state.mission is not None:
        handed_over = {**handed_over, state.mission: version}
    return replace(
        state,
        mission=facts.to_mission or state.mission,
        attache=facts.to_attache,
        handed_over=handed_over,
    )
