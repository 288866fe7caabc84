"""The preview of a correction or a void: each field that would change, old and new side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.store.persons import AnyPerson
from contracts.envelope import Correction, Event, Fact
from contracts.person import ClearPerson
from contracts.rulings import effective


class FieldChange(BaseModel):
    """A field that would change; null is a value that is not known."""

    model_config = ConfigDict(frozen=True)

    field: str = Field(examples=["facts.destination"], description="The field, as a correction names it.")
    old: Any = Field(None, description="The value that stands now.")
    new: Any = Field(None, description="The value afterwards.")


class RestatedEvent(BaseModel):
    """An event as it would read afterwards, without the person."""

    model_config = ConfigDict(frozen=True)

    stream: str = Field(description="The stream of the event.")
    event_id: UUID = Field(description="The event.")
    facts: dict[str, Any] | None = Field(
        description="The complete facts as corrected, with those that follow from others; null for a void."
    )
    occurred_at: datetime | None = Field(
        description="When the event occurred, as corrected; null for a void."
    )


class RulingPreview(BaseModel):
    """The changes that a correction or a void would make. Nothing was recorded."""

    model_config = ConfigDict(frozen=True)

    event_id: UUID = Field(description="The event that it would correct or void.")
    type: str = Field(description="Type of that event.")
    stands: bool = Field(description="Whether the event counts now; false if it was voided.")
    will_stand: bool = Field(description="Whether the event would count afterwards; false for a void.")
    changes: tuple[FieldChange, ...] = Field(
        description="The fields that would change, those of the person as far as they can be read; of a void all fields."
    )
    timeline: RestatedEvent = Field(
        description="The body for POST /registry/timelines/preview, which answers what changes on the worker's timeline."
    )


def preview_of(original_id: UUID, history: Sequence[Event[Fact]], ruling: Event[Fact]) -> RulingPreview:
    """Return the preview of a ruling on an event of a stream."""
    original = next(event for event in history if event.id == original_id)
    standing = _standing(original_id, history)
    corrected = _standing(original_id, [*history, ruling])
    stated = ruling.facts.restated.facts if isinstance(ruling.facts, Correction) else None
    old, new = ({} if event is None else _fields(event) for event in (standing, corrected))
    return RulingPreview(
        event_id=original_id,
        type=original.facts.wire,
        stands=standing is not None,
        will_stand=corrected is not None,
        changes=tuple(
            FieldChange(field=name, old=old.get(name), new=new.get(name))
            for name in dict.fromkeys((*old, *new))
            if old.get(name) != new.get(name)
        ),
        timeline=RestatedEvent(
            stream=ruling.stream,
            event_id=original_id,
            facts=None if stated is None else stated.model_dump(mode="json"),
            occurred_at=None if stated is None else ruling.occurred_at,
        ),
    )


def _standing(original_id: UUID, history: Sequence[Event[Fact]]) -> Event[Fact] | None:
    return next((event for event in effective(history) if event.id == original_id), None)


def _fields(event: Event[Fact]) -> dict[str, Any]:
    """Return the known values of an event by field, as a correction names them."""
    facts = event.facts.model_dump(mode="json", exclude={"recorded"}, exclude_none=True)
    return {
        "occurred_at": event.occurred_at.isoformat(),
        **dict(_flat("facts.", facts)),
        **dict(_flat("", _person(event.person))),
    }


def _person(person: AnyPerson | None) -> dict[str, Any]:
    if not isinstance(person, ClearPerson):
        return {}
    stated = person.model_dump(
        mode="json", exclude={"form", "evidence_id"}, exclude_none=True, exclude_defaults=True
    )
    words = stated.pop("words", {})
    return {"person": stated, "words": words}


def _flat(path: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each value with its path; a list is one value."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{path}{name}.", value)
        else:
            yield f"{path}{name}", value
