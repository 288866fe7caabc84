"""The response models of reintegration: cases, vacancies and the ranking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.http.steps import Step
from chassis.store.decider import NATIONAL_DESK, record_of
from contracts.codes.employment import EmployerKind
from contracts.codes.money import Money
from contracts.codes.places import Province
from contracts.codes.reintegration import CaseMark, MatchReason, Need
from contracts.envelope import Event, Fact
from contracts.organisation import Organisation, organisation_of
from contracts.person import ClearPerson, Person
from contracts.reintegration import (
    HomeEmployerFact,
    ReintegrationCaseFact,
    ReintegrationCaseOpened,
    ReturnJoined,
)
from contracts.skills import Experience
from services.reintegration.domain.background import Background
from services.reintegration.domain.matching import Ranked
from services.reintegration.projections.employers import employer_now


class CaseRow(BaseModel):
    """A case in a list, without the person."""

    case_id: UUID
    return_event_id: UUID = Field(description="The return that opened the case.")
    about: str = Field(
        description="The crossing by which the worker came back, or the assistance case in which a mission states it."
    )
    returned_from: str
    deported: bool
    sex: int
    age_band: str
    home_province: str | None
    province: str | None = Field(
        description="Province whose counsellors are in charge: the home province, or else that of the post; null for the national"
        " desk."
    )
    opened_at: datetime = Field(description="When the worker came back.")
    recorded_at: datetime
    counsellor: str | None = Field(
        description="Pseudonymous id of the counsellor in charge; null if there is none."
    )
    needs: list[Need]
    occupation_wanted: str | None
    province_wanted: str | None
    sessions: int = Field(description="Counselling sessions held.")
    last_contact_at: datetime | None
    due_on: date | None = Field(
        description="Day of the next contact: as agreed, or else 14 days after the return or 30 after the last contact; null once closed."
    )
    overdue: bool = Field(description="Whether that day has passed in Asia/Phnom_Penh.")
    pending: int = Field(description="Matches that wait for an answer.")
    starts_on: date | None = Field(description="First day of the new job at home.")
    outcome: str | None
    closed_at: datetime | None
    mark: CaseMark | None = Field(
        description="Why a case on which counsellors worked no longer follows a returnee; null if it does. Nothing is due then."
    )

    @classmethod
    def of(cls, row: Mapping[str, Any], today: date) -> CaseRow:
        """Make the answer from a row of the read model."""
        return cls(**_case(row, today))


class CaseStep(Step):
    """An event recorded in a case, corrections applied."""

    facts: ReintegrationCaseFact
    person: Person | None = Field(description="The returnee as recorded at the border, and remarks as typed.")


class CaseReturn(BaseModel):
    """A return that a case follows."""

    event_id: UUID
    about: str = Field(
        description="The crossing, or the assistance case in which a mission states the return."
    )
    returned_at: datetime
    returned_from: str
    deported: bool


class RecognisedSkill(BaseModel):
    """A recognition of skills."""

    application: str
    occupation: str
    level: int = Field(description="Level of Cambodia's Qualifications Framework, 1 to 8.")


class HomeEmployerRow(Organisation):
    """An employer in Cambodia, as it is after the last change."""

    employer_id: UUID
    kind: EmployerKind
    province: str
    sector: str | None
    contact: str | None = Field(description="The person to ask for, as written.")
    registered_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, standing: Sequence[Event[Any]]) -> Self:
        """Make the answer from the valid events of an employer."""
        first, latest = standing[0], employer_now(standing)
        words = latest.person.words if isinstance(latest.person, ClearPerson) else {}
        return cls(
            **dict(organisation_of(latest.person)),
            employer_id=record_of(first.stream),
            kind=latest.facts.kind,
            province=latest.facts.province,
            sector=latest.facts.sector,
            contact=words.get("contact"),
            registered_at=first.occurred_at,
            recorded_at=first.recorded_at,
        )


class HomeEmployerStep(Step):
    """The registration or a change of an employer, corrections applied."""

    facts: HomeEmployerFact
    person: Person | None = Field(description="Phone, and in words name, address, contact and remarks.")


class HomeEmployerView(HomeEmployerRow):
    """An employer in Cambodia with its registration and changes."""

    steps: list[HomeEmployerStep]


class HomeEmployerSearch(BaseModel):
    """A search for employers in Cambodia. It is a POST, so that no name appears in a URL; all that is given must fit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(
        None,
        max_length=200,
        description="Words of the name, or their beginnings of three letters or more, in either script.",
    )
    province: Province | None = None
    kind: EmployerKind | None = None


