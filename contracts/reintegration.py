"""The facts of the National Employment Agency: a returnee's needs, counselling, matches and new job at home."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from contracts.codes.employment import EmployerKind
from contracts.codes.money import Money, WagePeriod
from contracts.codes.places import Country, Province
from contracts.codes.reintegration import (
    CaseMark,
    DeclineReason,
    MatchReason,
    Need,
    ReintegrationOutcome,
    VacancyEnd,
    WorkLater,
)
from contracts.codes.work import Occupation, OccupationWanted, Sector, UnitGroup
from contracts.envelope import Correction, Fact, PersonFact, RecorderId, Restated, StreamName, Voiding
from contracts.times import Day

TOPIC = "domnaer.reintegration.v1"


class ReintegrationCaseOpened(PersonFact):
    """A reintegration case opened because a worker came back."""

    wire: ClassVar[str] = "domnaer.reintegration.reintegration_case_opened.v1"
    fixed: ClassVar[frozenset[str]] = frozenset({"about", "return_event_id"})
    about: StreamName = Field(
        description="The crossing by which the worker came back, or the assistance case in which a mission states it."
    )
    return_event_id: UUID = Field(description="The event of the return that led to this case.")
    province: Province | None = Field(
        None,
        description="Province whose counsellors are in charge: the home province, or else that of the post; absent for the "
        "national desk.",
    )
    returned_from: Country
    deported: bool = Field(description="Whether the worker was deported.")


class ReintegrationCaseAssigned(Fact):
    """A reintegration case was given to a counsellor."""

    wire: ClassVar[str] = "domnaer.reintegration.reintegration_case_assigned.v1"
    counsellor: RecorderId | None = Field(
        None,
        description="Pseudonymous id of the counsellor in charge; null if there is none.",
    )


class NeedsRecorded(Fact):
    """A counsellor recorded the needs of a returnee; the complete list."""

    wire: ClassVar[str] = "domnaer.reintegration.needs_recorded.v1"
    needs: tuple[Need, ...] = Field(min_length=1, description="Needs, the most pressing first.")
    occupation_wanted: OccupationWanted | None = Field(
        None, description="Occupation that the returnee looks for."
    )
    province_wanted: Province | None = Field(None, description="Province where the returnee wants to work.")


class CounsellingSessionHeld(Fact):
    """A counsellor and a returnee met."""

    wire: ClassVar[str] = "domnaer.reintegration.counselling_session_held.v1"
    minutes: int = Field(ge=1, le=600, description="Length in minutes.")
    counsellor: RecorderId | None = Field(None, description="Pseudonymous id of the counsellor.")
    next_contact_on: Day | None = Field(None, description="Day agreed for the next contact.")


class ReferredForRecognition(Fact):
    """A counsellor referred a returnee to the recognition of skills."""

    wire: ClassVar[str] = "domnaer.reintegration.referred_for_recognition.v1"
    occupation: UnitGroup


class HomeEmployerRegistered(Fact):
    """An employer in Cambodia was registered. Name, address and phone are in the person block."""

    wire: ClassVar[str] = "domnaer.reintegration.home_employer_registered.v1"
    one_person: ClassVar[bool] = False
    kind: EmployerKind = Field(description="The kind of employer.")
    province: Province
    sector: Sector | None = Field(None, description="Sector, ISIC Rev. 4, if it is known.")


class HomeEmployerChanged(Fact):
    """The record of an employer in Cambodia changed; all of it, with name, address, phone and contact in the person block."""

    wire: ClassVar[str] = "domnaer.reintegration.home_employer_changed.v1"
    one_person: ClassVar[bool] = False
    kind: EmployerKind = Field(description="The kind of employer.")
    province: Province
    sector: Sector | None = Field(None, description="Sector, ISIC Rev. 4, if it is known.")


class ReturnJoined(Fact):
    """A further return of the same worker joined an open reintegration case."""

    wire: ClassVar[str] = "domnaer.reintegration.return_joined.v1"
    fixed: ClassVar[frozenset[str]] = frozenset({"about", "return_event_id"})
    about: StreamName = Field(
        description="The crossing by which the worker came back, or the assistance case in which a mission states it."
    )
    return_event_id: UUID = Field(description="The event of that return.")
    returned_from: Country
    deported: bool = Field(description="Whether the worker was deported.")


class ReintegrationCaseMarked(Fact):
    """A reintegration case on which counsellors worked no longer follows a returnee; nothing is due on it any more."""

    wire: ClassVar[str] = "domnaer.reintegration.reintegration_case_marked.v1"
    fixed: ClassVar[frozenset[str]] = frozenset({"event_id"})
    mark: CaseMark = Field(description="The reason.")
    event_id: UUID | None = Field(
        None, description="The event that is the reason, such as the departure; absent if none is."
    )


class _VacancyTerms(Fact):
    one_person: ClassVar[bool] = False
    has_person: ClassVar[bool] = False
    occupation: UnitGroup
    sector: Sector
    province: Province
    wage: Money = Field(description="Wage for one period, with its currency.")
    wage_period: WagePeriod = Field(description="The period that the wage is paid for.")
    places: int = Field(ge=1, le=10_000, description="Places to fill.")
    open_until: Day | None = Field(None, description="Last day to apply.")


class VacancyRegistered(_VacancyTerms):
    """An employer in Cambodia looks for workers."""

    wire: ClassVar[str] = "domnaer.reintegration.vacancy_registered.v1"
    employer_id: UUID = Field(description="The employer; its record has name and address.")


class VacancyChanged(_VacancyTerms):
    """An employer in Cambodia changed what a vacancy offers; all of it, as it is from then on."""

    wire: ClassVar[str] = "domnaer.reintegration.vacancy_changed.v1"


class VacancyClosed(Fact):
    """A vacancy was closed: nobody else can apply."""

    wire: ClassVar[str] = "domnaer.reintegration.vacancy_closed.v1"
    one_person: ClassVar[bool] = False
    has_person: ClassVar[bool] = False
    reason: VacancyEnd = Field(description="The reason.")


class MatchProposed(Fact):
    """A vacancy was proposed to a returnee, with the reasons."""

    wire: ClassVar[str] = "domnaer.reintegration.match_proposed.v1"
    match_id: UUID = Field(description="The match.")
    vacancy_id: UUID = Field(description="The vacancy.")
    reasons: tuple[MatchReason, ...] = Field(min_length=1, description="The reasons why they match.")


class MatchAccepted(Fact):
    """The returnee accepted a match."""

    wire: ClassVar[str] = "domnaer.reintegration.match_accepted.v1"
    match_id: UUID = Field(description="The match.")


class MatchDeclined(Fact):
    """The returnee or the employer declined a match."""

    wire: ClassVar[str] = "domnaer.reintegration.match_declined.v1"
    match_id: UUID = Field(description="The match.")
    reason: DeclineReason = Field(description="The reason.")


class WorkerPlaced(Fact):
    """A returnee started a new job at home."""

    wire: ClassVar[str] = "domnaer.reintegration.worker_placed.v1"
    match_id: UUID | None = Field(None, description="The match it came from, where there was one.")
    employer_id: UUID | None = Field(None, description="The employer; its record has name and address.")
    occupation: Occupation
    province: Province
    starts_on: Day = Field(description="First day of work.")


class PlacementFollowedUp(Fact):
    """A counsellor asked how a returnee works 3, 6 or 12 months after the start of the new job."""

    wire: ClassVar[str] = "domnaer.reintegration.placement_followed_up.v1"
    months: int = Field(ge=1, le=60, description="Months after the first day of work.")
    work: WorkLater = Field(description="How the returnee works then.")


class VacancyRuledOut(Fact):
    """A counsellor found a vacancy not suitable for a returnee: it is not offered again."""

    wire: ClassVar[str] = "domnaer.reintegration.vacancy_ruled_out.v1"
    vacancy_id: UUID = Field(description="The vacancy.")
    reason: DeclineReason = Field(description="The reason.")


class ReintegrationCaseMoved(Fact):
    """A reintegration case moved to the counsellors of another province; none of them is in charge yet."""

    wire: ClassVar[str] = "domnaer.reintegration.reintegration_case_moved.v1"
    province: Province


class ReintegrationCaseClosed(Fact):
    """A reintegration case was closed."""

    wire: ClassVar[str] = "domnaer.reintegration.reintegration_case_closed.v1"
    outcome: ReintegrationOutcome = Field(description="The outcome.")


ReintegrationCaseFact: TypeAlias = (
    ReintegrationCaseOpened
    | ReintegrationCaseAssigned
    | NeedsRecorded
    | CounsellingSessionHeld
    | ReferredForRecognition
    | MatchProposed
    | MatchAccepted
    | MatchDeclined
    | WorkerPlaced
    | ReturnJoined
    | ReintegrationCaseMarked
    | PlacementFollowedUp
    | VacancyRuledOut
    | ReintegrationCaseMoved
    | ReintegrationCaseClosed
)
"""The facts of a reintegration case's stream, without corrections and voids."""
VacancyFact: TypeAlias = VacancyRegistered | VacancyChanged | VacancyClosed
"""The facts of a vacancy's stream, without corrections and voids."""
HomeEmployerFact: TypeAlias = HomeEmployerRegistered | HomeEmployerChanged
"""The facts of an employer's stream, without corrections and voids."""
ReintegrationFact: TypeAlias = ReintegrationCaseFact | VacancyFact | HomeEmployerFact
"""All facts of reintegration, without corrections and voids."""


