"""The commands on an assistance case at a mission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    Consent,
    Contact,
    DeathCause,
    LegalStatus,
    ReferralOffice,
    ReportedBy,
    Urgency,
)
from contracts.codes.missions import MissionCode
from contracts.codes.places import Country
from contracts.codes.recording import BirthPrecision
from contracts.command import Command, PersonCommand
from contracts.envelope import RecorderId, StreamName
from contracts.times import Day


class OpenAssistanceCase(PersonCommand):
    """A worker, or another person for the worker, asks a mission for help."""

    mission: MissionCode
    country: Country | None = Field(
        None, description="The country that the case concerns; the mission's own country if absent."
    )
    worker_in: Country | None = Field(
        None, description="The country in which the worker is; absent if it is not known."
    )
    reported_by: ReportedBy = Field(ReportedBy.NOT_STATED, description="Who reported the matter.")
    category: AssistanceCategory = Field(description="The subject of the assistance.")
    urgency: Urgency = Field(Urgency.ROUTINE, description="The urgency of the next step.")
    status_abroad: LegalStatus = Field(
        LegalStatus.NOT_KNOWN, description="Legal status in the country, as stated."
    )
    due_on: Day | None = Field(
        None,
        description="Day by which the next step is due; if absent, it follows from the urgency: life_in_danger the same "
        "day, urgent the next, soon within 7 days, routine within 30.",
    )
    attache: RecorderId | None = Field(
        None, description="Pseudonymous id of the attaché in charge; none if absent."
    )
    about: StreamName | None = Field(None, description="The record that led to the case, if there is one.")
    restricted_to: tuple[RecorderId, ...] = Field(
        (),
        max_length=49,
        description="Pseudonymous ids of the people who may see the case, besides the attaché in charge and the person who "
        "opens it; empty if everybody whose reach covers it may.",
    )


class IdentifyCaller(PersonCommand):
    """The person of a case, unidentified before, becomes known."""

    about: StreamName | None = Field(None, description="A record of the same person, if one is known.")


class LogAssistanceAction(Command):
    """Something was done for the worker."""

    action: AssistanceAction = Field(description="The action.")
    with_whom: Contact = Field(Contact.NOT_STATED, description="With whom the mission had contact.")
    worker_in: Country | None = Field(
        None,
        description="The country in which the worker is, as the action showed; absent if it showed nothing.",
    )
    referred_to: ReferralOffice | None = Field(
        None, description="The office to which the person is referred; for the action referral."
    )
    consent: Consent | None = Field(
        None, description="How the person consented to the referral; needed if it names an office."
    )
    due_on: Day | None = Field(
        None,
        description="Day by which the next step is due, as a due date set with the action; absent if it stays as it is.",
    )

    @model_validator(mode="after")
    def _referral(self) -> LogAssistanceAction:
        if (self.referred_to or self.consent) and self.action is not AssistanceAction.REFERRAL:
            raise ValueError("referred_to and consent are for the action referral")
        return self


class RecordWorkerDeath(Command):
    """The mission learnt that the worker died; the time of the occurrence is when it learnt it."""

    died_on: Day = Field(
        description="Day of the death; the first possible day if it is known to the month or year."
    )
    day_precision: BirthPrecision = Field(BirthPrecision.DAY, description="The precision of that day.")
    died_in: Country | None = Field(
        None, description="The country in which the worker died; absent if it is not known."
    )
    cause: DeathCause = Field(DeathCause.NOT_KNOWN, description="The cause, as stated.")

    @classmethod
    def restated(cls, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of the command that recorded facts: they call the precision of the day ``precision``."""
        return super().restated(facts) | {"day_precision": facts["precision"]}


class SetAssistanceDueDate(Command):
    """The attaché sets the day by which the next step is due."""

    due_on: Day | None = Field(description="The day; null if nothing is due any more.")
    urgency: Urgency | None = Field(
        None, description="The urgency of the next step from now on; absent if it stays as it is."
    )


class HandOverAssistanceCase(Command):
    """The case passes to an attaché or to another mission."""

    to_attache: RecorderId | None = Field(None, description="Pseudonymous id of the attaché who takes it.")
    to_mission: MissionCode | None = Field(
        None, description="The mission that takes the case, if it changes."
    )
    instead_of: RecorderId | None = Field(
        None,
        description="The attaché whom the caller knows to be in charge; null for nobody. If another one is in charge by now,"
        " the command is refused; if it is absent, whoever is in charge is replaced.",
    )

    @model_validator(mode="after")
    def _to_somebody(self) -> HandOverAssistanceCase:
        if self.to_attache is None and self.to_mission is None:
            raise ValueError("name the attaché or the mission that takes the case: to_attache or to_mission")
        return self


class RestrictAssistanceCase(Command):
    """The case becomes visible to named people only, or again to everybody whose reach covers it."""

    restricted_to: tuple[RecorderId, ...] = Field(
        examples=[["attache-bangkok"]],
        max_length=49,
        description="Pseudonymous ids of the people who may see the case, besides the attaché in charge and the person who "
        "restricts it; empty if everybody whose reach covers it may.",
    )


class CloseAssistanceCase(Command):
    """The case comes to its end."""

    outcome: AssistanceOutcome = Field(description="The outcome.")


Asked = (
    OpenAssistanceCase
    | IdentifyCaller
    | LogAssistanceAction
    | RecordWorkerDeath
    | SetAssistanceDueDate
    | HandOverAssistanceCase
    | RestrictAssistanceCase
    | CloseAssistanceCase
)
"""The commands on a case."""
