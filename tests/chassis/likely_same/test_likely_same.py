"""The answer to a command or an upload names records that are probably the same, and nothing is refused because of them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from types import FrameType
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount
from uuid_utils.compat import uuid7

from chassis.base.priority import REQUEST_PRIORITY
from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.pages.rendering import add_pages
from chassis.service import Role, RunningService, Service
from chassis.store.decider import AnyDecider
from chassis.store.event_store import EventStore
from chassis.store.likeness import search_statement
from contracts.person import Document
from domnaer.all_services import find_services
from services.border.main import service as border_service
from services.consular.main import service as consular_service
from services.consular.pages import NAV
from services.recruitment.main import service as recruitment_service
from tests.chassis.likely_same.offices import (
    NOUNS,
    OTHER_AGENCY,
    TERMS,
    Noun,
    Offices,
    namesake,
    person,
)
from tests.conftest import Tokens
from tests.consular.test_consular_pages import TEMPLATES

asynchronous = pytest.mark.asyncio(loop_scope="session")
CROSSING, CASE, PERMIT, CONTRACT = NOUNS.values()
WAYS = [
    (noun, way)
    for noun, each in NOUNS.items()
    for way in ("single", "bulk", "correction", "form")
    if way != "form" or each.form is not None
]
MINUTES = timedelta(minutes=1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(settings: Settings) -> AsyncIterator[dict[str, RunningService]]:
    async with contextlib.AsyncExitStack() as stack:
        found: dict[str, RunningService] = {}
        each: Service
        for each in (border_service, consular_service, recruitment_service):
            found[each.name] = await stack.enter_async_context(RunningService(each, settings, Role.API))
        consular = found["consular"].app
        if not hasattr(consular.state, "pages"):
            add_pages(consular, settings, [TEMPLATES], NAV)
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def offices(running: dict[str, RunningService], token_of: Tokens) -> AsyncIterator[Offices]:
    site = Starlette(routes=[Mount(f"/{name}", each.app) for name, each in running.items()])
    found = Offices(site, token_of)
    async with found.http:
        yield found


@pytest.fixture
def border(running: dict[str, RunningService]) -> Runtime:
    return running["border"].runtime


@asynchronous
@pytest.mark.parametrize(("noun", "way"), WAYS)
async def test_a_record_that_is_probably_there_already_is_told_and_recorded(
    offices: Offices, noun: str, way: str
) -> None:
    this, shown = NOUNS[noun], person()
    first = await offices.single(this.first, this, shown)
    assert first["likely_same"] == []
    assert await offices.told(way, this.second, this, shown) == [first["id"]]
    assert await offices.told(way, this.second, this, person()) == []


@asynchronous
async def test_the_hint_names_kind_place_and_time(offices: Offices) -> None:
    shown = person()
    first = await offices.single("poipet", CROSSING, shown)
    second = await offices.single("poipet-too", CROSSING, shown, after=118 * MINUTES)
    assert second["likely_same"] == [
        {
            "seen": True,
            "words": "return at KH-POI, 2 hours before this record",
            "id": first["id"],
            "kind": "return",
            "place": "KH-POI",
            "occurred_at": "2014-06-12T02:00:00Z",
        }
    ]
    earlier = await offices.single("poipet-too", CROSSING, shown, after=-62 * MINUTES)
    assert [each["words"] for each in earlier["likely_same"]] == [
        "return at KH-POI, 3 hours after this record",
        "return at KH-POI, 1 hour after this record",
    ]


HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
NEXT_TERM = TERMS | {"starts_on": "2016-07-01", "ends_on": "2018-06-30"}


@asynchronous
@pytest.mark.parametrize(
    ("this", "who", "how", "is_told"),
    [
        (CROSSING, "poipet", {"after": 12 * HOURS}, True),
        (CROSSING, "poipet", {"after": 12 * HOURS + MINUTES}, False),
        (CROSSING, "poipet", {"after": -12 * HOURS - MINUTES}, False),
        (CROSSING, "poipet", {"kind": "deported_return"}, True),
        (CROSSING, "poipet", {"kind": "departure", "destination": "THA", "returned_from": None}, False),
        (CASE, "attache", {"after": 14 * DAYS}, True),
        (CASE, "attache", {"after": 14 * DAYS + MINUTES}, False),
        (CASE, "attache", {"category": "health"}, True),
        (CASE, "kuala-lumpur", {"mission": "KUL"}, False),
        (PERMIT, "attache", {"valid_from": "2014-06-13"}, False),
        (PERMIT, "attache", {"kind": "re_entry_permit"}, False),
        (CONTRACT, "agency", {"terms": TERMS | {"starts_on": "2016-06-30", "ends_on": "2016-12-31"}}, True),
        (CONTRACT, "agency", {"terms": NEXT_TERM}, False),
        (CONTRACT, "other-agency", {"agency_id": OTHER_AGENCY}, False),
    ],
)
async def test_each_noun_has_its_rule(
    offices: Offices, this: Noun, who: str, how: dict[str, Any], is_told: bool
) -> None:
    shown = person()
    first = await offices.single(this.first, this, shown)
    body = {name: value for name, value in this.body(shown, **how).items() if value is not None}
    answer = await offices.post(who, this.path, body)
    assert answer.status_code == 201, answer.text
    assert [each["id"] for each in answer.json()["likely_same"]] == ([first["id"]] if is_told else [])


@asynchronous
async def test_a_closed_case_and_an_ended_contract_are_no_hint(offices: Offices) -> None:
    shown = person()
    case = await offices.single("attache", CASE, shown)
    closing = {"occurred_at": "2014-06-13T09:00:00+07:00", "outcome": "resolved"}
    assert (
        await offices.post("attache", f"/consular/cases/{case['id']}/closing", closing)
    ).status_code == 200
    assert (await offices.single("colleague", CASE, shown))["likely_same"] == []
    contract = await offices.single("agency", CONTRACT, shown)
    ended = {"occurred_at": "2014-06-20T09:00:00+07:00", "ended_on": "2014-06-30", "reason": "by_worker"}
    path = f"/recruitment/employment-contracts/{contract['id']}/termination"
    assert (await offices.post("agency", path, ended)).status_code == 200
    assert (await offices.single("agency", CONTRACT, shown))["likely_same"] == []


@asynchronous
@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ({}, True),
        ({"name": "turned"}, True),
        ({"documents": [{"kind": "passport", "number": "N3141592"}]}, True),
        ({"documents": [{"kind": "passport", "number": "NONE"}]}, True),
        ({"sex": 1}, False),
        ({"birth": {"on": "1990-04-04"}}, False),
        ({"birth": {"on": "1990-01-01", "precision": "year"}}, False),
        ({"birth": None}, False),
        ({"name": {"latin": "CHAN NOBODY ELSE"}}, False),
    ],
)
async def test_without_a_common_document_name_sex_and_birth_decide(
    offices: Offices, change: Mapping[str, Any], is_told: bool
) -> None:
    shown = namesake()
    first = await offices.single("poipet", CROSSING, shown)
    again = shown | change
    if again["name"] == "turned":
        family, given = shown["name"]["latin"].split()
        again["name"] = {"latin": f"{given.title()}  {family.lower()}"}
    second = await offices.single("poipet", CROSSING, {k: v for k, v in again.items() if v is not None})
    assert [each["id"] for each in second["likely_same"]] == ([first["id"]] if is_told else [])


@asynchronous
async def test_people_with_documents_of_their_own_are_not_the_same_by_name(offices: Offices) -> None:
    bare = namesake()
    first, second = [bare | {"documents": person()["documents"]} for _ in range(2)]
    recorded = await offices.single("poipet", CROSSING, first)
    again = await offices.single("poipet", CROSSING, second)
    assert again["likely_same"] == []
    third = await offices.single("poipet", CROSSING, bare)
    assert {each["id"] for each in third["likely_same"]} == {recorded["id"], again["id"]}
    fourth = await offices.single("poipet", CROSSING, first)
    assert {each["id"] for each in fourth["likely_same"]} == {recorded["id"], third["id"]}


@asynchronous
@pytest.mark.parametrize("shown", [{}, {"sex": 1}, {"sex": 1, "name": {"latin": "SOK DARA"}}])
async def test_unknown_people_are_not_the_same(offices: Offices, shown: dict[str, Any]) -> None:
    await offices.single("poipet", CROSSING, shown)
    assert (await offices.single("poipet", CROSSING, shown))["likely_same"] == []


@asynchronous
@pytest.mark.parametrize("shared", [None, 0, 1])
async def test_two_documents_of_one_worker_number_are_one_person(
    offices: Offices, border: Runtime, shared: int | None
) -> None:
    shown = [person(), person()]
    number = f"4K7M2-9QFXT-{uuid4().hex[:4].upper()}"
    for nth, each in enumerate(shown):
        node = UUID(border.handles.of(Document.model_validate(each["documents"][0])) or "")
        insert = "INSERT INTO who (node, number, revision, shared) VALUES ($1, $2, 1, $3)"
        await border.pool.execute(insert, node, number, nth == shared)
    first, second = [await offices.single("poipet", CROSSING, each) for each in shown]
    expected = [first["id"]] if shared is None else []
    assert [each["id"] for each in second["likely_same"]] == expected


BEYOND = {
    "seen": False, "words": "already recorded",
    "id": None, "kind": None, "place": None, "occurred_at": None,
}  # fmt: skip


@asynchronous
@pytest.mark.parametrize("way", ["single", "bulk"])
async def test_beyond_reach_it_is_told_only_that_there_is_a_record(
    offices: Offices, border: Runtime, way: str
) -> None:
    shown = person()
    for _ in range(2):
        await offices.single("bavet", CROSSING, shown, checkpoint="KH-BVT")
    looks = "SELECT count(*) FROM audit WHERE action = 'likely_same'"
    before = await border.pool.fetchval(looks)
    if way == "single":
        assert (await offices.single("poipet", CROSSING, shown))["likely_same"] == [BEYOND]
    else:
        outcome = await offices.bulk("poipet", CROSSING.path, [CROSSING.body(shown)])
        assert [each["likely_same"] for each in outcome["likely_same"]] == [[BEYOND]]
    assert await border.pool.fetchval(looks) == before


@asynchronous
async def test_a_record_that_is_shown_in_a_hint_is_on_the_audit(offices: Offices, border: Runtime) -> None:
    shown = person()
    first = await offices.single("poipet", CROSSING, shown)
    await offices.single("poipet-too", CROSSING, shown)
    looks = "SELECT caller FROM audit WHERE action = 'likely_same' AND evidence = ARRAY[$1::uuid]"
    assert await border.pool.fetchval(looks, UUID(first["id"])) == "poipet-too"


@asynchronous
async def test_nobody_learns_of_a_case_that_is_restricted_or_of_another_mission(offices: Offices) -> None:
    shown = person()
    hidden = await offices.single("attache", CASE, shown, restricted_to=["attache"])
    assert (await offices.single("colleague", CASE, shown))["likely_same"] == []
    page = await offices.form("colleague", CASE, shown)
    assert hidden["id"] not in page
    moved, key, path = person(), str(uuid4()), "/consular/cases/{}/handover"
    case = (await offices.post("attache", CASE.path, CASE.body(moved), key)).json()
    step = {"occurred_at": "2014-06-12T10:00:00+07:00", "to_mission": "KUL"}
    assert (await offices.post("attache", path.format(case["id"]), step)).status_code == 200
    assert (await offices.single("kuala-lumpur", CASE, moved, mission="KUL"))["likely_same"] != []
    assert (await offices.single("attache", CASE, moved))["likely_same"] == []
    assert "Perhaps the same" not in await offices.page("attache", f"{CASE.form}/{case['id']}")
    again = await offices.post("attache", CASE.path, CASE.body(moved), key)
    assert (again.json()["id"], again.json()["likely_same"]) == (case["id"], [])


@asynchronous
async def test_a_voided_record_is_no_hint_and_a_corrected_one_is_found_as_corrected(offices: Offices) -> None:
    shown, other = person(), person()
    first = await offices.single("poipet", CROSSING, shown)
    correction = {"reason": "mistyped", "person": {"documents": other["documents"]}}
    path = f"/border/events/{first['events'][0]}"
    answer = await offices.post("poipet", f"{path}/correction", correction)
    assert answer.status_code == 201, answer.text
    assert (await offices.single("poipet-too", CROSSING, shown))["likely_same"] == []
    again = await offices.single("poipet-too", CROSSING, other)
    assert [each["id"] for each in again["likely_same"]] == [first["id"]]
    assert (await offices.post("poipet", f"{path}/void", {"reason": "mistyped"})).status_code == 201
    third = await offices.single("poipet", CROSSING, other)
    assert [each["id"] for each in third["likely_same"]] == [again["id"]]


@asynchronous
async def test_a_repeated_request_is_answered_the_same_and_the_hint_is_not_stored(
    offices: Offices, border: Runtime
) -> None:
    shown, key, upload = person(), str(uuid4()), str(uuid4())
    await offices.single("poipet", CROSSING, shown)
    body = CROSSING.body(shown)
    first = await offices.post("poipet-too", CROSSING.path, body, key)
    again = await offices.post("poipet-too", CROSSING.path, body, key)
    assert first.json()["likely_same"] and again.content == first.content
    stored = "SELECT outcome FROM idempotency WHERE key = $1"
    assert '"likely_same":[]' in await border.pool.fetchval(stored, key)
    answers = [await offices.bulk("poipet", CROSSING.path, [body], key=upload) for _ in range(2)]
    assert [len(each["likely_same"]) for each in answers] == [1, 0]
    assert "likely_same" not in await border.pool.fetchval(stored, upload)


@asynchronous
async def test_rows_of_one_upload_are_told_of_each_other(offices: Offices) -> None:
    shown, ids = person(), [str(uuid7()) for _ in range(3)]
    rows = [
        CROSSING.body(shown, id=ids[0]),
        CROSSING.body(person(), id=ids[1]),
        CROSSING.body(shown, after=MINUTES, id=ids[2]),
    ]
    outcome = await offices.bulk("poipet", CROSSING.path, rows)
    assert [(each["row"], each["id"], each["likely_same"][0]["id"]) for each in outcome["likely_same"]] == [
        (1, ids[0], ids[2]),
        (3, ids[2], ids[0]),
    ]


@asynchronous
@pytest.mark.parametrize("noun", NOUNS)
async def test_a_dry_run_tells_of_what_is_recorded(offices: Offices, noun: str) -> None:
    this, shown = NOUNS[noun], person()
    first = await offices.single(this.first, this, shown)
    rows = [this.body(shown), this.body(person()), this.body(shown)]
    outcome = await offices.bulk(this.second, this.path, rows, dry_run=True)
    assert (outcome["dry_run"], outcome["taken"]) == (True, 3)
    hints = [(each["row"], [same["id"] for same in each["likely_same"]]) for each in outcome["likely_same"]]
    assert hints == [(1, [first["id"]]), (3, [first["id"]])]


@asynchronous
async def test_a_history_load_looks_for_nothing(offices: Offices) -> None:
    shown = person()
    await offices.single("poipet", CROSSING, shown)
    row = CROSSING.body(shown, how="migrated", recorded_at="2014-06-12T10:00:00+07:00")
    outcome = await offices.bulk("loader", CROSSING.path, [row])
    assert (outcome["taken"], outcome["likely_same"]) == (1, [])


@asynchronous
async def test_of_two_records_at_the_same_moment_one_is_told(offices: Offices) -> None:
    shown = person()
    answers = await asyncio.gather(
        offices.single("poipet", CROSSING, shown), offices.single("poipet-too", CROSSING, shown)
    )
    assert any(each["likely_same"] for each in answers)


@asynchronous
async def test_a_search_that_fails_refuses_nothing(
    offices: Offices, border: Runtime, settings: Settings
) -> None:
    shown = person()
    await offices.single("poipet", CROSSING, shown)
    admin = await asyncpg.connect(settings.database("border", owner=True))
    try:
        role = await border.pool.fetchval("SELECT current_user")
        await admin.execute(f'REVOKE SELECT ON who FROM "{role}"')
        assert (await offices.single("poipet", CROSSING, shown))["likely_same"] == []
        outcome = await offices.bulk("poipet", CROSSING.path, [CROSSING.body(shown, after=MINUTES)])
        assert (outcome["taken"], outcome["likely_same"]) == (1, [])
    finally:
        await admin.execute(f'GRANT SELECT ON who TO "{role}"')
        await admin.close()


class Statements:
    """Counts the statements that this task sends to PostgreSQL, and no other task of the process."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._frames: list[FrameType] = []

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        code = asyncpg.Connection._do_execute.__code__
        sent = event == "call" and frame.f_code is code and asyncio.current_task() is self._task
        if sent and not any(frame is each for each in self._frames):  # it is called again after each pause
            self._frames.append(frame)

    @property
    def sent(self) -> int:
        return len(self._frames)


