"""A recorded event, its corrections and the preview of one, in words for a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel import dates

from chassis.access.places import Place
from chassis.commands.previewing import RulingPreview
from chassis.commands.recorded_event import RecordedEvent
from chassis.pages.fact_controls import Control, controls_of, find_control, person_controls
from chassis.pages.fact_texts import FactTexts
from chassis.pages.translation import N_
from contracts.codes.recording import TimePrecision
from contracts.envelope import Event, Fact, Ruling, Voiding
from contracts.person import ClearPerson
from contracts.titles import fact_title, field_title

_NOT_LISTED = ("age",)
"""Fields that follow from another one that is listed: the age group says enough."""
_UNNAMED = ("terms", "name")
"""Groups whose parts are clear without the title of the group."""


@dataclass(frozen=True, slots=True)
class RulingShown:
    """A correction or a void of an event. ``title`` and ``reason`` are message ids."""

    title: str
    reason: str
    at: datetime
    by: str
    office: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A field that a correction changes, in words."""

    title: str
    old: str
    new: str


class EventShown:
    """An event as a page shows it: its valid version, or the first one if it was voided."""

    def __init__(self, event: RecordedEvent, texts: FactTexts, place: Place) -> None:
        self._texts, self._place = texts, place
        self.voided = event.standing is None
        known = event.standing or event.original
        self.id = event.original.id
        self.title = fact_title(event.original.facts.wire)
        self.occurred_at = known.occurred_at
        self.recorded_at = event.original.recorded_at
        self.recorded = event.original.facts.recorded
        self.person = known.person
        self._known = known
        self.controls = controls_of(type(known.facts))
        self.rulings = [_ruling(each) for each in event.rulings]

    @property
    def precision(self) -> str | None:
        """The precision of the time as a message id, if it is known to the day or less."""
        precision = self.recorded.precision
        exact = (TimePrecision.SECOND, TimePrecision.MINUTE, TimePrecision.HOUR)
        return None if precision in exact else precision.title_en

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The facts in words, each with its title."""
        return self._texts.rows(self.controls, self._known.facts.model_dump(mode="json"))

    def of_person(self, *, whole: bool) -> list[tuple[str, str]]:
        """Return the person in words; numbers are masked unless ``whole``."""
        if not isinstance(self.person, ClearPerson):
            return []
        return self._texts.rows(person_controls(), self.person.model_dump(mode="json"), whole=whole)

    @property
    def words(self) -> list[tuple[str, str]]:
        """The remarks as typed, each with its title."""
        if not isinstance(self.person, ClearPerson):
            return []
        return [(self._texts.translate(field_title(name)), text) for name, text in self.person.words.items()]

    def changes(self, preview: RulingPreview) -> list[ChangeShown]:
        """Return the fields that a correction or a void would change; of a void, numbers are masked."""
        return list(self._changes(preview, whole=preview.will_stand))

    def _changes(self, preview: RulingPreview, *, whole: bool) -> Iterator[ChangeShown]:
        for change in preview.changes:
            if change.field == "occurred_at":
                title = self._texts.translate(N_("When"))
                yield ChangeShown(title, self._time(change.old), self._time(change.new))
                continue
            part, _, path = change.field.partition(".")
            if part == "words":
                title = self._texts.translate(field_title(path))
                yield ChangeShown(title, change.old or "", change.new or "")
                continue
            found = list(find_control(self.controls if part == "facts" else person_controls(), path))
            if len(found) == path.count(".") + 1 and found[0].name not in _NOT_LISTED:
                old, new = (
                    self._texts.shown(found[-1], value, whole=whole) for value in (change.old, change.new)
                )
                yield ChangeShown(self._named(found), old, new)

    def _named(self, path: list[Control]) -> str:
        return ": ".join(self._texts.translate(each.title) for each in path[-2:] if each.name not in _UNNAMED)

    def _time(self, value: Any) -> str:
        if value is None:
            return ""
        moment = datetime.fromisoformat(value)
        return dates.format_datetime(
            moment, "d MMM y, HH:mm:ss", tzinfo=self._place.zone, locale=self._texts.language
        )


def _ruling(event: Event[Fact]) -> RulingShown:
    facts = event.facts
    assert isinstance(facts, Ruling)
    title = N_("Voided") if isinstance(facts, Voiding) else N_("Corrected")
    return RulingShown(
        title, facts.reason.title_en, event.recorded_at, facts.recorded.by, facts.recorded.office
    )
