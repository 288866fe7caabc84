"""The steps by which the service changes its own cases, and what it takes over from a return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from chassis.reactions.causes import ReactionRecorder
from chassis.store.persons import AnyPerson
from contracts.border import BorderCrossed, WorkerDeported, WorkerReturned
from contracts.codes.places import CHECKPOINTS
from contracts.codes.reintegration import CaseMark, ReintegrationOutcome
from contracts.envelope import Event, Fact, PersonFact, Ruling, Voiding
from contracts.reintegration import (
    ReintegrationCaseClosed,
    ReintegrationCaseMarked,
    ReintegrationCaseOpened,
    ReturnJoined,
)
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.domain.case import Case
from services.reintegration.domain.episodes import Episode, Return


@dataclass(frozen=True, slots=True)
class Source:
    """The event of a return as it stands, and who came back from where. ``post`` is None if a mission states the return."""

    event: Event[Fact]
    facts: PersonFact
    person: AnyPerson | None
    handles: tuple[str, ...]
    country: str
    post: str | None = None


def sources_of(stream: Iterable[Event[Fact]]) -> dict[UUID, Source]:
    """Return the events of a stream that may be returns, by their ids; rulings are applied to the events."""
    found: dict[UUID, Source] = {}
    who: Source | None = None
    for event in stream:
        facts: Any = event.facts
        if isinstance(facts, WorkerReturned | WorkerDeported | BorderCrossed):
            country = facts.country if isinstance(facts, BorderCrossed) else facts.returned_from
            found[event.id] = Source(event, facts, event.person, event.handles, country, facts.checkpoint)
        elif isinstance(facts, PersonFact):
            country = getattr(facts, "country", None) or (who.country if who is not None else "")
            who = Source(event, facts, event.person, event.handles, country)
        elif who is not None:
            found[event.id] = replace(who, event=event)
    return found


class KnownCase:
    """A case as it is recorded."""

    def __init__(self, case_id: UUID, history: list[Event[Fact]], service: str) -> None:
        self.case_id, self.history, self._service = case_id, history, service
        self.standing = effective(history)
        self.state: Case = cases.fold(self.standing)
        self.worked = any(not self.is_ours(event) for event in self.standing)

    def is_ours(self, event: Event[Fact]) -> bool:
        """Return whether the service recorded an event, and not a person."""
        return event.facts.recorded.by == self._service

    def ours(self, kind: type[Fact]) -> list[Event[Any]]:
        """Return the valid events of a kind that the service recorded."""
        return [event for event in self.standing if isinstance(event.facts, kind) and self.is_ours(event)]

    @property
    def opening(self) -> Event[Any] | None:
        """The valid event that opened the case."""
        return next((e for e in self.standing if isinstance(e.facts, ReintegrationCaseOpened)), None)

    @property
    def first_return(self) -> UUID | None:
        """The return for which the case was opened, also if the opening was voided."""
        for event in self.history:
            if isinstance(event.facts, ReintegrationCaseOpened):
                return event.facts.return_event_id
        return None

    @property
    def closed_by_hand(self) -> bool:
        """True if a counsellor closed the case."""
        return any(
            isinstance(e.facts, ReintegrationCaseClosed) and not self.is_ours(e) for e in self.standing
        )

    @property
    def voided_by_hand(self) -> bool:
        """True if a person voided the opening."""
        return self.opening is None and any(
            isinstance(event.facts, Voiding)
            and event.facts.named_type == ReintegrationCaseOpened.wire
            and not self.is_ours(event)
            for event in self.history
        )

    def stated_last(self, opening: Event[Any]) -> Event[Any]:
        """Return what the service itself stated last about the opening, corrections by people left aside."""
        own = [e for e in self.history if e.id == opening.id or (_rules(e, opening) and self.is_ours(e))]
        return effective(own)[0]

    def returns_joined(self) -> frozenset[UUID]:
        """Return the returns that were ever on the case, also those that a person took off it."""
        voided = {e.facts.names for e in self.history if isinstance(e.facts, Voiding) and self.is_ours(e)}
        return frozenset(
            e.facts.return_event_id
            for e in self.history
            if isinstance(e.facts, ReintegrationCaseOpened | ReturnJoined) and e.id not in voided
        )


def _rules(event: Event[Fact], on: Event[Fact]) -> bool:
    return isinstance(event.facts, Ruling) and event.facts.names == on.id


class Steps:
    """Appends events in the name of the service: each is recorded just after what was received last."""

    def __init__(self, recorder: ReactionRecorder, trigger: Event[Fact] | None, now: datetime) -> None:
        self._recorder, self._trigger, self._now = recorder, trigger, now

    def open(self, history: list[Event[Fact]], case_id: UUID, back: Return, source: Source) -> None:
        """Open a case for a return."""
        by = self._by(source.event, back.leave_until)
        stream = cases.stream(case_id)
        fact = _opening(source, self._recorder)
        person, handles = source.person, source.handles
        self._append(history, stream, fact, by, source.event.occurred_at, person, handles)

    def correct(self, case: KnownCase, opening: Event[Any], source: Source) -> None:
        """Correct the opening of a case if its return was corrected since the service last stated it."""
        ruling = None if self._trigger is None else self._trigger.facts
        if not isinstance(ruling, Ruling) or ruling.names != source.event.id:
            return
        stated = case.stated_last(opening)
        fact = _opening(source, self._recorder).model_copy(update={"recorded": opening.facts.recorded})
        if (
            stated.facts.province is None
        ):  # the national desk, or an older opening: it is not moved afterwards
            fact = fact.model_copy(update={"province": None})
        wanted = (fact, source.event.occurred_at, source.person, source.handles)
        if wanted == (stated.facts, stated.occurred_at, stated.person, stated.handles):
            return
        by = self._by(self._trigger or source.event)
        at, person = source.event.occurred_at, source.person
        history = case.history
        event_id = _id(by, opening.stream, history)
        self._recorder.correct(history, opening, fact, event_id, by, at, person, source.handles)

    def join(self, case: KnownCase, back: Return, source: Source) -> None:
        """Join a return to a case."""
        facts: Any = source.facts
        fact = ReturnJoined(
            recorded=self._recorder.recorded(source.event),
            about=source.event.stream,
            return_event_id=source.event.id,
            returned_from=source.country,
            deported=isinstance(facts, WorkerDeported),
        )
        by = self._by(source.event, back.leave_until)
        self._append(case.history, case.history[0].stream, fact, by, source.event.occurred_at)

    def close(self, case: KnownCase, outcome: ReintegrationOutcome, episode: Episode) -> None:
        """Close a case because of what ended its returns."""
        assert episode.ended_by is not None
        by = self._by(case.history[0])
        by = replace(by, id=episode.ended_by.event_id, recorded_at=self._after(episode.ended_by.recorded_at))
        fact = ReintegrationCaseClosed(recorded=self._recorder.recorded(case.history[0]), outcome=outcome)
        self._append(case.history, case.history[0].stream, fact, by, episode.ended_by.placed)

    def mark(self, case: KnownCase, mark: CaseMark, event_id: UUID | None) -> None:
        """Mark a case; ``event_id`` is the event that is the reason."""
        by = self._trigger or replace(case.history[0], recorded_at=self._now)
        fact = ReintegrationCaseMarked(
            recorded=self._recorder.recorded(case.history[0]), mark=mark, event_id=event_id
        )
        self._append(case.history, case.history[0].stream, fact, by, by.occurred_at)

    def void(self, case: KnownCase, event: Event[Fact]) -> None:
        """Void an event of the service."""
        by = self._trigger or replace(case.history[0], recorded_at=self._now)
        self._recorder.void(case.history, event, _id(by, event.stream, case.history), by)

    def _append(
        self,
        history: list[Event[Fact]],
        stream: str,
        fact: Fact,
        by: Event[Fact],
        occurred_at: datetime,
        person: AnyPerson | None = None,
        handles: tuple[str, ...] = (),
    ) -> None:
        self._recorder.append(
            history, stream, fact, _id(by, stream, history), by, occurred_at, person, handles
        )

    def _by(self, cause: Event[Fact], leave_until: datetime | None = None) -> Event[Fact]:
        recorded_at = self._after(cause.recorded_at)
        return replace(cause, recorded_at=max(recorded_at, leave_until or recorded_at))

    def _after(self, recorded_at: datetime) -> datetime:
        return recorded_at if self._trigger is None else max(recorded_at, self._trigger.recorded_at)


def _id(by: Event[Fact], stream: str, history: list[Event[Fact]]) -> UUID:
    return uuid5(by.id, f"reintegration.returns/{stream}/{len(history) + 1}")


def _opening(source: Source, recorder: ReactionRecorder) -> ReintegrationCaseOpened:
    home = source.facts.home_province
    return ReintegrationCaseOpened(
        recorded=recorder.recorded(source.event),
        **source.facts.attributes,
        about=source.event.stream,
        return_event_id=source.event.id,
        province=home or (None if source.post is None else CHECKPOINTS[source.post].province),
        returned_from=source.country,
        deported=isinstance(source.facts, WorkerDeported),
    )
