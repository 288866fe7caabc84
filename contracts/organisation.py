"""Organisations in person blocks: the name, address, region and phone of an employer or a workplace.

An organisation has no birth date and no documents, and its name may have digits. Name, address and region are therefore
``words`` of the person block (``name_khmer``, ``name_latin``, ``address``, ``region``), and only the phone is its phone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from contracts.command import Command, FieldName
from contracts.khmer import khmer_key, mended
from contracts.person import ClearPerson, ErasedPerson, SealedPerson
from contracts.text import PhoneNumber, Words, readable, refuse_marks_of_direction

_APART = re.compile(r"[\s\u200b\-‐-―./,;:()&'\"]+")
_KHMER = re.compile("[\u1780-\u17ff]")
_SHORTEST, _LONGEST = 3, 20
"""Letters of the beginnings of a word by which a name is found."""
OTHER_LETTER = "#"
"""Stands for the first letter of a name that begins with a letter of another script, or has no letter."""
LETTERS = (*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *map(chr, range(0x1780, 0x17B4)), OTHER_LETTER)
"""The first letters of the names in a list by letter: Latin, Khmer, and all others together."""


def _one_line(text: str) -> str:
    text = readable(text)
    if "\n" in text or "\t" in text:
        raise ValueError("a name is one line; put other text into a note")
    if not any(map(str.isalnum, text)):
        raise ValueError("a name has at least one letter or digit; leave it out if none is known")
    refuse_marks_of_direction(text)
    return mended(text)


NameText = Annotated[
    str,
    Field(min_length=1, max_length=200, description="A name as written."),
    AfterValidator(_one_line),
]


class OrganisationName(BaseModel):
    """The name of an organisation as written, in Khmer script, in Latin script, or in both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    khmer: NameText | None = Field(None, description="In Khmer script.", examples=["រោងចក្រអង្ករបាត់ដំបង"])
    latin: NameText | None = Field(None, description="In Latin script.", examples=["Battambang Rice Mill"])

    @model_validator(mode="after")
    def _in_one_script(self) -> OrganisationName:
        if self.khmer is None and self.latin is None:
            raise ValueError("give the name in Khmer or in Latin script")
        return self


class Organisation(BaseModel):
    """An organisation as recorded in a person block. Everything is null if the block is sealed, erased or absent."""

    model_config = ConfigDict(frozen=True)

    name_khmer: str | None = Field(None, description="Name in Khmer script.")
    name_latin: str | None = Field(None, description="Name in Latin script.")
    address: str | None = Field(None, description="Address.")
    region: str | None = Field(None, description="Province or state.")
    phone: str | None = Field(None, description="Phone number.")


class RegisterOrganisation(Command):
    """Base of the commands that register an organisation."""

    address: Words | None = Field(None, description="Address as written.")
    phone: PhoneNumber | None = Field(None, description="Phone number as given.")
    words: dict[FieldName, Words] = Field(
        default_factory=dict, max_length=16, description="Remarks as typed, by the field's name."
    )

    def evidence(self, evidence_id: UUID) -> ClearPerson | None:
        """Return the person block with name, address, region, contact, phone and remarks; None if there is none of them."""
        name: OrganisationName | None = getattr(self, "name", None)
        stated = {
            "name_khmer": name and name.khmer,
            "name_latin": name and name.latin,
            "address": self.address,
            "region": getattr(self, "region", None),
            "contact": getattr(self, "contact", None),
        }
        words = self.words | {field: text for field, text in stated.items() if text}
        if not words and self.phone is None:
            return None
        return ClearPerson(evidence_id=evidence_id, phone=self.phone, words=words)


def organisation_of(person: ClearPerson | SealedPerson | ErasedPerson | None) -> Organisation:
    """Return the organisation that a person block describes."""
    if not isinstance(person, ClearPerson):
        return Organisation()
    fields = {name: text for name, text in person.words.items() if name in Organisation.model_fields}
    return Organisation(**fields | {"phone": person.phone})


def name_keys(organisation: Organisation) -> frozenset[str]:
    """Return the keys by which an organisation is found: the words of its names, and their beginnings."""
    return frozenset(
        key
        for name in (organisation.name_khmer, organisation.name_latin)
        for word in words_of(name or "")
        for key in (word, *(word[:length] for length in range(_SHORTEST, min(len(word), _LONGEST))))
    )


def letter_keys(organisation: Organisation) -> frozenset[str]:
    """Return the keys by which a list by letter finds an organisation: the first letters of its names."""
    names = (organisation.name_khmer, organisation.name_latin)
    return frozenset(letter_key(first_letter(name)) for name in names if name)


def first_letter(name: str) -> str:
    """Return the first letter of a name, under which a list by letter has it: without accents, as a capital letter."""
    return next((sign.upper() for sign in unicodedata.normalize("NFD", name) if sign.isalpha()), "")


def letter_key(letter: str) -> str:
    """Return the key of the names that begin with a letter; no word of a name has this key."""
    return f"-{letter.casefold() if letter in LETTERS else OTHER_LETTER}"


def words_of(text: str) -> list[str]:
    """Return the words of a name for comparison. An organisation is found if each of them is among its keys.

    Khmer words are in one form for all orders in which their marks are typed; NFKC would separate them.
    """
    plain = text if _KHMER.search(text) else unicodedata.normalize("NFKC", text)
    return [key for word in _APART.split(plain.casefold()) if (key := khmer_key(word))]
