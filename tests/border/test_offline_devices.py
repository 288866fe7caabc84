"""The devices of offline booths: registered with a code for one enrolment, listed within reach, revoked, deleted in time."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey

from chassis.base.settings import Settings
from chassis.retention import Retention
from services.border.main import service
from services.border.offline import attempts
from services.border.offline.devices import NOT_ENROLLED_FOR, REVOKED_FOR
from services.border.pages import devices
from tests.border.desk import form_of, text_of
from tests.border.offline_booth import Booth, OfflinePost, running_offline_post

pytestmark = pytest.mark.asyncio(loop_scope="session")


def fresh() -> str:
    return f"booth-{uuid4().hex[:10]}"


async def page(
    post: OfflinePost, path: str = "", who: str = "post-chief", status: int = 200, **query: str
) -> str:
    answer = await post.http.get(
        f"/border/pages/devices{path}",
        headers=post.cookie(who) | {"Accept": "text/html"},
        params=query or None,
    )
    assert answer.status_code == status, answer.text
    return answer.text


async def send(post: OfflinePost, path: str, who: str = "post-chief", /, **fields: str) -> httpx2.Response:
    data = {"csrf": await post.form_token(who), "key": str(uuid4()), **fields}
    return await post.http.post(
        f"/border/pages/devices{path}", data=data, headers=post.cookie(who) | {"Accept": "text/html"}
    )


async def enrol(post: OfflinePost, code: str, key: Any = None, who: str = "poipet") -> httpx2.Response:
    key = key or dict(ECKey.generate_key("P-256").as_dict(private=False))
    return await post.script("enrolment", {"code": code, "public_key": key}, who)


async def test_a_device_is_registered_and_enrolled_with_a_code_that_is_shown_once(post: OfflinePost) -> None:
    device = fresh()
    code = await post.code_for(device)
    assert re.fullmatch("[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", code)
    listed = await page(post)
    assert device in listed and code not in listed and "Not enrolled yet" in listed
    stored = await post.runtime.pool.fetchrow("SELECT * FROM devices WHERE device = $1", device)
    assert code.replace("-", "") not in str(dict(stored))
    assert (await enrol(post, code)).status_code == 201
    assert await post.audited("register_device") and await post.audited("enrol_device")
    entry = (await post.audited("enrol_device"))[-1]
    assert (entry["caller"], entry["device"], entry["post"]) == ("poipet", device, "KH-POI")
    again = await enrol(post, code)
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (422, "enrolment-code-wrong")


async def test_a_code_works_again_with_the_key_that_it_enrolled_since_the_answer_may_be_lost(
    post: OfflinePost,
) -> None:
    device = fresh()
    code, key = await post.code_for(device), dict(ECKey.generate_key("P-256").as_dict(private=False))
    for _ in range(2):
        answer = await enrol(post, code, key)
        assert (answer.status_code, answer.json()["device"]) == (201, device)
    assert (await enrol(post, code)).status_code == 422, "another browser"
    assert (
        (await enrol(post, await post.code_for(fresh()), key)).json()["type"].endswith("/device-key-unusable")
    )
    await post.runtime.pool.execute(
        "UPDATE devices SET revoked_at = now(), revoked_by = 'x' WHERE device = $1", device
    )
    assert (await enrol(post, code, key)).status_code == 422


async def test_a_code_may_be_typed_in_small_letters_without_hyphens_and_in_khmer_digits(
    post: OfflinePost,
) -> None:
    code = await post.code_for(fresh())
    khmer = str.maketrans("23456789", "២៣៤៥៦៧៨៩")
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l").translate(khmer)
    assert (await enrol(post, typed)).status_code == 201


async def test_an_old_code_and_the_code_of_another_post_enrol_nothing(post: OfflinePost) -> None:
    device = fresh()
    code = await post.code_for(device)
    assert (await enrol(post, code, who="bavet")).status_code == 422
    await post.runtime.pool.execute(
        "UPDATE devices SET code_until = clock_timestamp() - interval '1 second' WHERE device = $1", device
    )
    assert (await enrol(post, code)).status_code == 422
    new = await post.code_for(device)
    assert new != code
    assert (await enrol(post, code)).status_code == 422
    assert (await enrol(post, new)).status_code == 201


async def test_wrong_codes_are_limited_by_officer_and_by_post(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.runtime.pool.execute("DELETE FROM enrolment_attempts")
    monkeypatch.setattr(attempts, "BY_OFFICER", 3)
    monkeypatch.setattr(attempts, "BY_POST", 4)
    code = await post.code_for(fresh())
    together = await asyncio.gather(*(enrol(post, "0000-0000-0000") for _ in range(6)))
    assert sorted(each.status_code for each in together) == [422] * 3 + [429] * 3
    limited = await enrol(post, code)
    assert (limited.status_code, limited.json()["type"].rpartition("/")[2]) == (
        429,
        "too-many-enrolment-attempts",
    )
    assert 0 < int(limited.headers["Retry-After"]) <= 15 * 60
    assert "minutes, then try again" in limited.json()["remedy"]
    refused = [each for each in await post.audited("enrol_device") if "reason" in each]
    assert refused[-1]["caller"] == "poipet" and refused[-1]["reason"] == "too-many-enrolment-attempts"
    assert [each["reason"] for each in refused].count("enrolment-code-wrong") >= 3

    assert (await enrol(post, code, who="poipet-too")).status_code == 201, "a right code does not count"
    assert (await enrol(post, "wrong", who="poipet-too")).status_code == 422
    at_the_post = await enrol(post, "wrong", who="poipet-too")
    assert at_the_post.status_code == 429, "the post has no attempt left, though the officer has"
    assert (await enrol(post, "wrong", who="loader-of-bavet")).status_code == 422, (
        "another post is not affected"
    )

    await post.runtime.pool.execute(
        "DELETE FROM enrolment_attempts; INSERT INTO enrolment_attempts (caller, office, attempted_at)"
        " SELECT 'poipet', 'KH-POI', clock_timestamp() - interval '16 minutes' FROM generate_series(1, 9)"
    )
    assert (await enrol(post, "wrong")).status_code == 422, "after fifteen minutes there are new attempts"
    await post.runtime.pool.execute(
        "INSERT INTO enrolment_attempts (caller, office, attempted_at)"
        " VALUES ('poipet', 'KH-POI', clock_timestamp() - interval '2 days')"
    )
    await Retention(post.runtime, service.expires).delete()
    assert await post.runtime.pool.fetchval("SELECT count(*) FROM enrolment_attempts") == 10


async def test_only_a_public_key_of_p256_is_enrolled_and_each_for_one_device(post: OfflinePost) -> None:
    code = await post.code_for(fresh())
    own = ECKey.generate_key("P-256")
    public = dict(own.as_dict(private=False))
    off_the_curve = {**public, "x": public["y"]}
    for wrong in (
        dict(own.as_dict(private=True)),
        dict(ECKey.generate_key("P-384").as_dict(private=False)),
        dict(RSAKey.generate_key(2048).as_dict(private=False)),
        off_the_curve,
        {},
    ):
        answer = await enrol(post, code, wrong or {"kty": "EC"})
        assert answer.json()["type"].endswith("/device-key-unusable"), wrong
    assert (await enrol(post, code, public)).status_code == 201
    taken = await enrol(post, await post.code_for(fresh()), public)
    assert taken.json()["type"].endswith("/device-key-unusable")


async def test_a_name_is_used_once_whatever_its_letters(post: OfflinePost) -> None:
    device = fresh()
    await enrol(post, await post.code_for(device))
    for name in (device, device.upper()):
        answer = await send(post, "", post="KH-POI", device=name)
        assert answer.status_code == 422
        assert "another device has this name" in text_of(answer.text)


async def test_a_form_that_lacks_something_is_shown_again_with_what_was_typed(post: OfflinePost) -> None:
    answer = await send(post, "", post="KH-BVT", device="booth 4")
    assert answer.status_code == 422
    assert "this name is not possible" in text_of(answer.text)
    assert form_of(answer.text, "/devices")[1]["device"] == "booth 4"
    other_post = await send(post, "", post="KH-BVT", device=fresh())
    assert other_post.status_code == 422
    assert "this is not one of the choices" in text_of(other_post.text)
    assert (await send(post, "")).status_code == 422


async def test_devices_of_other_posts_are_neither_listed_nor_revoked(post: OfflinePost) -> None:
    booth = await post.enrolled()
    assert booth.device not in await page(post, who="chief-of-bavet")
    await page(post, f"/{booth.device}/revocation", "chief-of-bavet", 404)
    refused = await send(post, f"/{booth.device}/revocation", "chief-of-bavet", reason="stolen")
    assert refused.status_code == 403
    assert "Revoked" not in await page(post, f"/{booth.device}/revocation")
    for who in ("poipet", "reader"):  # who may not register devices
        await page(post, "", who, 403)


async def test_a_revocation_is_checked_first_and_confirmed_once(post: OfflinePost) -> None:
    booth = await post.enrolled()
    check = await page(post, f"/{booth.device}/revocation")
    assert "This cannot be undone." in check
    empty = await send(post, f"/{booth.device}/revocation", reason="")
    assert empty.status_code == 422
    done = await send(post, f"/{booth.device}/revocation", reason="lost")
    assert done.status_code == 303
    confirmed = await post.http.get(done.headers["location"], headers=post.cookie("post-chief"))
    assert f"Revoked: {booth.device}" in text_of(confirmed.text)
    assert "This device was revoked on" in await page(post, f"/{booth.device}/revocation")
    entries = [each for each in await post.audited("revoke_device") if each["device"] == booth.device]
    assert [(each["caller"], each["reason"]) for each in entries] == [("post-chief", "lost")]
    await send(post, f"/{booth.device}/revocation", reason="stolen")
    assert len([e for e in await post.audited("revoke_device") if e["device"] == booth.device]) == 1


async def test_a_revocation_is_confirmed_also_if_the_device_is_not_on_the_first_page(
    post: OfflinePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.code_for(f"a-{uuid4().hex[:10]}")
    booth = await post.enrolled()
    monkeypatch.setattr(devices, "ROWS", 1)
    assert "Revoked:" not in text_of(await page(post, revoked=booth.device)), "not yet"
    await send(post, f"/{booth.device}/revocation", reason="lost")
    confirmed = await page(post, revoked=booth.device)
    assert f"Revoked: {booth.device}" in text_of(confirmed) and f">{booth.device}<" not in confirmed
    assert "Revoked:" not in text_of(await page(post, "", "chief-of-bavet", revoked=booth.device))


async def test_the_list_goes_on_page_by_page_and_is_a_file(post: OfflinePost) -> None:
    names = [f"a-row-{uuid4().hex[:6]}-{nth:02}" for nth in range(51)]
    for name in names:
        await post.code_for(name)
    first = await page(post)
    cursor = re.search(r'cursor=([\w-]+)" rel="next"', first)
    assert cursor is not None
    second = await page(post, cursor=cursor[1])
    for name in names:
        assert (f">{name}<" in first) != (f">{name}<" in second)
    answer = await post.http.get("/border/pages/devices?file=csv", headers=post.cookie("post-chief"))
    assert answer.status_code == 200
    assert all(name in answer.text for name in names)


async def test_what_expired_is_deleted(post: OfflinePost) -> None:
    never, waiting, revoked = fresh(), fresh(), await post.enrolled()
    in_use = await post.enrolled()
    await post.code_for(never)
    await post.code_for(waiting)
    pool = post.runtime.pool
    await pool.execute(
        "UPDATE devices SET registered_at = registered_at - $2::interval WHERE device = ANY($1::text[])",
        [never, in_use.device],
        NOT_ENROLLED_FOR + timedelta(hours=1),
    )
    await pool.execute(
        "UPDATE devices SET code_until = code_until - interval '1 hour' WHERE device = ANY($1::text[])",
        [waiting, in_use.device],
    )
    await pool.execute(
        "UPDATE devices SET revoked_at = clock_timestamp() - $2::interval WHERE device = $1",
        revoked.device,
        REVOKED_FOR + timedelta(hours=1),
    )
    await Retention(post.runtime, service.expires).delete()
    rows = await pool.fetch(
        "SELECT device, code_digest FROM devices WHERE device = ANY($1::text[])",
        [never, waiting, revoked.device, in_use.device],
    )
    assert {row["device"] for row in rows} == {waiting, in_use.device}
    assert all(row["code_digest"] is None for row in rows)


async def test_a_script_without_a_session_or_the_form_token_is_answered_with_a_problem(
    post: OfflinePost,
) -> None:
    answer = await post.http.get("/border/pages/offline/session")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert (await post.http.post("/border/pages/offline/grants", json={"device": "x"})).status_code == 401
    session = await post.session("poipet")
    assert (session["caller"], session["office"], session["may_register"]) == ("poipet", "KH-POI", False)
    assert [each["code"] for each in session["posts"]] == ["KH-POI"]
    booth = await post.enrolled()
    body = {"device": booth.device}
    for headers in (
        {"X-CSRF-Token": "wrong"},
        {"X-CSRF-Token": session["form_token"], "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": session["form_token"], "Content-Type": "text/plain"},
        {"X-CSRF-Token": (await post.session("poipet-too"))["form_token"]},
    ):
        refused = await post.http.post(
            "/border/pages/offline/grants",
            json=body,
            headers=post.cookie("poipet") | headers,
        )
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "form-token-missing")
    assert (await post.script("grants", body)).status_code == 201
    assert (await post.script("grants", body, "bavet")).status_code == 404
    assert (
        await post.http.get("/border/pages/offline/session", headers=post.cookie("reader"))
    ).status_code == 403


async def test_a_grant_is_in_the_audit_and_names_nobody(post: OfflinePost) -> None:
    booth = await post.enrolled()
    entry = (await post.audited("issue_grant"))[-1]
    assert (entry["caller"], entry["device"]) == ("poipet", booth.device)
    assert booth.grant.count(".") == 2


async def test_a_device_that_is_not_enrolled_gets_no_grant(post: OfflinePost) -> None:
    device = fresh()
    await post.code_for(device)
    assert (await post.script("grants", {"device": device})).status_code == 403
    assert (await post.script("grants", {"device": "no-such-booth"})).status_code == 404
    body = Booth(post, device).body([])
    assert (await Booth(post, device).send(body)).status_code == 401


async def test_without_a_sealing_key_there_is_no_offline_booth(settings: Settings, tmp_path: Any) -> None:
    async with running_offline_post(settings, tmp_path) as running:
        await running.enrolled()
        running.runtime.opened = type(running.runtime.opened)(None)
        answer = await running.http.get("/border/pages/offline/key")
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "offline-not-set-up")
