"""The form that corrects an event: made from the fields of its facts and its person, filled with what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter

from chassis.access.places import Place
from chassis.commands.execution import RecordChangedMeanwhile
from chassis.commands.recorded_event import RecordedEvent
from chassis.commands.restating import Correct
from chassis.http.validation_errors import FieldError, Unreadable, parse
from chassis.pages.choices import CODE_LISTS
from chassis.pages.error_texts import EMPTY, PageError, page_errors, unclear_error
from chassis.pages.fact_changes import changes
from chassis.pages.fact_controls import Control, controls_of, person_controls
from chassis.pages.fact_texts import FactTexts, Input, stated
from chassis.pages.typed import Unclear, as_typed, day_typed, moment_typed
from contracts.codes.recording import CorrectionReason
from contracts.envelope import PersonFact
from contracts.person import ClearPerson
from contracts.refusal import Refusal
from contracts.titles import field_title

_CORRECT: TypeAdapter[Any] = TypeAdapter(Correct)
_TIME = "occurred_at"
_OF_THE_PERSON = ("sex", "home_province")
"""Facts that belong to the person: of another person they are stated anew."""


@dataclass(frozen=True, slots=True)
class FormInputs:
    """The inputs of the form by section, with their texts."""

    time: str
    facts: tuple[Input, ...]
    person: tuple[Input, ...]
    words: tuple[tuple[str, str, str], ...]
    lists: Mapping[str, tuple[str, ...]]


class CorrectionForm:
    """The form of one event. ``place`` is the place in whose time the caller reads and types."""

    def __init__(self, event: RecordedEvent, texts: FactTexts, place: Place) -> None:
        self._event, self._texts, self._place = event, texts, place
        known = event.standing or event.original
        self._known = known
        self._facts: Mapping[str, Any] = known.facts.model_dump(mode="json")
        person = known.person
        self.readable = person is None or isinstance(person, ClearPerson)
        block = person.model_dump(mode="json") if isinstance(person, ClearPerson) else {}
        self._words: Mapping[str, str] = block.pop("words", {})
        self._person: Mapping[str, Any] = block
        fixed = known.facts.fixed
        self.fact_controls = tuple(each for each in controls_of(type(known.facts)) if each.name not in fixed)
        self.person_controls = self._of_person()

    def _of_person(self) -> tuple[Control, ...]:
        """Return the controls of the person: all of a fact about a person, of others those that are recorded.

        Those of a block that cannot be read are empty: what is typed replaces the whole block, as in the API.
        """
        if not self._known.facts.has_person:
            return ()
        if isinstance(self._known.facts, PersonFact):
            return person_controls()
        organisation = not type(self._known.facts).one_person
        return tuple(
            each
            for each in person_controls()
            if self._person.get(each.name) or (organisation and each.name == "phone")
        )

    @property
    def seen(self) -> str:
        """The id of the version of the event that the form shows."""
        return str([self._event.original, *self._event.rulings][-1].id)

    @property
    def _local(self) -> datetime:
        return self._known.occurred_at.astimezone(self._place.zone).replace(microsecond=0, tzinfo=None)

    @property
    def filled(self) -> dict[str, str]:
        """The texts of the form as the event is recorded."""
        return {
            _TIME: as_typed(self._local),
            **self._texts.filled(self.fact_controls, self._facts, "facts."),
            **self._texts.filled(self.person_controls, self._person, "person."),
            **{f"words.{name}": text for name, text in self._words.items()},
        }

    def inputs(self, texts: Mapping[str, str]) -> FormInputs:
        """Return the inputs with these texts."""
        replaceable = self.readable or bool(self.person_controls)  # remarks alone cannot replace a block
        remarks = replaceable and self._known.facts.has_words
        names = list(dict.fromkeys([*self._words, "note"])) if remarks else []
        of_person = _OF_THE_PERSON if self._known.facts.has_person else ()
        facts = self._texts.inputs(self.fact_controls, texts, "facts.")
        person = self._texts.inputs(self.person_controls, texts, "person.")
        return FormInputs(
            time=texts.get(_TIME, ""),
            facts=tuple(each for each in facts if each.control.name not in of_person),
            person=tuple(each for each in facts if each.control.name in of_person) + person,
            words=tuple(
                (f"words.{name}", field_title(name), texts.get(f"words.{name}", "")) for name in names
            ),
            lists=dict(self._lists((*self.fact_controls, *self.person_controls))),
        )

    def _lists(self, controls: tuple[Control, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for control in controls:
            if control.kind == "listed" and control.listed not in CODE_LISTS:
                yield (
                    control.listed,
                    tuple(self._texts.suggestion(control, code) for code in control.choices),
                )
            elif not control.derived:
                yield from self._lists(control.parts)

    def titles(self, inputs: FormInputs) -> dict[str, str]:
        """Return the title of each input by its name, as message ids, for the summary of errors."""
        found = {"reason": "Reason", _TIME: "When"}
        for each in (*inputs.facts, *inputs.person):
            found |= each.leaves()
        return found | {name: title for name, title, _ in inputs.words}

    def command(self, typed: Mapping[str, str]) -> Correct:
        """Return the command that a submitted form states. Raises Unreadable, or RecordChangedMeanwhile."""
        if typed.get("seen") != self.seen:
            raise RecordChangedMeanwhile("it was corrected or voided", remedy="open the page again")
        facts = changes(self._texts, self.fact_controls, self._facts, typed, "facts.")
        person = changes(self._texts, self.person_controls, self._person, typed, "person.")
        body: dict[str, Any] = {"reason": typed.get("reason", ""), "facts": facts}
        wrong_person = self._known.facts.has_person and typed.get("reason") == CorrectionReason.WRONG_PERSON
        if wrong_person and (person or facts.keys() & _OF_THE_PERSON):
            person = self._whole_person(typed)
            body["facts"] = {name: value for name, value in facts.items() if name not in _OF_THE_PERSON}
        if person:
            body["person"] = person
        if words := self._changed_words(typed):
            body["words"] = words
        if (moment := self._moment(typed)) is not None:
            body[_TIME] = moment
        found: Correct = parse(_CORRECT, orjson.dumps(body))
        return found

    def _whole_person(self, typed: Mapping[str, str]) -> dict[str, Any]:
        of_facts = (each for each in self.fact_controls if each.name in _OF_THE_PERSON)
        said = {each.name: stated(self._texts, each, f"facts.{each.name}", typed) for each in of_facts}
        said |= {
            each.name: stated(self._texts, each, f"person.{each.name}", typed)
            for each in self.person_controls
        }
        return {name: value for name, value in said.items() if value is not None}

    def _changed_words(self, typed: Mapping[str, str]) -> dict[str, str]:
        sent = {
            name.removeprefix("words."): text.replace("\r\n", "\n").strip()
            for name, text in typed.items()
            if name.startswith("words.")
        }
        return {name: text for name, text in sent.items() if text != self._words.get(name, "")}

    def _moment(self, typed: Mapping[str, str]) -> datetime | str | None:
        text = typed.get(_TIME, "").strip()
        if not text:
            raise Unreadable([FieldError(field=_TIME, reason="is missing", remedy="give the time")])
        try:
            moment = moment_typed(text)
        except Unclear:
            return text  # which is refused, and asked back
        if moment is None:
            return text
        if moment == self._local:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self._place.zone)

    def errors(self, refusal: Refusal, typed: Mapping[str, str]) -> tuple[PageError, ...]:
        """Return the errors of a refused correction, each at the input that it is about."""
        inputs = self.inputs(typed)
        names = self.titles(inputs)
        unclear = self._unclear(inputs, typed) if isinstance(refusal, Unreadable) else {}
        found = (_placed(error, names, typed, refusal) for error in page_errors(refusal))
        asked_back = tuple(unclear_error(name, each) for name, each in unclear.items())
        return (*asked_back, *(each for each in found if each.field not in unclear))

    def _unclear(self, inputs: FormInputs, typed: Mapping[str, str]) -> dict[str, Unclear]:
        """Return the days and times that were typed without a certain meaning, by the name of the input."""
        found = {}
        days = (day for each in (*inputs.facts, *inputs.person) for day in each.days())
        for name, read in ((_TIME, moment_typed), *((day, day_typed) for day in days)):
            try:
                read(typed.get(name, ""))
            except Unclear as unclear:
                found[name] = unclear
        return found


def _placed(
    error: PageError, names: Mapping[str, str], typed: Mapping[str, str], refusal: Refusal
) -> PageError:
    field = error.field
    if field in ("person.sex", "person.home_province"):
        field = field.replace("person", "facts")
    if field in names:
        empty = isinstance(refusal, Unreadable) and not typed.get(field, "").strip()
        return PageError(field, *EMPTY) if empty else replace(error, field=field)
    inside = next((name for name in names if name.startswith((f"{field}.", f"{field}["))), None)
    around = next((name for name in names if field.startswith((f"{name}.", f"{name}["))), None)
    return replace(error, field=inside or around or "")
