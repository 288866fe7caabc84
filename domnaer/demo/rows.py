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
ReturnReason = Literal[
    "contract_completed", "contract_ended_early", "illness", "family", "dispute_with_employer", "mass_return"
]
WagePeriod = Literal["day", "month"]
Need = Literal["finding_a_job", "vocational_training", "wage_claim", "health_care", "credit", "documents"]
Urgency = Literal["routine", "urgent", "emergency"]
Mission = Literal["BKK", "KUL", "SEL", "TYO", "SGP"]


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """A recruitment agency licensed to send workers; `public` for the board that sends to Korea."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    name: str
    licence_number: str
    licensed_on: date
    kind: Literal["private", "public"]
    province: str
    destinations: tuple[str, ...]
    deposit_usd: int


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """An employer abroad, or in Cambodia if the country is KHM; `sector` is an ISIC Rev. 4 division."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    name: str
    country: str
    place: str
    sector: str


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """A vacancy in Cambodia; `occupation` is an ISCO-08 unit group, the wage is monthly."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    employer_id: UUID
    province: str
    sector: str
    occupation: str
    openings: int
    wage_usd: int
    closes_on: date


@dataclass(frozen=True, slots=True)
class EmploymentContractRow:
    """An employment contract between a worker and an employer abroad, signed before departure."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
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
class DepartureRow:
    """A departure through a checkpoint, with the documents shown there."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    person: DemoWorker
    checkpoint: str
    destination: str
    purpose: Literal["work"]
    contract_id: UUID


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return through a checkpoint, alone or on a lorry, with or without a family."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    person: DemoWorker
    checkpoint: str
    origin: str
    reason: ReturnReason
    vehicle_id: UUID | None = None
    family_id: UUID | None = None
    family_role: FamilyRole | None = None


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A handover of a lorry of deportees: the numbers announced and taken over."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    checkpoint: str
    authority: str
    place: str
    vehicle_id: UUID
    announced: int
    taken: int


@dataclass(frozen=True, slots=True)
class DeportedReturnRow:
    """One deportee of a handover."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    person: DemoWorker
    checkpoint: str
    origin: str
    handover_id: UUID
    vehicle_id: UUID
    days_detained: int
    family_id: UUID | None = None
    family_role: FamilyRole | None = None


@dataclass(frozen=True, slots=True)
class AssistanceAction:
    """One action of a mission in a case."""

    occurred_at: datetime
    action: str


@dataclass(frozen=True, slots=True)
class AssistanceRow:
    """A case at a mission abroad; without an outcome it was still open on the last day."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    person: DemoWorker
    mission: Mission
    country: str
    category: str
    urgency: Urgency
    contract_id: UUID | None
    actions: tuple[AssistanceAction, ...]
    outcome: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NeedsRow:
    """The needs that a returnee stated at the employment agency."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    return_id: UUID
    person: DemoWorker
    province: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class CounsellingRow:
    """A session with a counsellor."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    return_id: UUID
    person: DemoWorker
    needs_id: UUID
    minutes: int
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A vacancy proposed to a returnee, and the answer, or None before it."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    return_id: UUID
    person: DemoWorker
    needs_id: UUID
    vacancy_id: UUID
    answer: Literal["accepted", "declined"] | None
    answered_at: datetime | None
    decline_reason: Literal["wage", "place", "going_abroad_again", "vacancy_filled"] | None


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A placement of a returnee with an employer in Cambodia."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    return_id: UUID
    person: DemoWorker
    match_id: UUID
    vacancy_id: UUID
    employer_id: UUID
    starts_on: date
    wage_usd: int


@dataclass(frozen=True, slots=True)
class RecognitionRow:
    """An application for the recognition of skills learnt abroad; without a result it was still open."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    return_id: UUID
    person: DemoWorker
    occupation: str
    cqf_level: int
    assessed_at: datetime | None
    result: Literal["competent", "not_yet_competent"] | None


Row = (
    AgencyRow
    | EmployerRow
    | VacancyRow
    | EmploymentContractRow
    | DepartureRow
    | ReturnRow
    | HandoverRow
    | DeportedReturnRow
    | AssistanceRow
    | NeedsRow
    | CounsellingRow
    | MatchRow
    | PlacementRow
    | RecognitionRow
)
