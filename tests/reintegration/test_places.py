"""The last place of a vacancy is given once, whatever way the acceptances come in and whichever come at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.base.settings import Settings
from chassis.service import RunningService
from services.reintegration.domain.case import case_of
from tests.commits import commits_together
from tests.reintegration.agency import came_back, get, post, step, vacancy
from tests.reintegration.test_reintegration_history import bulk, migrated

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True)
class Proposed:
    """A match that waits for its answer, and the event of the proposal."""

    case_id: UUID
    match_id: str
    vacancy_id: str


async def proposed(http: httpx2.AsyncClient, running: RunningService, vacancy_id: str) -> Proposed:
    case_id, match_id = case_of((await came_back(running)).id), str(uuid7())
    body = step(vacancy_id=vacancy_id, reasons=["language"], match_id=match_id)
    answer = await post(http, "counsellor", f"/cases/{case_id}/matches", body)
    assert answer.status_code == 200, answer.text
    return Proposed(case_id, match_id, vacancy_id)


async def registered(http: httpx2.AsyncClient, places: int) -> str:
    answer = await post(http, "counsellor", "/vacancies", vacancy(places=places))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def accepted(http: httpx2.AsyncClient, match: Proposed) -> bool:
    path = f"/cases/{match.case_id}/matches/acceptance"
    answer = await post(http, "counsellor", path, step(match_id=match.match_id))
    assert answer.status_code == 200 or answer.json()["type"].endswith("vacancy-filled"), answer.text
    return bool(answer.status_code == 200)


async def accepted_in_bulk(http: httpx2.AsyncClient, match: Proposed) -> bool:
    row = migrated(case_id=str(match.case_id), match_id=match.match_id)
    outcome = await bulk(http, "/cases/acceptances/bulk", row)
    assert outcome["taken"] == 1 or "1 of 1 are taken" in outcome["refusals"][0]["reason"], outcome
    return bool(outcome["taken"] == 1)


async def made_valid_again(http: httpx2.AsyncClient, match: Proposed) -> bool:
    """Correct an acceptance that was voided before."""
    answer = await post(http, "counsellor", f"/events/{VOIDED[match]}/correction", {"reason": "mistyped"})
    assert answer.status_code == 201 or answer.json()["type"].endswith("vacancy-filled"), answer.text
    return bool(answer.status_code == 201)


VOIDED: dict[Proposed, str] = {}
"""The acceptances that were voided."""
Accept = Callable[[httpx2.AsyncClient, Proposed], Coroutine[Any, Any, bool]]
WAYS: tuple[Accept, ...] = (accepted, accepted_in_bulk, made_valid_again)


async def void_acceptance(http: httpx2.AsyncClient, match: Proposed) -> None:
    answer = await post(
        http,
        "counsellor",
        f"/cases/{match.case_id}/matches/acceptance",
        step(match_id=match.match_id),
    )
    (event,) = answer.json()["events"]
    voided = await post(http, "counsellor", f"/events/{event}/void", {"reason": "mistyped"})
    assert voided.status_code == 201, voided.text
    VOIDED[match] = event


@pytest.mark.parametrize("other", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("one", WAYS, ids=lambda way: way.__name__)
async def test_of_two_acceptances_at_the_same_moment_one_gets_the_last_place(
    http: httpx2.AsyncClient, running: RunningService, settings: Settings, one: Accept, other: Accept
) -> None:
    job = await registered(http, places=1)
    matches = [await proposed(http, running, job) for _ in range(2)]
    for way, match in zip((one, other), matches, strict=True):
        if way is made_valid_again:
            await void_acceptance(http, match)
    async with commits_together(settings, running.service.name, 2):
        asked = [
            asyncio.create_task(way(http, match)) for way, match in zip((one, other), matches, strict=True)
        ]
    assert sorted(await asyncio.gather(*asked)) == [False, True]
    assert (await get(http, "counsellor", f"/vacancies/{job}")).json()["taken"] == 1


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_what_is_taken_is_refused_by_every_way(
    http: httpx2.AsyncClient, running: RunningService, way: Accept
) -> None:
    job = await registered(http, places=1)
    late, first = [await proposed(http, running, job) for _ in range(2)]
    if way is made_valid_again:
        await void_acceptance(http, late)
    assert await accepted(http, first)
    assert not await way(http, late)


async def test_acceptances_at_the_same_moment_take_all_places_that_there_are(
    http: httpx2.AsyncClient, running: RunningService, settings: Settings
) -> None:
    job = await registered(http, places=3)
    matches = [await proposed(http, running, job) for _ in range(2)]
    async with commits_together(settings, running.service.name, 2):
        asked = [asyncio.create_task(accepted(http, match)) for match in matches]
    assert await asyncio.gather(*asked) == [True, True]
    assert (await get(http, "counsellor", f"/vacancies/{job}")).json()["taken"] == 2


async def test_a_row_that_is_refused_for_another_reason_takes_no_place(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    job = await registered(http, places=1)
    declined, waiting = [await proposed(http, running, job) for _ in range(2)]
    answer = await post(
        http,
        "counsellor",
        f"/cases/{declined.case_id}/matches/decline",
        step(match_id=declined.match_id, reason="too_far"),
    )
    assert answer.status_code == 200, answer.text
    rows = [migrated(case_id=str(each.case_id), match_id=each.match_id) for each in (declined, waiting)]
    outcome = await bulk(http, "/cases/acceptances/bulk", *rows)
    assert (outcome["taken"], outcome["refused"]) == (1, 1), outcome


async def test_a_proposal_made_valid_again_brings_no_acceptance_back_for_a_place_given_to_another(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    job = await registered(http, places=1)
    case_id, match_id = case_of((await came_back(running)).id), str(uuid7())
    proposal = step(vacancy_id=job, reasons=["language"], match_id=match_id)
    answer = await post(http, "counsellor", f"/cases/{case_id}/matches", proposal)
    (event,) = answer.json()["events"]
    assert await accepted(http, Proposed(case_id, match_id, job))
    voided = await post(http, "counsellor", f"/events/{event}/void", {"reason": "mistyped"})
    assert voided.status_code == 201, voided.text
    assert await accepted(http, await proposed(http, running, job))
    again = await post(http, "counsellor", f"/events/{event}/correction", {"reason": "mistyped"})
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "vacancy-filled")


async def test_an_acceptance_stays_that_of_its_match(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    match = await proposed(http, running, await registered(http, places=1))
    other = str(uuid7())
    body = step(vacancy_id=await registered(http, places=1), reasons=["language"], match_id=other)
    assert (await post(http, "counsellor", f"/cases/{match.case_id}/matches", body)).status_code == 200
    path = f"/cases/{match.case_id}/matches/acceptance"
    (event,) = (await post(http, "counsellor", path, step(match_id=match.match_id))).json()["events"]
    correction = {"reason": "mistyped", "facts": {"match_id": other}}
    answer = await post(http, "counsellor", f"/events/{event}/correction", correction)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "match-of-another-vacancy")


async def test_an_acceptance_sent_again_under_its_id_is_answered_as_before(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    match = await proposed(http, running, await registered(http, places=1))
    path, body = f"/cases/{match.case_id}/matches/acceptance", step(match_id=match.match_id, id=str(uuid7()))
    first = await post(http, "counsellor", path, body)
    again = await post(http, "counsellor", path, body)
    assert (again.status_code, again.json()) == (200, first.json())