class EventVoided(Voiding):
    """A reintegration event never happened, or not to this person."""

    wire: ClassVar[str] = "domnaer.reintegration.event_voided.v1"


class EventCorrected(Correction):
    """A reintegration event happened differently than recorded."""

    wire: ClassVar[str] = "domnaer.reintegration.event_corrected.v1"
    restated: Annotated[
        Restated[Literal["domnaer.reintegration.reintegration_case_opened.v1"], ReintegrationCaseOpened]
        | Restated[Literal["domnaer.reintegration.reintegration_case_assigned.v1"], ReintegrationCaseAssigned]
        | Restated[Literal["domnaer.reintegration.needs_recorded.v1"], NeedsRecorded]
        | Restated[Literal["domnaer.reintegration.counselling_session_held.v1"], CounsellingSessionHeld]
        | Restated[Literal["domnaer.reintegration.referred_for_recognition.v1"], ReferredForRecognition]
        | Restated[Literal["domnaer.reintegration.vacancy_registered.v1"], VacancyRegistered]
        | Restated[Literal["domnaer.reintegration.vacancy_changed.v1"], VacancyChanged]
        | Restated[Literal["domnaer.reintegration.vacancy_closed.v1"], VacancyClosed]
        | Restated[Literal["domnaer.reintegration.match_proposed.v1"], MatchProposed]
        | Restated[Literal["domnaer.reintegration.match_accepted.v1"], MatchAccepted]
        | Restated[Literal["domnaer.reintegration.match_declined.v1"], MatchDeclined]
        | Restated[Literal["domnaer.reintegration.worker_placed.v1"], WorkerPlaced]
        | Restated[Literal["domnaer.reintegration.return_joined.v1"], ReturnJoined]
        | Restated[Literal["domnaer.reintegration.reintegration_case_marked.v1"], ReintegrationCaseMarked]
        | Restated[Literal["domnaer.reintegration.placement_followed_up.v1"], PlacementFollowedUp]
        | Restated[Literal["domnaer.reintegration.vacancy_ruled_out.v1"], VacancyRuledOut]
        | Restated[Literal["domnaer.reintegration.reintegration_case_moved.v1"], ReintegrationCaseMoved]
        | Restated[Literal["domnaer.reintegration.home_employer_registered.v1"], HomeEmployerRegistered]
        | Restated[Literal["domnaer.reintegration.home_employer_changed.v1"], HomeEmployerChanged]
        | Restated[Literal["domnaer.reintegration.reintegration_case_closed.v1"], ReintegrationCaseClosed],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
