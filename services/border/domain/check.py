"""The check of a document at a booth: it tells the officer what to do, and nothing of the worker's history.

A departure for work needs an approved employment contract for the country, in force or starting within 30 days, unless
the channel needs none. Nobody is kept from coming back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from contracts.border import Direction
from contracts.codes.crossings import Channel, CrossingPurpose
from contracts.codes.documents import KINDS, DocumentHolder, DocumentKind
from contracts.codes.places import CountryAbroad
from contracts.codes.titled import TitledCode
from contracts.document_number import SHORTEST, normal_number
from contracts.envelope import Event, Fact
from contracts.journeys.employment_contract import EmploymentContract
from contracts.journeys.events import timeline_event_of
from contracts.journeys.placing import placed
from contracts.person import Document, issued_documents
from contracts.reference.current import ReferenceData
from contracts.times import later

STARTS_WITHIN = timedelta(days=30)
"""How long before the first day of an approved employment contract a worker may leave."""
_CHANNEL_OF = {
    DocumentKind.BORDER_PASS: Channel.BORDER_PASS,
    DocumentKind.PINK_CARD: Channel.REGULARISED_ABROAD,
    DocumentKind.CERTIFICATE_OF_IDENTITY: Channel.REGULARISED_ABROAD,
}
"""The channel that a document shows, if none is stated."""


class DocumentChecked(Document):
    """The document that the person shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckDocument(BaseModel):
    """A person is at the booth and shows a document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    direction: Direction = Field(description="out of or into Cambodia.")
    country: CountryAbroad = Field(description="The destination, or the country from which the person comes.")
    purpose: CrossingPurpose = Field(CrossingPurpose.WORK, description="Purpose stated.")
    channel: Channel | None = Field(
        None, description="The channel by which the worker goes, as stated; absent if it is not."
    )
    document: DocumentChecked = Field(
        description="The document, with its complete number; its issuer or issuing place where numbers repeat."
    )

    @field_validator("document")
    @classmethod
    def _names_one_person(cls, document: DocumentChecked) -> DocumentChecked:
        kind, number = KINDS[document.kind], normal_number(document.number)
        if document.is_placeholder:
            raise ValueError(
                "the number says that there is no document; check a document that the person shows"
            )
        if kind.numbers_repeat_between is None and len(number) < SHORTEST:
            raise ValueError(
                "the number is not complete; give all its letters and digits, as on the document"
            )
        if not kind.names_one_person or document.holder is not DocumentHolder.OWN:
            raise ValueError(
                f"a document of the kind {document.kind}, holder {document.holder}, does not name the person who shows it;"
                " check a document of the person's own, such as a passport"
            )
        if kind.numbers_repeat_between is not None and document.key is None:
            raise ValueError(
                f"numbers of the kind {document.kind} repeat between {kind.numbers_repeat_between};"
                " give place, the code of the issuing place"
            )
        return document

    @property
    def shown(self) -> Document:
        """The document, with the issuer that follows from the country."""
        return issued_documents((self.document,), self.country)[0]


class Papers(TitledCode):
    """The state of the papers for this crossing."""

    IN_ORDER = "in_order", "In order"
    MISSING = "missing", "Missing"
    NOT_KNOWN = "not_known", "Not known"


class Missing(TitledCode):
    """A paper that this crossing needs and that is missing."""

    APPROVED_CONTRACT = "approved_contract", "Approved employment contract"
    VALID_DOCUMENT = "valid_document", "Valid document"


class Action(TitledCode):
    """The action that the officer should take."""

    LET_PASS = "let_pass", "Let pass"
    COMPLETE_PAPERS = "complete_papers", "Complete the papers"
    REFER = "refer", "Refer to the supervisor"


class CheckAnswer(BaseModel):
    """The answer to a check; it has no name, number, date or count."""

    known: bool = Field(description="Whether the document is on record.")
    papers: Papers = Field(
        description="in_order; missing; not_known if a contract is needed and the document is not on record."
    )
    missing: list[Missing] = Field(description="The papers that are missing, or not found.")
    action: Action = Field(
        description="let_pass; complete_papers; refer if a death is recorded or several workers showed the document."
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The records that are found under a document.

    ``doubtful`` if a death is recorded, or if records of several workers have the document.
    """

    known: bool = False
    doubtful: bool = False
    contracts: Sequence[Sequence[Event[Any]]] = ()


def answer_of(asked: CheckDocument, found: Found, today: date, reference: ReferenceData) -> CheckAnswer:
    """Return what the officer should do on a day."""
    missing: list[Missing] = []
    if asked.direction is Direction.OUT:
        expires_on = asked.document.expires_on
        if expires_on is not None and expires_on < today:
            missing.append(Missing.VALID_DOCUMENT)
        if _needs_contract(asked, today, reference) and not any(
            allows_departure(contract, asked.country, today) for contract in found.contracts
        ):
            missing.append(Missing.APPROVED_CONTRACT)
    papers = Papers.MISSING if missing else Papers.IN_ORDER
    if Missing.APPROVED_CONTRACT in missing and not found.known:
        papers = Papers.NOT_KNOWN
    action = Action.COMPLETE_PAPERS if missing else Action.LET_PASS
    return CheckAnswer(
        known=found.known,
        papers=papers,
        missing=missing,
        action=Action.REFER if found.doubtful else action,
    )


def _needs_contract(asked: CheckDocument, today: date, reference: ReferenceData) -> bool:
    if asked.purpose is not CrossingPurpose.WORK:
        return False
    channel = asked.channel or _CHANNEL_OF.get(asked.document.kind)
    return channel is None or reference.needs_contract(channel, today)


def allows_departure(events: Sequence[Event[Fact]], country: str, today: date) -> bool:
    """Return whether an employment contract for a country is approved and in force, or starts within 30 days."""
    contract = EmploymentContract(events[0].stream)
    versions = {event.id: event.version for event in events}
    in_time = placed(map(timeline_event_of, events))
    for event in sorted(in_time, key=lambda event: (event.placed, versions[event.event_id])):
        contract.apply(event)
    return not contract.withdrawn and any(
        span.terms.country == country and span.first <= later(today, STARTS_WITHIN) and today <= span.last
        for span in contract.in_force
    )
