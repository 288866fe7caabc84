"""The words with which the counsellor's pages show cases and vacancies: codes become titles, which are message ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chassis.exports.columns import Column, name_in
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.employment import EmployerKind
from contracts.codes.money import WagePeriod
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.codes.reintegration import CaseMark, Need, ReintegrationOutcome, VacancyEnd
from contracts.codes.skills import WorkProof
from contracts.codes.work import OCCUPATIONS, SECTORS
from contracts.envelope import Event, Fact
from contracts.skills import Experience
from services.reintegration.domain.background import Background
from services.reintegration.domain.follow_up import months_asked
from services.reintegration.domain.matching import Ranked
from services.reintegration.schemas import HomeEmployerRow, returns_in

OPEN = N_("Open")
TERMS = (
    "occupation",
    "sector",
    "province",
    "wage_amount",
    "wage_currency",
    "wage_period",
    "places",
    "open_until",
)
"""The columns of a vacancy that its form shows."""


def case_shown(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return a case as the templates show it, codes replaced by message ids."""
    due_on: date | None = row["due_on"]
    return {
        "id": row["case_id"],
        "returned_from": COUNTRIES[row["returned_from"]],
        "deported": row["deported"],
        "opened_at": row["opened_at"],
        "came_back_on": row["came_back_on"],
        "waited_days": 0 if due_on is None else max(0, (today - row["waits_since"]).days),
        "by_mission": row["about"].startswith("assistance-case-"),
        "sex": Sex(row["sex"]).title_en,
        "age_band": row["age_band"],
        "home": _province(row["home_province"]),
        "counsellor": row["counsellor"],
        "needs": [Need(need).title_en for need in row["needs"].split()],
        "need_codes": row["needs"].split(),
        "occupation_wanted": _occupation(row["occupation_wanted"]),
        "province_wanted": _province(row["province_wanted"]),
        "wanted_codes": (row["occupation_wanted"] or "", row["province_wanted"] or ""),
        "sessions": row["sessions"],
        "last_contact_at": row["last_contact_at"],
        "due_on": due_on,
        "late_days": max(0, (today - due_on).days) if due_on is not None else 0,
        "pending": row["pending"],
        "follow_up_on": row["follow_up_on"],
        "follow_up_due": row["follow_up_on"] is not None and row["follow_up_on"] <= today,
        "follow_up_months": row["follow_up_on"]
        and months_asked(row["starts_on"], row["followed_months"], today),
        "starts_on": row["starts_on"],
        "outcome": None if row["outcome"] is None else ReintegrationOutcome(row["outcome"]).title_en,
        "closed_at": row["closed_at"],
        "mark": None if row["mark"] is None else CaseMark(row["mark"]).title_en,
        "person": row.get("person"),
    }


def vacancy_shown(row: Mapping[str, Any], today: date | None = None) -> dict[str, Any]:
    """Return a vacancy as the templates show it; with ``today`` also its state."""
    return {
        "state": None if today is None else _state(row, today),
        "open": today is not None and _state(row, today) == OPEN,
        "closed_at": row["closed_at"],
        "closed_for": None if row["closed_for"] is None else VacancyEnd(row["closed_for"]).title_en,
        "employer_id": row["employer_id"],
        "places": row["places"],
        "taken": row["taken"],
        "registered_at": row["registered_at"],
        "codes": {name: row[name] for name in TERMS},
        "id": row["vacancy_id"],
        "occupation": OCCUPATIONS[row["occupation"]],
        "sector": SECTORS[row["sector"]],
        "province": _province(row["province"]),
        "wage": row["wage_amount"],
        "currency": row["wage_currency"],
        "period": WagePeriod(row["wage_period"]).title_en,
        "employer": row["employer"] and employer_name(row["employer"]),
        "left": row["places"] - row["taken"],
        "open_until": row["open_until"],
    }


def _state(row: Mapping[str, Any], today: date) -> str:
    if row["closed_at"] is not None:
        return N_("Closed")
    if row["open_until"] is not None and row["open_until"] < today:
        return N_("The last day has passed")
    return N_("Filled") if row["taken"] >= row["places"] else OPEN


def employer_shown(employer: HomeEmployerRow) -> dict[str, Any]:
    """Return an employer as the templates show it."""
    return {
        **dict(employer),
        "title": employer_name(employer),
        "kind_title": employer.kind.title_en,
        "province_name": _province(employer.province),
        "sector_title": None if employer.sector is None else SECTORS[employer.sector],
    }


def employer_name(employer: HomeEmployerRow) -> str:
    """Return the name of an employer in both scripts, as far as it is known."""
    return " ".join(name for name in (employer.name_khmer, employer.name_latin) if name)


