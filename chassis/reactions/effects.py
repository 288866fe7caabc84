"""Decides the effects of a page of received events with pure functions: from the received events to those to append."""

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
    """Data that a handler may use beside the event: the valid events of its stream, and the result of ``gather``."""

    standing: Sequence[Event[Fact]] = ()
    known: Any = None


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a received event on one record of this service.

    ``record_id`` is derived from the event's id alone. ``decide`` receives the state, the corrected event and the
    circumstances. The first of its facts is corrected when the event is corrected, and it carries ``person`` and
    ``handles``. A correction leaves its fields that ``keeps`` names: they state what was known when it was recorded.
    ``withdraw`` receives the state and the void of the event; without it the first fact is voided, unless
    the record ``stays`` because people have worked on it.
    """

    decider: Decider[Any, Any, Any]
    record_id: UUID
    decide: Decision
    person: AnyPerson | None = None
    handles: tuple[str, ...] = ()
    withdraw: Decision | None = None
    stays: Callable[[Any], bool] = lambda _: False
    keeps: tuple[str, ...] = ()

    @property
    def stream(self) -> str:
        """The stream of the record."""
        return self.decider.stream(self.record_id)


Handler = Callable[[Event[Any], HandlerContext], Effect | None]
Gather = Callable[[Pool, Mapping[str, Sequence[Event[Fact]]]], Awaitable[Any]]


@dataclass
class PageReaction:
    """The decisions on one page, without I/O: from received and recorded events to the events to append."""

    reader: str
    table: Mapping[type[Fact], Handler]
    recorder: ReactionRecorder
    today: Any
    received: dict[str, list[Event[Fact]]]
    histories: dict[str, list[Event[Fact]]]
    known: Any = None
    drafted: Draft = field(default_factory=Draft)

    def react(self, event: Event[Fact]) -> None:
        """React to an event that was not received before. Raises Poison if a decision refuses it."""
        events = self.received[event.stream] = [*self.received.get(event.stream, ()), event]
        context = HandlerContext(effective(events), self.known)
        for cause in events:
            handler = self.table.get(type(cause.facts))
            if handler is None:
                continue
            try:
                self._follow(CauseHistory(cause, events, event), handler, context)
            except Refusal as refusal:
                raise Poison(event.id, f"{refusal.reason()}: {refusal.detail}") from refusal

    def _follow(self, following: CauseHistory, handler: Handler, context: HandlerContext) -> None:
        effect = handler(following.stated, context)
        if effect is None:
            return
        history = self.histories.setdefault(effect.stream, [])
        behind = len(history)

        def id_of(cause: Event[Fact], ordinal: int | str) -> UUID:
            return uuid5(cause.id, f"{self.reader}/{effect.record_id}/{ordinal}")

        first_id = id_of(following.cause, 0)
        begins = not any(event.id == first_id for event in history)
        if begins:
            # Decide on the original event, then apply corrections: our record gets the same events in any order of receipt.
            self._begin(handler(following.cause, context) or effect, following, history, id_of)
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
        """Correct our first fact if it differs from what the corrected event leads to."""
        stated = following.stated
        current = next((event for event in effective(history) if event.id == first.id), None)
        if current is None and not (following.void is None and following.caused_void(history, first)):
            return  # our fact is voided: by us, and the event still is, or by a person, whose decision stays
        before = effect.decider.fold(effective(history[: first.version - 1]))
        at = self.recorder.circumstances(effect.record_id, stated, self.today, recorded=first.facts.recorded)
        fact = next(iter(effect.decide(before, stated, at)), None)
        if fact is not None and effect.keeps:
            known = (current or first).facts
            fact = fact.model_copy(update={name: getattr(known, name) for name in effect.keeps})
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
            valid = any(event.id == first.id for event in standing)
            if valid and not stays and id_of(void, 0) not in recorded_before:
                self.recorder.void(history, first, id_of(void, 0), void)
            return
        at = self.recorder.circumstances(effect.record_id, void, self.today)
        for nth, fact in enumerate(effect.withdraw(effect.decider.fold(standing), void, at)):
            if id_of(void, nth) not in recorded_before:
                self.recorder.append(history, effect.stream, fact, id_of(void, nth), void, void.occurred_at)

    def _reinstate(self, following: CauseHistory, history: list[Event[Fact]], id_of: Any) -> None:
        """Void our events that were caused by voids which no longer apply."""
        overruled = following.voids - ({following.void.id} if following.void is not None else set())
        ours = [event for event in effective(history) if event.causation_id in overruled]
        for nth, event in enumerate(ours):
            by = following.by(following.last, history, lambda cause, nth=nth: id_of(cause, f"undone-{nth}"))  # type: ignore[misc]
            self.recorder.void(history, event, id_of(by, f"undone-{nth}"), by)
