"""The table of who sees what: every role with every kind of record, on every way to a worker."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import date
from itertools import product
from random import choices, randrange
from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import Request
from starlette.types import Message

from chassis.access.sessions import SESSION_COOKIE
from contracts.border import Referral, ScreeningRecorded
from contracts.catalogue import catalogue
from contracts.codes.assistance import AssistanceCategory, Consent, ReferralOffice
from contracts.codes.crossings import ReturnReason
from contracts.codes.recording import HowRecorded
from contracts.codes.screening import HelpWanted, ScreeningEnd
from contracts.consular import (
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    AssistanceCaseRestricted,
    PermitRecorded,
    WorkerDeathRecorded,
)
from contracts.envelope import Event, Fact, PersonFact, Recorded
from contracts.person import Birth
from contracts.recruitment import EmploymentContractTerminated
from contracts.reintegration import NeedsRecorded, WorkerPlaced
from contracts.skills import RecognitionApplied
from services.registry.pages import news as news_pages
from services.registry.projections.need_to_know import (
    BETRAYING,
    KINDS,
    ROLE_PERMISSIONS,
    SENSITIVE,
    TABLE,
    CallerRole,
    RecordKind,
    Sight,
)
from services.registry.queries.workers import reach_for
from tests.registry.events import Record, new_passport
from tests.registry.office import LOOKS, Office, number_of

ELSEWHERE = Recorded(by="somebody", office="HISTORY", how=HowRecorded.MIGRATED)


class Life:
    """A woman of Battambang who left by Poipet for Thailand, as another office loaded it: all desks have reach."""

    def __init__(self) -> None:
        self.record = Record(salt=str(uuid4()))
        self.passport = new_passport()
        self.left = self.record.departure(
            self.passport, recorded=ELSEWHERE, home_province="02", name="SOK Chanthy", days=10
        )
        self.number = number_of(self.left)

    def case(self, category: str = "wages", **how: Any) -> Event[Fact]:
        return self.record.case(self.passport, category=category, **{"days": 30, **how})

    def of_stream(self, facts: Fact, stream: str, days: float = 40) -> Event[Fact]:
        return self.record.add(facts, stream=stream, days=days)

    def with_person(self, facts: Fact, noun: str, days: float = 30) -> Event[Fact]:
        return self.record.add(
            facts, noun=noun, person=self.record.person([self.passport], "SOK Chanthy"), days=days
        )


def _death(life: Life) -> Event[Fact]:
    facts = WorkerDeathRecorded(recorded=ELSEWHERE, died_on=date(2014, 2, 1), died_in="THA")
    return life.of_stream(facts, life.case().stream)


def _permit(life: Life) -> Event[Fact]:
    facts = PermitRecorded(
        recorded=ELSEWHERE,
        sex=2,
        mission="BKK",
        country="THA",
        kind="pink_card",
        valid_from=date(2014, 1, 20),
    )
    return life.with_person(facts, "permit")


def _counselled(life: Life) -> Event[Fact]:
    case = life.record.reintegration(life.left.stream, recorded=ELSEWHERE, days=30)
    return life.of_stream(NeedsRecorded(recorded=ELSEWHERE, needs=("finding_a_job",)), case.stream)


def _placed(life: Life) -> Event[Fact]:
    case = life.record.reintegration(life.left.stream, recorded=ELSEWHERE, days=30)
    facts = WorkerPlaced(recorded=ELSEWHERE, occupation="7112", province="02", starts_on=date(2014, 3, 1))
    return life.of_stream(facts, case.stream)


def _screened(life: Life) -> Event[Fact]:
    back = life.record.back(life.passport, recorded=ELSEWHERE, days=30)
    referral = Referral(office=ReferralOffice.MOSVY, help=HelpWanted.PROTECTION, consent=Consent.SPOKEN)
    facts = ScreeningRecorded(
        recorded=ELSEWHERE,
        about=back.stream,
        checkpoint="KH-POI",
        ended=ScreeningEnd.ANSWERED,
        referrals=(referral,),
    )
    return life.with_person(facts, "screening")


PLANTED: dict[RecordKind, Callable[[Life], Event[Fact]]] = {
    RecordKind.CROSSING: lambda life: life.record.back(life.passport, recorded=ELSEWHERE, days=30),
    RecordKind.EMPLOYMENT_CONTRACT: lambda life: life.record.contract(
        life.passport, recorded=ELSEWHERE, days=12
    ),
    RecordKind.PERMIT: _permit,
    RecordKind.ASSISTANCE: lambda life: life.case(),
    RecordKind.DEATH: _death,
    RecordKind.COUNSELLING: _counselled,
    RecordKind.PLACEMENT: _placed,
    RecordKind.RECOGNITION: lambda life: life.with_person(
        RecognitionApplied(recorded=ELSEWHERE, sex=2, occupation="7112"), "application"
    ),
    RecordKind.SCREENING: _screened,
}
PLACES = {
    CallerRole.OFFICER: {"posts": ["KH-POI"]},
    CallerRole.AGENCY: {"posts": ["KH-POI"]},
    CallerRole.REVIEWER: {"provinces": ["02"]},
    CallerRole.MISSION: {"countries": ["THA"]},
    CallerRole.COUNSELLOR: {"provinces": ["02"]},
    CallerRole.ASSESSOR: {"provinces": ["02"]},
    CallerRole.EVERYONE: {"posts": ["KH-POI"]},
}


def caller(office: Office, role: CallerRole, **reach: Any) -> str:
    """Return the token of a caller with one role."""
    permission = ROLE_PERMISSIONS.get(role)
    permissions = (*LOOKS, *([permission] if permission else []))
    person = f"p-{role.value.replace(' ', '-')}"
    return office.token(person, permissions=permissions, office="DESK", **(reach or PLACES[role]))


async def everything(office: Office, life: Life, token: str) -> str:
    """Return all that a caller is shown of a worker, on every way, without the time of the answer."""
    found = await office.search(token, document={"number": life.passport.number})
    flags = (await office.get("/flags", token, limit=200)).json()["items"]
    page = (await office.page(f"/workers/{life.number}", token)).text
    parts = [
        (await office.get(f"/workers/{life.number}", token)).json() | {"at": ""},
        (await office.get(f"/workers/{life.number}/timeline", token)).json() | {"at": ""},
        found.json(),
        [flag for flag in flags if flag["number"] == life.number],
        re.sub(
            r"As of [^.]*\.|<p class=\"printed\">.*?</p>|value=\"[0-9a-f]{64,}\"|data-key=\"\w*\"|data-csrf=\"\w*\"|width=\"[^\"]*\"",
            "",
            page,
        ),
    ]
    return "\n".join(map(str, parts))


async def shown_events(office: Office, life: Life, token: str) -> set[str]:
    timeline = (await office.get(f"/workers/{life.number}/timeline", token)).json()
    return {entry["event_id"] for entry in timeline["entries"]}


def test_every_type_of_event_of_one_person_has_a_kind() -> None:
    of_a_person = {fact.wire for fact in catalogue() if issubclass(fact, PersonFact)}
    assert of_a_person <= set(KINDS)
    assert set(KINDS.values()) == set(RecordKind) == set(TABLE) == set(PLANTED)


@pytest.mark.parametrize("kind", RecordKind)
async def test_each_role_sees_a_kind_of_record_as_the_table_says(office: Office, kind: RecordKind) -> None:
    life = Life()
    event = PLANTED[kind](life)
    await office.knows(*life.record.made)
    for role in CallerRole:
        token = caller(office, role)
        sight = TABLE[kind].get(role, TABLE[kind].get(CallerRole.EVERYONE, Sight.NOTHING))
        visible = sight in (Sight.SEES, Sight.IN_CHARGE)
        assert (str(event.id) in await shown_events(office, life, token)) is visible, role
        page = (await office.page(f"/workers/{life.number}", token)).text
        assert (str(event.id) in page) is visible, role
        if not visible:
            assert str(event.stream)[-36:] not in await everything(office, life, token), role


@pytest.mark.parametrize("kind", [RecordKind.CROSSING, RecordKind.ASSISTANCE])
async def test_a_record_that_a_correction_gives_to_another_worker_is_seen_as_the_table_says(
    office: Office, kind: RecordKind
) -> None:
    life, other = Life(), Life()
    person = life.record.person([other.passport], "SOK Chanthy")
    moved = life.record.correct(PLANTED[kind](life), person=person)
    await office.knows(*life.record.made, *other.record.made)
    for role in CallerRole:
        sight = TABLE[kind].get(role, TABLE[kind].get(CallerRole.EVERYONE, Sight.NOTHING))
        shown = await shown_events(office, other, caller(office, role))
        assert (str(moved.id) in shown) is (sight in (Sight.SEES, Sight.IN_CHARGE)), role


@pytest.mark.parametrize(("category", "role"), list(product(sorted(SENSITIVE), CallerRole)), ids=str)
async def test_a_sensitive_case_changes_nothing_for_offices_that_are_not_in_charge(
    office: Office, category: str, role: CallerRole
) -> None:
    life = Life()
    await office.knows(*life.record.made)
    token = caller(office, role)
    before = await everything(office, life, token)
    await office.knows(life.case(category, worker_in="MYS", urgency="life_in_danger"))
    after = await everything(office, life, token)
    assert (after == before) is (role is not CallerRole.MISSION)


@pytest.mark.parametrize("role", CallerRole)
async def test_a_search_finds_nobody_by_what_a_hidden_record_alone_states(
    office: Office, role: CallerRole
) -> None:
    life, other = Life(), new_passport()
    first, last = ("".join(choices("BDKMNPRST", k=9)) for _ in range(2))
    phone = f"+85512{randrange(10**6):06}"
    stated = life.record.person(
        [life.passport, other],
        f"{first} {last}",
        phone=phone,
        birth=Birth(on=date(1991, 3, 4), precision="day"),  # type: ignore[arg-type]
    )
    facts = AssistanceCaseOpened(
        recorded=ELSEWHERE, mission="BKK", country="THA", category="wages", urgency="soon"
    )
    life.record.add(facts, noun="assistance-case", person=stated, days=30)
    await office.knows(*life.record.made)
    token = caller(office, role)
    asked: list[dict[str, Any]] = [
        {"name": f"{first} {last}"},
        {"phone": phone},
        {"document": {"number": other.number}},
    ]
    for criterion in asked:
        found = (await office.search(token, **criterion)).json()["workers"]
        assert [each["number"] for each in found] == ([life.number] if role is CallerRole.MISSION else [])
    (row,) = (await office.search(token, document={"number": life.passport.number})).json()["workers"]
    if role is not CallerRole.MISSION:
        assert (row["latin"], row["born"]) == ("SOK Chanthy", None)


async def test_the_mission_of_another_country_is_not_in_charge(office: Office) -> None:
    life = Life()
    life.record.back(life.passport, returned_from="MYS", recorded=ELSEWHERE, days=60)
    await office.knows(*life.record.made)
    token = caller(office, CallerRole.MISSION, countries=["MYS"])
    before = await everything(office, life, token)
    case = life.case("abuse")
    await office.knows(case)
    assert await everything(office, life, token) == before
    handed = AssistanceCaseHandedOver(recorded=ELSEWHERE, to_mission="KUL")
    await office.knows(life.of_stream(handed, case.stream))
    assert str(case.id) in await shown_events(office, life, token)


async def test_a_mission_sees_of_a_case_that_it_handed_over_what_was_recorded_until_then(
    office: Office,
) -> None:
    life = Life()
    life.record.back(life.passport, returned_from="MYS", recorded=ELSEWHERE, days=60)
    case = life.case("wages")
    before = life.record.acted(case.stream, days=33)
    handed = life.of_stream(AssistanceCaseHandedOver(recorded=ELSEWHERE, to_mission="KUL"), case.stream)
    after = life.record.acted(case.stream, days=45)
    corrected = life.record.correct(case, category=AssistanceCategory.ABUSE)
    await office.knows(*life.record.made)
    former = caller(office, CallerRole.MISSION)
    in_charge = caller(office, CallerRole.MISSION, countries=["MYS"])
    of_case = {str(event.id) for event in (case, before, handed, after, corrected)}
    assert of_case & await shown_events(office, life, in_charge) == of_case
    known_then = {str(event.id) for event in (case, before, handed)}
    assert of_case & await shown_events(office, life, former) == known_then
    assert str(after.id) not in (await office.page(f"/workers/{life.number}", former)).text
    back = life.of_stream(AssistanceCaseHandedOver(recorded=ELSEWHERE, to_mission="BKK"), case.stream, 50)
    await office.knows(back)
    again = caller(office, CallerRole.MISSION)
    assert of_case | {str(back.id)} <= await shown_events(office, life, again)


async def test_a_restricted_case_is_seen_by_the_people_it_names_alone(office: Office) -> None:
    life = Life()
    case = life.case("wages")
    facts = AssistanceCaseRestricted(recorded=ELSEWHERE, restricted_to=("p-mission",))
    life.of_stream(facts, case.stream)
    await office.knows(*life.record.made)
    assert str(case.id) in await shown_events(office, life, caller(office, CallerRole.MISSION))
    other = office.token("another", permissions=(*LOOKS, "consular.case.read"), countries=["THA"])
    national = office.token("national", permissions=(*LOOKS, "consular.case.read"))
    for token in (other, national, caller(office, CallerRole.COUNSELLOR)):
        assert str(case.id) not in await everything(office, life, token)
        assert "A mission helped" not in await everything(office, life, token)


async def test_a_counsellor_learns_that_a_mission_helped_and_the_month(office: Office) -> None:
    life = Life()
    await office.knows(*life.record.made, life.case("wages", days=30))
    token = caller(office, CallerRole.COUNSELLOR)
    answer = (await office.get(f"/workers/{life.number}", token)).json()
    assert answer["helped_by_mission"] == ["2014-01-01"]
    page = (await office.page(f"/workers/{life.number}", token)).text
    assert "A mission helped in Jan 2014." in page
    assert "wages" not in page.lower() and "BKK" not in page
    for role in (CallerRole.OFFICER, CallerRole.ASSESSOR, CallerRole.REVIEWER):
        assert "A mission helped" not in await everything(office, life, caller(office, role))


async def test_whereabouts_that_follow_from_a_hidden_record_are_shown_to_the_month_without_it(
    office: Office,
) -> None:
    life = Life()
    death = _death(life)
    await office.knows(*life.record.made)
    sees = (await office.get(f"/workers/{life.number}", caller(office, CallerRole.MISSION))).json()[
        "whereabouts"
    ]
    assert (sees["place"], sees["events"]) == ("died", [str(death.id)])
    answer = (await office.get(f"/workers/{life.number}", caller(office, CallerRole.COUNSELLOR))).json()
    where = answer["whereabouts"]
    assert (where["place"], where["country"], where["events"], where["rule"]) == ("died", "THA", [], None)
    assert where["since"].startswith("2014-02-01T00:00:00")
    assert (answer["status"], answer["flags"]) == (None, [])


@pytest.mark.parametrize("role", CallerRole)
async def test_a_reason_that_betrays_is_shown_to_whom_the_table_says(
    office: Office, role: CallerRole
) -> None:
    life = Life()
    contract = life.record.contract(life.passport, recorded=ELSEWHERE, days=12)
    facts = EmploymentContractTerminated(recorded=ELSEWHERE, ended_on=date(2014, 2, 1), reason="abuse")
    life.of_stream(facts, contract.stream)
    life.record.back(life.passport, reason="illness_or_injury", recorded=ELSEWHERE, days=50)
    life.record.deported(life.passport, ground="conviction", recorded=ELSEWHERE, days=80)
    await office.knows(*life.record.made)
    text = await everything(office, life, caller(office, role))
    for rule in BETRAYING:
        for value in rule.values & {"abuse", "illness_or_injury", "conviction"}:
            assert (f"'{value}'" in text) is (role in rule.roles), (role, value)
    own = office.token("own", permissions=LOOKS, office="HISTORY")
    assert "'illness_or_injury'" in await everything(office, life, own), "the office of the record"


async def test_a_corrected_reason_is_hidden_as_well(office: Office) -> None:
    life = Life()
    back = life.record.back(life.passport, reason="family", recorded=ELSEWHERE, days=50)
    life.record.correct(back, reason=ReturnReason.FEAR_OF_ARREST)
    await office.knows(*life.record.made)
    assert "fear_of_arrest" not in await everything(office, life, caller(office, CallerRole.COUNSELLOR))
    assert "fear_of_arrest" in await everything(office, life, caller(office, CallerRole.MISSION))


async def test_an_open_page_gets_no_signal_of_an_event_that_its_caller_may_not_see(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life()
    await office.knows(*life.record.made)
    token = caller(office, CallerRole.COUNSELLOR)
    cookie = f"{SESSION_COOKIE}={token}".encode()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", cookie)]}
    request = Request(scope | {"app": office.running.app}, receive=_stays_connected)
    who = office.running.app.state.tokens.caller(token)
    page = await news_pages.watched(request, [life.number], who)
    looked = asyncio.Event()

    async def noted(*args: Any, **how: Any) -> Any:
        found = await reach_for(*args, **how)
        looked.set()
        return found

    monkeypatch.setattr(news_pages, "reach_for", noted)
    stream = news_pages.news(request, who, page)
    signal = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0.7)  # the feed has read the state before
    await office.knows(life.case("abuse"))
    await asyncio.wait_for(looked.wait(), 20)  # the feed noticed the event, and the page was compared
    assert not signal.done()
    await office.knows(life.record.back(life.passport, recorded=ELSEWHERE, days=90))
    event = await asyncio.wait_for(signal, 20)
    assert event.data == {"changed": life.number}
    await stream.aclose()  # type: ignore[attr-defined]


async def _stays_connected() -> Message:
    """Receive nothing, as from a browser that stays connected."""
    return await asyncio.Event().wait() or {}
