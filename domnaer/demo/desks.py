"""Services after the return: needs, counselling, matches, placements, and recognition of skills.

The shares of needs are those of the 667 returnees interviewed in 2014. The share of one adult in ten who comes to the
employment agency, and everything that follows, is invented.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from domnaer.demo import people
from domnaer.demo.moments import LAST_MOMENT, between, chance, id_at, in_daytime, midnight, pick, written_down
from domnaer.demo.published import survey_share
from domnaer.demo.rows import (
    CounsellingRow,
    DeportedReturnRow,
    MatchRow,
    Need,
    NeedsRow,
    PlacementRow,
    RecognitionRow,
    ReturnRow,
    VacancyRow,
)

DeskRow = NeedsRow | CounsellingRow | MatchRow | PlacementRow | RecognitionRow

GROWN_UP: Final = 18
SHARE_AT_A_DESK: Final = 0.10
SHARE_COUNSELLED: Final = 0.7
SHARE_MATCHED: Final = 0.5
SHARE_RECOGNITION: Final = 0.02
_OTHER_NEEDS: Final[tuple[Need, ...]] = ("wage_claim", "health_care", "credit", "documents")
_ADVICE: Final = ("job_search", "training_offer", "regular_migration", "wage_claim", "small_business")
_SKILLS: Final = (("7112", 2), ("7212", 2), ("8153", 1), ("8160", 1), ("9412", 1), ("8332", 1))


class ReturneeDesks:
    """The employment agency and the skills assessors: their returnees, and the openings that are left."""

    def __init__(self, vacancies: list[VacancyRow]) -> None:
        self._rng = chance("desks")
        self._returned: set[tuple[str, str]] = set()
        self._left = {vacancy.id: vacancy.openings for vacancy in vacancies}
        self._by_month: dict[tuple[int, int], list[VacancyRow]] = {}
        for vacancy in vacancies:
            at = vacancy.occurred_at
            self._by_month.setdefault((at.year, at.month), []).append(vacancy)
        self._job = survey_share("most needed: help in finding a job")
        self._training = survey_share("most needed: vocational training")

    def after(self, back: ReturnRow | DeportedReturnRow) -> Iterator[DeskRow]:
        """Yield the rows that follow a return, up to the last day replayed."""
        rng = self._rng
        young = back.occurred_at.year - back.person.birth.on.year <= GROWN_UP
        shown = {(each.kind, each.number) for each in back.person.documents}
        again = not shown.isdisjoint(self._returned)  # a further return joins the case of the first
        self._returned |= shown
        if rng.random() >= SHARE_AT_A_DESK or young or again or back.role != "worker":
            return
        at = self._later(back.occurred_at, 2, 45)
        if at > LAST_MOMENT:
            return
        needs: tuple[Need, ...] = ()
        if rng.random() < self._job:
            needs += ("finding_a_job",)
        if rng.random() < self._training:
            needs += ("vocational_training",)
        if not needs or rng.random() < 0.25:
            needs += (pick(rng, _OTHER_NEEDS),)
        person = people.seen_again(back.person, rng, back.person.documents)
        asked = NeedsRow(
            id_at(at, rng), at, written_down(at, rng), back.id, person, person.home_province, needs
        )
        yield asked
        if rng.random() < SHARE_COUNSELLED:
            counselled_at = self._later(at, 0, 21)
            if counselled_at <= LAST_MOMENT:
                yield CounsellingRow(
                    id_at(counselled_at, rng),
                    counselled_at,
                    written_down(counselled_at, rng),
                    back.id,
                    person,
                    asked.id,
                    15 * between(rng, 1, 5),
                    (pick(rng, _ADVICE),),
                )
        if "finding_a_job" in needs and rng.random() < SHARE_MATCHED:
            yield from self._match(asked)
        if rng.random() < SHARE_RECOGNITION:
            yield from self._recognition(asked)

    def _later(self, at: datetime, least: int, most: int) -> datetime:
        """Return a time some days later, or at least an hour later on the same day."""
        days = between(self._rng, least, most)
        if days == 0:
            return at + timedelta(seconds=between(self._rng, 3_600, 3 * 3_600))
        return in_daytime(midnight(at.date()) + timedelta(days=days), self._rng)

    def _match(self, asked: NeedsRow) -> Iterator[MatchRow | PlacementRow]:
        rng = self._rng
        at = self._later(asked.occurred_at, 1, 60)
        on_offer = self._by_month.get((at.year, at.month), [])
        on_offer = [vacancy for vacancy in on_offer if vacancy.occurred_at < at]
        if at > LAST_MOMENT or not on_offer:
            return
        vacancy = pick(rng, on_offer)
        answered_at = self._later(at, 1, 14)
        luck = rng.random()
        accepted = luck < 0.55 and self._left[vacancy.id] > 0
        pending = luck >= 0.95 or answered_at > LAST_MOMENT
        row = MatchRow(
            id=id_at(at, rng),
            occurred_at=at,
            recorded_at=written_down(at, rng),
            return_id=asked.return_id,
            person=asked.person,
            needs_id=asked.id,
            vacancy_id=vacancy.id,
            answer=None if pending else "accepted" if accepted else "declined",
            answered_at=None if pending else answered_at,
            decline_reason=None
            if pending or accepted
            else "vacancy_filled"
            if luck < 0.55
            else pick(rng, ("wage", "wage", "place", "going_abroad_again")),
        )
        yield row
        if row.answer == "accepted":
            self._left[vacancy.id] -= 1
            yield from self._placement(row, vacancy, answered_at)

    def _placement(self, row: MatchRow, vacancy: VacancyRow, accepted_at: datetime) -> Iterator[PlacementRow]:
        rng = self._rng
        at = self._later(accepted_at, 1, 20)
        if at > LAST_MOMENT or rng.random() >= 0.85:
            return
        starts_on: date = at.date()
        yield PlacementRow(
            id_at(at, rng),
            at,
            written_down(at, rng),
            row.return_id,
            row.person,
            row.id,
            vacancy.id,
            vacancy.employer_id,
            starts_on,
            vacancy.wage_usd,
        )

    def _recognition(self, asked: NeedsRow) -> Iterator[RecognitionRow]:
        rng = self._rng
        at = self._later(asked.occurred_at, 5, 90)
        if at > LAST_MOMENT:
            return
        occupation, level = pick(rng, _SKILLS)
        assessed_at = self._later(at, 10, 60)
        assessed = assessed_at <= LAST_MOMENT and rng.random() < 0.8
        yield RecognitionRow(
            id=id_at(at, rng),
            occurred_at=at,
            recorded_at=written_down(at, rng),
            return_id=asked.return_id,
            person=asked.person,
            occupation=occupation,
            cqf_level=level,
            assessed_at=assessed_at if assessed else None,
            result=None if not assessed else "competent" if rng.random() < 0.75 else "not_yet_competent",
        )
