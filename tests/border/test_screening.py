"""The private questions to people who came back: what is recorded of them, and who may know of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from chassis.commands.runtime import Runtime
from chassis.testing import Scenario
from contracts.border import Referral, ScreeningRecorded
from contracts.codes.assistance import Consent, ReferralOffice
from contracts.codes.people import AgeBand, Sex
from contracts.codes.recording import HowRecorded
from contracts.codes.screening import HelpWanted, ScreeningEnd
from contracts.command import Circumstances
from contracts.envelope import Recorded
from services.border.deciders import screenings
from services.border.domain.screening import RecordScreening, ReferralGiven, ScreenReturnee
from tests.border.post import departure, headers, now, person, post, recorded, returned

NOW = datetime(2014, 6, 14, 3, tzinfo=UTC)
RECORDED = Recorded(by="desk", office="KH-POI", how=HowRecorded.LIVE)
AT = Circumstances(UUID(int=1), RECORDED, NOW, NOW, NOW.date(), "desk")
WAGES = {"office": "molvt", "help": "unpaid_wages", "consent": "spoken"}
HEALTH = {"office": "mosvy", "help": "health_care", "consent": "written"}
asynchronous = pytest.mark.asyncio(loop_scope="session")


def asked(crossing_id: str, *referrals: dict[str, str], **other: Any) -> dict[str, Any]:
    usual = {
        "occurred_at": now(),
        "crossing_id": crossing_id,
        "ended": "answered",
        "referrals": list(referrals),
    }
    return usual | other


async def came_back(http: httpx2.AsyncClient, **other: Any) -> str:
    found: str = (await recorded(http, returned(occurred_at=now(), **other)))["id"]
    return found


async def screened(http: httpx2.AsyncClient, body: dict[str, Any], who: str = "desk") -> str:
    found: str = (await recorded(http, body, who=who, path="/screenings"))["id"]
    return found


def test_a_screening_has_the_referrals_and_the_attributes_of_the_person_and_nothing_else() -> None:
    given = ReferralGiven(office=ReferralOffice.MOLVT, help=HelpWanted.UNPAID_WAGES, consent=Consent.SPOKEN)
    crossing_id = UUID(int=7)
    command = RecordScreening(
        occurred_at=NOW, crossing_id=crossing_id, ended=ScreeningEnd.ANSWERED, referrals=(given,)
    )
    fact = ScreeningRecorded(
        recorded=RECORDED,
        sex=Sex.FEMALE,
        age_band=AgeBand("25-29"),
        home_province="02",
        about=f"crossing-{crossing_id}",
        checkpoint="KH-POI",
        ended=ScreeningEnd.ANSWERED,
        referrals=(Referral(office=given.office, help=given.help, consent=given.consent),),
    )
    Scenario(screenings, AT).given().when(ScreenReturnee.of(command, "KH-POI", fact)).then(fact)


@asynchronous
async def test_a_screening_of_a_return_is_recorded_with_its_referrals(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    crossing_id = await came_back(http)
    screening_id = await screened(http, asked(crossing_id, WAGES, HEALTH))
    (event,) = await runtime.store.load(f"screening-{screening_id}")
    facts = event.facts
    assert isinstance(facts, ScreeningRecorded) and facts.about == f"crossing-{crossing_id}"
    assert [(each.office, each.help) for each in facts.referrals] == [
        ("molvt", "unpaid_wages"),
        ("mosvy", "health_care"),
    ]
    assert (facts.checkpoint, facts.home_province, facts.sex) == ("KH-POI", "02", 2)
    assert event.person is None and event.handles == ()


@asynchronous
@pytest.mark.parametrize(
    "wrong",
    [
        {"ended": "not_wanted"},
        {"referrals": [WAGES, WAGES]},
        {"referrals": [{"office": "molvt", "help": "unpaid_wages"}]},
        {"words": {"note": "beaten"}},
        {"answers": {"wages": "yes"}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_a_referral_needs_consent_and_no_answer_or_remark_is_taken(
    http: httpx2.AsyncClient, wrong: dict[str, Any]
) -> None:
    body = asked(await came_back(http), WAGES) | wrong
    answer = await post(http, "/screenings", body, who="desk")
    assert answer.status_code == 422, answer.text


@asynchronous
@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"words": {"note": "she was locked in"}}, ["words"]),
        ({"person": person()}, ["person"]),
        ({"person": person(), "reason": "wrong_person"}, ["person"]),
        ({"person": {"phone": "+85512345678"}, "words": {"note": "beaten"}}, ["person", "words"]),
    ],
    ids=("words", "person", "wrong_person", "both"),
)
async def test_a_correction_of_a_screening_adds_no_remark_and_no_person(
    http: httpx2.AsyncClient, runtime: Runtime, wrong: dict[str, Any], fields: list[str]
) -> None:
    screening_id = await screened(http, asked(await came_back(http), WAGES))
    body = {"reason": "mistyped", "facts": {"ended": "left_early"}} | wrong
    for way in ("correction/preview", "correction"):
        answer = await http.post(f"/events/{screening_id}/{way}", json=body, headers=headers("desk"))
        assert answer.status_code == 422, answer.text
        assert [each["field"] for each in answer.json()["errors"]] == fields
    assert len(await runtime.store.load(f"screening-{screening_id}")) == 1


@asynchronous
@pytest.mark.parametrize("voided", [False, True], ids=["valid", "voided"])
async def test_a_correction_moves_a_screening_to_no_other_record_and_to_no_other_post(
    http: httpx2.AsyncClient, runtime: Runtime, voided: bool
) -> None:
    elsewhere = (await recorded(http, returned(checkpoint="KH-BVT"), who="bavet"))["id"]
    screening_id = await screened(http, asked(await came_back(http), WAGES))
    if voided:
        void = {"reason": "mistyped"}
        answer = await http.post(f"/events/{screening_id}/void", json=void, headers=headers("desk"))
        assert answer.status_code == 201, answer.text
    versions = len(await runtime.store.load(f"screening-{screening_id}"))
    for facts in (
        {"about": f"crossing-{elsewhere}"},
        {"about": f"handover-{uuid4()}"},
        {"checkpoint": "KH-BVT"},
        {"ended": "left_early", "checkpoint": "KH-BVT"},
    ):
        body = {"reason": "mistyped", "facts": facts}
        answer = await http.post(f"/events/{screening_id}/correction", json=body, headers=headers("desk"))
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        assert error["field"] == f"facts.{list(facts)[-1]}"
    assert len(await runtime.store.load(f"screening-{screening_id}")) == versions
    body = {"reason": "mistyped", "facts": {"ended": "left_early"}}
    answer = await http.post(f"/events/{screening_id}/correction", json=body, headers=headers("desk"))
    assert answer.status_code == 201, answer.text


@asynchronous
async def test_only_a_return_within_reach_is_asked_about(http: httpx2.AsyncClient) -> None:
    crossing_id = await came_back(http)
    gone = (await recorded(http, departure(occurred_at=now())))["id"]
    for who, about, status in (
        ("poipet", crossing_id, 403),
        ("desk-bavet", crossing_id, 403),
        ("desk", str(uuid4()), 404),
        ("desk", gone, 409),
    ):
        assert (await post(http, "/screenings", asked(about), who=who)).status_code == status, who


@asynchronous
async def test_the_event_of_a_screening_is_found_by_nobody_but_its_recorder(
    http: httpx2.AsyncClient,
) -> None:
    screening_id = await screened(http, asked(await came_back(http), WAGES))
    void = {"reason": "mistyped"}
    for who in ("desk-too", "chief", "poipet"):  # the first two may correct every record of the post
        answer = await http.post(f"/events/{screening_id}/void", json=void, headers=headers(who))
        assert answer.status_code == 404, (who, answer.text)
    answer = await http.post(f"/events/{screening_id}/void", json=void, headers=headers("desk"))
    assert answer.status_code == 201, answer.text
    for who, status in (("desk-too", 404), ("desk", 409)):  # also when nothing of it is valid any more
        answer = await http.post(f"/events/{screening_id}/void", json=void, headers=headers(who))
        assert answer.status_code == status, (who, answer.text)
