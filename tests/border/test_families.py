"""Families, children and the papers that they show, recorded over HTTP, in bulk and in corrections."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from contracts.envelope import Correction, Event, Fact
from contracts.person import ClearPerson
from tests.border.post import counts, departure, headers, person, post, recorded, returned, send, uploaded


async def event_of(runtime: Runtime, event_id: str) -> Event[Fact]:
    event = await runtime.store.find(UUID(event_id))
    assert event is not None
    return event


def facts_of(event: Event[Fact]) -> dict[str, Any]:
    return event.facts.model_dump(mode="json", exclude={"recorded"}, exclude_none=True)


async def corrected(
    http: httpx2.AsyncClient, runtime: Runtime, event_id: str, **body: Any
) -> tuple[Event[Fact], dict[str, Any]]:
    """Correct an event, and return the correction with the facts that it restates."""
    answer = await post(http, f"/events/{event_id}/correction", {"reason": "mistyped", **body})
    assert answer.status_code == 201, answer.text
    ruling = await event_of(runtime, answer.json()["events"][0])
    assert isinstance(ruling.facts, Correction)
    return ruling, ruling.facts.restated.facts.model_dump(mode="json", exclude_none=True)


async def test_a_child_on_the_mothers_passport_is_a_person_of_her_own(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    family, passport, day = str(uuid7()), f"N{uuid4().int % 10**11:011}", "2011-05-20"
    shown = {"kind": "passport", "number": passport, "expires_on": "2014-03-01"}
    back = returned(family_id=family, reason="mass_return", occurred_at=f"{day}T08:00:00+07:00")
    mother = await recorded(http, back | {"person": person(documents=[shown])})
    child = await recorded(
        http,
        back
        | {
            "role": "child",
            "accompanied_by": "mother",
            "adult_crossing": mother["id"],
            "person": {
                "sex": 2,
                "birth": {"on": "2007-03-02"},
                "documents": [shown | {"holder": "mother"}],
            },
        },
    )
    of_mother, of_child = [await event_of(runtime, each["events"][0]) for each in (mother, child)]
    assert len(of_mother.handles) == 1 and of_child.handles == ()
    facts = facts_of(of_child)
    assert (facts["role"], facts["accompanied_by"], facts["adult_crossing"], facts["age"]) == (
        "child",
        "mother",
        f"crossing-{mother['id']}",
        {"at_least": 4, "at_most": 4},
    )
    assert facts["documents_shown"] == [
        {"kind": "passport", "holder": "mother", "issued_by": "KHM", "expires_on": "2014-03-01"}
    ]
    listed = (await http.get("/crossings", params={"day": day}, headers=headers("poipet"))).json()["items"]
    assert {each["crossing_id"]: each["role"] for each in listed} == {
        mother["id"]: "worker",
        child["id"]: "child",
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"kind": "pink_card"}, {"kind": "pink_card", "issued_by": "THA"}),
        ({"kind": "pink_card", "issued_by": "KHM"}, {"kind": "pink_card", "issued_by": "THA"}),
        ({"kind": "work_permit"}, {"kind": "work_permit", "issued_by": "THA"}),
        (
            {"kind": "border_pass", "place": "Banteay Meanchey"},
            {"kind": "border_pass", "place": "01"},
        ),
        (
            {"kind": "border_pass", "place": "ខេត្តបន្ទាយមានជ័យ"},
            {"kind": "border_pass", "place": "banteay mean chey", "issued_by": "THA"},
        ),
    ],
)
async def test_both_ways_of_writing_a_document_give_one_handle(
    one: dict[str, str], other: dict[str, str], http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    number = f"00{uuid4().int % 10**11:011}"
    handles = set()
    for kind, document in ((returned, one), (departure, other)):
        outcome = await recorded(http, kind(person=person(documents=[document | {"number": number}])))
        handles.add((await event_of(runtime, outcome["events"][0])).handles)
    ((handle,),) = handles
    assert handle


async def test_a_placeholder_is_kept_as_typed_and_links_nobody(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    typed = [{"kind": "passport", "number": "NONE"}, {"kind": "national_id", "number": "000000000"}]
    event = await event_of(
        runtime, (await recorded(http, returned(person=person(documents=typed))))["events"][0]
    )
    assert isinstance(event.person, ClearPerson)
    assert [each.number for each in event.person.documents] == ["NONE", "000000000"]
    assert (event.handles, facts_of(event)["documents_shown"]) == ((), [])


async def test_an_unknown_issuing_place_is_refused_with_its_field(http: httpx2.AsyncClient) -> None:
    shown = [{"kind": "border_pass", "number": "0012", "place": "Rayong"}]
    answer = await post(http, "/crossings", returned(person=person(documents=shown)))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["value"]) == ("person.documents[0].place", "Rayong")
    assert "Banteay Meanchey" in str(error)


async def test_csv_and_ndjson_carry_roles_companions_grounds_and_holders(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    adult, number = str(uuid7()), f"N{uuid4().int % 10**11:011}"
    columns = {
        "kind": "deported_return",
        "occurred_at": "2014-06-12T09:00:00+07:00",
        "checkpoint": "KH-POI",
        "returned_from": "THA",
        "ground": "irregular_entry",
        "role": "child",
        "accompanied_by": "mother",
        "adult_crossing": adult,
        "person.documents.0.kind": "passport",
        "person.documents.0.number": number,
        "person.documents.0.holder": "mother",
    }
    document = {"kind": "passport", "number": number, "holder": "mother"}
    row = {name: cell for name, cell in columns.items() if not name.startswith("person")}
    row |= {"person": {"documents": [document]}}
    found = []
    for nth in range(2):
        event_id = str(uuid7())
        if nth:
            outcome = await uploaded(http, [row | {"id": event_id}])
        else:
            written = io.StringIO()
            writer = csv.DictWriter(written, ["id", *columns])
            writer.writeheader()
            writer.writerow(columns | {"id": event_id})
            outcome = (await send(http, written.getvalue().encode(), kind="text/csv")).json()
        assert counts(outcome) == (1, 0, 0), outcome
        found.append(facts_of(await event_of(runtime, event_id)))
    assert found[0] == found[1]
    assert (found[0]["role"], found[0]["accompanied_by"], found[0]["adult_crossing"], found[0]["ground"]) == (
        "child",
        "mother",
        f"crossing-{adult}",
        "irregular_entry",
    )


async def test_a_corrected_birth_date_changes_age_and_band(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await recorded(http, departure(person=person(birth={"on": "1990-03-04"})))
    event = await event_of(runtime, outcome["events"][0])
    facts = facts_of(event)
    assert (facts["age"], facts["age_band"]) == ({"at_least": 23, "at_most": 23}, "20-24")
    right = person(birth={"on": "1998-01-01", "precision": "year"}, sex=1)
    del right["home_province"]
    _, restated = await corrected(http, runtime, outcome["id"], facts=facts, person=right)
    assert (restated["age"], restated["age_band"]) == ({"at_least": 15, "at_most": 16}, "15-19")
    assert (restated["sex"], restated["home_province"]) == (1, "02")
    _, restated = await corrected(http, runtime, outcome["id"], person={"sex": 2})
    assert (restated["age_band"], restated["sex"]) == ("15-19", 2)
    _, restated = await corrected(http, runtime, outcome["id"], person={"birth": None})
    assert (restated.get("age"), restated["age_band"], restated["sex"]) == (None, "unknown", 2)


async def test_a_corrected_time_changes_the_age_from_the_birth_date_on_record(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await recorded(http, departure(person=person(birth={"on": "1989-04-03"})))
    at = "2014-04-03T09:00:00+07:00"
    by_hand = {"reason": "mistyped", "facts": {"age_band": "0-4"}, "occurred_at": at}
    answer = await post(http, f"/events/{outcome['id']}/correction", by_hand)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "facts.age_band")
    _, restated = await corrected(http, runtime, outcome["id"], occurred_at=at)
    assert (restated["age"], restated["age_band"]) == ({"at_least": 25, "at_most": 25}, "25-29")


async def test_a_crossing_is_corrected_to_that_of_a_child_alone(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await recorded(http, returned())
    facts = facts_of(await event_of(runtime, outcome["events"][0]))
    changed = {"role": "child", "accompanied_by": "nobody", "unaccompanied_minor": True}
    _, restated = await corrected(http, runtime, outcome["id"], facts=facts | changed)
    assert restated.items() >= changed.items()
    answer = await post(
        http,
        f"/events/{outcome['id']}/correction",
        {"reason": "mistyped", "facts": facts | {"adult_crossing": "her mother"}},
    )
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "facts.adult_crossing"


async def test_a_permit_in_a_corrected_person_is_of_the_country_of_the_corrected_facts(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await recorded(http, returned(returned_from="MYS"))
    facts = facts_of(await event_of(runtime, outcome["events"][0])) | {"returned_from": "THA"}
    shown = person(documents=[{"kind": "work_permit", "number": f"T{uuid4().int % 10**11:011}"}])
    ruling, _ = await corrected(http, runtime, outcome["id"], facts=facts, person=shown)
    assert isinstance(ruling.person, ClearPerson)
    assert [each.issued_by for each in ruling.person.documents] == ["THA"]
    assert len(ruling.handles) == 1
