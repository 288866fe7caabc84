"""Events of a few people as readers receive them; every field has a default, so that a test states only what matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from chassis.projections.reader import ReceivedEvent
from chassis.store.persons import Handles
from contracts import border, consular, recruitment, reintegration
from contracts.border import BorderCrossed, WorkerDeparted, WorkerDeported, WorkerReturned
from contracts.catalogue import catalogue
from contracts.codes.documents import DocumentKind
from contracts.codes.recording import BirthPrecision, HowRecorded
from contracts.consular import AssistanceActionLogged, AssistanceCallerIdentified, AssistanceCaseOpened
from contracts.envelope import Correction, Event, Fact, Recorded, Ruling
from contracts.person import Birth, ClearPerson, Document, ErasedPerson, Name, SealedPerson
from contracts.recruitment import (
    EmploymentContractApproved,
    EmploymentContractRegistered,
    EmploymentContractTerminated,
)
from contracts.reintegration import ReintegrationCaseOpened
from tests.records import row_of, value

KEY = b"a key of the handles for tests alone"
HANDLES = Handles(KEY)
IDS = UUID("7d9f3bb0-0000-4000-8000-000000000000")
BEGIN = datetime(2014, 1, 1, 1, tzinfo=UTC)
AnyPerson = ClearPerson | SealedPerson | ErasedPerson
MODULES = {"border": border, "recruitment": recruitment, "consular": consular, "reintegration": reintegration}
RECORDED = Recorded(by="somebody", office="KH-POI", how=HowRecorded.OFFLINE)  # type: ignore[call-arg]


def passport(number: str) -> Document:
    """A passport."""
    return Document(kind=DocumentKind.PASSPORT, number=number)  # type: ignore[call-arg]


def new_passport() -> Document:
    """Return a passport with a unique number."""
    return passport(f"N{uuid4().int % 10**9:09}")


def birth(on: str, precision: str = "day") -> Birth:
    """A birth date."""
    return Birth(on=date.fromisoformat(on), precision=BirthPrecision(precision))


def node(document: Document) -> UUID:
    """The node of a document."""
    handle = HANDLES.of(document)
    assert handle is not None
    return UUID(handle)


def after(days: float) -> datetime:
    """Return the time this number of days after the beginning."""
    return BEGIN + timedelta(days=days)


@dataclass
class Record:
    """Creates events with reproducible ids: the same calls create the same events."""

    salt: str = "record"
    made: list[Event[Fact]] = field(default_factory=list)

    def uuid(self, *names: Any) -> UUID:
        """An id."""
        return uuid5(IDS, "|".join(map(str, (self.salt, len(self.made), *names))))

    def person(
        self, documents: Sequence[Document] = (), name: str | None = "SOK Chanthy", **other: Any
    ) -> ClearPerson:
        """A person, readable."""
        given = None if name is None else Name(latin=name)  # type: ignore[call-arg]
        return ClearPerson(
            evidence_id=self.uuid("evidence", name), documents=tuple(documents), name=given, **other
        )

    def add(
        self,
        facts: Fact,
        *,
        noun: str = "crossing",
        stream: str | None = None,
        days: float = 0.0,
        noted: float | None = None,
        stored: float | None = None,
        person: AnyPerson | None = None,
        handles: tuple[str, ...] | None = None,
        born: Birth | None = None,
    ) -> Event[Fact]:
        """An event of these facts, at the end of its stream; ``born`` is the birth date of its person."""
        if born is not None and isinstance(person, ClearPerson):
            person = person.model_copy(update={"birth": born})
        stream = stream or f"{noun}-{self.uuid(noun)}"
        if handles is None:
            handles = HANDLES.of_all(person.documents) if isinstance(person, ClearPerson) else ()
        event = Event(
            id=self.uuid("event"),
            stream=stream,
            version=1 + sum(event.stream == stream for event in self.made),
            occurred_at=after(days),
            recorded_at=after(days if noted is None else noted),
            facts=facts,
            person=person,
            handles=handles,
            correlation_id=IDS,
            appended_at=None if stored is None else after(stored),
        )
        self.made.append(event)
        return event

    def departure(self, *documents: Document, name: str | None = "SOK Chanthy", **how: Any) -> Event[Fact]:
        """A worker left for Thailand through Poipet, sent by an agency."""
        fields, rest = _fields(
            WorkerDeparted,
            how,
            {"checkpoint": "KH-POI", "destination": "THA", "channel": "memorandum_agency"},
            documents,
        )
        return self.add(WorkerDeparted(**fields), person=self.person(documents, name), **rest)

    def back(self, *documents: Document, name: str | None = "SOK Chanthy", **how: Any) -> Event[Fact]:
        """A worker came back from Thailand through Poipet."""
        fields, rest = _fields(
            WorkerReturned, how, {"checkpoint": "KH-POI", "returned_from": "THA"}, documents
        )
        return self.add(WorkerReturned(**fields), person=self.person(documents, name), **rest)

    def deported(self, *documents: Document, name: str | None = "SOK Chanthy", **how: Any) -> Event[Fact]:
        """A worker was brought back from Thailand through Poipet."""
        fields, rest = _fields(
            WorkerDeported, how, {"checkpoint": "KH-POI", "returned_from": "THA"}, documents
        )
        return self.add(WorkerDeported(**fields), person=self.person(documents, name), **rest)

    def crossed(self, *documents: Document, name: str | None = "SOK Chanthy", **how: Any) -> Event[Fact]:
        """A person crossed for another purpose."""
        usual = {"checkpoint": "KH-BVT", "country": "VNM", "direction": "out"}
        fields, rest = _fields(BorderCrossed, how, usual, documents)
        return self.add(BorderCrossed(**fields), person=self.person(documents, name), **rest)

    def contract(self, *documents: Document, name: str | None = "SOK Chanthy", **how: Any) -> Event[Fact]:
        """An agency registered an employment contract in Malaysia."""
        terms = {
            "destination": "MYS",
            "sector": "A",
            "occupation": "0110",
            "wage": {"amount": "350.00", "currency": "USD"},
            "wage_period": "month",
            "starts_on": date(2014, 2, 1),
            "ends_on": date(2015, 1, 31),
        }
        usual = {"agency_id": UUID(int=7), "employer_id": UUID(int=8), "terms": terms}
        fields, rest = _fields(EmploymentContractRegistered, how, usual, None)
        rest = {"noun": "employment-contract", "person": self.person(documents, name)} | rest
        return self.add(EmploymentContractRegistered(**fields), **rest)

    def approved(self, stream: str, **how: Any) -> Event[Fact]:
        """The ministry approved an employment contract."""
        return self.add(EmploymentContractApproved(recorded=RECORDED), stream=stream, **how)

    def terminated(self, stream: str, **how: Any) -> Event[Fact]:
        """An employment contract was ended."""
        facts = EmploymentContractTerminated(recorded=RECORDED, ended_on=date(2014, 9, 30), reason="mutual")  # type: ignore[arg-type]
        return self.add(facts, stream=stream, **how)

    def case(self, *documents: Document, name: str | None = "SOK Chanthy", **how: Any) -> Event[Fact]:
        """The embassy in Bangkok opened an assistance case; ``about`` names the record that it was made from."""
        usual = {"mission": "BKK", "country": "THA", "category": "wages", "urgency": "soon"}
        fields, rest = _fields(AssistanceCaseOpened, how, usual, None)
        return self.add(
            AssistanceCaseOpened(**fields),
            noun="assistance-case",
            person=self.person(documents, name),
            **rest,
        )

    def acted(self, stream: str, **how: Any) -> Event[Fact]:
        """Something was done in an assistance case."""
        return self.add(AssistanceActionLogged(recorded=RECORDED, action="call"), stream=stream, **how)  # type: ignore[arg-type]

    def identified(
        self, stream: str, *documents: Document, about: str | None = None, **how: Any
    ) -> Event[Fact]:
        """The caller of an assistance case became known."""
        facts = AssistanceCallerIdentified(recorded=RECORDED, about=about)  # type: ignore[call-arg]
        return self.add(facts, stream=stream, person=self.person(documents, "SOK Chanthy"), **how)

    def reintegration(self, about: str, **how: Any) -> Event[Fact]:
        """A reintegration case was opened for a return."""
        usual = {
            "about": about,
            "returned_from": "THA",
            "return_event_id": self.uuid("return"),
            "deported": False,
        }
        fields, rest = _fields(ReintegrationCaseOpened, how, usual, None)
        return self.add(ReintegrationCaseOpened(**fields), noun="reintegration-case", **rest)

    # --- rulings, as the chassis makes them

    def void(self, original: Event[Fact], **how: Any) -> Event[Fact]:
        """The original never happened, or not to this person."""
        _, handles, common = self._ruling(original)
        facts = MODULES[original.type.split(".")[1]].EventVoided(**common)
        return self.add(facts, stream=original.stream, handles=handles, **how)

    def correct(
        self,
        original: Event[Fact],
        *,
        person: AnyPerson | None = None,
        days: float | None = None,
        **facts: Any,
    ) -> Event[Fact]:
        """The original happened otherwise: at another time, with other facts, or to ``person``."""
        last, handles, common = self._ruling(original)
        stated = last.facts.restated.facts if isinstance(last.facts, Correction) else original.facts
        if person is not None:
            handles = HANDLES.of_all(person.documents) if isinstance(person, ClearPerson) else handles
        restated = {"type": original.type, "facts": stated.model_copy(update=facts)}
        ruling = MODULES[original.type.split(".")[1]].EventCorrected(
            **common, restated=restated, keeps_person=person is None
        )
        occurred = (last.occurred_at - BEGIN) / timedelta(days=1) if days is None else days
        return self.add(
            ruling,
            stream=original.stream,
            days=occurred,
            noted=(original.recorded_at - BEGIN) / timedelta(days=1) + 30 + last.version,
            person=person,
            handles=handles,
        )

    def _ruling(self, original: Event[Fact]) -> tuple[Event[Fact], tuple[str, ...], dict[str, Any]]:
        earlier = [
            event
            for event in self.made
            if event.id == original.id
            or (isinstance(event.facts, Ruling) and event.facts.names == original.id)
        ]
        common = {
            "recorded": RECORDED,
            "names": original.id,
            "named_type": original.type,
            "first_recorded_at": original.recorded_at,
            "first_appended_at": original.appended_at,
            "reason": "mistyped",
            "formerly": tuple(sorted({handle for event in earlier for handle in event.handles})),
        }
        standing = next(
            e for e in reversed(earlier) if isinstance(e.facts, Correction) or e.id == original.id
        )
        return standing, standing.handles, common


def _fields(
    fact: type[Fact], how: dict[str, Any], usual: dict[str, Any], documents: Sequence[Document] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split the arguments into the fields of the facts and those of the event."""
    fields = {"recorded": RECORDED, "sex": 2} | usual
    if documents is not None:
        fields["documents_shown"] = tuple({"kind": document.kind} for document in documents)
    fields |= {name: value for name, value in how.items() if name in fact.model_fields}
    return fields, {name: value for name, value in how.items() if name not in fact.model_fields}


def received(events: Iterable[Event[Fact]]) -> list[ReceivedEvent]:
    """Return events as a reader receives them."""
    found = []
    for event in events:
        body = value(row_of(event))
        data = catalogue().decode(event.type, body)
        read = replace(event, facts=data.facts, person=data.person, handles=data.handles)
        found.append(ReceivedEvent(read, "domnaer.test.v1", 0, 0, body))
    return found
