"""The event of a correction or a void: its complete facts are decided by the rules of the first record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.commands.circumstances import check_times
from chassis.commands.deciding_again import command_of, decided_again
from chassis.commands.draft import Origin, StreamCommand, completed
from chassis.commands.restating import (
    Correct,
    Void,
    check_facts,
    check_fixed,
    check_parts,
    corrected,
    occurrence_of,
    person_corrected,
    person_of,
    with_attributes,
)
from chassis.commands.runtime import Runtime
from chassis.http.validation_errors import FieldError, Unreadable
from chassis.store.decider import AnyDecider, record_of
from contracts.codes.recording import HowRecorded
from contracts.command import Command
from contracts.envelope import Event, Fact, Recorded, Ruling
from contracts.refusal import Refusal
from contracts.rulings import effective
from contracts.times import day_of


class NothingStands(Refusal):
    """This event is already voided"""

    code = "nothing-stands"
    status = 409


class NothingCorrected(Refusal):
    """This correction changes nothing"""

    code = "nothing-corrected"
    status = 409


async def ruling_of(
    runtime: Runtime,
    origin: Origin,
    command: Void | Correct,
    original: Event[Fact],
    history: Sequence[Event[Fact]],
    contract: ModuleType,
) -> tuple[Event[Fact], Mapping[UUID, int]]:
    """Return the event of a correction or a void, and the counts on which it rests.

    Raises NothingStands, NothingCorrected, Unreadable or the Refusal of the decision.
    """
    now = runtime.clock.now()
    earlier = [
        event for event in history if isinstance(event.facts, Ruling) and event.facts.names == original.id
    ]
    standing = next((event for event in effective([original, *earlier]) if event.id == original.id), None)
    if standing is None and isinstance(command, Void):
        raise NothingStands("it was voided before", remedy="correct it, if it did happen")
    handles = (standing or original).handles
    common: dict[str, Any] = {
        "recorded": Recorded(by=origin.caller.id, office=origin.caller.office, how=HowRecorded.LIVE),
        "names": original.id,
        "named_type": original.facts.wire,
        "first_recorded_at": original.recorded_at,
        "first_appended_at": original.appended_at,
        "reason": command.reason,
        "formerly": tuple(sorted({handle for event in (original, *earlier) for handle in event.handles})),
    }
    ruling_id, occurred_at, person = origin.ruling_id or uuid7(), now, None
    counts: Mapping[UUID, int] = {}
    if isinstance(command, Void):
        facts: Fact = contract.EventVoided(**common)
    else:
        today, known = day_of(now), standing or original
        check_parts(command, known.facts)
        occurred_at = occurrence_of(command, known, today)
        correction = corrected(command, known, common, contract)
        stated = correction.restated.facts
        check_fixed(stated, known.facts)
        given = person_corrected(command, known)
        restated = with_attributes(stated, command, given or known.person, occurred_at)
        check_times(restated, today, "facts.")
        if given is not None:
            check_times(given, today, "person.")
        person = person_of(command, given, known, ruling_id, restated.abroad)
        if command.person is not None and person is not None:
            handles = runtime.handles.of_all(person.documents)
        check_facts(runtime, original.stream, restated, occurred_at)
        decider = runtime.decider_of(original.stream)
        if decider is not None:
            as_corrected = replace(
                known,
                facts=restated,
                occurred_at=occurred_at,
                person=known.person if correction.keeps_person else person,
                handles=handles,
            )
            again = command_of(decider, as_corrected)
            if standing is None and again is not None:
                again = await _completed(runtime, decider, history, as_corrected, again)
                counts = again.counts
            restated = decided_again(decider, effective(history), as_corrected, again)
        _check_kept(command.facts, known.facts, stated, restated)
        if (
            standing is not None
            and person is None
            and (restated, occurred_at) == (standing.facts, standing.occurred_at)
        ):
            raise NothingCorrected("the record reads so already", remedy="name what was wrong")
        changed = correction.restated.model_copy(update={"facts": restated})
        facts = correction.model_copy(update={"restated": changed})
    ruling = Event(
        id=ruling_id,
        stream=original.stream,
        version=history[-1].version + 1,
        occurred_at=occurred_at,
        recorded_at=now,
        facts=facts,
        person=person,
        handles=handles,
        correlation_id=origin.correlation_id,
        causation_id=None,
        traceparent=origin.traceparent,
    )
    return ruling, counts


async def _completed(
    runtime: Runtime, decider: AnyDecider, history: Sequence[Event[Fact]], event: Event[Fact], again: Command
) -> Command:
    """Complete the command of a voided event that counts again, as that of a first record."""
    before = [each for each in effective(history) if each.version < event.version]
    asked = StreamCommand(decider, record_of(event.stream), event.id, again)
    (found,) = await completed(runtime, [asked], {event.stream: before})
    return found.command


def _check_kept(named: Collection[str], earlier: Fact, stated: Fact, restated: Fact) -> None:
    """Check that the facts which a command changes stay as it states them. Raises Unreadable for those that are derived."""
    lost = [
        name
        for name in sorted({*named} & {*type(stated).model_fields} - {"recorded"})
        if getattr(stated, name) not in (getattr(restated, name), getattr(earlier, name))
    ]
    if lost:
        raise Unreadable(
            [
                FieldError(
                    field=f"facts.{name}",
                    reason="it follows from other statements of the record",
                    remedy="correct those, such as person, and leave this one out",
                )
                for name in lost
            ]
        )
