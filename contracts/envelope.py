"""The parts of every event: attributes, facts, the person's evidence and handles.

An event is a CloudEvents 1.0 message. Its data has three parts: *facts* (codes, numbers, dates, never free text),
*person* (the evidence of the identity: clear, sealed or erased) and *handles* (keyed hashes of the documents shown).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.codes.people import AgeBand, Sex
from contracts.codes.places import Province
from contracts.codes.recording import CorrectionReason, HowRecorded, TimePrecision
from contracts.frozen import Frozen
from contracts.person import Age, ClearPerson, ErasedPerson, Person, PersonAttributes, SealedPerson

EventType = Annotated[
    str,
    Field(
        pattern=r"^domnaer\.[a-z]+\.[a-z][a-z0-9_]*\.v[1-9][0-9]*$",
        max_length=120,
        description="Type of an event on the wire, e.g. domnaer.border.worker_departed.v1.",
    ),
]
StreamName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        max_length=100,
        description="A stream: its noun and its UUID, e.g. crossing-0190b2a4-....",
    ),
]
Handle = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{32}$",
        description="HMAC-SHA-256 of a document that names one person, cut to 128 bits, in hexadecimal.",
    ),
]
RecorderId = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$",
        description="Pseudonymous id of the person or program that recorded.",
    ),
]
OfficeCode = Annotated[
    str,
    Field(
        pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$",
        description="Code of the recording office: a checkpoint, mission, ...",
    ),
]
DeviceCode = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
        description="Code of the recording device, e.g. booth-4.",
    ),
]


class Recorded(Frozen):
    """The recording of an event: recorder, office, device, way and precision."""

    by: RecorderId
    office: OfficeCode
    device: DeviceCode | None = Field(None, description="The device, if it is known.")
    how: HowRecorded = Field(description="live, offline, paper or migrated.")
    device_clock: AwareDatetime | None = Field(
        None, description="The time of an offline device's clock at the upload."
    )
    clock_difference_s: int | None = Field(
        None, description="Seconds added to the device's times to match the server's clock."
    )
    precision: TimePrecision = Field(
        TimePrecision.SECOND, description="The precision of the time of the occurrence."
    )


class Fact(Frozen):
    """A recorded fact, in codes, numbers, dates and ids; each published fact is a subclass with its type on the wire."""

    wire: ClassVar[str]
    one_person: ClassVar[bool] = True
    """Whether the stream of this fact is the record of one person (the stream of a group links no persons)."""
    alone: ClassVar[bool] = False
    """Whether it is the only event of its stream besides rulings; the stream then needs no link to its documents."""
    on_timeline: ClassVar[bool] = True
    """Whether the registry takes it into the timeline of its person. It takes no fact of which only its recorder and the
    office that a person agreed to be referred to may know."""
    has_person: ClassVar[bool] = True
    """Whether a person block may belong to it. If not, no correction adds one: another record has the person,
    or the fact is about no person."""
    has_words: ClassVar[bool] = True
    """Whether remarks may belong to it. If not, no correction adds any."""
    fixed: ClassVar[frozenset[str]] = frozenset()
    """The fields that no correction changes: the record about which it is, and what follows from that record."""
    rules: ClassVar[bool] = False
    """Whether it is a :class:`Ruling`; isinstance with a pydantic class takes half a microsecond, which readers save."""

    recorded: Recorded = Field(description="The recording: recorder, office, device, way and precision.")

    @property
    def abroad(self) -> str | None:
        """The country of work that it is about, which issues work permits there; None if it states none."""
        return None

    def latest(self) -> Fact:
        """Return this fact in its latest version; a superseded class (``...V1``) overrides this with its upcaster."""
        return self


class PersonFact(Fact):
    """A fact about one person, with the attributes that statistics need."""

    sex: Sex = Field(Sex.NOT_KNOWN, description="ISO 5218: 0 not known, 1 male, 2 female, 9 not applicable.")
    age_band: AgeBand = Field(
        AgeBand.UNKNOWN, description="Five-year band of the person's age at the time of the event."
    )
    age: Age | None = Field(
        None, description="Age on the day of the event; absent if the birth date is not known."
    )
    home_province: Province | None = Field(
        None, description="Home province, Cambodian place code of two digits."
    )

    @property
    def attributes(self) -> PersonAttributes:
        """The attributes of the person, for another fact about them."""
        return {
            "sex": self.sex,
            "age_band": self.age_band,
            "age": self.age,
            "home_province": self.home_province,
        }


F = TypeVar("F", bound=Fact, covariant=True)
G = TypeVar("G", bound=Fact, covariant=True)
T = TypeVar("T", bound=str, covariant=True)


class Data(Frozen, Generic[F]):
    """The data of an event: facts, person, handles."""

    facts: F = Field(description="The facts, in codes, numbers, dates and ids.")
    person: Person | None = Field(None, description="The evidence of the identity: clear, sealed or erased.")
    handles: tuple[Handle, ...] = Field(
        (), description="Keyed hashes of the documents shown that name one person."
    )


@dataclass(frozen=True, slots=True)
class Event(Generic[F]):
    """A recorded fact with its attributes, the same when it is stored, published and received."""

    id: UUID
    stream: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    facts: F
    person: ClearPerson | SealedPerson | ErasedPerson | None
    handles: tuple[str, ...]
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None
    appended_at: datetime | None = None

    @property
    def type(self) -> str:
        """Type on the wire."""
        return self.facts.wire


class Restated(Frozen, Generic[T, G]):
    """The facts of a correction: the complete facts that replace the earlier ones, of the same type."""

    type: T = Field(description="Type of the facts, on the wire.")
    facts: G = Field(description="The complete corrected facts.")


class Ruling(Fact):
    """A correction or a void of an earlier event of the same stream.

    Of an event and all rulings that name it, the one with the highest stream version is valid.
    """

    rules: ClassVar[bool] = True

    names: UUID = Field(description="Id of the original event, even if a correction is corrected again.")
    named_type: EventType = Field(description="Type of the original event.")
    first_recorded_at: AwareDatetime = Field(description="When the original event was first recorded.")
    first_appended_at: AwareDatetime | None = Field(
        None, description="When the original event was stored; absent in rulings of earlier versions."
    )
    reason: CorrectionReason = Field(description="The reason.")
    formerly: tuple[Handle, ...] = Field(
        (), description="Handles of all earlier versions, so that readers that stored those find this one."
    )


class Voiding(Ruling):
    """The original event never happened, or not to this person: it no longer counts."""


class Correction(Ruling):
    """The original event happened differently: the complete corrected facts, and the complete person block.

    A subclass adds ``restated``, a union of :class:`Restated` over the types that its service publishes. The time of
    the correction event is the corrected time of the occurrence.
    """

    keeps_person: bool = Field(
        True,
        description="Whether the person block of the earlier version is still valid; the correction then has none.",
    )
    restated: Restated[str, Fact]

    def latest(self) -> Fact:
        """Return this correction with the restated facts in their latest version."""
        stated = self.restated.facts.latest()
        if stated is self.restated.facts:
            return self
        return self.model_validate({**dict(self), "restated": {"type": stated.wire, "facts": stated}})
