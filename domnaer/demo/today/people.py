"""The people of today's work, and the fields about time that their records have."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from contracts.times import PHNOM_PENH
from domnaer.demo import people
from domnaer.demo.lines import Line
from domnaer.demo.moments import id_at
from domnaer.demo.people import DemoWorker, Document
from domnaer.demo.published import FEMALE, MALE, Sex, last_day

TODAY: Final = last_day()
_SERIALS_FROM: Final = {
    "review": 3_000_000,
    "border": 3_010_000,
    "mission": 3_020_000,
    "counselling": 3_030_000,
    "border yesterday": 3_040_000,
}
_WITH_PHONES_FROM: Final = 15
"""Years of age from which a person may have a phone."""


class Newcomers:
    """Generates people whom the published history does not have; each desk has its own."""

    def __init__(self, desk: str, rng: Random) -> None:
        self._rng = rng
        self._next = _SERIALS_FROM[desk]

    def person(
        self,
        *,
        sex: Sex | None = None,
        age: int | None = None,
        home: str | None = None,
        kinds: tuple[str, ...] = ("passport",),
    ) -> DemoWorker:
        """Return a person with documents of these kinds; one aged ``age`` had the birthday in January."""
        who, rng = self._next, self._rng
        self._next += 1
        sex = sex or (MALE if rng.random() < 0.6 else FEMALE)
        born = people.born_for(rng, TODAY.year) if age is None else TODAY.year - age
        documents = tuple(_document(kind, who) for kind in kinds)
        found = people.person(rng, who, sex, born, documents, phones=0.7)
        birth = found.birth if age is None else people.Birth(date(born, 1, 1 + who % 28), "day")
        return DemoWorker(
            who,
            found.name,
            sex,
            birth,
            home or found.home_province,
            found.phone if age is None or age >= _WITH_PHONES_FROM else None,
            found.documents,
        )


def _document(kind: str, who: int) -> Document:
    match kind:
        case "passport":
            return people.passport_of(who, TODAY.year - 2)
        case "border_pass":
            return people.border_pass(who)
        case "pink_card":
            return people.pink_card(who)
        case "worker_card":
            return people.worker_card(who)
        case "national_id":
            return people.national_id(who)
        case _:
            return people.travel_document(who)


def on_day(days: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of the day so many days after today, or before it for a negative number."""
    return datetime.combine(TODAY + timedelta(days=days), time(hour, minute), PHNOM_PENH)


def record(at: datetime, rng: Random | None = None) -> Line:
    """Return the fields about time of a record written down four minutes later; with ``rng`` the record has an id."""
    line: dict[str, Any] = {"occurred_at": at, "recorded_at": at + timedelta(minutes=4), "how": "migrated"}
    if rng is not None:
        line["id"] = id_at(at, rng)
    return line
