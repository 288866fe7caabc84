"""Import of the file that an offline booth saves: its records are stored once, although the device sends them too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest

from services.border.offline import grants
from services.border.offline.reception import Reception
from services.border.pages import offline_import_progress
from tests.border.desk import text_of
from tests.border.offline_booth import Booth, OfflinePost, departing

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def take_in(post: OfflinePost, file: bytes | None, who: str = "bavet") -> httpx2.Response:
    token = (await post.session("poipet"))["form_token"] if who == "poipet" else None
    token = token or (await post.session(who))["form_token"]
    files = {"file": ("domnaer-booth.json", b"" if file is None else file, "application/json")}
    return await post.http.post(
        "/border/pages/offline/import",
        data={"csrf": token, "key": str(uuid4())},
        files=files,
        headers=post.cookie(who) | {"Accept": "text/html"},
    )


async def taken_in(post: OfflinePost, file: bytes, who: str = "bavet") -> str:
    answer = await take_in(post, file, who)
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


async def events_of(post: OfflinePost, *records: dict[str, Any]) -> int:
    streams = [f"crossing-{each['id']}" for each in records]
    found: int = await post.runtime.pool.fetchval(
        "SELECT count(*) FROM events WHERE stream = ANY($1::text[])", streams
    )
    return found


async def test_a_file_is_taken_in_at_another_post_as_the_work_of_who_captured_it(
    post: OfflinePost, booth: Booth
) -> None:
    records = [await booth.capture() for _ in range(2)]
    shown = await taken_in(post, booth.export(*records))
    assert f"2 crossings of {booth.device} recorded" in shown
    event = await post.crossing(records[0]["id"])
    assert (event.facts.recorded.by, event.facts.recorded.device) == ("poipet", booth.device)
    entry = (await post.audited("import_offline_records"))[-1]
    assert (entry["caller"], entry["device"], entry["recorded"]) == ("bavet", booth.device, 2)


async def test_a_file_taken_in_twice_and_a_later_upload_of_the_device_record_once(
    post: OfflinePost, booth: Booth
) -> None:
    booth.error = timedelta(days=30)
    records = [await booth.capture() for _ in range(2)]
    file = booth.export(*records, clock_error_seconds=30 * 24 * 3600)
    assert f"2 crossings of {booth.device} recorded" in await taken_in(post, file)
    shown = await taken_in(post, file, "poipet")
    assert f"0 crossings of {booth.device} recorded" in shown and "2 were recorded before." in shown
    answer = await booth.upload(*records)
    assert [each["outcome"] for each in answer["records"]] == ["already_recorded"] * 2
    assert await events_of(post, *records) == 2


async def test_an_upload_before_the_file_is_taken_in_records_once(post: OfflinePost, booth: Booth) -> None:
    record = await booth.capture()
    file = booth.export(record)
    await booth.upload(record)
    assert "1 was recorded before." in await taken_in(post, file)
    assert await events_of(post, record) == 1


async def test_the_clock_of_a_file_is_corrected_by_its_last_measured_error_and_not_by_the_time_on_the_way(
    post: OfflinePost, booth: Booth
) -> None:
    booth.error = timedelta(
        days=2
    )  # as a file that was two days on the way, of a device whose clock is right
    late = await booth.capture()
    await taken_in(post, booth.export(late))
    event = await post.crossing(late["id"])
    assert event.facts.recorded.clock_difference_s is None
    assert datetime.now(UTC) - event.occurred_at > timedelta(days=1, hours=23)
    slow = await booth.capture()
    await taken_in(post, booth.export(slow, clock_error_seconds=2 * 24 * 3600))
    event = await post.crossing(slow["id"])
    assert abs(event.facts.recorded.clock_difference_s - 2 * 24 * 3600) <= 1
    assert abs(datetime.now(UTC) - event.occurred_at) < timedelta(minutes=5)


async def test_a_refused_record_of_a_file_is_listed_first_with_the_reason(
    post: OfflinePost, booth: Booth
) -> None:
    at = booth.clock.isoformat()
    good = await booth.capture()
    bad = await booth.capture(command=departing(at, destination="Siam"))
    page = await taken_in(post, booth.export(good, bad))
    assert "1 was not recorded." in page
    assert page.index("Something in it is not possible.") < page.index("Open it", page.index("What became"))
    assert await events_of(post, good, bad) == 1


async def test_a_changed_file_and_the_file_of_a_stranger_are_refused_as_a_whole(
    post: OfflinePost, booth: Booth
) -> None:
    other = await post.enrolled()
    record = await booth.capture()
    file = orjson.loads(booth.export(record))
    changed = {**file, "body": file["body"].replace('"seq":1', '"seq":2')}
    assert changed["body"] != file["body"]
    of_another = {**file, "signature": other.signature(file["body"].encode())}
    unknown = {**file, "signature": booth.signature(file["body"].encode(), device="no-such-booth")}
    for content, words in (
        (changed, "the file was changed"),
        (of_another, "the file was changed"),
        (unknown, "no device of this name is enrolled"),
        ({"body": file["body"]}, "this is not a file of an offline booth"),
        ([], "this is not a file of an offline booth"),
    ):
        answer = await take_in(post, orjson.dumps(content))
        assert answer.status_code == 422
        assert words in text_of(answer.text)
    for content in (None, b"\x89PNG"):
        assert (await take_in(post, content)).status_code == 422
    assert await events_of(post, record) == 0


async def test_the_file_of_a_revoked_device_needs_somebody_who_registers_devices_and_holds_what_was_before(
    post: OfflinePost, booth: Booth
) -> None:
    at = (booth.clock - timedelta(hours=1)).isoformat()
    before, after = await booth.capture(captured_at=at, command=departing(at)), await booth.capture()
    await post.runtime.pool.execute(
        "UPDATE devices SET revoked_at = clock_timestamp() - interval '30 minutes', revoked_by = 'x' WHERE device = $1",
        booth.device,
    )
    file = booth.export(before, after)
    refused = await take_in(post, file, "poipet")
    assert refused.status_code == 422 and "the device was revoked" in text_of(refused.text)
    assert await events_of(post, before, after) == 0
    shown = await taken_in(post, file, "post-chief")
    assert "It was captured after the device was revoked." in shown
    assert await events_of(post, before) == 1
    assert await events_of(post, after) == 0


async def test_a_long_file_is_taken_in_whole(post: OfflinePost, booth: Booth) -> None:
    records = [await booth.capture() for _ in range(210)]
    shown = await taken_in(post, booth.export(*records))
    assert f"210 crossings of {booth.device} recorded" in shown
    assert "10 more were recorded." in shown
    too_long = booth.export(*(records[:1] * 2_001))
    assert (await take_in(post, too_long)).status_code == 422


async def test_only_who_records_crossings_takes_a_file_in(post: OfflinePost) -> None:
    for who in ("reader", "chief-of-bavet"):
        answer = await post.http.get(
            "/border/pages/offline/import", headers=post.cookie(who) | {"Accept": "text/html"}
        )
        assert answer.status_code == 403
    page = await post.http.get("/border/pages/offline/import", headers=post.cookie("poipet"))
    assert "Take in a file of an offline booth" in text_of(page.text)


async def test_an_error_that_no_clock_can_have_counts_as_not_measured(
    post: OfflinePost, booth: Booth
) -> None:
    record = await booth.capture()
    shown = await taken_in(post, booth.export(record, clock_error_seconds=(1 << 40) - 1))
    assert f"1 crossing of {booth.device} recorded" in shown
    assert (await post.crossing(record["id"])).facts.recorded.clock_difference_s is None


async def test_a_file_of_many_records_says_how_many_are_taken_in(
    post: OfflinePost, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline_import_progress, "FROM", 5)
    monkeypatch.setattr(offline_import_progress, "EVERY", 2)
    records = [await booth.capture() for _ in range(5)]
    no_country = await booth.capture(command=departing(booth.clock.isoformat(), destination="Siam"))
    answer = await take_in(post, booth.export(*records, no_country))
    shown = text_of(answer.text)
    said = [shown.index(f"{done} of 6 records taken in") for done in (2, 4, 6)]
    assert said == sorted(said) and said[-1] < shown.index(f"5 crossings of {booth.device} recorded")
    assert "1 was not recorded." in shown
    assert answer.text.count("</html>") == answer.text.count("<h1") == 1
    assert await events_of(post, *records) == 5
    few = await booth.capture()
    assert "records taken in" not in await taken_in(post, booth.export(few))


async def test_a_file_that_is_interrupted_says_so_and_is_taken_in_again(
    post: OfflinePost, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline_import_progress, "FROM", 2)
    records = [await booth.capture() for _ in range(3)]
    file = booth.export(*records)

    async def fail(*_: Any) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as fault:
        fault.setattr(Reception, "_note", fail)
        shown = await taken_in(post, file)
    assert "It was interrupted." in shown and "recorded twice" in shown and "0 crossings" not in shown
    assert "3 were recorded before." in await taken_in(post, file)
    assert await events_of(post, *records) == 3


async def test_who_registers_devices_answers_for_records_whose_grant_had_expired(
    post: OfflinePost, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(grants, "LIFETIME", timedelta(0))
        await booth.take_grant()
    at = booth.clock.isoformat()
    command = departing(at)
    record, elsewhere = await booth.capture(command=command), await booth.capture(
        command=departing(at, checkpoint="KH-BVT")
    )  # fmt: skip
    file = booth.export(record, elsewhere)
    assert "ask somebody who may register devices" in await taken_in(post, file, "poipet")
    assert await events_of(post, record) == 0
    shown = await taken_in(post, file, "post-chief")
    assert f"1 crossing of {booth.device} recorded" in shown
    assert "1 was captured without a valid permission, and is recorded in your name." in shown
    assert "The officer may not record at this post." in shown
    assert (await post.crossing(record["id"])).facts.recorded.by == "post-chief"
    entry = (await post.audited("import_offline_records"))[-1]
    assert (entry["witnessed"], entry["captured_by"]) == ([record["id"]], ["poipet"])
    assert await events_of(post, record, elsewhere) == 1

    await booth.take_grant()
    again = await booth.capture(id=record["id"], seq=record["seq"], command=command)
    (outcome,) = (await booth.upload(again))["records"]
    assert outcome["outcome"] == "already_recorded", "the device has found a connection"
    assert (await booth.upload(elsewhere))["records"][0]["problem"]["code"] == "grant-expired"


async def test_nobody_answers_for_an_expired_grant_of_a_revoked_device(
    post: OfflinePost, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "LIFETIME", timedelta(0))
    await booth.take_grant()
    record = await booth.capture()
    await post.runtime.pool.execute(
        "UPDATE devices SET revoked_at = clock_timestamp(), revoked_by = 'x' WHERE device = $1", booth.device
    )
    assert "more than 14 days" in await taken_in(post, booth.export(record), "post-chief")
    assert await events_of(post, record) == 0
