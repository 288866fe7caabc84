"""A case is seen by the mission in charge, a mission that handed it over, the people named, and nobody else."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from uuid_utils.compat import uuid7

from tests.consular.mission import (
    ACTION,
    CLOSING,
    DEATH,
    DUE,
    IDENTIFICATION,
    PERSON,
    RESTRICTION,
    TAKE,
    case,
    get,
    opened,
    permit,
    post,
    queue,
    read,
    step,
    upload,
)

COMMANDS = [
    ("identification", IDENTIFICATION), ("actions", ACTION), ("death", DEATH), ("due-date", DUE),
    ("handover", TAKE), ("restriction", RESTRICTION), ("closing", CLOSING),
]  # fmt: skip


async def ids(http: httpx2.AsyncClient, who: str, path: str = "/cases") -> set[str]:
    """The cases in a list, on all its pages."""
    found: set[str] = set()
    query: dict[str, Any] = {"limit": 50}
    while True:
        page = (await get(http, who, path, **query)).json()
        found |= {row["case_id"] for row in page["items"]}
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


async def hand_over(http: httpx2.AsyncClient, case_id: str, who: str, **to: Any) -> None:
    answer = await post(http, who, f"/cases/{case_id}/handover", step(**to))
    assert answer.status_code == 200, answer.text


async def test_a_case_about_another_country_is_within_the_reach_of_the_mission_that_handles_it(
    http: httpx2.AsyncClient,
) -> None:
    case_id = await opened(http, country="ZAF", worker_in="ZAF")
    assert case_id in await ids(http, "colleague")
    assert (await post(http, "colleague", f"/cases/{case_id}/actions", ACTION)).status_code == 200
    about_malaysia = await opened(http, country="MYS", worker_in="MYS")
    assert (await get(http, "kuala-lumpur", f"/cases/{about_malaysia}")).status_code == 404


async def test_after_a_handover_the_new_mission_works_on_the_case_and_the_former_reads_what_it_handed_over(
    http: httpx2.AsyncClient,
) -> None:
    case_id = await opened(http, attache="attache", person=PERSON)
    assert (await post(http, "attache", f"/cases/{case_id}/actions", ACTION)).status_code == 200
    await hand_over(http, case_id, "attache", to_mission="KUL")
    found = await read(http, case_id, "kuala-lumpur")
    assert (found["mission"], found["attache"], found["in_charge"]) == ("KUL", None, True)
    visit = step(occurred_at="2014-07-15T09:00:00+07:00", action="hospital_visit", worker_in="MYS")
    assert (await post(http, "kuala-lumpur", f"/cases/{case_id}/actions", visit)).status_code == 200
    assert (await post(http, "kuala-lumpur", f"/cases/{case_id}/closing", CLOSING)).status_code == 200

    former = await read(http, case_id, "colleague")
    assert (former["mission"], former["in_charge"], former["actions"]) == ("KUL", False, 1)
    assert (former["closed_at"], former["worker_in"], former["last_action"]) == (None, None, "call")
    assert [one["type"].split(".")[2] for one in former["steps"]] == [
        "assistance_case_handed_over", "assistance_action_logged", "assistance_case_opened",
    ]  # fmt: skip
    assert case_id not in await ids(http, "attache")
    handed_over = (await get(http, "attache", "/cases/handed-over", limit=200)).json()["items"]
    [row] = [each for each in handed_over if each["case_id"] == case_id]
    assert (row["actions"], row["closed_at"], row["worker_in"]) == (1, None, None)
    for path, body in COMMANDS:
        assert (await post(http, "attache", f"/cases/{case_id}/{path}", body)).status_code == 403, path
    opening = former["steps"][-1]["event_id"]
    assert (await post(http, "attache", f"/events/{opening}/void", {"reason": "mistyped"})).status_code == 403


async def test_a_case_that_was_never_here_is_not_read(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http, "kuala-lumpur", mission="KUL", country="THA", worker_in="THA")
    assert (await get(http, "attache", f"/cases/{case_id}")).status_code == 404
    assert case_id not in await ids(http, "attache") | await ids(http, "attache", "/cases/handed-over")


async def test_a_mission_that_gets_a_case_back_reads_all_of_it(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http)
    await hand_over(http, case_id, "attache", to_mission="KUL")
    assert (await post(http, "kuala-lumpur", f"/cases/{case_id}/actions", ACTION)).status_code == 200
    await hand_over(http, case_id, "kuala-lumpur", to_mission="BKK")
    found = await read(http, case_id)
    assert (found["in_charge"], found["actions"], len(found["steps"])) == (True, 1, 4)
    assert case_id in await ids(http, "attache")
    assert case_id not in await ids(http, "attache", "/cases/handed-over")
    former = await read(http, case_id, "kuala-lumpur")
    assert (former["mission"], former["in_charge"]) == ("BKK", False)


async def test_a_voided_handover_ends_what_the_other_mission_saw(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http)
    moved = await post(http, "attache", f"/cases/{case_id}/handover", step(to_mission="KUL"))
    [event] = moved.json()["events"]
    void = await post(http, "supervisor", f"/events/{event}/void", {"reason": "mistyped"})
    assert void.status_code == 201, void.text
    assert (await read(http, case_id))["in_charge"] is True
    assert (await get(http, "kuala-lumpur", f"/cases/{case_id}")).status_code == 404


@pytest.fixture
async def restricted(http: httpx2.AsyncClient) -> str:
    """A case in which a colleague is in charge; only that colleague and the person who opened it may see it."""
    return await opened(http, attache="colleague", restricted_to=["attache"], category="sexual_abuse")


async def test_a_restricted_case_is_read_and_worked_on_by_the_people_named_and_the_attache_in_charge(
    http: httpx2.AsyncClient, restricted: str
) -> None:
    for who in ("attache", "colleague"):
        assert (await read(http, restricted, who))["restricted_to"] == ["attache"]
        assert restricted in {row["case_id"] for row in await queue(http, who)}
        assert (await post(http, who, f"/cases/{restricted}/actions", ACTION)).status_code == 200


@pytest.mark.parametrize("who", ["looks-only", "registrar", "supervisor", "loader", "kuala-lumpur"])
async def test_for_everybody_else_a_restricted_case_does_not_exist(
    http: httpx2.AsyncClient, restricted: str, who: str
) -> None:
    """Answers are those for a case that does not exist; neither lists nor counts show it."""
    answer = await get(http, who, f"/cases/{restricted}")
    nothing = await get(http, who, f"/cases/{uuid7()}")
    assert answer.status_code == nothing.status_code == 404
    assert answer.json()["detail"] == nothing.json()["detail"]
    assert restricted not in await ids(http, who)
    assert restricted not in await ids(http, who, "/cases/handed-over")


async def test_commands_of_others_on_a_restricted_case_are_answered_as_if_there_were_none(
    http: httpx2.AsyncClient, restricted: str
) -> None:
    opening = (await read(http, restricted))["steps"][-1]["event_id"]
    tomorrow = "2999-01-01T09:00:00+07:00"
    for path, body in [*COMMANDS, ("actions", ACTION | {"occurred_at": tomorrow})]:
        answer = await post(http, "supervisor", f"/cases/{restricted}/{path}", body)
        nothing = await post(http, "supervisor", f"/cases/{uuid7()}/{path}", body)
        assert answer.status_code == nothing.status_code == 404, path
        assert answer.json()["detail"] == nothing.json()["detail"], path
    for kind, body in (("void", {"reason": "mistyped"}), ("correction", {"reason": "mistyped", "facts": {}})):
        answer = await post(http, "supervisor", f"/events/{opening}/{kind}", body)
        nothing = await post(http, "supervisor", f"/events/{uuid7()}/{kind}", body)
        assert answer.status_code == nothing.status_code == 404, kind
        assert answer.json()["detail"] == nothing.json()["detail"], kind
    rows = [ACTION | {"case_id": restricted}, ACTION | {"case_id": str(uuid7())}]
    upload_answer = await upload(http, "supervisor", "/cases/actions/bulk", rows)
    assert len({each["reason"] for each in upload_answer["refusals"]}) == 1
    assert (await read(http, restricted))["actions"] == 0


async def test_records_about_a_restricted_case_do_not_name_it(
    http: httpx2.AsyncClient, restricted: str
) -> None:
    """A colleague may read a permit or another case of the same person, and does not learn that there is a restricted case."""
    stream = f"assistance-case-{restricted}"
    own = await opened(http, about=stream, urgency="life_in_danger")  # among the first of the list
    made = (await post(http, "attache", "/permits", permit(about=stream))).json()["id"]
    for path in (f"/cases/{own}", "/cases?limit=200", f"/permits/{made}", "/permits?limit=200"):
        assert restricted not in (await get(http, "supervisor", path)).text, path
        assert restricted in (await get(http, "attache", path)).text, path
    await hand_over(http, own, "attache", to_mission="KUL")
    for path in (f"/cases/{own}", "/cases/handed-over?limit=200"):
        assert restricted not in (await get(http, "looks-only", path)).text, path
        assert restricted in (await get(http, "attache", path)).text, path


async def test_a_restriction_begins_changes_and_ends(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http)
    assert (await get(http, "looks-only", f"/cases/{case_id}")).status_code == 200
    at = f"/cases/{case_id}/restriction"
    assert (await post(http, "attache", at, step(restricted_to=["colleague"]))).status_code == 200
    assert (await get(http, "looks-only", f"/cases/{case_id}")).status_code == 404
    assert (await read(http, case_id, "colleague"))["restricted_to"] == ["attache", "colleague"]
    assert (await post(http, "colleague", at, step(restricted_to=[]))).status_code == 200
    assert (await get(http, "looks-only", f"/cases/{case_id}")).status_code == 200


async def test_a_restricted_case_handed_over_is_seen_by_the_attache_there_and_by_the_people_named_here(
    http: httpx2.AsyncClient, restricted: str
) -> None:
    answer = await post(http, "attache", f"/cases/{restricted}/handover", step(to_mission="KUL"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "to_attache")
    await hand_over(http, restricted, "attache", to_mission="KUL", to_attache="kuala-lumpur")
    assert (await read(http, restricted, "kuala-lumpur"))["in_charge"] is True
    assert (await read(http, restricted, "attache"))["in_charge"] is False
    for who in ("colleague", "looks-only", "registrar"):
        assert (await get(http, who, f"/cases/{restricted}")).status_code == 404, who
        assert restricted not in await ids(http, who, "/cases/handed-over")


async def test_being_named_gives_nobody_more_reach(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http, restricted_to=["kuala-lumpur"])
    assert (await get(http, "kuala-lumpur", f"/cases/{case_id}")).status_code == 404
    assert case_id not in await ids(http, "kuala-lumpur")


async def test_what_an_office_records_itself_gives_it_no_foreign_case(http: httpx2.AsyncClient) -> None:
    """Not somebody's passport on an own case or permit, not `about`, not the id of a foreign case."""
    foreign = await opened(http, person=PERSON)
    stream = f"assistance-case-{foreign}"
    own = await opened(http, "kuala-lumpur", mission="KUL", person=PERSON, about=stream)
    named = await post(http, "kuala-lumpur", "/permits", permit(mission="KUL", about=stream, person=PERSON))
    assert named.status_code == 201
    unknown = await opened(http, "kuala-lumpur", mission="KUL")
    identified = step(about=stream)
    assert (
        await post(http, "kuala-lumpur", f"/cases/{unknown}/identification", identified)
    ).status_code == 200
    taken = await post(http, "kuala-lumpur", "/cases", case(mission="KUL", id=foreign))
    assert taken.status_code == 409
    rows = [ACTION | {"case_id": foreign}, TAKE | {"case_id": foreign}]
    answers = [
        await upload(http, "kuala-lumpur", path, [row])
        for path, row in zip(("/cases/actions/bulk", "/cases/handovers/bulk"), rows, strict=True)
    ]
    assert [answer["refused"] for answer in answers] == [1, 1]
    assert (await get(http, "kuala-lumpur", f"/cases/{foreign}")).status_code == 404
    assert foreign not in await ids(http, "kuala-lumpur")
    assert (await read(http, own, "kuala-lumpur"))["steps"][0]["person"]["name"] == PERSON["name"]
    assert len((await read(http, foreign))["steps"]) == 1
