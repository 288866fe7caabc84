"""What a page of received events leads to: decided by pure functions, from what was received to the events to append."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid5

from chassis.commands.draft import Draft
from chassis.projections.reader import Poison
from chassis.reactions.causes import CauseHistory, ReactionRecorder
from chassis.store.database import Pool
from chassis.store.decider import Decider
from chassis.store.persons import AnyPerson
from contracts.command import Circumstances
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal
from contracts.rulings import effective

Decision = Callable[[Any, Event[Any], Circumstances], Sequence[Fact]]


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """What a handler may look at beside the event: what else stands on its stream, and what was gathered before."""

    standing: Sequence[Event[Fact]] = ()
    known: Any = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event heard has for effect on one record of ours.

    ``record_id`` follows from the event's id alone. ``decide`` is given the state, the event as it is now stated and
    the circumstances; of its facts the first is the one that follows the event's corrections, and it carries
    ``person`` and ``handles``. ``withdraw`` is given the state and the void; without it the first fact is voided,
    unless the record ``stays`` because others have worked on it.
    """

    decider: Decider[Any, Any, Any]
    record_id: UUID
    decide: Decision
    person: AnyPerson | None = None
    handles: tuple[str, ...] = ()
    withdraw: Decision | None = None
    stays: Callable[[Any], bool] = lambda _: False

    @property
    def stream(self) -> str:
        """The stream of the record."""
        return self.decider.stream(self.record_id)


Handler = Callable[[Event[Any], HandlerContext], Effect | None]
Gather = Callable[[Pool, Mapping[str, Sequence[Event[Fact]]]], Awaitable[Any]]


@dataclass
class PageReaction:
    """A page being decided: pure, from what was heard and what is recorded to the events to append."""

    reader: str
    table: Mapping[type[Fact], Handler]
    recorder: ReactionRecorder
    today: Any
    heard: dict[str, list[Event[Fact]]]
    histories: dict[str, list[Event[Fact]]]
    known: Any = None
    drafted: Draft = field(default_factory=Draft)

    def hear(self, event: Event[Fact]) -> None:
        """Take in an event that was not heard before. Raises Poison where a decision refuses it for good."""
        seen = self.heard[event.stream] = [*self.heard.get(event.stream, ()), event]
        around = HandlerContext(effective(seen), self.known)
        for cause in seen:
            handler = self.table.get(type(cause.facts))
            if handler is None:
                continue
            try:
                self._follow(CauseHistory(cause, seen, event), handler, around)
            except Refusal as refusal:
                raise Poison(event.id, f"{refusal.reason()}: {refusal.detail}") from refusal

    def _follow(self, following: CauseHistory, handler: Handler, around: HandlerContext) -> None:
        effect = handler(following.stated, around)
        if effect is None:
            return
        history = self.histories.setdefault(effect.stream, [])
        behind = len(history)

        def id_of(cause: Event[Fact], ordinal: int | str) -> UUID:
            return uuid5(cause.id, f"{self.reader}/{effect.record_id}/{ordinal}")

        first_id = id_of(following.cause, 0)
        begins = not any(event.id == first_id for event in history)
        if begins:
            # As it was first heard, then corrected: our record has the same steps in whatever order they are heard.
            self._begin(handler(following.cause, around) or effect, following, history, id_of)
        first = next((event for event in history if event.id == first_id), None)
        if first is not None and not (begins and following.last is None):
            self._correct(effect, following, history, first, id_of)
            self._reinstate(following, history, id_of)
            if following.void is not None:
                self._withdraw(effect, following, history, first, id_of)
        if len(history) > behind:
            self.drafted.append(effect.decider, effect.record_id, history[:behind], history[behind:])

    def _begin(self, effect: Effect, following: CauseHistory, history: list[Event[Fact]], id_of: Any) -> None:
        cause = following.cause
        at = self.recorder.circumstances(effect.record_id, cause, self.today)
        state = effect.decider.fold(effective(history))
        for nth, fact in enumerate(effect.decide(state, cause, at)):
            self.recorder.append(history, effect.stream, fact, id_of(cause, nth), cause, cause.occurred_at)
            if nth == 0:
                self.recorder.identify(history, effect.person, effect.handles)

    def _correct(
        self,
        effect: Effect,
        following: CauseHistory,
        history: list[Event[Fact]],
        first: Event[Fact],
        id_of: Any,
    ) -> None:
        """State our first fact anew where it says other than the event as it is now stated."""
        stated = following.stated
        current = next((event for event in effective(history) if event.id == first.id), None)
        if current is None and not (following.void is None and following.took_back(history, first)):
            return  # voided: by us, and the event still is, or by somebody who knows better
        before = effect.decider.fold(effective(history[: first.version - 1]))
        at = self.recorder.circumstances(effect.record_id, stated, self.today, recorded=first.facts.recorded)
        fact = next(iter(effect.decide(before, stated, at)), None)
        wanted = (fact, stated.occurred_at, effect.person, effect.handles)
        if fact is None or (
            current is not None
            and wanted == (current.facts, current.occurred_at, current.person, current.handles)
        ):
            return
        by = following.by(following.correction, history, lambda event: id_of(event, 0))
        self.recorder.correct(
            history, first, fact, id_of(by, 0), by, stated.occurred_at, effect.person, effect.handles
        )

    def _withdraw(
        self,
        effect: Effect,
        following: CauseHistory,
        history: list[Event[Fact]],
        first: Event[Fact],
        id_of: Any,
    ) -> None:
        void = following.void
        assert void is not None
        standing = effective(history)
        recorded_before = {event.id for event in history}
        if effect.withdraw is None:
            stays = effect.stays(effect.decider.fold(standing))
            stands = any(event.id == first.id for event in standing)
            if stands and not stays and id_of(void, 0) not in recorded_before:
                self.recorder.void(history, first, id_of(void, 0), void)
            return
        at = self.recorder.circumstances(effect.record_id, void, self.today)
        for nth, fact in enumerate(effect.withdraw(effect.decider.fold(standing), void, at)):
            if id_of(void, nth) not in recorded_before:
                self.recorder.append(history, effect.stream, fact, id_of(void, nth), void, void.occurred_at)

    def _reinstate(self, following: CauseHistory, history: list[Event[Fact]], id_of: Any) -> None:
        """Take back what voids that no longer decide made us record: what it was recorded upon stands again."""
        overruled = following.voids - ({following.void.id} if following.void is not None else set())
        ours = [event for event in effective(history) if event.causation_id in overruled]
        for nth, event in enumerate(ours):
            by = following.by(following.last, history, lambda cause, nth=nth: id_of(cause, f"undone-{nth}"))  # type: ignore[misc]
            self.recorder.void(history, event, id_of(by, f"undone-{nth}"), by)
