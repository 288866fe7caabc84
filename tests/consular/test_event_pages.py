"""The pages of one recorded event: correction and void with their previews, and undo, as a browser sends and sees them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from services.consular.main import service
from services.consular.pages import NAV
from tests.consular.mission import CARD, PEOPLE, People, permit
from tests.signed_in import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
EVENTS = "/consular/pages/events"
BIRTH = {"on": "1990-01-01", "precision": "year"}
PERSON = CARD | {"name": {"latin": "SOK DARA"}, "birth": BIRTH, "home_province": "02"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="attache") as client:
        yield client


async def recorded(http: httpx2.AsyncClient, who: str = "attache", **other: Any) -> str:
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": str(uuid4())}
    answer = await http.post("/consular/permits", json=permit(person=PERSON) | other, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["events"][0])


async def opens(http: httpx2.AsyncClient, path: str, who: str = "attache", status: int = 200) -> str:
    answer = await http.get(path, headers={"Cookie": f"domnaer_session={who}"})
    assert answer.status_code == status, answer.text
    return answer.text


def filled(page: str, action: str) -> dict[str, str]:
    """Return the fields of a form as a browser sends them if nobody touches it."""
    (form,) = re.findall(rf'<form method="post" action="[^"]*/{action}".*?</form>', page, re.DOTALL)
    fields = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            fields[name[1]] = html.unescape(value[1] if value else "")
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)".*?>(.*?)</textarea>', form, re.DOTALL):
        fields[name] = html.unescape(text)
    return fields


async def sends(
    http: httpx2.AsyncClient, path: str, fields: dict[str, str], status: int = 200, who: str = "attache"
) -> httpx2.Response:
    answer = await http.post(path, data=fields, headers={"Cookie": f"domnaer_session={who}"})
    assert answer.status_code == status, answer.text
    return answer


async def previewed(http: httpx2.AsyncClient, event: str, **changed: str) -> str:
    fields = filled(await opens(http, f"{EVENTS}/{event}/correction"), "correction/preview")
    changes = {name.replace("__", "."): text for name, text in changed.items()}
    assert changes.keys() <= fields.keys(), fields
    return (await sends(http, f"{EVENTS}/{event}/correction/preview", fields | changes)).text


async def events_of(http: httpx2.AsyncClient, event: str) -> list[dict[str, Any]]:
    headers = {"Authorization": "Bearer attache"}
    answer = await http.get(f"/consular/permits/{event}", headers=headers)
    return answer.json()["steps"] if answer.status_code == 200 else []


async def test_a_page_shows_what_is_recorded_in_words_and_masks_the_numbers(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    page = await opens(http, f"{EVENTS}/{event}")
    for words in (
        "Permit recorded",
        "Embassy in Bangkok",
        "Thailand",
        "31 Mar 2016",
        "SOK DARA",
        "Battambang",
    ):
        assert words in page, words
    assert "1234 567890" not in page and "pink_card" not in page
    assert "1234 567890" in await opens(http, f"{EVENTS}/{event}?documents=shown")
    assert f'href="{EVENTS}/{event}"' in await opens(http, f"/consular/pages/permits/{event}")


async def test_only_the_changed_field_is_previewed_and_then_recorded_once(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    page = await previewed(http, event, reason="mistyped", facts__valid_until="2017-03-31")
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td><strong>(.*?)</strong>', page)
    assert rows == [("Last day of validity", "31 Mar 2016", "31 Mar 2017")]
    assert (await events_of(http, event))[0]["facts"]["valid_until"] == "2016-03-31"
    confirmed = filled(page, "correction")
    for _ in range(2):
        answer = await sends(http, f"{EVENTS}/{event}/correction", confirmed, 303)
        assert answer.headers["location"] == f"{EVENTS}/{event}?done=correction"
    page = await opens(http, answer.headers["location"])
    assert "The correction is recorded" in page and page.count("Corrected: Mistyped") == 1
    (step,) = await events_of(http, event)
    assert step["facts"]["valid_until"] == "2017-03-31" and step["person"]["name"] == {
        "latin": "SOK DARA",
        "khmer": None,
    }


async def test_a_form_made_from_an_older_version_is_refused(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    older = await previewed(http, event, reason="mistyped", facts__valid_until="2018-03-31")
    newer = await previewed(http, event, reason="mistyped", facts__valid_from="2014-07-21")
    await sends(http, f"{EVENTS}/{event}/correction", filled(newer, "correction"), 303)
    answer = await sends(http, f"{EVENTS}/{event}/correction", filled(older, "correction"), 409)
    assert "Another person changed this record" in answer.text and 'value="2018-03-31"' in answer.text
    (step,) = await events_of(http, event)
    assert (step["facts"]["valid_from"], step["facts"]["valid_until"]) == ("2014-07-21", "2016-03-31")


async def test_a_refused_correction_keeps_what_was_typed_and_names_the_field(
    http: httpx2.AsyncClient,
) -> None:
    event = await recorded(http)
    path = f"{EVENTS}/{event}/correction/preview"
    fields = filled(await opens(http, f"{EVENTS}/{event}/correction"), "correction/preview")
    answer = await sends(http, path, fields | {"facts.country": "Atlantis", "reason": "wrong_place"}, 422)
    assert 'href="#field-facts.country">Country: this is not one of the choices' in answer.text
    assert 'value="Atlantis"' in answer.text and 'value="wrong_place" selected' in answer.text
    answer = await sends(http, path, fields | {"facts.valid_from": "", "reason": "mistyped"}, 422)
    assert 'href="#field-facts.valid_from">First day of validity: nothing is given here' in answer.text
    answer = await sends(http, path, fields | {"reason": "mistyped"}, 409)
    assert "This correction changes nothing" in answer.text
    assert len(await events_of(http, event)) == 1


async def test_names_documents_and_remarks_are_corrected_in_the_same_form(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    page = await previewed(
        http,
        event,
        **{
            "reason": "mistyped",
            "person.name.khmer": "សុខ ដារ៉ា",
            "person.documents[1].kind": "passport",
            "person.documents[1].number": "N0012412",
            "words.note": "ឃើញ​ច្បាប់ដើម",
            "facts.sex": "2",
        },
    )
    await sends(http, f"{EVENTS}/{event}/correction", filled(page, "correction"), 303)
    (step,) = await events_of(http, event)
    person = step["person"]
    assert person["name"] == {"latin": "SOK DARA", "khmer": "សុខ ដារ៉ា"} and step["facts"]["sex"] == 2
    assert [each["kind"] for each in person["documents"]] == ["pink_card", "passport"]
    assert person["birth"] == BIRTH and person["words"] == {"note": "ឃើញ​ច្បាប់ដើម"}


async def test_of_another_person_nothing_of_the_first_one_stays(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    page = await previewed(
        http,
        event,
        **{
            "reason": "wrong_person",
            "person.name.latin": "CHAN SOPHEAP",
            "person.birth.on": "",
            "facts.home_province": "",
            "person.documents[0].number": "",
            "person.documents[0].kind": "",
            "person.documents[0].issued_by": "",
            "person.documents[0].holder": "",
        },
    )
    await sends(http, f"{EVENTS}/{event}/correction", filled(page, "correction"), 303)
    (step,) = await events_of(http, event)
    assert step["person"]["name"]["latin"] == "CHAN SOPHEAP" and step["person"]["documents"] == []
    assert step["person"]["birth"] is None and step["facts"]["home_province"] is None


async def make_unreadable(settings: Settings, event: str, form: str) -> None:
    """Seal or erase the person block of an event."""
    block = {"form": form, "evidence_id": event} | (
        {"key": "k", "ciphertext": "AAAA"} if form == "sealed" else {}
    )
    database = await asyncpg.connect(settings.database("consular", owner=True))
    try:
        await database.execute(
            "UPDATE events SET person = $1 WHERE event_id = $2::uuid", json.dumps(block), event
        )
    finally:
        await database.close()


@pytest.mark.parametrize("form", ["sealed", "erased"])
async def test_the_facts_of_a_person_who_cannot_be_read_are_corrected(
    http: httpx2.AsyncClient, settings: Settings, form: str
) -> None:
    event = await recorded(http)
    await make_unreadable(settings, event, form)
    page = await previewed(http, event, reason="mistyped", **{"facts.valid_until": "31/12/2016"})
    await sends(http, f"{EVENTS}/{event}/correction", filled(page, "correction"), 303)
    (step,) = await events_of(http, event)
    assert step["facts"]["valid_until"] == "2016-12-31" and step["person"]["form"] == form


@pytest.mark.parametrize("form", ["sealed", "erased"])
async def test_a_person_who_cannot_be_read_is_replaced_as_by_the_api(
    http: httpx2.AsyncClient, settings: Settings, form: str
) -> None:
    event = await recorded(http)
    await make_unreadable(settings, event, form)
    shown = await opens(http, f"{EVENTS}/{event}/correction")
    assert "state the whole person" in shown and "SOK DARA" not in shown
    fields = filled(await opens(http, f"{EVENTS}/{event}/correction"), "correction/preview")
    remarks = fields | {"reason": "mistyped", "words.note": "seen again"}
    refused = await sends(http, f"{EVENTS}/{event}/correction/preview", remarks, 409)
    assert "The person of this event cannot be read here" in refused.text and "seen again" in refused.text
    whole = {"person.name.latin": "CHAN SOPHEAP", "person.birth.on": "1990-01-01"}
    whole |= {"person.birth.precision": "year", "words.note": "seen again"}
    page = await previewed(http, event, reason="mistyped", **whole)
    await sends(http, f"{EVENTS}/{event}/correction", filled(page, "correction"), 303)
    (step,) = await events_of(http, event)
    assert step["person"]["form"] == "clear" and step["person"]["name"]["latin"] == "CHAN SOPHEAP"
    assert step["person"]["words"] == {"note": "seen again"}
    assert step["facts"]["sex"] == 1 and step["facts"]["home_province"] == "02", "what is left out stays"


async def test_a_day_that_is_not_clear_is_asked_back_in_a_correction(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    fields = filled(await opens(http, f"{EVENTS}/{event}/correction"), "correction/preview")
    typed = {"reason": "wrong_time", "occurred_at": "06/25/2014 08:30", "facts.valid_from": "06/25/14"}
    refused = await sends(http, f"{EVENTS}/{event}/correction/preview", fields | typed, 422)
    assert "did you mean 25/06/2014?" in refused.text and "enter the year with four digits" in refused.text
    mended = {"occurred_at": "២៥/៦/២០១៤ ០៨:៣០", "facts.valid_from": "25 June 2014"}
    page = await sends(http, f"{EVENTS}/{event}/correction/preview", fields | typed | mended)
    await sends(http, f"{EVENTS}/{event}/correction", filled(page.text, "correction"), 303)
    (step,) = await events_of(http, event)
    assert step["facts"]["valid_from"] == "2014-06-25"


async def test_a_void_is_checked_before_it_is_carried_out(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    form = filled(await opens(http, f"{EVENTS}/{event}/void"), "void/preview")
    assert "nothing is given here" in (await sends(http, f"{EVENTS}/{event}/void/preview", form, 422)).text
    page = (await sends(http, f"{EVENTS}/{event}/void/preview", form | {"reason": "duplicate"})).text
    assert "It will no longer count, anywhere." in page and "Pink card (Thailand)" in page
    assert len(await events_of(http, event)) == 1
    confirmed = filled(page, "void")
    for _ in range(2):
        answer = await sends(http, f"{EVENTS}/{event}/void", confirmed, 303)
    page = await opens(http, answer.headers["location"])
    assert "Voided: it does not count." in page and page.count("Voided: Recorded twice") == 1
    assert await events_of(http, event) == []


async def test_the_author_undoes_the_last_event_with_one_button(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    form = filled(await opens(http, f"{EVENTS}/{event}"), "undo")
    answer = await sends(http, f"{EVENTS}/{event}/undo", form, 303)
    assert "It is undone" in await opens(http, answer.headers["location"])
    again = form | {"key": str(uuid4())}
    assert "cannot be undone any more" in (await sends(http, f"{EVENTS}/{event}/undo", again, 409)).text


async def test_a_form_is_confirmed_once_on_the_page_of_the_record_with_a_button_that_undoes_it(
    http: httpx2.AsyncClient,
) -> None:
    event = await recorded(http)
    url = f"/consular/pages/permits/{event}"
    lapse = filled(await opens(http, url), "lapse") | {"lapsed_on": "2015-04-01", "reason": "left_employer"}
    answer = await sends(http, f"{url}/lapse", lapse, 303)
    assert answer.headers["location"] == url
    cookie = f"domnaer_session=attache; domnaer_recorded={answer.cookies['domnaer_recorded']}"
    page = await http.get(url, headers={"Cookie": cookie})
    assert "Recorded: Permit lapsed" in page.text and 'domnaer_recorded=""' in page.headers["set-cookie"]
    other = await http.get(url, headers={"Cookie": cookie.replace("=attache", "=colleague")})
    assert "Recorded: Permit lapsed" not in other.text
    (path,) = re.findall(r'action="([^"]*/undo)"', page.text)
    await sends(http, path, filled(page.text, "undo"), 303)
    assert [step["facts"].get("lapsed_on") for step in await events_of(http, event)] == [None]


async def test_a_country_is_chosen_from_the_list_by_letter_without_a_script(http: httpx2.AsyncClient) -> None:
    event = await recorded(http)
    fields = filled(await opens(http, f"{EVENTS}/{event}/correction"), "correction/preview")
    path = f"{EVENTS}/{event}/correction/preview"
    listed = await sends(
        http, path, fields | {"choose": "facts.country", "letter": "M", "reason": "mistyped"}
    )
    assert "Malaysia" in listed.text
    chosen = await sends(http, path, fields | {"chosen": "facts.country=MYS", "reason": "mistyped"})
    form = filled(chosen.text, "correction/preview")
    assert form["facts.country"] == "Malaysia (MYS)" and form["reason"] == "mistyped"
    assert "<td>Thailand</td><td><strong>Malaysia</strong>" in (await sends(http, path, form)).text


async def test_who_may_not_correct_or_is_beyond_reach_is_refused_as_by_the_api(
    http: httpx2.AsyncClient,
) -> None:
    event = await recorded(http)
    assert "Undo it" not in await opens(http, f"{EVENTS}/{event}", "colleague")
    await opens(http, f"{EVENTS}/{event}/correction", "colleague", 403)
    await opens(http, f"{EVENTS}/{event}/correction", "supervisor")
    for page in ("", "/correction", "/void"):
        await opens(http, f"{EVENTS}/{event}{page}", "kuala-lumpur", 403)
        await opens(http, f"{EVENTS}/{event}{page}", "looks-only", 403)
    form = filled(await opens(http, f"{EVENTS}/{event}"), "undo")
    for path in ("undo", "void", "void/preview", "correction", "correction/preview", "correction/entries"):
        await sends(http, f"{EVENTS}/{event}/{path}", form, 403, "looks-only")
    assert PEOPLE["looks-only"].permissions.isdisjoint({"consular.event.correct"})
