"""The day at Poipet: the returns of yesterday, the traffic of the morning, a lorry that was counted, and one that is announced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from domnaer.demo.lines import Line, Upload, person_line, words_about
from domnaer.demo.mass_return import POIPET
from domnaer.demo.moments import chance, id_at
from domnaer.demo.people import DemoWorker
from domnaer.demo.published import FEMALE
from domnaer.demo.today.people import Newcomers, on_day, record

ANNOUNCED: Final = 38
"""Persons announced for the lorry of today."""
_BROUGHT: Final = 11
_ANNOUNCED_EARLIER: Final = 12
_OUT: Final = (
    ("trade", "border_pass"), ("trade", "border_pass"), ("medical", "border_pass"), ("visit", "passport"),
    ("trade", "border_pass"), ("family", "passport"), ("trade", "border_pass"), ("study", "passport"),
)  # fmt: skip
_FOR_WORK: Final = (
    ("day_work", "border_pass", "border_pass"), ("work", "passport", "direct"), ("day_work", "border_pass", "border_pass"),
    ("day_work", "border_pass", "border_pass"), ("work", "pink_card", "regularised_abroad"),
    ("day_work", "border_pass", "border_pass"),
)  # fmt: skip
_BACK: Final = (
    ("contract_completed", "passport"), ("visit_home", "pink_card"), ("illness_or_injury", "passport"),
    ("employer_closed", "pink_card"), ("family", "passport"), ("contract_ended_early", "travel_document"),
)  # fmt: skip
_BACK_YESTERDAY: Final = (
    ("contract_completed", "passport", "01"), ("employer_closed", "pink_card", "02"), ("contract_ended_early", "passport", "01"),
    ("family", "passport", "17"), ("illness_or_injury", "passport", "02"), ("visit_home", "pink_card", "04"),
)  # fmt: skip


def uploads() -> Iterator[Upload]:
    """Yield the crossings since the morning and some of yesterday, and both handovers."""
    rng = chance("today at the border post")
    newcomers = Newcomers("border", rng)
    earlier, lorry = (
        _handover(on_day(0, 7, 10), _ANNOUNCED_EARLIER, rng),
        _handover(on_day(0, 8, 30), ANNOUNCED, rng),
    )
    yield Upload("/border/handovers/bulk", [earlier, lorry])
    crossings = [*_traffic(newcomers, rng), *_family(newcomers, rng), *_deported(earlier, newcomers, rng)]
    yield Upload("/border/crossings/bulk", crossings)
    yield Upload("/border/crossings/bulk", list(_yesterday()))
    count = record(on_day(0, 7, 50)) | {"handover_id": earlier["id"], "count_taken": _BROUGHT, "children": 1}
    yield Upload("/border/handovers/counts/bulk", [count])


def _handover(at: datetime, announced: int, rng: Random) -> Line:
    return record(at, rng) | {
        "checkpoint": POIPET,
        "handed_over_by": "THA",
        "authority": "immigration",
        "vehicle": "lorry",
        "vehicle_id": id_at(at, rng),
        "count_announced": announced,
    }


def _crossing(at: datetime, person: DemoWorker, rng: Random) -> Line:
    return record(at, rng) | {
        "person": person_line(person),
        "words": words_about(person),
        "checkpoint": POIPET,
        "vehicle": "on_foot",
    }


def _traffic(newcomers: Newcomers, rng: Random) -> Iterator[Line]:
    opening = on_day(0, 5, 32)
    for number, (purpose, document) in enumerate(_OUT):
        line = _crossing(opening + timedelta(minutes=11 * number), newcomers.person(kinds=(document,)), rng)
        yield line | {"kind": "other", "direction": "out", "country": "THA", "purpose": purpose}
    for number, (purpose, document, channel) in enumerate(_FOR_WORK):
        line = _crossing(
            opening + timedelta(minutes=4 + 13 * number), newcomers.person(kinds=(document,)), rng
        )
        yield line | {"kind": "departure", "destination": "THA", "purpose": purpose, "channel": channel}
    for number, (reason, document) in enumerate(_BACK):
        line = _crossing(
            opening + timedelta(minutes=7 + 17 * number), newcomers.person(kinds=(document,)), rng
        )
        yield line | {"kind": "return", "returned_from": "THA", "reason": reason, "vehicle": "bus"}


def _yesterday() -> Iterator[Line]:
    rng = chance("yesterday at the border post")
    newcomers = Newcomers("border yesterday", rng)
    for number, (reason, document, home) in enumerate(_BACK_YESTERDAY):
        person = newcomers.person(home=home, kinds=(document,))
        line = _crossing(on_day(-1, 14) + timedelta(minutes=23 * number), person, rng)
        yield line | {"kind": "return", "returned_from": "THA", "reason": reason, "vehicle": "bus"}


def _family(newcomers: Newcomers, rng: Random) -> Iterator[Line]:
    """Yield the return of a mother with two children."""
    at = on_day(0, 6, 41)
    mother = newcomers.person(sex=FEMALE, age=31)
    head = _crossing(at, mother, rng)
    common = {"kind": "return", "returned_from": "THA", "reason": "family", "family_id": id_at(at, rng)}
    yield head | common
    for minutes, age in ((1, 9), (2, 4)):
        child = newcomers.person(age=age, home=mother.home_province, kinds=())
        yield (
            _crossing(at + timedelta(minutes=minutes), child, rng)
            | common
            | {
                "role": "child",
                "accompanied_by": "mother",
                "adult_crossing": head["id"],
            }
        )


def _deported(handover: Line, newcomers: Newcomers, rng: Random) -> Iterator[Line]:
    """Yield the persons of the handover that was counted, a child alone among them."""
    for seat in range(_BROUGHT):
        alone = seat == _BROUGHT - 1
        person = newcomers.person(age=15 if alone else None, kinds=("border_pass",) if seat % 4 == 1 else ())
        line = _crossing(handover["occurred_at"] + timedelta(minutes=10 + 2 * seat), person, rng)
        line |= {
            "kind": "deported_return",
            "returned_from": "THA",
            "authority": "immigration",
            "ground": "irregular_stay" if seat % 3 else "irregular_entry",
            "handover_id": handover["id"],
            "vehicle": "lorry",
            "vehicle_id": handover["vehicle_id"],
        }
        if alone:
            line |= {"role": "child", "accompanied_by": "nobody", "unaccompanied_minor": True}
        yield line
