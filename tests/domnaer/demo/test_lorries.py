"""People on lorries: the mass return of June 2014 and the deportations of 2015."""

from collections import Counter, defaultdict
from datetime import date
from statistics import mean
from uuid import UUID

import pytest

from domnaer.demo import deportation, mass_return, published
from domnaer.demo.lorries import Load, even_loads
from domnaer.demo.published import FEMALE
from domnaer.demo.rows import (
    DepartureRow,
    DeportedReturnRow,
    EmploymentContractRow,
    HandoverRow,
    ReturnRow,
    Row,
)


def fled(rows: list[Row]) -> list[ReturnRow]:
    return [row for row in rows if isinstance(row, ReturnRow) and row.reason == "mass_return"]


def is_child(row: ReturnRow | DeportedReturnRow) -> bool:
    return row.occurred_at.year - row.person.birth.on.year < 18


def test_the_full_plan_of_june_equals_what_was_published_by_the_twentieth() -> None:
    plan = mass_return.arrivals(1)
    by_then = [a for a in plan if a.day <= date(2014, 6, 20)]
    poipet = [a.load for a in by_then if a.checkpoint == "KH-POI"]
    others = [a.load for a in by_then if a.checkpoint != "KH-POI"]
    for loads, figure in zip((poipet, others), published.mass_return(), strict=True):
        assert sum(load.persons for load in loads) == figure.persons
        assert sum(load.women + load.girls for load in loads) == figure.female
        assert sum(load.boys + load.girls for load in loads) == figure.children
    assert sum(a.load.persons for a in plan) == 250_000
    busiest = next(a for a in plan if (a.day, a.checkpoint) == (date(2014, 6, 13), "KH-POI"))
    assert busiest.load.persons == pytest.approx(37_744, abs=3)


def test_the_full_plan_of_deportations_equals_every_published_month() -> None:
    for month, figure in zip(deportation.months(1), published.deportations(), strict=True):
        load = month.load
        assert (load.men, load.women, load.boys, load.girls) == (
            figure.men,
            figure.women,
            figure.boys,
            figure.girls,
        )
        assert load.persons == figure.persons
        assert figure.transfers is None or month.lorries == figure.transfers


def test_loads_are_even_and_add_up() -> None:
    loads = list(even_loads(Load(1_000, 511, 37, 3), 16))
    assert [sum(getattr(load, kind) for load in loads) for kind in ("men", "women", "boys", "girls")] == [
        1_000,
        511,
        37,
        3,
    ]
    assert max(load.persons for load in loads) - min(load.persons for load in loads) <= 4


def test_the_replayed_people_are_those_of_the_plan(replayed: list[Row]) -> None:
    rows = fled(replayed)
    plan = [a.load for a in mass_return.arrivals(20)]
    assert len(rows) == sum(load.persons for load in plan) == 12_500
    assert sum(r.person.sex == FEMALE for r in rows) == sum(load.women + load.girls for load in plan)
    assert sum(is_child(r) for r in rows) == sum(load.boys + load.girls for load in plan)


def test_most_of_them_have_no_papers_and_no_known_departure(replayed: list[Row]) -> None:
    rows = fled(replayed)
    assert sum(not row.person.documents for row in rows) > 0.7 * len(rows)
    left = {row.person.who for row in replayed if isinstance(row, DepartureRow) and row.destination == "THA"}
    known = [row for row in rows if row.person.who in left]
    assert 0.02 < len(known) / len(rows) < 0.1
    with_contract = {row.person.who for row in replayed if isinstance(row, EmploymentContractRow)}
    assert all(row.person.who in with_contract for row in known)


def test_a_lorry_carries_about_a_hundred_through_one_post_on_one_day(replayed: list[Row]) -> None:
    lorries: dict[UUID, list[ReturnRow]] = defaultdict(list)
    for row in fled(replayed):
        assert row.vehicle_id is not None
        lorries[row.vehicle_id].append(row)
    assert max(map(len, lorries.values())) < 150
    assert mean(len(aboard) for aboard in lorries.values() if aboard[0].checkpoint == "KH-POI") > 80
    for aboard in lorries.values():
        assert len({(row.checkpoint, row.occurred_at.date()) for row in aboard}) == 1


def test_families_name_each_other_and_children_are_children(replayed: list[Row]) -> None:
    families: dict[UUID, list[ReturnRow | DeportedReturnRow]] = defaultdict(list)
    for row in replayed:
        if isinstance(row, ReturnRow | DeportedReturnRow) and row.family_id:
            families[row.family_id].append(row)
    assert len(families) > 1_000
    for family in families.values():
        members = {row.person.who for row in family}
        assert sum(row.family_role == "head" for row in family) == 1
        assert len({row.vehicle_id for row in family}) == 1
        parents = [row.person for row in family if row.family_role != "child"]
        for row in family:
            assert {relative.who for relative in row.person.relatives} == members - {row.person.who}
            assert (row.family_role == "child") == is_child(row)
            if row.family_role == "child":
                assert not row.person.phone
                assert all(row.person.birth.on.year - p.birth.on.year >= 16 for p in parents)


def test_a_child_names_the_parent_and_the_parents_crossing_or_nobody(replayed: list[Row]) -> None:
    crossings = {row.id: row for row in replayed if isinstance(row, ReturnRow | DeportedReturnRow)}
    children = [row for row in crossings.values() if is_child(row)]
    alone = [row for row in children if row.accompanied_by == "nobody"]
    assert 0 < len(alone) < len(children) / 10
    for child in children:
        assert child.role == "child"
        adult = None if child.adult_crossing is None else crossings[child.adult_crossing]
        if adult is None:
            assert (child.accompanied_by, child.family_id) == ("nobody", None)
        else:
            assert (adult.family_id, adult.family_role) == (child.family_id, "head")
            assert (child.accompanied_by == "mother") == (adult.person.sex == FEMALE)
    assert all(row.adult_crossing is None for row in crossings.values() if not is_child(row))


def test_some_parents_of_small_children_went_along_without_working(replayed: list[Row]) -> None:
    dependants = [row for row in fled(replayed) if row.role == "dependant"]
    assert 0 < len(dependants) < 0.05 * len(fled(replayed))
    assert {row.family_role for row in dependants} == {"spouse"}


def test_a_handover_says_how_many_were_announced_and_how_many_taken(replayed: list[Row]) -> None:
    handovers = [row for row in replayed if isinstance(row, HandoverRow)]
    taken = Counter(row.handover_id for row in replayed if isinstance(row, DeportedReturnRow))
    assert {h.id: h.taken for h in handovers} == taken
    assert 0 < sum(h.announced != h.taken for h in handovers) < len(handovers) / 3
    assert 30 < mean(h.taken for h in handovers) < 60
    months = Counter(h.occurred_at.month for h in handovers)
    assert months == {month.first_day.month: month.lorries for month in deportation.months(20)}


def test_some_deportees_had_come_back_the_year_before(replayed: list[Row]) -> None:
    before = {row.person.who for row in fled(replayed)}
    again = [row for row in replayed if isinstance(row, DeportedReturnRow) and row.person.who in before]
    assert len(again) > 20
    assert len({row.person.who for row in again}) == len(again)


def test_every_post_is_a_known_checkpoint(replayed: list[Row]) -> None:
    codes = {c.code for c in published.checkpoints()}
    assert {row.checkpoint for row in replayed if isinstance(row, ReturnRow | HandoverRow)} <= codes
    assert len({row.checkpoint for row in fled(replayed)}) == 10
