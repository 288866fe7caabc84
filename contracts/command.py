"""The fields that the commands of all services share: time of occurrence, way of recording, and the person.

Commands forbid unknown fields, since a mistyped field would otherwise be lost without a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from contracts.codes.people import AgeBand, Sex
from contracts.codes.places import Province
from contracts.codes.recording import HowRecorded, TimePrecision
from contracts.codes.time_ranges import BUDDHIST_ERA
from contracts.envelope import DeviceCode, Recorded
from contracts.person import Age, Birth, ClearPerson, Document, Name, PersonAttributes, Relative
from contracts.text import PhoneNumber, Words
from contracts.times import Moment, day_of

_FIRST_BIRTH = 1900
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


def _field_name(text: str) -> str:
    if _FIELD.fullmatch(text) is None:
        raise ValueError("is not a field name; use Latin letters, digits, dots, hyphens and _, at most 64")
    return text


FieldName = Annotated[str, AfterValidator(_field_name)]


class Command(BaseModel):
    """A request to record something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID | None = Field(
        None, description="The client's own id for this event, a UUIDv7; the same id is recorded only once."
    )
    occurred_at: Moment = Field(description="The time of the occurrence: ISO 8601 with offset.")
    precision: TimePrecision = Field(TimePrecision.SECOND, description="The precision of that time.")
    how: HowRecorded = Field(
        HowRecorded.LIVE,
        description="live; offline (recorded on a device without a connection); paper; migrated (a history load).",
    )
    device: DeviceCode | None = Field(None, description="The recording device.")
    device_clock: Moment | None = Field(None, description="The present time of the offline device's clock.")
    recorded_at: Moment | None = Field(
        None,
        description="The time of the first recording, for offline, paper and migrated records; now if absent.",
    )
    words: dict[FieldName, Words] = Field(
        default_factory=dict, max_length=20, description="Remarks as typed, by the field's name."
    )

    def evidence(self, evidence_id: UUID) -> ClearPerson | None:
        """Return the person block of the event that the command records; None if there is nothing to put into it."""
        return ClearPerson(evidence_id=evidence_id, words=self.words) if self.words else None

    @property
    def counts(self) -> Mapping[UUID, int]:
        """The counts over several records on which the decision rests, each with its version as it was read."""
        return {}

    @classmethod
    def restated(cls, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of the command that recorded facts: a correction is decided by the rules of the first record."""
        return {
            name: value
            for name, value in facts.items()
            if name in cls.model_fields and name not in Command.model_fields
        }

    @field_validator("id")
    @classmethod
    def _time_ordered(cls, value: UUID | None) -> UUID | None:
        if value is not None and value.version != 7:
            raise ValueError(
                "is not a UUIDv7, whose first 48 bits are the time; send a UUIDv7, or leave it out"
            )
        return value

    @model_validator(mode="after")
    def _not_before_it_occurred(self) -> Command:
        if self.recorded_at is not None and self.how is HowRecorded.LIVE:
            raise ValueError(
                "recorded_at is for offline, paper and migrated records; a live record is recorded now"
            )
        return self


class PersonGiven(BaseModel):
    """A person as the officer sees them; everything may be missing, even the documents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sex: Sex = Field(Sex.NOT_KNOWN, description="ISO 5218: 0 not known, 1 male, 2 female, 9 not applicable.")
    documents: tuple[Document, ...] = Field((), max_length=12, description="Documents shown; none is normal.")
    name: Name | None = Field(None, description="Name as given, in one script or both.")
    birth: Birth | None = Field(None, description="Birth date as given, with its precision.")
    phone: PhoneNumber | None = Field(None, description="Phone number as given.")
    home_province: Province | None = Field(None, description="Home province.")
    relatives: tuple[Relative, ...] = Field((), max_length=30, description="Family members named.")

    def age(self, on: date, precision: TimePrecision = TimePrecision.DAY) -> Age | None:
        """Return the person's age on a day, or in the month or year of an imprecise day; None if it is not known."""
        return None if self.birth is None else self.birth.age(on, precision)

    def age_band(self, on: date, precision: TimePrecision = TimePrecision.DAY) -> AgeBand:
        """Return the five-year band of that age; unknown if the age may be in several bands."""
        age = self.age(on, precision)
        return AgeBand.UNKNOWN if age is None else age.band

    def attributes(self, at: Circumstances) -> PersonAttributes:
        """Return the attributes that a fact about the person has, with the age at the time of the occurrence."""
        age = self.age(at.day, at.recorded.precision)
        return {
            "sex": self.sex,
            "age_band": AgeBand.UNKNOWN if age is None else age.band,
            "age": age,
            "home_province": self.home_province,
        }

    @property
    def documents_shown(self) -> tuple[Document, ...]:
        """The documents without the placeholders that were typed instead of a number."""
        return tuple(each for each in self.documents if not each.is_placeholder)

    @property
    def identifies(self) -> bool:
        """Return whether a document or a name is given."""
        return bool(self.documents_shown or self.name)

    @property
    def is_unknown(self) -> bool:
        """Return whether nothing is known about the person."""
        return not (
            self.name
            or self.documents
            or self.sex
            or self.birth
            or self.phone
            or self.home_province
            or self.relatives
        )

    def evidence(self, evidence_id: UUID, words: dict[str, str]) -> ClearPerson:
        """Return the person block of an event."""
        return ClearPerson.model_construct(  # of parts that were validated with the command
            evidence_id=evidence_id,
            documents=self.documents,
            name=self.name,
            birth=self.birth,
            phone=self.phone,
            relatives=self.relatives,
            words=words,
        )


class UnreadablePerson(PersonGiven):
    """A person whose block cannot be read here: it has what the facts state. What was given with it was enough."""

    @property
    def identifies(self) -> bool:
        """Return whether a document or a name was given."""
        return True


class PersonCommand(Command):
    """A request to record something about a person."""

    person: PersonGiven = Field(PersonGiven(), description="The person; everything may be unknown.")

    def evidence(self, evidence_id: UUID) -> ClearPerson | None:
        """Return the person block with the person and the remarks; None if neither is given."""
        if self.person.is_unknown:
            return super().evidence(evidence_id)
        return self.person.evidence(evidence_id, self.words)

    @field_validator("person")
    @classmethod
    def _born_before_it_occurred(cls, person: PersonGiven, given: ValidationInfo) -> PersonGiven:
        birth, occurred_at = person.birth, given.data.get("occurred_at")
        if (
            birth is not None
            and occurred_at is not None
            and birth.on - occurred_at.date() > timedelta(days=1)
            and birth.on.year - BUDDHIST_ERA
            < _FIRST_BIRTH  # otherwise the check of times says which year is meant
        ):
            raise ValueError(
                f"the date of birth ({birth.on}) is after the date of the event ({occurred_at.date()});"
                " correct the date that is wrong"
            )
        return person


class Circumstances(NamedTuple):
    """The circumstances of a decision, beside command and state: times and caller. They never read a clock."""

    record_id: UUID
    recorded: Recorded
    occurred_at: datetime
    recorded_at: datetime
    today: date
    caller: str

    @property
    def day(self) -> date:
        """The day of the occurrence in Asia/Phnom_Penh."""
        return day_of(self.occurred_at)
