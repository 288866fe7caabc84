"""Applications that referrals open, in any order of the received events."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import httpx2

from chassis.service import RunningService
from contracts.envelope import Event, Fact
from contracts.rulings import effective
from services.skills.domain.application import application_of
from tests.reintegration.agency import a_handle, get, post, receive, receive_who, worked_abroad
from tests.skills.assessors import BOOKING, corrected, opened, read, referred, voided


async def test_a_referral_opens_an_application_with_person_and_experience(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    passport, old_passport = a_handle(), a_handle()
    await receive(running, "skills.contracts", *worked_abroad(old_passport, occupation="9313"))
    await receive_who(running, "4K7M29QFXT08DH", [passport, old_passport])
    case = opened(passport)
    referral = referred(case)
    await receive(running, "skills.referrals", case, referral)
    await receive(running, "skills.referrals", referral, case)
    found = await read(http, application_of(referral.id))
    assert (found["status"], found["about"], found["occupation"]) == ("applied", case.stream, "7112")
    assert [work["occupation"] for work in found["experience"]] == ["9313"]
    assert found["number"] == "4K7M29QFXT08DH"
    assert found["steps"][0]["person"]["name"]["latin"] == "CHAN SOPHEAP"


async def test_referrals_give_the_same_applications_in_any_order(
    running: RunningService,
) -> None:
    outcomes = []
    for order in range(24):
        case = opened(a_handle())
        referral, other = referred(case), referred(case, 3, "7212")
        ruling = corrected(case, 4, "ee" * 16, home_province="21")
        events = list(list(permutations([case, referral, other, ruling]))[order])
        cut = order % 4
        for page in (events[:cut], events[cut:], events[::-1]):
            await receive(running, "skills.referrals", *page)
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
    return effective(history)


async def test_a_voided_referral_voids_its_application(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    case = opened(a_handle())
    referral = referred(case)
    await receive(running, "skills.referrals", case, referral, voided(referral, 3))
    answer = await get(http, "head", f"/applications/{application_of(referral.id)}")
    assert answer.status_code == 404


async def test_an_application_on_which_an_assessor_has_worked_stays(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    case = opened(a_handle())
    referral = referred(case)
    await receive(running, "skills.referrals", case, referral)
    at = f"/applications/{application_of(referral.id)}"
    assert (await post(http, "counsellor", f"{at}/assessment", BOOKING)).status_code == 200
    await receive(running, "skills.referrals", voided(referral, 3))
    assert (await read(http, application_of(referral.id)))["status"] == "booked"
