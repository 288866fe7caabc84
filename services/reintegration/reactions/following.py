"""The events by which the cases of a worker follow the returns of rule J13, as a pure function of what is known.

A case on which nobody worked is opened, closed and voided as the returns require. On a case on which counsellors worked, nothing
is taken back: it is marked. What a person decided about a case (a correction, a void, a closing) stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from chassis.reactions.causes import ReactionRecorder
from contracts.codes.reintegration import CaseMark, ReintegrationOutcome
from contracts.envelope import Event, Fact
from contracts.reintegration import (
    ReintegrationCaseClosed,
    ReintegrationCaseMarked,
    ReturnJoined,
)
from services.reintegration.domain.case import case_of
from services.reintegration.domain.episodes import Closing, End, Episode, Returns, all_ids
from services.reintegration.reactions.steps import KnownCase, Source, Steps

_ENDS: Mapping[End | None, tuple[ReintegrationOutcome, CaseMark]] = {
    End.LEFT_AGAIN: (ReintegrationOutcome.REMIGRATED, CaseMark.LEFT_AGAIN),
    End.DIED: (ReintegrationOutcome.DIED, CaseMark.DIED),
}


class Histories:
    """The cases of a worker with all their events; ``added`` holds, for each, the number of events at the beginning."""

    def __init__(self, cases: Mapping[UUID, list[Event[Fact]]], recorder: ReactionRecorder) -> None:
        self.cases = {case_id: list(events) for case_id, events in cases.items()}
        self.before = {case_id: len(events) for case_id, events in cases.items()}
        self._recorder = recorder

    @property
    def events(self) -> int:
        """The number of events of all cases."""
        return sum(map(len, self.cases.values()))

    def closings(self) -> list[Closing]:
        """Return the closings by counsellors."""
        found = []
        for case_id in self.cases:
            known = KnownCase(case_id, self.cases[case_id], self._recorder.service)
            found += [
                Closing(event.occurred_at, frozenset(known.state.returns))
                for event in known.standing
                if isinstance(event.facts, ReintegrationCaseClosed) and not known.is_ours(event)
            ]
        return found

    def follow(
        self,
        returns: Returns,
        sources: Mapping[UUID, Source],
        trigger: Event[Fact] | None,
        now: datetime,
    ) -> None:
        """Append the events by which the cases follow the returns; ``trigger`` is the event that was received last."""
        known = [
            KnownCase(case_id, history, self._recorder.service) for case_id, history in self.cases.items()
        ]
        steps = Steps(self._recorder, trigger, now)
        taken: set[UUID] = set()
        for episode in returns.episodes:
            case = _chosen(episode, [each for each in known if each.case_id not in taken])
            if case is None:
                if any(each.voided_by_hand and each.first_return in episode.ids for each in known):
                    continue
                first = episode.returns[0]
                if first.event.event_id not in sources:
                    continue
                case_id = case_of(first.event.event_id)
                history = self.cases.setdefault(case_id, [])
                self.before.setdefault(case_id, 0)
                steps.open(history, case_id, first, sources[first.event.event_id])
                case = KnownCase(case_id, history, self._recorder.service)
            taken.add(case.case_id)
            _keep(case, episode, sources, steps)
        valid = all_ids(returns.episodes)
        for each in known:
            if each.case_id not in taken and each.opening is not None:
                _release(each, valid, steps)


def _chosen(episode: Episode, known: Iterable[KnownCase]) -> KnownCase | None:
    """Return the case that follows an episode: one with work before others, then the one of the earliest return."""
    order = {event_id: nth for nth, each in enumerate(episode.returns) for event_id in each.ids}
    fitting = [
        each
        for each in known
        if each.opening is not None and each.opening.facts.return_event_id in _followable(each, episode)
    ]
    return min(
        fitting,
        key=lambda each: (
            each.closed_by_hand is not (episode.end is End.CLOSED),
            not each.worked,
            order[each.opening.facts.return_event_id],  # type: ignore[union-attr]
            each.case_id.int,
        ),
        default=None,
    )


def _followable(case: KnownCase, episode: Episode) -> frozenset[UUID]:
    """Return the events of the returns that a case may name: the ones that count, or any on a case with work."""
    return episode.ids if case.worked else frozenset(each.event.event_id for each in episode.returns)


def _keep(case: KnownCase, episode: Episode, sources: Mapping[UUID, Source], steps: Steps) -> None:
    """Make a case follow an episode."""
    opening = case.opening
    assert opening is not None
    source = sources.get(opening.facts.return_event_id)
    if source is not None:
        steps.correct(case, opening, source)
    joined, followable = case.returns_joined(), _followable(case, episode)
    for each in episode.returns:
        if joined.isdisjoint(each.ids & followable) and each.event.event_id in sources:
            steps.join(case, each, sources[each.event.event_id])
    for event in case.ours(ReturnJoined):
        if event.facts.return_event_id not in followable:
            steps.void(case, event)
    if case.closed_by_hand:
        return
    wanted = _ENDS.get(episode.end)
    outcome, mark = wanted or (None, None)
    closed, marked = case.ours(ReintegrationCaseClosed), case.ours(ReintegrationCaseMarked)
    outdated = [e for e in closed if e.facts.outcome is not outcome]
    outdated += [e for e in marked if e.facts.mark is not mark]
    for event in outdated:
        steps.void(case, event)
    if wanted is None or any(e.facts.outcome is outcome for e in closed):
        return
    assert episode.ended_by is not None
    if not case.worked:
        steps.close(case, wanted[0], episode)
    elif not any(e.facts.mark is mark for e in marked):
        steps.mark(case, wanted[1], episode.ended_by.event_id)


def _release(case: KnownCase, valid: frozenset[UUID], steps: Steps) -> None:
    """Take back a case that follows no return any more, or mark it if people worked on it."""
    if not case.worked:
        for event in reversed(case.standing):
            steps.void(case, event)
        return
    for event in case.ours(ReturnJoined):
        steps.void(case, event)
    opening = case.opening
    assert opening is not None
    mark = CaseMark.OTHER_CASE if opening.facts.return_event_id in valid else CaseMark.NO_RETURN
    marked = case.ours(ReintegrationCaseMarked)
    for other in (each for each in marked if each.facts.mark is not mark):
        steps.void(case, other)
    if case.state.outcome is None and not any(each.facts.mark is mark for each in marked):
        steps.mark(case, mark, None)
