"""Skills on a real PostgreSQL: from a counsellor's application to a recognition and its revocation."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.service import RunningService
from contracts.codes.documents import DocumentKind
from contracts.envelope import Document
from services.skills.domain.application import application_of
from tests.reintegration.agency import a_handle, employment_contract, get, post, receive
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


async def test_an_application_goes_over_an_assessment_to_a_recognition_and_its_revocation(
    http: httpx2.AsyncClient,
) -> None:
    application_id = await applied(http)
    at = f"/applications/{application_id}"
    for who, path, body, status in (
        ("assessor", "assessment", BOOKING, "booked"),
        ("assessor", "decision", COMPETENT, "decided"),
        ("assessor", "recognition", RECOGNITION, "recognised"),
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


async def test_counsellors_and_assessors_have_different_permissions(http: httpx2.AsyncClient) -> None:
    application_id = await applied(http)
    at = f"/applications/{application_id}"
    assert (await post(http, "counsellor", f"{at}/assessment", BOOKING)).status_code == 403
    assert (await post(http, "assessor", f"{at}/revocation", step(reason="other"))).status_code == 403
    assert (await post(http, "assessor", "/applications", step(occupation="7112"))).status_code == 403
    assert (await post(http, "takeo", f"{at}/assessment", BOOKING)).status_code == 403
    assert (await get(http, "takeo", at)).status_code == 404


async def test_nothing_is_recognised_without_a_competent_assessment(http: httpx2.AsyncClient) -> None:
    application_id = await applied(http)
    answer = await post(http, "assessor", f"/applications/{application_id}/recognition", RECOGNITION)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("competent-assessment-missing")


async def test_an_applicants_experience_comes_from_the_contracts_of_the_same_passport(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    documents = (Document(kind=DocumentKind.PASSPORT, number=f"N{uuid4().int % 10**7:07}"),)
    (passport,) = running.runtime.handles.of_all(documents)
    contract = employment_contract(passport)
    await receive(running, "skills.contracts", contract)
    person = PERSON | {"documents": [{"kind": "passport", "number": documents[0].number}]}
    body = step(id=str(uuid7()), occupation="7112", person=person)
    answer = await post(http, "counsellor", "/applications", body)
    found = await read(http, answer.json()["id"])
    assert [work["employment_contract"] for work in found["experience"]] == [contract.stream]
    await receive(running, "skills.contracts", employment_contract(passport))
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
    await receive(running, "skills.contracts", employment_contract(passport))
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


async def test_a_voided_booking_leaves_the_application(http: httpx2.AsyncClient) -> None:
    application_id = await applied(http)
    answer = await post(http, "assessor", f"/applications/{application_id}/assessment", BOOKING)
    (booking,) = answer.json()["events"]
    assert (
        await post(http, "assessor", f"/events/{booking}/void", {"reason": "mistyped"})
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
        answer = await http.post(
            f"/{under}/{noun}/bulk",
            content=json.dumps(row | migrated).encode(),
            headers={
                "Authorization": "Bearer loader",
                "Idempotency-Key": str(uuid4()),
                "Content-Type": "application/x-ndjson",
            },
        )
        assert answer.json()["taken"] == 1, answer.text
    assert (await read(http, application_id))["status"] == "revoked"
