"""Reintegration over HTTP on a real PostgreSQL: the queue, a case to its end, reach, experience, vacancies, bulk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.service import RunningService
from chassis.store.decider import record_of
from services.reintegration.domain.case import case_of
from tests.reintegration.agency import (
    AT,
    a_handle,
    came_back,
    get,
    post,
    queue,
    read,
    receive,
    receive_who,
    repatriated,
    returned,
    step,
    vacancy,
    voided,
    worked_abroad,
)


async def registered(http: httpx2.AsyncClient, **other: Any) -> str:
    answer = await post(http, "counsellor", "/vacancies", vacancy(**other))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_case_goes_from_the_return_to_a_placement(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    back = await came_back(running)
    case_id = case_of(back.id)
    opened = await read(http, case_id)
    assert (opened["due_on"], opened["overdue"], opened["person"]["name"]["latin"]) == (
        "2014-06-27",
        True,
        "CHAN SOPHEAP",
    )
    job = await registered(http)
    match_id = str(uuid7())
    for path, body in (
        ("assignment", step(counsellor="counsellor")),
        ("needs", step(needs=["finding_a_job"], occupation_wanted="7112")),
        ("sessions", step(minutes=45, next_contact_on="2050-01-01", words={"note": "ចង់ធ្វើការនៅបាត់ដំបង"})),
        ("referrals", step(occupation="7112")),
        ("matches", step(vacancy_id=job, reasons=["same_occupation"], match_id=match_id)),
        ("matches/acceptance", step(match_id=match_id)),
        ("placement", step(match_id=match_id, occupation="7112", province="02", starts_on="2014-07-02")),
    ):
        answer = await post(http, "counsellor", f"/cases/{case_id}/{path}", body)
        assert answer.status_code == 200, answer.text
    found = await read(http, case_id)
    assert (found["counsellor"], found["needs"], found["sessions"]) == ("counsellor", ["finding_a_job"], 1)
    assert (found["due_on"], found["overdue"], found["starts_on"]) == ("2050-01-01", False, "2014-07-02")
    assert (await get(http, "counsellor", f"/vacancies/{job}")).json()["taken"] == 1
    answer = await post(http, "counsellor", f"/cases/{case_id}/closing", step(outcome="placed"))
    assert answer.status_code == 200, answer.text
    assert (await read(http, case_id))["outcome"] == "placed"
    assert str(case_id) in await queue(http, "closed")
    assert str(case_id) not in await queue(http, "open")


async def test_the_queues_show_the_counsellor_and_overdue_cases(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    fresh, mine = case_of((await came_back(running)).id), case_of((await came_back(running)).id)
    for body in (step(counsellor="counsellor"),):
        assert (await post(http, "counsellor", f"/cases/{mine}/assignment", body)).status_code == 200
    later = step(minutes=20, next_contact_on="2050-01-01")
    assert (await post(http, "counsellor", f"/cases/{mine}/sessions", later)).status_code == 200
    unassigned, own = await queue(http, "unassigned"), await queue(http, "mine")
    assert str(fresh) in unassigned
    assert str(mine) not in unassigned
    assert str(mine) in own
    assert str(fresh) not in own
    assert {str(fresh), str(mine)} <= set(await queue(http, "open"))
    late = await queue(http, "overdue")
    assert str(fresh) in late
    assert str(mine) not in late
    assert str(mine) not in await queue(http, "mine", "colleague")


async def test_a_province_sees_its_own_returnees_and_those_who_came_back_at_its_posts_without_a_known_home(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    here, nowhere = await came_back(running), await came_back(running, province=None)
    at_post = await read(http, case_of(nowhere.id), "national")
    assert (at_post["home_province"], at_post["province"]) == (None, "01")
    for back in (here, nowhere):
        assert str(case_of(back.id)) not in await queue(http, "open", "takeo")
        assert (await get(http, "takeo", f"/cases/{case_of(back.id)}")).status_code == 404
        beyond = await post(http, "takeo", f"/cases/{case_of(back.id)}/needs", step(needs=["credit"]))
        assert beyond.status_code == 403
    assert str(case_of(here.id)) in await queue(http, "open")
    assert str(case_of(nowhere.id)) not in await queue(http, "open")
    assert str(case_of(nowhere.id)) in await queue(http, "open", "national")


async def test_a_case_whose_return_has_no_place_is_with_the_national_desk(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    closed = repatriated(a_handle())
    await receive(running, "reintegration.returns", *closed)
    case_id = case_of(closed[-1].id)
    found = await read(http, case_id, "national")
    assert (found["province"], found["about"], found["returned_from"]) == (None, closed[-1].stream, "THA")
    assert (await get(http, "counsellor", f"/cases/{case_id}")).status_code == 404
    beyond = await post(http, "counsellor", f"/cases/{case_id}/needs", step(needs=["credit"]))
    assert beyond.status_code == 403


async def test_returns_at_two_posts_are_listed_on_one_case(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    passport = a_handle()
    first = await came_back(running, passport, reason="mass_return")
    again = returned(passport, at=AT + timedelta(days=60), reason="mass_return")
    await receive(running, "reintegration.returns", again)
    found = await read(http, case_of(first.id))
    assert [each["event_id"] for each in found["returns"]] == [str(first.id), str(again.id)]
    assert found["due_on"] == "2014-08-26"
    assert str(case_of(again.id)) not in await queue(http, "open")


async def test_cases_of_two_workers_become_one_when_the_registry_finds_that_they_are_one(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    first = await came_back(running, a_handle(), reason="mass_return")
    again = returned(a_handle(), at=AT + timedelta(days=60), reason="mass_return")
    await receive(running, "reintegration.returns", again)
    assert str(case_of(again.id)) in await queue(http, "open")
    nodes = [record_of(each.stream) for each in (first, again)]
    await receive_who(running, "6K7M29QFXT08DH", nodes)
    assert str(case_of(again.id)) not in await queue(http, "open")
    found = await read(http, case_of(first.id))
    assert [each["event_id"] for each in found["returns"]] == [str(first.id), str(again.id)]
    await receive_who(running, "7K7M29QFXT08DH", nodes[1:], revision=2)
    assert {str(case_of(first.id)), str(case_of(again.id))} <= set(await queue(http, "open"))


async def test_a_caller_who_may_only_read_records_nothing(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    back = await came_back(running)
    at = f"/cases/{case_of(back.id)}"
    assert (await get(http, "looks-only", at)).status_code == 200
    assert (await post(http, "looks-only", f"{at}/needs", step(needs=["credit"]))).status_code == 403
    assert (await post(http, "looks-only", "/vacancies", vacancy())).status_code == 403


async def test_a_refusal_names_the_rule(http: httpx2.AsyncClient, running: RunningService) -> None:
    back = await came_back(running)
    answer = await post(http, "counsellor", f"/cases/{case_of(back.id)}/closing", step(outcome="placed"))
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("placement-missing"), answer.text


async def test_a_voided_return_marks_a_case_that_was_worked_on_and_takes_any_other_back(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    back, other = await came_back(running), await came_back(running)
    at = f"/cases/{case_of(back.id)}"
    assert (await post(http, "counsellor", f"{at}/needs", step(needs=["credit"]))).status_code == 200
    await receive(running, "reintegration.returns", voided(back), voided(other))
    found = await read(http, case_of(back.id))
    assert (found["mark"], found["due_on"], found["outcome"]) == ("no_return", None, None)
    assert (await get(http, "counsellor", f"/cases/{case_of(other.id)}")).status_code == 404
    closed = await post(http, "counsellor", f"{at}/closing", step(outcome="return_voided"))
    assert closed.status_code == 200, closed.text


async def test_experience_is_grouped_by_document_and_by_worker_number(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    passport, old_passport = a_handle(), a_handle()
    await receive(running, "reintegration.returns", *worked_abroad(passport))
    await receive(running, "reintegration.returns", *worked_abroad(old_passport, occupation="9313"))
    back = await came_back(running, passport)
    case_id = case_of(back.id)
    found = await read(http, case_id)
    assert [work["occupation"] for work in found["work"]] == ["7112"]
    assert found["number"] is None
    await receive_who(running, "4K7M29QFXT08DH", [passport, old_passport, case_id])
    found = await read(http, case_id)
    assert sorted(work["occupation"] for work in found["work"]) == ["7112", "9313"]
    assert found["number"] == "4K7M29QFXT08DH"
    await receive_who(running, "5K7M29QFXT08DH", [old_passport], revision=2)
    await receive_who(running, "4K7M29QFXT08DH", [old_passport], revision=1)
    assert [work["occupation"] for work in (await read(http, case_id))["work"]] == ["7112"]


async def test_vacancies_are_ranked_with_reasons_and_what_was_proposed_is_left_out(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    passport = a_handle()
    await receive(running, "reintegration.returns", *worked_abroad(passport, occupation="7212", sector="C"))
    back = await came_back(running, passport, province="02")
    at = f"/cases/{case_of(back.id)}"
    near = await registered(http, occupation="7212", sector="C", province="02")
    far = await registered(http, occupation="7213", sector="C", province="21")
    gone = await registered(http, occupation="7212", open_until="2014-06-20")
    ranked = (await get(http, "counsellor", f"{at}/vacancies", limit=200)).json()
    ids = [row["vacancy_id"] for row in ranked]
    assert ids.index(near) < ids.index(far)
    assert gone not in ids
    assert ranked[ids.index(near)]["reasons"] == ["same_occupation", "same_sector", "home_province"]
    assert (ranked[ids.index(near)]["distance"], ranked[ids.index(far)]["distance"]) == (0, 1)
    assert (await get(http, "counsellor", f"{at}/vacancies", limit=200)).json() == ranked
    proposal = step(vacancy_id=near, reasons=["same_occupation"])
    assert (await post(http, "counsellor", f"{at}/matches", proposal)).status_code == 200
    again = (await get(http, "counsellor", f"{at}/vacancies", limit=200)).json()
    assert near not in [row["vacancy_id"] for row in again]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [({"places": 1}, "vacancy-filled"), ({"open_until": "2014-06-25"}, "vacancy-no-longer-open")],
)
async def test_what_is_not_on_offer_is_not_proposed(
    http: httpx2.AsyncClient, running: RunningService, fields: dict[str, Any], rule: str
) -> None:
    job = await registered(http, **fields)
    if "places" in fields:
        at, match_id = f"/cases/{case_of((await came_back(running)).id)}", str(uuid7())
        proposal = step(vacancy_id=job, reasons=["language"], match_id=match_id)
        assert (await post(http, "counsellor", f"{at}/matches", proposal)).status_code == 200
        answer = await post(http, "counsellor", f"{at}/matches/acceptance", step(match_id=match_id))
        assert answer.status_code == 200
    at = f"/cases/{case_of((await came_back(running)).id)}"
    answer = await post(http, "counsellor", f"{at}/matches", step(vacancy_id=job, reasons=["language"]))
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(rule)


async def test_an_unknown_vacancy_is_not_proposed(http: httpx2.AsyncClient, running: RunningService) -> None:
    at = f"/cases/{case_of((await came_back(running)).id)}"
    answer = await post(
        http, "counsellor", f"{at}/matches", step(vacancy_id=str(uuid4()), reasons=["language"])
    )
    assert answer.status_code == 422


async def test_a_proposal_sent_again_is_answered_as_before(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    job = await registered(http, places=1)
    at, key = f"/cases/{case_of((await came_back(running)).id)}", str(uuid4())
    body = step(vacancy_id=job, reasons=["language"], match_id=str(uuid7()))
    first = await post(http, "counsellor", f"{at}/matches", body, key=key)
    accepted = await post(http, "counsellor", f"{at}/matches/acceptance", step(match_id=body["match_id"]))
    assert accepted.status_code == 200
    again = await post(http, "counsellor", f"{at}/matches", body, key=key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())


async def test_a_mistaken_session_is_voided(http: httpx2.AsyncClient, running: RunningService) -> None:
    case_id = case_of((await came_back(running)).id)
    answer = await post(http, "counsellor", f"/cases/{case_id}/sessions", step(minutes=20))
    (session,) = answer.json()["events"]
    answer = await post(http, "counsellor", f"/events/{session}/void", {"reason": "mistyped"})
    assert answer.status_code == 201, answer.text
    assert (await read(http, case_id))["sessions"] == 0


async def test_every_view_is_audited_with_the_evidence_shown(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    back = await came_back(running)
    assert back.person is not None
    await read(http, case_of(back.id))
    row = await running.runtime.pool.fetchrow(
        "SELECT evidence FROM audit WHERE action = 'read_reintegration_case' ORDER BY entry_id DESC LIMIT 1"
    )
    assert row["evidence"] == [back.person.evidence_id]
