"""Uploads of history for reintegration and skills, from the return on; a case is named by its return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from domnaer.demo import wording
from domnaer.demo.lines import Stage, Upload, act, later
from domnaer.demo.moments import LAST_MOMENT
from domnaer.demo.rows import CounsellingRow, MatchRow, NeedsRow, PlacementRow, RecognitionRow, VacancyRow

Vacancies = Mapping[UUID, VacancyRow]


def needs(rows: Sequence[NeedsRow]) -> Iterator[Upload]:
    """Yield the needs of returnees and the assignments of their cases."""
    lines = [
        {
            **act(row, keeps_id=False),
            "return_event_id": row.return_id,
            "needs": [wording.NEEDS[need] for need in row.needs],
            "province_wanted": row.province,
        }
        for row in rows
    ]
    yield Upload("/reintegration/returns/needs/bulk", lines, rows, Stage.CASES)
    assigned = [
        later(row, row.occurred_at)
        | {"return_event_id": row.return_id, "counsellor": wording.COUNSELLORS[row.province]}
        for row in rows
        if row.province in wording.COUNSELLORS
    ]
    yield Upload("/reintegration/returns/assignments/bulk", assigned, stage=Stage.CASES)


def counselling(rows: Sequence[CounsellingRow]) -> Iterator[Upload]:
    """Counselling sessions."""
    lines = []
    for row in rows:
        line = act(row, keeps_id=False) | {"return_event_id": row.return_id, "minutes": row.minutes}
        line["words"] = {"advice": ", ".join(advice.replace("_", " ") for advice in row.advice).capitalize()}
        if row.person.home_province in wording.COUNSELLORS:
            line["counsellor"] = wording.COUNSELLORS[row.person.home_province]
        lines.append(line)
    yield Upload("/reintegration/returns/sessions/bulk", lines, rows, Stage.CASES)


def recognitions(rows: Sequence[RecognitionRow]) -> Iterator[Upload]:
    """Yield the referrals, by which applications open, and the assessments and recognitions."""
    referrals = [act(row) | {"return_event_id": row.return_id, "occupation": row.occupation} for row in rows]
    yield Upload("/reintegration/returns/referrals/bulk", referrals, rows, Stage.REFERRALS)
    booked, decided, recognised = [], [], []
    for row in rows:
        if row.assessed_at is None or row.result is None:
            continue
        of = {"referral_event_id": row.id}
        booked.append(
            later(row, row.occurred_at + timedelta(days=1))
            | of
            | {"method": "practical_test", "on": row.assessed_at.date(), "province": row.person.home_province}
        )
        decision = later(row, row.assessed_at) | of | {"result": row.result}
        if row.result == "not_yet_competent":
            decision["appeal_until"] = row.assessed_at.date() + timedelta(days=30)
        elif (next_day := row.assessed_at + timedelta(days=1)) <= LAST_MOMENT:
            recognised.append(later(row, next_day) | of | {"level": row.cqf_level})
        decided.append(decision)
    yield Upload("/skills/referrals/assessments/bulk", booked, stage=Stage.APPLICATIONS)
    yield Upload("/skills/referrals/decisions/bulk", decided, stage=Stage.APPLICATIONS)
    yield Upload("/skills/referrals/recognitions/bulk", recognised, stage=Stage.APPLICATIONS)


def vacancies(rows: Sequence[VacancyRow]) -> Iterator[Upload]:
    """Yield the vacancies in Cambodia."""
    lines = [
        {
            **act(row),
            "employer_id": row.employer_id,
            "occupation": row.occupation,
            "sector": row.sector,
            "province": row.province,
            "wage": {"amount": str(row.wage_usd), "currency": "USD"},
            "wage_period": "month",
            "places": row.openings,
            "open_until": row.closes_on,
        }
        for row in rows
    ]
    yield Upload("/reintegration/vacancies/bulk", lines, rows)


def matches(rows: Sequence[MatchRow], offered: Vacancies) -> Iterator[Upload]:
    """Yield the proposed matches and their answers."""
    proposed = [
        {
            **act(row, keeps_id=False),
            "return_event_id": row.return_id,
            "match_id": row.id,
            "vacancy_id": row.vacancy_id,
            "reasons": _reasons(row, offered),
        }
        for row in rows
    ]
    yield Upload("/reintegration/returns/matches/bulk", proposed, rows, Stage.CASES)
    for answer, path in (("accepted", "acceptances"), ("declined", "declines")):
        lines = []
        for row in rows:
            if row.answer == answer and row.answered_at is not None:
                line = later(row, row.answered_at)
                line |= {"return_event_id": row.return_id, "match_id": row.id}
                if row.decline_reason is not None:
                    line["reason"] = wording.DECLINED[row.decline_reason]
                lines.append(line)
        yield Upload(f"/reintegration/returns/{path}/bulk", lines, stage=Stage.CASES)


def _reasons(row: MatchRow, offered: Vacancies) -> list[str]:
    at_home = offered[row.vacancy_id].province == row.person.home_province
    return ["home_province", "wage_wanted"] if at_home else ["wage_wanted"]


def placements(rows: Sequence[PlacementRow], offered: Vacancies) -> Iterator[Upload]:
    """Yield the placements, and the closings of the cases a month later."""
    lines, closings = [], []
    for row in rows:
        vacancy = offered[row.vacancy_id]
        lines.append(
            {
                **act(row, keeps_id=False),
                "return_event_id": row.return_id,
                "match_id": row.match_id,
                "employer_id": row.employer_id,
                "occupation": vacancy.occupation,
                "province": vacancy.province,
                "starts_on": row.starts_on,
            }
        )
        followed_up = row.occurred_at + timedelta(days=30)
        if followed_up <= LAST_MOMENT:
            closings.append(later(row, followed_up) | {"return_event_id": row.return_id, "outcome": "placed"})
    # Cases are closed last, since a referral needs an open case.
    yield Upload("/reintegration/returns/placements/bulk", lines, rows, Stage.CASES)
    yield Upload("/reintegration/returns/closings/bulk", closings, stage=Stage.APPLICATIONS)
