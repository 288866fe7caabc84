"""The pages of the private questions, and of the offices to which people are referred: who is shown what."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.store.decider import record_of
from contracts.border import ScreeningRecorded
from contracts.codes.recording import HowRecorded
from contracts.codes.screening import ScreeningEnd
from contracts.envelope import Event, Recorded
from services.border.main import service
from services.border.pages import NAV
from services.border.pages.screening_questions import ALL, QUESTIONS, proposed
from tests.border.desk import Desk, form_of, text_of
from tests.border.post import People, now, person, post, returned
from tests.signed_in import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
WAGES, HEALTH = "agreed_molvt_unpaid_wages", "agreed_mosvy_health_care"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="desk") as client:
        client.cookies.clear()
        yield client


async def came_back(http: httpx2.AsyncClient, name: str, **other: object) -> str:
    body = returned(occurred_at=now(), person=person(name={"latin": name}), **other)
    answer = await post(http, "/border/crossings", body, who="desk")
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def answered(desk: Desk, crossing_id: str, **answers: str) -> str:
    """Send the questions with some answers, and return the page of proposals."""
    action, filled = form_of(await desk.page(f"/crossings/{crossing_id}/questions"), "/proposals")
    answer = await desk.posts(action, {"csrf": filled["csrf"], **answers})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


async def agreed(desk: Desk, crossing_id: str, **fields: str) -> str:
    """Ask, record what the person agreed to, and return the id of the screening."""
    page = await answered(desk, crossing_id, wages="yes", health="yes")
    answer = await desk.sends(page, "/record", **{"ended": "answered", **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def test_what_is_skipped_or_denied_proposes_nothing() -> None:
    assert proposed({}) == proposed({question.name: "no" for question in QUESTIONS}) == []
    assert proposed({question.name: "yes" for question in QUESTIONS}) == list(ALL)
    assert [each.field for each in proposed({"wages": "yes", "harm": "no"})] == [WAGES]


async def test_the_questions_say_first_what_is_kept_and_have_a_way_out(http: httpx2.AsyncClient) -> None:
    crossing_id = await came_back(http, "ASKED ONE")
    page = await Desk(http, "desk").page(f"/crossings/{crossing_id}/questions")
    assert '<a class="button" href="/" rel="noreferrer" data-leave>' in page
    words = text_of(page)
    assert words.index("Your answers are not kept") < words.index("still owe you money")
    assert (
        page.count('type="radio"')
        == 3 * len(QUESTIONS)
        == 3 * page.count('value="" autocomplete="off" checked')
    )
    assert all(
        "data-private" in form
        for form in re.findall(r'<form method="post" action="[^"]*questions[^>]*>', page)
    )


async def test_only_what_is_ticked_is_recorded_and_no_answer_reaches_the_second_form(
    http: httpx2.AsyncClient,
) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "ASKED TWO")
    page = await answered(desk, crossing_id, wages="yes", health="yes", harm="no")
    _, filled = form_of(page, "/record")
    assert not {question.name for question in QUESTIONS} & set(filled)
    assert WAGES not in filled and f'name="{WAGES}"' in page  # offered, and not ticked
    proposals = page.partition("<details>")[0]
    assert HEALTH in proposals and "protection" not in proposals
    answer = await desk.sends(page, "/record", ended="answered", **{WAGES: "yes"})
    receipt = await desk.page(answer.headers["location"].removeprefix("/border/pages"))
    words = text_of(receipt)
    assert "Help to get unpaid wages" in words and "health" not in words
    slip = receipt.partition('<section class="slip"')[2].partition("</section>")[0]
    assert "Ministry of Labour" in slip and "wages" not in slip and "screening" not in slip.lower()


async def test_a_form_sent_twice_records_once(http: httpx2.AsyncClient) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "ASKED TWICE")
    page = await answered(desk, crossing_id)
    first, second = [await desk.sends(page, "/record", ended="answered") for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]


async def test_whoever_was_asked_or_did_not_want_to_be_leaves_the_list_and_who_left_early_stays(
    http: httpx2.AsyncClient,
) -> None:
    desk = Desk(http, "desk")
    for name, ended, stays in (("NOT WANTED", "not_wanted", False), ("LEFT EARLY", "left_early", True)):
        crossing_id = await came_back(http, name)
        assert name in await desk.page("/screenings")
        page = await desk.page(f"/crossings/{crossing_id}/questions")
        answer = await desk.sends(page, "/record", ended=ended)
        assert answer.status_code == 303, answer.text
        receipt = text_of(await desk.page(answer.headers["location"].removeprefix("/border/pages")))
        assert "Nobody was referred." in receipt
        assert (name in await desk.page("/screenings")) is stays
    assert "Not asked yet today" in await desk.page("/screenings/counts")
    assert "LEFT EARLY" not in await Desk(http, "desk-bavet").page("/screenings")
    await Desk(http, "poipet").page("/screenings", status=403)
    await Desk(http, "poipet").page(f"/crossings/{crossing_id}/questions", status=403)


async def test_the_questions_are_reached_from_the_booth_and_from_the_list(http: httpx2.AsyncClient) -> None:
    desk = Desk(http, "desk")
    page = await desk.page()
    answer = await desk.sends(
        page, "/crossings", name="FROM BOOTH", direction="in", purpose="work", country="THA"
    )
    assert answer.status_code == 200 and "Ask the private questions" in answer.text
    link = re.search(r'href="/border/pages(/crossings/[^"]+/questions)"', answer.text)
    assert link is not None and link[1] in await desk.page("/crossings")
    assert "FROM BOOTH" in await desk.page(link[1])
    assert link[1] not in await Desk(http, "poipet").page("/crossings")


async def test_each_office_sees_what_it_is_asked_and_nobody_else_sees_anything(
    http: httpx2.AsyncClient,
) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "REFERRED ONE")
    labour, social = Desk(http, "labour"), Desk(http, "social")
    others = [Desk(http, who) for who in ("interior", "agency-02")]
    crossings = [Desk(http, who) for who in ("poipet", "desk-too", "reader")]
    before = [await each.page("/referrals") for each in others]
    counts = [await each.page("/referrals/counts") for each in others]
    rows = [text_of(await each.page("/crossings")) for each in crossings]
    screening_id = await agreed(desk, crossing_id, **{WAGES: "yes", HEALTH: "yes", "consent": "written"})
    for office, asks, hidden in (
        (labour, "Help to get unpaid wages", "health care"),
        (social, "Arrange health care", "wages"),
    ):
        listed = await office.page("/referrals")
        assert "REFERRED ONE" in listed and asks in listed and hidden not in listed
        page = text_of(await office.page(f"/referrals/{screening_id}"))
        assert "REFERRED ONE" in page and asks in page and hidden not in page
        assert "The border post waits" in page and "CHAN" not in page
    assert [plain(await each.page("/referrals")) for each in others] == [plain(each) for each in before]
    assert [plain(await each.page("/referrals/counts")) for each in others] == [
        plain(each) for each in counts
    ]
    assert [text_of(await each.page("/crossings")) for each in crossings] == rows
    for each in others:
        await each.page(f"/referrals/{screening_id}", status=404)
    for who in ("desk-too", "desk-bavet"):
        await Desk(http, who).page(f"/screenings/{screening_id}", status=404)
    await Desk(http, "poipet").page(f"/screenings/{screening_id}", status=403)
    for who in ("poipet", "chief", "desk-too"):  # they may correct the events of the post
        await Desk(http, who).page(f"/events/{screening_id}", status=404)
    await Desk(http, "desk").page(f"/events/{screening_id}")


def plain(page: str) -> str:
    """Return a page without the tokens of its forms and the time of printing."""
    page = re.sub(r'<p class="printed">.*?</p>|value="[0-9a-f]{64,}"|data-(key|csrf)="\w*"', "", page)
    return page


async def test_an_acknowledgement_is_seen_by_the_officer_who_asked_and_only_of_the_office_that_made_it(
    http: httpx2.AsyncClient,
) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "REFERRED TWO")
    labour, social = Desk(http, "labour"), Desk(http, "social")
    screening_id = await agreed(desk, crossing_id, **{WAGES: "yes", HEALTH: "yes"})
    assert text_of(await desk.page(f"/screenings/{screening_id}")).count("Not yet") == 2
    page = await labour.page(f"/referrals/{screening_id}")
    for _ in range(2):
        assert (await labour.sends(page, "/acknowledgement")).status_code == 303
    assert "We have received it" not in await labour.page(f"/referrals/{screening_id}")
    assert screening_id not in await labour.page("/referrals")
    assert screening_id in await labour.page("/referrals?state=acknowledged")
    assert screening_id in await social.page("/referrals")
    assert "We have received it" in await social.page(f"/referrals/{screening_id}")
    assert text_of(await desk.page(f"/screenings/{screening_id}")).count("Not yet") == 1


async def test_a_referral_stays_if_the_crossing_is_voided_and_goes_if_the_screening_is(
    http: httpx2.AsyncClient,
) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "REFERRED THREE")
    labour = Desk(http, "labour")
    screening_id = await agreed(desk, crossing_id, **{WAGES: "yes"})
    void = {"reason": "mistyped"}
    assert (await post(http, f"/border/events/{crossing_id}/void", void, who="desk")).status_code == 201
    assert "REFERRED THREE" in await labour.page(f"/referrals/{screening_id}")
    assert (await post(http, f"/border/events/{screening_id}/void", void, who="desk")).status_code == 201
    await labour.page(f"/referrals/{screening_id}", status=404)


async def test_an_office_of_a_province_receives_the_people_of_its_province(http: httpx2.AsyncClient) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "LOOKS FOR WORK")
    page = await answered(desk, crossing_id, work="yes")
    await desk.sends(page, "/record", ended="answered", agreed_nea_work="yes")
    assert "LOOKS FOR WORK" in await Desk(http, "agency-02").page("/referrals")
    assert "LOOKS FOR WORK" not in await Desk(http, "agency-03").page("/referrals")


async def test_a_child_who_comes_back_alone_is_referred_by_the_crossing_alone(
    http: httpx2.AsyncClient,
) -> None:
    social = Desk(http, "social")
    alone = await came_back(http, "CHILD ALONE", role="child", unaccompanied_minor=True)
    nobody = await came_back(http, "CHILD NOBODY", role="child", accompanied_by="nobody")
    family = await came_back(http, "CHILD FAMILY", role="child", accompanied_by="mother")
    listed = await social.page("/referrals")
    assert alone in listed and nobody in listed and family not in listed
    page = text_of(await social.page(f"/referrals/{alone}"))
    assert "CHILD ALONE" in page and "Care for a child" in page and "without a responsible adult" in page
    assert alone not in await Desk(http, "labour").page("/referrals")
    assert (
        await social.sends(await social.page(f"/referrals/{alone}"), "/acknowledgement")
    ).status_code == 303
    assert alone not in await social.page("/referrals")


async def test_an_office_that_receives_nobody_is_told_so(http: httpx2.AsyncClient) -> None:
    assert "Nobody is referred to your office" in await Desk(http, "receives-at-post").page(
        "/referrals", status=403
    )


async def test_the_correction_of_a_screening_offers_no_person_and_no_remarks_and_takes_none(
    http: httpx2.AsyncClient,
) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "CORRECTED ONE")
    screening_id = await agreed(desk, crossing_id, **{WAGES: "yes"})
    page = await desk.page(f"/events/{screening_id}/correction")
    action, filled = form_of(page, "/preview")
    assert not [name for name in filled if name.startswith(("person.", "words."))]
    assert "facts.ended" in filled and "facts.checkpoint" not in filled
    assert "Wrong person" in page and "state the whole other person" not in page
    for typed in ({"words.note": "locked in"}, {"reason": "wrong_person", "facts.sex": "1"}):
        given = filled | {"reason": "mistyped", "facts.ended": "left_early"} | typed
        answer = await desk.posts(action, given)
        refused = "words.note" in typed
        assert answer.status_code == (422 if refused else 200), answer.text


async def test_the_audit_of_a_crossing_tells_within_reach_who_looked_and_nothing_of_questions_or_referrals(
    http: httpx2.AsyncClient,
) -> None:
    desk, crossing_id = Desk(http, "desk"), await came_back(http, "AUDITED ONE")
    screening_id = await agreed(desk, crossing_id, **{HEALTH: "yes"})
    await desk.page(f"/screenings/{screening_id}")
    await Desk(http, "social").page(f"/referrals/{screening_id}")
    await Desk(http, "social").page(f"/referrals/{screening_id}?documents=shown")
    await Desk(http, "poipet").page(f"/events/{crossing_id}")
    path = f"/audit/crossing-{crossing_id}?what=all"
    betrays = ("screening", "returnee", "referral", "MOSVY", "Social Affairs")
    plain_page = await Desk(http, "auditor").page(path)
    rows = plain_page.split("<tbody>")[1].partition("</tbody>")[0]
    assert "social" in rows and "desk" in rows and "Read, with the document numbers" in rows
    file = await Desk(http, "auditor").page(f"{path}&file=csv")
    assert "social" in file
    for found in (rows, file):
        assert not [each for each in betrays if each in found]
    whole = await Desk(http, "auditor-national").page(path)
    assert "read_returnee" in whole and "read_screening" in whole and "read_border_referral" in whole


@pytest.mark.parametrize("of", ["handover", "crossing of another post", "missing crossing"])
async def test_the_page_of_a_screening_shows_no_person_if_its_record_is_no_crossing_of_its_post(
    http: httpx2.AsyncClient, runtime: Runtime, of: str
) -> None:
    crossing_id = str(uuid4())
    if of == "crossing of another post":
        body = returned(occurred_at=now(), checkpoint="KH-BVT", person=person(name={"latin": "OUT OF REACH"}))
        crossing_id = (await post(http, "/border/crossings", body, who="bavet")).json()["id"]
    about = f"handover-{uuid4()}" if of == "handover" else f"crossing-{crossing_id}"
    event = stored_screening(about)
    await runtime.store.commit([event])
    page = await Desk(http, "desk").page(f"/screenings/{record_of(event.stream)}")
    assert "No name given" in page and "OUT OF REACH" not in page and "Ask again" not in page
    await Desk(http, "desk").page(f"/events/{event.id}")


def stored_screening(about: str) -> Event[ScreeningRecorded]:
    """Return a screening as it may be stored, about whatever record."""
    moment = datetime.now(UTC)
    facts = ScreeningRecorded(
        recorded=Recorded(by="desk", office="KH-POI", how=HowRecorded.LIVE),
        about=about,
        checkpoint="KH-POI",
        ended=ScreeningEnd.LEFT_EARLY,
    )
    return Event(uuid4(), f"screening-{uuid4()}", 1, moment, moment, facts, None, (), uuid4())
