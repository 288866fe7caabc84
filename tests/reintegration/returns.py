"""Returns as the border publishes them, and the reaction to them over lists in place of tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from chassis.reactions.causes import ReactionRecorder
from chassis.store.decider import record_of
from contracts import border
from contracts.border import WorkerDeparted, WorkerDeported, WorkerReturned
from contracts.catalogue import catalogue
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.envelope import Event, Fact, Recorded
from contracts.person import ClearPerson, Document, Name
from contracts.reintegration import CounsellingSessionHeld, ReintegrationCaseOpened
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.domain.case import Case, case_of
from services.reintegration.reactions.returns import OFFICE
from services.reintegration.reactions.workers import follow_worker, of_one_worker

NAMESPACE = UUID("6f0b1d7e-2f4c-4c58-9a53-0e6d5f3f7c11")
BORDER = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.OFFLINE)
COUNSELLOR = Recorded(by="counsellor-1", office="NEA-02", how=HowRecorded.LIVE)
NOW = datetime(2020, 1, 1, tzinfo=UTC)
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


def crossed(
    nth: int, kind: str, days: int, *, handles: tuple[str, ...] = (ONE,), **facts: Any
) -> Event[Fact]:
    """A crossing of one worker, some days after the first: departure, return or deportation."""
    made: Fact
    match kind:
        case "departure":
            made = WorkerDeparted(recorded=BORDER, checkpoint="KH-POI", destination="THA", **facts)
        case "deportation":
            made = WorkerDeported(recorded=BORDER, checkpoint="KH-POI", returned_from="THA", **facts)
        case _:
            made = WorkerReturned(recorded=BORDER, checkpoint="KH-POI", returned_from="THA", **facts)
    at = AT + timedelta(days=days)
    return event(crossing(nth), 1, made, handles=handles, occurred_at=at, recorded_at=at + timedelta(hours=1))


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


def ruling_on(of: Event[Fact], reason: CorrectionReason, by: Recorded = BORDER) -> dict[str, Any]:
    return {
        "recorded": by,
        "names": of.id,
        "named_type": of.type,
        "first_recorded_at": of.recorded_at,
        "reason": reason,
    }


class Agency:
    """Cases that follow what is received, over lists in place of tables and without worker numbers."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Event[Fact]]] = {}
        self.recorded: dict[UUID, list[Event[Fact]]] = {}

    def receive(self, page: Iterable[Event[Fact]], now: datetime = NOW) -> list[Event[Fact]]:
        """Take events as the reader and the background work do; return the events that were recorded for them."""
        known = {event.id for events in self.kept.values() for event in events}
        fresh = {event.id: event for event in page if event.id not in known}
        for event in fresh.values():
            self.kept.setdefault(event.stream, []).append(event)
        return self.follow(fresh, now)

    def follow(self, fresh: Iterable[UUID] = (), now: datetime = NOW) -> list[Event[Fact]]:
        """Let all cases follow; return the events that were recorded."""
        recorder = ReactionRecorder("reintegration", OFFICE, catalogue())
        added: list[Event[Fact]] = []
        for worker in of_one_worker(self.kept, {}, {}):
            ids = {event.id for events in worker.values() for event in events}
            own = {
                case: events
                for case, events in self.recorded.items()
                if any(
                    isinstance(e.facts, ReintegrationCaseOpened) and e.facts.return_event_id in ids
                    for e in events
                )
            }
            histories, _ = follow_worker(worker, fresh, own, recorder, now)
            for case, history in histories.cases.items():
                added += history[histories.before[case] :]
                self.recorded[case] = history
        written = [event.id for history in self.recorded.values() for event in history]
        assert len(written) == len(set(written))
        return added

    def receive_all(self, events: Iterable[Event[Fact]]) -> Agency:
        for each in events:
            self.receive([each])
        return self

    def standing(self, of: Event[Fact]) -> list[Event[Fact]]:
        return effective(self.recorded.get(case_of(of.id), ()))

    def case(self, of: Event[Fact]) -> Case:
        return cases.fold(self.standing(of))

    def opening(self, of: Event[Fact]) -> Event[Any]:
        return next(event for event in self.standing(of) if isinstance(event.facts, ReintegrationCaseOpened))

    def work(self, of: Event[Fact], facts: Fact | None = None, at: datetime = AT) -> Event[Fact]:
        """Append an event of a counsellor to the case of a return."""
        return self.work_on(cases.stream(case_of(of.id)), facts, at)

    def work_on(self, stream: str, facts: Fact | None, at: datetime) -> Event[Fact]:
        """Append an event of a counsellor to a case: a counselling session if no facts are given."""
        history = self.recorded[record_of(stream)]
        facts = facts or CounsellingSessionHeld(recorded=COUNSELLOR, minutes=30)
        done = event(history[0].stream, len(history) + 1, facts, id=uuid4(), occurred_at=at)
        history.append(done)
        return done

    def followed(self) -> dict[frozenset[UUID], str]:
        """The returns of each case, and how the case stands: open, its outcome, or its mark."""
        found = {}
        for history in self.recorded.values():
            state = cases.fold(effective(history))
            if state.opened:
                found[frozenset(state.returns)] = str(state.mark or state.outcome or "open")
        return found
