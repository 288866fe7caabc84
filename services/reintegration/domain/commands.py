"""The commands of counsellors on a reintegration case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.codes.places import Province
from contracts.codes.reintegration import DeclineReason, MatchReason, Need, ReintegrationOutcome, WorkLater
from contracts.codes.work import Occupation, OccupationWanted, UnitGroup
from contracts.command import Command
from contracts.envelope import RecorderId
from contracts.times import Day
from services.reintegration.domain.vacancy import Offer


class AssignCase(Command):
    """Assign a case to a counsellor, or take the counsellor off it."""

    counsellor: RecorderId | None = Field(description="Pseudonymous id of the counsellor; null for none.")
    instead_of: RecorderId | None = Field(
        None,
        description="The counsellor whom the caller knows to be in charge; null for nobody. If another one is in charge by now,"
        " the command is refused; if it is absent, whoever is in charge is replaced.",
    )


class RecordNeeds(Command):
    """Record what a returnee needs. The list replaces the one recorded before."""

    needs: tuple[Need, ...] = Field(
        min_length=1, max_length=12, description="Needs, the most pressing first."
    )
    occupation_wanted: OccupationWanted | None = Field(
        None, description="Occupation that the returnee looks for."
    )
    province_wanted: Province | None = Field(None, description="Province where the returnee wants to work.")


class RecordCounsellingSession(Command):
    """Record that a counsellor and a returnee met."""

    minutes: int = Field(ge=1, le=600, description="Length in minutes.")
    counsellor: RecorderId | None = Field(
        None,
        description="Pseudonymous id of the counsellor; if absent, the counsellor who records the session.",
    )
    next_contact_on: Day | None = Field(None, description="Day agreed for the next contact.")


class ReferForRecognition(Command):
    """Refer a returnee to the recognition of skills."""

    occupation: UnitGroup


class ProposeMatch(Command):
    """Propose a vacancy to a returnee, with the reasons."""

    vacancy_id: UUID = Field(description="The vacancy.")
    reasons: tuple[MatchReason, ...] = Field(
        min_length=1, max_length=7, description="The reasons why they match."
    )
    match_id: UUID | None = Field(None, description="Your own id for the match; generated if absent.")


class _OnOffer(Command):
    """A command with the offer of its vacancy, read before the decision; None if no such vacancy is registered."""

    offer: Offer | None = None

    @property
    def counts(self) -> Mapping[UUID, int]:
        """The count of the places taken of the vacancy."""
        return {} if self.offer is None else {self.offer.vacancy_id: self.offer.version}


class ProposeOffer(_OnOffer, ProposeMatch):
    """The same command with the offer of the vacancy."""


class AcceptMatch(Command):
    """Record that the returnee accepted a match."""

    match_id: UUID = Field(description="The match.")


class AcceptOffer(_OnOffer, AcceptMatch):
    """The same command with the offer of the match's vacancy."""


class DeclineMatch(Command):
    """Record that the returnee or the employer declined a match."""

    match_id: UUID = Field(description="The match.")
    reason: DeclineReason = Field(description="The reason.")


class RecordPlacement(Command):
    """Record that a returnee started a new job in Cambodia."""

    match_id: UUID | None = Field(None, description="The match that led to the placement, if there was one.")
    employer_id: UUID | None = Field(
        None, description="The employer; if absent, that of the vacancy of the match, if there was one."
    )
    occupation: Occupation | None = Field(
        None, description="Occupation; if absent, that of the vacancy of the match, if there was one."
    )
    province: Province | None = Field(
        None, description="Province; if absent, that of the vacancy of the match, if there was one."
    )
    starts_on: Day = Field(description="First day of work.")


class FollowUpPlacement(Command):
    """Record how a returnee works 3, 6 or 12 months after the start of the new job."""

    months: Literal[3, 6, 12] = Field(description="Months after the first day of work.")
    work: WorkLater = Field(description="How the returnee works then.")


class RuleOutVacancy(Command):
    """Record that a vacancy is not suitable for a returnee, so that it is not offered again."""

    vacancy_id: UUID = Field(description="The vacancy.")
    reason: DeclineReason = Field(description="The reason.")


class MoveCase(Command):
    """Move a case to the counsellors of another province."""

    province: Province = Field(description="The province that is in charge from then on.")


class CloseCase(Command):
    """Close a case with its outcome."""

    outcome: ReintegrationOutcome = Field(description="The outcome.")


CaseCommand = (
    AssignCase
    | RecordNeeds
    | RecordCounsellingSession
    | ReferForRecognition
    | ProposeMatch
    | AcceptMatch
    | DeclineMatch
    | RecordPlacement
    | FollowUpPlacement
    | RuleOutVacancy
    | MoveCase
    | CloseCase
)
