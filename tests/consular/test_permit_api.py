"""Permits over HTTP on a real PostgreSQL: recorded, listed, read and lapsed within the reach of a mission."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.consular.mission import CARD, LAPSE, PERSON, TODAY, get, opened, permit, post, step


async def recorded(http: httpx2.AsyncClient, who: str = "attache", **other: Any) -> str:
    answer = await post(http, who, "/permits", permit(**other))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_permit_is_recorded_read_and_lapses(http: httpx2.AsyncClient) -> None:
    permit_id = await recorded(http)
    found = (await get(http, "attache", f"/permits/{permit_id}")).json()
    assert (found["country"], found["kind"], found["regularisation"]) == ("THA", "pink_card", True)
    assert (found["valid_until"], found["lapsed_on"], found["holds"]) == ("2016-03-31", None, False)
    assert found["steps"][0]["person"]["documents"][0]["kind"] == "pink_card"
    assert (await post(http, "attache", f"/permits/{permit_id}/lapse", LAPSE)).status_code == 200
    found = (await get(http, "attache", f"/permits/{permit_id}")).json()
    assert (found["lapsed_on"], found["lapse_reason"]) == ("2015-04-01", "left_employer")
    again = await post(http, "attache", f"/permits/{permit_id}/lapse", LAPSE)
    assert again.status_code == 409 and "already lapsed" in again.json()["title"]


@pytest.mark.parametrize(
    ("begins", "ends", "lapsed", "holds"),
    [
        (0, None, None, True), (1, None, None, False), (0, 0, None, True), (-9, -1, None, False),
        (-9, None, 0, False), (-9, None, 1, True),
    ],
)  # fmt: skip
async def test_a_permit_holds_from_its_first_to_its_last_day_unless_it_lapsed(
    http: httpx2.AsyncClient, begins: int, ends: int | None, lapsed: int | None, holds: bool
) -> None:
    day = [None if each is None else str(TODAY + timedelta(days=each)) for each in (begins, ends, lapsed)]
    permit_id = await recorded(http, valid_from=day[0], valid_until=day[1])
    if lapsed is not None:
        body = step(lapsed_on=day[2], reason="revoked")
        assert (await post(http, "attache", f"/permits/{permit_id}/lapse", body)).status_code == 200
    assert (await get(http, "attache", f"/permits/{permit_id}")).json()["holds"] is holds


async def test_a_permit_is_of_the_person_of_another_record(http: httpx2.AsyncClient) -> None:
    about = f"assistance-case-{await opened(http, person=PERSON)}"
    permit_id = await recorded(http, person={"sex": 1}, about=about)
    assert (await get(http, "attache", f"/permits/{permit_id}")).json()["about"] == about
    nobody = await post(http, "attache", "/permits", permit(person={"sex": 1}))
    assert nobody.status_code == 422 and nobody.json()["errors"][0]["field"] == "person"


async def test_permits_are_listed_and_read_within_reach_the_latest_issued_first(
    http: httpx2.AsyncClient,
) -> None:
    here = [
        await recorded(http, occurred_at=f"2014-0{month}-20T09:00:00+07:00", valid_from=f"2014-0{month}-20")
        for month in (7, 9, 8)
    ]
    elsewhere = await recorded(http, "kuala-lumpur", mission="KUL", kind="work_permit", person=CARD)
    listed: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await get(http, "attache", "/permits", **query)).json()
        listed += [row["permit_id"] for row in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert [each for each in listed if each in here] == [here[1], here[2], here[0]]
    assert elsewhere not in listed and len(set(listed)) == len(listed)
    of_mission = (await get(http, "registrar", "/permits", mission="KUL", limit=200)).json()["items"]
    assert elsewhere in {row["permit_id"] for row in of_mission}
    assert {row["mission"] for row in of_mission} == {"KUL"}
    assert (await get(http, "attache", f"/permits/{elsewhere}")).status_code == 404
    assert (await post(http, "attache", f"/permits/{elsewhere}/lapse", LAPSE)).status_code == 403
    assert (await post(http, "attache", "/permits", permit(mission="KUL"))).status_code == 403
    assert (await get(http, "looks-only", "/permits")).status_code == 403


async def test_a_permit_in_a_country_where_the_mission_is_not_accredited_says_so(
    http: httpx2.AsyncClient,
) -> None:
    for country, accredited in (("THA", True), ("ZAF", True), ("BRN", False)):
        found = (await get(http, "attache", f"/permits/{await recorded(http, country=country)}")).json()
        assert found["accredited"] is accredited, country
