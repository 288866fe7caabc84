"""The pages of the audit in the registry: who looked at a worker, and what one person looked at."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from chassis.base.clock import Clock
from chassis.pages.typed import as_typed
from contracts.times import PHNOM_PENH
from tests.registry.events import Record, new_passport
from tests.registry.office import LOOKS, Office, number_of

TODAY = Clock().now().astimezone(PHNOM_PENH).date()


def auditor(office: Office, **reach: object) -> str:
    """The token of a person who may read the audit."""
    permissions = (*LOOKS, "registry.audit.read", f"{office.runtime.service}.audit.read")
    return office.token(f"auditor-{uuid4().hex[:8]}", permissions=permissions, **reach)


async def known(office: Office) -> str:
    left = Record(salt=str(uuid4())).departure(new_passport(), name="SOK Chanthy")
    await office.knows(left)
    return number_of(left)


async def test_the_page_of_a_worker_names_who_looked_and_is_a_look_itself(office: Office) -> None:
    number, other, reader = await known(office), await known(office), f"reader-{uuid4().hex[:8]}"
    await office.page(f"/workers/{number}", office.token(reader))
    await office.page(f"/workers/{number}", office.token(reader), documents="shown")
    who = auditor(office)
    page = (await office.page(f"/workers/{number}/audit", who)).text
    assert page.count(f">{reader}</code>") == 2 and "Read, with the document numbers" in page
    assert page.index("read_worker_documents") < page.index("read_timeline"), "the latest is first"
    assert reader not in (await office.page(f"/workers/{other}/audit", who)).text
    again = (await office.page(f"/workers/{number}/audit", who)).text
    assert "read_audit" in again and "auditor-" in again
    assert (
        f'href="/registry/pages/workers/{number}/audit"'
        in (await office.page(f"/workers/{number}", who)).text
    )
    assert (
        "Who looked at this worker"
        not in (await office.page(f"/workers/{number}", office.token(reader))).text
    )


async def test_a_look_on_another_day_is_not_listed(office: Office) -> None:
    number, reader = await known(office), f"reader-{uuid4().hex[:8]}"
    await office.page(f"/workers/{number}", office.token(reader))
    who, path = auditor(office), f"/workers/{number}/audit"
    yesterday = as_typed(TODAY - timedelta(days=1))
    page = (await office.page(path, who, until=yesterday)).text
    assert reader not in page and f'value="{yesterday}"' in page
    assert reader in (await office.page(path, who, since=as_typed(TODAY), until=as_typed(TODAY))).text


async def test_a_wrong_day_is_named_and_nothing_is_read(office: Office) -> None:
    number, who = await known(office), auditor(office)
    for typed, words in (
        ({"since": "yesterday"}, "this is not a date"),
        ({"since": "02/01/2020", "until": "01/01/2020"}, "this day is before the first one"),
        ({"since": "02/01/2018", "until": "01/01/2020"}, "the period is too long"),
    ):
        answer = await office.page(f"/workers/{number}/audit", who, **typed)
        assert answer.status_code == 422 and words in answer.text and "Error:" in answer.text
    assert "read_audit" not in (await office.page(f"/workers/{number}/audit", who)).text


async def test_what_a_person_looked_at_names_the_workers(office: Office) -> None:
    number, reader = await known(office), f"reader-{uuid4().hex[:8]}"
    await office.page(f"/workers/{number}", office.token(reader))
    await office.page(f"/workers/{number}", office.token(f"{reader}-other"))
    who = auditor(office)
    page = (await office.page("/audit", who, officer=reader)).text
    assert f"/registry/pages/workers/{number.replace('-', '')}" in page and number in page
    assert f"{reader}-other" not in page.split("<table>")[1]
    entry = (await office.page("/audit", who)).text
    assert "read_audit" in entry


async def test_changes_and_refused_calls_are_listed_on_request(office: Office) -> None:
    number, reader = await known(office), f"reader-{uuid4().hex[:8]}"
    refused = office.token(reader, permissions=("registry.worker.read",))
    assert (await office.page(f"/workers/{number}", refused)).status_code == 403
    who = auditor(office)
    assert "Was refused" not in (await office.page("/audit", who, officer=reader)).text
    assert "Was refused" in (await office.page("/audit", who, officer=reader, what="all")).text


async def test_the_audit_needs_its_permission_and_reach(office: Office) -> None:
    number = await known(office)
    reader = office.token("reader-without")
    assert (await office.page(f"/workers/{number}/audit", reader)).status_code == 403
    assert (await office.page("/audit", reader)).status_code == 403
    away = auditor(office, posts=["KH-BVT"])
    assert (await office.page(f"/workers/{number}/audit", away)).status_code == 403
    assert (await office.page("/audit", away)).status_code == 403


async def test_further_entries_follow_on_the_next_page(office: Office) -> None:
    number, who = await known(office), auditor(office)
    reader = office.token(f"reader-{uuid4().hex[:8]}")
    for _ in range(101):
        await office.page(f"/workers/{number}", reader)
    page = (await office.page(f"/workers/{number}/audit", who)).text
    assert page.count("read_timeline</code>") == 100 and 'rel="next"' in page
    cursor = page.split("cursor=")[1].split('"')[0]
    further = (await office.page(f"/workers/{number}/audit", who, cursor=cursor)).text
    assert further.count("read_timeline") == 1 and 'rel="next"' not in further
    assert (await office.page(f"/workers/{number}/audit", who, cursor="x")).status_code == 422
