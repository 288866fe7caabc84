"""A dry run decides each row, answers the same counts and refusals, and records nothing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from chassis.uploads import body_reader
from chassis.uploads.lines import XLSX
from tests.border.post import counts, handover, ndjson, recorded, returned, send
from tests.chassis.bulk.test_csv import row, table
from tests.chassis.bulk.workbooks import workbook

TABLES = ("events", "audit WHERE action <> 'likely_same'", "idempotency")
"""The tables that a dry run does not change. The audit is not among them: it names the records that a hint showed."""


async def sizes(runtime: Runtime) -> list[int]:
    return [await runtime.pool.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]


async def same_without_recording(
    http: httpx2.AsyncClient, runtime: Runtime, content: bytes, *, path: str = "/crossings/bulk", **how: Any
) -> dict[str, Any]:
    """Return the answer of a dry run, which is the one of the upload after it and leaves nothing behind."""
    before, key = await sizes(runtime), str(uuid4())
    tried = (await send(http, content, path=f"{path}?dry_run=true", key=key, **how)).json()
    assert await sizes(runtime) == before
    done = (await send(http, content, path=path, key=key, **how)).json()
    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    assert counts(tried) == counts(done)
    assert tried["refusals"] == done["refusals"]
    found: dict[str, Any] = tried
    return found


async def test_a_dry_run_of_new_known_and_refused_rows(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    known, twice = returned(), returned(id=str(uuid7()))
    await send(http, ndjson([known]))
    sent = [known, returned(), returned(returned_from="ATL"), twice, twice, twice | {"returned_from": "MYS"}]
    outcome = await same_without_recording(http, runtime, ndjson(sent) + b"{}\n")
    assert counts(outcome) == (2, 1, 4)
    listed = await http.get(
        outcome["refusals_url"].removeprefix("/border"), headers={"Authorization": "Bearer poipet"}
    )
    assert [one["row"] for one in listed.json()["items"]][:3] == [3, 5, 6]


async def test_a_dry_run_of_changes_sees_the_changes_of_earlier_rows(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_reader, "CHUNK", 2)
    groups = [(await recorded(http, handover(), path="/handovers"))["id"] for _ in range(2)]
    taken = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39}
    sent = [{**taken, "handover_id": each} for each in (groups[0], groups[1], str(uuid4()), groups[0])]
    sent[3]["count_taken"] = 38
    outcome = await same_without_recording(http, runtime, ndjson(sent), path="/handovers/counts/bulk")
    assert counts(outcome) == (2, 0, 2)


async def test_a_dry_run_of_many_chunks_remembers_the_ids_of_rows(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_reader, "CHUNK", 3)
    before, ids = await sizes(runtime), [returned(id=str(uuid7())) for _ in range(10)]
    sent = [*ids, *ids[:4], ids[5] | {"returned_from": "MYS"}]
    outcome = (await send(http, ndjson(sent), path="/crossings/bulk?dry_run=true")).json()
    assert counts(outcome) == (10, 0, 5) and await sizes(runtime) == before
    assert [(one["row"], one["field"]) for one in outcome["refusals"]] == [
        (row, "id") for row in range(11, 16)
    ]


async def test_dry_runs_of_sheets(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    rows = [row(), row(returned_from="ATL")]
    content = table(*rows, columns=[*rows[0]])
    assert counts(await same_without_recording(http, runtime, content, kind="text/csv")) == (1, 0, 1)
    rows = [row(), row(returned_from="ATL")]
    content = workbook([*rows[0]], *([*each.values()] for each in rows))
    assert counts(await same_without_recording(http, runtime, content, kind=XLSX)) == (1, 0, 1)
