"""The private questions to a person who came back: how they ended, and the referrals that the person consented to.

The answers are no part of the command, so they cannot be stored. There is no score and no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.border import Referral, ScreeningRecorded, check_agreed
from contracts.codes.assistance import Consent, ReferralOffice
from contracts.codes.places import Checkpoint
from contracts.codes.screening import HelpWanted, ScreeningEnd
from contracts.command import Circumstances, Command
from contracts.envelope import Event, PersonFact
from contracts.refusal import Refusal

MOST_REFERRALS = 20


class NotAReturn(Refusal):
    """The private questions are for people who came back"""

    code = "not-a-return"
    status = 409


class ReferralGiven(BaseModel):
    """A referral to which the person consented."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    office: ReferralOffice = Field(description="The office to which the person is referred.")
    help: HelpWanted = Field(description="What the office is asked to do.")
    consent: Consent = Field(description="How the person consented to this referral.")


class RecordScreening(Command):
    """A person who came back was asked the private questions, or did not want them."""

    crossing_id: UUID = Field(description="The return or deported return of the person.")
    ended: ScreeningEnd = Field(description="How the questions ended.")
    referrals: tuple[ReferralGiven, ...] = Field(
        (),
        max_length=MOST_REFERRALS,
        description="The referrals, each with the person's consent; none is normal.",
    )

    @model_validator(mode="after")
    def _only_what_was_agreed_to(self) -> RecordScreening:
        check_agreed(self.ended, [(each.office, each.help) for each in self.referrals])
        if self.words:
            raise ValueError("no remarks are kept of the private questions")
        return self


class ScreenReturnee(RecordScreening):
    """The same command with what the crossing states: its post, and the attributes of the person."""

    checkpoint: Checkpoint
    attributes: Mapping[str, Any]

    @classmethod
    def of(cls, asked: RecordScreening, checkpoint: str, person: PersonFact) -> ScreenReturnee:
        """Return the command with the facts of the crossing that it names."""
        return cls.model_construct(**dict(asked), checkpoint=checkpoint, attributes=dict(person.attributes))


@dataclass(frozen=True, slots=True)
class Screening:
    """The state of a screening: its checkpoint, and the only person who may read it; None if it is not recorded."""

    checkpoint: str | None = None
    recorded_by: str | None = None


def decide(asked: ScreenReturnee, state: Screening, at: Circumstances) -> Sequence[ScreeningRecorded]:
    """Return the fact that a screening records."""
    return [
        ScreeningRecorded(
            recorded=at.recorded,
            **asked.attributes,
            about=f"crossing-{asked.crossing_id}",
            checkpoint=asked.checkpoint,
            ended=asked.ended,
            referrals=tuple(
                Referral(office=each.office, help=each.help, consent=each.consent) for each in asked.referrals
            ),
        )
    ]


def evolve(state: Screening, event: Event[ScreeningRecorded]) -> Screening:
    """Return the state after an event."""
    return Screening(event.facts.checkpoint, event.facts.recorded.by)
