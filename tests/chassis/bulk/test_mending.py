"""A row with the id of a record is that record: a mended row corrects it, and names only what was mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from contracts.envelope import Correction, Event, Fact, Ruling
from contracts.person import ClearPerson
from contracts.rulings import effective
from tests.border.post import counts, handover, ndjson, person, post, recorded, returned, send, uploaded
from tests.chassis.bulk.test_csv import table


async def ids_of(runtime: Runtime, outcome: dict[str, Any]) -> list[str]:
    rows = await runtime.pool.fetch(
        "SELECT row_numbers, ids FROM upload_rows WHERE upload_id = $1", UUID(outcome["upload_id"])
    )
    found = {number: row_id for row in rows for number, row_id in zip(*row, strict=True)}
    return [str(found[number]) for number in sorted(found)]


async def with_id(
    http: httpx2.AsyncClient, runtime: Runtime, row: dict[str, Any], **how: Any
) -> dict[str, Any]:
    """Record a row; return it with the id that its upload returned."""
    (row_id,) = await ids_of(runtime, await uploaded(http, [row], **how))
    return row | {"id": row_id}


async def versions(runtime: Runtime, row: dict[str, Any]) -> list[Event[Fact]]:
    event = await runtime.store.find(UUID(row["id"]))
    assert event is not None
    return await runtime.store.load(event.stream)


async def standing(runtime: Runtime, row: dict[str, Any]) -> Event[Fact]:
    (event,) = effective(await versions(runtime, row))
    return event


def is_changed(outcome: dict[str, Any]) -> None:
    assert (counts(outcome), outcome["changed"]) == ((1, 0, 0), 1), outcome


async def test_a_mended_row_corrects_its_record_and_others_stay(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    sent = [returned() for _ in range(5)]
    rows = [
        row | {"id": row_id}
        for row, row_id in zip(sent, await ids_of(runtime, await uploaded(http, sent)), strict=True)
    ]
    rows[2] |= {"returned_from": "MYS", "person": rows[2]["person"] | {"phone": "012345678"}}
    new, wrong = returned(), returned(returned_from="ATL")
    for nth, expected in enumerate(((2, 4, 1, 1), (0, 6, 1, 0))):
        outcome = await uploaded(http, [*rows, new, wrong])
        assert (*counts(outcome), outcome["changed"]) == expected, nth
    original, correction = await versions(runtime, rows[2])
    assert isinstance(correction.facts, Correction) and correction.facts.reason == "mistyped"
    assert correction.correlation_id != original.correlation_id
    assert correction.recorded_at > original.recorded_at
    event = await standing(runtime, rows[2])
    assert event.facts.model_dump()["returned_from"] == "MYS"
    assert isinstance(event.person, ClearPerson) and event.person.phone == "012345678"
    assert event.person.name is not None and event.handles == original.handles
    entries = await runtime.pool.fetch(
        "SELECT evidence FROM audit WHERE correlation = $1 AND action = 'correct_event'",
        correction.correlation_id,
    )
    assert [entry["evidence"] for entry in entries] == [[original.id]]


async def test_a_row_with_an_id_of_its_client_is_mended_too(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = returned(id=str(uuid7()))
    assert counts(await uploaded(http, [row])) == (1, 0, 0)
    is_changed(await uploaded(http, [row | {"occurred_at": "2014-06-12T10:30:00+07:00"}]))
    event = await standing(runtime, row)
    assert event.occurred_at.isoformat() == "2014-06-12T03:30:00+00:00"


async def test_what_others_corrected_stays_unless_the_row_was_changed_there_too(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = await with_id(http, runtime, returned())
    correction = {"reason": "mistyped", "facts": {"returned_from": "MYS"}, "person": {"phone": "011222333"}}
    assert (await post(http, f"/events/{row['id']}/correction", correction)).status_code == 201
    assert counts(await uploaded(http, [row])) == (0, 1, 0), "the sheet says what it said before"
    is_changed(await uploaded(http, [row | {"reason": "contract_completed"}]))
    facts = (await standing(runtime, row)).facts.model_dump()
    assert (facts["returned_from"], facts["reason"]) == ("MYS", "contract_completed")
    row |= {"reason": "contract_completed", "returned_from": "KOR"}
    is_changed(await uploaded(http, [row]))
    event = await standing(runtime, row)
    assert event.facts.model_dump()["returned_from"] == "KOR"
    assert isinstance(event.person, ClearPerson) and event.person.phone == "011222333"
    assert counts(await uploaded(http, [row])) == (0, 1, 0)


async def test_a_row_that_is_changed_back_takes_its_change_back(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = await with_id(http, runtime, returned())
    for country in ("MYS", "THA", "MYS", "THA"):
        is_changed(await uploaded(http, [row | {"returned_from": country}]))
        assert (await standing(runtime, row)).facts.model_dump()["returned_from"] == country
    assert len(await versions(runtime, row)) == 5


async def test_what_a_row_leaves_out_stays_as_it_was(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    row = await with_id(http, runtime, returned(words={"note": "a"}, vehicle="bus"))
    less = {key: value for key, value in row.items() if key not in ("words", "vehicle")}
    less["person"] = {"name": {"latin": "CHAN SOPHEAK"}}
    is_changed(await uploaded(http, [less]))
    event = await standing(runtime, row)
    assert event.facts.model_dump()["vehicle"] == "bus"
    assert isinstance(event.person, ClearPerson) and event.person.name is not None
    assert (event.person.name.latin, event.person.name.khmer) == ("CHAN SOPHEAK", "ចាន់ សុភាព")
    assert dict(event.person.words) == {"note": "a"} and event.person.documents and event.facts.sex == 2  # type: ignore[attr-defined]


async def test_an_empty_cell_removes_what_the_record_stated_and_a_missing_column_does_not(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = {
        "kind": "return", "occurred_at": "2014-06-12T09:00:00+07:00", "checkpoint": "KH-POI",
        "returned_from": "THA", "person.documents.0.kind": "passport", "person.documents.0.number": f"N{uuid7().hex[:9]}",
        "person.documents.1.kind": "national_id", "person.documents.1.number": "012345678",
        "person.name.latin": "SOK DARA", "person.name.khmer": "សុខ ដារ៉ា", "person.phone": "012345678",
        "person.birth.on": "1990-04-03", "words.remark": "a",
    }  # fmt: skip
    outcome = (await send(http, table(row, columns=[*row]), kind="text/csv")).json()
    (row_id,) = await ids_of(runtime, outcome)
    cleared = row | {"id": row_id, "person.phone": "", "words.remark": "", "person.name.khmer": ""}
    cleared |= {"person.documents.1.kind": "", "person.documents.1.number": ""}
    del cleared["person.birth.on"]
    for changed in (1, 0):
        outcome = (await send(http, table(cleared, columns=[*cleared]), kind="text/csv")).json()
        assert (*counts(outcome), outcome["changed"]) == (changed, 1 - changed, 0, changed), outcome
    event = await standing(runtime, {"id": row_id})
    person_now = event.person
    assert isinstance(person_now, ClearPerson) and person_now.name is not None
    assert (person_now.phone, dict(person_now.words), len(person_now.documents)) == (None, {}, 1)
    assert (person_now.name.latin, person_now.name.khmer) == ("SOK DARA", None)
    assert person_now.birth is not None
    assert len(event.handles) == 1


async def test_a_mended_time_keeps_the_difference_of_the_clock(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    clock = datetime.now(UTC) - timedelta(hours=1)
    row = returned(
        how="offline", occurred_at=(clock - timedelta(hours=5)).isoformat(), device_clock=clock.isoformat()
    )
    row = await with_id(http, runtime, row)
    assert counts(await uploaded(http, [row | {"device_clock": datetime.now(UTC).isoformat()}])) == (0, 1, 0)
    is_changed(await uploaded(http, [row | {"occurred_at": (clock - timedelta(hours=4)).isoformat()}]))
    original, correction = await versions(runtime, row)
    assert correction.occurred_at - original.occurred_at == timedelta(hours=1)


async def test_an_unknown_person_of_a_sheet_gets_a_name(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    sent = [returned(person={"sex": 1})] * 3
    rows = [
        row | {"id": row_id}
        for row, row_id in zip(sent, await ids_of(runtime, await uploaded(http, sent)), strict=True)
    ]
    rows[1] |= {"person": person(sex=1)}
    outcome = await uploaded(http, rows)
    assert (*counts(outcome), outcome["changed"]) == (1, 2, 0, 1)
    event = await standing(runtime, rows[1])
    assert isinstance(event.person, ClearPerson) and event.handles
    assert event.facts.model_dump()["home_province"] == "02"


@pytest.mark.parametrize(
    ("who", "change", "reason"),
    [
        ("recorder", {"returned_from": "MYS"}, "you may not correct records"),
        ("poipet-too", {"returned_from": "MYS"}, "you did not record it"),
        ("loader-of-bavet", {"returned_from": "MYS"}, "you did not record it"),
        ("bavet", {}, "beyond what your post may work on"),
        ("poipet", {"kind": "deported_return"}, "void the record"),
        ("poipet", {"returned_from": "KHM"}, ""),
        ("poipet", {"occurred_at": "1014-06-12T09:00:00+07:00"}, "1014"),
        ("poipet", {"id": str(uuid5(NAMESPACE_URL, "elsewhere"))}, "recorded a row of this id"),
    ],
)
async def test_a_row_changes_only_what_its_sender_may_correct_and_what_can_be_right(
    http: httpx2.AsyncClient, runtime: Runtime, who: str, change: dict[str, Any], reason: str
) -> None:
    row = await with_id(http, runtime, returned())
    for dry in ("?dry_run=true", ""):
        outcome = await uploaded(http, [row | change], who=who, path=f"/crossings/bulk{dry}")
        assert (*counts(outcome), outcome["changed"]) == (0, 0, 1, 0), outcome
        assert reason in outcome["refusals"][0]["reason"], outcome
    assert len(await versions(runtime, row)) == 1


async def test_a_chief_mends_the_row_of_another(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    row = await with_id(http, runtime, returned())
    assert counts(await uploaded(http, [row], who="poipet-too")) == (0, 1, 0), "unchanged it is known to all"
    is_changed(await uploaded(http, [row | {"returned_from": "MYS"}], who="chief"))


@pytest.mark.parametrize("change", [{}, {"returned_from": "MYS"}])
async def test_a_row_whose_record_was_voided_says_so(
    http: httpx2.AsyncClient, runtime: Runtime, change: dict[str, str]
) -> None:
    row = await with_id(http, runtime, returned())
    assert (await post(http, f"/events/{row['id']}/void", {"reason": "never_happened"})).status_code == 201
    outcome = await uploaded(http, [row | change])
    assert counts(outcome) == (0, 0, 1)
    assert (
        "voided" in outcome["refusals"][0]["reason"] and "recorded anew" in outcome["refusals"][0]["reason"]
    )
    anew = {key: value for key, value in row.items() if key != "id"} | {"words": {"remark": "it did happen"}}
    assert counts(await uploaded(http, [anew])) == (1, 0, 0)


async def test_rows_are_mended_for_the_reason_of_the_upload(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = await with_id(http, runtime, returned())
    other = row | {"person": {"name": {"latin": "KEO SOVAN"}, "sex": 1}}
    is_changed(await uploaded(http, [other], path="/crossings/bulk?correction_reason=wrong_person"))
    _, correction = await versions(runtime, row)
    assert isinstance(correction.facts, Correction) and correction.facts.reason == "wrong_person"
    event = await standing(runtime, row)
    assert isinstance(event.person, ClearPerson), "nothing of the earlier person stays"
    assert (event.person.documents, event.person.birth, event.handles) == ((), None, ())
    answer = await send(http, ndjson([other]), path="/crossings/bulk?correction_reason=mood")
    assert answer.status_code == 422


async def test_rows_that_change_records_are_mended_too(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    group = (await recorded(http, handover(), path="/handovers"))["id"]
    path = "/handovers/counts/bulk"
    count = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39, "handover_id": group}
    row = await with_id(http, runtime, count, path=path)
    assert counts(await uploaded(http, [row], path=path)) == (0, 1, 0)
    is_changed(await uploaded(http, [row | {"count_taken": 38}], path=path))
    (announced, taken) = effective(await versions(runtime, row))
    assert taken.facts.model_dump()["count_taken"] == 38 and announced.facts.wire != taken.facts.wire
    other = (await recorded(http, handover(), path="/handovers"))["id"]
    outcome = await uploaded(http, [row | {"handover_id": other}], path=path)
    assert counts(outcome) == (0, 0, 1) and "of another record" in outcome["refusals"][0]["reason"]


async def test_a_dry_run_of_mended_rows_counts_them_and_changes_nothing(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = await with_id(http, runtime, returned())
    content = ndjson([row | {"returned_from": "MYS"}])
    tried = (await send(http, content, path="/crossings/bulk?dry_run=true")).json()
    is_changed(tried)
    assert not any(isinstance(event.facts, Ruling) for event in await versions(runtime, row))
    is_changed((await send(http, content)).json())
