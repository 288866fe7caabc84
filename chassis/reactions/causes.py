"""Follows the corrections and voids of a received event, and records the resulting events in the name of the service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.store.persons import AnyPerson
from contracts.catalogue import Catalogue
from contracts.codes.recording import CorrectionReason
from contracts.command import Circumstances
from contracts.envelope import Correction, Event, Fact, Recorded, Ruling, Voiding
from contracts.rulings import effective
from contracts.times import later

AFTER = timedelta(microseconds=1)
"""The delay between an event and its effect. It makes the effect's time later than its cause and independent of the time of
receipt."""


class CauseHistory:
    """A received event with its rulings. ``trigger`` is the event that was received just now."""

    def __init__(self, cause: Event[Fact], received: Sequence[Event[Fact]], trigger: Event[Fact]) -> None:
        self.cause = cause
        self.trigger = trigger
        rulings = sorted(
            (
                event
                for event in received
                if isinstance(event.facts, Ruling) and event.facts.names == cause.id
            ),
            key=lambda event: event.version,
        )
        corrections = [event for event in rulings if isinstance(event.facts, Correction)]
        self.correction = corrections[-1] if corrections else None
        """The last correction."""
        self.last = rulings[-1] if rulings else None
        """The ruling that applies: the one with the highest version."""
        self.void = rulings[-1] if rulings and isinstance(rulings[-1].facts, Voiding) else None
        """The void that applies to the event now, if there is one."""
        self.voids = frozenset(event.id for event in rulings if isinstance(event.facts, Voiding))
        self.stated: Event[Fact] = effective([cause, *corrections])[0] if corrections else cause
        """The event with its corrections applied; voids are ignored."""

    def caused_void(self, history: Sequence[Event[Fact]], ours: Event[Fact]) -> bool:
        """Return whether our own event was last voided because of a void of this event, and not by a person."""
        rulings = [
            event for event in history if isinstance(event.facts, Ruling) and event.facts.names == ours.id
        ]
        return bool(rulings) and rulings[-1].causation_id in self.voids

    def by(
        self, ruling: Event[Fact] | None, history: Sequence[Event[Fact]], id_of: Callable[[Event[Fact]], UUID]
    ) -> Event[Fact]:
        """Return the cause to record: the ruling, or the event just received if the ruling has caused something before."""
        if ruling is None or any(event.id == id_of(ruling) for event in history):
            return self.trigger
        return ruling


@dataclass(frozen=True)
class ReactionRecorder:
    """Records events in the name of a service: the effects of the events it received."""

    service: str
    office: str
    catalogue: Catalogue

    def circumstances(
        self, record_id: UUID, received: Event[Fact], today: date, recorded: Recorded | None = None
    ) -> Circumstances:
        """Return the circumstances of a decision that an event causes."""
        return Circumstances(
            record_id=record_id,
            recorded=recorded or self.recorded(received),
            occurred_at=received.occurred_at,
            recorded_at=later(received.recorded_at, AFTER),
            today=today,
            caller=self.service,
        )

    def recorded(self, received: Event[Fact]) -> Recorded:
        """Return the recording data of an effect: recorded by the service itself, in the same way as its cause."""
        how = received.facts.recorded
        return Recorded(by=self.service, office=self.office, how=how.how, precision=how.precision)

    def append(
        self,
        history: list[Event[Fact]],
        stream: str,
        fact: Fact,
        event_id: UUID,
        by: Event[Fact],
        occurred_at: datetime,
        person: AnyPerson | None = None,
        handles: tuple[str, ...] = (),
    ) -> None:
        """Add an event to a history."""
        history.append(
            Event(
                id=event_id,
                stream=stream,
                version=history[-1].version + 1 if history else 1,
                occurred_at=occurred_at,
                recorded_at=later(by.recorded_at, AFTER),
                facts=fact,
                person=person,
                handles=handles,
                correlation_id=by.correlation_id,
                causation_id=by.id,
                traceparent=by.traceparent,
            )
        )

    def identify(
        self, history: list[Event[Fact]], person: AnyPerson | None, handles: tuple[str, ...]
    ) -> None:
        """Set the person and handles of the last event of a history."""
        history[-1] = replace(history[-1], person=person, handles=handles)

    def void(self, history: list[Event[Fact]], ours: Event[Fact], event_id: UUID, by: Event[Fact]) -> None:
        """Append the void of an event of this service."""
        voided: Any = self.catalogue.fact(f"domnaer.{self.service}.event_voided.v1")
        fact: Fact = voided(**self._ruling(history, ours, by))
        self.append(history, ours.stream, fact, event_id, by, by.occurred_at)

    def correct(
        self,
        history: list[Event[Fact]],
        ours: Event[Fact],
        fact: Fact,
        event_id: UUID,
        by: Event[Fact],
        occurred_at: datetime,
        person: AnyPerson | None,
        handles: tuple[str, ...],
    ) -> None:
        """Append the correction of an event of this service."""
        corrections = [e for e in history if isinstance(e.facts, Correction) and e.facts.names == ours.id]
        original = next(event for event in history if event.id == ours.id)
        before = effective([original, *corrections])[0]
        keeps = (before.person, before.handles) == (person, handles)
        corrected: Any = self.catalogue.fact(f"domnaer.{self.service}.event_corrected.v1")
        stated: Fact = corrected(
            **self._ruling(history, ours, by), keeps_person=keeps, restated={"type": fact.wire, "facts": fact}
        )
        carried = (None, ()) if keeps else (person, handles)
        self.append(history, ours.stream, stated, event_id, by, occurred_at, *carried)

    def _ruling(self, history: Sequence[Event[Fact]], ours: Event[Fact], by: Event[Fact]) -> dict[str, Any]:
        original = next(event for event in history if event.id == ours.id)
        earlier = [e for e in history if isinstance(e.facts, Ruling) and e.facts.names == ours.id]
        return {
            "recorded": self.recorded(by),
            "names": original.id,
            "named_type": original.facts.wire,
            "first_recorded_at": original.recorded_at,
            "first_appended_at": original.appended_at,
            "reason": by.facts.reason if isinstance(by.facts, Ruling) else CorrectionReason.OTHER,
            "formerly": tuple(sorted({handle for event in (original, *earlier) for handle in event.handles})),
        }
