"""The evidence of who a person is: documents, names, birth date, phone, relatives, and what follows from them.

The person block of an event is clear, sealed or erased. Its documents give the handles of the event, its birth date the age.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, TypedDict
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo

from contracts.codes.documents import (
    KINDS,
    DocumentHolder,
    DocumentKind,
    IssuingPlace,
    issuer_of,
)
from contracts.codes.issuers import NO_ISSUER, IssuerCode
from contracts.codes.people import OLDEST, AgeBand, Sex, age_band, completed_years
from contracts.codes.recording import BirthPrecision, TimePrecision
from contracts.document_number import SHORTEST, DocumentNumber, is_placeholder, normal_number
from contracts.frozen import Frozen
from contracts.text import PersonName, PhoneNumber, Words
from contracts.times import Day, period_of


class Age(Frozen):
    """The age of a person in completed years: a range, because a birth date may be known to the year only."""

    at_least: int = Field(
        ge=0, le=130, description="Completed years, if the person was born on the last possible day."
    )
    at_most: int = Field(
        ge=0, le=130, description="Completed years, if the person was born on the first possible day."
    )

    @property
    def band(self) -> AgeBand:
        """The band of the age; unknown if both ends of the range are not in one band."""
        return age_band(self.at_least, self.at_most)


class PersonAttributes(TypedDict):
    """The attributes of a person that every fact about one person has, as arguments of its class."""

    sex: Sex
    age_band: AgeBand
    age: Age | None
    home_province: str | None


def _issuer(stated: str | None, given: ValidationInfo) -> str | None:
    kind = given.data.get("kind")
    return stated if kind is None else issuer_of(kind, stated)


Issuer = Annotated[IssuerCode | None, AfterValidator(_issuer)]
"""The issuer of a document whose kind is the field ``kind`` before it; needs ``validate_default``."""


class Document(Frozen):
    """A document as shown: its number is opaque text, kept as typed and compared without decoration."""

    kind: DocumentKind = Field(description="Kind of document.")
    number: DocumentNumber
    issued_by: Issuer = Field(
        None,
        validate_default=True,
        description="Issuing country, ISO 3166-1 alpha-3, or another issuer of ICAO 9303; set if only one country issues the"
        " kind. If absent: Cambodia for a passport, the country of the record for a work or re-entry permit.",
    )
    place: IssuingPlace | None = Field(
        None,
        description="Issuing place: a province (code of two digits, or its name), a commune (code of six digits) or a"
        " mission, stored as its code. It is part of the key if numbers repeat between provinces (border passes) or"
        " communes (birth certificates).",
    )
    holder: DocumentHolder = Field(
        DocumentHolder.OWN, description="The person to whom it was issued; it identifies that person only."
    )
    issued_on: Day | None = Field(None, description="First day of validity.")
    expires_on: Day | None = Field(None, description="Last day of validity.")

    @property
    def is_placeholder(self) -> bool:
        """True if there is no document: the number says so, such as NONE or 000000000."""
        return is_placeholder(self.number)

    @property
    def key(self) -> str | None:
        """The text that is the same for all records of the same document of this person; None if it identifies nobody.

        A placeholder has no key, nor a document of another person. Nor has one whose issuer or issuing place is not
        known but belongs to the key, or whose number is too short: it would match documents of other people.
        """
        kind, place = KINDS[self.kind], ""
        if not kind.names_one_person or self.holder is not DocumentHolder.OWN:
            return None
        if self.issued_by is None or self.issued_by in NO_ISSUER or self.is_placeholder:
            return None
        number = normal_number(self.number)
        if kind.numbers_repeat_between is not None:
            place = self.place or ""
            if len(place) != _DIGITS_OF_PLACE[kind.numbers_repeat_between]:
                return None
        elif len(number) < SHORTEST:
            return None
        return f"{self.kind}|{self.issued_by}|{place}|{number}"


_DIGITS_OF_PLACE = {"provinces": 2, "communes": 6}


def issued_documents(documents: Sequence[Document], abroad: str | None) -> tuple[Document, ...]:
    """Return documents shown for a record about a country of work: a work permit without an issuer was issued there."""
    return tuple(
        each
        if each.issued_by is not None or (issuer := issuer_of(each.kind, None, abroad)) is None
        else each.model_copy(update={"issued_by": issuer})
        for each in documents
    )


class Name(Frozen):
    """A name in both scripts, family name first, as written; at least one of the two."""

    khmer: PersonName | None = Field(None, description="In Khmer script.", examples=["សុខ ដារ៉ា"])
    latin: PersonName | None = Field(None, description="In Latin script.", examples=["Sok Dara"])


class Birth(Frozen):
    """The birth date of a person, with its precision."""

    on: Day = Field(
        description="The date; the first day of the month, year or decade if no more is known.",
        examples=["1990-04-03"],
    )
    precision: BirthPrecision = Field(BirthPrecision.DAY, description="The precision of the date.")

    def age(self, on: date, precision: TimePrecision = TimePrecision.DAY) -> Age | None:
        """Return the age on a day, or in the month or year of an imprecise day.

        None if the date is not known, or if it cannot be right: it is later, or more than 120 years before.
        """
        if self.precision is BirthPrecision.UNKNOWN:
            return None
        first, last = period_of(self.on, self.precision)
        begins, ends = period_of(on, precision)
        at_most = completed_years(first, ends)
        if first > ends or at_most > OLDEST:
            return None
        return Age(at_least=max(0, completed_years(last, begins)), at_most=at_most)


class Relative(Frozen):
    """A family member as named by the person."""

    relation: Literal["mother", "father", "spouse", "child", "sibling", "grandparent", "other"] = Field(
        description="The relation to the person."
    )
    name: Name | None = Field(None, description="Name as given.")
    phone: PhoneNumber | None = Field(None, description="Phone number as given.")


class ClearPerson(Frozen):
    """The evidence of the identity, readable."""

    form: Literal["clear"] = Field("clear", description="The form of the person block: readable.")
    evidence_id: UUID = Field(description="Id of this evidence; the person block is read and written by it.")
    documents: tuple[Document, ...] = Field((), max_length=12, description="Documents shown.")
    name: Name | None = Field(None, description="Name as given.")
    birth: Birth | None = Field(None, description="Birth date as given.")
    phone: PhoneNumber | None = Field(None, description="Phone number as given.")
    relatives: tuple[Relative, ...] = Field((), max_length=30, description="Family members named.")
    words: dict[str, Words] = Field(
        default_factory=dict,
        max_length=20,
        description="Free text as an officer typed it, by the field's name.",
    )

    def recorded_about(self, abroad: str | None) -> ClearPerson:
        """Return this block as part of a record about a country of work, with the issuers that follow from it."""
        documents = issued_documents(self.documents, abroad)
        return self if documents == self.documents else self.model_copy(update={"documents": documents})


class SealedPerson(Frozen):
    """The evidence of the identity, encrypted; readable only with the key."""

    form: Literal["sealed"] = Field("sealed", description="The form of the person block: encrypted.")
    evidence_id: UUID = Field(description="Id of this evidence.")
    key: str = Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Name of the key with which it is encrypted."
    )
    ciphertext: str = Field(pattern=r"^[A-Za-z0-9+/=]*$", max_length=65536, description="Base 64.")


class ErasedPerson(Frozen):
    """The evidence of the identity was erased; facts and handles remain."""

    form: Literal["erased"] = Field("erased", description="The form of the person block: erased.")
    evidence_id: UUID = Field(description="Id of this evidence.")
    erased_on: date | None = Field(None, description="Day of the erasure.")


Person = Annotated[ClearPerson | SealedPerson | ErasedPerson, Field(discriminator="form")]
