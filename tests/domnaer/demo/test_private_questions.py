"""The private questions of the demo: whom the officer asked, and the referrals that each office finds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import httpx2
import pytest
import pytest_asyncio

from chassis.access.permissions import Caller
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from contracts.codes.assistance import ReferralOffice
from contracts.codes.screening import ScreeningEnd
from domnaer.demo.accounts import LOADER, demo_people, demo_programs
from domnaer.demo.lines import Line
from domnaer.demo.loading import _ndjson
from domnaer.demo.private_questions import NotAsked, ask_returnees
from domnaer.demo.published import last_day
from domnaer.demo.today import border_post
from domnaer.demo.today.screenings import OFFICER, screenings
from domnaer.demo.wording import COUNSELLORS
from services.border.domain.screening import RecordScreening
from services.border.main import service
from services.border.pages import NAV
from tests.border.desk import Desk, text_of
from tests.browser import served

in_the_session = pytest.mark.asyncio(loop_scope="session")
PEOPLE = {each.id: each for each in (*demo_people(), *demo_programs())}


class Accounts:
    """A test double of the issuer: the token is the id of a person of the demo."""

    def caller(self, token: str) -> Caller:
        person = PEOPLE[token]
        return Caller(
            token, person.name_en, person.office, person.permissions, person.reach, 4e9, person.title
        )


def returns() -> Mapping[object, Line]:
    """Return the returns of yesterday and today by their ids."""
    lines = [line for upload in border_post.uploads() for line in upload.lines]
    return {line["id"]: line for line in lines if line.get("kind") in ("return", "deported_return")}


def test_every_screening_is_a_command_about_a_return_and_is_the_same_at_each_start() -> None:
    planned, back = list(screenings()), returns()
    assert planned == list(screenings()) and len({each.id for each in planned}) == len(planned)
    for each in planned:
        command = RecordScreening.model_validate(each.command)
        assert command.occurred_at > back[command.crossing_id]["occurred_at"]
    days = {back[each.command["crossing_id"]]["occurred_at"].date() for each in planned}
    assert days == {last_day(), last_day() - timedelta(days=1)}
    assert {each.command["ended"] for each in planned} == set(ScreeningEnd)
    assert any(
        each.command["ended"] is ScreeningEnd.ANSWERED and not each.command["referrals"] for each in planned
    )
    for day in days:
        whole = [line["id"] for line in back.values() if line["occurred_at"].date() == day]
        assert set(whole) - {each.command["crossing_id"] for each in planned}, "somebody was not asked yet"


def test_whoever_acknowledges_receives_referrals_of_that_office_and_province() -> None:
    back, seen = returns(), set()
    for each in screenings():
        offices = {referral["office"] for referral in each.command["referrals"]}
        home = back[each.command["crossing_id"]]["person"]["home_province"]
        if ReferralOffice.NEA in offices:
            assert home in COUNSELLORS
        for name in each.acknowledged_by:
            assert "border.referral.receive" in PEOPLE[name].permissions
            assert PEOPLE[name].reach.national or home in PEOPLE[name].reach.provinces
            assert back[each.command["crossing_id"]]["occurred_at"].date() < last_day()
            seen.add(PEOPLE[name].office.partition("-")[0].lower())
    assert seen == {"nea", "moi", "molvt", "mosvy"}
    assert "border.screening.record" in PEOPLE[OFFICER].permissions


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(settings: Settings) -> AsyncIterator[str]:
    """The border with the crossings of the demo's today, at the demo's pinned day."""
    pinned = settings.model_copy(update={"today": last_day()})
    async with served(service, pinned, NAV, Accounts()) as address:
        async with client(address, LOADER) as loader:
            for upload in border_post.uploads():
                answer = await loader.post(
                    upload.path,
                    content=b"".join(_ndjson(upload.lines)),
                    headers={
                        "Content-Type": "application/x-ndjson",
                        "Idempotency-Key": upload.path + str(len(upload.lines)),
                    },
                )
                assert answer.status_code == 200 and answer.json()["refused"] == 0, answer.text
        yield address


def client(url: str, person: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {person}"},
        cookies={SESSION_COOKIE: person},
        timeout=60,
    )


async def found(url: str) -> dict[str, tuple[int, int]]:
    """Return for each receiver the referrals that wait and that are acknowledged, as the list has them."""
    numbers: dict[str, tuple[int, int]] = {}
    async with httpx2.AsyncClient(base_url=url) as http:
        for name in ("reviewer", "referrals", "social-affairs", *COUNSELLORS.values()):
            page = text_of(await Desk(http, name).page("/referrals"))
            counted = re.search(r"Waiting \((\d+)\) Acknowledged \((\d+)\)", page)
            assert counted is not None, page
            numbers[name] = (int(counted[1]), int(counted[2]))
            waiting = await Desk(http, name).page("/referrals/counts")
            assert re.search(rf">\s*{counted[1]}\s*<", waiting), waiting
    return numbers


@in_the_session
async def test_each_office_finds_referrals_that_wait_and_some_that_it_acknowledged(url: str) -> None:
    first = await ask_returnees(lambda person: client(url, person))
    planned = list(screenings())
    assert first.people == len(planned)
    numbers = await found(url)
    assert all(waiting and acknowledged for waiting, acknowledged in numbers.values()), numbers
    # Children who came back alone, those of other tests too, are referred to the Ministry of Social Affairs by their crossings.
    assert sum(waiting for waiting, _ in numbers.values()) > first.referrals - first.acknowledged
    async with httpx2.AsyncClient(base_url=url) as http:
        officer = Desk(http, OFFICER)
        lists = [
            await officer.page(f"/screenings?day={last_day() - timedelta(days=days)}") for days in (0, 1)
        ]
        not_asked = Counter(
            link for page in lists for link in re.findall(r"/crossings/([^/]+)/questions", page)
        )
        referred = await Desk(http, "reviewer").page("/referrals")
    asked = {str(each.command["crossing_id"]) for each in planned if each.command["ended"] != "left_early"}
    assert set(not_asked) == {str(each) for each in returns()} - asked
    assert all("/questions" in page for page in lists)
    link = re.search(r'href="/border/pages(/referrals/[0-9a-f-]{36})"', referred)
    assert link is not None
    async with httpx2.AsyncClient(base_url=url) as http:
        assert "Chan Vuthy, Poipet" in text_of(await Desk(http, "reviewer").page(link[1]))


@in_the_session
async def test_a_second_start_adds_nothing_and_leaves_alone_what_somebody_changed(url: str) -> None:
    first = await ask_returnees(lambda person: client(url, person))
    numbers = await found(url)
    assert await ask_returnees(lambda person: client(url, person)) == first
    assert await found(url) == numbers
    plain = next(each for each in screenings() if not each.command["referrals"])
    async with client(url, "supervisor") as supervisor:
        void = await supervisor.post(
            f"/border/events/{plain.command['crossing_id']}/void",
            json={"reason": "mistyped"},
            headers={"Idempotency-Key": "void-of-the-demo"},
        )
        assert void.status_code == 201, void.text
    again = await ask_returnees(lambda person: client(url, person))
    assert (again.people, again.referrals) == (first.people - 1, first.referrals)
    assert await found(url) == numbers


@in_the_session
async def test_a_refusal_ends_the_demo_with_its_reason(url: str) -> None:
    def nobody(person: str) -> httpx2.AsyncClient:
        return client(url, "clerk")

    with pytest.raises(NotAsked, match="/border/pages/screenings: 403"):
        await ask_returnees(nobody)
