"""The preview of a timeline says what the timeline shows once the correction or the void is recorded, and records nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from contracts.codes.assistance import AssistanceCategory
from contracts.envelope import Event, Fact
from contracts.recruitment import EmploymentContractRegistered
from services.registry.projections import what_if
from services.registry.projections.evidence import evidence_rows, insert, rows_of_event
from tests.registry.events import Record, new_passport, received
from tests.registry.office import Office, number_of
from tests.registry.test_reach_by_own_records import by

Made = tuple[Event[Fact], dict[str, Any] | None]
"""The event that is corrected, and the changed facts; None for a void."""


def another_country(record: Record) -> Made:
    passport = new_passport()
    left = record.departure(passport, days=1)
    record.back(passport, days=200)
    return left, {"destination": "MYS"}


def deported(record: Record) -> Made:
    passport = new_passport()
    record.departure(passport, days=1)
    record.deported(passport, days=90)
    return record.deported(passport, days=200), {"returned_from": "MYS"}


def voided_exit(record: Record) -> Made:
    passport = new_passport()
    left = record.departure(passport, days=1)
    record.back(passport, days=200)
    return left, None


def voided_contract(record: Record) -> Made:
    passport = new_passport()
    contract = record.contract(passport, days=1)
    record.approved(contract.stream, days=2)
    record.departure(passport, days=40, destination="MYS")
    return contract, None


def another_term(record: Record) -> Made:
    passport = new_passport()
    contract = record.contract(passport, days=1)
    record.approved(contract.stream, days=2)
    record.departure(passport, days=40, destination="MYS")
    assert isinstance(contract.facts, EmploymentContractRegistered)
    return contract, {"terms": contract.facts.terms.model_copy(update={"ends_on": date(2014, 6, 30)})}


def what_joins_two_records(record: Record) -> Made:
    one, other = new_passport(), new_passport()
    record.departure(one, days=1)
    record.departure(other, destination="MYS", days=300)
    return record.back(one, other, days=200), None


def referred_to_by_a_case(record: Record) -> Made:
    back = record.back(new_passport(), days=200)
    record.case(about=back.stream, days=250)
    return back, {"returned_from": "MYS"}


def corrected_before(record: Record) -> Made:
    left = record.departure(new_passport(), days=1)
    record.correct(left, destination="MYS")
    return left, {"destination": "KOR"}


def voided_before(record: Record) -> Made:
    passport = new_passport()
    left = record.departure(passport, days=1)
    record.back(passport, days=200)
    record.void(left, days=300)
    return left, {"destination": "MYS"}


LIVES: tuple[Callable[[Record], Made], ...] = (
    another_country,
    deported,
    voided_exit,
    voided_contract,
    another_term,
    what_joins_two_records,
    referred_to_by_a_case,
    corrected_before,
    voided_before,
)


async def preview(
    office: Office, event: Event[Fact], changes: dict[str, Any] | None, token: str | None = None
) -> httpx2.Response:
    facts = None if changes is None else event.facts.model_copy(update=changes).model_dump(mode="json")
    body = {"stream": event.stream, "event_id": str(event.id), "facts": facts}
    headers = {"Authorization": f"Bearer {token or office.token()}"}
    return await office.http.post("/registry/timelines/preview", json=body, headers=headers)


async def timeline(office: Office, number: str) -> dict[str, Any]:
    answer = await office.get(f"/workers/{number}/timeline")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found | {"at": None}


def changed(before: list[Any], changes: list[dict[str, Any]]) -> list[Any]:
    """Return a list with the changes of a preview."""
    left = [each for each in before if each not in [change["before"] for change in changes]]
    assert len(left) == len(before) - sum(change["before"] is not None for change in changes)
    return left + [change["after"] for change in changes if change["after"] is not None]


def same(one: list[Any], other: list[Any]) -> bool:
    return sorted(map(repr, one)) == sorted(map(repr, other))


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
async def test_the_timeline_becomes_what_the_preview_said(
    office: Office, life: Callable[[Record], Made]
) -> None:
    record = Record(salt=str(uuid4()))
    event, changes = life(record)
    await office.knows(*record.made)
    first = next(each for each in record.made if each is not event or life is not voided_before)
    number = number_of(first)
    before = await timeline(office, number)
    answer = await preview(office, event, changes)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["words"], said
    assert said["number"] == number
    assert await timeline(office, number) == before, "a preview records nothing"

    ruling = record.void(event, days=400) if changes is None else record.correct(event, **changes)
    await office.knows(ruling)
    after = await timeline(office, said["number_after"])
    assert same(
        changed([*before["flags"], *before["ended_flags"]], said["flags"]),
        [*after["flags"], *after["ended_flags"]],
    )
    assert same(changed(before["journeys"], said["journeys"]), after["journeys"])
    for name in ("whereabouts", "status"):
        expected = before[name] if said[name] is None else said[name]["after"]
        assert expected == after[name], name
    assert said["flags"] or said["journeys"] or said["whereabouts"]


async def test_a_worker_of_whom_no_record_is_left_does_not_remain(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    left = record.departure(new_passport(), days=1)
    await office.knows(left)
    said = (await preview(office, left, None)).json()
    assert said["number_after"] is None
    assert [change["after"] for change in said["journeys"]] == [None]
    assert said["words"][0] == "No record of this worker is valid any more."


async def test_a_voided_record_that_counts_again_makes_a_worker(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    left = record.departure(new_passport(), days=1)
    record.void(left, days=30)
    await office.knows(*record.made)
    said = (await preview(office, left, {"destination": "MYS"})).json()
    assert (said["number"], said["number_after"]) == (None, number_of(left))
    (journey,) = said["journeys"]
    assert (journey["before"], journey["after"]["country"]) == (None, "MYS")
    assert (await preview(office, left, None)).status_code == 409, "it is voided"
    beyond = office.token("bangkok", office="BKK", countries=["THA"])
    assert (await preview(office, left, {"destination": "MYS"}, beyond)).status_code == 403


async def test_a_worker_who_cannot_be_folded_has_no_preview(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record(salt=str(uuid4()))
    left = record.departure(new_passport(), days=1)
    await office.knows(left)
    monkeypatch.setattr(what_if, "MOST_EVENTS", 0)
    answer = await preview(office, left, {"destination": "MYS"})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "timeline-not-known")


async def test_a_correction_that_is_received_at_the_same_moment_is_waited_for(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    back = record.back(new_passport(), new_passport(), days=200)
    await office.knows(back)
    ruling = record.correct(back, returned_from="KOR")
    rows = evidence_rows([rows_of_event(each.event, each.value) for each in received([ruling])])
    pool = office.build.pool
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with pool.acquire() as reader, reader.transaction():
        await insert(reader, rows)
        asked = asyncio.create_task(preview(office, back, {"returned_from": "MYS"}))
        async with asyncio.timeout(30):
            while not await pool.fetchval(waiting):
                await asyncio.sleep(0.01)
    answer = await asked
    assert answer.status_code == 200, answer.text
    (journey,) = answer.json()["journeys"]
    assert (journey["before"]["country"], journey["after"]["country"]) == ("KOR", "MYS")


async def test_a_preview_writes_nothing_but_its_audit_entry(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    left = record.departure(new_passport(), days=1)
    await office.knows(left)
    tables = ("facts", "links", "rulings", "abouts", "dirty", "workers", "flags")

    async def rows() -> list[int]:
        return [await office.build.pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables]

    before = await rows()
    token = office.token("previewer")
    assert (await preview(office, left, {"destination": "MYS"}, token)).status_code == 200
    assert await rows() == before
    (entry,) = await office.entries("previewer")
    assert entry["action"] == "preview_timeline"
    assert entry["numbers"] and entry["evidence"]


async def test_facts_that_read_so_already_change_nothing(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    left = record.departure(new_passport(), days=1)
    await office.knows(left)
    said = (await preview(office, left, {})).json()
    assert (said["flags"], said["journeys"], said["whereabouts"], said["words"]) == ([], [], None, [])


async def test_facts_must_be_complete(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    left = record.departure(new_passport(), days=1)
    await office.knows(left)
    body = {"stream": left.stream, "event_id": str(left.id), "facts": {"destination": "MYS"}}
    headers = {"Authorization": f"Bearer {office.token()}"}
    answer = await office.http.post("/registry/timelines/preview", json=body, headers=headers)
    assert answer.status_code == 422
    assert "facts.checkpoint" in [error["field"] for error in answer.json()["errors"]]


async def test_a_worker_beyond_reach_is_not_previewed(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    passport = new_passport()
    left = record.departure(passport, checkpoint="KH-BVT", recorded=by("KH-BVT"), days=1)
    await office.knows(left)
    post = office.token("bavet", office="KH-BVT", posts=["KH-BVT"])
    assert (await preview(office, left, {"destination": "MYS"}, post)).status_code == 403
    permissions = ("registry.timeline.read", "consular.case.read")
    mission = office.token("bangkok", permissions=permissions, office="BKK", countries=["THA"])
    assert (await preview(office, left, {"destination": "MYS"}, mission)).status_code == 403, (
        "afterwards the worker never was in Thailand"
    )
    case = record.case(passport, recorded=by("BKK"), days=30)
    await office.knows(case)
    assert (
        await preview(office, case, {"category": AssistanceCategory.CONTRACT}, mission)
    ).status_code == 200


async def test_what_a_caller_may_not_see_is_not_there(office: Office) -> None:
    record = Record(salt=str(uuid4()))
    passport = new_passport()
    record.departure(passport, days=1)
    case = record.case(passport, days=100, category="abuse")
    await office.knows(*record.made)
    reviewer = office.token("reviewer", permissions=("registry.timeline.read",))
    hidden = await preview(office, case, None, reviewer)
    unknown = await preview(office, record.departure(new_passport(), days=1), None, reviewer)
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.json()["detail"] == unknown.json()["detail"]
    assert (await preview(office, case, None)).status_code == 200
