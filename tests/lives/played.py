"""The records of one play: the ids of records and events by the names of the notation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from contracts.times import PHNOM_PENH
from tests.lives.notation import Line, NotUnderstood
from tests.lives.persons import Persons

_NOON = time(12)
_NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Request:
    """A command: its path, its body, and the name of its caller."""

    path: str
    body: dict[str, Any]
    caller: str


@dataclass
class Played:
    """The records of one play so far."""

    persons: Persons
    papers: Any = None
    ids: dict[str, UUID] = field(default_factory=dict)
    """The ids of records by their names; a crossing is ``line N``."""
    events: dict[int, list[str]] = field(default_factory=dict)
    """The ids of the events of each line."""
    services: dict[int, str] = field(default_factory=dict)
    """The service of each line."""
    people: dict[int, str] = field(default_factory=dict)
    """The person of each line, also of one that follows up a record."""
    records: dict[int, str] = field(default_factory=dict)
    """The record of each line."""
    refused: dict[int, str] = field(default_factory=dict)
    """The refusals by line."""
    terms: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The terms of each employment contract as they were last given."""
    employers: dict[str, str] = field(default_factory=dict)
    """The employer of each employment contract."""
    ended: dict[str, datetime] = field(default_factory=dict)
    """The times at which employment contracts were terminated."""
    missions: dict[str, str] = field(default_factory=dict)
    """The mission in charge of each case."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    """The documents shown on any line, each once."""
    phones: list[str] = field(default_factory=list)
    """The phone numbers given on any line."""

    def note_request(self, line: Line, record: str, request: Request) -> None:
        """Note the person, the documents and the service of a command that is about to be sent."""
        person = request.body.get("person", {})
        self.documents += [each for each in person.get("documents", ()) if each not in self.documents]
        self.phones += [person["phone"]] if "phone" in person else []
        self.services[line.number] = request.path.split("/")[1]
        letter = line.person or next(
            (known for number, known in self.people.items() if self.records.get(number) == record), None
        )
        if letter is not None:
            self.people[line.number] = letter
        self.records[line.number] = record

    def note_answer(self, line: Line, record: str, answer: Mapping[str, Any]) -> None:
        """Note what a command recorded."""
        self.ids.setdefault(record, UUID(str(answer["id"])))
        self.events[line.number] = [str(each) for each in answer["events"]]
        if line.verb == "terminate":
            self.ended[record] = line.at

    def id_of(self, name: str) -> UUID:
        """Return the id of a record. Raises NotUnderstood if it was not recorded."""
        if name not in self.ids:
            raise NotUnderstood(f"{name} was not recorded")
        return self.ids[name]

    def name_of(self, recorded: Any) -> Any:
        """Return the name of a record by its id, its stream or an object with either; anything else as it is."""
        if isinstance(recorded, Mapping):
            recorded = recorded.get("stream") or recorded.get("id")
        text = str(recorded)[-36:]
        return next((name for name, known in self.ids.items() if str(known) == text), recorded)

    def employer_named(self, employer_id: Any) -> Any:
        """Return the name of an employer by its id."""
        if isinstance(employer_id, Mapping):
            employer_id = employer_id.get("id") or employer_id.get("employer_id")
        names = dict.fromkeys(self.employers.values())
        return next(
            (name for name in names if str(self.persons.id_of(name)) == str(employer_id)), employer_id
        )


class StatusByDay(Mapping[date, Any]):
    """The legal status on each day, at noon in Asia/Phnom_Penh; ``not_known`` on a day without a span."""

    def __init__(self, spans: Sequence[Mapping[str, Any]]) -> None:
        self._spans = spans

    def __getitem__(self, day: date) -> Any:
        noon = datetime.combine(day, _NOON, PHNOM_PENH)
        for span in self._spans:
            since, until = span["since"], span["until"]
            if (since is None or since <= noon) and (until is None or noon < until):
                return span["status"]
        return _NOT_KNOWN

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date)

    def __iter__(self) -> Iterator[Any]:
        return (span["since"] for span in self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def items(self) -> Any:
        """Return the beginnings of the spans with their status, for messages."""
        return [
            (f"{span['since']:%Y-%m-%d}" if span["since"] else "before", span["status"])
            for span in self._spans
        ]
