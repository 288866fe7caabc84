"""The booth's page: a person is recorded by a document reader or by hand, and the answer says what to do next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from contracts.times import PHNOM_PENH
from services.border.main import service
from services.border.pages import NAV
from tests.border.desk import Desk, crossings_of, form_of, text_of
from tests.border.post import People
from tests.signed_in import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

ZONE = "P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nN012345679KHM9004034M3012316<<<<<<<<<<<<<<02"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="poipet") as client:
        client.cookies.clear()
        yield client


@pytest.fixture
def officer(http: httpx2.AsyncClient) -> Desk:
    return Desk(http, "poipet")


def a_number() -> str:
    return f"N{uuid4().int % 10**9:09}"


async def test_a_person_is_recorded_by_hand_and_the_form_is_ready_for_the_next(officer: Desk) -> None:
    page = await officer.page()
    answer = await officer.sends(
        page, "/crossings", name="សុខ ដារ៉ា SOK DARA", sex="1", born="៣/៤/១៩៩០", document_number=a_number(),
        by="hand",
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    said = text_of(answer.text)
    assert "Recorded" in said and "Complete the papers" in said and "approved employment contract" in said
    _, fresh = form_of(answer.text, "/crossings")
    assert (fresh["name"], fresh["document_number"], fresh["born"]) == ("", "", "")
    assert 'name="name" value="" autocomplete="off" autofocus' in answer.text
    (row,) = [each for each in await crossings_of(officer.http) if each["sex"] == 1][:1]
    assert (row["kind"], row["checkpoint"], row["country"], row["documented"]) == (
        "departure", "KH-POI", "THA", True,
    )  # fmt: skip


async def test_an_earlier_crossing_is_recorded_with_its_time(officer: Desk) -> None:
    page = await officer.page()
    wrong = await officer.sends(page, "/crossings", name="CHAN DARA", happened_at="yesterday")
    assert wrong.status_code == 422 and 'id="why-happened_at-1"' in wrong.text
    assert 'value="yesterday"' in wrong.text and '<details open id="more">' in wrong.text
    answer = await officer.sends(page, "/crossings", name="CHAN DARA", happened_at="១២/៦/២០១៤ 8:30")
    assert answer.status_code == 200 and "12 Jun 2014, 08:30" in answer.text
    _, fresh = form_of(answer.text, "/crossings")
    assert fresh["happened_at"] == "", "the next person crosses now"


async def test_post_direction_and_purpose_are_kept_for_the_next_person_and_the_next_visit(
    http: httpx2.AsyncClient,
) -> None:
    officer = Desk(http, "poipet")
    page = await officer.page()
    answer = await officer.sends(
        page, "/crossings", name="CHAN", direction="in", purpose="visit", country="LAO"
    )
    for shown in (answer.text, await officer.page()):
        _, kept = form_of(shown, "/crossings")
        assert (kept["direction"], kept["purpose"], kept["country"]) == ("in", "visit", "LAO")


async def test_what_a_reader_typed_is_shown_before_it_is_recorded(officer: Desk) -> None:
    before = len(await crossings_of(officer.http))
    read = await officer.sends(await officer.page(), "/crossings", zone=ZONE)
    assert "Compare with the document" in text_of(read.text) and "SOK DARA" in text_of(read.text)
    assert len(await crossings_of(officer.http)) == before
    _, filled = form_of(read.text, "/crossings")
    assert (filled["name"], filled["sex"], filled["born"]) == ("SOK DARA", "1", "1990-04-03")
    assert (filled["document_number"], filled["document_issued_by"], filled["zone"]) == (
        "N01234567",
        "KHM",
        "",
    )
    assert "<button autofocus>" in read.text
    answer = await officer.sends(read.text, "/crossings")
    assert answer.status_code == 200 and len(await crossings_of(officer.http)) == before + 1


async def test_a_wrong_digit_is_named_by_its_field_and_the_others_are_filled_in(officer: Desk) -> None:
    answer = await officer.sends(
        await officer.page(), "/crossings", zone=ZONE.replace("9004034M", "9004134M")
    )
    assert answer.status_code == 422
    assert "Born: the date of birth and its check digit do not match" in text_of(answer.text)
    _, filled = form_of(answer.text, "/crossings")
    assert (filled["name"], filled["born"], filled["document_number"]) == ("SOK DARA", "", "N01234567")
    visa = await officer.sends(await officer.page(), "/crossings", zone=ZONE.replace("P<KHM", "V<KHM"))
    assert "visa" in text_of(visa.text)
    short = await officer.sends(await officer.page(), "/crossings", zone=ZONE[:60])
    assert "59 characters" in text_of(short.text) and short.status_code == 422


async def test_a_person_without_documents_and_a_child_with_its_adult_are_quick(officer: Desk) -> None:
    page = (
        await officer.sends(await officer.page(), "/crossings", sex="2", born="1985", together="yes")
    ).text
    assert "No document: nothing was checked." in text_of(page)
    mother = max(await crossings_of(officer.http), key=lambda each: each["recorded_at"])
    answer = await officer.sends(page, "/crossings", sex="1", born="2010", role="child", companion="mother")
    assert answer.status_code == 200
    child = max(await crossings_of(officer.http), key=lambda each: each["recorded_at"])
    assert (mother["role"], child["role"]) == ("worker", "child")
    _, family = form_of(answer.text, "/crossings")
    assert (family["adult"], family["together"]) == (mother["crossing_id"], "yes")
    alone = await officer.sends(answer.text, "/crossings", role="child", companion="nobody")
    assert "A child alone: refer to the supervisor" in text_of(alone.text)


async def test_a_form_sent_twice_is_recorded_once_and_a_refused_one_keeps_its_input(officer: Desk) -> None:
    page, before = await officer.page(), len(await crossings_of(officer.http))
    for _ in range(2):
        assert (await officer.sends(page, "/crossings", name="KEO SAMNANG", born="1988")).status_code == 200
    assert len(await crossings_of(officer.http)) == before + 1
    refused = await officer.sends(await officer.page(), "/crossings", name="KEO 7", born="1988")
    assert refused.status_code == 422 and "There is a problem" in refused.text
    assert form_of(refused.text, "/crossings")[1]["name"] == "KEO 7"
    elsewhere = await officer.sends(await officer.page(), "/crossings", name="KEO", checkpoint="KH-BVT")
    assert elsewhere.status_code == 403


async def test_the_hint_is_shown_while_typing_and_records_nothing(
    http: httpx2.AsyncClient, officer: Desk
) -> None:
    number = a_number()
    await officer.sends(await officer.page(), "/crossings", document_number=number)
    before = len(await crossings_of(http))
    _, form = form_of(await officer.page(), "/crossings")
    own = await officer.posts("/border/pages/hint", {**form, "document_number": number})
    assert "Perhaps the same" in own.text and "at Poipet" in own.text
    assert (await officer.posts("/border/pages/hint", {**form, "document_number": "N"})).text.strip() == ""
    other = Desk(http, "bavet")
    _, form = form_of(await other.page(), "/crossings")
    beyond = await other.posts("/border/pages/hint", {**form, "document_number": number})
    assert "already recorded at another post" in beyond.text and "Poipet" not in beyond.text
    assert len(await crossings_of(http)) == before


async def test_a_refused_form_shows_what_is_probably_the_same_beside_its_errors(officer: Desk) -> None:
    number = a_number()
    await officer.sends(await officer.page(), "/crossings", document_number=number)
    for wrong in ({"home": "99"}, {"born": "06/25/1990"}, {"document_expires_on": "soon"}):
        refused = await officer.sends(await officer.page(), "/crossings", document_number=number, **wrong)
        assert refused.status_code == 422
        assert "There is a problem" in refused.text and "Perhaps the same" in refused.text, wrong
    refused = await officer.sends(await officer.page(), "/crossings", document_number=a_number(), home="99")
    assert "Perhaps the same" not in refused.text


async def test_the_author_undoes_the_last_record_and_nobody_else(
    http: httpx2.AsyncClient, officer: Desk
) -> None:
    page = (await officer.sends(await officer.page(), "/crossings", name="UNG SOVANN")).text
    count = len(await crossings_of(http))
    assert "Undo it (F9)" in page
    address, form = form_of(page, "/undo")
    colleague = Desk(http, "poipet-too")
    _, token = form_of(await colleague.page(), "/crossings")
    refused = await colleague.posts(address, {**form, "csrf": token["csrf"], "key": str(uuid4())})
    assert refused.headers["location"].endswith("?undone=late")
    beyond = Desk(http, "bavet")
    _, token = form_of(await beyond.page(), "/crossings")
    assert (await beyond.posts(address, {**form, "csrf": token["csrf"]})).status_code == 403
    assert len(await crossings_of(http)) == count
    undone = await officer.sends(page, "/undo")
    assert undone.status_code == 303 and undone.headers["location"].endswith("?undone=yes")
    assert (await officer.sends(page, "/undo")).headers["location"].endswith("?undone=yes")  # sent twice
    assert len(await crossings_of(http)) == count - 1
    assert "The record does not count any more" in text_of(await officer.page("?undone=yes"))


async def test_the_last_record_is_the_one_recorded_last_whenever_it_occurred(
    http: httpx2.AsyncClient, officer: Desk
) -> None:
    live = await officer.sends(
        await officer.page(), "/crossings", name="LIVE ONE", document_number=a_number()
    )
    first, _ = form_of(live.text, "/undo")
    assert "The check is of today" not in text_of(live.text)
    yesterday = (datetime.now(PHNOM_PENH) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    earlier = await officer.sends(
        await officer.page(),
        "/crossings",
        name="EARLIER ONE",
        happened_at=yesterday,
        document_number=a_number(),
    )
    assert earlier.status_code == 200 and "EARLIER ONE" in earlier.text
    assert "The check is of today, not of the day of the crossing." in text_of(earlier.text)
    undo, _ = form_of(earlier.text, "/undo")
    assert undo != first and form_of(await officer.page(), "/undo")[0] == undo
    assert (await officer.sends(earlier.text, "/undo")).headers["location"].endswith("?undone=yes")
    assert form_of(await officer.page(), "/undo")[0] == first


async def test_the_answer_offers_to_undo_its_own_record_after_a_later_one(officer: Desk) -> None:
    page = await officer.page()
    first = await officer.sends(page, "/crossings", name="FIRST ONE")
    await officer.sends(await officer.page(), "/crossings", name="SECOND ONE")
    again = await officer.sends(page, "/crossings", name="FIRST ONE")  # sent twice: the answer to the first
    assert form_of(again.text, "/undo")[0] == form_of(first.text, "/undo")[0]


async def test_only_who_records_crossings_sees_the_booth(http: httpx2.AsyncClient) -> None:
    await Desk(http, "reader").page(status=403)
