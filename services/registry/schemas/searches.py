"""Searches for workers: what may be asked for, and what a text typed into the search field may mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from contracts.codes.documents import KINDS, DocumentKind, IssuingPlace
from contracts.codes.issuers import IssuerCode
from contracts.codes.places import COUNTRIES
from contracts.document_number import DocumentNumber, is_placeholder
from contracts.machine_readable import number_in_line
from contracts.person import Document
from contracts.text import PhoneNumber, latin_digits, readable
from services.registry.identity.names import search_keys
from services.registry.identity.number import NotANumber, parse


def _number(text: str) -> str:
    return parse(readable(text))


def _name(text: str) -> str:
    text = readable(text)
    if not any(search_keys(text)):
        raise ValueError("a name has at least one letter")
    return text


def _a_number(number: str) -> str:
    if is_placeholder(number):
        raise ValueError("says that there is no document; search by name or phone")
    return number


class DocumentAsked(BaseModel):
    """A document that was shown. Without a kind, all kinds that name one person are tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[DocumentNumber, AfterValidator(_a_number)]
    kind: DocumentKind | None = None
    issued_by: IssuerCode | None = Field(
        None, description="Issuer; if absent, every country that may have issued the kind."
    )
    place: IssuingPlace | None = Field(
        None, description="Issuing place: the province of a border pass, by its code or name."
    )

    @model_validator(mode="after")
    def _names_one_person(self) -> DocumentAsked:
        kind = None if self.kind is None else KINDS[self.kind]
        if kind is not None and not kind.names_one_person:
            raise ValueError("documents of this kind are about several people; search by name or phone")
        if kind is not None and kind.numbers_repeat_between is not None and self.place is None:
            raise ValueError(
                f"numbers of this kind repeat between {kind.numbers_repeat_between}; give the issuing place"
            )
        return self

    def documents(self) -> list[Document]:
        """Return the documents that it may be: one for each kind and each country that may have issued it."""
        kinds = (
            [self.kind] if self.kind else [kind for kind, about in KINDS.items() if about.names_one_person]
        )
        found: list[Document] = []
        for kind in kinds:
            if issuers := self._issuers(kind):
                first = Document(kind=kind, number=self.number, issued_by=issuers[0], place=self.place)
                found.append(first)
                # Not validated again: there are as many as countries.
                found += [first.model_copy(update={"issued_by": country}) for country in issuers[1:]]
        return found

    def _issuers(self, kind: DocumentKind) -> Sequence[str]:
        about = KINDS[kind]
        if about.numbers_repeat_between is not None and self.place is None:
            return ()  # it cannot be found without its place
        issuer = about.issuer or self.issued_by
        return tuple(COUNTRIES) if issuer is None else (issuer,)


NumberAsked = Annotated[str, Field(max_length=40), AfterValidator(_number)]
NameAsked = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_name)]


class Search(BaseModel):
    """A search by number, document, name in any script, or phone; a worker must match everything that is given."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"name": "SOK Chanthy"}]}
    )

    number: NumberAsked | None = Field(
        None,
        description="A worker's number. One that cannot be right is refused: its last character is a check.",
    )
    document: DocumentAsked | None = Field(None, description="A document.")
    name: NameAsked | None = Field(
        None, description="A name, in any order and spelling, with the year of birth if it is known."
    )
    phone: PhoneNumber | None = Field(None, description="A phone number.")

    @model_validator(mode="after")
    def _not_empty(self) -> Search:
        if not any((self.number, self.document, self.name, self.phone)):
            raise ValueError("give a number, a document, a name or a phone number")
        return self


_DAY_OR_YEAR = re.compile(
    r"\(?(?:\d{1,2}[/.\-]\d{1,2}[/.\-])?(?:19|20|24|25)\d\d(?:[/.\-]\d{1,2}[/.\-]\d{1,2})?\)?"
)
_LIKE_A_NUMBER = re.compile(
    r"[0-9A-Z]{5}[\s-]+[0-9A-Z]{4,6}[\s-]+[0-9A-Z]{3,5}|(?=.*\d)(?=.*[A-Z])[0-9A-Z]{14}"
)
_PHONE = re.compile(r"\+?\(?\d[\d ()\-.]{6,}\d$")


def meanings_of(text: str) -> list[Search]:
    """Return the searches that a text may mean, the most certain first.

    Raises ValueError for a text that means none, also if it is a document number that cannot be right.
    """
    if not text:
        raise ValueError("empty")
    found: list[Search] = []
    plain = latin_digits(text)
    try:
        found.append(Search(number=parse(plain)))
    except NotANumber:
        pass
    digits = sum(character.isdigit() for character in plain)
    words = [word for word in plain.split() if not any(map(str.isdigit, word))]
    numbers = " ".join(word for word in plain.split() if any(map(str.isdigit, word)))
    named = any(sum(map(str.isalpha, word)) > 1 for word in words)
    dated = named and _DAY_OR_YEAR.fullmatch(numbers) is not None
    if dated:
        found.append(Search(name=text))
    if digits < 4:
        if not found or any(search_keys(text)):
            found.append(Search(name=text))
        return found
    if named and not dated and number_in_line(text) is None:
        if _PHONE.fullmatch(numbers):
            found.append(Search(name=" ".join(words), phone=numbers))
        elif (document := _document_in(numbers)) is not None:
            found.append(Search(name=" ".join(words), document=document))
    if (document := _document_in(text)) is not None:
        found.append(Search(document=document))
    if digits >= 8 and not any(character.isalpha() for character in plain):
        found.append(Search(phone=plain.replace("/", " ")))
    if not found:
        raise ValueError("neither a number nor a document, a name or a phone number")
    return found


def _document_in(text: str) -> DocumentAsked | None:
    """Return the document whose number a text is, or None if it cannot be one."""
    try:
        return DocumentAsked(number=text)
    except ValidationError:
        return None


def like_a_number(text: str) -> bool:
    """Return whether a text has the form of a worker's number, but cannot be one: a character is wrong or missing."""
    text = latin_digits(text)
    if not _LIKE_A_NUMBER.fullmatch(text.strip().upper()):
        return False
    try:
        parse(text)
    except NotANumber:
        return True
    return False
