"""A row with the id of a record, mended in its sheet: the correction that it is, with what was changed in the row alone.

The row is compared with what the sheet said before: with the first version of the record, and with the corrections that rows
made, whose ids are UUIDv5. What somebody corrected otherwise stays, unless the row was changed there too.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from chassis.commands.deciding_again import circumstances_of_event
from chassis.commands.draft import Origin, says_the_same
from chassis.commands.execution import OtherContentUnderThisId, RecordVoided, check_reach
from chassis.commands.recorded_event import NotYoursToCorrect
from chassis.commands.restating import Correct, PersonNotReadable, merged, person_given
from chassis.commands.runtime import Runtime
from chassis.http.validation_errors import Unreadable, validation_errors
from chassis.store.decider import AnyDecider
from chassis.uploads.naming import of_upload
from chassis.uploads.rows import Row
from contracts.codes.recording import CorrectionReason
from contracts.command import Command, PersonCommand, PersonGiven
from contracts.envelope import Event, Fact, Ruling
from contracts.person import ClearPerson
from contracts.rulings import effective
from contracts.times import later

Tree = dict[str, Any]
"""The fields of a command, objects within objects; lists are one value."""

_DERIVED = frozenset(("recorded", "sex", "age", "age_band", "home_province", "documents_shown"))
"""Facts that a correction states by the person, or not at all."""


class Mending:
    """The correction of the record of a row, by the events of its stream."""

    def __init__(
        self, runtime: Runtime, decider: AnyDecider, row: Row, history: Sequence[Event[Fact]]
    ) -> None:
        self._runtime, self._decider, self._row = runtime, decider, row
        self._versions = [
            event
            for event in history
            if event.id == row.id or (isinstance(event.facts, Ruling) and event.facts.names == row.id)
        ]
        if not self._versions or self._versions[0].stream != decider.stream(row.record_id):
            raise OtherContentUnderThisId(
                "it is the id of another record",
                remedy="clear the id, if the row is a new record",
                field="id",
            )
        self._original = self._versions[0]
        self._standing = effective(history)
        earlier = [event for event in history if event.version < self._original.version]
        self._before = decider.fold(effective(earlier))
        self._clock = timedelta(seconds=self._original.facts.recorded.clock_difference_s or 0)

    def correction(self, origin: Origin, reason: CorrectionReason) -> Correct | None:
        """Return the correction; None if the row says nothing new. Raises the Refusal of a row that may not change the record."""
        caller = origin.caller
        current = next((event for event in self._standing if event.id == self._row.id), None)
        if current is None:
            raise RecordVoided(
                "it was recorded before and then voided",
                remedy="if it did happen, clear the id, and say in words.remark why it is recorded anew",
                field="id",
            )
        if self._original.facts.recorded.by != caller.id:
            missing = f"there is no {self._decider.noun.replace('-', ' ')} of this id"
            check_reach(caller, self._decider.scope(self._decider.fold(self._standing)), missing)
        kind = self._decider.commands.get(type(current.facts))
        if kind is None:
            self._check_same()
            return None
        if not isinstance(self._row.command, kind):
            raise OtherContentUnderThisId(
                "it was recorded as something else, which a row cannot change",
                remedy="void the record, clear the id, and the row is recorded anew",
                field="id",
            )
        try:
            found = self._changes(kind, current, reason)
        except ValidationError as error:
            raise Unreadable(validation_errors(error)) from None
        if found is not None and f"{self._runtime.service}.event.correct" not in caller.permissions:
            raise NotYoursToCorrect(
                "the row changes a recorded one, and you may not correct records",
                remedy="ask the person who is responsible for your office's records",
                field="id",
            )
        return found

    def _check_same(self) -> None:
        """Check that the row states what was recorded, of facts that only a correction itself can change."""
        facts = self._facts(self._row.command)[0]
        as_row = replace(self._original, facts=facts, person=self._evidence(facts))
        if not says_the_same(self._original, replace(as_row, handles=self._original.handles)):
            raise OtherContentUnderThisId(
                "it was recorded with other content",
                remedy="correct the record itself, and leave the row as it was",
                field="id",
            )

    def _changes(self, kind: type[Command], current: Event[Fact], reason: CorrectionReason) -> Correct | None:
        sheet = standing = self._fields(kind, self._original)
        for ruling in self._versions[1:]:
            until = [event for event in self._versions if event.version <= ruling.version]
            for version in effective(until):  # none, if it was voided for a while
                now = self._fields(kind, version)
                if of_upload(ruling.id):
                    sheet = merged(sheet, difference(now, standing))
                standing = now
        changes = difference(difference(self._stated(kind), sheet), standing)
        if current.person is not None and not isinstance(current.person, ClearPerson):
            self._check_unreadable(current)
            changes = {name: value for name, value in changes.items() if name not in ("person", "words")}
        return self._correct(kind, standing, changes, reason) if changes else None

    def _correct(
        self, kind: type[Command], standing: Tree, changes: Tree, reason: CorrectionReason
    ) -> Correct:
        whole = with_changes(standing, changes)
        before, after = self._decided(kind, standing), self._decided(kind, whole)
        if [each.model_dump() for each in before[1:]] != [each.model_dump() for each in after[1:]]:
            raise OtherContentUnderThisId(
                "the change concerns several events of the record",
                remedy="correct the record itself, and leave the row as it was",
                field="id",
            )
        names = [name for name in type(after[0]).model_fields if name not in _DERIVED]
        facts = {name: getattr(after[0], name) for name in names}
        person = {name: whole["person"][name] for name in changes.get("person", ())}
        if person and reason is CorrectionReason.WRONG_PERSON:  # nothing of the earlier person stays
            person = dict(self._row.command.model_dump()["person"])
        return Correct(
            reason=reason,
            facts=_json({name: each for name, each in facts.items() if each != getattr(before[0], name)}),
            occurred_at=later(whole["occurred_at"], self._clock) if "occurred_at" in changes else None,
            person=PersonGiven.model_validate(person) if person else None,
            words={name: text or "" for name, text in changes.get("words", {}).items()},
        )

    def _decided(self, kind: type[Command], fields: Tree) -> Sequence[Fact]:
        """Return the facts that the command with these fields records on the state before the event."""
        given = {name: value for name, value in fields.items() if name != "words"}
        return self._facts(kind.model_validate(given))

    def _facts(self, command: Command) -> Sequence[Fact]:
        at = circumstances_of_event(
            replace(self._original, occurred_at=later(command.occurred_at, self._clock))
        )
        found: Sequence[Fact] = self._decider.decide(command, self._before, at)
        if not found:
            raise OtherContentUnderThisId(
                "as it is now, it would record nothing", remedy="leave the row as it was", field="id"
            )
        return found

    def _stated(self, kind: type[Command]) -> Tree:
        """Return the fields that the row has, in the form in which its record would state them."""
        line, command = self._row.line, self._row.command
        facts = self._facts(command)[0]
        event = replace(
            self._original,
            facts=facts,
            person=self._evidence(facts),
            occurred_at=later(command.occurred_at, self._clock),
        )
        whole = self._fields(kind, event)
        found = restricted(whole, orjson.loads(line.text))
        for name in line.cleared:
            if name.partition(".")[0] in whole:
                clear(found, whole, name.split("."))
        return found

    def _evidence(self, facts: Fact) -> ClearPerson | None:
        person = self._row.command.evidence(self._original.id)
        return None if person is None else person.recorded_about(facts.abroad)

    def _fields(self, kind: type[Command], event: Event[Fact]) -> Tree:
        """Return the fields of the command that records an event, with the time as its device stated it."""
        fields: Tree = {
            **kind.restated(event.facts.model_dump()),
            "occurred_at": later(event.occurred_at, -self._clock),
            "words": dict(event.person.words) if isinstance(event.person, ClearPerson) else {},
        }
        if issubclass(kind, PersonCommand):
            fields["person"] = person_given(event.facts, event.person).model_dump()
        return fields

    def _check_unreadable(self, current: Event[Fact]) -> None:
        """Check that the row shows the documents of a person that cannot be read any more. Raises PersonNotReadable."""
        person = self._evidence(self._original.facts)
        handles = () if person is None else self._runtime.handles.of_all(person.documents)
        if handles != current.handles:
            raise PersonNotReadable(
                "the row names other documents",
                remedy="leave the person of the row as it was",
                field="person",
            )


def difference(of: Mapping[str, Any], to: Mapping[str, Any]) -> Tree:
    """Return the fields of ``of`` that differ in ``to``; of objects those that differ. A missing field is null."""
    found: Tree = {}
    for name, value in of.items():
        other = to.get(name)
        if isinstance(value, Mapping):
            inner = difference(value, other if isinstance(other, Mapping) else {})
            if inner:
                found[name] = inner
        elif value != other:
            found[name] = value
    return found


def with_changes(earlier: Mapping[str, Any], changes: Mapping[str, Any]) -> Tree:
    """Return fields with changes; an object of which nothing is left is null."""
    found = dict(earlier)
    for name, value in changes.items():
        if isinstance(value, Mapping):
            before = earlier.get(name)
            inner = with_changes(before if isinstance(before, Mapping) else {}, value)
            found[name] = inner if any(each is not None for each in inner.values()) else None
        else:
            found[name] = value
    return found


def restricted(whole: Mapping[str, Any], sent: Mapping[str, Any]) -> Tree:
    """Return the fields of ``whole`` that were sent."""
    return {
        name: restricted(whole[name], each)
        if isinstance(each, Mapping) and isinstance(whole[name], Mapping)
        else whole[name]
        for name, each in sent.items()
        if name in whole
    }


def clear(found: Tree, whole: Mapping[str, Any], path: Sequence[str]) -> None:
    """Add a field whose cell is empty, as the row states it then; of a list the list as a whole."""
    name, *rest = path
    value = whole.get(name)
    if not rest or isinstance(value, list | tuple):
        found.setdefault(name, value)
        return
    inner = found.setdefault(name, {})
    if isinstance(inner, dict):
        clear(inner, value if isinstance(value, Mapping) else {}, rest)


def _json(values: Tree) -> Tree:
    found: Tree = from_json(to_json(values))
    return found


def contract_of(runtime: Runtime) -> ModuleType:
    """Return the module of the events that the service of a runtime publishes."""
    wire = f"domnaer.{runtime.service}.event_corrected.v1"
    return sys.modules[runtime.catalogue.fact(wire).__module__]