def ranking_shown(ranking: Sequence[tuple[Ranked, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the ranked vacancies as the templates show them, each with its reasons."""
    return [
        {**vacancy_shown(row), "points": ranked.points, "reasons": ranked.reasons} for ranked, row in ranking
    ]


def background_shown(background: Background) -> dict[str, Any]:
    """Return work and skills as the templates show them."""
    return {
        "work": work_shown(background.work),
        "skills": [
            {
                "occupation": OCCUPATIONS[skill.occupation],
                "level": int(skill.level),
                "title": skill.level.title_en,
            }
            for skill in background.skills
        ],
        "applied_for": [OCCUPATIONS[occupation] for occupation in background.applied_for],
    }


def referrals_shown(referred_for: Iterable[str], background: Background) -> list[dict[str, Any]]:
    """Return the referrals to the recognition of skills as the templates show them, with what became of each."""
    recognised = {skill.occupation: int(skill.level) for skill in background.skills}
    applications = {each.occupation: each for each in background.applications}
    return [
        {
            "occupation": OCCUPATIONS[occupation],
            "level": recognised.get(occupation),
            "application": applications.get(occupation),
        }
        for occupation in referred_for
    ]


def returns_shown(steps: Iterable[Event[Fact]]) -> list[dict[str, Any]]:
    """Return the returns that a case follows as the templates show them."""
    return [
        {"at": each.returned_at, "country": COUNTRIES[each.returned_from], "deported": each.deported}
        for each in returns_in(steps)
    ]


def work_shown(works: Iterable[Experience]) -> list[dict[str, Any]]:
    """Return work abroad as the templates show it."""
    return [
        {
            "proof": work.proof.title_en,
            "verified": work.proof is WorkProof.VERIFIED,
            "country": COUNTRIES[work.destination],
            "occupation": _occupation(work.occupation),
            "sector": None if work.sector is None else SECTORS[work.sector],
            "started_on": work.started_on,
            "ended_on": work.ended_on,
            "at_most_on": work.at_most_on,
        }
        for work in works
    ]


def _province(code: str | None) -> tuple[str, str] | None:
    return None if code is None else PROVINCES[code]


def _occupation(code: str | None) -> str | None:
    return None if code is None else OCCUPATIONS[code]


CASES_LIST = ExportedList(
    "reintegration-cases",
    N_("Returnees"),
    (
        Column(N_("Case"), "case_id"),
        Column(N_("Name in Khmer script"), name_in("khmer")),
        Column(N_("Name in Latin script"), name_in("latin")),
        Column(N_("Sex"), "sex", Sex),
        Column(N_("Age"), "age_band"),
        Column(N_("Home"), "home_province", PROVINCES),
        Column(N_("Came back"), "opened_at", time=True),
        Column(N_("Returned from"), "returned_from", COUNTRIES),
        Column(N_("Deported"), "deported"),
        Column(N_("Needs"), lambda row: row["needs"].split(), Need),
        Column(N_("Work looked for"), "occupation_wanted", OCCUPATIONS),
        Column(N_("Province looked for"), "province_wanted", PROVINCES),
        Column(N_("In charge"), "counsellor", officers=True),
        Column(N_("Sessions"), "sessions"),
        Column(N_("Last contact"), "last_contact_at", time=True),
        Column(N_("Next contact"), "due_on"),
        Column(N_("First day of work"), "starts_on"),
        Column(N_("Mark"), "mark", CaseMark),
        Column(N_("Closed"), "closed_at", time=True),
        Column(N_("How it ended"), "outcome", ReintegrationOutcome),
    ),
)
VACANCIES_LIST = ExportedList(
    "vacancies",
    N_("Vacancies"),
    (
        Column(N_("Vacancy"), "vacancy_id"),
        Column(N_("Employer"), lambda row: row["employer"] and employer_name(row["employer"])),
        Column(N_("Work"), "occupation", OCCUPATIONS),
        Column(N_("Sector"), "sector", SECTORS),
        Column(N_("Province"), "province", PROVINCES),
        Column(N_("Wage"), "wage_amount"),
        Column(N_("Currency"), "wage_currency"),
        Column(N_("Paid for"), "wage_period", WagePeriod),
        Column(N_("Places"), "places"),
        Column(N_("Taken"), "taken"),
        Column(N_("Last day to apply"), "open_until"),
        Column(N_("Registered"), "registered_at", time=True),
        Column(N_("Closed"), "closed_at", time=True),
        Column(N_("Why it was closed"), "closed_for", VacancyEnd),
    ),
)
EMPLOYERS_LIST = ExportedList(
    "employers-at-home",
    N_("Employers in Cambodia"),
    (
        Column(N_("Employer"), "employer_id"),
        Column(N_("Name in Khmer script"), "name_khmer"),
        Column(N_("Name in Latin script"), "name_latin"),
        Column(N_("Kind"), "kind", EmployerKind),
        Column(N_("Province"), "province", PROVINCES),
        Column(N_("Sector"), "sector", SECTORS),
        Column(N_("Address"), "address"),
        Column(N_("Phone"), "phone"),
        Column(N_("Person to ask for"), "contact"),
        Column(N_("Registered"), "registered_at", time=True),
    ),
)
