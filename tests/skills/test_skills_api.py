"""Skills on a real PostgreSQL: from a counsellor's application to a recognition and its revocation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.service import RunningService
from contracts.codes.documents import DocumentKind
from contracts.person import Document
from contracts.reference.current import ReferenceData, reference_data, use
from services.skills.domain.application import application_of
from tests.reintegration.agency import a_handle, get, post, receive, worked_abroad
from tests.skills.assessors import (
    BOOKING,
    COMPETENT,
    PERSON,
    RECOGNITION,
    applied,
    opened,
    read,
    referred,
    step,
)


async def upload(http: httpx2.AsyncClient, who: str, path: str, row: dict[str, Any]) -> httpx2.Response:
    """Send an upload of one row."""
    headers = {
        "Authorization": f"Bearer {who}",
        "Idempotency-Key": str(uuid4()),
        "Content-Type": "application/x-ndjson",
    }
    return await http.post(path, content=json.dumps(row).encode(), headers=headers)


async def test_an_application_goes_over_an_assessment_to_a_recognition_and_its_revocation(
    http: httpx2.AsyncClient,
) -> None:
    application_id = await applied(http)
    at = f"/applications/{application_id}"
    for who, path, body, status in (
        ("counsellor", "assessment", BOOKING, "booked"),
        ("assessor", "decision", COMPETENT, "decided"),
        ("qualifications", "recognition", RECOGNITION, "recognised"),
        ("head", "revocation", step(reason="false_evidence"), "revoked"),
    ):
        answer = await post(http, who, f"{at}/{path}", body)
        assert answer.status_code == 200, answer.text
        assert (await read(http, application_id))["status"] == status
    found = await read(http, application_id)
    assert (found["level"], found["recognised_for"], found["revoked_for"]) == (2, "7112", "false_evidence")
    assert [each["type"].split(".")[2] for each in found["steps"]] == [
        "recognition_applied",
        "assessment_booked",
        "assessment_decided",
        "skills_recognised",
        "recognition_revoked",
    ]
    listed = (await get(http, "head", "/applications", status="revoked", limit=200)).json()
    assert application_id in [row["application_id"] for row in listed["items"]]


@pytest.mark.parametrize("under", ["single", "bulk"])
async def test_who_applies_books_decides_recognises_and_revokes_are_different_permissions(
    http: httpx2.AsyncClient, under: str
) -> None:
    application_id = await applied(http)
    may = {
        "assessment": ("assessments", BOOKING, {"counsellor", "head", "loader"}),
        "decision": ("decisions", COMPETENT, {"assessor", "head", "loader"}),
        "recognition": ("recognitions", RECOGNITION, {"qualifications", "head", "loader"}),
        "revocation": ("revocations", step(reason="other"), {"head", "loader"}),
    }
    for noun, (rows, body, allowed) in may.items():
        for who in ("counsellor", "assessor", "qualifications", "head", "loader"):
            if under == "single":
                answer = await post(http, who, f"/applications/{application_id}/{noun}", {})
            else:
                answer = await upload(http, who, f"/applications/{rows}/bulk", body | {"unknown": 1})
            assert (answer.status_code == 403) is (who not in allowed), f"{who}, {noun}: {answer.text}"
    assert (await post(http, "assessor", "/applications", step(occupation="7112"))).status_code == 403
    assert (
        await post(http, "takeo", f"/applications/{application_id}/assessment", BOOKING)
    ).status_code == 403
    assert (await get(http, "takeo", f"/applications/{application_id}")).status_code == 404


async def test_nothing_is_recognised_without_a_competent_assessment(http: httpx2.AsyncClient) -> None:
    application_id = await applied(http)
    answer = await post(http, "qualifications", f"/applications/{application_id}/recognition", RECOGNITION)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("competent-assessment-missing")


async def test_an_applicants_experience_comes_from_the_contracts_of_the_same_passport(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    documents = (Document(kind=DocumentKind.PASSPORT, number=f"N{uuid4().int % 10**7:07}"),)
    (passport,) = running.runtime.handles.of_all(documents)
    contract, *others = worked_abroad(passport)
    await receive(running, "skills.contracts", contract, *others)
    person = PERSON | {"documents": [{"kind": "passport", "number": documents[0].number}]}
    body = step(id=str(uuid7()), occupation="7112", person=person)
    answer = await post(http, "counsellor", "/applications", body)
    found = await read(http, answer.json()["id"])
    assert [work["employment_contract"] for work in found["experience"]] == [contract.stream]
    await receive(running, "skills.contracts", *worked_abroad(passport))
    later = await read(http, answer.json()["id"])
    assert (len(later["experience"]), len(later["known_now"])) == (1, 2)
    again = await post(http, "counsellor", "/applications", body)
    assert again.status_code in (200, 201), again.text
    assert again.json()["events"] == answer.json()["events"], (
        "sent again it is the same, though more is known"
    )


async def test_an_applicant_of_a_case_need_not_be_typed_again(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    passport = a_handle()
    await receive(running, "skills.contracts", *worked_abroad(passport))
    case = opened(passport)
    await receive(running, "skills.referrals", case)
    case_id = case.stream[-36:]
    found = await read(http, await applied(http, person={}, case_id=case_id))
    assert (found["about"], found["sex"], found["home_province"], found["contracts"]) == (
        case.stream,
        2,
        "02",
        1,
    )
    assert found["steps"][0]["person"]["name"]["latin"] == "CHAN SOPHEAP"


async def test_an_application_from_a_case_beyond_reach_shows_nothing_of_its_person(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    case = opened(uuid4().hex)
    await receive(running, "skills.referrals", case)
    body = step(occupation="7112", person={}, case_id=case.stream[-36:])
    answer = await post(http, "takeo", "/applications", body)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "record-not-found")
    assert (await post(http, "counsellor", "/applications", body)).status_code == 201


async def test_an_application_without_a_home_province_belongs_to_the_national_desk(
    http: httpx2.AsyncClient,
) -> None:
    nowhere = {key: value for key, value in PERSON.items() if key != "home_province"}
    body = step(occupation="7112", person=nowhere)
    refused = await post(http, "counsellor", "/applications", body)
    assert refused.status_code == 403 and "it belongs to the national desk" in refused.text
    answer = await post(http, "loader", "/applications", body)
    assert answer.status_code == 201, answer.text
    application_id = answer.json()["id"]
    hidden = await get(http, "counsellor", f"/applications/{application_id}")
    assert hidden.status_code == 404
    listed = await get(http, "counsellor", "/applications?limit=200")
    assert application_id not in [each["application_id"] for each in listed.json()["items"]]
    booked = await post(http, "counsellor", f"/applications/{application_id}/assessment", BOOKING)
    assert booked.status_code == 403
    assert (await read(http, application_id, "head"))["home_province"] is None


async def test_an_application_from_a_case_is_within_the_reach_of_the_province_in_charge_of_the_case(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    case = opened(a_handle(), province=None, in_charge="21")
    await receive(running, "skills.referrals", case)
    body = step(occupation="7112", person={}, case_id=case.stream[-36:])
    answer = await post(http, "takeo", "/applications", body)
    assert answer.status_code == 201, answer.text
    assert (await read(http, answer.json()["id"], "takeo"))["home_province"] is None
    assert (await get(http, "counsellor", f"/applications/{answer.json()['id']}")).status_code == 404


async def test_a_voided_booking_leaves_the_application(http: httpx2.AsyncClient) -> None:
    application_id = await applied(http)
    answer = await post(http, "counsellor", f"/applications/{application_id}/assessment", BOOKING)
    (booking,) = answer.json()["events"]
    assert (
        await post(http, "counsellor", f"/events/{booking}/void", {"reason": "mistyped"})
    ).status_code == 201
    assert (await read(http, application_id))["status"] == "applied"


@pytest.mark.parametrize("name", ["referral_event_id", "application_id"])
async def test_history_is_loaded_in_bulk(
    http: httpx2.AsyncClient, running: RunningService, name: str
) -> None:
    case = opened(a_handle())
    referral = referred(case)
    await receive(running, "skills.referrals", case, referral)
    application_id = application_of(referral.id)
    named = {name: str(referral.id if name == "referral_event_id" else application_id)}
    under = "referrals" if name == "referral_event_id" else "applications"
    migrated = {"how": "migrated", "recorded_at": "2014-08-11T09:00:00+07:00"} | named
    for noun, row in (
        ("assessments", BOOKING),
        ("decisions", COMPETENT),
        ("recognitions", RECOGNITION),
        ("revocations", step(reason="replaced")),
    ):
        answer = await upload(http, "loader", f"/{under}/{noun}/bulk", row | migrated)
        assert answer.json()["taken"] == 1, answer.text
    assert (await read(http, application_id))["status"] == "revoked"


STANDARDS = """occupation,valid_from,valid_to,lowest_level,highest_level,source
7112,2010-01-01,2014-08-09,1,4,a standard
7112,2014-08-10,,1,2,a standard that has no level 3 any more
"""


@pytest.fixture
def standards() -> Iterator[None]:
    """A competency standard for bricklayers alone, of fewer levels from the day of the recognitions on."""
    release = reference_data()
    use(ReferenceData(release.texts | {"standards": STANDARDS}))
    yield
    use(release)


async def competent(http: httpx2.AsyncClient) -> str:
    """Return an application after a competent assessment."""
    application_id = await applied(http)
    for path, body in (("assessment", BOOKING), ("decision", COMPETENT)):
        answer = await post(http, "head", f"/applications/{application_id}/{path}", body)
        assert answer.status_code == 200, answer.text
    return application_id


async def test_a_level_is_recognised_only_if_the_occupation_has_a_standard_of_it_on_that_day(
    http: httpx2.AsyncClient, standards: None
) -> None:
    application_id = await competent(http)
    at = f"/applications/{application_id}/recognition"
    answer = await post(http, "qualifications", at, RECOGNITION | {"level": 3})
    problem = answer.json()
    assert (answer.status_code, problem["type"].rpartition("/")[2]) == (422, "level-without-standard")
    (error,) = problem["errors"]
    assert error["field"] == "level"
    assert (
        "occupation 7112 (Bricklayers and related workers) has no competency standard of level 3 on 2014-08-10"
        in answer.text
    )
    assert "give a level that has one: 1, 2" in answer.text

    other = await post(http, "qualifications", at, RECOGNITION | {"occupation": "5120"})
    assert other.status_code == 422 and "occupation 5120 (Cooks) has no competency standard on" in other.text

    row = RECOGNITION | {"level": 3, "application_id": application_id}
    uploaded = await upload(http, "head", "/applications/recognitions/bulk", row)
    assert uploaded.json()["refused"] == 1 and "no competency standard of level 3" in uploaded.text

    answer = await post(http, "qualifications", at, RECOGNITION)
    assert answer.status_code == 200, answer.text
    (event,) = answer.json()["events"]
    correction = {"reason": "mistyped", "facts": {"occupation": "7112", "level": 3}}
    refused = await post(http, "qualifications", f"/events/{event}/correction", correction)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "facts.level"
    assert "no competency standard of level 3 on 2014-08-10" in refused.text
    before = correction | {"occurred_at": "2014-08-09T09:00:00+07:00"}
    corrected = await post(http, "qualifications", f"/events/{event}/correction", before)
    assert corrected.status_code == 201, corrected.text
    assert (await read(http, application_id))["level"] == 3
