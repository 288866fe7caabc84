"""The preview of a correction or a void: it answers what would change, refuses what would be refused, and records nothing."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from chassis.commands.runtime import Runtime
from tests.border.post import departure, headers, person, post, recorded

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def preview(
    http: httpx2.AsyncClient,
    event: str,
    body: dict[str, Any],
    *,
    kind: str = "correction",
    who: str = "poipet",
) -> httpx2.Response:
    path = f"/events/{event}/{kind}/preview"
    return await http.post(path, json=body, headers={"Authorization": headers(who)["Authorization"]})


async def a_departure(http: httpx2.AsyncClient, **fields: Any) -> str:
    return str((await recorded(http, departure(**fields)))["events"][0])


def changes(answer: httpx2.Response) -> dict[str, tuple[Any, Any]]:
    assert answer.status_code == 200, answer.text
    return {each["field"]: (each["old"], each["new"]) for each in answer.json()["changes"]}


async def test_each_field_that_changes_is_shown_old_and_new(http: httpx2.AsyncClient) -> None:
    event = await a_departure(http, words={"note": "by bus"})
    answer = await preview(
        http,
        event,
        {
            "reason": "mistyped",
            "facts": {"destination": "MYS"},
            "occurred_at": "2014-03-04T09:00:00+07:00",
            "person": {"birth": {"on": "1991-04-03"}, "name": {"latin": "CHAN SOPHEAK"}},
            "words": {"note": "by train", "further": "alone"},
        },
    )
    assert changes(answer) == {
        "occurred_at": ("2014-03-03T02:00:00+00:00", "2014-03-04T02:00:00+00:00"),
        "facts.destination": ("THA", "MYS"),
        "facts.age.at_least": (23, 22),
        "facts.age.at_most": (23, 22),
        "person.birth.on": ("1990-04-03", "1991-04-03"),
        "person.name.latin": ("CHAN SOPHEAP", "CHAN SOPHEAK"),
        "words.note": ("by bus", "by train"),
        "words.further": (None, "alone"),
    }
    said = answer.json()
    assert (said["stands"], said["will_stand"]) == (True, True)
    assert said["timeline"]["facts"]["destination"] == "MYS"
    assert said["timeline"]["occurred_at"] == "2014-03-04T02:00:00Z"
    assert "person" not in said["timeline"]


async def test_a_void_shows_what_no_longer_counts(http: httpx2.AsyncClient) -> None:
    event = await a_departure(http)
    answer = await preview(http, event, {"reason": "never_happened"}, kind="void")
    found = changes(answer)
    assert found["facts.destination"] == ("THA", None)
    assert found["person.name.latin"] == ("CHAN SOPHEAP", None)
    assert (answer.json()["stands"], answer.json()["will_stand"]) == (True, False)
    assert answer.json()["timeline"]["facts"] is None


async def test_an_event_that_was_voided_shows_all_that_would_count_again(http: httpx2.AsyncClient) -> None:
    event = await a_departure(http)
    assert (await post(http, f"/events/{event}/void", {"reason": "mistyped"})).status_code == 201
    answer = await preview(http, event, {"reason": "mistyped", "facts": {"destination": "MYS"}})
    assert changes(answer)["facts.destination"] == (None, "MYS")
    assert (answer.json()["stands"], answer.json()["will_stand"]) == (False, True)


REFUSED: tuple[tuple[str, dict[str, Any], str, int], ...] = (
    ("correction", {"reason": "mistyped", "facts": {"destination": "KHM"}}, "poipet", 422),
    ("correction", {"reason": "mistyped", "facts": {"destination": "THA"}}, "poipet", 409),
    ("correction", {"reason": "mistyped", "facts": {"age_band": "60-64"}}, "poipet", 422),
    ("correction", {"reason": "mistyped", "facts": {"purpose": "visit"}}, "poipet-too", 403),
    ("correction", {"reason": "mistyped", "facts": {"purpose": "visit"}}, "bavet", 403),
    ("correction", {"reason": "mistyped", "facts": {"checkpoint": "KH-BVT"}}, "chief", 403),
    ("correction", {"facts": {"purpose": "visit"}}, "poipet", 422),
    ("void", {"reason": "mistyped"}, "poipet-too", 403),
    ("void", {"reason": "nonsense"}, "poipet", 422),
)


@pytest.mark.parametrize(("kind", "body", "who", "status"), REFUSED)
async def test_what_the_command_would_refuse_is_refused_in_the_same_words(
    http: httpx2.AsyncClient, kind: str, body: dict[str, Any], who: str, status: int
) -> None:
    event = await a_departure(http)
    said = await preview(http, event, body, kind=kind, who=who)
    done = await post(http, f"/events/{event}/{kind}", body, who=who)
    assert said.status_code == done.status_code == status, (said.text, done.text)
    beside = {"instance", "correlation_id"}
    assert {k: v for k, v in said.json().items() if k not in beside} == {
        k: v for k, v in done.json().items() if k not in beside
    }


async def test_a_preview_records_nothing_and_is_logged(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    event = await a_departure(http, person=person())
    count = "SELECT count(*) FROM events"
    before = await runtime.pool.fetchval(count)
    for kind, body in (
        ("correction", {"reason": "mistyped", "facts": {"destination": "MYS"}}),
        ("void", {"reason": "mistyped"}),
    ):
        assert (await preview(http, event, body, kind=kind)).status_code == 200
        entry = await runtime.pool.fetchrow("SELECT * FROM audit ORDER BY entry_id DESC LIMIT 1")
        assert (entry["action"], entry["caller"]) == (f"preview_{kind}", "poipet")
        assert entry["evidence"]
    assert await runtime.pool.fetchval(count) == before


async def test_another_person_replaces_the_first_as_a_whole(http: httpx2.AsyncClient) -> None:
    event = await a_departure(http)
    found = changes(
        await preview(
            http, event, {"reason": "wrong_person", "person": {"sex": 1, "birth": {"on": "1980-02-01"}}}
        )
    )
    assert found["facts.sex"] == (2, 1)
    assert found["facts.home_province"] == ("02", None)
    assert found["facts.age_band"] == ("20-24", "30-34")
    assert found["person.birth.on"] == ("1990-04-03", "1980-02-01")
    assert found["person.name.latin"] == ("CHAN SOPHEAP", None)
    (documents, none) = found["person.documents"]
    assert (documents[0]["kind"], none) == ("passport", None)
    assert not any(field.startswith("facts.recorded") or "evidence" in field for field in found)
