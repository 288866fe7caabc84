"""The preview of a timeline: the changes that a correction or a void that is not recorded would make on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import StreamName
from contracts.times import Moment
from services.registry.projections.reading import Reading
from services.registry.schemas.timelines import JourneyShown, timeline_dict
from services.registry.schemas.workers import FlagShown, WhereaboutsShown


class Restated(BaseModel):
    """An event as a correction would restate it, or a void: the ``timeline`` of the preview that the event's service gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: Annotated[StreamName, Field(description="The stream of the event.")]
    event_id: UUID = Field(description="The event that would be corrected or voided.")
    facts: dict[str, Any] | None = Field(None, description="The complete corrected facts; null for a void.")
    occurred_at: Moment | None = Field(
        None, description="The corrected time of the occurrence; null for a void."
    )


class WhereaboutsChange(BaseModel):
    """Whereabouts now and afterwards."""

    before: WhereaboutsShown | None
    after: WhereaboutsShown | None


class StatusChange(BaseModel):
    """Legal status now and afterwards."""

    before: str | None
    after: str | None


class FlagChange(BaseModel):
    """A flag now and afterwards: null before if it would begin, null after if it would no longer have been raised."""

    before: FlagShown | None
    after: FlagShown | None


class JourneyChange(BaseModel):
    """A journey now and afterwards: null where there is none."""

    before: JourneyShown | None
    after: JourneyShown | None


class TimelinePreview(BaseModel):
    """The changes on the timeline of a worker, as the caller would see them. Nothing was recorded."""

    number: str | None = Field(
        examples=["4K7M2-9QFXT-08DH"], description="The number now; null if no record of the worker is valid."
    )
    number_after: str | None = Field(
        description="The number afterwards: another one if the first record of the worker would no longer count; null if no"
        " record of the worker would be valid any more."
    )
    whereabouts: WhereaboutsChange | None = Field(description="Null if they stay the same.")
    status: StatusChange | None = Field(description="Legal status; null if it stays the same.")
    flags: list[FlagChange] = Field(description="The flags that would begin, end, or hold for another time.")
    journeys: list[JourneyChange] = Field(description="The journeys that would change.")
    words: list[str] = Field(description="The changes in sentences.")


def preview_dict(before: Reading | None, after: Reading | None) -> dict[str, Any]:
    """Return the response body of a preview, without its sentences. A reading is None if the worker has no valid record."""
    old: dict[str, Any] = {} if before is None else timeline_dict(before)
    new: dict[str, Any] = {} if after is None else timeline_dict(after)
    return {
        "number": old.get("number"),
        "number_after": new.get("number"),
        "whereabouts": _changed(old.get("whereabouts"), new.get("whereabouts")),
        "status": _changed(old.get("status"), new.get("status")),
        "flags": _flags(old, new),
        "journeys": _journeys(old.get("journeys", ()), new.get("journeys", ())),
    }


def _changed(before: Any, after: Any) -> dict[str, Any] | None:
    return None if before == after else {"before": before, "after": after}


def _flags(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the flags that differ. A name and a beginning identify a flag of a worker."""
    before, after = (
        {
            (each["name"], each["since"]): each
            for each in (*shown.get("flags", ()), *shown.get("ended_flags", ()))
        }
        for shown in (old, new)
    )
    return [
        change
        for key in dict.fromkeys((*before, *after))
        if (change := _changed(before.get(key), after.get(key))) is not None
    ]


def _journeys(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the journeys that differ. A journey is the same as the one before with which it shares most events."""
    left = list(old)
    found = []
    for journey in new:
        events = set(journey["events"])
        same = max(left, key=lambda each: len(events.intersection(each["events"])), default=None)
        if same is not None and events.isdisjoint(same["events"]):
            same = None
        if same is not None:
            left.remove(same)
        if (change := _changed(same, journey)) is not None:
            found.append(change)
    return [*({"before": journey, "after": None} for journey in left), *found]
