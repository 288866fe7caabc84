"""The check of a document at a booth: what it answers, its limit, its audit, and the checks that no crossing followed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import orjson
import pytest
import pytest_asyncio

from chassis.access.permissions import Reach
from chassis.commands.runtime import Runtime
from chassis.service import RunningService
from contracts import consular, recruitment
from contracts.codes.employment import ContractFault, TerminationReason
from contracts.codes.money import Money, WagePeriod
from contracts.codes.recording import CorrectionReason, TimePrecision
from contracts.envelope import Event, Fact
from contracts.person import Document
from contracts.recruitment import Terms
from services.border.projections.checks import find_unfollowed
from services.border.projections.workers import CONTRACTS, DEATHS
from tests.border.post import departure, headers, person, recorded
from tests.reintegration.agency import RECORDED, event, receive, receive_who

TODAY = datetime.now(UTC).date()
MOST = 30

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def running(border: tuple[RunningService, httpx2.AsyncClient]) -> AsyncIterator[RunningService]:
    """The service, with no checks made: those of other tests do not count towards the limit."""
    await _as_owner(border[0], "TRUNCATE document_checks")
    yield border[0]


async def _as_owner(running: RunningService, sql: str) -> None:
    connection = await asyncpg.connect(running.settings.database("border", owner=True))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def a_number() -> str:
    """The number of another worker."""
    return uuid4().hex[:14].upper()


def passport() -> dict[str, Any]:
    return {"kind": "passport", "number": f"N{uuid4().int % 10**11:011}"}


def handle_of(runtime: Runtime, document: dict[str, Any]) -> str:
    found = runtime.handles.of(Document.model_validate(document))
    assert found is not None
    return found


def contract(handle: str, *, starts: int = -10, ends: int = 700, country: str = "THA") -> Event[Fact]:
    """A contract whose first and last day are some days from today."""
    terms = Terms(
        destination=country,
        sector="F",
        occupation="9313",
        wage=Money(amount="300.00", currency="THB"),
        wage_period=WagePeriod.DAY,
        starts_on=TODAY + timedelta(days=starts),
        ends_on=TODAY + timedelta(days=ends),
    )
    facts = recruitment.EmploymentContractRegistered(
        recorded=RECORDED, agency_id=uuid4(), employer_id=uuid4(), terms=terms
    )
    return event(f"employment-contract-{uuid4()}", 1, facts, handles=(handle,))


def approved(of: Event[Fact], version: int = 2) -> Event[Fact]:
    return event(of.stream, version, recruitment.EmploymentContractApproved(recorded=RECORDED))


async def check(
    http: httpx2.AsyncClient, document: dict[str, Any], *, who: str = "poipet", **other: Any
) -> httpx2.Response:
    body = {"document": document, "direction": "out", "country": "THA", **other}
    return await http.post("/check", json=body, headers={"Authorization": f"Bearer {who}"})


async def answer(http: httpx2.AsyncClient, document: dict[str, Any], **other: Any) -> dict[str, Any]:
    found = await check(http, document, **other)
    assert found.status_code == 200, found.text
    said: dict[str, Any] = found.json()
    assert set(said) == {"known", "papers", "missing", "action"}
    return said


IN_ORDER = {"known": True, "papers": "in_order", "missing": [], "action": "let_pass"}
NO_CONTRACT = {
    "known": True,
    "papers": "missing",
    "missing": ["approved_contract"],
    "action": "complete_papers",
}
UNKNOWN = NO_CONTRACT | {"known": False, "papers": "not_known"}


async def known_with(running: RunningService, *events: Event[Fact], handle: str) -> None:
    await receive_who(running, a_number(), [handle, *(UUID(each.stream[-36:]) for each in events[:1])])
    await receive(running, CONTRACTS, *events)


async def test_a_known_worker_with_an_approved_contract_may_pass(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown, other = passport(), passport()
    of_another_document = contract(handle_of(running.runtime, other))
    await receive_who(
        running, a_number(), [handle_of(running.runtime, shown), handle_of(running.runtime, other)]
    )
    await receive(running, CONTRACTS, of_another_document, approved(of_another_document))
    assert await answer(http, shown) == IN_ORDER
    assert await answer(http, shown, country="MYS") == NO_CONTRACT


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [(30, 700, IN_ORDER), (31, 700, NO_CONTRACT), (-700, 0, IN_ORDER), (-700, -3, NO_CONTRACT)],
)
async def test_a_contract_counts_from_30_days_before_its_first_day_to_its_last(
    http: httpx2.AsyncClient, running: RunningService, starts: int, ends: int, expected: dict[str, Any]
) -> None:
    shown = passport()
    # The day in Cambodia may be one later than in UTC.
    days = (running.runtime.clock.today() - TODAY).days
    signed = contract(handle_of(running.runtime, shown), starts=starts + days, ends=ends + days)
    await known_with(running, signed, approved(signed), handle=handle_of(running.runtime, shown))
    assert await answer(http, shown) == expected


async def test_an_approval_of_which_only_the_month_is_known_counts(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown = passport()
    signed = contract(handle_of(running.runtime, shown))
    of_month = RECORDED.model_copy(update={"precision": TimePrecision.MONTH})
    facts = recruitment.EmploymentContractApproved(recorded=of_month)
    approval = event(signed.stream, 2, facts, occurred_at=signed.occurred_at.replace(day=1))
    await known_with(running, signed, approval, handle=handle_of(running.runtime, shown))
    assert await answer(http, shown) == IN_ORDER


async def test_a_contract_that_is_not_approved_or_ended_or_void_does_not_count(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    voiding = recruitment.EventVoided(
        recorded=RECORDED,
        names=uuid4(),
        named_type=recruitment.EmploymentContractApproved.wire,
        first_recorded_at=datetime(2014, 6, 13, tzinfo=UTC),
        reason=CorrectionReason.NEVER_HAPPENED,
    )
    ended = recruitment.EmploymentContractTerminated(
        recorded=RECORDED, ended_on=TODAY - timedelta(days=3), reason=TerminationReason.MUTUAL
    )
    returned = recruitment.EmploymentContractReturned(recorded=RECORDED, faults=(next(iter(ContractFault)),))
    for after in (None, returned, ended, voiding):
        shown = passport()
        signed = contract(handle_of(running.runtime, shown))
        events = [signed]
        if after in (ended, voiding):
            events.append(approved(signed))
        if after is voiding:
            after = voiding.model_copy(update={"names": events[-1].id})
        if after is not None:
            events.append(event(signed.stream, len(events) + 1, after))
        await known_with(running, *events, handle=handle_of(running.runtime, shown))
        assert await answer(http, shown) == NO_CONTRACT, after


async def test_an_unknown_document_and_what_needs_no_contract(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown = passport()
    assert await answer(http, shown) == UNKNOWN
    assert await answer(http, shown, direction="in") == IN_ORDER | {"known": False}
    assert await answer(http, shown, purpose="visit") == IN_ORDER | {"known": False}
    assert await answer(http, shown, channel="regularised_abroad") == IN_ORDER | {"known": False}
    border_pass = {"kind": "border_pass", "number": "7", "place": "01"}
    assert await answer(http, border_pass) == IN_ORDER | {"known": False}
    assert await answer(http, border_pass, channel="memorandum_agency") == UNKNOWN


async def test_an_expired_document_is_missing_for_a_departure(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown = passport() | {"expires_on": "2014-01-01"}
    assert (await answer(http, shown, purpose="visit"))["missing"] == ["valid_document"]
    assert (await answer(http, shown, direction="in"))["action"] == "let_pass"


async def test_a_recorded_death_is_referred_and_a_case_is_not_kept(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown = passport()
    case = f"assistance-case-{uuid4()}"
    death = event(
        case, 2, consular.WorkerDeathRecorded(recorded=RECORDED, died_on=date(2014, 6, 1), died_in="THA")
    )
    ruling = consular.EventVoided(
        recorded=RECORDED,
        names=uuid4(),
        named_type=consular.AssistanceCaseOpened.wire,
        first_recorded_at=datetime(2014, 6, 13, tzinfo=UTC),
        reason=CorrectionReason.NEVER_HAPPENED,
    )
    await receive_who(running, a_number(), [handle_of(running.runtime, shown), UUID(case[-36:])])
    await receive(running, DEATHS, death, event(case, 3, ruling))
    for direction in ("out", "in"):
        assert (await answer(http, shown, direction=direction))["action"] == "refer"
    kept = await running.runtime.pool.fetch("SELECT version FROM heard WHERE stream = $1", case)
    assert [row["version"] for row in kept] == [2]
    voided = ruling.model_copy(update={"names": death.id, "named_type": death.type})
    await receive(running, DEATHS, event(case, 4, voided))
    assert (await answer(http, shown, direction="in"))["action"] == "let_pass"


async def test_a_document_of_several_workers_is_referred(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown = passport()
    await receive_who(running, a_number(), [handle_of(running.runtime, shown)])
    await _as_owner(
        running, f"UPDATE who SET shared = true WHERE node = '{UUID(handle_of(running.runtime, shown))}'"
    )
    assert (await answer(http, shown, direction="in"))["action"] == "refer"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"kind": "passport", "number": "NONE"}, "there is no document"),
        ({"kind": "passport", "number": "000000000"}, "there is no document"),
        ({"kind": "passport", "number": "N07*"}, "not complete"),
        ({"kind": "passport", "number": "N071****"}, "not complete"),
        ({"kind": "passport", "number": "N07"}, "not complete"),
        ({"kind": "border_pass", "number": "1234507"}, "give place"),
        ({"kind": "group_letter", "number": "1234507"}, "does not name the person"),
        ({"kind": "passport", "number": "N0712345", "holder": "mother"}, "does not name the person"),
    ],
)
async def test_a_document_that_cannot_be_found_is_refused(
    http: httpx2.AsyncClient, running: RunningService, document: dict[str, Any], words: str
) -> None:
    found = await check(http, document)
    assert found.status_code == 422
    assert words in found.text
    assert await running.runtime.pool.fetchval("SELECT count(*) FROM document_checks") == 0


async def test_a_check_needs_its_own_permission(http: httpx2.AsyncClient, running: RunningService) -> None:
    assert (await check(http, passport(), who="reader")).status_code == 403
    refused = await http.get("/checks/unfollowed", headers=headers("poipet"))
    assert refused.status_code == 403


async def test_a_check_is_audited_with_the_node_and_the_action(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown = passport()
    await answer(http, shown)
    entry = await running.runtime.pool.fetchrow(
        "SELECT * FROM audit WHERE action = 'check_document' ORDER BY entry_id DESC LIMIT 1"
    )
    assert entry is not None
    assert (entry["caller"], entry["office"]) == ("poipet", "KH-POI")
    assert entry["evidence"] == [UUID(handle_of(running.runtime, shown))]
    assert orjson.loads(entry["detail"]) == {
        "direction": "out",
        "country": "THA",
        "action": "complete_papers",
    }
    assert shown["number"] not in str(dict(entry))


async def test_a_caller_is_limited_and_another_is_not(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    shown = passport()
    for _ in range(MOST):
        assert (await check(http, shown)).status_code == 200
    refused = await check(http, shown)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["type"].endswith("/too-many-checks")
    assert (await check(http, shown, who="bavet")).status_code == 200
    await _as_owner(running, "UPDATE document_checks SET checked_at = checked_at - interval '1 minute'")
    assert (await check(http, shown)).status_code == 200


async def test_checks_without_a_crossing_within_an_hour_are_listed(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    crossed, elsewhere, only_checked = passport(), passport(), passport()
    runtime = running.runtime
    for document in (crossed, elsewhere, only_checked, only_checked):
        await answer(http, document, purpose="visit")
    # The checks are of 4 March 2014, 10:00 in Cambodia; crossings follow after 20 minutes, and after two hours.
    at = datetime(2014, 3, 4, 3, tzinfo=UTC)
    await _as_owner(running, f"UPDATE document_checks SET checked_at = '{at.isoformat()}'")
    for document, minutes in ((crossed, 20), (elsewhere, 120)):
        when = (at + timedelta(minutes=minutes)).isoformat()
        await recorded(http, departure(occurred_at=when, how="paper", person=person(documents=[document])))
    listed = await http.get("/checks/unfollowed", params={"day": "2014-03-04"}, headers=headers("supervisor"))
    assert listed.status_code == 200, listed.text
    (row,) = listed.json()
    assert datetime.fromisoformat(row.pop("hour")) == at
    assert row == {"caller": "poipet", "office": "KH-POI", "checks": 3}
    assert (await http.get("/checks/unfollowed", headers=headers("supervisor"))).json() == []
    elsewhere_only = await http.get(
        "/checks/unfollowed", params={"day": "2014-03-04"}, headers=headers("supervisor-bavet")
    )
    assert elsewhere_only.json() == []
    for minutes, expected in ((59, 0), (60, 3)):
        rows = await find_unfollowed(
            runtime.pool,
            runtime.schemas["crossings"],
            Reach(national=True),
            date(2014, 3, 4),
            at + timedelta(minutes=minutes),
        )
        assert sum(each["checks"] for each in rows) == expected
