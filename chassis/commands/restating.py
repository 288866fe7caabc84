"""The commands to correct and to void an event, and from a correction the complete facts and person that it states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from chassis.commands.circumstances import check_time, in_utc
from chassis.commands.runtime import Runtime
from chassis.http.validation_errors import FieldError, Unreadable, validation_errors
from chassis.store.persons import AnyPerson
from contracts.codes.people import AgeBand
from contracts.codes.recording import CorrectionReason
from contracts.command import FieldName, PersonGiven, UnreadablePerson
from contracts.envelope import Correction, Event, Fact, PersonFact
from contracts.person import ClearPerson
from contracts.refusal import Refusal
from contracts.text import Words
from contracts.times import Moment, day_of


class PersonNotReadable(Refusal):
    """The person of this event cannot be read here"""

    code = "person-not-readable"
    status = 409


class Void(BaseModel):
    """Void an event: it did not happen, or not to this person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: CorrectionReason = Field(description="Why.")


class Correct(BaseModel):
    """Correct an event: only what was wrong. What is left out stays as it was, and null removes a value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: CorrectionReason = Field(description="Why.")
    facts: dict[str, Any] = Field(
        default_factory=dict,
        description="The facts that were wrong, by the field's name, as they should read; in an object, the fields that were"
        " wrong. Documents shown, age and age band follow from the person.",
    )
    occurred_at: Moment | None = Field(None, description="When it occurred, where that was wrong.")
    person: PersonGiven | None = Field(
        None,
        description="What was wrong about the person, as it should read; a list is replaced as a whole. For the reason"
        " wrong_person: the whole other person. Sex and home province, if given here, replace those of the facts.",
    )
    words: dict[FieldName, Words] = Field(
        default_factory=dict,
        max_length=20,
        description="The remarks that were wrong, by the field's name, as they should read; an empty text removes one."
        " Others are kept.",
    )


def merged(earlier: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with changes: in objects field by field, everything else as a whole. Null stays, as a value not known."""
    found = dict(earlier)
    for name, value in changes.items():
        before = found.get(name)
        found[name] = (
            merged(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
        )
    return found


def check_parts(command: Correct, facts: Fact) -> None:
    """Check that a correction adds to an event no person and no remarks which its facts never have. Raises Unreadable."""
    refused = []
    if command.person is not None and not facts.has_person:
        refused.append(
            FieldError(
                field="person", reason="no person is kept with this event", remedy="leave the person out"
            )
        )
    if command.words and not facts.has_words:
        refused.append(
            FieldError(
                field="words", reason="no remarks are kept with this event", remedy="leave the remarks out"
            )
        )
    if refused:
        raise Unreadable(refused)


def check_fixed(facts: Fact, earlier: Fact) -> None:
    """Check that restated facts leave fixed fields as they were, such as the record about which they are. Raises Unreadable."""
    moved = [name for name in sorted(facts.fixed) if getattr(facts, name) != getattr(earlier, name)]
    if moved:
        raise Unreadable(
            [
                FieldError(
                    field=f"facts.{name}",
                    reason="it cannot be corrected",
                    remedy="leave it out; if the record is about something else, void this event and record it anew",
                )
                for name in moved
            ]
        )


def check_facts(runtime: Runtime, stream: str, facts: Fact, occurred_at: datetime) -> None:
    """Apply the rules of a first record to restated facts. Raises the refusal, which names the field as it was sent."""
    decider = runtime.decider_of(stream)
    try:
        if decider is not None:
            decider.check(facts, day_of(occurred_at))
    except Refusal as refusal:
        raise as_sent(refusal) from None


def as_sent(refusal: Refusal) -> Refusal:
    """Return a refusal that names a field of a correction as it was sent: below ``facts`` or ``person``."""
    if refusal.field is not None and refusal.field.partition(".")[0] not in (
        "person",
        "facts",
        "occurred_at",
    ):
        refusal.field = f"facts.{refusal.field}"
    return refusal


def person_corrected(command: Correct, standing: Event[Fact]) -> PersonGiven | None:
    """Return the person as it should read, if the command changes it.

    A wrong person is replaced as a whole: nothing of one person may stay with another. Raises Unreadable.
    """
    if command.person is None or command.reason is CorrectionReason.WRONG_PERSON:
        return command.person
    if not isinstance(standing.person, ClearPerson):
        return command.person
    changes = command.person.model_dump(mode="json", exclude_unset=True)
    earlier = person_given(standing.facts, standing.person).model_dump(mode="json", exclude_none=True)
    whole = {name: value for name, value in merged(earlier, changes).items() if value is not None}
    try:
        return PersonGiven.model_validate_json(to_json(whole))
    except ValidationError as error:
        raise Unreadable(
            [one.model_copy(update={"field": f"person.{one.field}"}) for one in validation_errors(error)]
        ) from None


def person_given(facts: Fact, person: AnyPerson | None) -> PersonGiven:
    """Return the person as a command would state it; of a block that cannot be read, what the facts state."""
    known: dict[str, Any] = {}
    if isinstance(person, ClearPerson):
        known = {name: value for name, value in dict(person).items() if name in PersonGiven.model_fields}
    if isinstance(facts, PersonFact):
        known |= {"sex": facts.sex, "home_province": facts.home_province}
    readable = person is None or isinstance(person, ClearPerson)
    return (PersonGiven if readable else UnreadablePerson).model_construct(set(known), **known)


def person_of(
    command: Correct,
    corrected_person: PersonGiven | None,
    standing: Event[Fact],
    ruling_id: UUID,
    abroad: str | None,
) -> ClearPerson | None:
    """Return the complete person block of a correction, with the remarks that it does not name; None if it is kept.

    ``abroad`` is the country of work that the corrected facts are about.
    Raises PersonNotReadable, or Unreadable if there are too many remarks.
    """
    if command.person is None and not command.words:
        return None
    earlier = standing.person if isinstance(standing.person, ClearPerson) else None
    if earlier is None and standing.person is not None and command.person is None:
        raise PersonNotReadable("remarks alone would replace it", remedy="send the whole person too")
    words = ({} if earlier is None else dict(earlier.words)) | command.words
    words = {name: text for name, text in words.items() if text}
    try:
        if command.person is None and earlier is not None:
            return ClearPerson.model_validate({**dict(earlier), "evidence_id": ruling_id, "words": words})
        return (corrected_person or PersonGiven()).evidence(ruling_id, words).recorded_about(abroad)
    except ValidationError as error:
        raise Unreadable(validation_errors(error)) from None


def occurrence_of(command: Correct, standing: Event[Fact], today: date) -> datetime:
    """Return the time of the occurrence, corrected or as it was. Raises TimeImplausible or BeyondTheCalendar."""
    if command.occurred_at is None:
        return standing.occurred_at
    check_time(command.occurred_at, "occurrence", "occurred_at", today)
    return in_utc(command.occurred_at, "occurred_at")


def corrected(
    command: Correct, standing: Event[Fact], common: dict[str, Any], contract: ModuleType
) -> Correction:
    """Return the correction, with the complete facts. Raises Unreadable, which names the fields as they were sent."""
    stated = merged(
        standing.facts.model_dump(mode="json"), {**command.facts, "recorded": standing.facts.recorded}
    )
    whole = {
        **common,
        "restated": {"type": standing.facts.wire, "facts": stated},
        "keeps_person": command.person is None and not command.words,
    }
    try:
        found: Correction = contract.EventCorrected.model_validate_json(
            to_json(whole, inf_nan_mode="null"), extra="forbid"
        )
    except ValidationError as error:
        raise Unreadable(
            [one.model_copy(update={"field": _field_sent(one.field)}) for one in validation_errors(error)]
        ) from None
    return found


def with_attributes(facts: Fact, command: Correct, person: Any, occurred_at: datetime) -> Fact:
    """Return facts with the attributes that follow from the person block: it decides, not the facts sent.

    Age and age band are computed from the birth date, if it can be read, for the corrected time. A person that is sent
    also decides the sex and the home province, if it states them; another person decides them in any case.
    """
    if not isinstance(facts, PersonFact) or not isinstance(person, PersonGiven | ClearPerson):
        return facts
    changed: dict[str, Any] = {}
    if person.birth is not None or command.person is not None:
        age = (
            None if person.birth is None else person.birth.age(day_of(occurred_at), facts.recorded.precision)
        )
        changed = {"age": age, "age_band": AgeBand.UNKNOWN if age is None else age.band}
    if command.person is not None and isinstance(person, PersonGiven):
        stated = command.person.model_fields_set
        if command.reason is CorrectionReason.WRONG_PERSON:  # nothing of the first person stays
            stated = stated | ({"sex", "home_province"} - set(command.facts))
        for name in {"sex", "home_province"} & stated:
            changed[name] = getattr(person, name)
    return facts.model_copy(update=changed)


def _field_sent(field: str) -> str:
    """Return the name of a field as it was sent: ``restated.<type>.facts.destination`` was ``facts.destination``."""
    before, _, rest = field.partition(".facts")
    return f"facts{rest}" if before.startswith("restated") else field
