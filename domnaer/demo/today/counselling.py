"""Counselling in the provinces of the demo's counsellors: vacancies of named employers, and new jobs to follow up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from domnaer.demo import wording
from domnaer.demo.employers import employers
from domnaer.demo.lines import Line, Stage, Upload, person_line, words_about
from domnaer.demo.mass_return import POIPET
from domnaer.demo.moments import chance
from domnaer.demo.rows import EmployerRow
from domnaer.demo.today.people import TODAY, Newcomers, on_day, record
from services.reintegration.domain.follow_up import FOLLOW_UPS, months_later

VACANCIES_EACH: Final = 6
"""Open vacancies in each province."""
_WORK: Final = {
    "14": ("8153", 165), "41": ("9313", 170), "56": ("9412", 130), "10": ("8160", 140), "01": ("9211", 120),
    "49": ("8332", 210), "55": ("5131", 145),
}  # fmt: skip
"""The occupation and the monthly wage in US dollars of each sector."""
_PLACED: Final = ((3, -6), (3, 0), (3, 4), (6, -2), (6, 3), (12, -1))
"""Months after which a new job is to be followed up, and the day on which it is, counted from today."""


def uploads() -> Iterator[Upload]:
    """Yield the open vacancies, and returnees who started a job 3, 6 or 12 months ago."""
    rng = chance("counselling today")
    newcomers = Newcomers("counselling", rng)
    vacancies: list[Line] = []
    returns: list[Line] = []
    stages: dict[str, list[Line]] = {"needs": [], "assignments": [], "placements": [], "follow-ups": []}
    for province, counsellor in wording.COUNSELLORS.items():
        at_home = _employers(province)
        for number in range(VACANCIES_EACH):
            employer = at_home[number % len(at_home)]
            occupation, wage = _WORK[employer.sector]
            vacancies.append(
                record(on_day(-2 - 3 * number, 10, number), rng)
                | {
                    "employer_id": employer.id,
                    "occupation": occupation,
                    "sector": employer.sector,
                    "province": province,
                    "wage": {"amount": str(wage + 5 * number), "currency": "USD"},
                    "wage_period": "month",
                    "places": 2 + number % 4,
                    "open_until": TODAY + timedelta(days=20 + 5 * number),
                }
            )
        for number, (months, due) in enumerate(_PLACED):
            starts_on = months_later(TODAY + timedelta(days=due), -months)
            days = (starts_on - TODAY).days
            person = newcomers.person(home=province)
            back = record(on_day(days - 40, 9, number), rng) | {
                "person": person_line(person),
                "words": words_about(person),
                "checkpoint": POIPET,
                "vehicle": "bus",
                "kind": "return",
                "returned_from": "THA",
                "reason": "contract_completed",
            }
            returns.append(back)
            case = {"return_event_id": back["id"]}
            stages["needs"].append(
                record(on_day(days - 30, 9, number))
                | case
                | {"needs": ["finding_a_job"], "province_wanted": province}
            )
            stages["assignments"].append(
                record(on_day(days - 30, 10, number)) | case | {"counsellor": counsellor}
            )
            stages["placements"].append(
                _placement(days, number, starts_on, at_home[number % len(at_home)]) | case
            )
            stages["follow-ups"] += [
                record(on_day(days + 31 * done, 11, number)) | case | {"months": done, "work": "same_job"}
                for done in FOLLOW_UPS
                if done < months
            ]
    yield Upload("/reintegration/vacancies/bulk", vacancies)
    yield Upload("/border/crossings/bulk", returns)
    for name, lines in stages.items():
        yield Upload(f"/reintegration/returns/{name}/bulk", lines, stage=Stage.CASES)


def _employers(province: str) -> list[EmployerRow]:
    return [each for each in employers() if each.country == "KHM" and each.place == province]


def _placement(days: int, number: int, starts_on: date, employer: EmployerRow) -> Line:
    return record(on_day(days - 3, 10, number)) | {
        "employer_id": employer.id,
        "occupation": _WORK[employer.sector][0],
        "province": employer.place,
        "starts_on": starts_on,
    }
