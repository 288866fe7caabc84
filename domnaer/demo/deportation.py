"""Deportees of 2015, handed over at Poipet lorry by lorry and month by month."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from domnaer.demo import people
from domnaer.demo.lorries import Heads, Load, Serials, even_loads, fill
from domnaer.demo.mass_return import POIPET, irregular_people_of
from domnaer.demo.moments import between, chance, id_at, midnight, pick, written_down
from domnaer.demo.people import DemoWorker, Document
from domnaer.demo.published import FEMALE, MALE, Sex, deportations
from domnaer.demo.rows import DeportedReturnRow, HandoverRow
from domnaer.demo.scaling import scale_table

SERIALS_FROM: Final = 2_000_000
# Deportees per lorry if the source lacks the number of lorries (November).
A_LORRY: Final = 43
_AUTHORITIES: Final = (
    ("Immigration Division, Sa Kaeo", "Ban Khlong Luek bridge"),
    ("Immigration Division, Sa Kaeo", "Ban Khlong Luek bridge"),
    ("Immigration Checkpoint, Aranyaprathet", "Ban Khlong Luek immigration yard"),
)
# Share of deportees of 2015 who had already come back in June 2014.
_MET_BEFORE: Final = date(2014, 6, 16)
_SHARE_MET_BEFORE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Month:
    """The deportees of a month, and their number of lorries."""

    first_day: date
    load: Load
    lorries: int


def months(scale: int) -> list[Month]:
    """Return the plan of the year; the cells add up to the scaled figures, the lorries to the scaled transfers."""
    table = scale_table(
        {
            (f.month, kind): count
            for f in deportations()
            for kind, count in (("men", f.men), ("women", f.women), ("boys", f.boys), ("girls", f.girls))
        },
        scale,
    )
    lorries = scale_table({f.month: f.transfers for f in deportations() if f.transfers is not None}, scale)
    plan = []
    for f in deportations():
        load = Load(*(table[f.month, kind] for kind in ("men", "women", "boys", "girls")))
        plan.append(Month(f.month, load, max(1, lorries.get(f.month, round(load.persons / A_LORRY)))))
    return plan


def handovers(scale: int) -> Iterator[HandoverRow | DeportedReturnRow]:
    """Yield each handover, followed by its deportees."""
    met_before = {sex: _people_met_before(scale, sex) for sex in (MALE, FEMALE)}
    serials = Serials(SERIALS_FROM)
    for month in months(scale):
        yield from _handovers_of(month, serials, met_before)


def _people_met_before(scale: int, sex: Sex) -> Iterator[DemoWorker]:
    for person in irregular_people_of(scale, _MET_BEFORE, POIPET):
        if person.sex == sex and not person.relatives:
            yield person


def _papers(rng: Random, who: int) -> tuple[Document, ...]:
    luck = rng.random()
    if luck < 0.08:
        return (people.pink_card(who),)
    if luck < 0.13:
        return (people.travel_document(who),)
    return people.papers_of_the_irregular(rng, who)


def _handovers_of(
    month: Month, serials: Serials, met_before: dict[Sex, Iterator[DemoWorker]]
) -> Iterator[HandoverRow | DeportedReturnRow]:
    rng = chance(f"deportation {month.first_day}")
    who_comes = chance(f"met before among deportation {month.first_day}")

    def seated(newcomer: DemoWorker) -> DemoWorker:
        person = next(met_before[newcomer.sex], None) if who_comes.random() < _SHARE_MET_BEFORE else None
        return people.seen_again(person, who_comes, person.documents) if person else newcomer

    days = monthrange(month.first_day.year, month.first_day.month)[1]
    for number, load in enumerate(even_loads(month.load, month.lorries)):
        day = midnight(month.first_day) + timedelta(days=int(number * days / month.lorries))
        at = day + timedelta(seconds=between(rng, 9 * 3_600, 17 * 3_600))
        authority, place = pick(rng, _AUTHORITIES)
        miscounted = pick(rng, (-2, -1, 1, 1, 2, 3)) if rng.random() < 0.12 else 0
        handover = HandoverRow(
            id_at(at, rng),
            at,
            written_down(at, rng),
            POIPET,
            authority,
            place,
            id_at(at, rng),
            max(0, load.persons + miscounted),
            load.persons,
        )
        yield handover
        heads = Heads()
        for seat, aboard in enumerate(fill(load, at, rng, serials, _papers, seated)):
            taken_at = at + timedelta(seconds=20 * seat)
            crossing = id_at(taken_at, rng)
            yield DeportedReturnRow(
                crossing,
                taken_at,
                written_down(taken_at, rng, 0.85),
                aboard.person,
                POIPET,
                "THA",
                handover.id,
                handover.vehicle_id,
                between(rng, 1, 30),
                aboard.family_id,
                aboard.family_role,
                aboard.role,
                aboard.accompanied_by,
                heads.of(aboard, crossing),
            )
