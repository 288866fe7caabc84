"""The undo of a crossing that an offline booth sent: a sealed record that voids it for its author, within ten minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.border import EventVoided
from contracts.codes.recording import CorrectionReason
from services.border.offline import grants, undoing
from tests.border.offline_booth import Booth, OfflinePost

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def sent(booth: Booth) -> dict[str, Any]:
    """Return a record that was captured and uploaded."""
    record = await booth.capture()
    (outcome,) = (await booth.upload(record))["records"]
    assert outcome["outcome"] == "recorded", outcome
    return record


async def undo(booth: Booth, record: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the sealed record that undoes another one."""
    return await booth.capture(command={"kind": "undo", "crossing_id": record["id"], **changes})


async def outcome_of(booth: Booth, asked: dict[str, Any]) -> str:
    """Upload a record; return its outcome, or the code of the refusal."""
    (found,) = (await booth.upload(asked))["records"]
    code: str = found["problem"]["code"] if found["outcome"] == "refused" else found["outcome"]
    return code


async def history(post: OfflinePost, record: dict[str, Any]) -> list[Any]:
    return list(await post.runtime.store.load(f"crossing-{record['id']}"))


async def test_the_author_undoes_what_was_sent_once(post: OfflinePost, booth: Booth) -> None:
    record = await sent(booth)
    asked = await undo(booth, record)
    assert [await outcome_of(booth, asked) for _ in range(2)] == ["recorded"] * 2
    _, voided = await history(post, record)
    assert isinstance(voided.facts, EventVoided)
    assert (voided.facts.recorded.by, voided.facts.reason) == ("poipet", CorrectionReason.MISTYPED)
    assert (await post.audited("undo_crossing"))[-1]["caller"] == "poipet"
    assert await outcome_of(booth, await undo(booth, record)) == "undo-too-late", "it is undone already"


async def test_ten_minutes_after_the_append_it_is_too_late_whatever_the_device_says(
    post: OfflinePost, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = await sent(booth)
    asked = await undo(booth, record)
    monkeypatch.setattr(undoing, "UNDO", timedelta(0))
    assert await outcome_of(booth, asked) == "undo-too-late"
    assert len(await history(post, record)) == 1


async def test_nobody_else_undoes_it(post: OfflinePost, booth: Booth) -> None:
    record = await sent(booth)
    await booth.take_grant("poipet-too")
    assert await outcome_of(booth, await undo(booth, record)) == "undo-too-late"
    assert len(await history(post, record)) == 1


async def test_the_author_needs_the_permission_to_correct(post: OfflinePost, booth: Booth) -> None:
    await booth.take_grant("recorder")
    record = await sent(booth)
    assert await outcome_of(booth, await undo(booth, record)) == "permission-missing"
    assert len(await history(post, record)) == 1


async def test_an_expired_grant_undoes_nothing_though_the_device_sets_its_clock_back(
    post: OfflinePost, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = await sent(booth)
    monkeypatch.setattr(grants, "LIFETIME", timedelta(0))
    await booth.take_grant()
    before = (booth.clock - timedelta(hours=1)).isoformat()
    asked = await booth.capture(command={"kind": "undo", "crossing_id": record["id"]}, captured_at=before)
    assert await outcome_of(booth, asked) == "grant-expired"
    assert len(await history(post, record)) == 1


async def test_an_undo_of_nothing_is_refused_alone(booth: Booth) -> None:
    record, never = await booth.capture(), await booth.capture()
    nowhere, unreadable = await undo(booth, never), await undo(booth, record, reason="mistyped")
    answer = await booth.upload(nowhere, unreadable, record)
    codes = [each["problem"] and each["problem"]["code"] for each in answer["records"]]
    assert codes == ["record-not-found", "unreadable", None]
