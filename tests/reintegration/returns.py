"""Returns as the border publishes them, and the reaction to them over lists in place of tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from chassis.reactions.causes import ReactionRecorder
from chassis.reactions.effects import PageReaction
from contracts import border
from contracts.border import WorkerDeported, WorkerReturned
from contracts.catalogue import catalogue
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.envelope import ClearPerson, Document, Event, Fact, Name, Recorded
from contracts.reintegration import (
    ReintegrationCaseOpened,
)
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.domain.case import Case, case_of
from services.reintegration.projections.cases import row
from services.reintegration.reactions import OFFICE, TABLE

NAMESPACE = UUID("6f0b1d7e-2f4c-4c58-9a53-0e6d5f3f7c11")
BORDER = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.OFFLINE)
TODAY = date(2014, 7, 1)
AT = datetime(2014, 6, 13, 2, tzinfo=UTC)
ONE, OTHER = "11" * 16, "22" * 16


def an_id(*parts: Any) -> UUID:
    return uuid5(NAMESPACE, "/".join(map(str, parts)))


def person(number: str, nth: int = 0) -> ClearPerson:
    return ClearPerson(
        evidence_id=an_id("evidence", number, nth),
        documents=(Document(kind=DocumentKind.PASSPORT, number=number),),
        name=Name(latin="SOK DARA"),
    )


def event(stream: str, version: int, facts: Fact, **other: Any) -> Event[Fact]:
    usual: dict[str, Any] = {
        "id": an_id(stream, version),
        "stream": stream,
        "version": version,
        "occurred_at": AT + timedelta(minutes=version),
        "recorded_at": AT + timedelta(hours=version),
        "facts": facts,
        "person": None,
        "handles": (),
        "correlation_id": an_id("correlation", stream, version),
    }
    return Event(**usual | other)


def crossing(nth: int = 0) -> str:
    return f"crossing-{an_id('crossing', nth)}"


def returned(nth: int = 0, **facts: Any) -> Event[Fact]:
    back = WorkerReturned(recorded=BORDER, checkpoint="KH-POI", returned_from="THA", sex=Sex.FEMALE, **facts)
    return event(crossing(nth), 1, back, person=person("N1"), handles=(ONE,))


def deported(nth: int = 1, **facts: Any) -> Event[Fact]:
    back = WorkerDeported(
        recorded=BORDER, checkpoint="KH-POI", returned_from="THA", home_province="02", **facts
    )
    return event(crossing(nth), 1, back)


def voided(of: Event[Fact], version: int = 2) -> Event[Fact]:
    return event(of.stream, version, border.EventVoided(**ruling_on(of, CorrectionReason.NEVER_HAPPENED)))


def corrected(of: Event[Fact], version: int = 2, *, who: str | None = None, **facts: Any) -> Event[Fact]:
    handles, block = ((), None) if who is None else ((OTHER,), person(who, version))
    restated = {"type": of.type, "facts": of.facts.model_copy(update=facts)}
    return event(
        of.stream,
        version,
        border.EventCorrected(
            **ruling_on(of, CorrectionReason.WRONG_DOCUMENT), restated=restated, keeps_person=who is None
        ),
        person=block,
        handles=handles,
    )


def ruling_on(of: Event[Fact], reason: CorrectionReason) -> dict[str, Any]:
    return {
        "recorded": BORDER,
        "names": of.id,
        "named_type": of.type,
        "first_recorded_at": of.recorded_at,
        "reason": reason,
    }


class Agency:
    """The reaction over lists in place of tables."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Event[Fact]]] = {}
        self.recorded: dict[str, list[Event[Fact]]] = {}

    def receive(self, page: Iterable[Event[Fact]]) -> list[Event[Fact]]:
        """Process a page as the reader does; return the events that were recorded for it."""
        known = {event.id for events in self.kept.values() for event in events}
        reacting = PageReaction(
            "reintegration.returns",
            TABLE,
            ReactionRecorder("reintegration", OFFICE, catalogue()),
            TODAY,
            {stream: list(events) for stream, events in self.kept.items()},
            {stream: list(events) for stream, events in self.recorded.items()},
        )
        for each in page:
            if each.id not in known:
                known.add(each.id)
                reacting.react(each)
        for new in reacting.drafted.events:
            history = self.recorded.setdefault(new.stream, [])
            assert new.version == len(history) + 1
            history.append(new)
        self.kept = reacting.received
        ids = [event.id for history in self.recorded.values() for event in history]
        assert len(ids) == len(set(ids))
        return reacting.drafted.events

    def receive_all(self, events: Iterable[Event[Fact]]) -> Agency:
        for each in events:
            self.receive([each])
        return self

    def standing(self, of: Event[Fact]) -> list[Event[Fact]]:
        return effective(self.recorded.get(cases.stream(case_of(of.id)), ()))

    def case(self, of: Event[Fact]) -> Case:
        return cases.fold(self.standing(of))

    def opening(self, of: Event[Fact]) -> Event[Any]:
        return next(event for event in self.standing(of) if isinstance(event.facts, ReintegrationCaseOpened))

    def outcome(self) -> dict[str, Any]:
        """Everything that is read of the cases: their rows, and whose they are."""
        found = {}
        for stream, history in sorted(self.recorded.items()):
            standing = effective(history)
            opening = next((e for e in standing if isinstance(e.facts, ReintegrationCaseOpened)), None)
            found[stream] = (
                row(standing),
                opening and (opening.person, opening.handles, opening.occurred_at),
            )
        return found
