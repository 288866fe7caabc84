"""The upload of an offline booth: every record is opened, proven and recorded once, and none keeps another back."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from joserfc.jwk import ECKey

from chassis.base.ids import new_id
from chassis.base.metrics import REGISTRY
from chassis.base.settings import Settings
from services.border.offline import grants
from services.border.offline.sealing import SealingKeys, add_sealing_key, sealing_keys_of
from tests.border.offline_booth import Booth, OfflinePost, departing, running_offline_post, sealed

pytestmark = pytest.mark.asyncio(loop_scope="session")


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [each["outcome"] for each in answer["records"]]


def problem_of(answer: dict[str, Any], nth: int = 0) -> str:
    assert answer["records"][nth]["outcome"] == "refused", answer
    code: str = answer["records"][nth]["problem"]["code"]
    return code


async def count_of(post: OfflinePost, *records: dict[str, Any]) -> int:
    """Return the number of events that the streams of records have."""
    streams = [f"crossing-{each['id']}" for each in records]
    found: int = await post.runtime.pool.fetchval(
        "SELECT count(*) FROM events WHERE stream = ANY($1::text[])", streams
    )
    return found


async def test_a_record_is_that_of_the_officer_on_the_device_without_a_session(
    post: OfflinePost, booth: Booth
) -> None:
    record = await booth.capture()
    answer = await booth.upload(record)
    assert outcomes(answer) == ["recorded"]
    assert answer["records"][0]["crossing_id"] == record["id"]
    assert abs(answer["clock_error_seconds"]) < 60
    event = await post.crossing(record["id"])
    recorded = event.facts.recorded
    assert answer["records"][0]["events"] == [str(event.id)]
    assert (recorded.by, recorded.office, recorded.device) == ("poipet", "KH-POI", booth.device)
    assert recorded.how.value == "offline"
    assert recorded.clock_difference_s is None


async def test_a_repeated_upload_is_recorded_once(post: OfflinePost, booth: Booth) -> None:
    records = [await booth.capture() for _ in range(3)]
    first = await booth.upload(*records)
    again = await booth.upload(*records)
    assert outcomes(first) == ["recorded"] * 3
    assert outcomes(again) == ["already_recorded"] * 3
    assert [each["crossing_id"] for each in again["records"]] == [each["id"] for each in records]
    assert await count_of(post, *records) == 3


async def test_a_record_twice_in_one_upload_is_recorded_once(post: OfflinePost, booth: Booth) -> None:
    record = await booth.capture()
    assert outcomes(await booth.upload(record, record)) == ["recorded", "already_recorded"]
    assert await count_of(post, record) == 1


async def test_a_repeated_record_is_known_by_its_id_after_its_key_is_forgotten(
    post: OfflinePost, booth: Booth
) -> None:
    booth.error = timedelta(hours=3)
    record = await booth.capture()
    await booth.upload(record)
    await post.runtime.pool.execute("DELETE FROM idempotency WHERE key = $1", record["id"])
    assert outcomes(await booth.upload(record)) == ["already_recorded"]
    assert await count_of(post, record) == 1


async def test_a_refused_record_in_the_middle_blocks_nothing(post: OfflinePost, booth: Booth) -> None:
    await booth.take_grant()
    at = booth.clock.isoformat()
    good, later = await booth.capture(), await booth.capture()
    no_country = await booth.capture(command=departing(at, destination="Siam"))
    elsewhere = await booth.capture(command=departing(at, checkpoint="KH-BVT"))
    answer = await booth.upload(good, no_country, elsewhere, later)
    assert outcomes(answer) == ["recorded", "refused", "refused", "recorded"]
    assert problem_of(answer, 1) == "unreadable"
    assert answer["records"][1]["problem"]["field"] == "destination"
    assert problem_of(answer, 2) == "out-of-reach"
    assert await count_of(post, good, later) == 2
    assert await count_of(post, no_country, elsewhere) == 0
    entry = next(
        each for each in await post.audited("upload_offline_records") if each["device"] == booth.device
    )
    assert entry["caller"] == f"device-{booth.device}"
    assert (entry["recorded"], entry["refused"]) == (2, 2)
    assert entry["not_recorded"] == [no_country["id"], elsewhere["id"]]
    assert entry["reasons"] == ["out-of-reach", "unreadable"]


async def test_a_corrected_record_that_was_refused_is_recorded_under_its_id(
    post: OfflinePost, booth: Booth
) -> None:
    at = booth.clock.isoformat()
    wrong = await booth.capture(command=departing(at, destination="Siam"))
    await booth.upload(wrong)
    right = await booth.capture(id=wrong["id"], seq=wrong["seq"], command=departing(at))
    assert outcomes(await booth.upload(right)) == ["recorded"]


async def test_a_record_changed_after_it_was_recorded_is_refused_with_the_crossing(
    post: OfflinePost, booth: Booth
) -> None:
    at = booth.clock.isoformat()
    first = await booth.capture(command=departing(at))
    await booth.upload(first)
    changed = await booth.capture(id=first["id"], seq=first["seq"], command=departing(at, destination="MYS"))
    for _ in range(2):
        answer = await booth.upload(changed)
        assert problem_of(answer) == "recorded-otherwise"
        assert answer["records"][0]["crossing_id"] == first["id"]
        await post.runtime.pool.execute("DELETE FROM idempotency WHERE key = $1", first["id"])
    assert (await post.crossing(first["id"])).facts.destination == "THA"


async def test_the_records_of_an_upload_are_taken_in_the_order_of_capture(
    post: OfflinePost, booth: Booth
) -> None:
    records = [await booth.capture() for _ in range(4)]
    mixed = [records[2], records[0], records[3], records[1]]
    answer = await booth.upload(*mixed)
    assert [each["id"] for each in answer["records"]] == [each["id"] for each in mixed]
    rows = await post.runtime.pool.fetch(
        "SELECT event_id FROM events WHERE stream = ANY($1::text[]) ORDER BY position",
        [f"crossing-{each['id']}" for each in records],
    )
    assert [str(row["event_id"]) for row in rows] == [each["id"] for each in records]


async def test_a_wrong_clock_is_measured_and_corrected(post: OfflinePost, booth: Booth) -> None:
    began = datetime.now(UTC)
    booth.error = timedelta(days=400, hours=3)
    record = await booth.capture()
    answer = await booth.upload(record)
    seconds = booth.error.total_seconds()
    assert seconds - 60 < answer["clock_error_seconds"] < seconds + 60
    event = await post.crossing(record["id"])
    assert began - timedelta(minutes=1) < event.occurred_at < datetime.now(UTC) + timedelta(minutes=1)
    assert began - timedelta(minutes=1) < event.recorded_at < datetime.now(UTC) + timedelta(minutes=1)
    assert abs(event.facts.recorded.clock_difference_s - seconds) < 60
    stored = await post.runtime.pool.fetchval(
        "SELECT clock_error_s FROM devices WHERE device = $1", booth.device
    )
    assert stored == answer["clock_error_seconds"]


async def test_a_record_of_a_session_that_ended_long_ago_is_recorded(post: OfflinePost, booth: Booth) -> None:
    captured_at = (booth.clock - timedelta(days=10)).isoformat()
    booth.grant = grant_from(post, booth, issued=timedelta(days=13))
    record = await booth.capture(captured_at=captured_at, command=departing(captured_at))
    assert outcomes(await booth.upload(record)) == ["recorded"]
    event = await post.crossing(record["id"])
    assert event.recorded_at == datetime.fromisoformat(captured_at)


async def test_what_was_captured_before_a_grant_expired_is_recorded_and_what_came_later_is_refused(
    post: OfflinePost, booth: Booth
) -> None:
    booth.grant = grant_from(post, booth, issued=timedelta(days=15))
    at = (booth.clock - timedelta(days=2)).isoformat()
    before = await booth.capture(captured_at=at, command=departing(at))
    after = await booth.capture()
    answer = await booth.upload(before, after)
    assert outcomes(answer) == ["recorded", "refused"]
    assert problem_of(answer, 1) == "grant-expired"
    await booth.take_grant()
    renewed = await booth.capture(id=after["id"], seq=after["seq"])
    assert outcomes(await booth.upload(renewed)) == ["recorded"]


def grant_from(post: OfflinePost, booth: Booth, issued: timedelta, key: Any = None, **claims: Any) -> str:
    """Return a grant as the service issued it some time ago."""
    then = int((datetime.now(UTC) - issued).timestamp())
    usual: dict[str, Any] = {
        "sub": "poipet",
        "office": "KH-POI",
        "permissions": ["border.crossing.record"],
        "reach": {"national": False, "posts": ["KH-POI"]},
        "device": booth.device,
        "iat": then,
        "exp": then + int(grants.LIFETIME.total_seconds()),
    }
    key = key or sealing_keys_of(post.runtime).grant_key()
    header = {"alg": "HS256", "typ": "offline-grant+jwt", "kid": key.kid}
    return grants.jwt.encode(header, usual | claims, key, algorithms=["HS256"])


async def test_a_grant_of_another_device_proves_nothing(post: OfflinePost, booth: Booth) -> None:
    other = await post.enrolled()
    record = await booth.capture(grant=other.grant)
    assert problem_of(await booth.upload(record)) == "grant-of-another-device"
    assert await count_of(post, record) == 0


async def test_a_grant_of_another_key_or_kind_proves_nothing(
    post: OfflinePost, booth: Booth, tmp_path: Any
) -> None:
    add_sealing_key(tmp_path / "other.json")
    other = SealingKeys(tmp_path / "other.json").grant_key()
    own = sealing_keys_of(post.runtime).grant_key()
    stolen_name = type(other).import_key(other.raw_value, {"kid": own.kid})
    none = ".".join([_part({"alg": "none", "typ": "offline-grant+jwt", "kid": own.kid}), "e30", ""])
    for forged in (
        grant_from(post, booth, timedelta(), other),
        grant_from(post, booth, timedelta(), stolen_name),
        none,
        "",
    ):
        assert problem_of(await booth.upload(await booth.capture(grant=forged))) == "grant-unreadable"


async def test_a_grant_without_the_permission_records_nothing(post: OfflinePost, booth: Booth) -> None:
    record = await booth.capture(grant=grant_from(post, booth, timedelta(), permissions=[]))
    assert problem_of(await booth.upload(record)) == "permission-missing"


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


async def test_a_forged_signature_is_refused_and_nothing_is_recorded(post: OfflinePost, booth: Booth) -> None:
    record = await booth.capture()
    body = booth.body([record])
    before = _refused("device-signature-wrong")
    stranger = ECKey.generate_key("P-256")
    for signature in (
        booth.signature(body, key=stranger),
        booth.signature(body + b" "),
        booth.signature(body).rsplit(".", 1)[0] + ".AAAA",
    ):
        answer = await booth.send(body, signature)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (
            401,
            "device-signature-wrong",
        )
    assert _refused("device-signature-wrong") == before + 3
    assert await count_of(post, record) == 0
    for signature in ("", "x", "a.b.c", _part({"alg": "none", "kid": booth.device}) + ".e30."):
        assert (await booth.send(body, signature)).status_code == 401
    assert outcomes(await booth.upload(record)) == ["recorded"]


def _refused(reason: str) -> float:
    found = REGISTRY.get_sample_value(
        "domnaer_offline_uploads_refused_total", {"service": "border", "reason": reason}
    )
    return found or 0.0


async def test_an_upload_in_the_name_of_another_device_is_refused(post: OfflinePost, booth: Booth) -> None:
    other = await post.enrolled()
    body = other.body([await booth.capture()])
    answer = await booth.send(body, booth.signature(body))
    assert answer.json()["type"].endswith("/device-signature-wrong")
    assert (
        (await booth.send(body, booth.signature(body, device="no-such-booth")))
        .json()["type"]
        .endswith("/device-unknown")
    )


async def test_a_revoked_device_uploads_nothing_and_gets_no_grant(post: OfflinePost, booth: Booth) -> None:
    record = await booth.capture()
    csrf = await post.form_token("post-chief")
    answer = await post.http.post(
        f"/border/pages/devices/{booth.device}/revocation",
        data={"csrf": csrf, "reason": "stolen", "key": "k"},
        headers=post.cookie("post-chief"),
    )
    assert answer.status_code == 303, answer.text
    refused = await booth.send(booth.body([record]))
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (401, "device-revoked")
    assert await count_of(post, record) == 0
    assert (await post.script("grants", {"device": booth.device})).status_code == 403


async def test_an_altered_record_is_refused(post: OfflinePost, booth: Booth) -> None:
    good, altered = await booth.capture(), await booth.capture()
    head, key, iv, text, tag = altered["sealed"].split(".")
    flipped = ("A" if text[0] != "A" else "B") + text[1:]
    wrong_key = ("A" if key[0] != "A" else "B") + key[1:]
    for parts in (
        (head, key, iv, flipped, tag),
        (head, wrong_key, iv, text, tag),
        ("e30", key, iv, text, tag),
    ):
        answer = await booth.upload(good, {**altered, "sealed": ".".join(parts)})
        assert problem_of(answer, 1) == "sealed-record-unreadable"
    assert await count_of(post, good, altered) == 1


async def test_a_record_sealed_as_another_one_is_refused(post: OfflinePost, booth: Booth) -> None:
    record = await booth.capture()
    other = {**record, "id": str(new_id())}
    assert problem_of(await booth.upload(other)) == "sealed-record-unreadable"
    other_seq = {**record, "seq": record["seq"] + 1}
    assert problem_of(await booth.upload(other_seq)) == "sealed-record-unreadable"
    at = booth.clock.isoformat()
    of_another = await booth.capture(command=departing(at, id=str(new_id())))
    assert problem_of(await booth.upload(of_another)) == "sealed-record-unreadable"


async def test_what_is_not_a_record_is_refused_as_a_whole_or_alone(post: OfflinePost, booth: Booth) -> None:
    key = (await post.http.get("/border/pages/offline/key")).json()
    number = str(new_id())
    no_record = {"id": number, "seq": 1, "sealed": sealed(["not", "a", "record"], key)}
    assert problem_of(await booth.upload(no_record)) == "unreadable"
    not_seven = "3f2c1b0a-1111-4222-8333-444455556666"
    record = await booth.capture(id=not_seven)
    assert problem_of(await booth.upload(record)) == "unreadable"
    assert (await booth.send(b"{")).status_code == 400
    assert (await booth.send(booth.body([{"id": number}]))).status_code == 422
    assert (await booth.send(booth.body([], more=1))).status_code == 422
    answer = await booth.send(booth.body([]), **{"Content-Type": "text/plain"})
    assert answer.status_code == 415


async def test_an_upload_has_at_most_fifty_records_and_a_body_of_limited_size(booth: Booth) -> None:
    record = await booth.capture()
    assert (await booth.send(booth.body([record] * 50))).status_code == 200
    assert (await booth.send(booth.body([record] * 51))).status_code == 422
    assert (await booth.send(booth.body([{**record, "sealed": "a" * 20_001}]))).status_code == 422
    assert (await booth.send(b" " * 1_500_001)).status_code == 413


async def test_records_sealed_before_a_rotation_of_the_key_are_still_opened(
    settings: Settings, tmp_path: Any
) -> None:
    async with running_offline_post(settings, tmp_path) as post:
        booth = await post.enrolled()
        old = (await post.http.get("/border/pages/offline/key")).json()
        before = await booth.capture()
        new = add_sealing_key(post.keys)
        public = (await post.http.get("/border/pages/offline/key")).json()
        assert public["kid"] == new != old["kid"]
        assert "d" not in public
        still_old = await booth.capture(sealed_to=old)
        await booth.take_grant()
        after = await booth.capture()
        assert outcomes(await booth.upload(before, still_old, after)) == ["recorded"] * 3
        keys = orjson.loads(post.keys.read_bytes())["keys"]
        post.keys.write_bytes(orjson.dumps({"keys": keys[:1]}))
        gone = await booth.capture(sealed_to=old)
        assert problem_of(await booth.upload(gone)) == "sealed-record-unreadable"
        post.keys.write_bytes(b"half a file")
        assert outcomes(await booth.upload(await booth.capture())) == ["recorded"]


async def test_a_key_of_the_curve_p256_seals_as_well(settings: Settings, tmp_path: Any) -> None:
    key = ECKey.generate_key("P-256", {"use": "enc"}, auto_kid=True)
    (tmp_path / "sealing-keys.json").write_bytes(orjson.dumps({"keys": [key.as_dict(private=True)]}))
    async with running_offline_post(settings, tmp_path) as post:
        assert (await post.http.get("/border/pages/offline/key")).json()["alg"] == "ECDH-ES"
        booth = await post.enrolled()
        assert outcomes(await booth.upload(await booth.capture())) == ["recorded"]


async def test_a_hint_names_the_record_that_is_probably_the_same(post: OfflinePost, booth: Booth) -> None:
    at = booth.clock.isoformat()
    command = departing(at)
    first, second = await booth.capture(command=command), await booth.capture(command=command)
    answer = await booth.upload(first, second)
    assert [each["id"] for each in answer["records"][1]["likely_same"]] == [first["id"]]


async def test_the_audit_names_the_officer_for_each_crossing(post: OfflinePost, booth: Booth) -> None:
    record = await booth.capture()
    await booth.upload(record)
    caller = await post.runtime.pool.fetchval(
        "SELECT caller FROM audit WHERE action = 'record_crossing' AND $1 = ANY(evidence)", UUID(record["id"])
    )
    assert caller == "poipet"


async def test_two_uploads_of_a_record_at_once_record_it_once(post: OfflinePost, booth: Booth) -> None:
    records = [await booth.capture() for _ in range(5)]
    answers = await asyncio.gather(*(booth.upload(*records) for _ in range(3)))
    seen = {outcome for answer in answers for outcome in outcomes(answer)}
    assert seen <= {"recorded", "already_recorded", "try_again"}
    assert outcomes(await booth.upload(*records)) == ["already_recorded"] * 5
    assert await count_of(post, *records) == 5


@pytest.mark.parametrize("captured_at", ["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-12:00"])
async def test_times_at_the_ends_of_the_calendar_are_refused_and_keep_nothing_back(
    post: OfflinePost, booth: Booth, captured_at: str
) -> None:
    good = await booth.capture()
    odd = await booth.capture(captured_at=captured_at, command=departing(captured_at))
    answer = await booth.upload(odd, good)
    assert outcomes(answer) == ["refused", "recorded"]
    for clock in ("0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-12:00"):
        record = await booth.capture()
        body = orjson.dumps({"device": booth.device, "device_clock": clock, "records": [record]})
        response = await booth.send(body)
        assert response.status_code == 200, response.text
        assert outcomes(response.json()) == ["refused"]


async def test_a_fault_of_the_service_leaves_the_records_to_be_sent_again(
    post: OfflinePost, booth: Booth
) -> None:
    record = await booth.capture()
    keys = post.runtime.opened
    post.runtime.opened = object()  # which holds no keys: opening a record raises a TypeError
    try:
        answer = await booth.upload(record)
    finally:
        post.runtime.opened = keys
    assert outcomes(answer) == ["try_again"]
    assert answer["records"][0]["problem"]["code"] == "internal-error"
    assert outcomes(await booth.upload(record)) == ["recorded"]
