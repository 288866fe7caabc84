"""Employers abroad and their workplaces: registered, found by name, within reach, corrected and voided."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from tests.recruitment.office import (
    OTHER_AGENCY,
    employer,
    get,
    post,
    read,
    recorded,
    registered,
    terms,
    upload,
    workplace,
)


async def found(http: httpx2.AsyncClient, who: str = "agency", **asked: Any) -> list[str]:
    answer = await post(http, who, "/employers/search", asked)
    assert answer.status_code == 200, answer.text
    return [row["employer_id"] for row in answer.json()["items"]]


async def test_an_employer_is_read_with_its_workplaces(http: httpx2.AsyncClient) -> None:
    employer_id = await recorded(
        http, "agency", "/employers", employer(sector="F", words={"note": "by phone"})
    )
    place = await recorded(
        http,
        "agency",
        "/workplaces",
        workplace(employer_id, name={"latin": "Bang Phli yard"}, region="Bangkok"),
    )
    answer = await get(http, "agency", f"/employers/{employer_id}")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {name: body[name] for name in ("name_latin", "name_khmer", "address", "region", "phone")} == {
        "name_latin": "Siam Concrete 2",
        "name_khmer": "ស៊ីអាម បេតុង",
        "address": "12 Moo 4, Bang Phli",
        "region": "Samut Prakan",
        "phone": "+66 2 555 0101",
    }
    assert (body["kind"], body["country"], body["sector"]) == ("company", "THA", "F")
    assert body["steps"][0]["person"]["words"]["note"] == "by phone"
    (only,) = body["workplaces"]
    assert (only["workplace_id"], only["name_latin"], only["region"]) == (place, "Bang Phli yard", "Bangkok")
    one = (await get(http, "agency", f"/workplaces/{place}")).json()
    assert (one["employer_id"], one["address"]) == (employer_id, "Km 14, Bang Na-Trat")


async def test_an_employer_in_cambodia_is_refused_also_as_a_correction(http: httpx2.AsyncClient) -> None:
    answer = await post(http, "agency", "/employers", employer(country="KHM"))
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "country"
    assert (
        await post(http, "agency", "/workplaces", workplace(str(uuid4()), country="KHM"))
    ).status_code == 422
    employer_id = await recorded(http, "agency", "/employers", employer())
    answer = await post(
        http,
        "agency",
        f"/events/{employer_id}/correction",
        {"reason": "mistyped", "facts": {"kind": "company", "country": "KHM"}},
    )
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "facts.country"


@pytest.mark.parametrize(
    "name", [{}, {"latin": "..."}, {"latin": "Line\nbreak"}, {"khmer": ""}, {"latin": "Siam", "short": "S"}]
)
async def test_a_name_has_a_letter_or_a_digit_and_is_one_line(http: httpx2.AsyncClient, name: Any) -> None:
    answer = await post(http, "agency", "/employers", employer(name=name))
    assert answer.status_code == 422


async def test_an_employer_is_found_by_words_of_its_name_and_their_beginnings(
    http: httpx2.AsyncClient,
) -> None:
    unusual = await recorded(
        http, "agency", "/employers", employer(name={"latin": "Zephyr-Brick (7) Co.", "khmer": "ហ្សេហ្វី ឥដ្ឋ"})
    )
    for name in ("zephyr", "ZEP", "brick zephyr", "7 zephyr", "ឥដ្ឋ", "ហ្សេ", "ហេ្សហី្វ", "អិដ្ឋ", "ឥដ\u200c្ឋ"):
        assert await found(http, name=name) == [unusual], name
    for name in ("ze", "ephyr", "zephyr stone"):
        assert await found(http, name=name) == [], name
    assert await found(http, name="zephyr", country="THA", kind="company") == [unusual]
    assert await found(http, name="zephyr", country="MYS") == []
    assert await found(http, name="zephyr", kind="household") == []


async def test_an_employer_is_within_reach_of_its_agency_and_the_missions_in_its_country(
    http: httpx2.AsyncClient,
) -> None:
    name = {"latin": "Quillon Farm"}
    employer_id = await recorded(http, "agency", "/employers", employer(name=name))
    place = await recorded(http, "agency", "/workplaces", workplace(employer_id))
    for who, within in (
        ("agency", True),
        ("reviewer", True),
        ("attache", True),
        ("attache-elsewhere", False),
        ("other-agency", False),
    ):
        assert await found(http, who, name="quillon") == ([employer_id] if within else []), who
        status = 200 if within else 404
        assert (await get(http, who, f"/employers/{employer_id}")).status_code == status, who
        assert (await get(http, who, f"/workplaces/{place}")).status_code == status, who


async def test_every_agency_reads_an_employer_that_the_ministry_or_a_mission_registered(
    http: httpx2.AsyncClient,
) -> None:
    body = employer(agency_id=None, name={"latin": "Officially Known"})
    employer_id = await recorded(http, "attache", "/employers", body)
    await recorded(http, "attache", "/workplaces", workplace(employer_id, agency_id=None))
    contract = (await registered(http, employer_id=employer_id))["id"]
    assert (await read(http, contract, "agency"))["employer"]["name_latin"] == "Officially Known"
    for who in ("agency", "other-agency", "reviewer", "attache"):
        assert await found(http, who, name="officially") == [employer_id], who
        answer = await get(http, who, f"/employers/{employer_id}")
        assert len(answer.json()["workplaces"]) == 1, who
    assert await found(http, "attache-elsewhere", name="officially") == []
    assert (await get(http, "attache-elsewhere", f"/employers/{employer_id}")).status_code == 404
    correction = {"reason": "mistyped", "facts": {"kind": "farm", "country": "THA"}}
    assert (await post(http, "agency", f"/events/{employer_id}/correction", correction)).status_code == 403


async def test_a_caller_registers_for_the_own_agency_or_as_a_mission(http: httpx2.AsyncClient) -> None:
    assert (await post(http, "agency", "/employers", employer(agency_id=OTHER_AGENCY))).status_code == 403
    assert (await post(http, "agency", "/employers", employer(agency_id=None))).status_code == 403
    assert (await post(http, "attache", "/employers", employer())).status_code == 403
    employer_id = await recorded(http, "attache", "/employers", employer(agency_id=None))
    assert (await get(http, "attache", f"/employers/{employer_id}")).json()["agency_id"] is None
    assert (
        await post(http, "attache-elsewhere", "/workplaces", workplace(employer_id, agency_id=None))
    ).status_code == 403


async def test_a_correction_names_the_words_that_change_and_keeps_the_others(
    http: httpx2.AsyncClient,
) -> None:
    employer_id = await recorded(http, "agency", "/employers", employer(name={"latin": "Wrongly Typed"}))
    facts = {"agency_id": employer()["agency_id"], "kind": "farm", "country": "THA"}
    answer = await post(
        http,
        "agency",
        f"/events/{employer_id}/correction",
        {"reason": "mistyped", "facts": facts, "words": {"name_latin": "Rightly Typed", "region": ""}},
    )
    assert answer.status_code == 201, answer.text
    body = (await get(http, "agency", f"/employers/{employer_id}")).json()
    assert (body["name_latin"], body["region"], body["kind"]) == ("Rightly Typed", None, "farm")
    assert (body["address"], body["phone"]) == ("12 Moo 4, Bang Phli", "+66 2 555 0101")
    assert await found(http, name="rightly typed") == [employer_id]
    assert await found(http, name="wrongly typed") == []
    answer = await post(
        http,
        "agency",
        f"/events/{employer_id}/correction",
        {"reason": "mistyped", "facts": facts, "person": {"phone": "+66 2 555 0199"}},
    )
    assert answer.status_code == 201, answer.text
    body = (await get(http, "agency", f"/employers/{employer_id}")).json()
    assert (body["name_latin"], body["phone"]) == ("Rightly Typed", "+66 2 555 0199")


async def test_too_many_words_are_refused(http: httpx2.AsyncClient) -> None:
    employer_id = await recorded(http, "agency", "/employers", employer())
    answer = await post(
        http,
        "agency",
        f"/events/{employer_id}/correction",
        {
            "reason": "mistyped",
            "facts": {"kind": "farm", "country": "THA"},
            "words": {f"note_{nth}": "text" for nth in range(18)},
        },
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == "words"


async def test_a_voided_registration_is_gone_and_the_contract_shows_it(http: httpx2.AsyncClient) -> None:
    employer_id = await recorded(http, "agency", "/employers", employer(name={"latin": "Vanished Works"}))
    place = await recorded(http, "agency", "/workplaces", workplace(employer_id))
    contract = (await registered(http, employer_id=employer_id, terms=terms(workplace_id=place)))["id"]
    assert (await read(http, contract))["employer"]["name_latin"] == "Vanished Works"
    assert (await read(http, contract))["workplace"]["workplace_id"] == place
    for record in (place, employer_id):
        answer = await post(http, "agency", f"/events/{record}/void", {"reason": "never_happened"})
        assert answer.status_code == 201, answer.text
    assert (await get(http, "agency", f"/employers/{employer_id}")).status_code == 404
    assert (await get(http, "agency", f"/workplaces/{place}")).status_code == 404
    assert await found(http, name="vanished") == []
    body = await read(http, contract)
    assert (body["employer_id"], body["employer"], body["workplace"]) == (employer_id, None, None)


async def test_the_employer_of_a_contract_may_be_registered_later_and_is_shown_within_reach(
    http: httpx2.AsyncClient,
) -> None:
    employer_id = str(uuid7())
    contract = (await registered(http, employer_id=employer_id))["id"]
    assert (await read(http, contract))["employer"] is None
    await recorded(http, "other-agency", "/employers", employer(id=employer_id, agency_id=OTHER_AGENCY))
    assert (await read(http, contract, "reviewer"))["employer"]["name_latin"] == "Siam Concrete 2"
    assert (await read(http, contract, "attache"))["employer"]["name_latin"] == "Siam Concrete 2"
    assert (await read(http, contract, "agency"))["employer"] is None


async def test_employers_and_workplaces_are_loaded_in_bulk(http: httpx2.AsyncClient) -> None:
    ids = [str(uuid7()) for _ in range(3)]
    migrated = {"how": "migrated", "recorded_at": "2014-02-10T09:00:00+07:00"}
    rows = [employer(id=one, name={"latin": f"Bulkload {nth}"}, **migrated) for nth, one in enumerate(ids)]
    answer = await upload(http, "loader", "/employers/bulk", [*rows, employer(country="KHM", **migrated)])
    assert (answer["taken"], answer["refused"]) == (3, 1)
    assert await found(http, name="bulkload 1") == [ids[1]]
    rows = [workplace(one, name={"latin": "Gate 4"}, **migrated) for one in ids]
    assert (await upload(http, "loader", "/workplaces/bulk", rows))["taken"] == 3
    again = await upload(http, "loader", "/workplaces/bulk", rows)
    assert (again["taken"], again["already_known"]) == (0, 3)
    body = (await get(http, "agency", f"/employers/{ids[0]}")).json()
    assert [each["name_latin"] for each in body["workplaces"]] == ["Gate 4"]


async def test_a_search_is_answered_page_by_page(http: httpx2.AsyncClient) -> None:
    mine = [
        await recorded(http, "agency", "/employers", employer(name={"latin": f"Paging {nth}"}))
        for nth in range(3)
    ]
    answer = await http.post(
        "/employers/search",
        params={"limit": 2},
        json={"name": "paging"},
        headers={"Authorization": "Bearer agency"},
    )
    first = answer.json()
    answer = await http.post(
        "/employers/search",
        params={"limit": 2, "cursor": first["next"]},
        json={"name": "paging"},
        headers={"Authorization": "Bearer agency"},
    )
    second = answer.json()
    seen = [row["employer_id"] for row in (*first["items"], *second["items"])]
    assert sorted(seen) == sorted(mine) and second["next"] is None