class CaseView(CaseRow):
    """A case with the returnee, their experience and its recorded events."""

    number: str | None = Field(description="The worker's number, if the registry has published it.")
    person: Person | None = Field(description="The returnee, as recorded at the border.")
    returns: list[CaseReturn] = Field(description="The returns that the case follows, the earliest first.")
    work: list[Experience] = Field(
        description="Work abroad, verified or supported, as known when the case is read, the latest first."
    )
    skills: list[RecognisedSkill]
    applied_for: list[str] = Field(description="Occupations of applications for recognition under way.")
    employers: list[HomeEmployerRow] = Field(
        description="The records of the employers that placements name, as far as they are registered."
    )
    steps: list[CaseStep] = Field(description="In the order of their recording.")

    @classmethod
    def of_steps(
        cls,
        row: Mapping[str, Any],
        steps: Sequence[Event[Fact]],
        number: str | None,
        background: Background,
        employers: Iterable[HomeEmployerRow],
        today: date,
    ) -> CaseView:
        """Make the answer from a row of the read model and the events of the case, corrections and voids applied."""
        opening = next(event for event in steps if isinstance(event.facts, ReintegrationCaseOpened))
        return cls.model_validate(
            {
                **_case(row, today),
                "number": number,
                "person": opening.person,
                "returns": returns_in(steps),
                "work": list(background.work),
                "skills": [asdict(skill) for skill in background.skills],
                "applied_for": list(background.applied_for),
                "employers": list(employers),
                "steps": [CaseStep.of(event) for event in steps],
            }
        )


def returns_in(steps: Iterable[Event[Fact]]) -> list[CaseReturn]:
    """Return the returns that a case follows, from its events, corrections and voids applied."""
    found = [
        CaseReturn(
            event_id=event.facts.return_event_id,
            about=event.facts.about,
            returned_at=event.occurred_at,
            returned_from=event.facts.returned_from,
            deported=event.facts.deported,
        )
        for event in steps
        if isinstance(event.facts, ReintegrationCaseOpened | ReturnJoined)
    ]
    return sorted(found, key=lambda each: (each.returned_at, each.event_id))


class VacancyRow(BaseModel):
    """A vacancy at home."""

    SORT: ClassVar[tuple[type, ...]] = (datetime, UUID)

    vacancy_id: UUID
    employer_id: UUID
    employer: HomeEmployerRow | None = Field(description="The employer's record; null if none is registered.")
    occupation: str
    sector: str
    province: str
    wage: Money
    wage_period: str
    places: int
    taken: int = Field(description="Places taken by matches that returnees accepted.")
    open_until: date | None
    registered_at: datetime
    closed_at: datetime | None = Field(description="When it was closed; null if it was not.")
    closed_for: str | None = Field(description="Why it was closed.")

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> VacancyRow:
        """Make the answer from a row of the read model."""
        return cls(**_vacancy(row))


class RankedVacancy(VacancyRow):
    """A vacancy that fits a returnee, with the reasons."""

    points: int = Field(description="A higher number is a better match.")
    reasons: list[MatchReason]
    distance: int | None = Field(
        description="Between its occupation and the nearest that the returnee has or wants: 0 the same, 1 the same minor"
        " group of ISCO-08, 2 the same sub-major group; null where none is near."
    )

    @classmethod
    def of_rank(cls, ranked: Ranked, row: Mapping[str, Any]) -> RankedVacancy:
        """Make the answer from a rank and the row of its vacancy."""
        return cls(
            **_vacancy(row), points=ranked.points, reasons=list(ranked.reasons), distance=ranked.distance
        )


def _case(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    known = {name: value for name, value in row.items() if name in CaseRow.model_fields}
    due_on: date | None = row["due_on"]
    province = None if row["province"] == NATIONAL_DESK else row["province"]
    return {
        **known,
        "province": province,
        "needs": row["needs"].split(),
        "overdue": due_on is not None and due_on < today,
    }


def _vacancy(row: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in row.items() if name in VacancyRow.model_fields}
    return {**known, "wage": Money(amount=row["wage_amount"], currency=row["wage_currency"])}
