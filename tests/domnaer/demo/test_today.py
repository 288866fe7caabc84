"""The work of each desk on the day of the demo: contracts with faults, today's traffic, open cases, follow-ups that are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from pydantic import BaseModel, TypeAdapter

from contracts.codes.assistance import AssistanceCategory, Urgency
from contracts.codes.employment import ContractFault
from contracts.command import Command
from contracts.person import Birth
from contracts.reference.current import reference_data
from domnaer.demo import today
from domnaer.demo.employers import employers
from domnaer.demo.lines import Line, Stage
from domnaer.demo.people import DOCUMENT_PATTERNS
from domnaer.demo.published import last_day
from domnaer.demo.rows import Row
from domnaer.demo.today.border_post import ANNOUNCED
from domnaer.demo.today.mission import ATTACHE, CASES
from services.border.domain.crossing import RecordCrossing
from services.border.domain.handover import AnnounceHandover, CountHandover
from services.consular.domain.assistance_case import SAME_WITHIN
from services.consular.domain.commands import LogAssistanceAction, OpenAssistanceCase, RecordWorkerDeath
from services.recruitment.domain.employment_contract import (
    RegisterEmploymentContract,
    ReturnEmploymentContract,
)
from services.recruitment.domain.review import Reviewed, Verdict, findings
from services.reintegration.domain.commands import (
    AssignCase,
    FollowUpPlacement,
    RecordNeeds,
    RecordPlacement,
)
from services.reintegration.domain.follow_up import months_later, next_follow_up
from services.reintegration.domain.vacancy import RegisterVacancy

CONTRACTS = "/recruitment/employment-contracts"
COMMANDS: Mapping[str, Any] = {
    f"{CONTRACTS}/bulk": RegisterEmploymentContract,
    f"{CONTRACTS}/returns/bulk": ReturnEmploymentContract,
    "/border/handovers/bulk": AnnounceHandover,
    "/border/handovers/counts/bulk": CountHandover,
    "/border/crossings/bulk": RecordCrossing,
    "/consular/cases/bulk": OpenAssistanceCase,
    "/consular/cases/actions/bulk": LogAssistanceAction,
    "/consular/cases/deaths/bulk": RecordWorkerDeath,
    "/reintegration/vacancies/bulk": RegisterVacancy,
    "/reintegration/returns/needs/bulk": RecordNeeds,
    "/reintegration/returns/assignments/bulk": AssignCase,
    "/reintegration/returns/placements/bulk": RecordPlacement,
    "/reintegration/returns/follow-ups/bulk": FollowUpPlacement,
}
NAMES_THE_RECORD = {"contract_id", "handover_id", "case_id", "return_event_id"}


@pytest.fixture(scope="module")
def lines() -> dict[str, list[Line]]:
    """The lines of today by the route that takes them."""
    found: dict[str, list[Line]] = {}
    for upload in today.uploads():
        found.setdefault(upload.path, []).extend(upload.lines)
    return found


def command_of(path: str, line: Line) -> Command | BaseModel:
    kept = {name: value for name, value in line.items() if name != "id"}
    if path != "/border/crossings/bulk":
        kept = {name: value for name, value in kept.items() if name not in NAMES_THE_RECORD}
    adapter: TypeAdapter[Any] = TypeAdapter(COMMANDS[path])
    command: Command = adapter.validate_json(orjson.dumps(kept))
    return command


def test_every_line_is_a_command_of_its_route(lines: dict[str, list[Line]]) -> None:
    assert set(lines) == set(COMMANDS)
    for path, of_route in lines.items():
        assert of_route
        for line in of_route:
            command_of(path, line)
            assert line["occurred_at"] <= line["recorded_at"] and line["how"] == "migrated"


def test_it_is_the_same_at_each_start_and_each_record_has_an_id_of_its_own() -> None:
    one, other = ([(upload.path, upload.lines) for upload in today.uploads()] for _ in range(2))
    assert one == other
    ids = [line["id"] for _, lines in one for line in lines if "id" in line]
    assert len(ids) > 100 and len(set(ids)) == len(ids)


def test_nobody_of_today_has_a_document_of_the_history(
    lines: dict[str, list[Line]], replayed: list[Row]
) -> None:
    known = {
        (paper.kind, paper.number)
        for row in replayed
        for paper in getattr(getattr(row, "person", None), "documents", ())
    }
    shown = [
        (paper["kind"], paper["number"])
        for of_route in lines.values()
        for line in of_route
        for paper in line.get("person", {}).get("documents", ())
        if paper["kind"] != "border_pass"  # its number is unique only together with its province
    ]
    assert shown and {kind for kind, _ in shown} <= set(DOCUMENT_PATTERNS)
    assert known.isdisjoint(shown)


def test_a_person_has_two_cases_that_may_be_the_same(lines: dict[str, list[Line]]) -> None:
    opened: dict[str, list[Line]] = {}
    for line in lines["/consular/cases/bulk"]:
        for paper in line["person"].get("documents", ()):
            opened.setdefault(paper["number"], []).append(line)
    ((one, other),) = (cases for cases in opened.values() if len(cases) > 1)
    assert abs(one["occurred_at"] - other["occurred_at"]) < SAME_WITHIN
    assert one["mission"] == other["mission"] and one["category"] != other["category"]


def test_contracts_up_for_review_have_the_faults_that_a_review_finds(lines: dict[str, list[Line]]) -> None:
    returned = {line["contract_id"] for line in lines[f"{CONTRACTS}/returns/bulk"]}
    registered = {employer.id for employer in employers()}
    faults: Counter[ContractFault | None] = Counter()
    by_worker = Counter(
        line["person"]["documents"][0]["number"]
        for line in lines[f"{CONTRACTS}/bulk"]
        if line["id"] not in returned
    )
    for line in lines[f"{CONTRACTS}/bulk"]:
        if line["id"] in returned:
            continue
        found = _faults(line, by_worker, registered)
        faults.update(found or [None])
    assert faults[ContractFault.WAGE_BELOW_MINIMUM] == 4
    assert faults[ContractFault.MISSING_CLAUSE] >= 4
    assert faults[ContractFault.UNDER_AGE] == 3
    assert faults[ContractFault.OVERLAPS] == 2
    assert faults[ContractFault.UNKNOWN_EMPLOYER] == 1
    assert faults[None] >= 3  # some have no fault: a review is not always a return
    assert len(returned) == 3


def _faults(line: Line, by_worker: Counter[str], registered: set[UUID]) -> list[ContractFault | None]:
    command = command_of(f"{CONTRACTS}/bulk", line)
    assert isinstance(command, RegisterEmploymentContract)
    terms = command.terms
    data, day = reference_data(), terms.starts_on
    minimum_age = max(data.corridor(country, day).minimum_age for country in (None, terms.destination))
    assert isinstance(command.person.birth, Birth)
    age = command.person.age(day)
    reviewed = Reviewed(
        terms,
        None if age is None else age.at_least < minimum_age,
        by_worker[line["person"]["documents"][0]["number"]] - 1,
        line["employer_id"] in registered,
    )
    found = findings(reviewed, "", data.minimum_wage(terms.destination, day), data.required_clauses(day))
    return [each.fault for each in found if each.verdict is Verdict.FAILED]


def test_the_post_has_traffic_of_this_morning_and_a_lorry_that_is_still_announced(
    lines: dict[str, list[Line]],
) -> None:
    on_the_day = [
        line for line in lines["/border/crossings/bulk"] if line["occurred_at"].date() == last_day()
    ]
    kinds = Counter(line["kind"] for line in on_the_day)
    assert set(kinds) == {"departure", "return", "deported_return", "other"} and len(on_the_day) > 30
    assert {line["checkpoint"] for line in on_the_day} == {"KH-POI"}
    counted = {line["handover_id"] for line in lines["/border/handovers/counts/bulk"]}
    waiting = [line for line in lines["/border/handovers/bulk"] if line["id"] not in counted]
    assert [line["count_announced"] for line in waiting] == [ANNOUNCED]
    assert all(line.get("handover_id") in {None, *counted} for line in on_the_day)
    assert [line["accompanied_by"] for line in on_the_day if line.get("role") == "child"].count("nobody") == 1


def test_the_attache_has_forty_open_cases_of_every_category_and_urgency(lines: dict[str, list[Line]]) -> None:
    cases = lines["/consular/cases/bulk"]
    assert len(cases) == CASES == 40
    assert {case["category"] for case in cases} == {each.value for each in AssistanceCategory}
    assert {case["urgency"] for case in cases} == {each.value for each in Urgency}
    days = {(case["due_on"] - last_day()).days for case in cases}
    assert min(days) < 0 <= max(days) <= 30
    assert {case.get("attache") for case in cases} == {None, ATTACHE}
    assert any(not case["person"] for case in cases)
    referred = [line for line in lines["/consular/cases/actions/bulk"] if line["action"] == "referral"]
    assert {line["referred_to"] for line in referred} == {"nea", "moi"}
    homes = {case["id"]: case["person"].get("home_province") for case in cases}
    assert {homes[line["case_id"]] for line in referred if line["referred_to"] == "nea"} == {"01", "02"}
    assert {line["case_id"] for line in lines["/consular/cases/deaths/bulk"]} == {
        case["id"] for case in cases if case["category"] == "mortal_remains"
    }


def test_each_counsellor_has_vacancies_of_named_employers_and_follow_ups_due(
    lines: dict[str, list[Line]],
) -> None:
    named = {employer.id for employer in employers() if employer.country == "KHM"}
    vacancies = lines["/reintegration/vacancies/bulk"]
    assert Counter(line["province"] for line in vacancies) == {"01": 6, "02": 6}
    assert {line["employer_id"] for line in vacancies} <= named
    assert all(line["open_until"] > last_day() for line in vacancies)
    done = Counter(line["return_event_id"] for line in lines["/reintegration/returns/follow-ups/bulk"])
    due: list[date] = []
    for line in lines["/reintegration/returns/placements/bulk"]:
        followed = (0, 3, 6)[done[line["return_event_id"]]]
        day = next_follow_up(line["starts_on"], followed)
        assert day is not None
        due.append(day)
    assert any(day < last_day() for day in due) and any(day >= last_day() for day in due)
    assert all(day <= months_later(last_day(), 1) and day > last_day() - timedelta(days=20) for day in due)
    stages = {upload.stage for upload in today.uploads() if upload.path.startswith("/reintegration/returns/")}
    assert stages == {Stage.CASES}  # the returns open the cases that these lines name
