"""Rows of the replayed history: one dataclass for each kind of record, in the order of a journey.

Every row has a stable `id` (a UUIDv7 with the time of the occurrence), `occurred_at` and `recorded_at`. Rows refer to
each other by these ids. A `person` holds what that office recorded: the documents shown there and its spelling of the
name.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from domnaer.demo.people import DemoWorker

FamilyRole = Literal["head", "spouse", "child"]
Role = Literal["worker", "dependant", "child"]
Companion = Literal["mother", "father", "nobody"]
ReturnReason = Literal[
    "contract_completed",
    "contract_ended_early",
    "illness",
    "family",
    "dispute_with_employer",
    "mass_return",
    "remains",
]
WagePeriod = Literal["day", "month"]
Need = Literal["finding_a_job", "vocational_training", "wage_claim", "health_care", "credit", "documents"]
Urgency = Literal["routine", "urgent", "emergency"]
Mission = Literal["BKK", "KUL", "SEL", "TYO", "SGP"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The fields that every row has."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AgencyRow(Recorded):
    """A recruitment agency licensed to send workers; `public` for the board that sends to Korea."""

    name: str
    licence_number: str
    licensed_on: date
    kind: Literal["private", "public"]
    province: str
    destinations: tuple[str, ...]
    deposit_usd: int


@dataclass(frozen=True, slots=True)
class EmployerRow(Recorded):
    """An employer abroad, or in Cambodia if the country is KHM; `sector` is an ISIC Rev. 4 division."""

    name: str
    country: str
    place: str
    sector: str


@dataclass(frozen=True, slots=True)
class WorkplaceRow(Recorded):
    """A workplace of an employer abroad that is not at the employer's own address."""

    employer_id: UUID
    name: str
    country: str
    place: str


@dataclass(frozen=True, slots=True)
class VacancyRow(Recorded):
    """A vacancy in Cambodia; `occupation` is an ISCO-08 unit group, the wage is monthly."""

    employer_id: UUID
    province: str
    sector: str
    occupation: str
    openings: int
    wage_usd: int
    closes_on: date


@dataclass(frozen=True, slots=True)
class EmploymentContractRow(Recorded):
    """An employment contract between a worker and an employer abroad, signed before departure."""

    person: DemoWorker
    agency_id: UUID
    employer_id: UUID
    destination: str
    sector: str
    occupation: str
    wage_amount: int
    wage_currency: str
    wage_period: WagePeriod
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class DepartureRow(Recorded):
    """A departure through a checkpoint, with the documents shown there."""

    person: DemoWorker
    checkpoint: str
    destination: str
    purpose: Literal["work"]
    contract_id: UUID


@dataclass(frozen=True, slots=True)
class ReturnRow(Recorded):
    """A return through a checkpoint, alone or on a lorry, with or without a family; `adult_crossing` is that of a parent."""

    person: DemoWorker
    checkpoint: str
    origin: str
    reason: ReturnReason
    vehicle_id: UUID | None = None
    family_id: UUID | None = None
    family_role: FamilyRole | None = None
    role: Role = "worker"
    accompanied_by: Companion | None = None
    adult_crossing: UUID | None = None


@dataclass(frozen=True, slots=True)
class HandoverRow(Recorded):
    """A handover of a lorry of deportees: the numbers announced and taken over."""

    checkpoint: str
    authority: str
    place: str
    vehicle_id: UUID
    announced: int
    taken: int


@dataclass(frozen=True, slots=True)
class DeportedReturnRow(Recorded):
    """One deportee of a handover."""

    person: DemoWorker
    checkpoint: str
    origin: str
    handover_id: UUID
    vehicle_id: UUID
    days_detained: int
    family_id: UUID | None = None
    family_role: FamilyRole | None = None
    role: Role = "worker"
    accompanied_by: Companion | None = None
    adult_crossing: UUID | None = None


@dataclass(frozen=True, slots=True)
class AssistanceAction:
    """One action of a mission in a case; it saw the worker in `worker_in`, if it met the worker."""

    occurred_at: datetime
    action: str
    worker_in: str | None = None


@dataclass(frozen=True, slots=True)
class Death:
    """A death of which a mission learnt when a case was opened."""

    died_on: date
    cause: str


@dataclass(frozen=True, slots=True)
class AssistanceRow(Recorded):
    """A case at a mission abroad; without an outcome it was still open on the last day.

    `worker_in` is the country in which the worker was, if whoever reported the matter knew it.
    """

    person: DemoWorker
    mission: Mission
    country: str
    category: str
    urgency: Urgency
    contract_id: UUID | None
    reported_by: str
    worker_in: str | None
    death: Death | None
    actions: tuple[AssistanceAction, ...]
    outcome: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PermitRow(Recorded):
    """A card of a Thai one-stop centre, issued to a worker without a valid contract, with its end if it lapsed early."""

    person: DemoWorker
    mission: Mission
    country: str
    valid_until: date
    lapsed_at: datetime | None
    lapse_reason: Literal["left_employer", "revoked"] | None


@dataclass(frozen=True, slots=True)
class NeedsRow(Recorded):
    """The needs that a returnee stated at the employment agency."""

    return_id: UUID
    person: DemoWorker
    province: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class CounsellingRow(Recorded):
    """A session with a counsellor."""

    return_id: UUID
    person: DemoWorker
    needs_id: UUID
    minutes: int
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchRow(Recorded):
    """A vacancy proposed to a returnee, and the answer, or None before it."""

    return_id: UUID
    person: DemoWorker
    needs_id: UUID
    vacancy_id: UUID
    answer: Literal["accepted", "declined"] | None
    answered_at: datetime | None
    decline_reason: Literal["wage", "place", "going_abroad_again", "vacancy_filled"] | None


@dataclass(frozen=True, slots=True)
class PlacementRow(Recorded):
    """A placement of a returnee with an employer in Cambodia."""

    return_id: UUID
    person: DemoWorker
    match_id: UUID
    vacancy_id: UUID
    employer_id: UUID
    starts_on: date
    wage_usd: int


@dataclass(frozen=True, slots=True)
class RecognitionRow(Recorded):
    """An application for the recognition of skills learnt abroad; without a result it was still open."""

    return_id: UUID
    person: DemoWorker
    occupation: str
    cqf_level: int
    assessed_at: datetime | None
    result: Literal["competent", "not_yet_competent"] | None


Row = (
    AgencyRow
    | EmployerRow
    | WorkplaceRow
    | VacancyRow
    | EmploymentContractRow
    | DepartureRow
    | ReturnRow
    | HandoverRow
    | DeportedReturnRow
    | AssistanceRow
    | PermitRow
    | NeedsRow
    | CounsellingRow
    | MatchRow
    | PlacementRow
    | RecognitionRow
)
