"""The people who work on recognition in these tests, the commands that they send, and the referrals that skills receives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2

from chassis.access.permissions import Caller, Reach
from contracts import reintegration
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason
from contracts.envelope import Event, Fact
from contracts.person import ClearPerson, Document, Name
from contracts.reintegration import ReferredForRecognition, ReintegrationCaseOpened
from tests.reintegration.agency import AT, RECORDED, event, get, post

OPEN, BOOK, DECIDE, GRANT, REVOKE, READ, CORRECT = (
    "skills.application.open", "skills.assessment.book", "skills.assessment.decide", "skills.recognition.grant",
    "skills.recognition.revoke", "skills.application.read", "skills.event.correct",
)  # fmt: skip


def caller(name: str, *permissions: str, **reach: Any) -> Caller:
    return Caller(name, name, "NEA-02", frozenset(permissions), Reach(**reach), 4e9)


PEOPLE = {
    person.id: person
    for person in (
        caller("counsellor", OPEN, BOOK, READ, CORRECT, provinces=frozenset(["02"])),
        caller("assessor", DECIDE, READ, provinces=frozenset(["02"])),
        caller("qualifications", GRANT, READ, CORRECT, national=True),
        caller("head", BOOK, DECIDE, GRANT, REVOKE, READ, national=True),
        caller("takeo", OPEN, BOOK, READ, provinces=frozenset(["21"])),
        caller("loader", OPEN, BOOK, DECIDE, GRANT, REVOKE, READ, "skills.history.load", national=True),
    )
}


class People:
    """A test double of the issuer: the token is the id of the person."""

    def caller(self, token: str) -> Caller:
        return PEOPLE[token]


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


def opened(*handles: str, province: str | None = "02", in_charge: str | None = None) -> Event[Fact]:
    facts = ReintegrationCaseOpened(
        recorded=RECORDED,
        sex=Sex.FEMALE,
        home_province=province,
        province=in_charge,
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