async def statements_of(offices: Offices, shown: dict[str, Any]) -> int:
    counted = Statements()
    sys.setprofile(counted)
    try:
        await offices.single("poipet", CROSSING, shown)
    finally:
        sys.setprofile(None)
    return counted.sent


@asynchronous
async def test_a_crossing_costs_one_statement_beside_the_shared_search(offices: Offices) -> None:
    await offices.single("poipet", CROSSING, person())
    assert await statements_of(offices, person()) == 1


@asynchronous
async def test_crossings_at_the_same_moment_share_searches(
    offices: Offices, border: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[UUID]] = []
    fetch = EventStore.fetch

    async def counted(store: EventStore, sql: str, *args: Any) -> Any:
        if "likely_persons" in sql:
            asked.append(args[0])
        return await fetch(store, sql, *args)

    monkeypatch.setattr(EventStore, "fetch", counted)
    monkeypatch.setattr(border, "shared_searches", {})
    people = [person() for _ in range(16)]
    await asyncio.gather(*(offices.single("poipet", CROSSING, each) for each in people))
    assert sum(map(len, asked)) == len(people) and len(asked) < len(people)


@asynchronous
async def test_a_command_with_a_hint_does_not_wait_for_itself(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Background work pauses while a request waits: a request that paused so would wait for itself."""
    paused: list[None] = []

    async def pause() -> None:
        paused.append(None)

    same = person()
    await offices.single("poipet", CROSSING, same)
    monkeypatch.setattr(REQUEST_PRIORITY, "give_way", pause)
    answer = await offices.single("poipet", CROSSING, same)
    assert answer["likely_same"] and not paused


@asynchronous
@pytest.mark.parametrize(("service", "noun"), [("border", "crossing"), ("consular", "assistance-case")])
async def test_the_query_reads_by_indexes_alone(
    running: dict[str, RunningService], service: str, noun: str
) -> None:
    runtime = running[service].runtime
    projection = runtime.deciders[noun].projection
    assert projection is not None
    sql = search_statement(projection, runtime.schemas[projection.name])
    plan = [row[0] for row in await runtime.pool.fetch(f"EXPLAIN {sql}", [uuid4()])]
    assert any(f"Bitmap Index Scan on {projection.name}_likely" in line for line in plan), plan
    assert not any("Seq Scan" in line or "Disabled" in line for line in plan), plan


DECIDERS: list[AnyDecider] = [found for each in find_services() for found in each.deciders]
WITHOUT = {
    "handover": "a group of people",
    "employer": "no person",
    "workplace": "no person",
    "agency": "no person",
    "vacancy": "no person",
    "reintegration-case": "made by the service: at most one follows a worker",
    "application": "made by the service because of a referral, or for one occupation",
    "screening": "names its crossing; a person may be asked again",
}
"""Nouns without a rule, each with the reason."""


def test_every_noun_has_a_rule_or_a_reason() -> None:
    with_rule = {
        each.noun for each in DECIDERS if each.projection is not None and each.projection.likeness is not None
    }
    assert with_rule | set(WITHOUT) == {each.noun for each in DECIDERS}
    assert not with_rule & set(WITHOUT)
