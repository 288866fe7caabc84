"""Skills on a real PostgreSQL: from a referral or a counsellor's application to a recognition and its revocation."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio
from uuid_utils.compat import uuid7

from chassis.callers import Caller, Reach
from chassis.service import Role, Running
from chassis.settings import Settings
from contracts import reintegration
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Sex
from contracts.codes.reasons import CorrectionReason
from contracts.envelope import ClearPerson, Document, Event, Fact, Name
from contracts.reintegration import ReferredForRecognition, ReintegrationCaseOpened
from services.skills.domain.application import application_of
from services.skills.main import service
from tests.reintegration.agency import (
    AT,
    RECORDED,
    a_handle,
    employment_contract,
    event,
    get,
    hear,
    hear_who,
    post,
)

OPEN, DECIDE, REVOKE, READ = (
    "skills.application.open", "skills.assessment.decide", "skills.recognition.revoke", "skills.application.read",
)  # fmt: skip


def caller(name: str, *permissions: str, **reach: Any) -> Caller:
    return Caller(name, name, "NEA-02", frozenset(permissions), Reach(**reach), 4e9)


PEOPLE = {
    person.id: person
    for person in (
        caller("counsellor", OPEN, READ, provinces=frozenset(["02"])),
        caller("assessor", DECIDE, READ, "skills.event.correct", provinces=frozenset(["02"])),
        caller("head", DECIDE, REVOKE, READ, national=True),
        caller("takeo", OPEN, DECIDE, READ, provinces=frozenset(["21"])),
        caller("loader", OPEN, DECIDE, REVOKE, READ, "skills.history.load", national=True),
    )
}


class People:
    """Stands in for the issuer: the token is the person's id."""

    def caller(self, token: str) -> Caller:
        return PEOPLE[token]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(settings: Settings) -> AsyncIterator[Running]:
    async with Running(service, settings, Role.API) as running:
        running.app.state.tokens = People()
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(running: Running) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(running.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://skills") as client:
        yield client


def step(**fields: Any) -> dict[str, Any]:
    return {"occurred_at": "2014-08-10T09:00:00+07:00", **fields}


BOOKING = step(method="practical_test", on="2014-08-10", province="02")
COMPETENT = step(result="competent")
RECOGNITION = step(level=2)
PERSON = {
    "sex": 1,
    "home_province": "02",
    "name": {"latin": "SOK DARA", "khmer": "សុខ ដារ៉ា"},
    "documents": [{"kind": "passport", "number": "N0099887"}],
}


def opened(*handles: str, province: str | None = "02") -> Event[Fact]:
    facts = ReintegrationCaseOpened(
        recorded=RECORDED,
        sex=Sex.FEMALE,
        home_province=province,
        about=f"crossing-{uuid4()}",
        return_event_id=uuid4(),
        returned_from="THA",
        deported=False,
    )
    person = ClearPerson(
        evidence_id=uuid4(),
        documents=(Document(kind=DocumentKind.PASSPORT, number="N0712345"),),
        name=Name(latin="CHAN SOPHEAP"),
    )
    return event(f"reintegration-case-{uuid4()}", 1, facts, person=person, handles=handles)


def referred(case: Event[Fact], version: int = 2, occupation: str = "7112") -> Event[Fact]:
    facts = ReferredForRecognition(recorded=RECORDED, occupation=occupation)
    return event(case.stream, version, facts, occurred_at=AT + timedelta(days=version))


def voided(of: Event[Fact], version: int) -> Event[Fact]:
    return event(of.stream, version, reintegration.EventVoided(**_ruling(of)))


def corrected(of: Event[Fact], version: int, handle: str, **facts: Any) -> Event[Fact]:
    restated = {"type": of.type, "facts": of.facts.model_copy(update=facts)}
    ruling = reintegration.EventCorrected(**_ruling(of), keeps_person=False, restated=restated)
    return event(of.stream, version, ruling, occurred_at=of.occurred_at, handles=(handle,))


def _ruling(of: Event[Fact]) -> dict[str, Any]:
    return {
        "recorded": RECORDED,
        "names": of.id,
        "named_type": of.type,
        "first_recorded_at": of.recorded_at,
        "reason": CorrectionReason.WRONG_PERSON,
    }


async def read(http: httpx2.AsyncClient, application_id: UUID | str, who: str = "head") -> dict[str, Any]:
    answer = await get(http, who, f"/applications/{application_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def applied(http: httpx2.AsyncClient, **other: Any) -> str:
    body = step(occupation="7112", person=PERSON) | other
    answer = await post(http, "counsellor", "/applications", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


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


async def test_each_desk_does_its_own(http: httpx2.AsyncClient) -> None:
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
    http: httpx2.AsyncClient, running: Running
) -> None:
    documents = (Document(kind=DocumentKind.PASSPORT, number=f"N{uuid4().int % 10**7:07}"),)
    (passport,) = running.runtime.handles.of_all(documents)
    contract = employment_contract(passport)
    await hear(running, "skills.contracts", contract)
    person = PERSON | {"documents": [{"kind": "passport", "number": documents[0].number}]}
    body = step(id=str(uuid7()), occupation="7112", person=person)
    answer = await post(http, "counsellor", "/applications", body)
    found = await read(http, answer.json()["id"])
    assert [work["employment_contract"] for work in found["experience"]] == [contract.stream]
    await hear(running, "skills.contracts", employment_contract(passport))
    again = await post(http, "counsellor", "/applications", body)
    assert again.status_code in (200, 201), again.text
    assert again.json()["events"] == answer.json()["events"], (
        "sent again it is the same, though more is known"
    )


async def test_an_applicant_of_a_case_need_not_be_typed_again(
    http: httpx2.AsyncClient, running: Running
) -> None:
    passport = a_handle()
    await hear(running, "skills.contracts", employment_contract(passport))
    case = opened(passport)
    await hear(running, "skills.referrals", case)
    case_id = case.stream[-36:]
    found = await read(http, await applied(http, person={}, case_id=case_id))
    assert (found["about"], found["sex"], found["home_province"], found["contracts"]) == (
        case.stream,
        2,
        "02",
        1,
    )
    assert found["steps"][0]["person"]["name"]["latin"] == "CHAN SOPHEAP"


async def test_a_referral_opens_an_application_with_person_and_experience(
    http: httpx2.AsyncClient, running: Running
) -> None:
    passport, old_passport = a_handle(), a_handle()
    await hear(running, "skills.contracts", employment_contract(old_passport, occupation="9313"))
    await hear_who(running, "4K7M29QFXT08DH", [passport, old_passport])
    case = opened(passport)
    referral = referred(case)
    await hear(running, "skills.referrals", case, referral)
    await hear(running, "skills.referrals", referral, case)
    found = await read(http, application_of(referral.id))
    assert (found["status"], found["about"], found["occupation"]) == ("applied", case.stream, "7112")
    assert [work["occupation"] for work in found["experience"]] == ["9313"]
    assert found["number"] == "4K7M29QFXT08DH"
    assert found["steps"][0]["person"]["name"]["latin"] == "CHAN SOPHEAP"


async def test_referrals_give_the_same_applications_in_whatever_order_they_are_heard(
    running: Running,
) -> None:
    outcomes = []
    for order in range(24):
        case = opened(a_handle())
        referral, other = referred(case), referred(case, 3, "7212")
        ruling = corrected(case, 4, "ee" * 16, home_province="21")
        events = list(list(permutations([case, referral, other, ruling]))[order])
        cut = order % 4
        for page in (events[:cut], events[cut:], events[::-1]):
            await hear(running, "skills.referrals", *page)
        found = []
        for each in (referral, other):
            history = await running.runtime.store.load(f"application-{application_of(each.id)}")
            (standing,) = _standing(history)
            found.append(
                (standing.facts.occupation, standing.facts.home_province, standing.handles, standing.person)
            )
        outcomes.append(found)
    assert outcomes == [outcomes[0]] * 24
    assert outcomes[0][0] == ("7112", "21", ("ee" * 16,), None)


def _standing(history: list[Event[Fact]]) -> list[Event[Any]]:
    from contracts.rulings import effective

    return effective(history)


async def test_a_voided_referral_takes_its_application_back(
    http: httpx2.AsyncClient, running: Running
) -> None:
    case = opened(a_handle())
    referral = referred(case)
    await hear(running, "skills.referrals", case, referral, voided(referral, 3))
    answer = await get(http, "head", f"/applications/{application_of(referral.id)}")
    assert answer.status_code == 404


async def test_an_application_on_which_an_assessor_has_worked_stays(
    http: httpx2.AsyncClient, running: Running
) -> None:
    case = opened(a_handle())
    referral = referred(case)
    await hear(running, "skills.referrals", case, referral)
    at = f"/applications/{application_of(referral.id)}"
    assert (await post(http, "assessor", f"{at}/assessment", BOOKING)).status_code == 200
    await hear(running, "skills.referrals", voided(referral, 3))
    assert (await read(http, application_of(referral.id)))["status"] == "booked"


async def test_a_booking_taken_back_leaves_the_application(http: httpx2.AsyncClient) -> None:
    application_id = await applied(http)
    answer = await post(http, "assessor", f"/applications/{application_id}/assessment", BOOKING)
    (booking,) = answer.json()["events"]
    assert (
        await post(http, "assessor", f"/events/{booking}/void", {"reason": "mistyped"})
    ).status_code == 201
    assert (await read(http, application_id))["status"] == "applied"


@pytest.mark.parametrize("name", ["referral_event_id", "application_id"])
async def test_history_is_loaded_in_bulk(http: httpx2.AsyncClient, running: Running, name: str) -> None:
    case = opened(a_handle())
    referral = referred(case)
    await hear(running, "skills.referrals", case, referral)
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
