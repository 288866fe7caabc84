"""The list of refusals: complete, in pages, for the sender of the file, for one day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from chassis.commands.runtime import Runtime
from chassis.service import RunningService
from chassis.uploads.lines import XLSX
from chassis.uploads.refusals import delete_expired_refusals
from tests.border.post import counts, headers, person, returned, uploaded


def at(url: str) -> str:
    assert url.startswith("/border/")
    return url.removeprefix("/border")


async def pages(http: httpx2.AsyncClient, url: str, **query: Any) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await http.get(at(url), params=query | cursor, headers=headers("poipet"))
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["items"])
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


async def test_the_answer_shows_the_first_thousand_and_the_link_all(http: httpx2.AsyncClient) -> None:
    outcome = await uploaded(http, [returned(returned_from="ATL") for _ in range(1_250)])
    assert counts(outcome) == (0, 0, 1_250)
    assert [one["row"] for one in outcome["refusals"]] == list(range(1, 1_001))
    found = await pages(http, outcome["refusals_url"], limit=200)
    assert [len(page) for page in found] == [200] * 6 + [50]
    assert [one["row"] for page in found for one in page] == list(range(1, 1_251))
    assert found[0][0]["value"] == "ATL"
    assert "ISO 3166-1" in found[0][0]["reason"]


async def test_all_mistakes_of_a_row_are_on_the_same_page(http: httpx2.AsyncClient) -> None:
    wrong = returned(returned_from="ATL", checkpoint="KH-XXX", person=person(name={"latin": "N1234567"}))
    outcome = await uploaded(http, [wrong, returned(), wrong])
    assert counts(outcome) == (1, 0, 2)
    assert len(outcome["refusals"]) == 6
    found = await pages(http, outcome["refusals_url"], limit=1)
    assert [[one["row"] for one in page] for page in found] == [[1, 1, 1], [3, 3, 3]]
    assert {one["field"] for one in found[0]} == {"returned_from", "checkpoint", "person.name.latin"}


async def test_a_long_value_is_not_echoed(http: httpx2.AsyncClient) -> None:
    outcome = await uploaded(http, [returned(returned_from="A" * 81), returned(returned_from="A" * 80)])
    assert [len(one["value"]) for one in outcome["refusals"]] == [0, 80]


async def test_only_the_sender_of_a_file_reads_its_refusals(http: httpx2.AsyncClient) -> None:
    outcome = await uploaded(http, [returned(returned_from="ATL")])
    url = at(outcome["refusals_url"])
    assert (await http.get(url, headers=headers("poipet-too"))).status_code == 404
    assert (await http.get(url, headers=headers("reader"))).status_code == 403
    assert (
        await http.get(url.replace(outcome["upload_id"], str(uuid4())), headers=headers("poipet"))
    ).status_code == 404
    assert (await http.get(url, params={"cursor": "%%%"}, headers=headers("poipet"))).status_code == 422


async def test_after_a_day_the_refusals_are_gone(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    outcome = await uploaded(http, [returned(returned_from="ATL")])
    upload_id = UUID(outcome["upload_id"])
    await runtime.pool.execute(
        "UPDATE upload_refusals SET expires_at = clock_timestamp() WHERE upload_id = $1", upload_id
    )
    assert (await http.get(at(outcome["refusals_url"]), headers=headers("poipet"))).status_code == 404
    await delete_expired_refusals(runtime)
    assert not await runtime.pool.fetchval(
        "SELECT count(*) FROM upload_refusals WHERE upload_id = $1", upload_id
    )
    milliseconds = int((datetime.now(UTC) - timedelta(hours=25)).timestamp() * 1000)
    long_ago = UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62)
    answer = await http.get(f"/crossings/bulk/{long_ago}/refusals", headers=headers("poipet"))
    assert answer.status_code == 410
    assert "send the file again" in answer.json()["remedy"]


async def test_sent_values_are_in_the_answer_and_not_in_the_stored_outcome(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await uploaded(http, [returned(person=person(name={"latin": "N7654321"}))])
    assert outcome["refusals"][0]["value"] == "N7654321"
    kept = await runtime.pool.fetchval(
        "SELECT outcome FROM idempotency WHERE outcome LIKE '%' || $1 || '%'", outcome["upload_id"]
    )
    assert "N7654321" not in kept


def test_the_document_shows_all_kinds_of_file(border: tuple[RunningService, httpx2.AsyncClient]) -> None:
    document = border[0].app.openapi()
    content = document["paths"]["/crossings/bulk"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/x-ndjson", "text/csv", XLSX}
    assert content["text/csv"]["example"].splitlines()[0].startswith("occurred_at,")
    assert '"kind":"departure"' in content["application/x-ndjson"]["example"]
    assert document["paths"]["/crossings/bulk/{upload_id}/refusals"]["get"]


@pytest.mark.parametrize("path", ["/crossings/bulk", "/handovers/bulk", "/handovers/counts/bulk"])
async def test_the_examples_of_the_document_can_be_sent(
    border: tuple[RunningService, httpx2.AsyncClient], path: str
) -> None:
    running, http = border
    content = running.app.openapi()["paths"][path]["post"]["requestBody"]["content"]
    for kind, media in content.items():
        if kind == XLSX:  # a workbook is no text
            continue
        answer = await http.post(
            path, content=media["example"], headers=headers("poipet", **{"Content-Type": kind})
        )
        assert answer.status_code == 200, answer.text
        for refusal in answer.json()["refusals"]:
            assert refusal["reason"].startswith("There is no such record"), refusal
