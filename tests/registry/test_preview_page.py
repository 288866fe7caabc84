"""The page that says what a correction would change on a timeline, and the links from a worker's page to the events."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx2

from chassis.access.sessions import SESSION_COOKIE
from contracts.envelope import Event, Fact
from tests.registry.events import Record, new_passport
from tests.registry.office import READS, Office, number_of


async def preview(
    office: Office, event: Event[Fact], token: str, language: str = "en", **changes: str
) -> httpx2.Response:
    facts = event.facts.model_copy(update=changes).model_dump(mode="json")
    restated = json.dumps({"stream": event.stream, "event_id": str(event.id), "facts": facts})
    page = (await office.page("/search", token)).text
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    return await office.http.post(
        "/registry/pages/timelines/preview",
        data={"csrf": csrf, "restated": restated},
        headers={
            "Accept": "text/html",
            "Cookie": f"{SESSION_COOKIE}={token}; domnaer_language={language}",
        },
    )


async def departed(office: Office) -> Event[Fact]:
    record, passport = Record(salt=str(uuid4())), new_passport()
    left = record.departure(passport, days=1)
    await office.knows(left)
    return left


async def test_a_page_says_in_both_languages_what_a_correction_changes_and_records_nothing(
    office: Office,
) -> None:
    left = await departed(office)
    answer = await preview(office, left, office.token(), destination="MYS")
    assert answer.status_code == 200, answer.text
    assert "Whereabouts: abroad in Malaysia since 2 Jan 2014 instead of abroad in Thailand" in answer.text
    assert "The journey to Malaysia: country Malaysia instead of Thailand" in answer.text
    khmer = (await preview(office, left, office.token(), "km", destination="MYS")).text
    assert "ម៉ាឡេស៊ី" in khmer and "instead of" not in khmer
    assert "Nothing changes on the timeline." in (await preview(office, left, office.token())).text
    assert "Thailand" in (await office.page(f"/workers/{number_of(left)}")).text


async def test_only_who_may_read_timelines_sees_the_page(office: Office) -> None:
    left = await departed(office)
    search_only = office.token("clerk", permissions=("registry.worker.search",))
    assert (await preview(office, left, search_only, destination="MYS")).status_code == 403


async def test_who_may_correct_finds_the_event_from_the_page_of_the_worker(office: Office) -> None:
    left = await departed(office)
    link = f'href="/border/pages/events/{left.id}"'
    corrects = office.token("officer", permissions=(*READS, "border.event.correct"))
    assert link in (await office.page(f"/workers/{number_of(left)}", corrects)).text
    assert link not in (await office.page(f"/workers/{number_of(left)}")).text
