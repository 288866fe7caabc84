"""Regular workers: destinations, occupations and returns."""

from collections import Counter
from datetime import date

from domnaer.demo.employers import SUSPENSION_OF_DOMESTIC_WORK, agencies, employers, wage
from domnaer.demo.published import FEMALE, checkpoints
from domnaer.demo.rows import (
    AssistanceRow,
    DepartureRow,
    EmploymentContractRow,
    PermitRow,
    ReturnRow,
    Row,
)


def contracts(rows: list[Row]) -> list[EmploymentContractRow]:
    return [row for row in rows if isinstance(row, EmploymentContractRow)]


def test_women_go_to_malaysia_for_domestic_work_until_it_is_suspended(replayed: list[Row]) -> None:
    left = {row.contract_id: row.occurred_at.date() for row in replayed if isinstance(row, DepartureRow)}
    women = [c for c in contracts(replayed) if c.destination == "MYS" and c.person.sex == FEMALE]
    before = [c for c in women if left[c.id] < SUSPENSION_OF_DOMESTIC_WORK]
    after = [c for c in women if left[c.id] >= SUSPENSION_OF_DOMESTIC_WORK]
    assert sum(c.sector == "97" for c in before) > 0.8 * len(before)
    assert after
    assert all(c.sector != "97" for c in after)


def test_airports_serve_the_overseas_destinations_and_land_posts_thailand(replayed: list[Row]) -> None:
    codes = {c.code for c in checkpoints()}
    for row in replayed:
        if isinstance(row, DepartureRow):
            assert row.checkpoint in codes
            assert (row.checkpoint == "KH-PNH") == (row.destination != "THA")


def test_a_worker_shows_a_worker_card_on_leaving(replayed: list[Row]) -> None:
    for row in replayed:
        if isinstance(row, DepartureRow):
            first, *others = [paper.kind for paper in row.person.documents]
            assert first in ("passport", "certificate_of_identity")
            assert others == ["worker_card"]


def test_only_the_public_board_sends_to_korea_and_agencies_were_licensed_before(replayed: list[Row]) -> None:
    by_id = {agency.id: agency for agency in agencies()}
    where = {employer.id: employer for employer in employers()}
    for contract in contracts(replayed):
        agency, employer = by_id[contract.agency_id], where[contract.employer_id]
        assert contract.destination in agency.destinations
        assert (agency.kind == "public") == (contract.destination == "KOR")
        assert agency.licensed_on < contract.occurred_at.date()
        assert (employer.country, employer.sector) == (contract.destination, contract.sector)
        assert contract.starts_on < contract.ends_on


def test_no_contract_promises_less_than_the_minimum_wage_that_held() -> None:
    for luck in (0.0, 0.5, 0.999):
        assert wage("THA", "41", 2013, luck).amount >= 300
        assert wage("KOR", "25", 2014, luck).amount >= 1_015_740
        assert wage("MYS", "26", 2013, luck).amount >= 900


def test_most_whose_contract_ended_came_back_but_not_all(replayed: list[Row]) -> None:
    back = {row.person.who for row in replayed if isinstance(row, ReturnRow)}
    ended = [c for c in contracts(replayed) if c.ends_on < date(2015, 10, 1)]
    share = sum(c.person.who in back for c in ended) / len(ended)
    assert 0.8 < share < 0.97


def test_some_returning_workers_show_the_old_and_the_new_passport(replayed: list[Row]) -> None:
    shown = [row.person.documents for row in replayed if isinstance(row, ReturnRow)]
    linking = [papers for papers in shown if [p.kind for p in papers] == ["passport", "passport"]]
    assert linking
    assert all((new.number[0], old.number[0]) == ("E", "N") for new, old in linking)


def test_about_one_in_a_hundred_has_a_case_while_abroad(replayed: list[Row]) -> None:
    cases = [row for row in replayed if isinstance(row, AssistanceRow)]
    left = {row.contract_id: row for row in replayed if isinstance(row, DepartureRow)}
    back = {row.person.who: row for row in replayed if isinstance(row, ReturnRow)}
    of_workers = [case for case in cases if case.contract_id is not None]
    assert 0.006 < len(of_workers) / len(left) < 0.014
    for case in of_workers:
        assert case.contract_id is not None
        assert case.occurred_at > left[case.contract_id].occurred_at
        returned = back.get(case.person.who)
        assert returned is None or case.occurred_at < returned.occurred_at
    for case in cases:
        assert (case.outcome is None) == (case.closed_at is None)
        steps = [case.occurred_at, *(a.occurred_at for a in case.actions), *filter(None, [case.closed_at])]
        assert steps == sorted(steps)
    missions = Counter(case.mission for case in cases)
    assert missions["BKK"] > missions["KUL"] > 0


def test_some_who_died_abroad_have_a_recorded_death_and_their_remains_return(replayed: list[Row]) -> None:
    cases = [row for row in replayed if isinstance(row, AssistanceRow)]
    left = {row.contract_id: row.occurred_at.date() for row in replayed if isinstance(row, DepartureRow)}
    back = {row.person.who: row for row in replayed if isinstance(row, ReturnRow)}
    died = [case for case in cases if case.death is not None]
    assert died and all((case.category == "mortal_remains") == (case.death is not None) for case in cases)
    for case in died:
        assert case.death is not None and case.contract_id is not None
        assert left[case.contract_id] <= case.death.died_on <= case.occurred_at.date()
        assert case.worker_in is None and not any(step.worker_in for step in case.actions)
        remains = back.get(case.person.who)
        assert (remains is not None) == (case.outcome == "remains_repatriated")
        assert remains is None or (remains.reason, remains.occurred_at) == ("remains", case.closed_at)
    assert sum(row.reason == "remains" for row in back.values()) == sum(
        case.outcome == "remains_repatriated" for case in died
    )


def test_a_case_says_who_reported_it_and_a_family_does_not_know_where_the_worker_is(
    replayed: list[Row],
) -> None:
    cases = [row for row in replayed if isinstance(row, AssistanceRow)]
    reporters = Counter(case.reported_by for case in cases)
    assert reporters["worker"] > reporters["family"] > 0
    assert all(case.worker_in is None for case in cases if case.reported_by == "family")
    met = [step for case in cases for step in case.actions if step.worker_in is not None]
    assert 0.2 < len(met) / sum(len(case.actions) for case in cases) < 0.8


def test_the_one_stop_centres_give_cards_to_workers_who_stayed_after_their_contract(
    replayed: list[Row],
) -> None:
    permits = [row for row in replayed if isinstance(row, PermitRow)]
    ended = {row.person.who: row.ends_on for row in contracts(replayed)}
    back = {row.person.who for row in replayed if isinstance(row, ReturnRow)}
    assert len(permits) > 20
    for permit in permits:
        assert date(2014, 6, 26) <= permit.occurred_at.date() <= date(2014, 10, 31)
        assert ended[permit.person.who] < permit.occurred_at.date() < permit.valid_until
        assert permit.person.who not in back
        assert permit.person.documents[0].kind == "pink_card"
        assert permit.lapsed_at is None or permit.occurred_at < permit.lapsed_at
        assert permit.lapsed_at is None or permit.lapsed_at.date() <= permit.valid_until
    died = {row.person.who for row in replayed if isinstance(row, AssistanceRow) and row.death is not None}
    assert not died & {permit.person.who for permit in permits}
    assert 0 < sum(permit.lapsed_at is not None for permit in permits) < len(permits) / 3
