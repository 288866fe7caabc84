"""A correction obeys the rules of a first record: its facts are decided again, and the events after it on the new state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from chassis.commands.restating import as_sent, person_given
from chassis.http.validation_errors import Unreadable, validation_errors
from chassis.store.decider import AnyDecider, record_of
from contracts.command import Circumstances, Command, PersonCommand
from contracts.envelope import Event, Fact
from contracts.person import ClearPerson
from contracts.refusal import Refusal
from contracts.times import day_of

_OF_THE_DOCUMENTS = ("documents_shown", "age", "age_band")
"""Fields that are derived from the person block; of a block that cannot be read they stay as they were."""


class LaterEventContradicts(Refusal):
    """A later event of this record contradicts the correction"""

    code = "later-event-contradicts"
    status = 409


def decided_again(
    decider: AnyDecider, standing: Sequence[Event[Fact]], corrected: Event[Fact], command: Command | None
) -> Fact:
    """Return the facts of a corrected event as its command records them, on the state before it.

    ``standing`` are the valid events of the record before the correction, ``command`` is :func:`command_of` the corrected
    event. Raises the Refusal of the decision, LaterEventContradicts if an event after it could not be recorded any more.
    """
    others = [event for event in standing if event.id != corrected.id]
    before = [event for event in others if event.version < corrected.version]
    after = [event for event in others if event.version > corrected.version]
    facts = _decided(decider, decider.fold(before), corrected, command)
    known = next((event for event in standing if event.id == corrected.id), None)
    if known is not None:
        try:
            decider.correct(known.facts, facts, after)
        except Refusal as refusal:
            raise as_sent(refusal) from None
    refused_already = {} if known is None else _refused(decider, [*before, known], after)
    now = _refused(decider, [*before, replace(corrected, facts=facts)], after)
    for event_id, (wire, reason) in now.items():
        if event_id not in refused_already:
            raise LaterEventContradicts(
                f"{wire} was recorded after it and could not be any more: {reason}",
                remedy="correct or void that event first",
            )
    return facts


def _refused(
    decider: AnyDecider, before: Sequence[Event[Fact]], after: Sequence[Event[Fact]]
) -> dict[UUID, tuple[str, str]]:
    """Return the events of ``after`` that could not be recorded on the state after ``before``, with the reasons."""
    state, found = decider.fold(before), {}
    for event in after:
        try:
            _decided(decider, state, event, command_of(decider, event))
        except Refusal as refusal:
            found[event.id] = (event.facts.wire, refusal.detail)
        state = decider.evolve(state, event)
    return found


def command_of(decider: AnyDecider, event: Event[Fact]) -> Command | None:
    """Return the command that would record an event; None if its facts have none. Raises Unreadable if it does not take them."""
    kind = decider.commands.get(type(event.facts))
    try:
        return None if kind is None else _command(kind, event)
    except ValidationError as error:
        raise Unreadable(
            [one.model_copy(update={"field": _field_sent(one.field)}) for one in validation_errors(error)]
        ) from None


def _decided(decider: AnyDecider, state: Any, event: Event[Fact], command: Command | None) -> Fact:
    if command is None:
        return event.facts
    try:
        found = decider.decide(command, state, circumstances_of_event(event))
    except Refusal as refusal:
        raise as_sent(refusal) from None
    for facts in found:
        if type(facts) is type(event.facts):
            return facts if isinstance(event.person, ClearPerson) else _kept(facts, event.facts)
    return event.facts


def _field_sent(field: str) -> str:
    """Return the name of a field of the command as a correction sends it."""
    if field.partition(".")[0] in ("person", "occurred_at"):
        return field
    return f"facts.{field}" if field else "facts"


def _command(kind: type[Command], event: Event[Fact]) -> Command:
    fields: dict[str, Any] = {
        **kind.restated(event.facts.model_dump()),
        "occurred_at": event.occurred_at,
        "precision": event.facts.recorded.precision,
    }
    if issubclass(kind, PersonCommand):
        fields["person"] = person_given(event.facts, event.person)
    return kind.model_validate(fields)


def circumstances_of_event(event: Event[Fact]) -> Circumstances:
    """Return the circumstances in which an event was decided first."""
    return Circumstances(
        record_id=record_of(event.stream),
        recorded=event.facts.recorded,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        today=day_of(event.recorded_at),
        caller=event.facts.recorded.by,
    )


def _kept(facts: Fact, stated: Fact) -> Fact:
    kept = {name: getattr(stated, name) for name in _OF_THE_DOCUMENTS if name in type(facts).model_fields}
    return facts.model_copy(update=kept) if kept else facts
